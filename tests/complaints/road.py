"""One case on the main road, with the people whose steps they are."""

import datetime as dt
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import Position, Unit
from biroumum.web.subjects import subject_key
from biroumum.worktime.queries import clocks_of
from complaints import services
from complaints.models import Category
from complaints.states import Visibility
from complaints.workflow import COMPLAINT
from tests.complaints.test_intake import file


def evidence() -> SimpleUploadedFile:
    """A photograph of the work that is done."""
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "navy").save(content, "PNG")
    return SimpleUploadedFile("sesudah.png", content.getvalue(), "image/png")


class Road:
    """One case and the people on it; every step is taken a day after the last."""

    def __init__(self, cast, now):
        self.cast, self.at = cast, now
        filed = file(now)
        self.case, self.code = filed.complaint, filed.code
        self.holder = Actor.holder(subject_key(self.case))

    def go(self, who, name, *, days=1, **data):
        self.at += dt.timedelta(days=days)
        actor = Actor.staff(getattr(self.cast, who)) if isinstance(who, str) else who
        self.case = COMPLAINT.perform(self.case, name, actor=actor, at=self.at, **data)
        return self.case

    def verify(self, **changes):
        data = {
            "title": "Lampu lorong gedung B mati",
            "kind": "complaint",
            "oversight": False,
            "category": Category.objects.get(code="infrastruktur"),
            "visibility": Visibility.OPEN,
            "visibility_reason": "Pelapor setuju.",
        } | changes
        return self.go("sekar", "verify", **data)

    def assign(self, position=None):
        unit = Unit.objects.get(code="subbag-rumah-tangga")
        return self.go("sekar", "assign", unit=unit, position=position, instruction="Periksa hari ini.")

    def work(self):
        self.verify()
        self.assign(Position.objects.get(title="Pengelola Rumah Tangga"))
        return self.go("bagas", "start", text="Kami periksa besok.")

    def answer(self, **changes):
        return self.go("bagas", "answer", **{"text": "Lampu sudah diganti.", "result": "explained"} | changes)

    def hand_over(self):
        data = {"agency": "Dinas Contoh", "reason": "Jalan kabupaten.", "follow_up": "Telepon 024 000"}
        return self.go("sekar", "hand_over", reason_code="regency", **data)

    def merge(self, original):
        return self.go(
            "sekar", "mark_duplicate", original=original, reason="Sama.", reason_code="same_matter"
        )

    def publish(self):
        words = {"title": "Lampu mati", "description": "Lampu lorong mati."}
        return services.publish(self.case, actor=Actor.staff(self.cast.sekar), at=self.at, **words)

    def clock(self, code):
        return clocks_of(subject_key(self.case)).filter(code=code).last()
