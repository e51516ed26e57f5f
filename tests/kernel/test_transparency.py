"""The public page of the log tells how it stands: size, roots, witnesses that are missing, what went wrong."""

import datetime as dt
import re

import psycopg
import pytest
from django.db import transaction
from django.test import Client

from biroumum.accounts.actors import SYSTEM
from biroumum.audit import keys, tiles
from biroumum.audit.notes import COSIGNATURE, Verifier
from biroumum.audit.sequencer import Sequencer
from biroumum.audit.services import record
from biroumum.notifications.models import Message
from tests.conftest import PASSWORD

PAGE = "/transparansi/"
WITNESS = Verifier("saksi.example/inspektorat", bytes(32), COSIGNATURE)


@pytest.fixture
def log(cluster, real_db, settings, tmp_path):
    settings.AUDIT_KEYS, settings.AUDIT_DIR = tmp_path / "keys", tmp_path / "published"
    settings.AUDIT_WITNESSES = [f"{WITNESS.vkey}+https://saksi.example"]
    signers = [keys.make("log")]
    url = cluster.url(real_db, "biro_sequencer", PASSWORD)
    with psycopg.connect(url, autocommit=True) as db:
        yield Sequencer(
            db, tiles.Folder(settings.AUDIT_DIR / "log"), keys.origin(), signers, keys.log_verifiers()
        )


def publish(log):
    while log.turn():
        pass
    log.db.execute("UPDATE audit.sequencer SET seen_at = clock_timestamp(), trouble = ''")


def seen(path=PAGE):
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_public_page_leads_to_it(real_db):
    assert f'href="{PAGE}"' in seen("/")


def test_an_empty_log_is_no_error(log):
    page = seen()
    assert "Belum pernah" in page
    assert "Tidak ada catatan yang pernah hilang" in page


def test_it_tells_size_root_and_where_to_read_them(log):
    publish(log)
    page, note = seen(), (log.folder.read("checkpoint") or b"").decode().splitlines()
    assert f"<code>{note[0]}</code>" in page
    assert f"<code>{note[2].replace('+', '&#x2B;')}</code>" in page or f"<code>{note[2]}</code>" in page
    assert f"<dd>{int(note[1]):,}</dd>".replace(",", ".") in page
    for address in ("log/checkpoint", "kunci"):
        assert f'href="{PAGE}{address}"' in page
    assert "tertahan" not in page


def test_a_witness_that_never_signed_is_said_to_be_missing_and_one_behind_to_be_behind(log, owner_db):
    publish(log)
    assert "belum pernah" in seen()
    sign = "INSERT INTO audit.cosignature (origin, size, witness, line) VALUES (%s, %s, %s, 'x')"
    owner_db.execute(sign, [log.origin, log.size, WITNESS.name])
    assert "ikut menandatangani" in seen()
    owner_db.execute("SELECT audit.append('event', 'told', 'documents.document/1', '{}')")
    publish(log)
    assert "tertinggal" in seen()


def test_a_log_that_stands_still_is_said_to(log, owner_db):
    publish(log)
    owner_db.execute("UPDATE audit.sequencer SET seen_at = clock_timestamp() - interval '6 minutes'")
    assert "tertahan sejak" in seen()
    owner_db.execute(
        "UPDATE audit.sequencer SET seen_at = clock_timestamp(), trouble = 'disk of /srv/x full'"
    )
    page = seen()
    assert "terganggu" in page
    assert "/srv/x" not in page  # for administrators


def test_what_was_lost_is_told_with_its_reason_and_inert(log, owner_db):
    recovery = "INSERT INTO audit.recovery (first, stop, why) VALUES (12, 15, %s)"
    owner_db.execute(recovery, ["Cadangan <b>lama</b> dipulihkan"])
    page = seen()
    assert "isi 3 catatan (nomor 12–14) hilang" in page
    assert "Cadangan &lt;b&gt;lama&lt;/b&gt; dipulihkan" in page


def test_standstills_that_were_told_and_a_name_that_ended_are_incidents_too(log, owner_db, settings):
    key, about = "log_stands/20261124T010000/", "audit.tree/1"
    with transaction.atomic():
        for number in ("7", "8"):
            Message.objects.create(key=key + number, message_id=number, subject_key=about)
        done = {"created_at": dt.datetime(2026, 11, 24, 1, 20, tzinfo=dt.UTC)}
        Message.objects.create(
            key=key.replace("stands", "goes_on") + "7", message_id="9", subject_key=about, **done
        )
        data = {"origin": "portal.example/transparansi/log0", "size": 1234}
        record("log_followed", f"audit.log/{settings.AUDIT_LOG_NAME}", actor=SYSTEM, data=data)
    page = seen()
    day = "Selasa, 24 November 2026"
    said = f"<strong>{day}, 08.00 WIB</strong>: log berhenti sampai {day}, 08.20 WIB."
    assert page.count(said) == 1
    assert "log ini meneruskan portal.example/transparansi/log0, yang berakhir pada 1.234 catatan" in page


def test_the_dashboard_of_who_looks_after_the_log_tells_how_far_it_is_behind(log, owner_db, cast, client_for):
    publish(log)
    owner_db.execute("SELECT audit.append('event', 'told', 'documents.document/1', '{}')")
    owner_db.execute(
        "UPDATE audit.sequencer SET seen_at = clock_timestamp() - interval '7 minutes', trouble = 'x'"
    )
    for who in (cast.admin, cast.laras):
        page = client_for(who).get("/kerja/dasbor/").content.decode()
        assert re.search(r'figure bad" href="/transparansi/"><b>7</b>\s*<p>Tertunda <small>menit', page)
        assert 'href="/readyz"' in page
    assert "Menunggu masuk log" not in client_for(cast.rini).get("/kerja/dasbor/").content.decode()
