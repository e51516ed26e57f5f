"""Two more limits: from service to complaint, and from receipt to saying whether the complaint is complete."""

import datetime as dt

from django.db import migrations
from django.utils.translation import gettext_noop as _

PRESS = _("Perpres 76/2013 (menurut pemberitaan, belum diperiksa pada naskahnya)")
STATUTE = _("UU 25/2009 (belum diperiksa pada naskahnya)")
LIMITS = (
    ("complaint.filing", _("Batas pengaduan diajukan"), 30, PRESS),
    ("complaint.completeness", _("Tanggapan kelengkapan"), 14, STATUTE),
)
SINCE = dt.date(2018, 1, 1)


def seed(apps, schema_editor):
    TimeLimit = apps.get_model("worktime", "TimeLimit")
    for code, name, days, basis in LIMITS:
        TimeLimit.objects.create(
            code=code, name=name, days=days, unit="day", legal_basis=basis, verified=False, valid_from=SINCE
        )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0011_indexes")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
