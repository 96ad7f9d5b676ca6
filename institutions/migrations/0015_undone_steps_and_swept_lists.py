"""Steps that are undone, and lists whose files are removed after a time."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# That a step was undone is written once; see 0005 for the function.
WRITTEN_ONCE = "'verb', 'from_status', 'to_status', 'happened_on', 'recorded_at', 'by_id', 'reason'"
UNDONE_ONCE = "'?withdrawn_at', '?withdrawn_by_id', '?withdrawn_because'"
KEEP = """
DROP TRIGGER keep_history ON institutions_institutiontransition;
CREATE TRIGGER keep_history BEFORE UPDATE OR DELETE ON institutions_institutiontransition
FOR EACH ROW EXECUTE FUNCTION institutions_keep_history({columns});
"""
KEEP_STEPS = KEEP.format(columns=f'{WRITTEN_ONCE}, {UNDONE_ONCE}')
KEEP_STEPS_BEFORE = KEEP.format(columns=WRITTEN_ONCE)


class Migration(migrations.Migration):

    dependencies = [
        ('institutions', '0014_mistakes_and_sweeping'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='listexport',
            name='refusal_message',
            field=models.CharField(blank=True, max_length=300, verbose_name='what was wrong'),
        ),
        migrations.AddField(
            model_name='listexport',
            name='total',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='rows'),
        ),
        migrations.AddField(
            model_name='registerimport',
            name='swept_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='file and rows removed at'),
        ),
        migrations.AddField(
            model_name='registerimport',
            name='swept_counts',
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AlterField(
            model_name='listexport',
            name='state',
            field=models.CharField(choices=[('waiting', 'Being written'), ('ready', 'Ready'), ('failed', 'Failed'), ('swept', 'Removed')], default='waiting', max_length=8, verbose_name='state'),
        ),
        migrations.AddField(
            model_name='institutiontransition',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at'),
        ),
        migrations.AddField(
            model_name='institutiontransition',
            name='withdrawn_because',
            field=models.CharField(blank=True, max_length=300, verbose_name='reason of withdrawal'),
        ),
        migrations.AddField(
            model_name='institutiontransition',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by'),
        ),
        migrations.AddConstraint(
            model_name='institutiontransition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_because', ''), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='transition_withdrawal_has_reason', violation_error_message='A step is undone by somebody and with a reason.'),
        ),
        migrations.RunSQL(KEEP_STEPS, KEEP_STEPS_BEFORE),
    ]
