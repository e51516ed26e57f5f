"""Working days counted by the database, for medians over many rows; the same arithmetic as `calendar`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Aggregate, Expression, Func, IntegerField
from django.db.models.functions import TruncDate

MONDAY = "DATE '2000-01-03'"  # days are counted from here; earlier ones never occur


class WorkingDayNumber(Func):
    """How many working days lie between a Monday long ago and this day, itself included."""

    output_field = IntegerField()

    def __init__(self, day: Any, holidays: Iterable[dt.date] = ()) -> None:
        super().__init__(day)
        self.holidays = sorted(day for day in holidays if day.weekday() < 5)

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        day, params = compiler.compile(self.get_source_expressions()[0])
        weekdays = f"5 * (({day} - {MONDAY}) / 7) + LEAST(({day} - {MONDAY}) %% 7 + 1, 5)"
        return f"({weekdays} - width_bucket({day}, %s::date[]))", (*params, *params, *params, self.holidays)


def working_days(start: str, end: str, holidays: Iterable[dt.date]) -> Expression:
    """Working days after the day of `start` up to and with the day of `end`, both columns of moments."""
    first, last = (WorkingDayNumber(TruncDate(column), holidays) for column in (start, end))
    return last - first


class Percentile(Aggregate):
    """The smallest value that this share of all values does not exceed; 0.5 is the median. None without values."""

    function = "percentile_disc"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = IntegerField()

    def __init__(self, expression: Any, share: float, **options: Any) -> None:
        super().__init__(expression, share=share, **options)
