import blk_portal.progress.pack.records
import blk_portal.progress.targets
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import institutions.models.document
import uuid
from django.conf import settings
from django.db import migrations, models
from institutions.kept_history import kept, let_go

ACTUAL_THEN = """
CREATE VIEW progress_actualthen AS
SELECT min(a.id) AS id, a.programme_year_id, a.indicator,
    CASE WHEN p.split_from_id IS NOT NULL AND extract(year FROM p.valid_from) >= y.year
         THEN p.split_from_id ELSE p.id END AS province_id,
    a.office_id, a.breakdown, a.bucket, sum(a.value)::bigint AS value
FROM progress_actual a
JOIN institutions_programmeyear y ON y.id = a.programme_year_id
LEFT JOIN institutions_province p ON p.id = a.province_id
GROUP BY a.programme_year_id, a.indicator, 4, a.office_id, a.breakdown, a.bucket
"""
KEEP_PLACES = """
CREATE FUNCTION progress_keep_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO progress_placebefore
        (institution_id, regency_id, office_id, host_type, field_id, left_at)
    VALUES (OLD.id, OLD.regency_id, OLD.office_id, OLD.host_type, OLD.field_id, clock_timestamp());
    RETURN NULL;
END $$;
CREATE TRIGGER keep_place
    AFTER UPDATE OF regency_id, office_id, host_type, field_id ON institutions_institution
    FOR EACH ROW WHEN ((OLD.regency_id, OLD.office_id, OLD.host_type, OLD.field_id)
        IS DISTINCT FROM (NEW.regency_id, NEW.office_id, NEW.host_type, NEW.field_id))
    EXECUTE FUNCTION progress_keep_place();
"""
LET_PLACES_GO = """
DROP TRIGGER keep_place ON institutions_institution;
DROP FUNCTION progress_keep_place();
"""
KEPT = {
    "progress_publication": (
        "programme_year_id", "number", "correction", "day", "title", "note", "published_at",
        "published_by_id",
    ),
    "progress_publishedfigure": (
        "publication_id", "province_id", "indicator", "breakdown", "bucket", "value",
    ),
    "progress_placebefore": (
        "institution_id", "regency_id", "office_id", "host_type", "field_id", "left_at",
    ),
    "progress_openingbalance": (
        "programme_year_id", "enrolled", "completed", "passed", "certification_reported", "certified",
        "source", "upload", "entered_at", "entered_by_id", "?counted_from", "?approved_by_id",
        "?counted_to", "?ended_by_id", "?ended_because",
    ),
}


class Migration(migrations.Migration):

    replaces = [
        ('progress', '0001_initial'),
        ('progress', '0002_words'),
        ('progress', '0003_boundaries'),
        ('progress', '0004_indicators_asked_for'),
        ('progress', '0005_finance_by_source'),
        ('progress', '0006_integrity_checks'),
        ('progress', '0007_targets_in_full'),
        ('progress', '0008_publications'),
        ('progress', '0009_opening_balances'),
        ('progress', '0010_meeting_packs'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0004_mail_wish'),
        ('institutions', '0001_squashed_0018_papers_with_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='ActualThen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.CharField(max_length=32, verbose_name='indicator')),
                ('breakdown', models.CharField(blank=True, choices=[('', 'none'), ('field', 'vocational field'), ('funding', 'funding source'), ('sex', 'sex'), ('disability', 'disability'), ('age', 'age'), ('host', 'host type'), ('source', 'source of finance')], default='', max_length=12, verbose_name='breakdown')),
                ('bucket', models.CharField(blank=True, default='', max_length=40, verbose_name='part')),
                ('value', models.BigIntegerField(verbose_name='value')),
            ],
            options={
                'verbose_name': 'figure as reported',
                'verbose_name_plural': 'figures as reported',
                'db_table': 'progress_actualthen',
                'ordering': ['id'],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='CheckRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(verbose_name='asked for at')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
            ],
            options={
                'verbose_name': 'run of the integrity checks',
                'verbose_name_plural': 'runs of the integrity checks',
                'ordering': ['-id'],
                'permissions': [('run_checks', 'May run the integrity checks')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('finished_at', None)), fields=('finished_at',), name='checkrun_one_at_a_time', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='CheckResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(db_index=False, max_length=40, verbose_name='check')),
                ('started_at', models.DateTimeField(verbose_name='started at')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('found', models.PositiveIntegerField(default=0, verbose_name='rows found')),
                ('is_capped', models.BooleanField(default=False, verbose_name='more than were counted')),
                ('sample', models.JSONField(default=list, verbose_name='first rows')),
                ('since', models.DateTimeField(null=True, verbose_name='since')),
                ('error', models.CharField(blank=True, max_length=200, verbose_name='error')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='progress.checkrun', verbose_name='run')),
            ],
            options={
                'verbose_name': 'result of a check',
                'verbose_name_plural': 'results of checks',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('run', 'code'), name='checkresult_once_a_run')],
            },
        ),
        migrations.CreateModel(
            name='MeetingPack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(blank=True, null=True, verbose_name='figures as of')),
                ('audience', models.CharField(choices=[('internal', 'For the ministry'), ('public', 'For everybody')], max_length=8, verbose_name='for whom')),
                ('state', models.CharField(choices=[('waiting', 'Being made'), ('ready', 'Ready'), ('failed', 'Failed')], default='waiting', max_length=8, verbose_name='state')),
                ('done', models.PositiveSmallIntegerField(default=0, verbose_name='steps done')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('leased_at', models.DateTimeField(blank=True, null=True, verbose_name='last heard of the worker')),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
                ('ready_at', models.DateTimeField(blank=True, null=True, verbose_name='ready at')),
                ('paper', models.FileField(blank=True, storage=institutions.models.document.documents_storage, upload_to=blk_portal.progress.pack.records.file_path, verbose_name='paper')),
                ('workbook', models.FileField(blank=True, storage=institutions.models.document.documents_storage, upload_to=blk_portal.progress.pack.records.file_path, verbose_name='workbook')),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('programme_year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packs', to='institutions.programmeyear', verbose_name='budget year')),
            ],
            options={
                'verbose_name': 'national-meeting pack',
                'verbose_name_plural': 'national-meeting packs',
                'ordering': ['-asked_at', '-id'],
                'permissions': [('take_meetingpack', 'May make and fetch the national-meeting pack')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(models.Q(('paper', ''), _negated=True), models.Q(('workbook', ''), _negated=True)), _connector='OR'), name='meetingpack_ready_has_files', violation_error_message='A pack that is ready has both files.')],
            },
        ),
        migrations.CreateModel(
            name='OpeningBalance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('enrolled', models.PositiveIntegerField(verbose_name='enrolled')),
                ('completed', models.PositiveIntegerField(verbose_name='participations')),
                ('passed', models.PositiveIntegerField(verbose_name='passed')),
                ('certification_reported', models.PositiveIntegerField(verbose_name='certification reported')),
                ('certified', models.PositiveIntegerField(verbose_name='certified')),
                ('source', models.CharField(help_text='The paper with the figures: kind, number and date.', max_length=200, verbose_name='source')),
                ('upload', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='list')),
                ('entered_at', models.DateTimeField(verbose_name='entered at')),
                ('counted_from', models.DateTimeField(blank=True, null=True, verbose_name='approved at')),
                ('counted_to', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('ended_because', models.CharField(blank=True, max_length=300, verbose_name='why it ended')),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opening_balances', to='institutions.institution', verbose_name='institution')),
                ('programme_year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opening_balances', to='institutions.programmeyear', verbose_name='budget year')),
            ],
            options={
                'verbose_name': 'opening balance',
                'verbose_name_plural': 'opening balances',
                'ordering': ['-programme_year__year', 'institution__name', '-id'],
                'permissions': [('approve_openingbalance', 'May approve and withdraw opening balances')],
                'indexes': [models.Index(fields=['upload'], name='openingbalance_upload')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('counted_from__isnull', False), ('counted_to', None)), fields=('programme_year', 'institution'), name='openingbalance_one_live'), models.UniqueConstraint(condition=models.Q(('counted_from', None), ('counted_to', None)), fields=('programme_year', 'institution'), name='openingbalance_one_waiting'), models.CheckConstraint(condition=models.Q(('completed__gt', 0), ('completed__lte', models.F('enrolled')), ('passed__lte', models.F('completed')), ('certification_reported__lte', models.F('passed')), ('certified__lte', models.F('certification_reported'))), name='openingbalance_parts_within_whole', violation_error_message='Each figure is at most the one before it.'), models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='openingbalance_has_source', violation_error_message='An opening balance names the paper it comes from.'), models.CheckConstraint(condition=models.Q(models.Q(('approved_by', None), ('counted_from', None)), models.Q(('approved_by__isnull', False), ('counted_from__isnull', False)), _connector='OR'), name='openingbalance_approved_by_somebody'), models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('entered_by')), _negated=True), _connector='OR'), name='openingbalance_four_eyes', violation_error_message='A second person approves an opening balance.'), models.CheckConstraint(condition=models.Q(models.Q(('counted_to', None), ('ended_because', ''), ('ended_by', None)), models.Q(('counted_to__isnull', False), ('ended_by__isnull', False), models.Q(('ended_because', ''), _negated=True)), _connector='OR'), name='openingbalance_ended_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='PackRecipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, help_text='For example a local planning agency. Gets the public pack.', max_length=120, verbose_name='name or office outside')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address outside')),
                ('is_active', models.BooleanField(default=True, verbose_name='gets the pack')),
                ('person', models.ForeignKey(blank=True, help_text='Gets the link to the pack of the ministry. Leave it empty for others.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person with an account')),
            ],
            options={
                'verbose_name': 'recipient of the meeting pack',
                'verbose_name_plural': 'recipients of the meeting pack',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('email', ''), ('name', ''), ('person__isnull', False)), models.Q(('person', None), models.Q(('name', ''), _negated=True), models.Q(('email', ''), _negated=True)), _connector='OR'), name='packrecipient_inside_or_outside', violation_error_message='Choose a person with an account, or write name and e-mail address.'), models.UniqueConstraint(fields=('person',), name='packrecipient_person_once', violation_error_message='This person is on the list already.'), models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='packrecipient_address_once', violation_error_message='This address is on the list already.')],
            },
        ),
        migrations.CreateModel(
            name='PackMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'To be mailed'), ('sent', 'Mailed'), ('silent', 'Not mailed: no longer needed, no address, or not wanted'), ('stopped', 'Could not be mailed')], default='waiting', max_length=8, verbose_name='mail')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_attempt_at', models.DateTimeField(verbose_name='next attempt at')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='mailed at')),
                ('last_error', models.CharField(blank=True, max_length=200, verbose_name='last error')),
                ('month', models.DateField(verbose_name='month')),
                ('pack', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='progress.meetingpack', verbose_name='pack')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='progress.packrecipient', verbose_name='recipient')),
            ],
            options={
                'verbose_name': 'mail with the meeting pack',
                'verbose_name_plural': 'mails with the meeting pack',
                'ordering': ['-month', 'id'],
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['next_attempt_at', 'id'], name='packmail_outbox')],
                'constraints': [models.UniqueConstraint(fields=('recipient', 'month'), name='packmail_once_a_month'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='packmail_month_begins', violation_error_message='A month is named by its first day.'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at', None)), _connector='OR'), name='packmail_sent_has_moment', violation_error_message='A mail that was sent says when.')],
            },
        ),
        migrations.CreateModel(
            name='PendingRollup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(max_length=60, verbose_name='reason')),
                ('noted_at', models.DateTimeField(auto_now_add=True, verbose_name='noted at')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('institution', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='institutions.institution', verbose_name='institution')),
                ('office', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='institutions.trainingoffice', verbose_name='training office (UPTP)')),
                ('programme_year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.programmeyear', verbose_name='budget year')),
                ('province', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='institutions.province', verbose_name='province')),
            ],
            options={
                'verbose_name': 'pending roll-up',
                'verbose_name_plural': 'pending roll-ups',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['programme_year', 'id'], name='pendingrollup_year')],
            },
        ),
        migrations.CreateModel(
            name='PlaceBefore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('host_type', models.CharField(max_length=16)),
                ('left_at', models.DateTimeField()),
                ('field', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.vocationalfield')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.institution')),
                ('office', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.trainingoffice')),
                ('regency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.regency')),
            ],
            options={
                'verbose_name': 'earlier place',
                'verbose_name_plural': 'earlier places',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['institution', 'left_at'], name='placebefore_moment')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('correction', models.PositiveSmallIntegerField(default=0, verbose_name='correction')),
                ('day', models.DateField(verbose_name='figures as of')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('note', models.TextField(blank=True, max_length=1000, verbose_name='note')),
                ('published_at', models.DateTimeField(verbose_name='published at')),
                ('programme_year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='institutions.programmeyear', verbose_name='budget year')),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
            ],
            options={
                'verbose_name': 'publication',
                'verbose_name_plural': 'publications',
                'ordering': ['-programme_year__year', '-number', '-correction'],
                'permissions': [('publish_figures', 'May publish figures and correct a publication')],
                'constraints': [models.UniqueConstraint(fields=('programme_year', 'number', 'correction'), name='publication_numbered'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='publication_numbers_begin_at_one'), models.CheckConstraint(condition=models.Q(('correction', 0), models.Q(('note', ''), _negated=True), _connector='OR'), name='publication_correction_has_note', violation_error_message='A correction says what it corrects.')],
            },
        ),
        migrations.AddField(
            model_name='meetingpack',
            name='publication',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='packs', to='progress.publication', verbose_name='publication'),
        ),
        migrations.CreateModel(
            name='PublishedFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.CharField(max_length=32, verbose_name='indicator')),
                ('breakdown', models.CharField(blank=True, max_length=12, verbose_name='breakdown')),
                ('bucket', models.CharField(blank=True, max_length=40, verbose_name='part')),
                ('value', models.BigIntegerField(verbose_name='value')),
                ('province', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.province', verbose_name='province')),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='progress.publication', verbose_name='publication')),
            ],
            options={
                'verbose_name': 'published figure',
                'verbose_name_plural': 'published figures',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('publication', 'province', 'indicator', 'breakdown', 'bucket'), name='publishedfigure_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('value__gt', 0)), name='publishedfigure_no_zero_figure')],
            },
        ),
        migrations.CreateModel(
            name='RollupRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('recount', 'recount'), ('audit', 'audit')], max_length=8, verbose_name='kind')),
                ('started_at', models.DateTimeField(verbose_name='started at')),
                ('finished_at', models.DateTimeField(verbose_name='finished at')),
                ('taken', models.PositiveIntegerField(default=0, verbose_name='requests taken')),
                ('differences', models.PositiveIntegerField(default=0, verbose_name='cells that differed')),
                ('repaired', models.BooleanField(default=False, verbose_name='mended')),
                ('programme_year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='institutions.programmeyear', verbose_name='budget year')),
            ],
            options={
                'verbose_name': 'roll-up run',
                'verbose_name_plural': 'roll-up runs',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['programme_year', 'kind', '-id'], name='rolluprun_latest')],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.CharField(choices=blk_portal.progress.targets.indicator_choices, max_length=32, verbose_name='indicator')),
                ('value', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='target')),
                ('rule', models.TextField(verbose_name='counting rule')),
                ('legal_basis', models.CharField(blank=True, max_length=300, verbose_name='legal basis')),
                ('source', models.CharField(max_length=300, verbose_name='source')),
                ('version', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='version')),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='set at')),
                ('replaced_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='replaced at')),
                ('field', models.ForeignKey(blank=True, help_text='Empty: all fields together.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.vocationalfield', verbose_name='vocational field')),
                ('last_year', models.ForeignKey(blank=True, help_text='For a period of several years. Empty: the one budget year.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.programmeyear', verbose_name='until budget year')),
                ('programme_year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='institutions.programmeyear', verbose_name='budget year')),
                ('province', models.ForeignKey(blank=True, help_text='Empty: a target of the nation.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.province', verbose_name='province')),
                ('set_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by')),
            ],
            options={
                'verbose_name': 'target',
                'verbose_name_plural': 'targets',
                'ordering': ['-programme_year__year', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('indicator', 'programme_year', 'last_year', 'province', 'field'), name='target_one_in_force', nulls_distinct=False, violation_error_message='This target is already there.'), models.CheckConstraint(condition=models.Q(('value__gt', 0)), name='target_above_zero', violation_error_message='A target is at least 1.'), models.CheckConstraint(condition=models.Q(('replaced_at', None), ('replaced_at__gte', models.F('set_at')), _connector='OR'), name='target_replaced_after_set', violation_error_message='A version is replaced after it was set.')],
            },
        ),
        migrations.CreateModel(
            name='Actual',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.CharField(max_length=32, verbose_name='indicator')),
                ('breakdown', models.CharField(blank=True, choices=[('', 'none'), ('field', 'vocational field'), ('funding', 'funding source'), ('sex', 'sex'), ('disability', 'disability'), ('age', 'age'), ('host', 'host type'), ('source', 'source of finance')], default='', max_length=12, verbose_name='breakdown')),
                ('bucket', models.CharField(blank=True, default='', max_length=40, verbose_name='part')),
                ('value', models.BigIntegerField(verbose_name='value')),
                ('office', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.trainingoffice', verbose_name='training office (UPTP)')),
                ('programme_year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.programmeyear', verbose_name='budget year')),
                ('province', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.province', verbose_name='province')),
            ],
            options={
                'verbose_name': 'actual figure',
                'verbose_name_plural': 'actual figures',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('programme_year', 'province', 'office', 'indicator', 'breakdown', 'bucket'), name='actual_unique_cell', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('value__gt', 0)), name='actual_no_zero_cell'), models.CheckConstraint(condition=models.Q(('province', None), ('office', None), _connector='OR'), name='actual_one_area')],
            },
        ),
        migrations.AddConstraint(
            model_name='meetingpack',
            constraint=models.UniqueConstraint(condition=models.Q(('publication__isnull', False), ('day__isnull', False), _connector='OR'), fields=('programme_year', 'publication', 'day', 'audience'), name='meetingpack_one_of_its_figures', nulls_distinct=False, violation_error_message='There is a pack of these figures.'),
        ),
        migrations.AddConstraint(
            model_name='meetingpack',
            constraint=models.CheckConstraint(condition=models.Q(('publication', None), ('day', None), _connector='OR'), name='meetingpack_one_moment', violation_error_message='A pack shows a publication or a day, not both.'),
        ),
        migrations.AddConstraint(
            model_name='meetingpack',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('audience', 'public'), _negated=True), ('publication__isnull', False), ('day__isnull', False), _connector='OR'), name='meetingpack_public_is_frozen', violation_error_message='The public sees figures that do not change any more.'),
        ),
        migrations.RunSQL(ACTUAL_THEN, "DROP VIEW progress_actualthen"),
        migrations.RunSQL(KEEP_PLACES, LET_PLACES_GO),
        migrations.RunSQL(kept(KEPT), let_go(KEPT)),
    ]
