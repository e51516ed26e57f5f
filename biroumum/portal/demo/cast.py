"""The invented bureau: offices, positions, and people whose names say that nobody bears them."""

import datetime as dt
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction

from biroumum.accounts.models import Assignment, Position, Unit, User

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - the demo's, printed for everyone
SINCE = dt.date(2025, 1, 2)

# code, name, short name, parent
UNITS = (
    ("setda", "Sekretariat Daerah", "Setda", None),
    ("biro-umum", "Biro Umum", "Biro Umum", "setda"),
    ("tata-usaha", "Bagian Tata Usaha", "Bag. TU", "biro-umum"),
    ("rumah-tangga", "Bagian Rumah Tangga", "Bag. RT", "biro-umum"),
    ("subbag-rumah-tangga", "Subbagian Rumah Tangga", "Subbag RT", "rumah-tangga"),
    ("subbag-urusan-dalam", "Subbagian Urusan Dalam", "Subbag Urdal", "rumah-tangga"),
    ("keuangan-aset", "Bagian Administrasi Keuangan dan Aset", "Bag. KA", "biro-umum"),
    ("subbag-aset", "Subbagian Aset", "Subbag Aset", "keuangan-aset"),
    ("inspektorat", "Inspektorat", "Inspektorat", None),
)


@dataclass(frozen=True)
class Person:
    key: str
    name: str
    title: str = ""
    unit: str = ""
    roles: tuple[str, ...] = ()
    kind: str = "definitif"
    is_head: bool = False

    @property
    def email(self) -> str:
        return f"{self.key}@biroumum.example"


PEOPLE = (
    Person("sekar", "Sekar Contohwati", "Verifikator Pengaduan", "tata-usaha", ("complaint_verifier",)),
    Person("danu", "Danu Misalnya", "Petugas Loket", "tata-usaha", ("complaint_desk",)),
    Person(
        "rini",
        "Rini Rekaan",
        "Kepala Subbagian Rumah Tangga",
        "subbag-rumah-tangga",
        ("unit_head", "complaint_officer"),
        kind="plt",
        is_head=True,
    ),
    Person("bagas", "Bagas Umpama", "Pengelola Rumah Tangga", "subbag-rumah-tangga", ("complaint_officer",)),
    Person("wulan", "Wulan Sampel", "Pengelola Aset", "subbag-aset", ("complaint_officer",)),
    Person("hartono", "Hartono Contoh", "Kepala Biro Umum", "biro-umum", ("bureau_head",), is_head=True),
    Person("admin", "Adi Percobaan", "Administrator Sistem", "tata-usaha", ("administrator",)),
    Person("laras", "Laras Telaah", "Auditor", "inspektorat", ("auditor",)),
    Person("irma", "Irma Andaian", "Pemeriksa Madya", "inspektorat", ("inspectorate_examiner",)),
    Person("galih", "Galih Permisalan", "Pemeriksa Muda", "inspektorat", ("inspectorate_examiner",)),
    Person(
        "nadia",
        "Nadia Pengandaian",
        "Pejabat Pelindungan Data Pribadi",
        "tata-usaha",
        ("privacy_officer",),
    ),
    Person("tamu", "Tono Tanpajabatan"),
)


@transaction.atomic
def create_cast(password: str, *, second_factor: bool = True) -> dict[str, User]:
    """Make offices, positions and people where they are missing; returns the people by key.

    With `second_factor`, those whose role needs one get the fixed demo secret.
    """
    units: dict[str, Unit] = {}
    for code, name, short, parent in UNITS:
        values = {"name": name, "short_name": short, "parent": units.get(parent or "")}
        units[code], _made = Unit.objects.get_or_create(code=code, defaults=values)
    return {person.key: _person(person, units, password, second_factor) for person in PEOPLE}


def _person(person: Person, units: dict[str, Unit], password: str, second_factor: bool) -> User:
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create_user(email=person.email, name=person.name, password=password)
    if person.title and not user.assignments.exists():
        position, _made = Position.objects.get_or_create(
            unit=units[person.unit],
            title=person.title,
            defaults={"roles": list(person.roles), "is_head": person.is_head},
        )
        Assignment.objects.create(user=user, position=position, kind=person.kind, starts=SINCE)
    if second_factor and user.needs_second_factor and not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, TOTP_SECRET)
    return user
