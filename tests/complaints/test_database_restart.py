"""PostgreSQL stops in the middle of a request and starts again, under the real web server: nothing is lost or doubled."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import psycopg
import pytest
import requests
from django.conf import settings
from django.db import connections

from biroumum.audit.queries import history
from biroumum.documents.queries import attachments_of
from biroumum.local.postgres import LOGINS, PROGRAMS, Cluster, free_port
from biroumum.portal.demo.cast import create_cast
from biroumum.web.subjects import subject_key
from complaints.models import Complaint
from complaints.states import REASONS, State
from tests.complaints.citizen import STORY, Citizen, code_on
from tests.complaints.test_desk_kept import kept_form
from tests.conftest import PASSWORD, ROOT, TEMPLATE, point_at
from tests.kernel.documents_corpus import photo
from tests.kernel.test_local import until

CHECK = "/pengaduan/baru/periksa/"


class Wire:
    """A browser without JavaScript on a real connection; has of Django's test client what Citizen uses."""

    def __init__(self, address: str) -> None:
        self.address, self.session = address, requests.Session()

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.address + path, allow_redirects=False, timeout=30)

    def post(self, path: str, data: dict, **files) -> requests.Response:
        if "csrftoken" not in self.session.cookies:
            self.get("/pengaduan/baru/jenis/")
        data = data | {"csrfmiddlewaretoken": self.session.cookies["csrftoken"]}
        return self.session.post(
            self.address + path, data=data, allow_redirects=False, timeout=30, files=files or None
        )

    def again(self, page: requests.Response, **files) -> requests.Response:
        """Press the button of the page that kept the form."""
        return self.post(*kept_form(page.text), **files)


@pytest.fixture
def database(cluster: Cluster, tmp_path, django_db_setup, django_db_blocker) -> Iterator[Cluster]:
    """A cluster of this test's own, durable as in production, that Django is pointed at."""
    own = Cluster(tmp_path / "postgres")
    own.start()
    own.bootstrap("roles", dict.fromkeys(LOGINS, PASSWORD))
    with psycopg.connect(own.url("postgres"), autocommit=True) as db:
        db.execute("CREATE DATABASE biro OWNER biro_owner")
    dump = [str(PROGRAMS / "pg_dump"), cluster.url(TEMPLATE)]
    load = [str(PROGRAMS / "psql"), "-q", "-v", "ON_ERROR_STOP=1", own.url("biro")]
    with subprocess.Popen(dump, stdout=subprocess.PIPE) as source:
        subprocess.run(load, stdin=source.stdout, stdout=subprocess.DEVNULL, check=True)
    before = str(connections["default"].settings_dict["NAME"])
    with django_db_blocker.unblock():
        point_at(own, "biro")
        yield own
        connections.close_all()
        point_at(cluster, before)
    own.stop("immediate")


@pytest.fixture
def web(database: Cluster, tmp_path) -> Iterator[str]:
    """The web server as `make run` starts it, over that cluster."""
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": database.url("biro", "biro_app", PASSWORD),
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": settings.SECRET_KEY,
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
        cwd=ROOT,
        env=environment,
        check=True,
    )
    command = [sys.executable, "-m", "gunicorn", "biroumum.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "1", "--threads", "4", "--log-level", "warning", "--no-control-socket"]
    with (
        (tmp_path / "web.log").open("w") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as server,
    ):
        try:
            until(lambda: answers(f"http://127.0.0.1:{port}"))
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/healthz", timeout=5).ok
    except requests.RequestException:
        return False


def stop(database: Cluster) -> None:
    database.stop("immediate")


def start(database: Cluster) -> None:
    """With the port and options it had; crash recovery included."""
    database._run(
        "pg_ctl", "-D", str(database.data), "-l", str(database.data / "server.log"), "-w", "restart"
    )
    connections.close_all()


@contextmanager
def waiting_for(database: Cluster, lock: str) -> Iterator[SimpleNamespace]:
    """Whoever asks for this lock meanwhile waits; `.until_someone_waits()` sees them do so."""
    with psycopg.connect(database.url("biro")) as holder:
        holder.execute(lock)

        def someone_waits() -> bool:
            sql = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = 'biro_app'"
            with psycopg.connect(database.url("biro"), autocommit=True) as db:
                return db.execute(sql).fetchone() is not None

        yield SimpleNamespace(until_someone_waits=lambda: until(someone_waits, 20))
        stop(database)
        holder.close()


def cut_off(database: Cluster, lock: str, ask) -> requests.Response:
    """The answer to a request in whose middle the database dies."""
    answer = []
    asking = threading.Thread(target=lambda: answer.append(ask()))
    with waiting_for(database, lock) as held:
        asking.start()
        held.until_someone_waits()
    asking.join(30)
    assert not asking.is_alive()
    return answer[0]


def kept_connections(database: Cluster) -> int:
    with psycopg.connect(database.url("biro"), autocommit=True) as db:
        sql = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'biro_app' AND state = 'idle'"
        return db.execute(sql).fetchone()[0]


def test_a_citizen_loses_nothing_typed_and_a_second_try_makes_exactly_one_case(database, web):
    wire = Wire(web)
    citizen = Citizen(wire)
    citizen.fill_in()
    assert kept_connections(database) > 0  # what comes back below had to notice that its connection was dead

    stop(database)
    typed = citizen.answer("kejadian", title="Lampu lorong mati", description=STORY)
    assert typed.status_code == 503
    assert "portal sedang tidak tersambung" in typed.text
    assert typed.text.count(STORY) == 2  # to read and to send again
    files = wire.post("/pengaduan/baru/lampiran/", {"upload": "1"}, files=("bukti <b>.jpg", photo()))
    assert files.status_code == 503
    assert "<li>bukti &lt;b&gt;.jpg</li>" in files.text
    assert '<input type="file" name="files"' in files.text
    assert requests.get(f"{web}/healthz", timeout=5).ok
    unready = requests.get(f"{web}/readyz", timeout=5)
    assert (unready.status_code, unready.json()["parts"]["database"]) == (503, "no answer")

    start(database)
    assert wire.again(typed).status_code == 302
    assert wire.again(files, files=("bukti.jpg", photo())).status_code == 200
    token = citizen.token()
    cut = cut_off(
        database, "LOCK TABLE documents_sequence IN ACCESS EXCLUSIVE MODE", lambda: citizen.send(token)
    )
    assert cut.status_code == 503
    assert f'name="token" value="{token}"' in cut.text

    start(database)
    assert not Complaint.objects.exists()
    sent, twice = wire.again(cut), wire.again(cut)
    assert [sent.status_code, twice.status_code] == [201, 201]
    assert code_on(sent) == code_on(twice)
    case = Complaint.objects.get()
    assert case.description == STORY
    assert [file.name for file in attachments_of(subject_key(case))] == ["bukti.jpg"]


def test_an_officers_step_is_kept_on_the_page_and_taken_once(database, web, client_for, now):
    from tests.complaints.test_intake import file

    case = file(now).complaint
    officer = SimpleNamespace(**create_cast("kunci-contoh-2026")).sekar
    wire = Wire(web)
    wire.session.cookies["sessionid"] = client_for(officer).cookies["sessionid"].value
    address = f"{case.get_absolute_url()}ask_completion/"
    page = wire.get(address)
    assert page.status_code == 200, page.text
    state = re.search(r'name="expected_state" value="([^"]+)"', page.text)[1]
    reason = next(iter(REASONS[State.INCOMPLETE]))
    data = {"expected_state": state, "reason_code": str(reason), "text": "Lorong yang mana, lantai berapa?"}
    cut = cut_off(
        database,
        f"SELECT 1 FROM complaints_complaint WHERE id = {case.pk} FOR UPDATE",
        lambda: wire.post(address, data),
    )
    assert cut.status_code == 503
    assert cut.text.count("Lorong yang mana, lantai berapa?") == 2

    start(database)
    case.refresh_from_db()
    assert case.state == "received"
    assert wire.again(cut).status_code == 302
    late = wire.again(cut)
    assert (late.status_code, "lantai berapa?" in late.text) == (409, True)
    case.refresh_from_db()
    assert case.state == "incomplete"
    verbs = [step.verb for step in history(subject_key(case))]
    assert verbs.count("complaints.complaint.ask_completion") == 1
