from pathlib import Path

import pytest
from django.db import transaction
from PIL import Image

from complaints import services
from complaints.models import ApiKey, Category, Question
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


@pytest.fixture
def key(db):
    with transaction.atomic():
        return ApiKey.objects.create(
            name="Aplikasi", contact="a@contoh.id", key_hash=services.hash_api_key("kunci")
        )


@pytest.fixture
def questions(db):
    sector = Category.objects.get(code="infrastruktur")
    with transaction.atomic():
        Question.objects.create(
            category=sector, code="lantai", label="Lantai berapa?", datatype="number", required=True
        )
        Question.objects.create(
            category=sector,
            code="jenis",
            label="Apa yang rusak?",
            datatype="multivaluelist",
            choices="Lampu\nLift",
            order=2,
        )
