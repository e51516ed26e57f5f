from django.db import migrations

# A line something was destroyed or kept under is history: what follows is a new row, from a day of its own.
FORWARD = """
CREATE FUNCTION complaints_archive_rule_in_use_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM complaints_disposal WHERE rule_id = OLD.id) THEN
    RAISE EXCEPTION 'complaints_archiverule %: a case was disposed of by this line, end it and add a row', OLD.id
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER in_use_is_fixed BEFORE UPDATE ON complaints_archiverule FOR EACH ROW
  WHEN ((OLD.kind, OLD.active_years, OLD.inactive_years, OLD.fate, OLD.legal_basis, OLD.valid_from)
    IS DISTINCT FROM (NEW.kind, NEW.active_years, NEW.inactive_years, NEW.fate, NEW.legal_basis, NEW.valid_from))
  EXECUTE FUNCTION complaints_archive_rule_in_use_is_fixed();
"""
BACKWARD = """
DROP TRIGGER in_use_is_fixed ON complaints_archiverule;
DROP FUNCTION complaints_archive_rule_in_use_is_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0042_mails")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
