"""The log as it is published: keys of its own, and its sequencer, turned by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from biroumum.audit import keys, tiles
from biroumum.audit.sequencer import Sequencer
from biroumum.local.postgres import Cluster
from tests.conftest import PASSWORD


@pytest.fixture
def log_keys(settings: Any, tmp_path: Path) -> None:
    settings.PUBLIC_URL = "https://portal.example"
    settings.AUDIT_KEYS, settings.AUDIT_DIR = tmp_path / "keys", tmp_path / "transparansi"
    keys.make_missing()


@pytest.fixture
def log_sequencer(settings: Any, log_keys: None, cluster: Cluster, real_db: str) -> Iterator[Sequencer]:
    """Of this test's own database and folder; `sequenced` brings all that waits into the tree."""
    with psycopg.connect(cluster.url(real_db, "biro_sequencer", PASSWORD), autocommit=True) as db:
        folder = tiles.Folder(settings.AUDIT_DIR / settings.AUDIT_LOG_NAME)
        made = Sequencer(db, folder, keys.origin(), keys.log_signers(), keys.log_verifiers())
        assert made.hold()
        yield made


def sequenced(sequencer: Sequencer) -> Path:
    """The folder of the published log, with every entry in it."""
    while sequencer.turn():
        pass
    return sequencer.folder.root
