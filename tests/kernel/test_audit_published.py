"""The published log at its addresses: what is there, with which headers, and nothing else of the disk."""

import pytest

from biroumum.audit import keys, tiles
from tests.kernel.small_log import WITNESS


@pytest.fixture
def log(settings, tmp_path, db):
    """A folder with one full and one partial tile, a bundle and a checkpoint; and a stranger's file beside it."""
    settings.AUDIT_DIR, settings.AUDIT_KEYS = tmp_path / "published", tmp_path / "keys"
    folder = tiles.Folder(settings.AUDIT_DIR / "log")
    folder.write(
        [
            (tiles.path(0, 1067), b"\x01" * 32),
            (tiles.path(0, 0, 3), b"\x02" * 32),
            (tiles.path("entries", 0, 3), tiles.bundle([b"{}"])),
            ("checkpoint", b"asal\n3\nAAAA\n"),
            ("tile/0/rahasia", b"x"),
        ]
    )
    (settings.AUDIT_DIR / "log.key").write_text("x")
    return folder


@pytest.mark.parametrize(
    ("address", "kind", "cache"),
    [
        ("checkpoint", "text/plain; charset=utf-8", "max-age=5"),
        ("tile/0/x001/067", "application/octet-stream", "max-age=31536000, immutable"),
        ("tile/0/000.p/3", "application/octet-stream", "max-age=31536000, immutable"),
        ("tile/entries/000.p/3", "application/octet-stream", "max-age=31536000, immutable"),
    ],
)
def test_each_file_is_given_byte_for_byte_to_everyone(log, client, address, kind, cache):
    answer = client.get(f"/transparansi/log/{address}")
    assert answer.status_code == 200
    assert answer.content == log.read(address)
    told = {name: answer[name] for name in ("Content-Type", "Cache-Control", "Access-Control-Allow-Origin")}
    assert told == {"Content-Type": kind, "Cache-Control": cache, "Access-Control-Allow-Origin": "*"}
    again = client.get(f"/transparansi/log/{address}", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    assert client.head(f"/transparansi/log/{address}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "lain/checkpoint",
        "Log/checkpoint",
        "../checkpoint",
        "%2e%2e/checkpoint",
        "./checkpoint",
        "log%00/checkpoint",
        "log/tile/0/001",  # not yet
        "log/tile/0/000",  # only part of it
        "log/tile/0/rahasia",
        "log/tile/0/../../checkpoint",
        "log/tile/0/%2e%2e/%2e%2e/checkpoint",
        "log/tile//0/000.p/3",
        "log/tile/0/000.p",
        "log/tile/0/000.p/",
        "log/tile/00/000.p/3",
        "log/tile/0/000.p/03",
        "log/tile/0/000.p/3%0a",
        "log/tile/64/000",
        "log/tile/0/x000/000.p/3",
        "log/tile",
        "log.key",
    ],
)
def test_anything_else_is_not_found(log, client, path):
    assert client.get(f"/transparansi/{path}").status_code == 404


def test_the_keys_and_the_witnesses_are_told_one_a_line_and_never_a_secret_half(log, client, settings):
    made = [keys.make(kind) for kind in keys.KINDS]
    settings.AUDIT_WITNESSES = [f"{WITNESS.verifier.vkey}+https://saksi.example/"]
    answer = client.get("/transparansi/kunci")
    assert answer.content.decode() == "".join(f"{one.verifier.vkey}\n" for one in (*made, WITNESS))
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Access-Control-Allow-Origin"] == "*"
