import datetime as dt

from django.db import migrations
from django.utils.translation import gettext_noop as _

from biroumum.web.dated import fixed_in_use

SINCE = dt.date(2018, 1, 1)
GROUNDS = (
    (
        "request",
        _("Permohonan pemilik data"),
        _("UU 27/2022, menghapus atau memusnahkan atas permohonan (belum diperiksa pada naskahnya)"),
    ),
    (
        "purpose",
        _("Tujuan pemrosesan sudah berakhir"),
        _("UU 27/2022, menghapus atau memusnahkan sesudah tujuannya berakhir (belum diperiksa pada naskahnya)"),
    ),
)
# No source gives a time to answer a request to erase. Three times 24 hours are given for restricting the processing.
NAME = _("Batas menjawab permohonan penghapusan data pribadi")
BASIS = _(
    "UU 27/2022: pembatasan pemrosesan dalam 3 x 24 jam (belum diperiksa pada naskahnya); "
    "untuk penghapusan ketetapan portal ini"
)
FIXED = fixed_in_use(
    "privacy_legalbasis",
    ("code", "name", "legal_basis", "valid_from"),
    [("privacy_erasurerequest", "basis_id")],
    "a request rests on this line",
)


def seed(apps, schema_editor):
    for code, name, basis in GROUNDS:
        apps.get_model("privacy", "LegalBasis").objects.create(
            code=code, name=name, legal_basis=basis, valid_from=SINCE
        )
    apps.get_model("worktime", "TimeLimit").objects.create(
        code="privacy.answer", name=NAME, days=72, unit="hour", legal_basis=BASIS, verified=False, valid_from=SINCE
    )


class Migration(migrations.Migration):

    dependencies = [
        ("privacy", "0001_initial"),
        ("worktime", "0007_hidden_reasons"),
    ]

    operations = [
        migrations.RunPython(seed, migrations.RunPython.noop),
        FIXED,
    ]
