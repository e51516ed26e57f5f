from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    """The log comes before every table it watches, so that seeds written by migrations have their context."""

    initial = True
    dependencies = []
    run_before = [
        ("regions", "0001_initial"),
        ("accounts", "0001_initial"),
        ("worktime", "0001_initial"),
        ("account", "0001_initial"),
        ("mfa", "0001_initial"),
        ("socialaccount", "0001_initial"),
        ("django_celery_beat", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL((SQL / "log.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "tree.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "functions.sql").read_text(), migrations.RunSQL.noop),
    ]
