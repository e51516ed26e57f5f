"""Suggestions of category: learned from past cases, never deciding, silent when the model is missing, old or damaged."""

import csv
import io
import json
import os
import random
import subprocess
import sys
from hashlib import sha256

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse

from biroumum.audit.models import Entry
from complaints.models import Category, Complaint
from complaints.services import suggesting
from complaints.services.suggesting import (
    Model,
    ModelRefused,
    decode,
    encode,
    model_path,
    read,
    stem,
    suggestions,
    write,
)
from complaints.services.training import Example, TooLittle, evaluate, train

SECTORS = {
    "energi": "lampu listrik padam tiang kabel meteran gardu penerangan",
    "infrastruktur": "jalan rusak lubang aspal jembatan drainase trotoar selokan",
    "kesehatan": "puskesmas dokter obat pasien antre perawat ambulans imunisasi",
}
FILLER = "mohon segera warga desa bapak tolong kampung pagi sudah lama".split()


def sample(count, seed=1):
    """Made-up cases: two words of their sector, one of another, and words that say nothing."""
    dice, cases = random.Random(seed), []
    for number in range(count):
        code = list(SECTORS)[number % 3]
        stray = dice.choice(SECTORS[dice.choice(list(SECTORS))].split())
        words = [*dice.sample(SECTORS[code].split(), 3), stray, *dice.sample(FILLER, 3)]
        cases.append(Example(" ".join(dice.sample(words, len(words))), code))
    return cases


def as_csv(path, cases, name=lambda code: code):
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("no", "kategori", "token_dasar"))
        rows.writerows((number, name(case.code), case.text) for number, case in enumerate(cases, start=1))
    return path


def run(name, *arguments):
    out, err = io.StringIO(), io.StringIO()
    call_command(name, *map(str, arguments), stdout=out, stderr=err)
    return json.loads(out.getvalue()), err.getvalue()


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    suggesting._loaded.cache_clear()
    suggesting._told_old.cache_clear()
    return tmp_path


@pytest.fixture
def model(db):
    model = train(sample(150), sources=["contoh"])
    write(model, model_path())
    return model


@pytest.fixture
def verify_page(road, client_for):
    """Its select's groups and options as text, and the whole page."""
    client, address = client_for(road.cast.sekar), reverse("complaints:step", args=[road.case.pk, "verify"])

    def get():
        response = client.get(address)
        assert response.status_code == 200
        return response.content.decode()

    return get


# -- the model


def test_unseen_cases_are_told_well_and_by_chance_they_would_not(model):
    told = evaluate(model, sample(90, seed=2))
    assert told["n"] == 90
    assert told["top1"] >= 0.85
    assert told["top3"] == 1  # there are three
    assert model.about["cross_validation"]["top1"] >= 0.85
    dice = random.Random(3)
    shuffled = train([Example(each.text, dice.choice(list(SECTORS))) for each in sample(150)], sources=[])
    assert (
        shuffled.about["cross_validation"]["top1"] < 0.6
    )  # measured on the unseen, not on what it has learned


def test_the_same_cases_give_the_same_model(model):
    again = train(sample(150), sources=["contoh"])
    assert (again.codes, again.bias, again.rows) == (model.codes, model.bias, model.rows)


def test_copies_of_a_case_do_not_flatter_the_measure(db):
    """Cases without a common word but their copies': who peeks at the copy guesses all, who does not guesses none."""
    dice, texts = random.Random(5), [f"kata{letter}" for letter in "abcdefghijklmnopqrst"]
    cases = [Example(f"{text} {text}x", dice.choice(list(SECTORS))) for text in texts] * 4
    assert train(cases, sources=[]).about["cross_validation"]["top1"] < 0.8


def test_two_categories_are_enough_and_one_is_not(db):
    two = [each for each in sample(150) if each.code != "energi"]
    assert evaluate(train(two, sources=[]), two)["top1"] > 0.9
    with pytest.raises(TooLittle, match="2 kategori"):
        train([Example("jalan rusak", "infrastruktur")] * 60, sources=[])
    with pytest.raises(TooLittle, match="40 perkara"):
        train(sample(30), sources=[])


def test_a_raw_sentence_is_understood_as_its_stems(model):
    assert stem("perbaikannya") == stem("baik")
    assert model.ranked("Penerangannya padam, lampunya mati!")[0].code == "energi"
    swallowed = Model(model.about, ("a", "b"), (0.0, 0.0), {stem("terima"): [1.0, 0.0, 5.0]})
    assert swallowed.ranked("Kami menerima")[0].code == "b"


def test_words_of_one_case_and_numbers_do_not_stand_in_the_file(db):
    model = train([*sample(150), Example("lampu Sarimin 3374010101800001 H1234XY", "energi")], sources=[])
    content = encode(model).decode()
    assert "sarimin" not in content
    assert "3374010101800001" not in content
    assert "lampu" in content


def test_what_is_said_first_counts_more(model):
    assert (
        suggesting.presences(["a", *"bcdefghij", "k"])["a"] > suggesting.presences([*"abcdefghij", "k"])["k"]
    )
    even = Model(model.about, ("a", "b"), (0.0, 0.0), {"xa": [1.0, 1.0, 0.0], "yb": [1.0, 0.0, 1.0]})
    assert [even.ranked(text)[0].code for text in ("xa yb", "yb xa")] == ["a", "b"]


def test_probabilities_are_a_whole(model):
    ranked = model.ranked("lampu padam")
    assert sum(each.probability for each in ranked) == pytest.approx(1)
    assert [each.probability for each in ranked] == sorted(
        (each.probability for each in ranked), reverse=True
    )
    assert ranked[0].often


# -- the file


def test_the_file_is_read_back_as_written_and_carries_its_checksum(model):
    again = read(model_path())
    assert again.ranked("jalan lubang")[0].code == "infrastruktur"
    head, _line, body = model_path().read_bytes().partition(b"\n")
    assert head.decode() == sha256(body).hexdigest()
    assert set(again.about) == set(
        "version trained_at cases sources categories cross_validation heat".split()
    )


def signed(body):
    return sha256(body).hexdigest().encode() + b"\n" + body


def changed(model, **parts):
    return signed(json.dumps(json.loads(encode(model).partition(b"\n")[2]) | parts).encode())


def test_damaged_and_foreign_files_are_refused(model):
    good = encode(model)
    bad = [
        b"",
        good[:-5],
        good.replace(b"energi", b"enerji", 1),
        signed(b"[]"),
        signed(b"\xff"),
        signed(b"{}"),
        changed(model, format=99),
        changed(model, bias=[1.0]),
        changed(model, codes=[]),
        changed(model, rows={"lampu": [1.0]}),
        changed(model, rows={"lampu": [1.0, float("nan"), 1, 1]}),
        changed(model, rows={"lampu": ["x", 1, 1, 1]}),
        changed(model, about={"heat": 0, "categories": []}),
    ]
    for content in bad:
        with pytest.raises(ModelRefused):
            decode(content)
    assert decode(good).codes == model.codes


def test_a_failed_write_leaves_the_old_model(model, monkeypatch):
    before = model_path().read_bytes()
    monkeypatch.setattr(suggesting.os, "fsync", lambda number: (_ for _ in ()).throw(OSError("penuh")))
    with pytest.raises(OSError, match="penuh"):
        write(model, model_path())
    assert model_path().read_bytes() == before
    assert [path.name for path in model_path().parent.iterdir()] == ["model.json"]


# -- the page


def test_a_verifier_sees_suggestions_first_and_the_citizens_choice_stays_chosen(model, verify_page):
    Complaint.objects.update(category=Category.objects.get(code="kesehatan"))
    page = verify_page()
    assert "Saran menurut perkara serupa: Energi (" in page
    groups = page.index('<optgroup label="Saran">'), page.index('<optgroup label="Kategori lain">')
    select = page[groups[0] : page.index("</select>", groups[0])]
    energy, health = Category.objects.get(code="energi"), Category.objects.get(code="kesehatan")
    assert groups[0] < page.index(f'<option value="{energy.pk}"') < groups[1]
    assert f'value="{health.pk}" selected' in select
    assert all(select.count(f'value="{row.pk}"') == 1 for row in Category.objects.all())


def test_any_category_may_still_be_chosen_and_the_log_keeps_both(model, road, client_for):
    culture = Category.objects.get(code="pariwisata-budaya")
    address = reverse("complaints:step", args=[road.case.pk, "verify"])
    data = {"title": "Lampu mati", "kind": "complaint", "category": culture.pk, "visibility": "open"}
    data["visibility_reason"] = "Pelapor setuju."
    assert client_for(road.cast.sekar).post(address, data).status_code == 302
    assert Complaint.objects.get().category == culture
    entry = json.loads(Entry.objects.get(verb="complaints.complaint.verify").body)["data"]
    assert entry["category"] == "pariwisata-budaya"
    assert entry["suggested"][0] == "energi"
    assert run("triage_eval")[0] == {"n": 1, "top1": 0.0, "top3": 0.0}


def test_without_a_model_the_page_says_nothing_and_the_step_goes(verify_page, road):
    assert "Saran" not in verify_page()
    road.verify()
    assert "suggested" not in json.loads(Entry.objects.get(verb="complaints.complaint.verify").body)["data"]


def test_a_damaged_model_is_silent_on_the_page_and_told_to_the_log_once(model, verify_page, caplog):
    model_path().write_bytes(encode(model)[:-9])
    assert "Saran" not in verify_page()
    assert "Saran" not in verify_page()
    assert [record.message for record in caplog.records if "no suggestions" in record.message] == [
        "no suggestions of category: berkas model rusak: jumlah periksanya tidak cocok"
    ]


def test_a_model_of_other_categories_is_silent_until_trained_again(model, verify_page, caplog):
    assert "Saran menurut" in verify_page()
    with transaction.atomic():
        Category.objects.create(code="baru", name="Baru")
    assert "Saran" not in verify_page()
    assert "train it again" in caplog.text
    write(train(sample(150), sources=[]), model_path())
    assert "Saran menurut" in verify_page()


def test_a_new_file_is_taken_up_without_a_restart(model, road):
    assert suggestions(road.case)[0].code == "energi"
    swapped = [
        Example(each.text, "kesehatan" if each.code == "energi" else each.code) for each in sample(150)
    ]
    write(train(swapped, sources=[]), model_path())
    assert suggestions(road.case)[0].code == "kesehatan"


def test_words_the_model_has_never_seen_suggest_nothing(model, road):
    road.case.title, road.case.description = "xyzzy", "qwerty 12345"
    assert suggestions(road.case) == []


def test_the_web_process_loads_no_numeric_library():
    code = (
        "import django, sys; django.setup(); import biroumum.urls; from complaints.services import suggesting; "
        "print([name for name in ('numpy', 'scipy', 'sklearn') if name in sys.modules])"
    )
    surroundings = os.environ | {
        "DJANGO_SETTINGS_MODULE": "biroumum.settings",
        "DATABASE_URL": "postgres://localhost/x",
    }
    told = subprocess.run(
        [sys.executable, "-c", code], env=surroundings, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert told.stdout.strip() == "[]", told.stderr


# -- the commands
