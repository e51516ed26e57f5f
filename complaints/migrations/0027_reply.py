"""How long after an officer's question its reporter is reminded; no source gives a number of days."""

import datetime as dt

from django.db import migrations
from django.utils.translation import gettext_noop as _

LIMIT = {
    "code": "complaint.reply",
    "name": _("Pengingat akan pertanyaan petugas"),
    "days": 7,
    "unit": "day",
    "legal_basis": _("Ketetapan Biro Umum"),
    "valid_from": dt.date(2018, 1, 1),
}


def seed(apps, schema_editor):
    rows = apps.get_model("worktime", "TimeLimit").objects
    if not rows.filter(code=LIMIT["code"]).exists():
        rows.create(**LIMIT)


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0026_of_no_office'),
        ('worktime', '0006_limit_fixed'),
    ]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
