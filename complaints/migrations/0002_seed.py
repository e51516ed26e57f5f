"""The sectors of the province's complaint channel, and the limits of time with their legal basis."""

import datetime as dt

from django.db import migrations

SECTORS = (
    ("bencana", "Bencana", "Banjir, longsor, kebakaran"),
    ("ekonomi-industri", "Ekonomi dan industri", "Pasar, koperasi, usaha kecil"),
    ("energi", "Energi", "Listrik, bahan bakar, penerangan jalan"),
    ("forkopimda", "Forum koordinasi pimpinan daerah", "Keamanan dan ketertiban"),
    ("infrastruktur", "Infrastruktur", "Jalan, jembatan, gedung, drainase"),
    ("kepegawaian", "Kepegawaian", "Disiplin dan pelayanan pegawai"),
    ("kesehatan", "Kesehatan", "Rumah sakit, puskesmas, jaminan kesehatan"),
    ("keuangan-aset", "Keuangan dan aset", "Pajak, aset daerah, anggaran"),
    ("lingkungan", "Lingkungan", "Sampah, pencemaran, ruang terbuka hijau"),
    ("pariwisata-budaya", "Pariwisata dan budaya", "Tempat wisata, cagar budaya"),
    ("pembangunan-daerah", "Pembangunan daerah", "Rencana dan pelaksanaan pembangunan"),
    ("pendidikan", "Pendidikan", "Sekolah, beasiswa, penerimaan siswa"),
    ("desa-kependudukan", "Desa dan kependudukan", "Pemerintah desa, KTP, kartu keluarga"),
    ("pertanian", "Pertanian", "Pupuk, irigasi, peternakan"),
    ("saber-pungli", "Pungutan liar", "Pungutan tanpa dasar"),
    ("sosial-masyarakat", "Sosial masyarakat", "Bantuan sosial, penyandang disabilitas"),
    ("lain-lain", "Lain-lain", "Bila tidak ada yang cocok"),
)
SP4N = "Praktik SP4N-LAPOR!"
STATUTE = "UU 25/2009 (belum diperiksa pada naskahnya)"
LIMITS = (
    ("complaint.verification", "Verifikasi dan disposisi", 3, "working_day", SP4N, True),
    ("complaint.first_follow_up", "Tindak lanjut pertama", 5, "working_day", SP4N, True),
    ("complaint.answer.information", "Jawaban permintaan informasi", 5, "working_day", SP4N, True),
    ("complaint.answer.complaint", "Jawaban pengaduan", 14, "working_day", SP4N, True),
    ("complaint.answer.aspiration", "Jawaban aspirasi", 14, "working_day", "Ketetapan Biro Umum", False),
    ("complaint.answer.oversight", "Jawaban pengaduan berkadar pengawasan", 60, "working_day", SP4N, True),
    (
        "complaint.answer.oversight_statute",
        "Putusan pengaduan berkadar pengawasan",
        60,
        "day",
        "Perpres 76/2013 (belum diperiksa pada naskahnya)",
        False,
    ),
    ("complaint.completion", "Pelapor melengkapi", 30, "day", STATUTE, False),
    ("complaint.objection", "Masa sanggah", 10, "working_day", SP4N, True),
    ("complaint.reopening", "Keputusan atas sanggahan", 3, "working_day", "Ketetapan Biro Umum", False),
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
