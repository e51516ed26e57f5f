"""What was signed: the published checkpoint with its witnesses, an older one that was kept, those in the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import psycopg

from biroumum.audit.notes import BadNote, Checkpoint, Verifier, open_checkpoint, open_note
from biroumum.audit.tiles import Folder
from biroumum.audit.verification.finding import Finding

PUBLISHED = "checkpoint"
SIGNED = "SELECT size, root, origin, note FROM audit.checkpoint ORDER BY size, origin"


def read_published(
    folder: Folder, verifiers: Sequence[Verifier], origin: str
) -> tuple[Checkpoint | None, list[Finding]]:
    """The checkpoint in the folder; None before the first, and for one that is not to be believed."""
    data = folder.read(PUBLISHED)
    if data is None:
        return None, []
    try:
        return open_checkpoint(data.decode(), verifiers, origin)[0], []
    except (BadNote, UnicodeDecodeError) as error:
        sentence = _UNSIGNED.format(place=folder.root / PUBLISHED, error=error)
        return None, [Finding("signature", PUBLISHED, "", "", sentence)]


def read_older(text: str, verifiers: Sequence[Verifier]) -> Checkpoint:
    """A checkpoint somebody kept, of this origin or one of before; raises BadNote."""
    return open_checkpoint(text, verifiers, text.partition("\n")[0])[0]


def check_cosignatures(db: psycopg.Connection, verifiers: Sequence[Verifier]) -> Iterator[Finding]:
    """The lines of witnesses under the newest checkpoint of each origin, of those whose keys are known."""
    rows = db.execute(
        "SELECT s.witness, s.line, c.note, c.size FROM audit.cosignature s JOIN ("
        "SELECT DISTINCT ON (origin) origin, size, note FROM audit.checkpoint ORDER BY origin, size DESC"
        ") c USING (origin, size)"
    )
    for witness, line, note, size in rows.fetchall():
        name = line.split(" ")[1] if line.count(" ") == 2 else witness
        try:
            if known := [verifier for verifier in verifiers if verifier.name == name]:
                open_note(note.rpartition("\n\n")[0] + "\n\n" + line, known)
        except BadNote as error:
            yield Finding("signature", "audit.cosignature", str(size), "line", _WITNESS.format(error=error))


def check_notes(db: psycopg.Connection) -> Iterator[Finding]:
    """Each note in the database says the size and root of its row."""
    with db.cursor(name="verify_notes") as cursor:
        for size, root, origin, note in cursor.execute(SIGNED):
            if not note.startswith(Checkpoint(origin, size, bytes(root)).text + "\n"):
                yield Finding("signature", "audit.checkpoint", str(size), "note", _NOTE)


def all_signed(
    db: psycopg.Connection, published: Checkpoint | None, older: Checkpoint | None
) -> Iterator[tuple[int, bytes, str]]:
    """(size, root, where it stands) of all checkpoints, the smallest first."""
    apart = [(one.size, one.root, what) for one, what in ((older, OLDER), (published, PUBLISHED)) if one]
    apart.sort()
    with db.cursor(name="verify_signed") as cursor:
        for size, root, _origin, _note in cursor.execute(SIGNED):
            while apart and apart[0][0] <= size:
                yield apart.pop(0)
            yield size, bytes(root), "audit.checkpoint"
    yield from apart


OLDER = "the older checkpoint"
_UNSIGNED = (
    "{place} is not a checkpoint of this log: {error}. Put back the keys in AUDIT_KEYS if they are others; else put "
    "the file back from a backup of the folder, and run `manage.py audit_recover`, which says what is missing."
)
_WITNESS = (
    "{error}. Remove this witness from AUDIT_WITNESSES and tell its operator, or correct its key there."
)
_NOTE = (
    "the note of this size says another size or root than its row: the row was changed. Take it from a backup; "
    "compare the note with the witnesses' copies."
)
