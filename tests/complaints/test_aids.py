"""Rules propose and never decide; a broken one blocks nothing. Templates fill in what the case knows."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from biroumum.accounts.models import Position, Unit
from biroumum.regions.models import Region
from complaints.models import AnswerTemplate, Category, Complaint, RoutingRule
from complaints.services.routing import dry_run, proposal, usable_rules
from tests.complaints.citizen import make_regions
from tests.complaints.road import Road


@pytest.fixture
def road(cast, now):
    road = Road(cast, now)
    road.verify()
    return road


@pytest.fixture
def household(cast):
    return Unit.objects.get(code="subbag-rumah-tangga")


@pytest.fixture
def assets(cast):
    return cast.wulan.live[0].position.unit


def rule(name, unit, **conditions):
    with transaction.atomic():
        return RoutingRule.objects.create(name=name, unit=unit, **conditions)


def test_the_first_rule_that_fits_counts(road, household, assets):
    rule("kedua", assets, order=2)
    first = rule("pertama", household, order=1, category=road.case.category)
    assert proposal(road.case) == first


@pytest.mark.parametrize(
    ("conditions", "fits"),
    [
        ({}, True),
        ({"kind": "complaint"}, True),
        ({"kind": "information"}, False),
        ({"words": "lampu"}, True),
        ({"words": "lift or lampu"}, True),
        ({"words": "lampu -lorong"}, False),
        ({"words": '"((( & !! lampu'}, True),  # whatever is typed is words, never a fault
        ({"words": "' ; drop table --"}, False),
    ],
)
def test_conditions(road, household, conditions, fits):
    rule("aturan", household, **conditions)
    assert (proposal(road.case) is not None) is fits


@pytest.mark.parametrize("words", ["-", "!!! ...", '" "'])
def test_words_that_find_nothing_are_refused_and_of_an_older_rule_the_page_says_so(
    road, household, client_for, words
):
    with pytest.raises(ValidationError, match="dapat dicari"):
        RoutingRule(name="umum", unit=household, words=words).full_clean()
    broken = rule("umum", household, words=words)
    assert broken not in usable_rules()
    assert proposal(road.case) is None
    page = client_for(road.cast.sekar).get("/kerja/pengaduan/aturan/").content.decode()
    assert page.count("Tanpa kata yang dapat dicari: tidak pernah cocok") == 1
    RoutingRule(name="lampu", unit=household, words="yang lampu -di").full_clean()
    RoutingRule(name="semua", unit=household).full_clean()


def test_a_region_covers_what_lies_in_it_and_not_its_namesake(road, household):
    with transaction.atomic():
        make_regions()
        Complaint.objects.filter(pk=road.case.pk).update(region="33.74.01.1001")
    road.case.refresh_from_db()
    rule("kota", household, region=Region.objects.get(code="33.74"))
    assert proposal(road.case)
    with transaction.atomic():
        RoutingRule.objects.update(region=Region.objects.get(code="33.72"))
    assert proposal(road.case) is None


def test_no_rule_leads_to_the_office_complained_about(road, household):
    rule("aturan", household)
    road.case.accused_unit = household.parent
    assert proposal(road.case) is None


def test_a_rule_of_an_office_that_is_gone_is_passed_over(road, household, assets):
    rule("lama", household, order=1)
    later = rule("baru", assets, order=2)
    with transaction.atomic():
        Unit.objects.filter(pk=household.pk).update(is_active=False)
    assert proposal(road.case) == later


def test_the_form_shows_the_proposal_and_the_officer_decides_otherwise(
    road, household, assets, cast, client_for
):
    chair = Position.objects.get(title="Pengelola Rumah Tangga")
    rule("Lampu gedung", household, words="lampu", position=chair)
    client, address = client_for(cast.sekar), f"/kerja/pengaduan/{road.case.pk}/assign/"
    page = client.get(address)
    assert page.context["form"]["unit"].value() == household.pk
    assert page.context["form"]["position"].value() == chair.pk
    assert "Lampu gedung" in page.content.decode()
    other = cast.wulan.live[0].position
    data = {"unit": assets.pk, "position": other.pk, "instruction": "", "expected_state": road.case.state}
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.context["form"].errors
    road.case.refresh_from_db()
    assert road.case.unit == assets


def test_the_dry_run_says_what_would_have_been_and_changes_nothing(road, household, cast, client_for):
    road.assign()
    rule("Lampu gedung", household, words="lampu")
    rule("Tidak dipakai", household, is_active=False)
    before = Complaint.objects.values().get(pk=road.case.pk)
    page = client_for(cast.sekar).get("/kerja/pengaduan/aturan/")
    assert (page.context["proposed"], page.context["agreed"]) == (1, 1)
    assert "Tidak dipakai" in page.content.decode()
    assert Complaint.objects.values().get(pk=road.case.pk) == before
    assert [found.name for _case, found in dry_run(usable_rules(), [road.case])] == ["Lampu gedung"]
    assert client_for(cast.bagas).get("/kerja/pengaduan/aturan/").status_code == 403


def test_the_dry_run_takes_as_many_statements_for_many_as_for_few(
    cast, now, household, client_for, django_assert_num_queries
):
    cases = [Road(cast, now) for _ in range(3)]
    for each in cases:
        each.work()
    for number in range(3):
        rule(f"aturan {number}", household, order=number, words=f"tidakada{number}")
    rules = usable_rules()
    for few in (1, 3):
        with django_assert_num_queries(1):
            dry_run(rules[:few], [each.case for each in cases[:few]])


def test_templates_of_the_category_come_filled_in(cast, now, client_for):
    road = Road(cast, now)
    road.work()
    with transaction.atomic():
        own = AnswerTemplate.objects.create(
            name="Lampu",
            category=road.case.category,
            text="Pengaduan {nomor} ({perihal}) oleh {unit}: {lain} {0}",
        )
        AnswerTemplate.objects.create(name="Umum", text="Terima kasih.")
        other = Category.objects.exclude(pk=road.case.category_id).first()
        foreign = AnswerTemplate.objects.create(name="Asing", category=other, text="Bukan ini.")
    client, address = client_for(cast.bagas), f"/kerja/pengaduan/{road.case.pk}/answer/"
    page = client.get(address).content.decode()
    assert "Lampu</a>" in page
    assert "Umum" in page
    assert "Asing" not in page
    text = client.get(f"{address}?templat={own.pk}").context["form"]["text"].value()
    assert (
        text == f"Pengaduan {road.case.number} ({road.case.title}) oleh {road.case.unit.name}: {{lain}} {{0}}"
    )
    assert not client.get(f"{address}?templat={foreign.pk}").context["form"]["text"].value()
    assert client.get(f"{address}?templat=x").status_code == 200
