"""A case as a PDF for the office's own file: verifiable by its code, the contact left sealed, the taking logged."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from biroumum.accounts.actors import Actor
from biroumum.accounts.decorators import StaffRequest, permission_required
from biroumum.audit.queries import events_of
from biroumum.audit.services import record
from biroumum.audit.verbs import VERBS
from biroumum.documents.services import issue_pdf
from biroumum.regions.queries import full_name
from biroumum.web.subjects import subject_key
from biroumum.web.templatetags.web import tanggal, waktu
from biroumum.workflow.engine import Forbidden
from complaints.models import Complaint, Reporter
from complaints.services.details import answered
from complaints.services.words import received_words
from complaints.views.cases import find

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
    """What stands in the summary of the case page; of the contact only whether there is one."""
    contact = Reporter.objects.filter(complaint=case).exists()
    place = (case.place, full_name(case.region_id) if case.region_id else "")
    letter = (case.letter_ref, tanggal(case.letter_date) if case.letter_date else "")
    told = [
        (_("Perihal"), case.title),
        (_("Diterima"), f"{received_words(case)}, {case.get_source_display()}"),
        (_("Nomor di saluran asal"), case.external_ref),
        (_("Surat"), ", ".join(filter(None, letter))),
        (_("Jenis"), case.get_kind_display()),
        (_("Kategori"), str(case.category)),
        (_("Kerahasiaan"), case.get_visibility_display()),
        (_("Keadaan"), str(case.state_label)),
        (_("Batas"), waktu(case.clock.due_at) if case.clock else ""),
        (_("Tanggal kejadian"), tanggal(case.occurred_on) if case.occurred_on else ""),
        (_("Tempat"), ", ".join(filter(None, place))),
        (_("Dipegang oleh"), ", ".join(str(each) for each in (case.unit, case.position) if each)),
        (_("Kontak pelapor"), _("Tersegel") if contact else _("Tidak ada")),
        *answered(case.category, case.details),
    ]
    return ((name, value) for name, value in told if value)


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
