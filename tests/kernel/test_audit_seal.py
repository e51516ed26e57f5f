"""A step of a history is marked once all of it stands in the tree below a signed checkpoint, and not before."""

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from biroumum.accounts.actors import SYSTEM
from biroumum.accounts.models import Unit
from biroumum.audit.drawing import drawn
from biroumum.audit.queries import history, public_history
from biroumum.audit.sequencer import Sequencer
from biroumum.audit.services import record
from biroumum.audit.tiles import Folder
from biroumum.web.subjects import subject_key
from tests.conftest import PASSWORD
from tests.kernel.test_audit_sequencer import SIGNER

OPEN = "complaints.complaint.message"


@pytest.fixture
def sequencer(cluster, real_db, tmp_path):
    with psycopg.connect(cluster.url(real_db, "biro_sequencer", PASSWORD), autocommit=True) as db:
        yield Sequencer(db, Folder(tmp_path), SIGNER.name, [SIGNER], [SIGNER.verifier])


@pytest.fixture
def unit(real_db):
    with transaction.atomic():
        unit = Unit.objects.create(code="uji", name="Unit uji")
        record(OPEN, subject_key(unit), actor=SYSTEM)
    return unit


def publish(sequencer):
    while sequencer.turn():
        pass


def test_a_step_is_marked_when_it_is_below_a_signed_checkpoint(sequencer, unit):
    key = subject_key(unit)
    assert [step.proven for step in history(key)] == [False]
    while sequencer.take():  # in the tree, but nobody has signed it
        pass
    assert [step.proven for step in history(key)] == [False]
    publish(sequencer)
    assert [step.proven for step in history(key)] == [True]
    assert [step.proven for step in public_history(key)] == [True]
    with transaction.atomic():
        record(OPEN, key, actor=SYSTEM)
    assert [step.proven for step in history(key)] == [False, True]
    assert [step.proven for step in public_history(key)] == [True, False]


def test_a_step_of_which_one_row_waits_is_not_marked(sequencer, unit, owner_db):
    publish(sequencer)
    with transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(name="Lain")
        record(OPEN, subject_key(unit), actor=SYSTEM)
    owner_db.execute("DELETE FROM audit.pending WHERE entry_id = (SELECT min(entry_id) FROM audit.pending)")
    publish(sequencer)
    assert [step.proven for step in history(subject_key(unit))] == [False, True]


def test_the_mark_costs_no_statement_and_changes_nothing_else(sequencer, unit):
    def seen():
        with CaptureQueriesContext(connection) as said:
            steps = history(subject_key(unit))
        return len(said), [drawn(step) for step in steps]

    seen()
    before = seen()
    publish(sequencer)
    after = seen()
    assert after[0] == before[0]
    mark = ' <span class="seal">✔ terverifikasi</span>'
    assert [step.replace(mark, "") for step in after[1]] == before[1]
    assert mark in after[1][0]
