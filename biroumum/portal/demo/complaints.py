"""Files the demo's complaints and walks each through its steps, with the same services as everyone."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Position, Unit, User
from biroumum.portal.demo.stories import STORIES
from biroumum.portal.demo.story import VERIFY, Step, Story
from biroumum.regions.models import Region
from biroumum.web.subjects import subject_key
from biroumum.worktime.calendar import ONE_DAY, add_working_days
from biroumum.worktime.queries import holidays_since
from complaints.models import ApiKey, Category, Complaint
from complaints.services import Contact, hash_api_key, publish, submit_complaint
from complaints.services.publication import NEVER
from complaints.services.redaction import masked
from complaints.states import Source, Visibility
from complaints.workflow import COMPLAINT

REGENCIES = ("33.74", "33.74", "33.22", "33.74", "33.72", "33.19")  # most around the governor's office
PAUSE = dt.timedelta(minutes=25)  # between two steps of one day


def create_complaints(cast: dict[str, User], *, now: dt.datetime | None = None) -> list[Complaint]:
    """One case per story, oldest first so that numbers follow time."""
    now = now or timezone.now()
    made: dict[str, Complaint] = {}
    with transaction.atomic():
        ApiKey.objects.create(
            name="Aplikasi Contoh", contact="aplikasi@contoh.example", key_hash=hash_api_key("demo")
        )
    for story in sorted(STORIES, key=lambda story: -story.ago):
        made[story.title] = _tell(story, cast, made, now)
    return list(made.values())


def _tell(story: Story, cast: dict[str, User], made: dict[str, Complaint], now: dt.datetime) -> Complaint:
    at = _when(now - dt.timedelta(days=story.ago), now, by_staff=False, taken=len(made))
    name, email = story.contact
    case = submit_complaint(
        actor=Actor.holder(),
        source=Source.WEB,
        content={
            "kind": story.kind,
            "title": story.title,
            "description": story.text,
            "category": Category.objects.get(code=story.category),
            "visibility": story.visibility,
            "place": story.place,
            "region": Region.objects.filter(pk=REGENCIES[len(made) % len(REGENCIES)]).first(),
        },
        contact=Contact(name=name, email=email),
        at=at,
    ).complaint
    for order, step in enumerate(story.steps, len(made)):
        later = _when(at + dt.timedelta(days=step[2]), now, by_staff=step[0] != "holder", taken=order)
        at = min(max(later, at + PAUSE), now)
        case = _take(case, step, cast, made, at)
    if case.visibility == Visibility.OPEN and case.state not in NEVER:
        _publish(case, cast, at)
    return case


def _when(day: dt.datetime, now: dt.datetime, *, by_staff: bool, taken: int) -> dt.datetime:
    """A time of that day at which people do such things, never the minute of loading; the office works on its days."""
    zone = timezone.get_default_timezone()
    on = day.astimezone(zone).date()
    if by_staff:
        on = add_working_days(on - ONE_DAY, 1, holidays_since(on))
    minutes = (taken * 47) % 420  # seven hours from eight o'clock, no two alike
    opened = dt.datetime.combine(on, dt.time(8, 3), zone)
    return min(opened + dt.timedelta(minutes=minutes), now)


def _publish(case: Complaint, cast: dict[str, User], at: dt.datetime) -> None:
    last = case.answers.last()
    publish(
        case,
        actor=Actor.staff(cast["sekar"]),
        title=masked(case.title),
        description=masked(case.description),
        answer=masked(last.text) if last else "",
        region=case.region,
        at=at,
    )


def _take(
    case: Complaint, step: Step, cast: dict[str, User], made: dict[str, Complaint], at: dt.datetime
) -> Complaint:
    who, name, _days, filled = step
    actor = Actor.holder(subject_key(case)) if who == "holder" else Actor.staff(cast[who])
    data: dict[str, Any] = dict(filled)
    if name == VERIFY:
        same = ("title", "kind", "oversight", "category", "visibility")
        data = {key: getattr(case, key) for key in same} | data
    if "unit" in data:
        data["unit"] = Unit.objects.get(code=data["unit"])
        data["position"] = Position.objects.filter(unit=data["unit"], title=data["position"]).first()
    if "files" in data:
        data["files"] = [picture(file) for file in data["files"]]
    if "original" in data:
        data["original"] = made[data["original"]]
    if "scheduled_for" in data:
        data["scheduled_for"] = timezone.localdate(at) + dt.timedelta(days=data["scheduled_for"])
    return COMPLAINT.perform(case, name, actor=actor, at=at, **data)


def picture(name: str) -> ContentFile:
    """A photograph's stand-in: plain colours, so that nobody takes it for a real place."""
    image = Image.new("RGB", (640, 400), "#cfd8dc")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 260, 640, 400), fill="#8d6e63")
    draw.rectangle((220, 120, 420, 260), fill="#0b3d66")
    draw.rectangle((295, 180, 345, 260), fill="#ffdd00")
    content = io.BytesIO()
    image.save(content, "PNG")
    return ContentFile(content.getvalue(), name)
