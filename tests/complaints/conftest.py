from pathlib import Path

import pytest
from PIL import Image

from tests.complaints.road import Road


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "lampu.png"
    Image.new("RGB", (20, 20), "navy").save(path)
    return path


@pytest.fixture
def road(cast, now):
    """A complaint just filed, to be walked on by `road.go(who, step, …)`."""
    return Road(cast, now)


@pytest.fixture
def public_road(cast, now):
    """A complaint an officer works on, and that everyone may read."""
    road = Road(cast, now)
    road.work()
    road.publish()
    return road
