"""Reports of complaints: rows for dashboard, page, mail and files, one function for all of them."""

from complaints.reports.cases import COLUMNS, DUE_SOON, LONGEST_LATE, rows_of
from complaints.reports.catalogue import BY_CATEGORY, BY_MONTH, BY_OFFICE, MONTHLY, PANEL, SUMMARY, WEEKLY
from complaints.reports.ratings import RATINGS
from complaints.reports.statistics import MONTHLY as PUBLIC_MONTHLY

REPORTS = (
    DUE_SOON,
    WEEKLY,
    MONTHLY,
    PUBLIC_MONTHLY,
    SUMMARY,
    BY_OFFICE,
    BY_CATEGORY,
    BY_MONTH,
    RATINGS,
    LONGEST_LATE,
)

__all__ = [
    "BY_CATEGORY",
    "BY_MONTH",
    "BY_OFFICE",
    "COLUMNS",
    "DUE_SOON",
    "LONGEST_LATE",
    "MONTHLY",
    "PANEL",
    "PUBLIC_MONTHLY",
    "RATINGS",
    "REPORTS",
    "SUMMARY",
    "WEEKLY",
    "rows_of",
]
