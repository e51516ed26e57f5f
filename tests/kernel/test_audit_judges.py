"""Programs that are not ours say the same: Go's sumdb of the tree, openssl of each signature."""

import itertools
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from biroumum.audit import merkle, tiles
from biroumum.audit.notes import decode, encode
from tests.kernel.naive import Naive
from tests.kernel.small_log import LOG, PROMISER, WITNESS, SmallLog, opening, promise

SUMDB = Path(__file__).with_name("sumdb.go")
# What sumdb.go printed on 2026-11-24 (golang-golang-x-mod-dev 0.7.0, Go 1.19).
DIGEST = "7c7c94a62139e62ce9038aff1cc149c2b4f152eea0939bfaed04079dc6a17c0a"
PATHS = """tile/3/000.p/112
tile/3/999.p/112
tile/3/x001/000.p/112
tile/3/x001/x234/067.p/112
tile/3/x001/x000/x000/000.p/112"""
SPKI = bytes.fromhex("302a300506032b6570032100")  # what stands before an Ed25519 key in DER (RFC 8410)


def test_roots_paths_and_proofs_are_those_of_go():
    sizes = [int(size) for size in re.search(r"sizes = .*\{(.*)\}", SUMDB.read_text())[1].split(", ")]
    tree = Naive([merkle.leaf_hash(b"entri %d" % number) for number in range(sizes[-1])])

    def line(*words: object, hashes: list[bytes]) -> bytes:
        return " ".join(map(str, [*words, *map(encode, hashes)])).encode() + b"\n"

    said = [line("root", size, hashes=[merkle.root(tree.read, size)]) for size in range(1, 1031)]
    for size in sizes:
        said.append(line("root", size, hashes=[merkle.root(tree.read, size)]))
        for index in (0, size // 3, size // 2, size - 1):
            said.append(line("leaf", index, "of", size, hashes=merkle.inclusion(tree.read, index, size)))
        for old in itertools.takewhile(lambda old, size=size: old <= size, sizes):
            said.append(line("tree", old, "of", size, hashes=merkle.consistency(tree.read, old, size)))
    assert sha256(b"".join(said)).hexdigest() == DIGEST


def test_addresses_of_tiles_are_those_of_go():
    numbers = (0, 999, 1000, 1234067, 1000000000)
    assert "\n".join(tiles.path(3, number, 112) for number in numbers) == PATHS


def openssl(folder: Path, key: bytes, message: bytes, signature: bytes) -> int:
    """Exit status of its check of one signature."""
    assert shutil.which("openssl"), "apt-get install openssl"
    for name, data in (("key", SPKI + key), ("message", message), ("signature", signature)):
        (folder / name).write_bytes(data)
    check = "openssl pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in message -sigfile signature"
    return subprocess.run(check.split(), cwd=folder, capture_output=True).returncode


@pytest.mark.parametrize("signer", [LOG, WITNESS, PROMISER], ids=["checkpoint", "cosignature", "promise"])
def test_openssl_believes_what_we_sign_and_nothing_else(tmp_path, signer):
    note = promise() if signer is PROMISER else SmallLog([opening()]).note()
    text, _blank, lines = note.partition("\n\n")
    (line,) = (line for line in lines.splitlines() if line.startswith(f"— {signer.name} "))
    signed, message = decode(line.split(" ")[2])[4:], f"{text}\n".encode()
    if signer is WITNESS:
        time, signed = int.from_bytes(signed[:8], "big"), signed[8:]
        message = b"cosignature/v1\ntime %d\n" % time + message
    assert openssl(tmp_path, signer.verifier.key, message, signed) == 0
    assert openssl(tmp_path, signer.verifier.key, message + b"\n", signed) == 1
