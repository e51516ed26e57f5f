"""Taking files, giving out numbers, issuing documents: each with its trace, in the caller's transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from biroumum.accounts.actors import SYSTEM, Actor
from biroumum.accounts.queries import live_assignments
from biroumum.audit.services import record
from biroumum.documents import pdf, scanner, store
from biroumum.documents.codes import new_code
from biroumum.documents.intake import Accepted, FileRefused, accept, accept_all
from biroumum.documents.models import Attachment, IssuedDocument
from biroumum.documents.names import MAX_LENGTH

__all__ = [
    "FileRefused",
    "attach",
    "attach_all",
    "destroy",
    "destroy_removed",
    "destroy_returned",
    "issue",
    "issue_pdf",
    "needed",
    "next_number",
    "remove_all",
    "rename_all",
    "revoke",
    "revoke_all",
    "settle_scan",
]
EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # a letter's content is compared as if drawn on this day
log = logging.getLogger(__name__)
State = Attachment.State
GIVEN_UP = (State.REMOVED, State.DESTROYED)


def attach(subject: str, file: File | Accepted, *, actor: Actor, staff: bool = False) -> Attachment:
    """Take one file to a case; office documents only with `staff`. Raises FileRefused.

    Decoding takes up to a second: let a form accept the files (documents.forms.FilesField) before locking a case.
    """
    taken = accept(file, staff=staff)
    with transaction.atomic():
        return _keep(subject, taken, actor)


def attach_all(
    subject: str,
    files: Iterable[File | Accepted],
    *,
    actor: Actor,
    staff: bool = False,
    at: dt.datetime | None = None,
) -> tuple[list[Attachment], list[FileRefused]]:
    """Take what can be taken, at most five; the rest is told by name and changes nothing."""
    taken, refused = accept_all(files, staff=staff)
    with transaction.atomic():
        return [_keep(subject, file, actor, at) for file in taken], refused


def _keep(subject: str, file: Accepted, actor: Actor, at: dt.datetime | None = None) -> Attachment:
    attachment = Attachment.objects.create(
        subject=subject,
        sha256=store.put(file.content),
        name=file.name,
        media_type=file.media_type,
        size=len(file.content),
        state=State.QUARANTINED if scanner.is_on() else State.CLEAN,
        from_holder=actor.kind == "holder",
        uploaded_by=actor.user,
        created_at=at or timezone.now(),
    )
    data = {"file": str(attachment.pk), "name": file.name, "size": len(file.content)}
    record("documents.attachment.add", subject, actor=actor, data=data, at=at)
    if attachment.state == State.QUARANTINED:
        transaction.on_commit(lambda: _nudge(attachment), robust=True)
    return attachment


def _nudge(attachment: Attachment) -> None:
    """Scan soon. Without a queue the periodic scan comes to it."""
    from biroumum.documents.tasks import scan_attachment

    try:
        scan_attachment.apply_async((str(attachment.pk),), retry=False)
    except OperationalError:
        log.warning("queue away; the sweep will scan %s", attachment.pk)


@transaction.atomic
def settle_scan(attachment: Attachment, malware: str) -> None:
    """Open a quarantined file after a clean scan, or refuse it for good; a second verdict changes nothing."""
    state = State.REFUSED if malware else State.CLEAN
    waiting = Attachment.objects.filter(pk=attachment.pk, state=State.QUARANTINED)
    if waiting.update(state=state):
        data = {"file": str(attachment.pk), "name": attachment.name, "found": malware}
        verb = "documents.attachment.refuse" if malware else "documents.attachment.clear"
        record(verb, attachment.subject, actor=SYSTEM, data=data)


@transaction.atomic
def remove_all(subject: str) -> int:
    """Give up the files of a case whose time is over; returns how many. Their rows lose their names at once.

    The bytes go after the commit, unless another case has the same ones; only then do the rows say so. What a crash
    leaves behind the next sweep of the store takes.
    """
    files = list(Attachment.objects.filter(subject=subject).exclude(state__in=GIVEN_UP))
    for file in files:
        name = f"berkas{PurePath(file.name).suffix}"
        Attachment.objects.filter(pk=file.pk).update(state=State.REMOVED, name=name)
    if files:
        transaction.on_commit(lambda: destroy_removed(subject), robust=True)
    return len(files)


def destroy_removed(subject: str | None = None) -> int:
    """Take the bytes of given-up files out of the store, of one case or of all; returns how many contents went.

    Each content in a transaction of its own, bytes first: killed in between, the row says less than is so.
    """
    waiting = Attachment.objects.filter(state=State.REMOVED)
    if subject is not None:
        waiting = waiting.filter(subject=subject)
    digests = waiting.order_by("sha256").values_list("sha256", flat=True).distinct()
    return sum(destroy(digest) for digest in list(digests))


def destroy_returned() -> int:
    """After a restore of files: those that were destroyed go again; returns how many contents."""
    gone = Attachment.objects.filter(state=State.DESTROYED).order_by("sha256")
    back = [digest for digest in gone.values_list("sha256", flat=True).distinct() if store.holds(digest)]
    return sum(destroy(digest) for digest in back)


@transaction.atomic
def destroy(digest: str) -> bool:
    """Remove a content no row needs, and say so of the files that had it; False while one needs or stores it."""
    if not store.lock_alone(digest) or needed([digest]):
        return False
    store.remove(digest)
    Attachment.objects.filter(sha256=digest, state=State.REMOVED).update(state=State.DESTROYED)
    return True


def needed(digests: Iterable[str]) -> set[str]:
    """Those of these contents that a file still opens with, or is being scanned with."""
    rows = Attachment.objects.filter(sha256__in=digests).exclude(state__in=(State.REFUSED, *GIVEN_UP))
    return set(rows.values_list("sha256", flat=True))


@transaction.atomic
def rename_all(subject: str, cleaner: Callable[[str], str]) -> int:
    """The names of a case's files, without their endings, through the cleaner; returns how many changed."""
    changed = 0
    for file in Attachment.objects.filter(subject=subject):
        path = PurePath(file.name)
        name = f"{cleaner(path.stem)[: MAX_LENGTH - len(path.suffix)]}{path.suffix}"
        if name != file.name:
            changed += Attachment.objects.filter(pk=file.pk).update(name=name)
    return changed


# The row stays locked until the caller commits, so the next caller waits and a rollback gives the number back.
_ADVANCE = """
INSERT INTO documents_sequence AS s (series, year, last) VALUES (%s, %s, 1)
ON CONFLICT (series, year) DO UPDATE SET last = s.last + 1 RETURNING last
"""


def next_number(series: str, year: int) -> str:
    """`ADU-2026-000147`: the next of its series and year, without gaps or reuse.

    Call it last in a transaction: every other caller of the series waits for its end. Raises outside of one.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "a number without its case's transaction would leave a gap"
        )
    return f"{series}-{year}-{_advance(series, year):06d}"


def _advance(series: str, year: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, [series, year])
        last: int = cursor.fetchone()[0]
        return last


@transaction.atomic
def issue(
    kind: str,
    subject: str,
    title: str,
    pdf_bytes: bytes,
    *,
    actor: Actor,
    code: str = "",
    content: str = "",
    at: dt.datetime | None = None,
) -> IssuedDocument:
    """Vouch for a PDF. Give the `code` that is printed in it, from `codes.new_code`.

    `title` is for everyone who holds the code: kind and number, never a word of what the case is about.
    """
    document = IssuedDocument.objects.create(
        code=code or new_code(),
        kind=kind,
        subject=subject,
        title=title,
        office=_office_of(actor),
        sha256=hashlib.sha256(pdf_bytes).hexdigest(),
        content=content,
        issued_at=at or timezone.now(),
        issued_by=actor.user,
    )
    data = {"document": document.pk, "title": title}
    record("documents.issueddocument.issue", subject, actor=actor, data=data, at=at)
    return document


@transaction.atomic
def issue_pdf(
    kind: str,
    subject: str,
    title: str,
    template: str,
    data: Mapping[str, Any],
    *,
    actor: Actor,
    language: str = "id",
) -> tuple[IssuedDocument, bytes]:
    """Render a letter with its code and QR on it, and vouch for exactly these bytes.

    The same letter asked for again is the same document: its code, its date, its bytes. A letter that says
    anything else, or that was revoked, is a new one.
    """
    letter = {"title": title, **data}
    plain = hashlib.sha256(pdf.render(template, letter, language=language, at=EPOCH)).hexdigest()
    _one_at_a_time(kind, subject)
    given = IssuedDocument.objects.filter(kind=kind, subject=subject, content=plain, revoked_at=None).first()
    if given is not None:
        again = pdf.render(template, letter, language=language, code=given.code, at=given.issued_at)
        if hashlib.sha256(again).hexdigest() == given.sha256:
            return given, again
    code, at = new_code(), timezone.now()
    drawn = pdf.render(template, letter, language=language, code=code, at=at)
    return issue(kind, subject, title, drawn, actor=actor, code=code, content=plain, at=at), drawn


def _one_at_a_time(kind: str, subject: str) -> None:
    """Two downloads at once wait for each other until commit, so that they are one document."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"issue {kind} {subject}"])


def revoke_all(
    kind: str | None, subject: str, *, reason: str, actor: Actor, at: dt.datetime | None = None
) -> None:
    """Say of every document of a kind (None: of all) that a case has given out that it holds no longer."""
    of_kind = {"kind": kind} if kind else {}
    for document in IssuedDocument.objects.filter(**of_kind, subject=subject, revoked_at=None).order_by("pk"):
        revoke(document, reason=reason, actor=actor, at=at)


@transaction.atomic
def revoke(
    document: IssuedDocument, *, reason: str, actor: Actor, at: dt.datetime | None = None
) -> IssuedDocument:
    """Say of a document that it holds no longer; the reason is shown to everyone with its code."""
    document = IssuedDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if document.is_valid:
        document.revoked_at, document.revoked_reason = at or timezone.now(), reason
        document.save(update_fields={"revoked_at", "revoked_reason"})
        data = {"document": document.pk, "reason": reason}
        record("documents.issueddocument.revoke", document.subject, actor=actor, data=data, at=at)
    return document


def _office_of(actor: Actor) -> str:
    """The office its person works in today; for citizens and the system, the province's own."""
    assignments = live_assignments(actor.user) if actor.user else []
    return assignments[0].position.unit.name if assignments else str(settings.PROVINCE["office"])
