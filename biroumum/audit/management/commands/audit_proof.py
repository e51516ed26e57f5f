from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from biroumum.audit import keys, merkle
from biroumum.audit.commands import Answer, CouldNotRun, LogCommand
from biroumum.audit.notes import Checkpoint, encode, open_checkpoint
from biroumum.audit.tiles import Folder


class Command(LogCommand):
    help = (
        "Print the proof that the log of FROM entries is the beginning of the log of TO, read from the published "
        "files alone, and check it up to the signed checkpoint. Exit 0: it is, 1: it is not, 2: could not be read."
    )
    troubles = (OSError, LookupError, keys.KeyTrouble)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("old", type=int, metavar="FROM")
        parser.add_argument("new", type=int, metavar="TO")

    def answer(self, *args: Any, old: int, new: int, **options: Any) -> Answer:
        folder = Folder(Path(settings.AUDIT_DIR) / settings.AUDIT_LOG_NAME)
        signed = _signed(folder)
        if not 0 <= old <= new <= signed.size:
            raise CouldNotRun(
                f"FROM and TO are numbers of entries, 0 to {signed.size}, and FROM is not the larger."
            )
        roots = {size: merkle.root(folder.hashes, size) for size in (old, new)}
        path = merkle.consistency(folder.hashes, old, new)
        onwards = merkle.consistency(folder.hashes, new, signed.size)
        well = merkle.verify_consistency(old, new, roots[old], roots[new], path)
        well &= merkle.verify_consistency(new, signed.size, roots[new], signed.root, onwards)
        told = Checkpoint(signed.origin, new, roots[new]).text
        lines = [f"old {old}", *map(encode, path), "", told]
        verdict = (
            f"PROVED: the log of {old} entries, with root {encode(roots[old])}, is how that of {new} begins."
            if well
            else f"NOT PROVED: the files in {folder.root} do not lead to the signed root of {signed.size} entries."
        )
        return Answer([*lines, verdict], _data(old, new, roots, path, signed), well)


def _data(
    old: int, new: int, roots: dict[int, bytes], path: list[bytes], signed: Checkpoint
) -> dict[str, Any]:
    return {
        "origin": signed.origin,
        "old": {"size": old, "root": encode(roots[old])},
        "new": {"size": new, "root": encode(roots[new])},
        "proof": [encode(found) for found in path],
        "signed": {"size": signed.size, "root": encode(signed.root)},
    }


def _signed(folder: Folder) -> Checkpoint:
    """The published checkpoint. Raises CouldNotRun."""
    note = folder.read("checkpoint")
    if note is None:
        raise CouldNotRun(f"There is no {folder.root}/checkpoint: nothing has been published yet.")
    try:
        return open_checkpoint(note.decode(), keys.log_verifiers(), keys.origin())[0]
    except ValueError as error:
        raise CouldNotRun(f"{folder.root}/checkpoint is not one of {keys.origin()}: {error}.") from error
