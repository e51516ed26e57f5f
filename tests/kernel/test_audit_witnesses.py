"""Witnesses on loopback: one that keeps its word, and those that do not. None of them keeps the log from signing."""

import re
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from biroumum.audit import keys, merkle, notes, witnesses
from biroumum.audit.daemon import Daemon, connect, sequencer_on
from biroumum.audit.notes import COSIGNATURE, Checkpoint, Signer, open_checkpoint, sign
from biroumum.audit.witnesses import Witness
from tests.kernel.test_audit_daemon import log, until  # noqa: F401
from tests.kernel.test_audit_sequencer import check, write


class Server(ThreadingHTTPServer):
    """A witness as C2SP tlog-witness wants it; `answer` may be replaced by worse ones."""

    daemon_threads = True

    def __init__(self, number: int = 1) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.signer = Signer(f"witness.example/w{number}", bytes([number]) * 32, COSIGNATURE)
        self.kept: Checkpoint | None = None
        self.note = ""
        self.asked: list[tuple[str, int]] = []  # path, old size
        self.statuses: list[int] = []
        self.answer: Callable[[str, str], tuple[int, bytes]] = self.honest
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def witness(self) -> str:
        return f"{self.signer.verifier.vkey}+http://127.0.0.1:{self.server_port}/w"

    def honest(self, path: str, body: str) -> tuple[int, bytes]:
        if path == f"/w/{sha256(keys.origin().encode()).hexdigest()}/checkpoint":
            return (200, self.note.encode()) if self.note else (404, b"")
        if path != "/w/add-checkpoint":
            return 404, b""
        head, note = body.split("\n\n", 1)
        first, *proof = head.split("\n")
        old = int(re.fullmatch("old (0|[1-9][0-9]*)", first)[1])
        found, _signatures = open_checkpoint(note, keys.log_verifiers(), keys.origin())
        size, root = (self.kept.size, self.kept.root) if self.kept else (0, merkle.EMPTY)
        if old != size:
            return 409, f"{size}\n".encode()
        path_ = [b64decode(line) for line in proof]
        if not merkle.verify_consistency(size, found.size, root, found.root, path_):
            return 422, b""
        self.kept, self.note = found, note
        return 200, self.signer.line(found.text, time=int(time.time())).encode()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append((self.path, int(body.split("\n", 1)[0].split(" ")[1])))
        self.tell(*self.server.answer(self.path, body))

    def do_GET(self) -> None:
        self.tell(*self.server.answer(self.path, ""))

    def tell(self, status: int, body: bytes) -> None:
        self.server.statuses.append(status)
        if callable(body):
            body(self)
            return
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        yield made
        made.shutdown()


@pytest.fixture
def at_work(log, monkeypatch):  # noqa: F811
    """A sequencer with witnesses whose `turn` is done by hand; yields how to make one."""
    monkeypatch.setattr(witnesses, "PAUSE", 0.0)
    monkeypatch.setattr(witnesses, "PATIENCE", 1.0)
    with connect(log) as db:
        sequencer = sequencer_on(db)
        assert sequencer.hold()

        def make(*texts: str) -> tuple[Daemon, object]:
            daemon = Daemon(log, lambda sentence: None, [Witness.parse(text) for text in texts])
            while daemon.turn(sequencer) == 4096:
                pass
            return daemon, sequencer

        yield make


def settle(daemon: Daemon, sequencer, server: Server) -> None:
    """Turns until the newest checkpoint is published with its line."""
    until(lambda: (daemon.turn(sequencer), cosigners(sequencer, server))[1])


def cosigners(sequencer, *servers: Server) -> set[str]:
    """Whose valid lines stand under the published checkpoint."""
    note = sequencer.folder.read("checkpoint").decode()
    known = [*keys.log_verifiers(), *(server.signer.verifier for server in servers)]
    return {one.name for one in notes.open_note(note, known)[1] if one.time}


def test_a_witness_cosigns_each_new_checkpoint_and_its_line_is_published(at_work, server, owner_db):
    daemon, sequencer = at_work(server.witness)
    for count in (1, 255, 700):
        settle(daemon, sequencer, server)
        assert cosigners(sequencer, server) == {server.signer.name}
        assert server.kept == check(sequencer)
        write(owner_db, count)
        daemon.turn(sequencer)
        assert cosigners(sequencer, server) == set()
    assert daemon.panel.troubles == []
    olds = [old for _path, old in server.asked]
    assert olds == sorted(olds)
    assert server.statuses.count(409) == 0


def test_a_witness_that_knows_another_size_is_asked_from_there(at_work, server, owner_db):
    """It lost its last answer on the way to us, or began anew from a backup."""
    daemon, sequencer = at_work(server.witness)
    settle(daemon, sequencer, server)
    earlier = server.kept, server.note
    for kept, note in (earlier, (None, "")):
        write(owner_db, 9)
        daemon.turn(sequencer)
        settle(daemon, sequencer, server)
        server.kept, server.note = kept, note
        write(owner_db, 9)
        settle(daemon, sequencer, server)
        until(lambda: (settle(daemon, sequencer, server), cosigners(sequencer, server))[1])
        assert server.kept == check(sequencer)
    assert server.statuses.count(409) == 2


def test_of_three_witnesses_the_missing_one_is_shown(at_work, server, settings):
    with Server(2) as second, Server(3) as third:
        third.shutdown()
        third.server_close()
        settings.AUDIT_WITNESSES = [one.witness for one in (server, second, third)]
        daemon, sequencer = at_work(*settings.AUDIT_WITNESSES)
        settle(daemon, sequencer, server)
        until(lambda: (daemon.turn(sequencer), len(cosigners(sequencer, server, second, third)))[1] == 2)
        until(lambda: (daemon.turn(sequencer), daemon.panel.troubles)[1])
        assert "witness.example/w3" in daemon.panel.troubles[0]
        found = witnesses.standing()
        assert [(one.name[-2:], one.size) for one in found] == [
            ("w1", sequencer.size),
            ("w2", sequencer.size),
            ("w3", None),
        ]
        second.shutdown()


def wrong_key(server: Server) -> Callable[[str, str], tuple[int, bytes]]:
    other = Signer("witness.example/other", bytes(32), COSIGNATURE)
    return lambda path, body: (200, other.line(body.split("\n\n")[1] + "\n", time=1).encode())


def other_text(server: Server) -> Callable[[str, str], tuple[int, bytes]]:
    return lambda path, body: (200, server.signer.line("other\n1\nAAAA\n", time=1).encode())


def no_time(server: Server) -> Callable[[str, str], tuple[int, bytes]]:
    return lambda path, body: (
        200,
        server.signer.line(body.split("\n\n", 1)[1].split("\n\n")[0] + "\n", time=0).encode(),
    )


def dripping(head: bytes):
    """A byte at a time behind this beginning, for as long as anybody listens."""

    def drip(handler: Handler) -> None:
        handler.wfile.write(head)
        while True:
            handler.wfile.write(b"x")
            time.sleep(0.1)

    return lambda server: lambda path, body: (200, drip)


HOSTILE: dict[str, Callable[[Server], Callable[[str, str], tuple[int, bytes]]]] = {
    "another key": wrong_key,
    "another text": other_text,
    "no time": no_time,
    "huge": lambda server: lambda path, body: (200, b"x" * 5_000_000),
    "redirect": lambda server: lambda path, body: (302, b""),
    "garbage": lambda server: lambda path, body: (200, b"\xff\xfe\n"),
    "empty": lambda server: lambda path, body: (200, b""),
    "conflict without a size": lambda server: lambda path, body: (409, b"many\n"),
    "conflict for ever": lambda server: lambda path, body: (409, b"0\n"),
    "claims more than there is": lambda server: lambda path, body: (409, b"999999999\n"),
    "drips its first line": dripping(b"HTTP/1.0 200 O"),
    "drips its head": dripping(b"HTTP/1.0 200 OK\r\nX-A: "),
    "drips its answer": dripping(b"HTTP/1.0 200 OK\r\n\r\n"),
    "breaks": lambda server: lambda path, body: 1 / 0,
}


@pytest.mark.parametrize("how", HOSTILE)
def test_a_hostile_witness_changes_nothing_but_what_is_said_of_it(at_work, server, owner_db, how):
    server.answer = HOSTILE[how](server)
    server.handle_error = lambda *args: None
    daemon, sequencer = at_work(server.witness)
    until(lambda: (daemon.turn(sequencer), daemon.panel.troubles)[1])
    write(owner_db, 300)
    assert daemon.turn(sequencer) == 300
    assert daemon.trouble == ""
    check(sequencer)
    assert cosigners(sequencer, server) == set()
    assert owner_db.execute("SELECT count(*) FROM audit.cosignature").fetchone() == (0,)
    assert not [path for path, _old in server.asked if "elsewhere" in path]


def test_a_silent_witness_delays_no_signature(at_work, server, owner_db):
    release = threading.Event()
    server.answer = lambda path, body: (release.wait(20), (500, b""))[1]
    daemon, sequencer = at_work(server.witness)
    for _turn in range(5):
        write(owner_db, 10)
        began = time.monotonic()
        assert daemon.turn(sequencer) == 10
        assert time.monotonic() - began < 1.0  # it would be silent for twenty
        check(sequencer)
    assert len(server.asked) <= 1
    release.set()


def test_a_question_without_an_end_is_trouble_and_asked_again(at_work, server, owner_db, monkeypatch):
    """Whatever keeps its thread: a resolver, say."""
    monkeypatch.setattr(witnesses, "LONGEST_ANSWER", 0.2)
    release = threading.Event()
    original = witnesses.add_checkpoint
    monkeypatch.setattr(witnesses, "add_checkpoint", lambda *said: release.wait(20) and original(*said))
    daemon, sequencer = at_work(server.witness)
    until(lambda: (daemon.turn(sequencer), daemon.panel.troubles)[1])
    assert "does not answer" in daemon.panel.troubles[0]
    release.set()
    monkeypatch.setattr(witnesses, "add_checkpoint", original)
    daemon.panel.asked[0].due = 0.0
    settle(daemon, sequencer, server)


def test_a_failing_witness_is_asked_less_and_less(at_work, server, monkeypatch):
    server.answer = lambda path, body: (503, b"")
    daemon, sequencer = at_work(server.witness)
    monkeypatch.setattr(witnesses, "PAUSE", 5.0)
    asked = daemon.panel.asked[0]
    asked.pause = 5.0
    until(lambda: (daemon.turn(sequencer), asked.trouble)[1])
    for _turn in range(5):
        daemon.turn(sequencer)
    assert len(server.asked) == 1
    assert asked.pause == 10.0
    assert asked.due > time.monotonic() + 4


def test_a_witness_that_shows_our_own_signature_over_more_stops_a_restored_database(
    at_work, server, owner_db
):
    """Folder and database are both from before; only the witness remembers."""
    daemon, sequencer = at_work()
    size = sequencer.size
    server.note = sign(Checkpoint(keys.origin(), size + 5, bytes(32)).text, keys.log_signers())
    daemon.witnesses, daemon.panel = [Witness.parse(server.witness)], None
    write(owner_db, 1)
    assert daemon.turn(sequencer) == 0
    assert f"{size + 5} leaves were signed before" in daemon.trouble
    assert daemon.turn(sequencer) == 0  # and it stays so
    assert daemon.trouble
    assert sequencer.size == size


def test_the_same_witness_without_our_signature_stops_nobody(at_work, server, owner_db):
    daemon, sequencer = at_work()
    thief = Signer(keys.origin(), bytes(32))
    server.note = sign(Checkpoint(keys.origin(), sequencer.size + 5, bytes(32)).text, [thief])
    daemon.witnesses, daemon.panel = [Witness.parse(server.witness)], None
    write(owner_db, 1)
    assert daemon.turn(sequencer) == 1
    assert daemon.trouble == ""


@pytest.mark.parametrize(
    "text", ["", "nonsense", "w+00000000+AAAA+http://x", "{vkey}", "{vkey}+ftp://x", "{plain}+http://x"]
)
def test_a_witness_that_is_none_is_refused_by_name(log, settings, text):  # noqa: F811
    signer = Signer("w.example", bytes(32), COSIGNATURE)
    told = text.format(vkey=signer.verifier.vkey, plain=Signer("w.example", bytes(32)).verifier.vkey)
    settings.AUDIT_WITNESSES = [told]
    with pytest.raises(CommandError) as error:
        call_command("audit_sequencer", "--once")
    assert error.value.returncode == 2
