"""What every table of complaints counts, within the office and for everyone."""

from django.utils.translation import gettext_lazy as _

from biroumum.reports.registry import Column

MEASURED = (
    Column("received", _("Diterima"), "number"),
    Column("open", _("Berjalan"), "number"),
    Column("late", _("Lewat waktu"), "number"),
    Column("ended", _("Berakhir"), "number"),
    Column("on_time", _("Berakhir tepat waktu"), "number"),
    Column("share", _("Tepat waktu (%)"), "number"),
    Column("median", _("Median jawaban (hari kerja)"), "number"),
    Column("p90", _("90 persen jawaban (hari kerja)"), "number"),
)
