"""Every look at what is closed, every file taken away, every coming, going, refusal and change of rights is an entry."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from biroumum.accounts.models import Assignment, Position
from biroumum.audit.models import Entry
from biroumum.documents.services import attach
from biroumum.web.subjects import subject_key
from complaints.models import Complaint, Unsealing
from complaints.states import Kind, Visibility
from tests.complaints.road import Road
from tests.complaints.test_intake import content, file
from tests.complaints.test_whistle import CONTACT
from tests.fixtures_cast import PASSWORD
from tests.kernel.documents_corpus import photo, upload

CASE = "complaints.complaint"
WHY = {"reason": "SK contoh"}


class Office:
    """People with clients, one confidential case and one of a whistle-blower."""

    def __init__(self, cast, now, client_for: Callable[..., Client]) -> None:
        self.cast, self.client_for = cast, client_for
        self.road = Road(cast, now)
        self.road.verify(visibility=Visibility.CONFIDENTIAL)
        self.case = self.road.assign()
        self.whistle = file(now, content=content(kind=Kind.WHISTLE), contact=CONTACT).complaint
        self.attached = attach(subject_key(self.case), upload("foto.jpg", photo()), actor=self.road.holder)

    def get(self, who: str, path: str) -> None:
        b"".join(self.client_for(getattr(self.cast, who)).get(path))

    def post(self, who: str, path: str, **data: object) -> None:
        self.client_for(getattr(self.cast, who)).post(path, data)

    def log_in(self, password: str = PASSWORD, who: str = "bagas") -> Client:
        client = Client()
        client.post("/masuk/", {"login": getattr(self.cast, who).email, "password": password})
        return client

    def seal(self, **data: object) -> None:
        asked = Unsealing.objects.filter(complaint=self.whistle).last()
        who = "galih" if data.get("act") == "grant" else "irma"
        page = f"/kerja/pengaduan/{self.whistle.pk}/segel/"
        self.post(who, page, **({"reason": "Saksi harus dipanggil."} | data), asked=asked.pk if asked else "")

    def open_whistle(self) -> None:
        for act in ("ask", "grant", "open"):
            self.seal(act=act)


REPORT = "/kerja/laporan/complaints-weekly"
# what is done, by whose hand, and the verb of the entry it leaves
LOOKS = {
    "a confidential case is opened": ("open", lambda o: o.get("rini", page(o))),
    "its page comes with a faulty post": ("open", lambda o: o.post("rini", page(o, "pesan/"), text="")),
    "a step of it is opened": ("open", lambda o: o.get("sekar", page(o, "assign/"))),
    "its file is opened": ("documents.attachment.open", lambda o: o.get("rini", f"/berkas/{o.attached.pk}/")),
    "its summary is taken as PDF": ("print", lambda o: o.post("rini", page(o, "ringkasan/"))),
    "a sealed identity": ("open_identity", lambda o: o.post("sekar", page(o, "identitas/"), **WHY)),
    "a whistle-blower's identity is asked for": ("ask_identity", lambda o: o.seal(act="ask")),
    "a whistle-blower's identity": ("open_identity", lambda o: o.open_whistle()),
}
FILES = {
    "the list as CSV": ("complaints.export", lambda o: o.get("rini", "/kerja/pengaduan/ekspor.csv")),
    "the list as XLSX": ("complaints.export", lambda o: o.get("rini", "/kerja/pengaduan/ekspor.xlsx")),
    "the log as CSV": ("audit.entry.export", lambda o: o.get("laras", "/kerja/log/ekspor.csv")),
    "the log on the screen": ("audit.entry.look", lambda o: o.get("laras", "/kerja/log/")),
} | {
    f"a report as {kind}": ("reports.export", lambda o, kind=kind: o.get("rini", f"{REPORT}.{kind}"))
    for kind in ("csv", "xlsx", "pdf")
}
DOORS = {
    "a login": ("login", lambda o: o.log_in()),
    "a logout": ("logout", lambda o: o.log_in().post("/akun/keluar/")),
    "a wrong password": ("login_failed", lambda o: o.log_in("salah-sekali-12")),
    "a wrong second factor": (
        "factor_failed",
        lambda o: o.log_in(who="sekar").post("/akun/faktor/periksa/", {"code": "000000"}),
    ),
    "a page refused": ("denied", lambda o: o.get("bagas", "/kerja/log/")),
    "a step refused": ("denied", lambda o: o.post("bagas", page(o, "identitas/"), **WHY)),
    "a case one may not know of": ("not_found", lambda o: o.get("wulan", page(o))),
    "a case of the Inspektorat alone": ("not_found", lambda o: o.get("hartono", page(o, "", o.whistle))),
}
RIGHTS = {
    "an assignment": (
        "added",
        lambda o: o.post(
            "admin",
            "/admin/accounts/assignment/add/",
            user=o.cast.tamu.pk,
            position=Position.objects.get(title="Petugas Loket").pk,
            kind="plt",
            starts="2026-11-24",
            **WHY,
        ),
    ),
    "the end of an assignment": ("changed", lambda o: end(o, o.cast.bagas.assignments.get())),
    "the roles of a position": ("changed", lambda o: reshape(o, Position.objects.get(title="Petugas Loket"))),
    "an account taken out of use": (
        "changed",
        lambda o: o.post(
            "admin",
            f"/admin/accounts/user/{o.cast.tamu.pk}/change/",
            name="Tono",
            email=o.cast.tamu.email,
            language="id",
            **WHY,
        ),
    ),
    "a stand-in": ("accounts.assignment.stand_in", lambda o: stand_in(o)),
    "the end of a stand-in": (
        "accounts.assignment.stand_in_ended",
        lambda o: o.post("bagas", f"/kerja/pengganti/{stand_in(o).pk}/akhiri/"),
    ),
    "a second factor taken off": (
        "factors_taken_off",
        lambda o: o.post(
            "admin", "/admin/accounts/user/", action="take_factors_off", _selected_action=[o.cast.sekar.pk]
        ),
    ),
}


def page(office: Office, more: str = "", case: Complaint | None = None) -> str:
    return f"/kerja/pengaduan/{(case or office.case).pk}/{more}"


def end(office: Office, row: Assignment) -> None:
    data = {"user": row.user_id, "position": row.position_id, "kind": row.kind, "starts": str(row.starts)}
    office.post(
        "admin", f"/admin/accounts/assignment/{row.pk}/change/", ends=str(timezone.localdate()), **data, **WHY
    )


def reshape(office: Office, row: Position) -> None:
    data = {"title": row.title, "unit": row.unit_id, "roles": ["complaint_desk", "auditor"]}
    office.post("admin", f"/admin/accounts/position/{row.pk}/change/", **data, **WHY)


def stand_in(office: Office) -> Assignment:
    today = timezone.localdate()
    office.post(
        "bagas",
        "/kerja/pengganti/",
        position=office.cast.bagas.live[0].position_id,
        user=office.cast.wulan.pk,
        starts=str(today),
        last=str(today + dt.timedelta(days=1)),
    )
    return Assignment.objects.get(kind=Assignment.Kind.DAILY)


@pytest.fixture
def office(cast, now, client_for, settings, tmp_path) -> Office:
    settings.MEDIA_ROOT = tmp_path
    return Office(cast, now, client_for)


ALL = LOOKS | FILES | DOORS | RIGHTS


@pytest.mark.parametrize("what", ALL)
def test_it_is_an_entry_of_whom_and_of_what(office, what):
    verb, act = ALL[what]
    known = set(Entry.objects.values_list("pk", flat=True))
    act(office)
    verb = f"{CASE}.{verb}" if what in LOOKS and "." not in verb else verb
    found = Entry.objects.filter(verb=verb).exclude(pk__in=known).last()
    assert found is not None, f"{what} left no {verb}"
    assert found.op == ("event" if what in RIGHTS else "access")
    assert found.subject
    assert '"actor"' in found.body
    assert not found.outside


@pytest.mark.parametrize("path", ["/kerja/tidak-ada/", "/tidak/ada"])
def test_a_mistyped_address_is_no_entry(office, path):
    office.get("bagas", path)
    assert not Entry.objects.filter(verb="not_found").exists()
