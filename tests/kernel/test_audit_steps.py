"""The printed steps are run by strangers on files of strangers: no receipt may make them run what it says."""

import json
import shutil
import subprocess
from hashlib import sha256

import pytest

from biroumum.audit import receipts
from biroumum.audit.notes import encode

SALT, PAYLOAD = bytes(32), '{"op":"event"}'
RUN = "touch PWNED"
LEAF = f'{{"v":1,"c":"{encode(sha256(SALT + PAYLOAD.encode()).digest())}"}}'
TRUE = {
    "extra": json.dumps({"salt": encode(SALT), "payload": PAYLOAD}, separators=(",", ":")),
    "index": "0",
    "path": "",
    "log": "portal.example/transparansi/log",
    "size": "1",
    "root": encode(sha256(b"\0" + LEAF.encode()).digest()),
    "signer": "portal.example/transparansi/log",
    "signature": "AAAA",
}
HOSTILE = [
    {"log": f"a||;1e {RUN} #", "signer": "x"},
    {"log": f"a||p;e {RUN}", "signer": "x"},
    {"log": f"a|{RUN}|e;#", "signer": "x"},
    {"log": "a||w PWNED", "signer": "x"},
    {"log": f"$({RUN})", "signer": f"$({RUN})"},
    {"log": f'x" ) system("{RUN}'},
    {"log": f"portal.example/transparansi/log\\n;e {RUN}"},
    {"size": f"a[$({RUN})]"},
    {"size": f"0\n{RUN}"},
    {"index": f"a[$({RUN})]"},
    {"index": f"0\nindex a[$({RUN})]"},
    {"path": f"$({RUN})\n"},
    {"path": "*\n", "size": "2"},
    {"root": f"$({RUN})"},
    {"signature": f"$({RUN})"},
    {"signature": f"`{RUN}`"},
    {"extra": f'{{"salt":"$({RUN})","payload":"`{RUN}`"}}'},
    {"extra": f"s/x/y/e;{RUN}"},
]


def followed(folder, shell, **said):
    told = TRUE | said
    extra = encode(told["extra"].encode())
    head = f"c2sp.org/tlog-proof@v1\nextra {extra}\nindex {told['index']}\n{told['path']}\n"
    note = "{log}\n{size}\n{root}\n\n— {signer} {signature}\n".format(**told)
    (folder / "bukti").write_text(head + note)
    (folder / "kunci").write_text("portal.example/transparansi/log+00000000+AQ==\n")
    (folder / "periksa.sh").write_text(receipts.STEPS)
    command = [shell, "periksa.sh", "bukti", "kunci"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


@pytest.fixture(params=["sh", "bash"])
def shell(request):
    return shutil.which(request.param) or pytest.skip(f"no {request.param} here")


@pytest.mark.parametrize("said", HOSTILE, ids=[f"{i}-{'-'.join(said)}" for i, said in enumerate(HOSTILE)])
def test_a_hostile_receipt_runs_nothing_and_proves_nothing(tmp_path, shell, said):
    done = followed(tmp_path, shell, **said)
    assert {path.name for path in tmp_path.iterdir()} == {"bukti", "kunci", "periksa.sh"}
    assert done.returncode != 0, done
    assert "TERBUKTI" not in done.stdout


def test_of_the_same_form_a_harmless_receipt_comes_as_far_as_the_signature(tmp_path, shell):
    done = followed(tmp_path, shell)
    assert "GAGAL: tanda tangan log tidak cocok" in done.stdout, done
