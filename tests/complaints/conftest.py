import pytest

from tests.complaints.road import Road


@pytest.fixture
def road(cast, now):
    """A complaint just filed, to be walked on by `road.go(who, step, …)`."""
    return Road(cast, now)
