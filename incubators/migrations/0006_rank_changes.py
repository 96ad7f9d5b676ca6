"""Who decided a rank anew, and what stood before."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The function is that of institutions 0005.
KEEP_HISTORY = """
CREATE TRIGGER keep_history BEFORE UPDATE OR DELETE ON incubators_rankchange
FOR EACH ROW EXECUTE FUNCTION institutions_keep_history(
    'incubator_id', 'field', 'old', 'new', 'by_id', 'at'
);
"""
DROP_HISTORY = 'DROP TRIGGER keep_history ON incubators_rankchange;'


class Migration(migrations.Migration):

    dependencies = [
        ('incubators', '0005_owners_facts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RankChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(choices=[('rank', 'rank'), ('score', 'score'), ('reserve_position', 'place on the reserve list')], max_length=16, verbose_name='what')),
                ('old', models.DecimalField(decimal_places=2, max_digits=7, null=True, verbose_name='before')),
                ('new', models.DecimalField(decimal_places=2, max_digits=7, null=True, verbose_name='after')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('incubator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rank_changes', to='incubators.incubator', verbose_name='incubator')),
            ],
            options={
                'verbose_name': 'change of a rank',
                'verbose_name_plural': 'changes of ranks',
                'ordering': ['-id'],
            },
        ),
        migrations.RunSQL(KEEP_HISTORY, DROP_HISTORY),
    ]
