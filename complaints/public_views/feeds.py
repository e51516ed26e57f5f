"""Feeds of what everyone may read: the latest published complaints, and the steps of one of them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape
from django.utils.translation import gettext as _

from biroumum.audit.queries import Step
from biroumum.web.forms import plain_text
from complaints.models import Publication
from complaints.public_views import words
from complaints.public_views.published import live
from complaints.services.words import public_steps

ENTRIES = 30


class PublishedFeed(Feed):
    """The latest published complaints for feed readers; `?bidang=<kode>` keeps to one sector."""

    feed_type: type[SyndicationFeed] = Rss201rev2Feed

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        return plain_text(request.GET.get("bidang", ""))

    def title(self, sector: str) -> str:
        return _("Pengaduan yang diterbitkan – Biro Umum %(name)s") % {"name": settings.PROVINCE["name"]}

    def description(self, sector: str) -> str:
        return _("Pengaduan warga dan jawaban kantor, tanpa data pribadi.")

    subtitle = description

    def link(self, sector: str) -> str:
        return reverse("pengaduan:published_list")

    def items(self, sector: str) -> Any:
        rows = live().filter(complaint__category__code=sector) if sector else live()
        return rows.order_by("-told_at")[:ENTRIES]

    def item_title(self, item: Publication) -> str:
        return escape(f"{item.title} – {item.complaint.state_label}")  # readers take it as HTML

    def item_description(self, item: Publication) -> str:
        return escape(item.answer or item.description)

    def item_pubdate(self, item: Publication) -> Any:
        return item.published_at

    def item_updateddate(self, item: Publication) -> Any:
        return item.told_at

    def item_categories(self, item: Publication) -> list[str]:
        return [str(item.complaint.category)]


class PublishedAtom(PublishedFeed):
    feed_type = Atom1Feed


class StepsFeed(Feed):
    """The steps of one published case, as its page tells them; the newest first."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, number: str) -> Publication:
        publication: Publication = get_object_or_404(live(), complaint__number=number)
        return publication

    def title(self, publication: Publication) -> str:
        return escape(f"{publication.title} – {publication.complaint.number}")

    def link(self, publication: Publication) -> str:
        return publication.get_absolute_url()

    def items(self, publication: Publication) -> list[tuple[Publication, Step]]:
        case = publication.complaint
        return [(publication, step) for step in reversed(public_steps(case)[case.pk])][:ENTRIES]

    def item_title(self, item: tuple[Publication, Step]) -> str:
        return escape(item[1].label)

    def item_description(self, item: tuple[Publication, Step]) -> str:
        return escape(words.told(item[1], to_public=True))

    def item_link(self, item: tuple[Publication, Step]) -> str:
        """A reader knows an entry again by this."""
        publication, step = item
        return f"{publication.get_absolute_url()}#{step.verb.rpartition('.')[2]}-{step.at:%Y%m%dT%H%M%S}"

    def item_pubdate(self, item: tuple[Publication, Step]) -> Any:
        return item[1].at

    item_updateddate = item_pubdate
