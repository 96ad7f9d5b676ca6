import blk_portal.formats
import blk_portal.privacy.validators
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
import institutions.kbli
import uuid
from django.conf import settings
from django.db import migrations, models
from institutions.kept_history import kept, let_go

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
    "incubators_tenanttransition": (
        "tenant_id", "verb", "from_stage", "to_stage", "happened_on", "recorded_at", "by_id",
        "reason",
    ),
    "incubators_tenantchange": ("tenant_id", "field", "by_id", "at"),
    "incubators_rankchange": ("incubator_id", "field", "old", "new", "by_id", "at"),
}


class Migration(migrations.Migration):

    replaces = [
        ('incubators', '0001_initial'),
        ('incubators', '0002_rounds'),
        ('incubators', '0003_tenants'),
        ('incubators', '0004_reviewed_quarters'),
        ('incubators', '0005_owners_facts'),
        ('incubators', '0006_rank_changes'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0004_mail_wish'),
        ('accounts', '0001_squashed_0004_mail_wish'),
        ('institutions', '0001_squashed_0018_papers_with_names'),
        ('reporting', '0001_squashed_0008_incubation_quarters'),
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
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='incubator_criterion_days_in_order', violation_error_message='The criterion ends before it begins. Check the dates.')],
            },
        ),
        migrations.CreateModel(
            name='IncubationReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Awaiting verification'), ('returned', 'Returned'), ('verified', 'Verified')], default='draft', max_length=16, verbose_name='status')),
                ('version', models.PositiveIntegerField(default=0, verbose_name='version')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='submitted at')),
                ('verified_at', models.DateTimeField(blank=True, null=True, verbose_name='verified at')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2017), django.core.validators.MaxValueValidator(2100)], verbose_name='year')),
                ('quarter', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(4)], verbose_name='quarter')),
                ('obligation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reporting.obligation', verbose_name='obligation')),
                ('submitted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='submitted by')),
                ('verified_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='verified by')),
            ],
            options={
                'verbose_name': 'incubation report',
                'verbose_name_plural': 'incubation reports',
                'ordering': ['-year', '-quarter', '-id'],
                'permissions': [('file_incubationreport', 'May file the quarterly report of an incubator'), ('verify_incubationreport', 'May verify or return a report of an incubator'), ('reopen_incubationreport', 'May reopen a verified report of an incubator')],
                'abstract': False,
                'indexes': [models.Index(fields=['status', 'submitted_at', 'id'], name='incubationreport_queue')],
                'constraints': [models.CheckConstraint(condition=models.Q(('verified_by', None), models.Q(('verified_by', models.F('submitted_by')), _negated=True), _connector='OR'), name='incubationreport_verifier_is_not_submitter', violation_error_message='Nobody verifies what they submitted.'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'verified'), ('verified_at__isnull', False), ('verified_by__isnull', False)), models.Q(models.Q(('status', 'verified'), _negated=True), ('verified_at', None), ('verified_by', None)), _connector='OR'), name='incubationreport_verified_has_verifier', violation_error_message='A verified report names who verified it and when.'), models.CheckConstraint(condition=models.Q(('status', 'draft'), models.Q(('submitted_at__isnull', False), ('submitted_by__isnull', False)), _connector='OR'), name='incubationreport_submitted_has_submitter', violation_error_message='A submitted report names who submitted it and when.'), models.CheckConstraint(condition=models.Q(('quarter__gte', 1), ('quarter__lte', 4)), name='incubationreport_quarter_of_a_year', violation_error_message='A quarter is a number from 1 to 4.'), models.CheckConstraint(condition=models.Q(('year__gte', 2017), ('year__lte', 2100)), name='incubationreport_year_in_range', violation_error_message='Write a year from 2017 on.')],
            },
        ),
        migrations.CreateModel(
            name='IncubationReportTransition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=16, verbose_name='verb')),
                ('from_status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Awaiting verification'), ('returned', 'Returned'), ('verified', 'Verified')], max_length=16, verbose_name='from')),
                ('to_status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Awaiting verification'), ('returned', 'Returned'), ('verified', 'Verified')], max_length=16, verbose_name='to')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('comment', models.TextField(blank=True, verbose_name='comment')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('receipt', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reporting.receipt', verbose_name='receipt')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='incubators.incubationreport')),
            ],
            options={
                'verbose_name': 'incubation report log row',
                'verbose_name_plural': 'incubation report log',
                'ordering': ['-version'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('report', 'version'), name='incubationreporttransition_once_per_version')],
            },
        ),
        migrations.CreateModel(
            name='Incubator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('shortlisted', 'Short-listed'), ('selected', 'Selected'), ('validated', 'Validated'), ('mentored', 'Mentored'), ('established', 'Established'), ('independent', 'Independent'), ('struck_off', 'Struck off')], default='shortlisted', max_length=12, verbose_name='stage')),
                ('listed_on', models.DateField(default=blk_portal.formats.today_in_jakarta, editable=False, verbose_name='on the list since')),
                ('rank', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='rank')),
                ('score', models.DecimalField(blank=True, decimal_places=2, help_text='As the selection decided, for example 87.50.', max_digits=6, null=True, verbose_name='score')),
                ('reserve_position', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='place on the reserve list')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='incubators', to='institutions.institution', verbose_name='institution')),
                ('listed_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='put on the list by')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='incubators.incubator', verbose_name='takes the place of')),
            ],
            options={
                'verbose_name': 'incubator',
                'verbose_name_plural': 'incubators',
                'ordering': ['institution__name', 'id'],
                'permissions': [('move_incubator', 'May move an incubator through its stages')],
                'constraints': [models.CheckConstraint(condition=models.Q(('replaces', models.F('id')), _negated=True), name='incubator_not_its_own_replacement', violation_error_message='An incubator cannot take its own place.')],
            },
        ),
        migrations.AddField(
            model_name='incubationreport',
            name='incubator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='incubators.incubator', verbose_name='incubator'),
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
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='incubators.criterion', verbose_name='criterion')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.document', verbose_name='paper')),
                ('submitted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='handed in by')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by')),
                ('incubator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='incubators.incubator', verbose_name='incubator')),
            ],
            options={
                'verbose_name': 'evidence',
                'verbose_name_plural': 'pieces of evidence',
                'ordering': ['-submitted_at', '-id'],
                'permissions': [('verify_evidence', 'May verify or refuse evidence of incubators')],
                'indexes': [models.Index(fields=['incubator', 'criterion'], name='evidence_of_incubator'), models.Index(fields=['state', 'valid_to'], name='evidence_state_end')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='evidence_days_in_order', violation_error_message='The evidence ends before it begins. Check both dates.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('refused_because', ''), ('state', 'waiting'), ('verified_on', None)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('refused_because', ''), ('state', 'verified'), ('verified_on__isnull', False)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state', 'refused'), ('verified_on', None), models.Q(('refused_because', ''), _negated=True)), ('state', 'withdrawn'), _connector='OR'), name='evidence_state_agrees', violation_error_message='Who decided, when and why belong to the state.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), ('withdrawn_by__isnull', False), ('withdrawn_on__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_because', ''), ('withdrawn_by', None), ('withdrawn_on', None)), _connector='OR'), name='evidence_withdrawal_has_reason', violation_error_message='Evidence is withdrawn by somebody and with a reason.')],
            },
        ),
        migrations.CreateModel(
            name='IncubatorTransition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=16, verbose_name='verb')),
                ('from_stage', models.CharField(choices=[('shortlisted', 'Short-listed'), ('selected', 'Selected'), ('validated', 'Validated'), ('mentored', 'Mentored'), ('established', 'Established'), ('independent', 'Independent'), ('struck_off', 'Struck off')], max_length=12, verbose_name='from')),
                ('to_stage', models.CharField(choices=[('shortlisted', 'Short-listed'), ('selected', 'Selected'), ('validated', 'Validated'), ('mentored', 'Mentored'), ('established', 'Established'), ('independent', 'Independent'), ('struck_off', 'Struck off')], max_length=12, verbose_name='to')),
                ('happened_on', models.DateField(verbose_name='date')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                ('withdrawn_because', models.CharField(blank=True, max_length=300, verbose_name='reason of withdrawal')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('incubator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='incubators.incubator', verbose_name='incubator')),
                ('replaces', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incubators.incubator', verbose_name='takes the place of')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by')),
            ],
            options={
                'verbose_name': 'stage change',
                'verbose_name_plural': 'stage changes',
                'ordering': ['-recorded_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_because', ''), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='incubator_step_withdrawal_has_reason', violation_error_message='A step is undone by somebody and with a reason.')],
            },
        ),
        migrations.CreateModel(
            name='Mentor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150, validators=[blk_portal.privacy.validators.without_nik], verbose_name='name')),
                ('expertise', models.CharField(max_length=200, validators=[blk_portal.privacy.validators.without_nik], verbose_name='expertise')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='phone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('active_from', models.DateField(verbose_name='mentors from')),
                ('active_to', models.DateField(blank=True, help_text='Empty: without an end.', null=True, verbose_name='mentors until')),
                ('partner', models.ForeignKey(blank=True, help_text='Empty: from no partner.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mentors', to='accounts.partner', verbose_name='comes from')),
            ],
            options={
                'verbose_name': 'mentor',
                'verbose_name_plural': 'mentors',
                'ordering': ['name', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('active_to', None), ('active_to__gte', models.F('active_from')), _connector='OR'), name='mentor_dates_in_order', violation_error_message='The last day lies before the first one.'), models.UniqueConstraint(fields=('name', 'partner'), name='mentor_once_a_partner', nulls_distinct=False, violation_error_message='There is already a mentor of this name and partner.')],
            },
        ),
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
        migrations.CreateModel(
            name='SelectionRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decree', models.CharField(blank=True, max_length=100, verbose_name='decree')),
                ('decreed_on', models.DateField(blank=True, null=True, verbose_name='date of the decree')),
                ('places', models.PositiveSmallIntegerField(default=100, verbose_name='places')),
                ('decree_paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.document', verbose_name='paper of the decree')),
                ('programme_year', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='selection_round', to='institutions.programmeyear', verbose_name='budget year')),
            ],
            options={
                'verbose_name': 'selection round',
                'verbose_name_plural': 'selection rounds',
                'ordering': ['-programme_year__year'],
            },
        ),
        migrations.AddField(
            model_name='incubator',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='incubators', to='incubators.selectionround', verbose_name='selection round'),
        ),
        migrations.CreateModel(
            name='StandingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='date')),
                ('is_granted', models.BooleanField(verbose_name='granted')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                ('criterion', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incubators.criterion', verbose_name='criterion')),
                ('evidence', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incubators.evidence', verbose_name='evidence')),
                ('incubator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standing_changes', to='incubators.incubator', verbose_name='incubator')),
            ],
            options={
                'verbose_name': 'change of standing',
                'verbose_name_plural': 'changes of standing',
                'ordering': ['-day', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('incubator', 'day'), name='standing_changes_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Tenant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('nik_sealed', models.BinaryField(null=True, verbose_name='NIK, encrypted')),
                ('nik_index', models.BinaryField(null=True, verbose_name='NIK, keyed index')),
                ('business', models.CharField(max_length=150, validators=[blk_portal.privacy.validators.without_nik], verbose_name='business')),
                ('owner_name', models.CharField(max_length=150, validators=[blk_portal.privacy.validators.without_nik], verbose_name='owner')),
                ('owner_sex', models.CharField(choices=[('L', 'Male'), ('P', 'Female')], max_length=1, verbose_name='sex of the owner')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='phone')),
                ('alumnus_uid', models.UUIDField(blank=True, editable=False, null=True, verbose_name='alumnus, as the participant')),
                ('division', models.CharField(choices=institutions.kbli.division_choices, max_length=2, verbose_name='line of business (KBLI)')),
                ('kbli', models.CharField(blank=True, help_text='As in the NIB. Empty where it is not known.', max_length=5, validators=[django.core.validators.RegexValidator('^[0-9]{5}$', 'Write five digits, for example 10710.')], verbose_name='KBLI code of five digits')),
                ('entered_on', models.DateField(help_text='The first day of pre-incubation.', verbose_name='entered on')),
                ('stage', models.CharField(choices=[('before', 'Pre-incubation'), ('incubation', 'Incubation'), ('after', 'Post-incubation'), ('graduated', 'Graduated'), ('dropped', 'Dropped')], default='before', editable=False, max_length=10, verbose_name='stage')),
                ('stage_since', models.DateField(editable=False, verbose_name='in this stage since')),
                ('contract_number', models.CharField(blank=True, max_length=100, verbose_name='number of the contract')),
                ('contract_on', models.DateField(blank=True, null=True, verbose_name='date of the contract')),
                ('had_business', models.BooleanField(default=True, help_text='No: the owner only begins one in the incubator.', verbose_name='ran a business when it entered')),
                ('baseline_turnover', models.BigIntegerField(blank=True, help_text='Of the three months before, in whole rupiah. Empty where it is not known.', null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='turnover before it entered')),
                ('baseline_workers_male', models.PositiveIntegerField(default=0, verbose_name='male workers at entry')),
                ('baseline_workers_female', models.PositiveIntegerField(default=0, verbose_name='female workers at entry')),
                ('erased_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='owner erased at')),
                ('contract_paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.document', verbose_name='paper of the contract')),
                ('incubator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tenants', to='incubators.incubator', verbose_name='incubator')),
            ],
            options={
                'verbose_name': 'tenant',
                'verbose_name_plural': 'tenants',
                'ordering': ['business', 'id'],
                'indexes': [models.Index(fields=['incubator', 'stage'], name='tenant_incubator_stage'), models.Index(condition=models.Q(('nik_index__isnull', False)), fields=['nik_index'], name='tenant_nik')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('stage__in', ['before', 'incubation', 'after'])), fields=('incubator', 'nik_index'), name='tenant_once_an_incubator', violation_error_message='The owner of this NIK is already a tenant of the incubator.'), models.CheckConstraint(condition=models.Q(models.Q(('nik_index', None), ('nik_sealed', None)), models.Q(('nik_index__isnull', False), ('nik_sealed__isnull', False)), _connector='OR'), name='tenant_nik_sealed_and_indexed', violation_error_message='A NIK is kept encrypted and indexed, or not at all.'), models.CheckConstraint(condition=models.Q(('stage__in', ['before', 'incubation', 'after', 'graduated', 'dropped'])), name='tenant_stage_known', violation_error_message='Choose one of the listed stages.'), models.CheckConstraint(condition=models.Q(('owner_sex__in', ['L', 'P'])), name='tenant_owner_sex_known', violation_error_message='Sex is L or P.'), models.CheckConstraint(condition=models.Q(('stage_since__gte', models.F('entered_on'))), name='tenant_stage_after_entry', violation_error_message='A stage does not begin before the tenant entered.'), models.CheckConstraint(condition=models.Q(('division__in', ['01', '02', '03', '05', '06', '07', '08', '09', '10', '11', '12', '13', '14', '15', '16', '17', '18', '19', '20', '21', '22', '23', '24', '25', '26', '27', '28', '29', '30', '31', '32', '33', '35', '36', '37', '38', '39', '41', '42', '43', '45', '46', '47', '49', '50', '51', '52', '53', '55', '56', '58', '59', '60', '61', '62', '63', '64', '65', '66', '68', '69', '70', '71', '72', '73', '74', '75', '77', '78', '79', '80', '81', '82', '84', '85', '86', '87', '88', '90', '91', '92', '93', '94', '95', '96', '97', '98', '99'])), name='tenant_division_known', violation_error_message='Choose one of the listed lines of business.'), models.CheckConstraint(condition=models.Q(('kbli', ''), models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Left('kbli', 2), models.F('division')), ('kbli__regex', '^[0-9]{5}$')), _connector='OR'), name='tenant_kbli_of_its_division', violation_error_message='The KBLI code begins with the two digits of the line of business.'), models.CheckConstraint(condition=models.Q(models.Q(('contract_number', ''), ('contract_on', None), ('contract_paper', None)), models.Q(models.Q(('contract_number', ''), _negated=True), ('contract_on__isnull', False)), _connector='OR'), name='tenant_contract_has_number_and_date', violation_error_message='A contract has a number and a date.'), models.CheckConstraint(condition=models.Q(('stage__in', ['before', 'dropped']), models.Q(('contract_number', ''), _negated=True), _connector='OR'), name='tenant_incubation_needs_contract', violation_error_message='Incubation needs a written contract.'), models.CheckConstraint(condition=models.Q(('had_business', True), models.Q(models.Q(('baseline_turnover', None), ('baseline_turnover', 0), _connector='OR'), ('baseline_workers_female', 0), ('baseline_workers_male', 0)), _connector='OR'), name='tenant_without_business_begins_at_zero', violation_error_message='Who ran no business at entry had neither turnover nor workers.'), models.CheckConstraint(condition=models.Q(('baseline_turnover', None), ('baseline_turnover__gte', 0), _connector='OR'), name='tenant_baseline_turnover_not_negative', violation_error_message='Turnover is a whole number of rupiah from 0.')],
            },
        ),
        migrations.CreateModel(
            name='QuarterExplanation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, verbose_name='finding')),
                ('text', models.CharField(max_length=300, validators=[blk_portal.privacy.validators.without_nik], verbose_name='explanation')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='explanations', to='incubators.incubationreport', verbose_name='report')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incubators.tenant', verbose_name='tenant')),
            ],
            options={
                'verbose_name': 'explanation in a quarterly report',
                'verbose_name_plural': 'explanations in quarterly reports',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('report', 'tenant', 'code'), name='quarterexplanation_once_a_code', violation_error_message='This finding is explained already.'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='quarterexplanation_has_text', violation_error_message='An explanation says why.')],
            },
        ),
        migrations.CreateModel(
            name='MentoringSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('held_on', models.DateField(verbose_name='date')),
                ('topic', models.CharField(max_length=200, validators=[blk_portal.privacy.validators.without_nik], verbose_name='topic')),
                ('hours', models.DecimalField(decimal_places=1, help_text='Half hours as well: 1,5.', max_digits=3, validators=[django.core.validators.MinValueValidator(0.5), django.core.validators.MaxValueValidator(24)], verbose_name='hours')),
                ('outcome', models.CharField(help_text='What was agreed, or what the tenant does next.', max_length=500, validators=[blk_portal.privacy.validators.without_nik], verbose_name='outcome')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='recorded at')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='withdrawn at')),
                ('withdrawn_because', models.CharField(blank=True, editable=False, max_length=300, verbose_name='why withdrawn')),
                ('incubator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='incubators.incubator', verbose_name='incubator')),
                ('mentor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='incubators.mentor', verbose_name='mentor')),
                ('recorded_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('withdrawn_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by')),
                ('tenant', models.ForeignKey(blank=True, help_text='Empty: with the incubator as a whole.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='incubators.tenant', verbose_name='tenant')),
            ],
            options={
                'verbose_name': 'mentoring session',
                'verbose_name_plural': 'mentoring sessions',
                'ordering': ['-held_on', '-id'],
                'indexes': [models.Index(fields=['incubator', '-held_on'], name='mentoringsession_incubator'), models.Index(fields=['mentor', 'held_on'], name='mentoringsession_mentor')],
                'constraints': [models.CheckConstraint(condition=models.Q(('hours__gt', 0), ('hours__lte', 24)), name='mentoringsession_hours_of_a_day', violation_error_message='A session lasts from half an hour to 24 hours.'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_because', ''), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='mentoringsession_withdrawn_with_reason', violation_error_message='A withdrawn session says why.')],
            },
        ),
        migrations.CreateModel(
            name='Legality',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('nib', 'NIB'), ('pirt', 'PIRT'), ('halal', 'Halal certificate'), ('merek', 'Registered brand')], max_length=8, verbose_name='kind')),
                ('number', models.CharField(max_length=60, verbose_name='number')),
                ('issued_on', models.DateField(verbose_name='issued on')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='legalities', to='incubators.tenant', verbose_name='tenant')),
            ],
            options={
                'verbose_name': 'permit of a tenant',
                'verbose_name_plural': 'permits of tenants',
                'ordering': ['issued_on', 'id'],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'kind'), name='legality_once_a_kind', violation_error_message='This permit is entered already.'), models.CheckConstraint(condition=models.Q(('number', ''), _negated=True), name='legality_has_number', violation_error_message='A permit has a number.'), models.CheckConstraint(condition=models.Q(('kind__in', ['nib', 'pirt', 'halal', 'merek'])), name='legality_known_kind', violation_error_message='Choose one of the listed permits.')],
            },
        ),
        migrations.CreateModel(
            name='IncubationReportFlag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(max_length=500, verbose_name='note of the reviewer')),
                ('was', models.CharField(blank=True, max_length=300, verbose_name='value when flagged')),
                ('was_digest', models.CharField(blank=True, max_length=64, verbose_name='digest when flagged')),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='answer of the operator')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered at')),
                ('resolved_at', models.DateTimeField(blank=True, null=True, verbose_name='settled at')),
                ('became', models.CharField(blank=True, max_length=300, verbose_name='value when settled')),
                ('has_changed', models.BooleanField(blank=True, null=True, verbose_name='changed when settled')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('transition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='incubators.incubationreporttransition', verbose_name='returned with')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='incubators.tenant', verbose_name='tenant')),
            ],
            options={
                'verbose_name': 'flag on a quarterly report',
                'verbose_name_plural': 'flags on quarterly reports',
                'ordering': ['id'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='incubationreportflag_has_note', violation_error_message='A flag says what is wrong and how to mend it.'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='incubationreportflag_answer_is_signed', violation_error_message='An answer names who wrote it and when.'), models.CheckConstraint(condition=models.Q(models.Q(('became', ''), ('has_changed', None), ('resolved_at', None)), models.Q(('has_changed__isnull', False), ('resolved_at__isnull', False)), _connector='OR'), name='incubationreportflag_settled_at_once', violation_error_message='A settled flag says whether the value has changed.')],
            },
        ),
        migrations.CreateModel(
            name='TenantChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(choices=[('owner_name', 'Owner'), ('owner_sex', 'Sex of the owner'), ('nik', 'NIK of the owner'), ('phone', 'Phone'), ('contract_paper', 'Paper of the contract'), ('business', 'Business'), ('division', 'Line of business'), ('kbli', 'KBLI code'), ('contract_number', 'Number of the contract'), ('contract_on', 'Date of the contract'), ('had_business', 'Ran a business when it entered'), ('baseline_turnover', 'Turnover before it entered'), ('baseline_workers_male', 'Male workers at entry'), ('baseline_workers_female', 'Female workers at entry'), ('nib', 'NIB'), ('pirt', 'PIRT'), ('halal', 'Halal certificate'), ('merek', 'Registered brand')], max_length=24, verbose_name='what')),
                ('old', models.CharField(blank=True, max_length=300, verbose_name='before')),
                ('new', models.CharField(blank=True, max_length=300, verbose_name='after')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='incubators.tenant', verbose_name='tenant')),
            ],
            options={
                'verbose_name': 'correction of a tenant',
                'verbose_name_plural': 'corrections of tenants',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='TenantCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.PositiveSmallIntegerField()),
                ('incubation', models.PositiveSmallIntegerField()),
                ('after', models.PositiveSmallIntegerField()),
                ('graduated', models.PositiveSmallIntegerField()),
                ('entrepreneurs', models.PositiveSmallIntegerField()),
                ('workers_male', models.PositiveIntegerField()),
                ('workers_female', models.PositiveIntegerField()),
                ('turnover', models.BigIntegerField()),
                ('turnover_now', models.BigIntegerField()),
                ('turnover_then', models.BigIntegerField()),
                ('kur', models.BigIntegerField()),
                ('tkm', models.BigIntegerField()),
                ('csr', models.BigIntegerField()),
                ('own', models.BigIntegerField()),
                ('other', models.BigIntegerField()),
                ('reached_6', models.PositiveSmallIntegerField()),
                ('survived_6', models.PositiveSmallIntegerField()),
                ('reached_12', models.PositiveSmallIntegerField()),
                ('survived_12', models.PositiveSmallIntegerField()),
                ('reached_24', models.PositiveSmallIntegerField()),
                ('survived_24', models.PositiveSmallIntegerField()),
                ('counted_from', models.DateTimeField()),
                ('counted_to', models.DateTimeField(null=True)),
                ('programme_year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.programmeyear')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counts', to='incubators.incubationreport')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counts', to='incubators.tenant')),
            ],
            options={
                'verbose_name': 'tenant count',
                'verbose_name_plural': 'tenant counts',
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('counted_to', None)), fields=['programme_year'], name='tenantcount_live')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('counted_to', None)), fields=('report', 'tenant'), name='tenantcount_one_live_row'), models.CheckConstraint(condition=models.Q(('survived_6__lte', models.F('reached_6')), ('survived_12__lte', models.F('reached_12')), ('survived_24__lte', models.F('reached_24'))), name='tenantcount_parts_within_whole')],
            },
        ),
        migrations.CreateModel(
            name='TenantQuarter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('turnover', models.BigIntegerField(help_text='Of the quarter, in whole rupiah.', validators=[django.core.validators.MinValueValidator(0)], verbose_name='turnover')),
                ('workers_male', models.PositiveIntegerField(verbose_name='male workers')),
                ('workers_female', models.PositiveIntegerField(verbose_name='female workers')),
                ('is_operating', models.BooleanField(default=True, verbose_name='still operating')),
                ('note', models.CharField(blank=True, max_length=300, validators=[blk_portal.privacy.validators.without_nik], verbose_name='note')),
                ('report', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tenant_quarters', to='incubators.incubationreport', verbose_name='report')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quarters', to='incubators.tenant', verbose_name='tenant')),
            ],
            options={
                'verbose_name': 'quarter of a tenant',
                'verbose_name_plural': 'quarters of tenants',
                'ordering': ['report__year', 'report__quarter', 'id'],
                'constraints': [models.UniqueConstraint(fields=('report', 'tenant'), name='tenantquarter_once_a_report', violation_error_message='This tenant stands in the report already.'), models.CheckConstraint(condition=models.Q(('turnover__gte', 0)), name='tenantquarter_turnover_not_negative', violation_error_message='Turnover is a whole number of rupiah from 0.'), models.CheckConstraint(condition=models.Q(('workers_female__gte', 0), ('workers_male__gte', 0)), name='tenantquarter_workers_not_negative', violation_error_message='Workers are whole numbers from 0.')],
            },
        ),
        migrations.CreateModel(
            name='FinanceReceived',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('kur', "KUR (people's business credit)"), ('tkm', 'TKM (self-employment aid of the ministry)'), ('csr', 'CSR of a partner'), ('own', 'Own money'), ('other', 'Other')], max_length=8, verbose_name='source')),
                ('amount', models.BigIntegerField(help_text='In whole rupiah.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='amount')),
                ('bank_name', models.CharField(blank=True, help_text='Where it is no partner of the programme.', max_length=150, validators=[blk_portal.privacy.validators.without_nik], verbose_name='other bank or giver')),
                ('bank', models.ForeignKey(blank=True, limit_choices_to={'kind': 'bank'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.partner', verbose_name='bank')),
                ('tenant_quarter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='finance', to='incubators.tenantquarter', verbose_name='quarter')),
            ],
            options={
                'verbose_name': 'finance received',
                'verbose_name_plural': 'finance received',
                'ordering': ['source', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='financereceived_amount_is_positive', violation_error_message='An amount is a whole number of rupiah from 1.'), models.CheckConstraint(condition=models.Q(('source__in', ['kur', 'tkm', 'csr', 'own', 'other'])), name='financereceived_known_source', violation_error_message='Choose one of the listed sources.'), models.CheckConstraint(condition=models.Q(('bank', None), ('bank_name', ''), _connector='OR'), name='financereceived_one_giver', violation_error_message='Name the partner or another giver, not both.'), models.CheckConstraint(condition=models.Q(models.Q(('source__in', ['kur', 'other']), _negated=True), models.Q(('bank', None), ('bank_name', ''), _negated=True), _connector='OR'), name='financereceived_credit_names_its_bank', violation_error_message='KUR names its bank, and other money who gave it.')],
            },
        ),
        migrations.CreateModel(
            name='TenantTransition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=16, verbose_name='verb')),
                ('from_stage', models.CharField(blank=True, choices=[('before', 'Pre-incubation'), ('incubation', 'Incubation'), ('after', 'Post-incubation'), ('graduated', 'Graduated'), ('dropped', 'Dropped')], max_length=10, verbose_name='from')),
                ('to_stage', models.CharField(choices=[('before', 'Pre-incubation'), ('incubation', 'Incubation'), ('after', 'Post-incubation'), ('graduated', 'Graduated'), ('dropped', 'Dropped')], max_length=10, verbose_name='to')),
                ('happened_on', models.DateField(verbose_name='date')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='incubators.tenant', verbose_name='tenant')),
            ],
            options={
                'verbose_name': 'step of a tenant',
                'verbose_name_plural': 'steps of tenants',
                'ordering': ['-recorded_at', '-id'],
                'indexes': [models.Index(fields=['tenant', 'verb'], name='tenanttransition_verb')],
            },
        ),
        migrations.CreateModel(
            name='EvidenceWarning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('days', models.PositiveSmallIntegerField(verbose_name='days before its end')),
                ('made_on', models.DateField(verbose_name='written on')),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='warnings', to='incubators.evidence', verbose_name='evidence')),
            ],
            options={
                'verbose_name': 'warning of evidence that ends',
                'verbose_name_plural': 'warnings of evidence that ends',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('evidence', 'days'), name='evidence_warned_once_each')],
            },
        ),
        migrations.AddConstraint(
            model_name='incubationreport',
            constraint=models.UniqueConstraint(fields=('incubator', 'year', 'quarter'), name='incubationreport_once_a_quarter', violation_error_message='The incubator has a report of this quarter already.'),
        ),
        migrations.AddIndex(
            model_name='incubator',
            index=models.Index(fields=['round', 'stage'], name='incubator_round_stage'),
        ),
        migrations.AddConstraint(
            model_name='incubator',
            constraint=models.UniqueConstraint(fields=('institution', 'round'), name='incubator_once_a_round', violation_error_message='This institution is already in the round.'),
        ),
        migrations.AddConstraint(
            model_name='incubator',
            constraint=models.UniqueConstraint(fields=('round', 'rank'), name='incubator_rank_once_a_round', violation_error_message='Another candidate of the round has this rank.'),
        ),
        migrations.AddConstraint(
            model_name='incubator',
            constraint=models.UniqueConstraint(fields=('round', 'reserve_position'), name='incubator_reserve_once_a_round', violation_error_message='This place on the reserve list is taken.'),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(kept(KEPT), let_go(KEPT)),
    ]
