"""The demo's routing rules and answers to begin from, as an administrator would have written them."""

from biroumum.accounts.models import Position, Unit
from complaints.models import AnswerTemplate, Category, RoutingRule

# name, category, words, office, position, in use
RULES = (
    ("Lift, lampu, dan listrik", "", "lift or lampu or listrik", "subbag-rumah-tangga", "", True),
    ("Perabot dan alat kantor", "", "proyektor or kursi or komputer", "subbag-aset", "Pengelola Aset", True),
    ("Gedung dan air", "infrastruktur", "", "subbag-rumah-tangga", "Pengelola Rumah Tangga", True),
    ("Kebersihan", "lingkungan", "", "subbag-rumah-tangga", "Pengelola Rumah Tangga", True),
    ("Kendaraan dinas (masih dicoba)", "", "mobil or kendaraan", "subbag-aset", "", False),
)
# name, category, text; square brackets are for the officer to fill in
TEMPLATES = (
    (
        "Sudah diperbaiki",
        "infrastruktur",
        "Terima kasih atas pengaduan {nomor} tentang “{perihal}”. Pada {tanggal} petugas {unit} sudah "
        "memperbaikinya: [sebut pekerjaannya]. Hasilnya terlihat pada foto terlampir. "
        "Bila kerusakan muncul lagi, Anda dapat menyanggah jawaban ini.",
    ),
    (
        "Dikerjakan sesuai jadwal",
        "",
        "Kami sudah memeriksa pengaduan {nomor} tentang “{perihal}”. Pekerjaan ini perlu [bahan atau izin] "
        "dan dijadwalkan pada [tanggal]. Sampai saat itu kami [langkah sementara].",
    ),
    (
        "Sudah diperiksa, tidak terbukti",
        "",
        "Pada {tanggal} petugas {unit} memeriksa pengaduan {nomor} di tempat. Kami tidak menemukan yang Anda "
        "laporkan: [sebut apa yang diperiksa]. Bila Anda punya foto atau saksi, silakan menyanggah jawaban ini.",
    ),
    (
        "Minta tempat dan foto",
        "",
        "Agar dapat kami periksa, mohon sebutkan gedung, lantai, dan ruangnya. Bila ada, lampirkan foto.",
    ),
    (
        "Jam pelayanan loket",
        "lain-lain",
        "Loket Biro Umum buka Senin sampai Jumat pukul 08.00–15.30 WIB, kecuali hari libur dan cuti bersama. "
        "[Sebut jam khusus bila ada.]",
    ),
)


def create_aids() -> None:
    """The units and positions of the cast must be there."""
    for order, (name, category, words, unit, position, used) in enumerate(RULES, 1):
        office = Unit.objects.get(code=unit)
        RoutingRule.objects.create(
            order=10 * order,
            name=name,
            category=Category.objects.filter(code=category).first(),
            words=words,
            unit=office,
            position=Position.objects.filter(unit=office, title=position).first(),
            is_active=used,
        )
    for name, category, text in TEMPLATES:
        AnswerTemplate.objects.create(
            name=name, category=Category.objects.filter(code=category).first(), text=text
        )
