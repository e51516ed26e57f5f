"""From filing to the close: what changed in the tables is in the log, row for row, by a witness beside the capture.

The witness is a plain trigger of the owner on every table of the portal; it knows nothing of the registry or the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.test import Client

from biroumum.audit import registry
from biroumum.audit.models import Entry
from complaints.models import Complaint
from tests.complaints.citizen import Citizen
from tests.complaints.test_intake import file
from tests.kernel.documents_corpus import photo, upload

WITNESS = """
CREATE SCHEMA witness;
CREATE TABLE witness.seen (ent text, op text, moved boolean);
CREATE FUNCTION witness.see() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO witness.seen VALUES (TG_TABLE_NAME, lower(TG_OP), TG_OP <> 'UPDATE' OR OLD IS DISTINCT FROM NEW);
    RETURN NULL;
END $$;
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TRIGGER witness AFTER INSERT OR UPDATE OR DELETE ON public.%I
            FOR EACH ROW EXECUTE FUNCTION witness.see()', name);
    END LOOP;
END $$;
"""


@pytest.fixture
def witness(owner_db: psycopg.Connection, cast: Any) -> Callable[[], Counter[tuple[str, str]]]:
    """Looks on from now; called, tells how many rows of which table were written, and how."""
    owner_db.execute(WITNESS)
    begun = Entry.objects.latest("pk").pk

    def tell() -> Counter[tuple[str, str]]:
        rows = owner_db.execute("SELECT ent, op, count(*) FROM witness.seen WHERE moved GROUP BY 1, 2")
        return Counter({(ent, op): count for ent, op, count in rows})

    tell.begun = begun  # type: ignore[attr-defined]
    return tell


def walk(cast: Any, client_for: Callable[..., Client], settings: Any, tmp_path: Any) -> Complaint:
    """The road over every office, through the pages, with files, messages, an objection and a rating."""
    settings.MEDIA_ROOT = tmp_path
    citizen, verifier, officer = Citizen(), client_for(cast.sekar), client_for(cast.bagas)
    citizen.fill_in(email="sari@contoh.id")
    citizen.client.post("/pengaduan/baru/lampiran/", {"files": upload("foto.jpg", photo()), "upload": "1"})
    case, code = citizen.file(email="sari@contoh.id")
    page = f"/kerja/pengaduan/{case.pk}/"
    chair = cast.bagas.live[0].position

    def step(client: Client, name: str, **data: Any) -> None:
        answer = client.post(f"{page}{name}/", {"expected_state": "", **data})
        assert answer.status_code == 302, (name, answer.content.decode())

    def hold(name: str, **data: Any) -> None:
        answer = citizen.client.post(f"{citizen.track(case, code)}{name}/", data)
        assert answer.status_code == 302, (name, answer.content.decode())

    words = {
        "title": case.title,
        "kind": case.kind,
        "category": case.category_id,
        "visibility": case.visibility,
    }
    step(verifier, "verify", **words)
    step(verifier, "assign", unit=chair.unit_id, position=chair.pk, instruction="Hari ini.")
    step(officer, "start", text="Kami periksa.")
    step(officer, "ask_reporter", text="Lantai berapa?")
    hold("reply", text="Lantai dua.")
    assert officer.post(f"{page}pesan/", {"text": "Terima kasih."}).status_code == 302
    step(officer, "answer", text="Sudah menyala.", result="resolved", files=upload("sesudah.jpg", photo()))
    hold("object", reason="Masih mati.")
    step(verifier, "grant_reopening", reason="Pelapor benar.")
    step(verifier, "resume_reopened")
    step(officer, "answer", text="Kini menyala.", result="explained")
    hold("accept", rating="5", comment="Terang.")
    assert verifier.post(f"{page}identitas/", {"reason": "Menelepon pelapor."}).status_code == 200
    case.refresh_from_db()
    assert case.state == "closed"
    return case


def written_and_logged(witness: Any) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    watched = {table.table: table.label for table in registry.captured()}
    written = {(watched[table], op): count for (table, op), count in witness().items() if table in watched}
    entries = Entry.objects.filter(pk__gt=witness.begun, op__in=("insert", "update", "delete"))
    return Counter(written), Counter(entries.values_list("ent", "op"))


def test_every_row_the_whole_road_writes_has_its_entry_and_nothing_goes_round_the_log(
    witness: Any, cast: Any, client_for: Callable[..., Client], settings: Any, tmp_path: Any
) -> None:
    walk(cast, client_for, settings, tmp_path)
    written, logged = written_and_logged(witness)
    assert logged == written
    assert written["complaints.complaint", "update"] >= 11
    assert len({ent for ent, _op in written}) >= 10
    assert not Entry.objects.filter(pk__gt=witness.begun, outside=True).exists()
    known = {table.table for table in registry.captured()} | registry.uncaptured_tables()
    assert {table for table, _op in witness()} <= known | set(registry.FRAMEWORK_TABLES)


def test_the_witness_would_tell_of_a_row_without_an_entry(
    witness: Any, cast: Any, cluster: Any, real_db: str, now: Any
) -> None:
    with psycopg.connect(cluster.url(real_db), autocommit=True) as root:
        root.execute("SET event_triggers = off")
        root.execute("ALTER TABLE complaints_complaint DISABLE TRIGGER audit_insert")
    file(now)
    written, logged = written_and_logged(witness)
    assert written - logged == {("complaints.complaint", "insert"): 1}
