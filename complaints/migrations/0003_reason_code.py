"""Why a case waits for its reporter or left the road, as a code the database holds against the state."""

from django.conf import settings
from django.db import migrations, models

# For cases that came to these states before there were codes.
UNSAID = {
    "incomplete": "story",
    "handed_over": "another_office",
    "archived": "unclear",
    "duplicate": "same_matter",
    "withdrawn": "at_request",
}


def fill(apps, schema_editor):
    cases = apps.get_model("complaints", "Complaint").objects
    for state, code in UNSAID.items():
        cases.filter(state=state).update(reason_code=code)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_small_letters_and_same_day'),
        ('complaints', '0002_seed'),
        ('regions', '0001_initial'),
        ('worktime', '0003_holidays'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='complaint',
            name='reason_code',
            field=models.CharField(blank=True, choices=[('place', 'Tempat belum jelas'), ('time', 'Waktu kejadian belum jelas'), ('story', 'Uraian belum jelas'), ('evidence', 'Bukti belum ada'), ('regency', 'Wewenang pemerintah kabupaten atau kota'), ('central', 'Wewenang pemerintah pusat'), ('another_office', 'Wewenang perangkat daerah atau lembaga lain'), ('not_a_complaint', 'Bukan pengaduan, aspirasi, atau permintaan informasi'), ('unclear', 'Tidak cukup jelas untuk ditindaklanjuti'), ('in_court', 'Sedang diperiksa pengadilan'), ('abuse', 'Berisi ancaman, fitnah, atau iklan'), ('same_matter', 'Perkara yang sama dari pelapor lain'), ('sent_twice', 'Dikirim lebih dari sekali oleh pelapor yang sama'), ('at_request', 'Diminta pelapor'), ('settled', 'Sudah beres menurut pelapor'), ('no_reply', 'Tidak dilengkapi sampai batas waktunya')], max_length=16, verbose_name='sebab'),
        ),
        migrations.AddField(
            model_name='complaint',
            name='reminded_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='diingatkan pada'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state__in', ('incomplete', 'handed_over', 'archived', 'duplicate', 'withdrawn')), _negated=True), ('reason_code', '')), models.Q(('reason_code__in', ('place', 'time', 'story', 'evidence')), ('state', 'incomplete')), models.Q(('reason_code__in', ('regency', 'central', 'another_office')), ('state', 'handed_over')), models.Q(('reason_code__in', ('not_a_complaint', 'unclear', 'in_court', 'abuse')), ('state', 'archived')), models.Q(('reason_code__in', ('same_matter', 'sent_twice')), ('state', 'duplicate')), models.Q(('reason_code__in', ('at_request', 'settled', 'no_reply')), ('state', 'withdrawn')), _connector='OR'), name='complaint_reason_fits_state'),
        ),
    ]
