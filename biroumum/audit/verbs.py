"""Words for what the log names. An app tells its own at start; a verb without a word is shown as it is written."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy

Words = str | Promise


@dataclass(frozen=True)
class Verb:
    label: Words
    public: bool = False  # the holder of a case's code sees this step too


VERBS: dict[str, Verb] = {
    "added": Verb(_("Ditambahkan")),
    "changed": Verb(_("Diubah")),
    "login": Verb(pgettext_lazy("langkah", "Masuk")),
    "logout": Verb(pgettext_lazy("langkah", "Keluar")),
    "login_failed": Verb(_("Gagal masuk")),
    "factor_failed": Verb(_("Gagal menunjukkan faktor kedua")),
    "password_changed": Verb(_("Kata sandi diganti")),
    "factor_added": Verb(_("Faktor kedua ditambahkan")),
    "factor_removed": Verb(_("Faktor kedua dilepas")),
    "recovery_codes_renewed": Verb(_("Kode pemulihan diperbarui")),
    "denied": Verb(_("Ditolak membuka halaman")),
    "not_found": Verb(_("Membuka halaman yang tidak ada atau tertutup baginya")),
    "log_followed": Verb(_("Log meneruskan log sebelumnya")),
    "audit.entry.look": Verb(_("Log dilihat")),
    "audit.entry.export": Verb(_("Log diunduh")),
    "heartbeat": Verb(_("Tanda hidup log")),
    "recovered": Verb(_("Log dipulihkan setelah cadangan lama dipasang")),
    "insert": Verb(_("Dicatat")),
    "update": Verb(_("Diubah")),
    "delete": Verb(_("Dihapus")),
}


def register_verbs(verbs: Mapping[str, Verb]) -> None:
    VERBS.update(verbs)


def verb_for(name: str) -> Verb:
    return VERBS.get(name) or Verb(name)


def public_verbs() -> list[str]:
    return [name for name, verb in VERBS.items() if verb.public]
