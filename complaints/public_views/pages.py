"""The pages of the form, in order. Each asks one thing; whether it is asked may hang on answers before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from biroumum.regions.models import Region
from biroumum.web.forms import PageForm
from complaints.forms import place, public as forms
from complaints.public_views.draft import Draft
from complaints.services import Contact
from complaints.services.similar import Told
from complaints.states import Kind, Visibility

Answers = Mapping[str, dict[str, str]]


@dataclass(frozen=True)
class Page:
    number: int  # of the step; region pages share one, so that the count does not change under way
    slug: str
    heading: str | Promise
    form: type[forms.QuestionPage]
    asked: Callable[[Draft], bool] = lambda draft: True

    @property
    def url(self) -> str:
        return reverse("pengaduan:ask", args=[self.slug])

    def bound(self, answers: Answers) -> forms.QuestionPage:
        """The form as it was filled in; its fields are read from here alone, also when the case is sent."""
        return self.form(answers.get(self.slug, {}), answers=answers)


PLACE = "tempat"
PAGES = (
    Page(1, "jenis", _("Apa yang ingin Anda sampaikan?"), forms.KindForm),
    Page(2, "kejadian", _("Apa yang terjadi?"), forms.StoryForm),
    Page(3, "bidang", _("Tentang apa pengaduan ini?"), forms.CategoryForm),
    Page(
        3,
        "rincian",
        _("Beberapa pertanyaan lagi"),
        forms.DetailsForm,
        lambda draft: bool(filled_in(draft, "rincian").fields),
    ),
    Page(4, PLACE, _("Di mana terjadinya?"), place.PlaceForm),
    Page(
        4,
        "kecamatan",
        _("Di kecamatan mana?"),
        place.DistrictForm,
        lambda draft: bool(draft.answers.get("tempat", {}).get("regency")),
    ),
    Page(
        4,
        "desa",
        _("Di desa atau kelurahan mana?"),
        place.VillageForm,
        lambda draft: bool(draft.answers.get("kecamatan", {}).get("district")),
    ),
    Page(5, "kerahasiaan", _("Siapa yang boleh tahu?"), forms.VisibilityForm),
    Page(6, "kontak", _("Bagaimana kami memberi kabar?"), forms.ContactForm),
)
FILES, CHECK = "lampiran", "periksa"  # the pages after these; a draft keeps no form of theirs


def filled_in(draft: Draft, slug: str) -> PageForm:
    if slug not in draft.forms:
        draft.forms[slug] = next(page for page in PAGES if page.slug == slug).bound(draft.answers)
    return draft.forms[slug]


def asked(draft: Draft) -> Iterator[Page]:
    return (page for page in PAGES if page.asked(draft))


def next_url(draft: Draft, *, before: Page | str = "") -> str:
    """The first page still without a good answer, then the files, once, then the check page.

    With `before` only pages that stand before that one count; "" when there is none.
    """
    for page in asked(draft):
        if page == before:
            return ""
        if page.slug not in draft.answers or not filled_in(draft, page.slug).is_valid():
            return page.url
    if before == FILES:
        return ""
    if FILES not in draft.answers:
        return reverse("pengaduan:files")
    return "" if before == CHECK else reverse("pengaduan:check")


def page_context(draft: Draft, slug: str, heading: str | Promise) -> dict[str, Any]:
    """What every page of the form shows: its heading, where it stands as things are now, and the way back."""
    pages = list(asked(draft))
    urls = [page.url for page in pages] + [reverse("pengaduan:files"), reverse("pengaduan:check")]
    numbers = {page.slug: page.number for page in pages} | {FILES: 7, CHECK: 8}
    at = list(numbers).index(slug)
    return {
        "slug": slug,
        "heading": heading,
        "step": numbers[slug],
        "steps": max(numbers.values()),
        "back_url": urls[at - 1] if at else reverse("pengaduan:start"),
        "done": FILES in draft.answers,  # a changed answer leads back to the check page
    }


class Filled:
    """A complete draft, read: for the check page and for filing."""

    def __init__(self, draft: Draft) -> None:
        self.data: dict[str, Any] = {}
        self.details: dict[str, Any] = {}
        for page in asked(draft):
            form = filled_in(draft, page.slug)
            form.is_valid()
            self.data |= form.cleaned_data
            if isinstance(form, forms.DetailsForm):
                self.details = form.details()

    @property
    def region(self) -> Region | None:
        """The smallest that was named."""
        return self.data.get("village") or self.data.get("district") or self.data.get("regency")

    def content(self) -> dict[str, Any]:
        names = ("kind", "title", "description", "category", "occurred_on", "place")
        point = {name: self.data.get(name) for name in ("latitude", "longitude")}
        known = {name: self.data[name] for name in names} | point
        return known | {"region": self.region, "details": self.details, "visibility": self.visibility}

    def told(self) -> Told:
        data = self.data
        return Told(data["title"], data["description"], data["place"], data["category"], self.region)

    def contact(self) -> Contact:
        return Contact(**{name: self.data.get(name) or "" for name in ("name", "email", "phone")})

    @property
    def kind(self) -> Kind:
        return Kind(self.data["kind"])

    @property
    def visibility(self) -> Visibility:
        return Visibility(self.data.get("visibility", Visibility.CONFIDENTIAL))

    @property
    def is_whistle(self) -> bool:
        return self.kind == Kind.WHISTLE
