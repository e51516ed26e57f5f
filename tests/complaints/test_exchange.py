"""The import files each row through the service, once, and says which rows it refused."""

import io

import pytest
from django.core.management import CommandError, call_command

from biroumum.audit.models import Entry
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
    out, err = run(tmp_path, HEAD + "x,infrastruktur,jalan\n5,antah,jalan\n6,energi,\n7,energi,lampu mati\n")
    assert "1 baru, 0 sudah ada, 3 ditolak" in out
    assert ["baris 2" in err, "baris 3" in err, "baris 4" in err] == [True] * 3


def test_an_interrupted_import_goes_on_where_it_stopped(db, tmp_path):
    run(tmp_path, HEAD + "1,energi,lampu mati\n")
    out, _err = run(tmp_path, HEAD + "1,energi,lampu mati\n2,energi,listrik padam\n")
    assert "1 baru, 1 sudah ada" in out


def test_another_kind_of_file_is_refused_with_a_sentence(db, tmp_path):
    with pytest.raises(CommandError, match="kolom harus no, kategori, token_dasar"):
        run(tmp_path, "a,b\n1,2\n")
