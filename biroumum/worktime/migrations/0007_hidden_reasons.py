from django.db import migrations

# The ledger still only grows, but for a reason that is personal data: it gives way to fixed words.
FORWARD = """
CREATE FUNCTION worktime_ledger_only_hides() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.reason = '[alasan disembunyikan]' AND to_jsonb(NEW) - 'reason' = to_jsonb(OLD) - 'reason' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'worktime_clockevent is a ledger: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER only_grows ON worktime_clockevent;
CREATE TRIGGER only_grows BEFORE DELETE OR TRUNCATE ON worktime_clockevent
  FOR EACH STATEMENT EXECUTE FUNCTION worktime_ledger_only_grows();
CREATE TRIGGER only_hides BEFORE UPDATE ON worktime_clockevent
  FOR EACH ROW EXECUTE FUNCTION worktime_ledger_only_hides();
"""
BACKWARD = """
DROP TRIGGER only_hides ON worktime_clockevent;
DROP TRIGGER only_grows ON worktime_clockevent;
DROP FUNCTION worktime_ledger_only_hides();
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON worktime_clockevent
  FOR EACH STATEMENT EXECUTE FUNCTION worktime_ledger_only_grows();
"""


class Migration(migrations.Migration):
    dependencies = [("worktime", "0006_limit_fixed")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
