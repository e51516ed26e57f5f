"""When the public was last told a step of a published case; of those already there as well as it is known."""

from django.db import migrations, models

KNOWN = """
UPDATE complaints_publication AS publication
SET told_at = greatest(published_at, received_at, first_answered_at, ended_at)
FROM complaints_complaint AS complaint WHERE complaint.id = publication.complaint_id"""


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0027_reply'),
    ]

    operations = [
        migrations.AddField(
            model_name='publication',
            name='told_at',
            field=models.DateTimeField(null=True, verbose_name='langkah terakhir untuk umum'),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='publication',
            name='told_at',
            field=models.DateTimeField(verbose_name='langkah terakhir untuk umum'),
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(fields=['-told_at'], name='publication_told'),
        ),
    ]
