from django.db import migrations, models

# A limit some clock has been started under is history: what follows is a new row, from a day of its own.
FORWARD = """
CREATE FUNCTION worktime_limit_in_use_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM worktime_clock WHERE limit_id = OLD.id)
     OR EXISTS (SELECT FROM worktime_clock WHERE extension_id = OLD.id) THEN
    RAISE EXCEPTION 'worktime_timelimit %: a clock has this limit, end it and add a row', OLD.code
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER in_use_is_fixed BEFORE UPDATE ON worktime_timelimit FOR EACH ROW
  WHEN ((OLD.code, OLD.days, OLD.unit, OLD.valid_from) IS DISTINCT FROM (NEW.code, NEW.days, NEW.unit, NEW.valid_from))
  EXECUTE FUNCTION worktime_limit_in_use_is_fixed();
"""
BACKWARD = """
DROP TRIGGER in_use_is_fixed ON worktime_timelimit;
DROP FUNCTION worktime_limit_in_use_is_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("worktime", "0005_extension")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AlterField(
            model_name="timelimit",
            name="valid_until",
            field=models.DateField(
                blank=True,
                help_text="Aturan berubah: isi tanggal ini, lalu tambahkan baris baru yang berlaku sejak hari itu.",
                null=True,
                verbose_name="berlaku sampai (tidak termasuk)",
            ),
        ),
    ]
