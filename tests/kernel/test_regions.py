"""The province's regions from the vendored file."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from biroumum.regions.models import Region
from biroumum.regions.queries import children, full_name, regencies
from biroumum.regions.services import DATA, Loaded, load_regions

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    Region.objects.all().delete()
    return load_regions(DATA / "33.csv")


def test_the_whole_province_is_loaded(loaded):
    assert loaded == Loaded(created=9175, renamed=0, same=0)
    assert [Region.objects.filter(level=level).count() for level in (1, 2, 3, 4)] == [1, 35, 576, 8563]


def test_loading_again_changes_nothing(loaded, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        assert load_regions(DATA / "33.csv") == Loaded(created=0, renamed=0, same=9175)


def test_a_renamed_region_keeps_its_code_and_the_rest_stays(loaded, tmp_path):
    file = tmp_path / "one.csv"
    file.write_text("code,name\n33.74,Kota Semarang Baru\n", encoding="utf-8")
    assert load_regions(file) == Loaded(created=0, renamed=1, same=0)
    assert full_name("33.74") == "Kota Semarang Baru"
    assert Region.objects.count() == 9175


def test_a_row_without_its_parent_is_refused_whole(tmp_path):
    file = tmp_path / "orphan.csv"
    file.write_text("code,name\n99,Provinsi Uji\n98.01,Kabupaten Yatim\n", encoding="utf-8")
    load_regions(file)
    with pytest.raises(IntegrityError):  # deferred: PostgreSQL looks when the transaction ends
        connection.check_constraints()


def test_a_wrong_file_is_a_sentence_not_a_traceback(tmp_path):
    file = tmp_path / "wrong.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    for path in (file, tmp_path / "missing.csv"):
        with pytest.raises(CommandError, match="code,name"):
            call_command("load_regions", file=path)


def test_a_place_is_named_from_the_village_up(loaded, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert full_name("33.72.01.1001") == "Pajang, Laweyan, Kota Surakarta"
    assert full_name("33") == ""


def test_choices_go_down_one_level_by_name(loaded):
    assert regencies().count() == 35
    assert [region.name for region in children("33.72")] == [
        "Banjarsari",
        "Jebres",
        "Laweyan",
        "Pasar Kliwon",
        "Serengan",
    ]


def test_the_licence_stands_beside_the_data():
    assert "Open Database License" in (DATA / "NOTICE.md").read_text(encoding="utf-8")
    assert (DATA / "LICENSE-ODbL.md").exists()
