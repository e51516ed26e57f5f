"""Cases in work with a long history, made by the steps themselves."""

from __future__ import annotations

import datetime as dt

from bench.data import people, sample
from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Unit
from biroumum.web.subjects import subject_key
from complaints.workflow import COMPLAINT


def long_cases() -> dict[str, int]:
    """Keys of two cases in work, one with 30 steps in its history and one with 1,000."""
    return {"few": _talked_over(30), "many": _talked_over(1_000)}


def _talked_over(steps: int) -> int:
    """Filed, verified, sent on and begun; then question and reply in turns, each a pause of the clocks."""
    staff, case = people(), sample()
    at, verifier, officer = case.received_at, Actor.staff(staff["sekar"]), Actor.staff(staff["bagas"])
    choices = {
        "title": case.title,
        "kind": case.kind,
        "category": case.category,
        "visibility": case.visibility,
    }
    office = {"unit": Unit.objects.get(code="subbag-rumah-tangga"), "instruction": "Periksa hari ini."}
    road = [
        ("verify", verifier, choices | {"oversight": False}),
        ("assign", verifier, office),
        ("start", officer, {"text": "Kami periksa."}),
    ]
    while len(road) < steps - 1:
        road.append(("ask_reporter", officer, {"text": "Lantai berapa? Mohon sebut nomor ruangnya."}))
        road.append(("reply", Actor.holder(subject_key(case)), {"text": "Lantai dua, di dekat tangga."}))
    for name, actor, given in road[: steps - 1]:
        at += dt.timedelta(minutes=20)
        case = COMPLAINT.perform(case, name, actor=actor, at=at, **given)
    return case.pk
