"""The three limits of an objection about documents: to file it, to decide it, and to take it to the Komisi Informasi."""

import datetime as dt

from django.db import migrations
from django.utils.translation import gettext_noop as _

PAGES = _("UU 14/2008 (menurut laman PPID provinsi, belum diperiksa pada naskahnya)")
LIMITS = (
    ("complaint.objection.documents", _("Masa keberatan atas permintaan dokumen"), 30),
    ("complaint.reopening.documents", _("Keputusan atas keberatan"), 30),
    ("complaint.dispute.documents", _("Masa mengajukan sengketa ke Komisi Informasi"), 14),
)
SINCE = dt.date(2018, 1, 1)


def seed(apps, schema_editor):
    rows = apps.get_model("worktime", "TimeLimit").objects
    for code, name, days in LIMITS:
        if rows.filter(code=code).exists():
            continue
        rows.create(
            code=code, name=name, days=days, unit="working_day", legal_basis=PAGES, verified=False, valid_from=SINCE
        )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0036_sealed_contact")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
