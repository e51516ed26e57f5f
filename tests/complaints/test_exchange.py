"""The import files each row through the service, once, and says which rows it refused."""

import io
import os
import re
import signal
import subprocess
import sys
import time
import tracemalloc

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from biroumum.audit.models import Entry
from biroumum.worktime.models import Clock
from complaints.exchange.laporgub import Imported
from complaints.management.commands import import_laporgub
from complaints.models import Complaint
from complaints.states import Source

HEAD = "no,kategori,token_dasar\n"


def run(tmp_path, text):
    file, out, err = tmp_path / "aduan.csv", io.StringIO(), io.StringIO()
    file.write_text(text, encoding="utf-8")
    call_command("import_laporgub", str(file), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_rows_become_cases_with_a_trail_each_and_only_once(db, tmp_path):
    text = HEAD + "1,infrastruktur,jalan rusak lubang\n3,keuangan dan aset,pajak kendaraan denda\n"
    assert "2 baru, 0 sudah ada, 0 ditolak" in run(tmp_path, text)[0]
    assert "0 baru, 2 sudah ada, 0 ditolak" in run(tmp_path, text)[0]
    cases = Complaint.objects.filter(source=Source.LAPORGUB).order_by("id")
    assert [case.category.code for case in cases] == ["infrastruktur", "keuangan-aset"]
    for case in cases:
        trail = Entry.objects.filter(
            subject=f"complaints.complaint/{case.pk}", verb="complaints.complaint.submit"
        )
        assert trail.count() == 1


def test_a_refused_row_is_told_by_its_line_and_the_rest_goes_in(db, tmp_path):
    rows = 'x,infrastruktur,jalan\n5,antah,"jalan\nrusak"\n6,energi,\n7,energi,lampu mati\n8,energi,a,b\n²,energi,a\n'
    out, err = run(tmp_path, HEAD + rows)
    assert "1 baru, 0 sudah ada, 5 ditolak" in out
    assert re.findall(r"baris (\d+): (\w+ \w+)", err) == [
        ("2", "nomor bukan"),
        ("5", "uraian kosong"),
        ("7", "kolom berlebih"),
        ("8", "nomor bukan"),
    ]
    assert "baris 4: kategori 'antah' tidak dikenal" in err  # its text runs over two lines


def test_signs_that_are_no_text_do_not_stop_the_import(db, tmp_path):
    out, _err = run(tmp_path, "\ufeff" + HEAD + "1,energi,lampu\x00 mati\u202e\n2,energi,padam\n")
    assert "2 baru" in out
    assert Complaint.objects.get(external_ref="laporgub:1").description == "lampu mati"


def test_a_text_too_long_is_cut_and_told_by_its_line_when_it_is_filed(db, tmp_path):
    rows = f"1,energi,lampu mati\n2,energi,{'a' * 10_003}\n3,energi,{'b' * 10_000}\n"
    out, err = run(tmp_path, HEAD + rows)
    assert "3 baru, 0 sudah ada, 0 ditolak, 1 dipotong" in out
    assert err.split("\n")[1:] == ["baris 3: uraian dipotong, 3 huruf terakhir tidak ikut", ""]
    assert len(Complaint.objects.get(external_ref="laporgub:2").description) == 10_000
    out, err = run(tmp_path, HEAD + rows)
    assert "3 sudah ada, 0 ditolak, 0 dipotong" in out
    assert not err


def test_an_interrupted_import_goes_on_where_it_stopped(db, tmp_path):
    run(tmp_path, HEAD + "1,energi,lampu mati\n")
    out, _err = run(tmp_path, HEAD + "1,energi,lampu mati\n2,energi,listrik padam\n")
    assert "1 baru, 1 sudah ada" in out


def test_another_kind_of_file_is_refused_with_a_sentence(db, tmp_path):
    with pytest.raises(CommandError, match="kolom harus no, kategori, token_dasar"):
        run(tmp_path, "a,b\n1,2\n")


def test_a_file_that_cannot_be_read_to_its_end_files_nothing(db, tmp_path):
    file = tmp_path / "aduan.csv"
    file.write_bytes(HEAD.encode() + b"1,energi,lampu mati\n" * 20_000 + b"2,energi,\xff\n")
    with pytest.raises(CommandError, match="utf-8"):
        call_command("import_laporgub", str(file), stdout=io.StringIO())
    assert not Complaint.objects.exists()


def test_a_large_file_is_read_row_by_row(db, tmp_path, monkeypatch):
    monkeypatch.setattr(import_laporgub, "import_row", lambda row, categories: Imported(True, 0))
    text = HEAD + "".join(f"{number},energi,{'lampu ' * 80}\n" for number in range(20_000))
    file, out = tmp_path / "aduan.csv", io.StringIO()
    file.write_text(text, encoding="utf-8")
    tracemalloc.start()
    try:
        call_command("import_laporgub", str(file), stdout=out)
        held_at_most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "20000 baru" in out.getvalue()
    assert held_at_most < len(text) / 4


ROWS = 300


def begin(tmp_path, database: str) -> subprocess.Popen:
    file = tmp_path / "aduan.csv"
    file.write_text(
        HEAD + "".join(f"{n},energi,lampu jalan mati {n}\n" for n in range(ROWS)), encoding="utf-8"
    )
    known = connection.settings_dict
    address = f"postgres://{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}/{database}"
    return subprocess.Popen(
        [sys.executable, "manage.py", "import_laporgub", str(file)],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": address, "DATA_DIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
    )


def whole() -> int:
    """How many cases there are; each with its clock and its entry, numbers without a gap."""
    cases = list(Complaint.objects.order_by("id").values_list("number", "clock"))
    assert [number for number, _clock in cases] == [
        f"ADU-{timezone.localdate().year}-{n + 1:06}" for n in range(len(cases))
    ]
    assert all(clock for _number, clock in cases)
    assert Clock.objects.count() == 2 * len(cases)  # to be verified, and said to be complete
    assert Entry.objects.filter(verb="complaints.complaint.submit").count() == len(cases)
    return len(cases)


def test_a_killed_import_leaves_nothing_half_done_and_goes_on_where_it_was(real_db, tmp_path):
    running = begin(tmp_path, real_db)
    while running.poll() is None and Complaint.objects.count() < 20:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    done = whole()
    assert 20 <= done < ROWS
    out, _err = run(tmp_path, (tmp_path / "aduan.csv").read_text())
    assert f"{ROWS - done} baru, {done} sudah ada, 0 ditolak" in out
    assert whole() == ROWS
