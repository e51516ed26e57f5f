"""What a complaint of the demo is written in: who it is from, and the steps it goes through."""

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
