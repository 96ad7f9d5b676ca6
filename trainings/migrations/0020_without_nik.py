"""Who took part without a NIK is found by cohort."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trainings', '0019_open_closing_reports'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='participant',
            index=models.Index(condition=models.Q(('nik_index__isnull', True), models.Q(('result', 'withdrawn'), _negated=True)), fields=['cohort'], name='participant_without_nik'),
        ),
    ]
