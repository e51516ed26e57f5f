"""Django's sessions in the database, read with a statement made once: every page with one begins so."""

import datetime as dt
from typing import Any

from django.contrib.sessions.backends import db
from django.db.models import QuerySet
from django.utils import timezone

from biroumum.web.statements import Rows

EVER = dt.datetime.min.replace(tzinfo=dt.UTC)


def _rows(key: str, now: dt.datetime) -> QuerySet[Any, Any]:
    kept = db.SessionStore.get_model_class().objects
    return kept.filter(session_key=key, expire_date__gt=now).values_list("session_data")


_found = Rows(_rows, "a key", EVER)


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        found = _found(self.session_key, timezone.now())
        if not found:
            self._session_key = None
            return {}
        return self.decode(found[0].session_data)
