"""What the holder of a case takes home from the log: a promise at once, then the receipt, and the text it speaks of."""

import datetime as dt
import hashlib
import html
import io
import json
import re
import subprocess
import uuid

import pikepdf
import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from biroumum.accounts.actors import SYSTEM
from biroumum.audit import keys
from biroumum.audit.models import Entry
from biroumum.audit.notes import encode
from biroumum.audit.proofs import Promise, Proof
from biroumum.audit.services import erase
from biroumum.documents.models import IssuedDocument
from biroumum.web.subjects import subject_key
from biroumum.worktime.models import TimeLimit
from complaints.models import Complaint
from complaints.services.filed import SUBMITTED
from tests.complaints.citizen import STORY, Citizen, code_on
from tests.complaints.inert import signs_of
from tests.fixtures_log import sequenced


@pytest.fixture
def citizen(real_db, log_keys):
    return Citizen()


@pytest.fixture
def filed(citizen):
    """The page of a sending, and the token that proves it."""
    citizen.fill_in()
    token = citizen.token()
    page = citizen.send(token)
    assert page.status_code == 201
    return page, token


def asked(citizen, token, what):
    return citizen.client.post("/pengaduan/tanda-terima/bukti/", {"token": token, "what": what})


def text_of(response):
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    return response.content.decode()


def test_a_promise_comes_with_the_answer_and_holds_for_whoever_has_the_public_keys(citizen, filed):
    page, token = filed
    assert "Janji ini kami tanda tangani" in page.content.decode()
    response = asked(citizen, token, "file")
    number = page.context["case"].number
    assert response["Content-Disposition"] == f'attachment; filename="janji-{number}.txt"'
    promise = Promise.check(text_of(response), keys.promise_verifiers())
    assert promise.merged_by - promise.at == dt.timedelta(seconds=60)
    assert asked(citizen, token, "file").content == response.content  # the same word each time


def test_the_receipt_follows_keeps_the_promise_and_proves_what_was_filed(citizen, filed, log_sequencer):
    page, token = filed
    promise = Promise.check(asked(citizen, token, "file").content.decode(), keys.promise_verifiers())
    assert "data-waiting" in text_of(asked(citizen, token, "box"))
    sequenced(log_sequencer)
    box = text_of(asked(citizen, token, "box"))
    assert "data-waiting" not in box
    assert "Unduh bukti" in box
    response, case = asked(citizen, token, "file"), page.context["case"]
    assert response["Content-Disposition"] == f'attachment; filename="bukti-{case.number}.tlog-proof"'
    proved = Proof.parse(text_of(response)).check(keys.log_verifiers())
    assert proved.opening.commitment == promise.commitment
    told = json.loads(proved.opening.payload)["data"]
    kept = asked(citizen, token, "text")
    assert kept.content.decode() == f"{case.number}\n\nLampu lorong mati\n\n{STORY}\n"
    assert (told["number"], told["text_sha256"]) == (case.number, hashlib.sha256(kept.content).hexdigest())


def test_the_page_of_tracking_gives_the_same_and_only_with_the_code(citizen, filed, log_sequencer):
    page, token = filed
    sequenced(log_sequencer)
    url = citizen.track(page.context["case"], code_on(page))
    assert "Unduh bukti" in citizen.client.get(url).content.decode()
    receipt = citizen.client.post(f"{url}bukti/", {"what": "file"})
    assert receipt.content == asked(citizen, token, "file").content
    stranger = Citizen()
    assert stranger.client.post(f"{url}bukti/", {"what": "file"}).status_code == 403
    assert asked(stranger, str(uuid.uuid4()), "file").status_code == 404
    assert asked(stranger, "", "file").status_code == 404


def test_the_token_of_the_page_is_no_key_for_ever(citizen, filed):
    page, token = filed
    with transaction.atomic():
        case = Complaint.objects.get(pk=page.context["case"].pk)
        Complaint.objects.filter(pk=case.pk).update(received_at=case.received_at - dt.timedelta(hours=3))
    assert asked(citizen, token, "file").status_code == 404


def test_a_broken_promise_is_called_one(citizen, filed, monkeypatch):
    _page, token = filed
    later = timezone.now() + dt.timedelta(minutes=2)
    monkeypatch.setattr("complaints.public_views.evidence.timezone.now", lambda: later)
    assert "membuktikan kelalaian kami" in text_of(asked(citizen, token, "box"))


def test_without_keys_the_complaint_is_taken_and_the_page_says_what_is_missing(citizen, filed, tmp_path):
    settings.AUDIT_KEYS = tmp_path / "none"
    _page, token = filed
    assert "Kunci log sedang tidak terbaca" in text_of(asked(citizen, token, "box"))
    assert asked(citizen, token, "file").status_code == 404
    citizen.fill_in()
    assert citizen.send().status_code == 201


def test_once_erased_the_page_says_so_and_gives_nothing_out(citizen, filed, log_sequencer):
    page, token = filed
    sequenced(log_sequencer)
    kept = text_of(asked(citizen, token, "file"))
    key = subject_key(page.context["case"])
    entry, rule = (
        Entry.objects.get(subject=key, verb=SUBMITTED),
        TimeLimit.objects.get(code="retention.words"),
    )
    with transaction.atomic():
        erase(
            "complaints.complaint.anonymise", key, [entry.pk], rule=subject_key(rule), case=key, actor=SYSTEM
        )
    assert "sudah dihapus menurut aturan" in text_of(asked(citizen, token, "box"))
    assert asked(citizen, token, "file").status_code == 404
    assert Proof.parse(kept).check(keys.log_verifiers())  # what the citizen saved stays good


def test_a_text_that_was_changed_since_is_not_given_out_as_the_one_that_was_filed(citizen, filed):
    page, token = filed
    with transaction.atomic():
        Complaint.objects.filter(pk=page.context["case"].pk).update(description="[nama disembunyikan]")
    assert asked(citizen, token, "text").status_code == 404


def test_names_of_files_tell_no_finder_of_a_whistle_blower(citizen, filed, monkeypatch):
    _page, token = filed
    monkeypatch.setattr(Complaint, "is_whistle", property(lambda case: True))
    assert asked(citizen, token, "file")["Content-Disposition"] == 'attachment; filename="janji-laporan.txt"'


# -- the steps that are printed


def lines_of(content: bytes) -> str:
    """Text of a PDF, one line a line: a new place on the page begins one."""
    out: list[str] = []
    with pikepdf.open(io.BytesIO(content)) as document:
        for page in document.pages:
            fonts = {name: signs_of(font) for name, font in page.Resources.get("/Font", {}).items()}
            signs, height = {}, None
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    signs = fonts[str(operands[0])]
                elif str(operator) == "cm":
                    if operands[5] != height:
                        out.append("\n")
                    height = operands[5]
                elif str(operator) in ("Tj", "TJ"):
                    parts = operands[0] if str(operator) == "TJ" else operands
                    codes = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
                    out.append("".join(signs.get(codes[at : at + 2], "") for at in range(0, len(codes), 2)))
    return "".join(out)


def steps_on(paper: str) -> str:
    return re.search(r"^ *set -euf;.*?^done; done; gagal [^\n]*\n?", paper, re.MULTILINE | re.DOTALL)[0]


def followed(steps: str, folder, receipt: str) -> subprocess.CompletedProcess:
    (folder / "periksa.sh").write_text(steps)
    (folder / "bukti.tlog-proof").write_text(receipt)
    (folder / "kunci").write_text("".join(f"{key.vkey}\n" for key in keys.log_verifiers()))
    command = ["sh", "periksa.sh", "bukti.tlog-proof", "kunci"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


@pytest.fixture
def paper(citizen, filed, log_sequencer):
    """The receipt of a filing in a log of some entries, and the citizen's PDF."""
    page, token = filed
    for _other in range(2):
        citizen.file()
    sequenced(log_sequencer)
    said = {"number": page.context["case"].number, "code": code_on(page)}
    pdf = citizen.client.post("/pengaduan/tanda-terima/", said)
    assert pdf["Content-Type"] == "application/pdf"
    return pdf.content, text_of(asked(citizen, token, "file"))


@pytest.mark.parametrize("printed", ["paper", "page"])
def test_the_printed_steps_alone_prove_a_receipt_and_refuse_one_changed_letter(
    citizen, paper, printed, tmp_path
):
    content, receipt = paper
    text = lines_of(content)
    if printed == "page":
        page = citizen.client.get("/transparansi/verifikasi/").content.decode()
        text = html.unescape(re.search(r'id="langkah"[^>]*>(.*?)</pre>', page, re.DOTALL)[1])
    steps = steps_on(text)
    assert len(steps.strip().splitlines()) <= 27
    proved = followed(steps, tmp_path, receipt)
    assert (proved.returncode, proved.stderr) == (0, "")
    number = re.search(r"ADU-\d{4}-\d{6}", proved.stdout)[0]
    assert f'"number": "{number}"' in proved.stdout
    proof = Proof.parse(receipt)
    harmed = {
        "payload": receipt.replace(
            Proof.parse(receipt).text.split("\n")[1].split(" ")[1], _with_another_number(proof)
        ),
        "path": receipt.replace(receipt.split("\n")[4], receipt.split("\n")[3]),
        "size": re.sub(r"\n(\d+)\n", lambda found: f"\n{int(found[1]) + 1}\n", receipt),
        "signature": re.sub(
            r"(— \S+ .{20})(.)", lambda found: found[1] + ("A" if found[2] != "A" else "B"), receipt
        ),
    }
    for what, text in harmed.items():
        assert text != receipt
        failed = followed(steps, tmp_path, text)
        assert failed.returncode != 0, what
        assert "TERBUKTI" not in failed.stdout, what
        assert "GAGAL" in failed.stdout, what


def _with_another_number(proof: Proof) -> str:
    return encode(re.sub(rb"(ADU-\d{4}-00000)\d", rb"\g<1>9", proof.extra))


def test_the_paper_carries_the_promise_then_the_code_and_is_the_same_one_ever_after(
    citizen, filed, log_sequencer
):
    page, _token = filed
    said = {"number": page.context["case"].number, "code": code_on(page)}
    first = lines_of(citizen.client.post("/pengaduan/tanda-terima/", said).content)
    assert "/janji@v1" in first
    sequenced(log_sequencer)
    second = citizen.client.post("/pengaduan/tanda-terima/", said).content
    assert "/janji@v1" not in lines_of(second)
    citizen.file()
    sequenced(log_sequencer)  # another state of the log
    assert citizen.client.post("/pengaduan/tanda-terima/", said).content == second
    assert IssuedDocument.objects.count() == 2
