"""The auditor's log browser: what it finds, what it never tells, and that it stands in the log itself."""

import csv
import datetime as dt
import io
import json
import re

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Unit
from biroumum.audit import browser
from biroumum.audit.browser import lines
from biroumum.audit.filters import EntryFilter
from biroumum.audit.models import Entry
from biroumum.audit.registry import captured
from biroumum.audit.services import record
from biroumum.web import context
from complaints.models import Complaint
from tests.complaints.road import Road
from tests.fixtures_cast import PASSWORD

PAGE = "/kerja/log/"


@pytest.fixture
def laras(cast, client_for):
    return client_for(cast.laras)


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def subjects(client, query=""):
    """The keys on the page, newest first."""
    return re.findall(r'<small><a href="\?subject=[^"]+">([^<]+)</a>', text(client.get(PAGE + query)))


def act(user, verb, subject):
    with context.fresh(user_id=user.pk, unit_id=user.live[0].position.unit_id), transaction.atomic():
        record(verb, subject, actor=Actor.staff(user))


def test_who_is_no_auditor_finds_neither_page_nor_link(cast, client_for, laras):
    assert PAGE in text(laras.get("/kerja/"))
    for name in ("sekar", "hartono", "admin", "irma"):
        client = client_for(getattr(cast, name))
        assert client.get(PAGE).status_code == 403
        assert PAGE not in text(client.get("/kerja/"))


def test_each_look_and_each_file_is_an_entry_with_what_was_asked(cast, laras):
    laras.get(PAGE)
    laras.get(f"{PAGE}?verb=denied&sesudah=WzFd")
    b"".join(laras.get(f"{PAGE}ekspor.csv?verb=denied").streaming_content)
    found = Entry.objects.filter(verb__startswith="audit.entry.", op="access").order_by("id")
    assert [(each.verb, json.loads(each.body)["data"]["filter"]) for each in found] == [
        ("audit.entry.look", ""),
        ("audit.entry.look", "verb=denied&sesudah=WzFd"),
        ("audit.entry.export", "verb=denied"),
    ]
    assert {each.subject for each in found} == {f"accounts.user/{cast.laras.pk}"}
    assert "Log dilihat" in text(laras.get(PAGE))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?app=complaints&user={bagas}", ["complaints.complaint/1"]),
        ("?app=worktime&user={rini}", ["worktime.holiday/2"]),
        ("?verb=changed&user={rini}", ["worktime.holiday/2"]),
        ("?user={bagas}", ["complaints.complaint/1"]),
        ("?unit={rini_unit}&user={rini}", ["worktime.holiday/2"]),
        ("?unit={wulan_unit}", []),
        ("?subject=worktime.holiday/2&user={rini}", ["worktime.holiday/2"]),
        ("?user={bagas}&before=2020-01-01", []),
        ("?user={bagas}&after=2020-01-01&before=9999-12-31", ["complaints.complaint/1"]),
        ("?user={bagas}&after=9999-12-31", []),
    ],
)
def test_each_filter_finds_its_entries_alone(cast, laras, query, found):
    act(cast.bagas, "complaints.complaint.verify", "complaints.complaint/1")
    act(cast.rini, "changed", "worktime.holiday/2")
    ids = {name: getattr(cast, name).pk for name in ("rini", "bagas")}
    ids |= {f"{name}_unit": getattr(cast, name).live[0].position.unit_id for name in ("rini", "wulan")}
    assert subjects(laras, query.format(**ids)) == found


def test_a_person_has_their_logins_and_what_failed_before_too(cast, laras):
    client = Client()
    client.post("/masuk/", {"login": cast.bagas.email, "password": "salah-sekali-12"})
    client.post("/masuk/", {"login": cast.bagas.email, "password": PASSWORD})
    page = text(laras.get(f"{PAGE}?user={cast.bagas.pk}"))
    assert "Gagal masuk" in page
    assert re.search(r"<strong>Masuk</strong>", page)


def test_words_that_stand_for_several_verbs_find_them_all(db, cast):
    for verb in ("complaints.complaint.hand_over", "complaints.complaint.hand_over_work"):
        act(cast.bagas, verb, "complaints.complaint/1")
    chosen = EntryFilter(_given(verb="complaints.complaint.hand_over"), queryset=Entry.objects.all())
    assert chosen.qs.count() == 2


def _given(**query):
    from django.http import QueryDict

    given = QueryDict(mutable=True)
    given.update(query)
    return given


def test_what_came_past_the_portal_is_red_and_found_a_borrowed_context_too(owner_db, laras):
    with context.fresh(view="uji"), transaction.atomic():
        unit = Unit.objects.create(code="uji", name="Unit uji")
    assert subjects(laras, "?origin=db") == []
    owner_db.execute("UPDATE accounts_unit SET name = 'Lewat psql' WHERE code = 'uji'")
    (borrowed,) = owner_db.execute("SELECT id::text FROM audit.context LIMIT 1").fetchone()
    with owner_db.transaction():
        owner_db.execute("SELECT set_config('biro.context', %s, true)", [borrowed])
        owner_db.execute("UPDATE accounts_unit SET name = 'Pinjaman' WHERE code = 'uji'")
    assert subjects(laras, "?origin=db") == [f"accounts.unit/{unit.pk}"] * 2
    owner_db.execute("SELECT audit.beat()")
    owner_db.execute("CREATE TABLE past_the_portal (id int)")
    assert len(subjects(laras, "?origin=db")) == 2
    assert "schema.table/public.past_the_portal" in subjects(laras, "?origin=schema")
    assert text(laras.get(f"{PAGE}?origin=db")).count('<span class="tag bad">di luar portal</span>') == 2


def test_a_heartbeat_is_of_the_portal_itself(owner_db, laras):
    owner_db.execute("SELECT audit.beat()")
    page = text(laras.get(f"{PAGE}?subject=audit.tree/1"))
    assert "audit.tree/1" in page
    assert "Di luar portal" not in re.sub(r"<(form|select)\b.*?</\1>", "", page, flags=re.S)
    assert '<span class="tag bad">' not in page


SECRETS = ("Nama Rahasia", "0812-rahasia", "rahasia@contoh.example", "Judul sangat pribadi", "alasan rahasia")


@pytest.fixture
def case(cast, now):
    road = Road(cast, now)
    road.work()
    return road.case


def test_neither_private_values_nor_reasons_nor_reporters_are_told(cast, laras, case):
    actor = Actor.staff(cast.sekar)
    with transaction.atomic():
        case.title = SECRETS[3]
        case.save(update_fields=["title"])
        record("complaints.complaint.open_identity", f"complaints.complaint/{case.pk}", actor=actor,
               data={"reason": SECRETS[4], "name": SECRETS[0]}, op="access")  # fmt: skip
        Unit.objects.filter(code="inspektorat").update(short_name="Itprov")
    page = text(laras.get(f"{PAGE}?app=complaints"))
    assert "Identitas pelapor dibuka" in page
    assert "diubah" in page
    file = b"".join(laras.get(f"{PAGE}ekspor.csv").streaming_content).decode()
    for told in (page, file):
        assert not any(secret in told for secret in SECRETS)
    assert "Itprov" in text(laras.get(f"{PAGE}?app=accounts"))


def test_of_confidential_cases_not_even_public_values_are_told(cast, laras, case):
    shown = "Diproses"
    assert shown in text(laras.get(f"{PAGE}?app=complaints"))
    with transaction.atomic():
        Complaint.objects.filter(pk=case.pk).update(visibility="confidential")
    page = text(laras.get(f"{PAGE}?app=complaints"))
    assert shown not in page
    assert "Rahasia" not in page
    file = b"".join(laras.get(f"{PAGE}ekspor.csv?app=complaints").streaming_content).decode()
    assert shown not in file


def test_the_file_has_what_the_filter_finds_and_no_formula(cast, laras):
    act(cast.bagas, "=1+1", "worktime.holiday/2")
    file = b"".join(laras.get(f"{PAGE}ekspor.csv?user={cast.bagas.pk}").streaming_content).decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(file))
    assert head[:3] == ["Entri", "Waktu", "Langkah"]
    assert row[2:5] == ["'=1+1", "worktime.holiday", "worktime.holiday/2"]
    assert "Bagas Umpama" in row[5]
    assert dt.datetime.fromisoformat(row[1]) <= timezone.now()


def test_pages_follow_without_gap_or_repetition_while_new_entries_arrive(cast, laras):
    for number in range(120):
        act(cast.bagas, "changed", f"worktime.holiday/{number}")
    seen, query = [], f"?app=worktime&user={cast.bagas.pk}"
    while query:
        page = text(laras.get(PAGE + query))
        seen += re.findall(r"worktime\.holiday/\d+</a>", page)
        link = re.search(r'href="(\?[^"]*sesudah[^"]*)" rel="next"', page)
        query = link and link[1].replace("&amp;", "&")
        act(cast.bagas, "changed", "worktime.holiday/999")
    assert len(seen) == len(set(seen)) == 120


def test_the_statements_do_not_grow_with_the_entries(cast, laras, case):
    def statements() -> int:
        with CaptureQueriesContext(connection) as said:
            text(laras.get(PAGE))
        return len(said)

    Entry.objects.exists()
    few = statements()
    for user in (cast.sekar, cast.bagas, cast.wulan, cast.rini) * 12:
        act(user, "changed", f"complaints.complaint/{case.pk}")
    assert statements() <= few + 1  # with more than one page the entries are counted
    with CaptureQueriesContext(connection) as said:
        lines(list(Entry.objects.order_by("-id")[:40]))
    assert len(said) <= 10


@pytest.mark.parametrize(
    "query", ["?user=x", "?after=kemarin", "?verb=%00", "?app=tidak", "?sesudah=x&unit=9"]
)
def test_nonsense_is_no_error(laras, query):
    assert laras.get(PAGE + query).status_code == 200


@pytest.mark.parametrize(
    ("view", "address"),
    [
        ("complaints:step", "/kerja/pengaduan/…/…/"),
        ("mfa_authenticate", "/akun/faktor/periksa/"),
        ("admin:accounts_unit_change", "/admin/accounts/unit/…/change/"),
        ("gone:view", "gone:view"),
    ],
)
def test_a_page_is_told_by_its_address(view: str, address: str) -> None:
    assert browser.address_of(view) == address


def test_every_table_of_ours_has_a_name_of_its_own() -> None:
    models = [
        table.model for table in captured() if table.model.__module__.startswith(("biroumum", "complaints"))
    ]
    assert [m.__name__ for m in models if "verbose_name" not in m._meta.original_attrs] == []
    assert browser.word_of("mfa.authenticator") == "faktor kedua"
