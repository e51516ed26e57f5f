"""The certificate looks at the tree when it is made: erased entries keep their places, or there is no certificate."""

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from biroumum.accounts.actors import SYSTEM
from biroumum.audit.erased import standing
from biroumum.audit.models import Entry
from biroumum.audit.services import erase, record
from biroumum.documents.models import IssuedDocument
from biroumum.privacy import certificate, services
from biroumum.privacy.models import ErasureRequest
from biroumum.worktime.models import TimeLimit
from tests.kernel.test_audit_sequencer import sequencer

__all__ = ["sequencer"]


def place_all(sequencer):
    while sequencer.turn():
        pass


def test_erased_entries_keep_their_places_and_the_certificate_says_how_many(asking, sequencer):
    place_all(sequencer)
    done = asking.erase()
    log = done.report["log"]
    assert 0 < log["placed"] < log["entries"]  # what the erasure itself wrote has no place yet
    assert log["size"] == sequencer.size
    place_all(sequencer)
    after = standing(done.report["entries"])
    assert (after.entries, after.placed, after.sound) == (log["entries"], log["entries"], True)
    assert after.size > log["size"]


def test_what_the_certificate_asks_of_the_tree_does_not_grow_with_the_entries(real_db, sequencer, owner_db):
    asked = []
    for many in (10, 100):
        subject = f"documents.document/9{many}"
        rule = f"worktime.timelimit/{TimeLimit.objects.exclude(legal_basis='').earliest('pk').pk}"
        with transaction.atomic():
            for _each in range(many):
                record("told", subject, actor=SYSTEM)
            ids = Entry.objects.filter(subject=subject).values_list("pk", flat=True)
            gone = erase("erased", subject, ids, rule=rule, case=subject, actor=SYSTEM)
        place_all(sequencer)
        with CaptureQueriesContext(connection) as said:
            assert standing([gone.entry]).placed == many
        asked.append(len(said))
    assert max(asked) <= 2 + 2 * 7, asked  # the root reads a tile a level, and the entries lie in one or two


def test_without_any_tree_it_says_that_none_has_a_place(asking):
    log = asking.erase().report["log"]
    assert (log["placed"], log["size"]) == (0, 0)


@pytest.mark.parametrize("forged", ["hash", "commitment"])
def test_of_a_forged_log_there_is_no_certificate_and_the_request_stays_open(
    asking, sequencer, cluster, real_db, forged
):
    place_all(sequencer)
    request = asking.record()
    with psycopg.connect(cluster.url(real_db), autocommit=True) as root:
        root.execute("SET session_replication_role = replica")
        root.execute("SET event_triggers = off")
        told = "SELECT id FROM audit.entry WHERE subject = %s AND ent = 'complaints.message' LIMIT 1"
        (entry,) = root.execute(told, [asking.key]).fetchone()
        for table in ("leaf", "entry"):
            root.execute(f"ALTER TABLE audit.{table} DISABLE TRIGGER ALL")
        for (part,) in root.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit.entry'::regclass"
        ).fetchall():
            root.execute(f"ALTER TABLE {part} DISABLE TRIGGER ALL")
        if forged == "hash":
            root.execute("UPDATE audit.leaf SET hash = sha256('x') WHERE entry_id = %s", [entry])
        else:
            root.execute("UPDATE audit.entry SET commitment = sha256('x') WHERE id = %s", [entry])
    asking.take(request, "approve")
    request.refresh_from_db()
    assert request.state == "erasing"
    assert not IssuedDocument.objects.filter(kind=certificate.KIND).exists()
    assert services.finish_all() == 0
    with pytest.raises(certificate.TreeBroken, match="audit_verify"):
        certificate.standing_of(ErasureRequest.objects.get())
