"""A log that stands still is seen: at /readyz, and by one mail, and one when it goes on."""

import pytest

from biroumum.audit import health, tiles
from biroumum.notifications.log_alarm import watch_log
from biroumum.notifications.models import Message
from tests.kernel.test_audit_daemon import log, once, running, until  # noqa: F401
from tests.kernel.test_audit_sequencer import write


@pytest.fixture
def mails(cast):
    """The administrator's mails so far, as subject lines."""
    return lambda: list(
        Message.objects.filter(subject_key="audit.tree/1", to=cast.admin.email)
        .order_by("pk")
        .values_list("subject_line", flat=True)
    )


def shift(owner_db, minutes: int) -> None:
    owner_db.execute("UPDATE audit.pending SET at = at - %s * interval '1 minute'", [minutes])


def write_in_the_past(owner_db, minutes: int) -> None:
    owner_db.execute(
        "WITH e AS (INSERT INTO audit.entry (id, at, xid, op, ent, pk, commitment) SELECT nextval('audit.entry_id'), "
        "clock_timestamp() - %s * interval '1 minute', pg_current_xact_id(), 'event', 'documents.document', '1', "
        "sha256('') RETURNING id, at) INSERT INTO audit.pending SELECT id, at FROM e",
        [minutes],
    )


def unseen(owner_db, minutes: int) -> None:
    owner_db.execute(
        "UPDATE audit.sequencer SET seen_at = clock_timestamp() - %s * interval '1 minute'", [minutes]
    )


def test_one_mail_when_entries_wait_and_one_when_they_found_their_place(log, owner_db, mails, capsys):  # noqa: F811
    once(capsys)
    write(owner_db, 2)
    shift(owner_db, 4)
    watch_log()
    assert mails() == []
    assert health.log_trouble() is None
    shift(owner_db, 2)
    for _minute in range(3):
        watch_log()
    assert mails() == ["Log portal berhenti: catatan menunggu tempatnya"]
    assert "audit_sequencer" in health.log_trouble()
    owner_db.execute("DELETE FROM audit.pending")  # as if they had found their place
    for _minute in range(3):
        watch_log()
    assert mails()[1:] == ["Log portal berjalan kembali"]
    assert health.log_trouble() is None
    unseen(owner_db, 9)  # the next trouble is told again
    watch_log()
    watch_log()
    assert len(mails()) == 3


def test_who_is_told_reads_what_the_sequencer_said(log, settings, owner_db, cast, capsys):  # noqa: F811
    once(capsys)
    (secret,) = settings.AUDIT_KEYS.glob("log.*.key")
    secret.unlink()
    once(capsys)
    assert "nothing new is signed" in health.log_trouble()  # at once, for whoever looks
    assert str(settings.AUDIT_KEYS) not in health.log_trouble()  # and everyone may
    assert "audit_keys make" in health.standing().trouble
    unseen(owner_db, 6)
    watch_log()
    mail = Message.objects.get(to=cast.admin.email, subject_key="audit.tree/1")
    assert "No log key" in mail.text
    assert "No log key" in mail.html
    others = Message.objects.filter(subject_key="audit.tree/1").exclude(to=cast.admin.email)
    assert not others.filter(to=cast.sekar.email).exists()


def test_a_full_disk_is_told_although_every_entry_has_its_place(log, owner_db, mails, capsys, monkeypatch):  # noqa: F811
    def full(self, files):
        raise OSError(28, "No space left on device")

    once(capsys)
    with monkeypatch.context() as broken:
        broken.setattr(tiles.Folder, "write", full)
        write_in_the_past(owner_db, 6)
        once(capsys)
        found = health.standing()
        assert found.waiting == found.size - found.signed > 0
        watch_log()
    assert mails() == ["Log portal berhenti: catatan menunggu tempatnya"]
    once(capsys)
    assert health.standing().waiting == 0
    watch_log()
    assert mails()[1:] == ["Log portal berjalan kembali"]


def test_trouble_that_lasts_is_told_although_nothing_waits(log, settings, owner_db, mails, capsys):  # noqa: F811
    once(capsys)
    (secret,) = settings.AUDIT_KEYS.glob("log.*.key")
    kept = secret.read_bytes()
    secret.unlink()
    for minutes, expected in ((0, 0), (4, 0), (2, 1)):
        owner_db.execute(
            "UPDATE audit.sequencer SET trouble_since = trouble_since - %s * interval '1 minute'", [minutes]
        )
        once(capsys)  # told again, it is as old as before
        watch_log()
        assert len(mails()) == expected
    secret.write_bytes(kept)
    once(capsys)
    assert health.log_trouble() is None


def test_readyz_tells_of_the_log(log, owner_db, client, capsys):  # noqa: F811
    once(capsys)
    assert client.get("/readyz").json()["parts"]["log"] == "ok"
    unseen(owner_db, 6)
    assert "audit_sequencer" in client.get("/readyz").json()["parts"]["log"]


def test_a_sequencer_at_work_is_seen(log, owner_db):  # noqa: F811
    unseen(owner_db, 60)
    with running(log):
        until(lambda: health.log_trouble() is None)
