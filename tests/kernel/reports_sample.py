"""A report for tests, with every kind of column and every kind of evil text."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import forms

from biroumum.reports.registry import REPORTS, Column, Report

AT = dt.datetime(2026, 11, 24, 8, 41, tzinfo=ZoneInfo("Asia/Jakarta"))
COLUMNS = (
    Column("number", "Nomor", "link"),
    Column("title", "Perihal", in_mail=False),
    Column("state", "Keadaan", "state"),
    Column("received", "Diterima", "datetime"),
    Column("due", "Batas", "date"),
    Column("days", "Hari kerja", "number"),
    Column("cost", "Biaya", "number"),
)


class UnitForm(forms.Form):
    unit = forms.CharField(label="Kantor", required=False, max_length=20)


def row(at: int = 1, **changes):
    return {
        "number": (f"ADU-2026-{at:06}", f"/kerja/pengaduan/{at}/"),
        "title": "Lampu lorong gedung B mati",
        "state": ("Lewat waktu", "bad"),
        "received": AT,
        "due": dt.date(2026, 12, 10),
        "days": 12,
        "cost": Decimal("1500000.50"),
        **changes,
    }


class Sample:
    """`rows` may be set by a test; `asked` keeps the params of each call."""

    def __init__(self) -> None:
        self.rows = [row()]
        self.asked = []
        self.named = []

    def __call__(self, params):
        self.asked.append(params)
        return iter(self.rows)

    def register(self, **changes) -> Report:
        options = {
            "code": "sample",
            "title": "Laporan contoh",
            "columns": COLUMNS,
            "rows": self,
            "period": "week",
        }
        options |= {
            "permission": "complaints.view_complaint_reports",
            "form": UnitForm,
            "crontab": "0 7 * * 1",
        }
        report = Report(**options | {"recipients": lambda: self.named} | changes)
        REPORTS[report.code] = report
        return report
