from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from biroumum.audit import receipts
from biroumum.audit.commands import Answer, CouldNotRun, LogCommand
from biroumum.audit.keys import KeyTrouble
from biroumum.web.subjects import subject_key
from complaints.models import Complaint
from complaints.services.filed import SUBMITTED


class Command(LogCommand):
    help = (
        "Print the receipt of the complaint NUMBER as its reporter is given it; into a file, with > NUMBER.tlog-proof. "
        "Exit 1: it has none yet, or its entry was erased."
    )
    troubles = (OSError, KeyTrouble)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("number", metavar="NUMBER")
        parser.add_argument(
            "--promise", action="store_true", help="The promise instead, which there is at once."
        )

    def answer(self, *args: Any, number: str, promise: bool, **options: Any) -> Answer:
        case = Complaint.objects.filter(number=number).first()
        if case is None:
            raise CouldNotRun(f"There is no complaint {number}.")
        entry = receipts.recorded(subject_key(case), SUBMITTED)
        if entry is None:
            raise CommandError(f"What the log said of the filing of {number} was erased.")
        if promise:
            return Answer([receipts.promise(entry)], {"number": number, "promise": receipts.promise(entry)})
        proof = receipts.receipt(entry)
        if proof is None:
            raise CommandError(f"{number} does not stand in the signed log yet. Does the sequencer run?")
        return Answer([proof.text], {"number": number, "receipt": proof.text})
