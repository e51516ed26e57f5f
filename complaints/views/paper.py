"""A case as a PDF for the office's own file: verifiable by its code, the contact left sealed, the taking logged."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, permission_required
from biroumum.audit.queries import events_of
from biroumum.audit.services import record
from biroumum.audit.verbs import VERBS
from biroumum.documents.services import issue_pdf
from biroumum.web.subjects import subject_key
from biroumum.web.templatetags.web import waktu
from biroumum.workflow.engine import Forbidden
from complaints.models import Complaint, Reporter
from complaints.views.cases import find
from complaints.views.summary import facts

KIND = "complaints.case"
TAKEN = "complaints.complaint.print"
LOOKS = ("complaints.complaint.open", TAKEN)


@never_cache
@require_POST
@permission_required("complaints.view_complaint")
def case_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    case, actor = find(request, pk), Actor.staff(request.user)
    if case.is_whistle:  # nothing of it leaves as a file
        raise Forbidden(f"{case.number} is for the Inspektorat alone")
    with transaction.atomic():
        record(TAKEN, subject_key(case), actor=actor.upon(case), op="access")
    title = _("Ringkasan pengaduan %(number)s") % {"number": case.number}
    data = {"facts": list(_facts(case)), "texts": list(_texts(case)), "history": _history(case)}
    language = (get_language() or "id")[:2]
    args = (KIND, subject_key(case), title, "complaints/case.typ", data)
    _document, content = issue_pdf(*args, actor=actor, language=language)
    disposition = f'attachment; filename="ringkasan-{case.number}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})


def _facts(case: Complaint) -> Iterator[tuple[str, str]]:
    """The summary of the case page; of the contact only whether there is one."""
    contact = Reporter.objects.filter(complaint=case).exists()
    yield _("Perihal"), case.title
    yield _("Keadaan"), str(case.state_label)
    for fact in facts(case, timezone.now()):
        if fact.text:
            yield fact.label, fact.text
    yield _("Kontak pelapor"), _("Tersegel") if contact else _("Tidak ada")


def _texts(case: Complaint) -> Iterator[tuple[str, str]]:
    yield _("Uraian"), case.description
    for given in case.handovers.all():
        yield _("Pelimpahan"), f"{given.agency}\n{given.reason}\n{given.follow_up}"
    for answer in case.answers.select_related("unit"):
        yield f"{_('Jawaban')}, {answer.unit}, {waktu(answer.created_at)}", answer.text
    for message in case.messages.select_related("author"):
        by = message.author.name if message.author else _("Pelapor")
        yield f"{_('Pesan')}, {by}, {waktu(message.created_at)}", message.text


def _history(case: Complaint) -> tuple[str, list[str], list[list[Any]]]:
    """All steps, the first of them on top. Who looked at the case or took this paper stands in the log alone."""
    verbs = [verb for verb in VERBS if verb.startswith("complaints.complaint.") and verb not in LOOKS]
    subject = subject_key(case)
    rows = [[waktu(step.at), step.label, step.who] for step in events_of([subject], verbs)[subject]]
    return _("Riwayat"), [_("Waktu"), _("Langkah"), _("Oleh")], rows
