"""Keeping a filter under a name, and letting it go."""

from django.db import transaction
from django.utils.translation import gettext as _

from biroumum.accounts.actors import Actor
from biroumum.accounts.queries import live_assignments
from biroumum.audit.services import record
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused
from complaints.models import SavedView


@transaction.atomic
def save_view(name: str, query: str, *, shared: bool, actor: Actor) -> SavedView:
    """A name used before now stands for this filter. `shared` is with the office of one's first position."""
    if not query:
        raise Refused(_("Belum ada saringan untuk disimpan. Saring daftarnya dahulu."))
    unit = live_assignments(actor.person)[0].position.unit if shared else None
    view, _new = SavedView.objects.update_or_create(
        owner=actor.person, name=name, defaults={"query": query, "unit": unit}
    )
    record("complaints.savedview.save", subject_key(view), actor=actor, data={"shared": shared})
    return view


@transaction.atomic
def delete_view(view: SavedView, *, actor: Actor) -> None:
    if view.owner_id != actor.person.pk:
        raise Forbidden("a view is deleted by its owner")
    record("complaints.savedview.delete", subject_key(view), actor=actor)
    view.delete()
