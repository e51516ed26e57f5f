import datetime as dt

from django.db import migrations
from django.utils.translation import gettext_noop as _

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
# What a request rests on is history: what follows is a new row, from a day of its own.
FORWARD = """
CREATE FUNCTION privacy_legal_basis_in_use_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM privacy_erasurerequest WHERE basis_id = OLD.id) THEN
    RAISE EXCEPTION 'privacy_legalbasis %: a request rests on this line, end it and add a row', OLD.id
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER in_use_is_fixed BEFORE UPDATE ON privacy_legalbasis FOR EACH ROW
  WHEN ((OLD.code, OLD.name, OLD.legal_basis, OLD.valid_from)
    IS DISTINCT FROM (NEW.code, NEW.name, NEW.legal_basis, NEW.valid_from))
  EXECUTE FUNCTION privacy_legal_basis_in_use_is_fixed();
"""
BACKWARD = """
DROP TRIGGER in_use_is_fixed ON privacy_legalbasis;
DROP FUNCTION privacy_legal_basis_in_use_is_fixed();
"""


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
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
