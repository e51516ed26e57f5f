"""What of a complaint goes when its data subject asks for it, what stays and why, and what keeps all of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.audit.ledger import Line
from biroumum.documents.models import Attachment
from biroumum.notifications.models import Message as Mail
from biroumum.privacy.registry import Erasable, Erased, Preview, Reader, Told
from biroumum.web.subjects import subject_key
from biroumum.web.templatetags.web import tanggal
from complaints.models import Complaint, Disposal, Follower, Reporter
from complaints.services import archiving, personal, redaction, retention
from complaints.services.payloads import entries_of
from complaints.services.retention import Keeping
from complaints.services.sealed import address_of
from complaints.states import Fate, Retained, Visibility

ERASE = "complaints.complaint.erase"
GIVEN_UP = (Attachment.State.REMOVED, Attachment.State.DESTROYED)
AGAINST = {
    Keeping.RUNNING: gettext_lazy(
        "Perkara ini masih berjalan, jadi datanya masih diperlukan. Pelapor dapat mencabutnya lebih dahulu."
    ),
    Keeping.WINDOW: gettext_lazy("Jawaban atas perkara ini masih dapat disanggah."),
    Keeping.HOLD: gettext_lazy("Data perkara ini ditahan: pengadilan, pemeriksaan, atau Ombudsman."),
    Keeping.JOINED: gettext_lazy("Perkara induknya masih berjalan."),
}
DESTROYED = gettext_lazy("Perkara ini sudah dimusnahkan menurut jadwal retensi arsip.")


def preview(case: Complaint, whats: Collection[str], at: dt.datetime, names: Sequence[str] = ()) -> Preview:
    chosen = [Retained(what) for what in whats]
    known = [*personal.known_of(case), *names]
    goes: list[Told] = [(what.label, GOES[what](case, known)) for what in chosen]
    sought = known if Retained.CONTACT in chosen else list(names)
    if names:
        count = len(personal.columns_telling(case, names))
        goes.append((_("Kata yang disebut pemohon"), _("dalam %(count)s isian") % {"count": count}))
    entries = sum(map(len, entries_of(case, chosen, sought).values()))
    goes.append((_("Isi entri log tentang itu"), _("%(count)s entri") % {"count": entries}))
    return Preview(goes, _stays(case, chosen, at), _against(case, at))


def _contact(case: Complaint, known: list[str]) -> str:
    counts = {
        "parts": len(personal.known_of(case)),
        "followers": Follower.objects.filter(complaint=case).count(),
        "mails": Mail.objects.filter(subject_key=subject_key(case)).exclude(to="").count(),
    }
    return _("%(parts)s keterangan pelapor, %(followers)s pengikut, %(mails)s alamat surel terkirim") % counts


def _words(case: Complaint, known: list[str]) -> str:
    telling = personal.pattern_of(known).search
    found = sum(bool(telling(text) or redaction.find(text)) for text in personal.texts_of(case))
    return _("%(count)s teks menyebut data pribadi; tempat kejadian tinggal wilayahnya") % {"count": found}


def _files(case: Complaint, known: list[str]) -> str:
    return _("%(count)s berkas") % {"count": _kept_files(case).count()}


GOES = {Retained.CONTACT: _contact, Retained.WORDS: _words, Retained.FILES: _files}


def _kept_files(case: Complaint) -> Any:
    return Attachment.objects.filter(subject=subject_key(case)).exclude(state__in=GIVEN_UP)


def _stays(case: Complaint, chosen: Collection[Retained], at: dt.datetime) -> list[Told]:
    stays: list[Told] = [(what.label, _("Tidak diminta.")) for what in Retained if what not in chosen]
    stays += [
        (
            _("Nomor, jenis, keadaan, tanggal, kantor, dan langkah"),
            _("Bukti bahwa kantor menanganinya; tidak menyebut pelapor."),
        ),
        (_("Isi perkara tanpa data pribadi"), _archive_duty(case, at)),
        (
            _("Sidik uraian dan berkas"),
            _("Pemegang tanda terima tetap dapat membuktikan apa yang ia sampaikan."),
        ),
        (_("Entri log tanpa isinya"), _("Bukti bahwa log utuh; isinya tidak dapat ditebak dari sidiknya.")),
        (
            _("Salinan dalam cadangan"),
            _("Sampai masa simpan cadangan habis. Sesudah pemulihan, penghapusan ini diulang."),
        ),
    ]
    others = ~Q(subject=subject_key(case)) & ~Q(state__in=GIVEN_UP)
    same = Attachment.objects.filter(others, sha256__in=_kept_files(case).values("sha256"))
    if Retained.FILES in chosen and (count := same.values("sha256").distinct().count()):
        told = _("%(count)s berkas yang sama dilampirkan pada perkara lain.") % {"count": count}
        stays.append((_("Berkas yang sama pada perkara lain"), told))
    return stays


def _archive_duty(case: Complaint, at: dt.datetime) -> str:
    """What the schedule says of this class; until when, once the case has ended."""
    rule = archiving.rule_of(case.kind, archiving.rules_on(timezone.localdate(at)))
    if rule is None:
        return _("Arsip kantor; jadwal retensinya belum ada.")
    told = {"rule": str(rule), "basis": _(rule.legal_basis)}
    if rule.fate == Fate.PERMANENT or case.ended_at is None:
        return _("Arsip kantor: %(rule)s. %(basis)s.") % told
    until = tanggal(archiving.years_after(case.ended_at, rule.years))
    return _("Arsip kantor sampai %(until)s: %(rule)s. %(basis)s.") % {**told, "until": until}


def _against(case: Complaint, at: dt.datetime) -> list[Any]:
    gone = Exists(Disposal.objects.filter(complaint=OuterRef("pk"), fate=Fate.DESTROYED))
    asked = Complaint.objects.filter(pk=case.pk).annotate(gone=gone, **retention.kept_by(at))
    kept = asked.values("gone", *Keeping).get()
    return [DESTROYED] if kept["gone"] else [AGAINST[why] for why in Keeping if kept[why]]


def erase(
    case: Complaint,
    whats: Collection[str],
    *,
    rule: Model,
    data: Mapping[str, Any],
    actor: Actor,
    at: dt.datetime,
    names: Sequence[str] = (),
) -> Erased:
    chosen = [Retained(what) for what in whats]
    files = _kept_files(case).count() if Retained.FILES in chosen else 0
    told = {"what": [str(what) for what in chosen], **data}
    gone = retention.take_out(case, chosen, rule=rule, verb=ERASE, data=told, actor=actor, at=at, names=names)
    return Erased(gone.fields - files, gone.payloads, files, list(gone.entries))


def personal_in(case: Complaint, text: str, names: Sequence[str] = ()) -> str:
    """The first words of it that are of the reporter, are sought, or have the form of personal data."""
    if match := personal.pattern_of([*personal.known_of(case), *names]).search(text):
        return match[0]
    found = redaction.find(text)
    return found[0].text if found else ""


def reader(case: Complaint) -> Reader | None:
    """The reporter, also one who wants no news of the case: they have asked. A sealed one is never written to."""
    reporter = Reporter.objects.filter(complaint=case).first()
    email = address_of(reporter) if reporter and not case.sealed else ""
    if reporter is None or not email:
        return None
    return Reader(email, reporter.language, case.visibility == Visibility.CONFIDENTIAL)


def replay(case: Complaint, line: Line, *, rule: Model, data: Mapping[str, Any], at: dt.datetime) -> None:
    """Do again what this line says, on a case of an older backup, in whatever state it is there."""
    if line.verb == archiving.DESTROY:
        archiving.destroy_again(case, rule, actor=SYSTEM, at=at, **data)  # type: ignore[arg-type]  # its own rule
        return
    chosen = [Retained(what) for what in line.what]
    told = {"what": line.what, **({"columns": line.columns} if line.columns else {}), **data}
    personal.blank(case, line.columns)
    retention.take_out(case, chosen, rule=rule, verb=line.verb, data=told, actor=SYSTEM, at=at)


ERASABLE = Erasable(
    label=Complaint._meta.label_lower,
    whats=[(what.value, what.label) for what in Retained],
    find=lambda number: Complaint.objects.filter(number=number).first(),
    seen_by=lambda user: Complaint.objects.erasable_by(user),
    preview=preview,
    erase=erase,
    reader=reader,
    personal=personal_in,
    replay=replay,
)
