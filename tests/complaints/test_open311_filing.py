"""Filing by Open311: what it needs, what it gives back, and that nothing of it is shown."""

import datetime as dt
import re
import xml.etree.ElementTree as ET

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client

from biroumum.accounts.actors import Actor
from biroumum.portal.demo.complaints import create_complaints
from complaints import services
from complaints.exchange import filing, georeport
from complaints.models import ApiKey, Category, Complaint, Question, Reporter
from complaints.states import Source, Visibility
from tests.complaints.open311 import V2, get, post, rows_of
from tests.complaints.open311_schema import SCHEMAS, check
from tests.complaints.test_intake import file


@pytest.mark.parametrize("form", ["json", "xml"])
def test_filing_gives_a_token_whose_number_and_code_are_good(key, form):
    answer = post(form)
    assert (answer.status_code, answer["Content-Type"]) == (201, georeport.TYPES[form])
    rows = rows_of(answer, form)
    check(SCHEMAS["posted"], rows)
    row, case = rows[0], Complaint.objects.get()
    known = rows_of(get(f"tokens/{row['token']}.{form}"), form)
    check(SCHEMAS["token"], known)
    assert known == [{"service_request_id": case.number, "token": row["token"]}]
    code = re.search(r"kode ([\w-]+)\.", row["service_notice"])[1]
    assert services.tracked_complaint(case.number, code) == case
    assert (case.source, case.visibility, case.title) == (
        Source.OPEN311,
        Visibility.CONFIDENTIAL,
        "Lampu lorong mati.",
    )
    assert get(f"requests/{case.number}.json").status_code == 404


def test_a_picture_elsewhere_is_not_taken_and_that_is_said(key, cast, client_for):
    row = post(media_url="http://192.168.0.1/gambar.jpg").json()[0]
    assert "media_url tidak kami ambil" in row["service_notice"]
    case = Complaint.objects.get()
    assert "192.168" not in client_for(cast.sekar).get(case.get_absolute_url()).text
    assert "media_url" not in post(description="Tanpa gambar.").json()[0]["service_notice"]


def test_a_date_is_a_day_of_the_province_or_a_fault(key, cast):
    sector = Category.objects.get(code="infrastruktur")
    with transaction.atomic():
        Question.objects.create(category=sector, code="sejak", label="Sejak kapan?", datatype="datetime")
    for wrong in ("bukan tanggal", "2026-13-01", "0001-01-01T00:00:00+14:00", "kemarin 2026-11-24"):
        answer = post(**{"attribute[sejak]": wrong})
        assert answer.status_code == 400
        assert "attribute[sejak] must be a date" in answer.json()[0]["description"]
    for right, kept in (("2026-11-24", "2026-11-24"), ("2026-11-24T20:00:00Z", "2026-11-25")):
        assert post(**{"attribute[sejak]": right}).status_code == 201
        assert Complaint.objects.latest("pk").details == {"sejak": kept}


@pytest.mark.parametrize("html", ["<b>Lampu</b> mati", "Lampu <img src=x>", "Lampu<!-- x -->", "Lampu </p>"])
def test_a_description_with_html_is_refused_and_one_with_signs_is_taken(key, html):
    answer = post(description=html)
    assert answer.status_code == 400
    assert answer.json()[0]["description"] == "description must not contain html"
    assert post(description="Suhu < 20 dan > 5, <3 & lagi").status_code == 201


def test_the_demo_key_files_on_the_demo(cast):
    create_complaints(vars(cast))
    before = Complaint.objects.count()
    answer = post(api_key="demo")
    check(SCHEMAS["posted"], answer.json())
    assert Complaint.objects.count() == before + 1
    assert post(api_key="demo2").status_code == 403


def test_the_same_post_twice_is_one_case(key):
    assert post().json()[0]["token"] == post().json()[0]["token"]
    assert Complaint.objects.count() == 1


def test_contact_point_and_answers_are_kept_and_never_given_out(key, questions, cast, client_for):
    data = {
        "lat": "-6.99",
        "long": "110.42",
        "email": "sari@contoh.id",
        "first_name": "Sari",
        "last_name": "Contoh",
        "phone": "0812 3456 7890",
        "device_id": "abc",
        "attribute[lantai]": "2",
        "attribute[jenis][]": ["Lampu", "Lift"],
    }
    assert post(**data).status_code == 201
    case = Complaint.objects.get()
    assert case.details == {"lantai": "2", "jenis": ["Lampu", "Lift"]}
    assert float(case.latitude) == -6.99
    assert Reporter.objects.get().name == "Sari Contoh"
    Complaint.objects.update(visibility=Visibility.OPEN, state="verified")
    case.refresh_from_db()
    services.publish(case, actor=Actor.staff(cast.sekar), title="Lampu", description="Lampu mati.")
    page = client_for(cast.sekar).get(case.get_absolute_url()).content.decode()
    assert "Lantai berapa?" in page
    assert "Lampu, Lift" in page
    told = get(f"requests/{case.number}.json").content.decode()
    for secret in ("sari", "Sari", "0812", "abc", "-6.99,", "110.42,"):
        assert secret not in told, secret


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"api_key": None}, 403, "api_key"),
        ({"api_key": "guess"}, 403, "api_key"),
        ({"service_code": None}, 400, "service_code"),
        ({"service_code": "tidak-ada"}, 404, "service_code"),
        ({"address_string": None}, 400, "location"),
        ({"address_string": None, "lat": "-6.9"}, 400, "location"),
        ({"lat": "95", "long": "110"}, 400, "lat"),
        ({"lat": "NaN", "long": "1"}, 400, "lat"),
        ({"description": "x" * 4001}, 400, "description"),
        ({"email": "no address"}, 400, "email"),
        ({"attribute[lantai]": None}, 400, "attribute[lantai]"),
        ({"attribute[lantai]": "dua"}, 400, "attribute[lantai]"),
        ({"attribute[jenis][]": "Pintu"}, 400, "attribute[jenis]"),
    ],
)
def test_a_post_that_is_not_good_says_why_and_files_nothing(key, questions, changes, status, said):
    answer = post(**{"attribute[lantai]": "2"} | changes)
    assert answer.status_code == status
    assert any(said in row["description"] for row in answer.json()), answer.json()
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("form", ["json", "xml"])
def test_too_many_are_told_when_to_come_back(key, monkeypatch, form):
    monkeypatch.setattr(filing, "POSTS_OF_ADDRESS", 1)
    assert post(description="Pertama").status_code == 201
    answer = Client().post(f"{V2}/requests.{form}", {"api_key": "kunci", "service_code": "infrastruktur"})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3600
    if form == "json":
        check(SCHEMAS["errors"], answer.json())
    else:
        assert ET.fromstring(answer.content)[0].findtext("code") == "429"


def test_a_key_in_the_address_counts_for_nothing(key, questions):
    answer = Client().post(f"{V2}/requests.json?api_key=kunci", {"service_code": "infrastruktur"})
    assert answer.status_code == 403
    assert not Complaint.objects.exists()


def test_a_key_that_was_withdrawn_files_nothing(key):
    with transaction.atomic():
        ApiKey.objects.update(is_active=False)
    assert post().status_code == 403


def test_hostile_words_are_inert(key, cast):
    assert post(description="< script>alert(1)< /script> \x00 \u202e & ]]>").status_code == 201
    case = Complaint.objects.get()
    assert "\x00" not in case.description
    assert "\u202e" not in case.description


def test_the_administrator_makes_a_key_that_is_shown_once(client_for, cast):
    client = client_for(cast.admin)
    made = client.post(
        "/admin/complaints/apikey/add/",
        {"name": "Kota", "contact": "k@contoh.id", "is_active": "on", "reason": "Surat 1"},
        follow=True,
    )
    shown = re.search(r"Kunci untuk Kota: ([\w-]+)", made.content.decode())[1]
    assert post(api_key=shown).status_code == 201
    again = client.get(f"/admin/complaints/apikey/{ApiKey.objects.get().pk}/change/").content.decode()
    assert shown not in again


def test_sent_again_after_the_hour_has_turned_is_still_one_case(key, now, monkeypatch):
    moment = [now.replace(minute=59)]
    monkeypatch.setattr("complaints.exchange.filing.timezone.now", lambda: moment[0])
    body = QueryDict("description=Lampu")
    first = filing.once(key, body)
    file(now, submit_token=first)
    moment[0] += dt.timedelta(minutes=2)
    assert filing.once(key, body) == first
    moment[0] += dt.timedelta(hours=2)
    assert filing.once(key, body) != first


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\nno part", "multipart/form-data"),
        (b"&".join(b"a%d=1" % n for n in range(2000)), "application/x-www-form-urlencoded"),
        (b"a=" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
    ],
    ids=["malformed", "too many fields", "too large"],
)
def test_a_body_nobody_can_read_is_a_fault_in_the_format_asked_for(key, form, body, kind):
    answer = Client().post(f"{V2}/requests.{form}", body, content_type=kind)
    assert (answer.status_code, answer["Content-Type"]) == (400, georeport.TYPES[form])
    assert "could not be read" in rows_of(answer, form)[0]["description"]
