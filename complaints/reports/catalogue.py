"""The reports that count complaints, and the part they take in the dashboard."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from biroumum.accounts.models import User
from biroumum.accounts.queries import holders, offices_above, units_where
from biroumum.reports.dashboard import Block, Chart, Panel
from biroumum.reports.registry import Column, Report
from complaints.models import Complaint
from complaints.queries import ALL_REPORTS, UNIT_REPORTS
from complaints.reports import figures
from complaints.reports.cases import LONGEST_LATE
from complaints.reports.measured import MEASURED
from complaints.reports.ratings import RATINGS

FORMULA = _("Tepat waktu = berakhir tepat waktu ÷ (berakhir + masih berjalan dan lewat waktu).")


def heads() -> Iterable[User]:
    """Of the bureau and of its offices; each is sent the rows of what they lead."""
    return holders(UNIT_REPORTS)


SUMMARY = Report(
    code="complaints-summary",
    title=_("Ringkasan pengaduan"),
    description=FORMULA,
    columns=(
        Column("group", _("Masa")),
        Column("figure", _("Angka"), "link"),
        Column("value", _("Nilai"), "number"),
        Column("unit", _("Satuan")),
        Column("note", _("Keterangan")),
    ),
    rows=figures.summary,
    permission=UNIT_REPORTS,
    period="month",
    figures=True,
)
BY_CATEGORY = Report(
    code="complaints-categories",
    title=_("Pengaduan per kategori"),
    description=FORMULA,
    columns=(Column("name", _("Kategori"), "link"), *MEASURED),
    rows=figures.by_category,
    permission=UNIT_REPORTS,
    period="month",
)
BY_MONTH = Report(
    code="complaints-months",
    title=_("Pengaduan per bulan"),
    description=_("Dua belas bulan terakhir. Yang masih lewat waktu dihitung pada bulan batasnya."),
    columns=(
        Column("month", _("Bulan")),
        Column("received", _("Diterima"), "number"),
        Column("answered", _("Pertama ditanggapi"), "number"),
        Column("ended", _("Berakhir"), "number"),
        Column("on_time", _("Berakhir tepat waktu"), "number"),
        Column("late", _("Lewat waktu"), "number"),
        Column("share", _("Tepat waktu (%)"), "number"),
    ),
    rows=figures.by_month,
    permission=UNIT_REPORTS,
    period="month",
)
BY_OFFICE = Report(
    code="complaints-offices",
    title=_("Pengaduan per unit"),
    description=FORMULA,
    columns=(Column("name", _("Unit"), "link"), *MEASURED),
    rows=figures.by_office,
    permission=UNIT_REPORTS,
    period="month",
)
WEEKLY = Report(
    code="complaints-weekly",
    title=_("Laporan mingguan pengaduan"),
    description=_("Ringkasan, angka per unit, dan yang paling lama lewat waktu."),
    columns=BY_OFFICE.columns,
    rows=figures.by_office,
    permission=UNIT_REPORTS,
    period="week",
    recipients=heads,
    crontab="30 7 * * 1",
    empty_mail=True,
    heading=BY_OFFICE.title,
    before=(SUMMARY,),
    after=(LONGEST_LATE,),
)
MONTHLY = Report(
    code="complaints-monthly",
    title=_("Laporan bulanan pengaduan"),
    description=_("Ringkasan, angka per kategori, dan dua belas bulan terakhir."),
    columns=BY_CATEGORY.columns,
    rows=figures.by_category,
    permission=UNIT_REPORTS,
    period="month",
    crontab="0 7 1 * *",
    heading=BY_CATEGORY.title,
    before=(SUMMARY,),
    after=(BY_MONTH,),
)


def scope(user: User) -> tuple[object, ...]:
    """What decides which cases are counted for this person: two with the same scope see the same numbers."""
    everything = user.has_perm(ALL_REPORTS)
    return (
        everything,
        # what accuses them is not in their numbers, so these are theirs alone
        user.pk if Complaint.objects.for_reports().filter(accused_officer=user).exists() else None,
        sorted(offices_above(user)),
        [] if everything else sorted(units_where(user, UNIT_REPORTS)),
    )


PANEL = Panel(
    title=_("Pengaduan"),
    permission=UNIT_REPORTS,
    scope=scope,
    note=_(
        "Pengaduan rahasia ikut dihitung, tetapi tidak disebut kepada yang tidak berhak. "
        "Pengaduan tentang Anda atau kantor Anda tidak masuk angka Anda."
    ),
    summary=SUMMARY,
    blocks=(
        Block(LONGEST_LATE, rows=10, counted=False),
        Block(BY_OFFICE, bar="share"),
        Block(RATINGS, bar="content_share"),
        Block(
            BY_MONTH,
            charts=(Chart("month", ("received", "ended")), Chart("month", ("share",), top=100)),
        ),
        Block(BY_CATEGORY, bar="received", rows=10),
    ),
)
