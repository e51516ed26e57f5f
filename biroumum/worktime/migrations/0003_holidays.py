from django.db import migrations

from biroumum.worktime.holidays import days_off

YEARS = range(2019, 2029)


def fill(apps, schema_editor):
    Holiday = apps.get_model("worktime.Holiday")
    Holiday.objects.bulk_create(Holiday(**day._asdict()) for day in days_off(YEARS))


class Migration(migrations.Migration):
    dependencies = [("worktime", "0002_ledger")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
