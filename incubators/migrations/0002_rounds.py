"""Rounds with a reserve list, evidence, standings, and the triggers that keep them."""

import blk_portal.formats
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# A chain of replacements is checked as it stands at the commit, under the round's row, so that two
# transactions cannot each find the last place free.
GUARD = """
CREATE FUNCTION incubators_check_round() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    place_count integer;
    counting integer;
    checked bigint := CASE WHEN TG_TABLE_NAME = 'incubators_selectionround' THEN NEW.id
                           ELSE (to_jsonb(NEW) ->> 'round_id')::bigint END;
BEGIN
    SELECT places INTO place_count FROM incubators_selectionround WHERE id = checked
        FOR NO KEY UPDATE;
    SELECT count(*) INTO counting FROM incubators_incubator
        WHERE round_id = checked AND stage IN
            ('selected', 'validated', 'mentored', 'established', 'independent');
    IF counting > place_count THEN
        RAISE EXCEPTION 'incubators_within_the_decree: % count, % may', counting, place_count
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incubators_within_the_decree';
    END IF;
    IF EXISTS (
        SELECT FROM incubators_incubator taker JOIN incubators_incubator gone
            ON gone.id = taker.replaces_id
        WHERE (taker.round_id = checked OR gone.round_id = checked)
            AND taker.round_id <> gone.round_id)
    THEN
        RAISE EXCEPTION 'incubator_replaced_within_its_round'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incubator_replaced_within_its_round';
    END IF;
    IF EXISTS (
        SELECT FROM incubators_incubator taker JOIN incubators_incubator gone
            ON gone.id = taker.replaces_id
        WHERE gone.round_id = checked AND gone.stage <> 'struck_off')
    THEN
        RAISE EXCEPTION 'incubator_replaced_is_struck_off'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incubator_replaced_is_struck_off';
    END IF;
    IF EXISTS (
        WITH RECURSIVE chain (first, next) AS (
            SELECT id, replaces_id FROM incubators_incubator
                WHERE round_id = checked AND replaces_id IS NOT NULL
            UNION
            SELECT chain.first, i.replaces_id FROM chain JOIN incubators_incubator i
                ON i.id = chain.next WHERE i.replaces_id IS NOT NULL
        ) SELECT FROM chain WHERE first = next)
    THEN
        RAISE EXCEPTION 'incubator_replacement_is_no_circle'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incubator_replacement_is_no_circle';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER check_round AFTER INSERT OR UPDATE OF stage, round_id, replaces_id
    ON incubators_incubator DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION incubators_check_round();
CREATE CONSTRAINT TRIGGER check_round AFTER UPDATE OF places
    ON incubators_selectionround DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION incubators_check_round();
"""
UNGUARD = """
DROP TRIGGER check_round ON incubators_selectionround;
DROP TRIGGER check_round ON incubators_incubator;
DROP FUNCTION incubators_check_round();
"""
# What is written stays; a mark is set once. The function is that of institutions, migration 0005.
KEPT = {
    "incubators_incubatortransition": (
        "incubator_id", "verb", "from_stage", "to_stage", "replaces_id", "happened_on",
        "recorded_at", "by_id", "reason", "?withdrawn_at", "?withdrawn_by_id",
        "?withdrawn_because",
    ),
    "incubators_standingchange": (
        "incubator_id", "day", "is_granted", "criterion_id", "evidence_id", "recorded_at",
        "?withdrawn_at",
    ),
    "incubators_evidence": (
        "incubator_id", "criterion_id", "paper_id", "valid_from", "valid_to", "submitted_at",
        "submitted_by_id", "?verified_on", "?decided_at", "?decided_by_id", "?refused_because",
        "?withdrawn_on", "?withdrawn_by_id", "?withdrawn_because",
    ),
}
KEEP = "".join(
    f"CREATE TRIGGER keep_history BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
    f"EXECUTE FUNCTION institutions_keep_history({', '.join(repr(name) for name in columns)});\n"
    for table, columns in KEPT.items()
)
UNKEEP = "".join(f"DROP TRIGGER keep_history ON {table};\n" for table in KEPT)


class Migration(migrations.Migration):

    dependencies = [
        ('incubators', '0001_initial'),
        ('institutions', '0018_papers_with_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Criterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=30, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=100, verbose_name='criterion')),
                ('explanation', models.CharField(blank=True, max_length=300, verbose_name='what proves it')),
                ('legal_basis', models.CharField(max_length=200, verbose_name='legal basis')),
                ('valid_from', models.DateField(verbose_name='in force from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='in force until')),
                ('may_expire', models.BooleanField(default=False, help_text='Then the evidence names the day it ends.', verbose_name='evidence may expire')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name': 'criterion of an incubator',
                'verbose_name_plural': 'criteria of incubators',
                'ordering': ['position', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('state', models.CharField(choices=[('waiting', 'Awaiting verification'), ('verified', 'Verified'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], default='waiting', max_length=9, verbose_name='state')),
                ('submitted_at', models.DateTimeField(verbose_name='handed in at')),
                ('verified_on', models.DateField(blank=True, null=True, verbose_name='verified on')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                ('refused_because', models.CharField(blank=True, max_length=300, verbose_name='reason of refusal')),
                ('withdrawn_on', models.DateField(blank=True, null=True, verbose_name='withdrawn on')),
                ('withdrawn_because', models.CharField(blank=True, max_length=300, verbose_name='reason of withdrawal')),
            ],
            options={
                'verbose_name': 'evidence',
                'verbose_name_plural': 'pieces of evidence',
                'ordering': ['-submitted_at', '-id'],
                'permissions': [('verify_evidence', 'May verify or refuse evidence of incubators')],
            },
        ),
        migrations.CreateModel(
            name='EvidenceWarning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('days', models.PositiveSmallIntegerField(verbose_name='days before its end')),
                ('made_on', models.DateField(verbose_name='written on')),
            ],
            options={
                'verbose_name': 'warning of evidence that ends',
                'verbose_name_plural': 'warnings of evidence that ends',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='StandingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='date')),
                ('is_granted', models.BooleanField(verbose_name='granted')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
            ],
            options={
                'verbose_name': 'change of standing',
                'verbose_name_plural': 'changes of standing',
                'ordering': ['-day', '-id'],
            },
        ),
        migrations.AddField(
            model_name='incubator',
            name='listed_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='put on the list by'),
        ),
        migrations.AddField(
            model_name='incubator',
            name='listed_on',
            field=models.DateField(default=blk_portal.formats.today_in_jakarta, editable=False, verbose_name='on the list since'),
        ),
        migrations.AddField(
            model_name='incubator',
            name='rank',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='rank'),
        ),
        migrations.AddField(
            model_name='incubator',
            name='reserve_position',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='place on the reserve list'),
        ),
        migrations.AddField(
            model_name='incubator',
            name='score',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='As the selection decided, for example 87.50.', max_digits=6, null=True, verbose_name='score'),
        ),
        migrations.AddField(
            model_name='incubatortransition',
            name='replaces',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incubators.incubator', verbose_name='takes the place of'),
        ),
        migrations.AddField(
            model_name='incubatortransition',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at'),
        ),
        migrations.AddField(
            model_name='incubatortransition',
            name='withdrawn_because',
            field=models.CharField(blank=True, max_length=300, verbose_name='reason of withdrawal'),
        ),
        migrations.AddField(
            model_name='incubatortransition',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by'),
        ),
        migrations.AddField(
            model_name='selectionround',
            name='decree_paper',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.document', verbose_name='paper of the decree'),
        ),
        migrations.AddField(
            model_name='selectionround',
            name='decreed_on',
            field=models.DateField(blank=True, null=True, verbose_name='date of the decree'),
        ),
        migrations.AddConstraint(
            model_name='incubator',
            constraint=models.UniqueConstraint(fields=('round', 'rank'), name='incubator_rank_once_a_round', violation_error_message='Another candidate of the round has this rank.'),
        ),
        migrations.AddConstraint(
            model_name='incubator',
            constraint=models.UniqueConstraint(fields=('round', 'reserve_position'), name='incubator_reserve_once_a_round', violation_error_message='This place on the reserve list is taken.'),
        ),
        migrations.AddConstraint(
            model_name='incubatortransition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_because', ''), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='incubator_step_withdrawal_has_reason', violation_error_message='A step is undone by somebody and with a reason.'),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='incubator_criterion_days_in_order', violation_error_message='The criterion ends before it begins. Check the dates.'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='criterion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='incubators.criterion', verbose_name='criterion'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='incubator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='incubators.incubator', verbose_name='incubator'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='paper',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.document', verbose_name='paper'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='submitted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='handed in by'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by'),
        ),
        migrations.AddField(
            model_name='evidencewarning',
            name='evidence',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='warnings', to='incubators.evidence', verbose_name='evidence'),
        ),
        migrations.AddField(
            model_name='standingchange',
            name='criterion',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incubators.criterion', verbose_name='criterion'),
        ),
        migrations.AddField(
            model_name='standingchange',
            name='evidence',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incubators.evidence', verbose_name='evidence'),
        ),
        migrations.AddField(
            model_name='standingchange',
            name='incubator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standing_changes', to='incubators.incubator', verbose_name='incubator'),
        ),
        migrations.AddIndex(
            model_name='evidence',
            index=models.Index(fields=['incubator', 'criterion'], name='evidence_of_incubator'),
        ),
        migrations.AddIndex(
            model_name='evidence',
            index=models.Index(fields=['state', 'valid_to'], name='evidence_state_end'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='evidence_days_in_order', violation_error_message='The evidence ends before it begins. Check both dates.'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('refused_because', ''), ('state', 'waiting'), ('verified_on', None)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('refused_because', ''), ('state', 'verified'), ('verified_on__isnull', False)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state', 'refused'), ('verified_on', None), models.Q(('refused_because', ''), _negated=True)), ('state', 'withdrawn'), _connector='OR'), name='evidence_state_agrees', violation_error_message='Who decided, when and why belong to the state.'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), ('withdrawn_by__isnull', False), ('withdrawn_on__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_because', ''), ('withdrawn_by', None), ('withdrawn_on', None)), _connector='OR'), name='evidence_withdrawal_has_reason', violation_error_message='Evidence is withdrawn by somebody and with a reason.'),
        ),
        migrations.AddConstraint(
            model_name='evidencewarning',
            constraint=models.UniqueConstraint(fields=('evidence', 'days'), name='evidence_warned_once_each'),
        ),
        migrations.AddConstraint(
            model_name='standingchange',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('incubator', 'day'), name='standing_changes_once_a_day'),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(KEEP, UNKEEP),
    ]
