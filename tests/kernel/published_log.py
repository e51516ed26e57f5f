"""A log as a thief finds it: some hundred entries, in the tree and published; and how `audit_verify` finds the thief."""

import io
import json

from django.core.management import call_command
from django.db import transaction

from biroumum.accounts.actors import SYSTEM
from biroumum.audit.services import record


class Log:
    """A portal's log of some hundred entries, published, with one office in it that the thief is after."""

    def __init__(self, cluster, name, root, sequencer):
        self.cluster, self.name, self.root, self.sequencer = cluster, name, root, sequencer
        self.folder = sequencer.folder

    def write(self, count=1):
        with transaction.atomic():
            for number in range(count):
                record("test.told", f"documents.document/{number}", actor=SYSTEM, data={"n": number})

    def sequence(self):
        while self.sequencer.turn():
            pass

    def one(self, sql):
        return self.root.execute(sql).fetchone()[0]

    def found(self, *options):
        """(check, table, key, column) of all findings of the command."""
        out, code = io.StringIO(), 0
        try:
            call_command("audit_verify", "--json", *options, stdout=out)
        except SystemExit as stopped:
            code = stopped.code
        told = json.loads(out.getvalue())
        assert (code, told["ok"]) == ((1, False) if told["findings"] else (0, True))
        for one in told["findings"] + told["warnings"]:
            assert len(one["sentence"]) > 40 or "more" in one["sentence"], one
        places = [(one["check"], one["table"], one["key"], one["column"]) for one in told["findings"]]
        self.warned = {one["check"] for one in told["warnings"]}
        return places
