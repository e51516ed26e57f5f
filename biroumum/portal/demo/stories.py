"""Complaints written for the demo, one or more in every state. Places and people are plainly invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Step = tuple[str, str, int, dict[str, Any]]  # who, step, days later, what they filled in

VERIFY = "verify"
LOOK = ("bagas", "start", 1, {"text": "Kami periksa ke lokasi besok pagi."})


def verified(days: int = 1, **changes: Any) -> Step:
    return ("sekar", VERIFY, days, changes)


def assigned(unit: str, title: str = "", days: int = 0, note: str = "") -> Step:
    return ("sekar", "assign", days, {"unit": unit, "position": title, "instruction": note})


HOUSEHOLD = assigned("subbag-rumah-tangga", "Pengelola Rumah Tangga", note="Mohon diperiksa hari ini.")
ANSWERED = (
    "bagas",
    "answer",
    3,
    {
        "text": "Sudah kami perbaiki dan uji pada hari itu juga. Terima kasih atas laporan Anda.",
        "result": "resolved",
        "files": ("foto-sesudah-perbaikan.png",),
    },
)


@dataclass(frozen=True)
class Story:
    title: str
    text: str
    category: str
    ago: int  # days before today on which it was filed
    steps: tuple[Step, ...] = ()
    kind: str = "complaint"
    visibility: str = "open"
    place: str = ""
    contact: tuple[str, str] = ("", "")  # name, e-mail


STORIES = (
    Story(
        "Keran wudu musala gedung C tidak mengalir",
        "Sejak Senin keran di musala lantai satu gedung C tidak mengalir. Pengunjung terpaksa berwudu di toilet.",
        "infrastruktur",
        1,
        place="Gedung C, Jalan Rekaan Nomor 5",
    ),
    Story(
        "Lampu parkir belakang mati",
        "Tiga lampu di parkir belakang mati sudah seminggu. Pegawai yang pulang malam merasa tidak aman.",
        "energi",
        2,
        visibility="anonymous",
        place="Parkir belakang Gedung A",
    ),
    Story(
        "Dugaan pungutan saat meminjam aula",
        "Saya dimintai uang oleh seseorang yang mengaku petugas agar jadwal aula didahulukan. Saya tidak diberi kuitansi.",
        "saber-pungli",
        3,
        visibility="confidential",
        contact=("Warga Contoh", "warga@contoh.example"),
    ),
    Story(
        "Uang diminta agar berkas didahulukan",
        "Seorang petugas rekaan di loket contoh meminta uang agar berkas saya didahulukan. Saya melihat hal yang sama dua "
        "kali.",
        "saber-pungli",
        2,
        kind="whistle",
        place="Loket Contoh",
        contact=("Saksi Contoh", "saksi@contoh.example"),
    ),
    Story(
        "Kuitansi bahan bakar dibuat dua kali",
        "Kuitansi bahan bakar kendaraan contoh dibuat dua kali untuk hari yang sama. Saya tidak berani menyebut nama saya.",
        "keuangan-aset",
        25,
        (
            ("irma", "inspect", 1, {"text": "Laporan Anda kami periksa."}),
            ("galih", "ask_reporter", 2, {"text": "Pada bulan apa kuitansi itu dibuat?"}),
            ("holder", "reply", 2, {"text": "Bulan September."}),
        ),
        kind="whistle",
    ),
    Story(
        "Toilet rusak",
        "Toilet rusak, mohon diperbaiki.",
        "infrastruktur",
        5,
        (
            (
                "sekar",
                "ask_completion",
                1,
                {
                    "text": "Di gedung dan lantai berapa toilet yang rusak? Bagian apa yang rusak?",
                    "reason_code": "place",
                },
            ),
        ),
    ),
    Story(
        "Pendingin ruang rapat lantai tiga bocor",
        "Air menetes ke meja rapat dan kabel proyektor. Ember sudah penuh dua kali sehari.",
        "infrastruktur",
        4,
        (verified(),),
        place="Ruang Rapat Melati, lantai tiga",
    ),
    Story(
        "Pagar taman depan roboh",
        "Pagar taman depan roboh setelah hujan Sabtu malam. Anak-anak bermain di dekat besi yang tajam.",
        "infrastruktur",
        4,
        (verified(), HOUSEHOLD),
        place="Taman depan Kantor Gubernur Rekaan",
    ),
    Story(
        "Lift gedung B sering berhenti mendadak",
        "Dua kali minggu ini lift gedung B berhenti di antara lantai dua dan tiga. Orang terjebak sekitar sepuluh menit.",
        "infrastruktur",
        7,
        (verified(), HOUSEHOLD, LOOK),
        place="Gedung B",
    ),
    Story(
        "Mobil dinas diparkir di trotoar",
        "Mobil berpelat merah parkir di trotoar setiap pagi sehingga pejalan kaki harus turun ke jalan.",
        "kepegawaian",
        30,
        (verified(), HOUSEHOLD, LOOK),
        place="Jalan Umpama Raya",
    ),
    Story(
        "Bau dari saluran air dekat kantin",
        "Saluran air di samping kantin berbau busuk, terutama siang hari.",
        "lingkungan",
        9,
        (
            verified(),
            HOUSEHOLD,
            LOOK,
            (
                "bagas",
                "ask_reporter",
                1,
                {"text": "Apakah baunya juga tercium pagi hari, sebelum kantin buka?"},
            ),
        ),
        place="Samping kantin",
    ),
    Story(
        "Jalan masuk gedung arsip berlubang",
        "Lubang di jalan masuk gedung arsip makin dalam. Motor sering terperosok.",
        "infrastruktur",
        8,
        (
            verified(),
            HOUSEHOLD,
            LOOK,
            (
                "bagas",
                "schedule",
                1,
                {"scheduled_for": 12, "text": "Penambalan dikerjakan setelah hujan reda."},
            ),
        ),
        place="Gedung Arsip Misal",
    ),
    Story(
        "Kursi roda di lobi tidak tersedia",
        "Ibu saya perlu kursi roda untuk ke loket, tetapi tidak ada di lobi. Mohon disediakan.",
        "sosial-masyarakat",
        10,
        (verified(), HOUSEHOLD, LOOK, ANSWERED),
        kind="aspiration",
        contact=("Sari Contohnya", "sari@contoh.example"),
    ),
    Story(
        "Jam pelayanan loket saat Ramadan",
        "Pukul berapa loket Biro Umum buka dan tutup selama bulan Ramadan?",
        "lain-lain",
        20,
        (
            verified(),
            HOUSEHOLD,
            LOOK,
            (
                "bagas",
                "answer",
                1,
                {
                    "text": "Selama Ramadan loket buka pukul 08.00 sampai 14.00, Senin sampai Jumat.",
                    "result": "explained",
                },
            ),
            ("holder", "accept", 1, {"rating": 5, "comment": "Jelas dan cepat."}),
        ),
        kind="information",
    ),
    Story(
        "Papan nama ruang tidak terbaca",
        "Papan nama ruang di lantai dua kecil sekali dan pudar. Tamu sering salah masuk.",
        "infrastruktur",
        14,
        (
            verified(),
            HOUSEHOLD,
            LOOK,
            ANSWERED,
            ("holder", "object", 2, {"reason": "Papan di ujung lorong belum diganti."}),
        ),
        place="Gedung A lantai dua",
    ),
    Story(
        "Air minum di ruang tunggu habis",
        "Dispenser di ruang tunggu selalu kosong setelah pukul sepuluh.",
        "lain-lain",
        16,
        (
            verified(),
            HOUSEHOLD,
            LOOK,
            ANSWERED,
            ("holder", "object", 2, {"reason": "Hari ini masih kosong."}),
            ("sekar", "grant_reopening", 1, {"reason": "Laporan pelapor benar. Mohon diperiksa lagi."}),
        ),
    ),
    Story(
        "Jalan kabupaten rusak di Desa Andaian",
        "Jalan dari pasar ke balai desa rusak sepanjang dua ratus meter.",
        "infrastruktur",
        12,
        (
            (
                "sekar",
                "hand_over",
                1,
                {
                    "reason_code": "regency",
                    "agency": "Dinas Pekerjaan Umum Kabupaten Andaian",
                    "reason": "Jalan itu berstatus jalan kabupaten, jadi ditangani pemerintah kabupaten.",
                    "follow_up": "Telepon (024) 000 0001 dan sebutkan nomor pengaduan ini.",
                },
            ),
        ),
        place="Desa Andaian",
    ),
    Story(
        "Promosi pinjaman cepat",
        "Dapatkan pinjaman tanpa jaminan, hubungi kami sekarang juga.",
        "lain-lain",
        6,
        (
            (
                "sekar",
                "archive",
                1,
                {
                    "reason_code": "abuse",
                    "reason": "Isi ini iklan, bukan pengaduan. Karena itu kami tidak menindaklanjutinya.",
                },
            ),
        ),
    ),
    Story(
        "Lift gedung B macet lagi",
        "Lift gedung B macet lagi pagi ini dengan lima orang di dalamnya.",
        "infrastruktur",
        5,
        (
            (
                "sekar",
                "mark_duplicate",
                1,
                {
                    "original": "Lift gedung B sering berhenti mendadak",
                    "reason_code": "same_matter",
                    "reason": "Perkara yang sama dan masih berjalan.",
                },
            ),
        ),
        place="Gedung B",
    ),
    Story(
        "Pintu otomatis lobi macet",
        "Pintu otomatis lobi utama tidak mau menutup.",
        "infrastruktur",
        11,
        (
            (
                "sekar",
                "withdraw",
                1,
                {"reason_code": "settled", "reason": "Pelapor menelepon: pintu sudah diperbaiki."},
            ),
        ),
    ),
    Story(
        "Proyektor aula buram",
        "Gambar proyektor di aula buram sehingga peserta rapat tidak dapat membaca.",
        "keuangan-aset",
        6,
        (
            verified(),
            assigned("subbag-aset", "Pengelola Aset"),
            ("wulan", "start", 1, {"text": "Kami pinjamkan proyektor cadangan sementara."}),
        ),
        place="Aula lantai dua",
    ),
)
