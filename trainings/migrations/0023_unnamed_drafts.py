"""A draft is known as one's own also where the system gave it no id."""

from django.db import migrations, models

import blk_portal.privacy.validators


class Migration(migrations.Migration):

    dependencies = [
        ('trainings', '0022_changes'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='cohortreference',
            name='cohortreference_unique_value',
        ),
        migrations.AlterField(
            model_name='cohortreference',
            name='value',
            field=models.CharField(blank=True, max_length=60, validators=[blk_portal.privacy.validators.without_nik], verbose_name='id'),
        ),
        migrations.AddConstraint(
            model_name='cohortreference',
            constraint=models.UniqueConstraint(condition=models.Q(('value', ''), _negated=True), fields=('user', 'value'), name='cohortreference_unique_value'),
        ),
    ]
