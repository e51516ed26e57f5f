"""Every setting is documented and reaches production; the production file names no setting nobody reads."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LOCAL_ONLY = {"DEBUG", "DEMO", "DEMO_PASSWORD", "PORT"}
OTHER_ROLES = {"SEQUENCER_DATABASE_URL", "AUDITOR_DATABASE_URL"}  # the portal has no business with them
NOT_SETTINGS = {"DJANGO_SETTINGS_MODULE"}
SECRETS = ["SECRET_KEY", "SEAL_KEYS", "ALLOWED_HOSTS", "PUBLIC_URL", "EMAIL_URL", "POSTGRES_PASSWORD"]
SECRETS += [f"BIRO_{role}_PASSWORD" for role in ("MIGRATE", "APP", "SEQUENCER", "AUDITOR")]


def names_read(path: Path) -> set[str]:
    """First arguments of env(…), env.int(…), os.environ.get(…) and the like."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            if re.fullmatch(r"env(\.\w+)?|os\.environ\.\w+", ast.unparse(node.func)):
                found.add(str(node.args[0].value))
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            found.add(str(ast.literal_eval(node.slice)))
    return found - NOT_SETTINGS


def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


SETTINGS = names_read(ROOT / "biroumum/settings.py")
EVERYWHERE = SETTINGS.union(*map(names_read, [ROOT / "manage.py", *(ROOT / "biroumum").rglob("*.py")]))
DOCUMENTED = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/operations.md").read_text(), re.MULTILINE))


def test_each_name_read_from_the_environment_is_documented_and_no_other():
    assert {"DATABASE_URL", "MIGRATE_DATABASE_URL", "STAFF_IDLE_MINUTES"} <= EVERYWHERE
    assert DOCUMENTED == EVERYWHERE


@pytest.mark.parametrize("service", ["web", "worker", "beat"])
def test_each_program_of_production_is_given_every_setting_and_no_other(service):
    assert set(compose()["services"][service]["environment"]) == SETTINGS - LOCAL_ONLY - OTHER_ROLES


def test_the_sequencer_knows_neither_the_portals_keys_nor_its_database_role():
    """And it alone writes what is published."""
    services = compose()["services"]
    environment = services["sequencer"]["environment"]
    assert "biro_sequencer:" in environment["SEQUENCER_DATABASE_URL"]
    assert set(environment) < SETTINGS
    assert "DATABASE_URL" not in environment
    assert not [name for name in ("SECRET_KEY", "SEAL_KEYS") if "$" in environment[name]]
    assert services["sequencer"]["user"] != services["web"].get("user")
    assert "transparansi:/transparansi" in services["sequencer"]["volumes"]
    for name in ("web", "worker", "beat", "migrate"):
        assert "transparansi:/transparansi:ro" in services[name]["volumes"]


def test_the_auditor_runs_when_asked_reads_the_log_alone_and_writes_nothing(tmp_path):
    service = compose()["services"]["auditor"]
    environment = service["environment"]
    assert (service["profiles"], service["restart"]) == (["auditor"], "no")
    assert "biro_auditor:" in environment["AUDITOR_DATABASE_URL"]
    assert set(environment) < SETTINGS
    assert "DATABASE_URL" not in environment
    assert not [name for name in ("SECRET_KEY", "SEAL_KEYS") if "$" in environment[name]]
    assert all(volume.endswith(":ro") for volume in service["volumes"])
    given = {name: value or "" for name, value in environment.items() if value}
    given |= {"PUBLIC_URL": "https://portal.example", "PATH": os.environ["PATH"], "AUDIT_KEYS": str(tmp_path)}
    given["AUDITOR_DATABASE_URL"] = "postgres://biro_auditor:x@127.0.0.1:1/none"
    command = [sys.executable, *service["command"][1:]]
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "127.0.0.1" in done.stderr


def test_only_the_migrate_step_may_change_tables():
    services = compose()["services"]
    wanted = SETTINGS - LOCAL_ONLY - OTHER_ROLES | {"MIGRATE_DATABASE_URL"}
    assert set(services["migrate"]["environment"]) == wanted
    assert "role%3Dbiro_owner" in services["migrate"]["environment"]["MIGRATE_DATABASE_URL"]


def test_production_has_its_services_with_their_health_and_order():
    services = compose()["services"]
    assert set(services) == {"postgres", "valkey", "migrate", "web", "worker", "beat", "sequencer", "auditor"}
    assert services["postgres"]["image"] == "postgres:18"
    assert "pg_isready" in str(services["postgres"]["healthcheck"])
    assert services["web"]["healthcheck"]["test"][-1] == "deploy/alive.py"
    assert services["sequencer"]["healthcheck"]["test"][-1] == "deploy/sequencer_alive.py"
    for name in ("web", "worker", "beat", "sequencer"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_production_has_no_secret_of_its_own_and_no_demo():
    text = (ROOT / "docker-compose.yml").read_text()
    for name in SECRETS:
        assert f"{name}: ${{{name}:?" in text
    assert "DEMO" not in text


def test_image_is_pinned_unprivileged_and_installs_by_hash():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "FROM python:3.11-slim-bookworm" in lines
    assert "USER biro" in lines
    assert any("--require-hashes -r requirements/run.txt" in line for line in lines)


def test_programs_named_in_production_exist():
    for service in ("migrate", "worker", "beat", "sequencer"):
        program = compose()["services"][service]["command"][0]
        assert shutil.which(program, path=Path(sys.executable).parent)
    assert (ROOT / "deploy/alive.py").exists()
    assert (ROOT / "deploy/sequencer_alive.py").exists()


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="Debian's docker-compose is not installed")
def test_docker_compose_accepts_the_file_and_refuses_it_without_secrets():
    command = [
        "docker-compose",
        "-f",
        str(ROOT / "docker-compose.yml"),
        "--project-directory",
        str(ROOT),
        "config",
        "-q",
    ]
    bare = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    assert (
        subprocess.run(command, env=bare | dict.fromkeys(SECRETS, "x"), capture_output=True).returncode == 0
    )
    assert subprocess.run(command, env=bare, capture_output=True).returncode != 0


@pytest.mark.parametrize("file", ["run.txt", "local.txt", "dev.txt"])
def test_requirements_are_pinned_by_hash_and_name_no_address(file):
    text = (ROOT / "requirements" / file).read_text()
    assert "://" not in text
    assert not re.findall(r"^--", text, re.MULTILINE)
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        assert "==" in requirement
        assert "--hash=sha256:" in requirement


def ask_settings(**environment: str) -> subprocess.CompletedProcess[str]:
    bare = {"PATH": os.environ["PATH"], "DATA_DIR": "/nonexistent"}
    told = "s.SECRET_KEY, s.ALLOWED_HOSTS, s.SECURE_SSL_REDIRECT, *s.SECRET_KEY_FALLBACKS"
    code = f"from biroumum import settings as s; print({told})"
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=bare | environment, capture_output=True, text=True)


def test_production_does_not_start_without_its_keys():
    assert "SECRET_KEY" in ask_settings(MODE="production").stderr
    assert "SEAL_KEYS" in ask_settings(MODE="production", SECRET_KEY="k").stderr


def test_production_serves_no_host_it_was_not_told_and_only_by_tls():
    assert ask_settings(MODE="production", SECRET_KEY="k", SEAL_KEYS="s").stdout.split() == [
        "k",
        "[]",
        "True",
    ]


def test_keys_of_before_are_a_list():
    told = ask_settings(
        MODE="production", SECRET_KEY="k", SEAL_KEYS="s", SECRET_KEY_FALLBACKS="lama,lebih-lama"
    ).stdout
    assert told.split()[3:] == ["lama", "lebih-lama"]


def test_production_needs_nothing_that_only_a_local_portal_has():
    """The image carries no embedded PostgreSQL, no Valkey and no supervisor, and its own steps import none."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        extra = tomllib.load(file)["project"]["optional-dependencies"]["local"]
    local = {re.split(r"[~=]", requirement)[0] for requirement in extra}
    run = set(re.findall(r"^[\w.-]+", (ROOT / "requirements/run.txt").read_text(), re.MULTILINE))
    assert "django" in run
    assert not local & run
    code = "import sys, biroumum.local.prepare as p; print(*(m for m in sys.modules if m.startswith('biroumum.local')))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["biroumum.local", "biroumum.local.tie", "biroumum.local.prepare"]
