"""A complaint not yet sent: what was typed on each page, in the visitor's session for two hours at most."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.forms import MultipleChoiceField
from django.utils import timezone

from biroumum.web.forms import PageForm

KEY = "complaint_draft"
LIFETIME = dt.timedelta(hours=2)


class Draft:
    """`answers`: page -> field -> text as typed; a page passed without an answer stands there empty."""

    def __init__(self, session: SessionBase) -> None:
        self.session = session
        kept = session.get(KEY)
        self.lapsed = kept is not None and timezone.now() >= _ends(kept)
        if self.lapsed:
            del session[KEY]
        self._kept = {} if self.lapsed else dict(kept or {})
        self.forms: dict[str, PageForm] = {}  # by page, as filled in: read and checked once a request

    @property
    def answers(self) -> Mapping[str, dict[str, str]]:
        return self._kept.get("answers", {})

    @property
    def token(self) -> uuid.UUID | None:
        """Goes with the form; one token makes one case, however often it is sent."""
        return uuid.UUID(self._kept["token"]) if self._kept else None

    @property
    def files_subject(self) -> str:
        """Where its files wait. Not made of the token: this stands in the log, the token earns the code."""
        return f"complaints.draft/{self._begun()['files']}"

    @property
    def refused(self) -> list[str]:
        """Files that were not taken, each with its sentence."""
        return self._kept.get("refused", [])

    def keep(self, page: str, form: PageForm) -> None:
        """Keep a page's answers; a region's change drops those below it."""
        before = self.answers.get(page)
        typed = {name: _typed(form, name) for name in form.fields}
        answers = self._begun()["answers"]
        answers[page] = typed
        for below in BELOW.get(page, ()) if before is not None and before != typed else ():
            answers.pop(below, None)
        self.save()

    def passed(self, page: str) -> None:
        """Remember that a page without a form of its own was seen."""
        self._begun()["answers"].setdefault(page, {})
        self.save()

    def refuse(self, sentences: list[str]) -> None:
        self._begun()["refused"] = [*self.refused, *sentences][-10:]
        self.save()

    def save(self) -> None:
        self.forms.clear()
        self.session[KEY] = self._kept

    def clear(self) -> None:
        self.session.pop(KEY, None)
        self._kept = {}
        self.forms.clear()

    def _begun(self) -> dict:
        if not self._kept:
            self._kept = {
                "token": str(uuid.uuid4()),
                "files": uuid.uuid4().hex,
                "began": timezone.now().isoformat(),
                "answers": {},
            }
            self.save()
        return self._kept


def _typed(form: PageForm, name: str) -> Any:
    """The text of a field, or the list of what was ticked."""
    if isinstance(form.fields[name], MultipleChoiceField):
        return form.fields[name].widget.value_from_datadict(form.data, {}, name)
    return form.data.get(name, "")


def _ends(kept: Mapping[str, str]) -> dt.datetime:
    return dt.datetime.fromisoformat(kept["began"]) + LIFETIME


BELOW = {"bidang": ("rincian",), "tempat": ("kecamatan", "desa"), "kecamatan": ("desa",)}
