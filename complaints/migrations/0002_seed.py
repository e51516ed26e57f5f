"""The sectors of the province's complaint channel, and the limits of time with their legal basis."""

import datetime as dt

from django.db import migrations
from django.utils.translation import gettext_noop as _

SECTORS = (
    ("bencana", _("Bencana"), _("Banjir, longsor, kebakaran")),
    ("ekonomi-industri", _("Ekonomi dan industri"), _("Pasar, koperasi, usaha kecil")),
    ("energi", _("Energi"), _("Listrik, bahan bakar, penerangan jalan")),
    ("forkopimda", _("Forum koordinasi pimpinan daerah"), _("Keamanan dan ketertiban")),
    ("infrastruktur", _("Infrastruktur"), _("Jalan, jembatan, gedung, drainase")),
    ("kepegawaian", _("Kepegawaian"), _("Disiplin dan pelayanan pegawai")),
    ("kesehatan", _("Kesehatan"), _("Rumah sakit, puskesmas, jaminan kesehatan")),
    ("keuangan-aset", _("Keuangan dan aset"), _("Pajak, aset daerah, anggaran")),
    ("lingkungan", _("Lingkungan"), _("Sampah, pencemaran, ruang terbuka hijau")),
    ("pariwisata-budaya", _("Pariwisata dan budaya"), _("Tempat wisata, cagar budaya")),
    ("pembangunan-daerah", _("Pembangunan daerah"), _("Rencana dan pelaksanaan pembangunan")),
    ("pendidikan", _("Pendidikan"), _("Sekolah, beasiswa, penerimaan siswa")),
    ("desa-kependudukan", _("Desa dan kependudukan"), _("Pemerintah desa, KTP, kartu keluarga")),
    ("pertanian", _("Pertanian"), _("Pupuk, irigasi, peternakan")),
    ("saber-pungli", _("Pungutan liar"), _("Pungutan tanpa dasar")),
    ("sosial-masyarakat", _("Sosial masyarakat"), _("Bantuan sosial, penyandang disabilitas")),
    ("lain-lain", _("Lain-lain"), _("Bila tidak ada yang cocok")),
)
SP4N = _("Praktik SP4N-LAPOR!")  # from its app, the press and one local standard; no decree was read
STATUTE = _("UU 25/2009 (belum diperiksa pada naskahnya)")
OWN = _("Ketetapan Biro Umum")
LIMITS = (
    ("complaint.verification", _("Verifikasi dan disposisi"), 3, "working_day", SP4N, False),
    ("complaint.first_follow_up", _("Tindak lanjut pertama"), 5, "working_day", SP4N, False),
    ("complaint.answer.information", _("Jawaban permintaan informasi"), 5, "working_day", SP4N, False),
    ("complaint.answer.complaint", _("Jawaban pengaduan"), 14, "working_day", SP4N, False),
    ("complaint.answer.aspiration", _("Jawaban aspirasi"), 14, "working_day", OWN, False),
    ("complaint.answer.oversight", _("Jawaban pengaduan berkadar pengawasan"), 60, "working_day", SP4N, False),
    (
        "complaint.answer.oversight_statute",
        _("Putusan pengaduan berkadar pengawasan"),
        60,
        "day",
        _("Perpres 76/2013 (belum diperiksa pada naskahnya)"),
        False,
    ),
    ("complaint.completion", _("Pelapor melengkapi"), 30, "day", STATUTE, False),
    ("complaint.objection", _("Masa sanggah"), 10, "working_day", SP4N, False),
    ("complaint.reopening", _("Keputusan atas sanggahan"), 3, "working_day", OWN, False),
)
SINCE = dt.date(2018, 1, 1)


def seed(apps, schema_editor):
    Category = apps.get_model("complaints", "Category")
    TimeLimit = apps.get_model("worktime", "TimeLimit")
    for code, name, hint in SECTORS:
        Category.objects.create(code=code, name=name, hint=hint)
    for code, name, days, unit, basis, verified in LIMITS:
        TimeLimit.objects.create(
            code=code, name=name, days=days, unit=unit, legal_basis=basis, verified=verified, valid_from=SINCE
        )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
