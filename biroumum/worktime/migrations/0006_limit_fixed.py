from django.db import migrations, models

from biroumum.web.dated import fixed_in_use

class Migration(migrations.Migration):
    dependencies = [("worktime", "0005_extension")]
    operations = [
        fixed_in_use(
            "worktime_timelimit",
            ("code", "days", "unit", "valid_from"),
            [("worktime_clock", "limit_id"), ("worktime_clock", "extension_id")],
            "a clock has this limit",
        ),
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
