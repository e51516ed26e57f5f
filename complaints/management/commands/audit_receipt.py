from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.db import DatabaseError

from biroumum.audit import receipts
from biroumum.audit.commands import Answer, CouldNotRun, LogCommand, NotThere
from biroumum.audit.keys import KeyTrouble
from biroumum.web.subjects import subject_key
from complaints.models import Complaint
from complaints.services.filed import SUBMITTED


class Command(LogCommand):
    help = (
        "Print the receipt of the complaint NUMBER as its reporter is given it; into a file, with > NUMBER.tlog-proof. "
        "A log that follows another has one too: audit.log/NAME. Exit 1: there is none yet, or the entry "
        "was erased; 2: it could not be looked for."
    )
    troubles = (OSError, DatabaseError, KeyTrouble)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("number", metavar="NUMBER")
        parser.add_argument(
            "--promise", action="store_true", help="The promise instead, which there is at once."
        )

    def answer(self, *args: Any, number: str, promise: bool, **options: Any) -> Answer:
        entry = receipts.recorded(*_event(number))
        if entry is None:
            raise NotThere(f"The log holds no words on {number}: they were erased, or it was never there.")
        if promise:
            return Answer([receipts.promise(entry)], {"number": number, "promise": receipts.promise(entry)})
        proof = receipts.receipt(entry)
        if proof is None:
            raise NotThere(f"{number} does not stand in the signed log yet. Does the sequencer run?")
        return Answer([proof.text], {"number": number, "receipt": proof.text})


def _event(number: str) -> tuple[str, str]:
    """Subject and name of the event whose receipt is meant. Raises CouldNotRun."""
    if number.startswith("audit.log/"):
        return number, "log_followed"
    if case := Complaint.objects.filter(number=number).first():
        return subject_key(case), SUBMITTED
    raise CouldNotRun(f"There is no complaint {number}.")
