from django.db import migrations

# The ledger of clocks only grows, whoever writes.
FORWARD = """
CREATE FUNCTION worktime_ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'worktime_clockevent is a ledger: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON worktime_clockevent
  FOR EACH STATEMENT EXECUTE FUNCTION worktime_ledger_only_grows();
"""
BACKWARD = """
DROP TRIGGER only_grows ON worktime_clockevent;
DROP FUNCTION worktime_ledger_only_grows();
"""


class Migration(migrations.Migration):
    dependencies = [("worktime", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
