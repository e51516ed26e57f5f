from collections.abc import Iterator

import psycopg
import pytest
from django.db import transaction

from biroumum.accounts.models import Unit
from biroumum.audit import keys, tiles
from biroumum.audit.sequencer import Sequencer
from biroumum.reports.registry import REPORTS
from tests.conftest import PASSWORD
from tests.kernel.published_log import Log
from tests.kernel.reports_sample import Sample


@pytest.fixture
def sample() -> Iterator[Sample]:
    """A report that is registered for this test alone."""
    sample = Sample()
    sample.register()
    yield sample
    del REPORTS["sample"]


@pytest.fixture
def log(cluster, real_db, tmp_path, settings):
    settings.AUDIT_DIR, settings.AUDIT_KEYS = tmp_path / "published", tmp_path / "keys"
    settings.AUDITOR_DATABASE_URL = cluster.url(real_db, "biro_auditor", PASSWORD)
    signer = keys.make("log")
    folder = tiles.Folder(settings.AUDIT_DIR / settings.AUDIT_LOG_NAME)
    with (
        psycopg.connect(cluster.url(real_db, "biro_sequencer", PASSWORD), autocommit=True) as db,
        psycopg.connect(cluster.url(real_db), autocommit=True) as root,
    ):
        made = Log(cluster, real_db, root, Sequencer(db, folder, signer.name, [signer], [signer.verifier]))
        with transaction.atomic():
            made.unit = Unit.objects.create(code="sasaran", name="Kantor Sasaran")
        made.write(300)
        made.sequence()
        made.entry = made.one("SELECT max(id) FROM audit.entry WHERE ent = 'accounts.unit'")
        made.idx = made.one(f"SELECT idx FROM audit.leaf WHERE entry_id = {made.entry}")
        made.key = str(made.unit.pk)
        yield made
