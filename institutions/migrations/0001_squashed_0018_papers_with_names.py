import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.utils.timezone
import institutions.models.document
import institutions.models.list_export
import institutions.models.programme
import institutions.models.register_import
from django.conf import settings
from django.db import migrations, models
from institutions.kept_history import KEEP_HISTORY, kept, let_go

KEPT = {
    'institutions_institutiontransition': [
        'verb', 'from_status', 'to_status', 'happened_on', 'recorded_at', 'by_id', 'reason',
        '?withdrawn_at', '?withdrawn_by_id', '?withdrawn_because',
    ],
    'institutions_milestone': [
        'kind', 'programme_year_id', 'happened_on', 'document_number', 'expires_on', 'percent',
        '?document_id', 'recorded_at', 'recorded_by_id',
        '?withdrawn_at', '?withdrawn_by_id', '?withdrawn_because',
    ],
    'institutions_case': [
        'kind', 'opened_on', 'opened_at', 'opened_by_id', 'reason', 'grace_until',
        '?closed_on', '?closed_at', '?closed_by_id', '?outcome',
    ],
    'institutions_disbursement': [
        'programme_year_id', 'purpose', 'tranche', 'amount', 'sp2d_number', 'sp2d_on',
        'lpj_due_on', 'recorded_at', 'recorded_by_id', '?accepted_on',
        '?withdrawn_at', '?withdrawn_by_id', '?withdrawn_because',
    ],
    'institutions_disbursementstep': [
        'disbursement_id', 'verb', 'happened_on', 'amount', 'number', '?document_id', 'reason',
        'by_id', 'recorded_at',
    ],
}
NUMBER_BEGINS = """
CREATE INDEX document_number_begins ON institutions_document (upper(number) text_pattern_ops);
"""
LIKELY_DUPLICATES = """
CREATE VIEW institutions_likelyduplicate AS
WITH compared AS MATERIALIZED (
    SELECT i.id, i.regency_id, i.field_id, i.foundation_id,
        f.tax_number COLLATE "C" AS tax_number,
        replace(CASE WHEN i.name_key LIKE 'blkomunitas%' THEN substr(i.name_key, 12)
            WHEN i.name_key LIKE 'blk%' THEN substr(i.name_key, 4)
            ELSE i.name_key END, 'contoh', '') COLLATE "C" AS name,
        translate(i.vin, '.-/', '') COLLATE "C" AS vin,
        CASE WHEN dialled LIKE '62%' THEN '0' || substr(dialled, 3) ELSE dialled END AS phone
    FROM institutions_institution i
    JOIN institutions_foundation f ON f.id = i.foundation_id
    CROSS JOIN LATERAL (
        SELECT translate(i.contact_phone, ' +-().', '') COLLATE "C" AS dialled OFFSET 0
    ) AS number
    WHERE i.status NOT IN ('rejected', 'withdrawn', 'cancelled', 'merged')
),
alike (what, first_id, second_id) AS (
    SELECT 'name', a.id, b.id
    FROM (SELECT regency_id, name FROM compared WHERE name <> ''
          GROUP BY regency_id, name HAVING count(*) > 1) AS shared
    JOIN compared a USING (regency_id, name) JOIN compared b USING (regency_id, name)
    WHERE a.id < b.id
    UNION ALL
    SELECT 'vin', a.id, b.id
    FROM (SELECT regency_id, vin FROM compared WHERE vin <> ''
          GROUP BY regency_id, vin HAVING count(*) > 1) AS shared
    JOIN compared a USING (regency_id, vin) JOIN compared b USING (regency_id, vin)
    WHERE a.id < b.id
    UNION ALL
    SELECT 'phone', a.id, b.id
    FROM (SELECT regency_id, phone FROM compared WHERE length(phone) >= 8
          GROUP BY regency_id, phone HAVING count(*) > 1) AS shared
    JOIN compared a USING (regency_id, phone) JOIN compared b USING (regency_id, phone)
    WHERE a.id < b.id
    UNION ALL
    SELECT 'owner', a.id, b.id
    FROM (SELECT regency_id, foundation_id, field_id FROM compared
          GROUP BY regency_id, foundation_id, field_id HAVING count(*) > 1) AS shared
    JOIN compared a USING (regency_id, foundation_id, field_id) JOIN compared b USING (regency_id, foundation_id, field_id)
    WHERE a.id < b.id
    UNION ALL
    SELECT 'tax', a.id, b.id
    FROM (SELECT regency_id, tax_number FROM compared WHERE tax_number <> ''
          GROUP BY regency_id, tax_number HAVING count(*) > 1) AS shared
    JOIN compared a USING (regency_id, tax_number) JOIN compared b USING (regency_id, tax_number)
    WHERE a.id < b.id AND a.foundation_id <> b.foundation_id
),
pair AS (
    SELECT first_id, second_id,
        bool_or(what = 'name') AS same_name,
        bool_or(what = 'vin') AS same_vin,
        bool_or(what = 'phone') AS same_phone,
        bool_or(what = 'owner') AS same_owner,
        bool_or(what = 'tax') AS same_tax_number,
        sum(CASE WHEN what IN ('name', 'vin') THEN 3 ELSE 2 END)::integer AS points
    FROM alike
    GROUP BY first_id, second_id
)
SELECT (pair.first_id << 31) | pair.second_id AS id, pair.*,
    greatest(a.recorded_at, b.recorded_at) AS found_at
FROM pair
JOIN institutions_institution a ON a.id = pair.first_id
JOIN institutions_institution b ON b.id = pair.second_id
WHERE a.replaces_id IS DISTINCT FROM b.id AND b.replaces_id IS DISTINCT FROM a.id
  AND NOT EXISTS (
    SELECT FROM institutions_distinctpair apart
    WHERE apart.first_id = pair.first_id AND apart.second_id = pair.second_id
)
"""


class Migration(migrations.Migration):

    replaces = [
        ('institutions', '0001_initial'),
        ('institutions', '0002_words'),
        ('institutions', '0003_office_lines'),
        ('institutions', '0004_documents'),
        ('institutions', '0005_life_cycle_and_money'),
        ('institutions', '0006_register_import'),
        ('institutions', '0007_desk'),
        ('institutions', '0008_proposals_and_boundaries'),
        ('institutions', '0009_papers'),
        ('institutions', '0010_assessments_visits_partners'),
        ('institutions', '0011_latest_papers'),
        ('institutions', '0012_report_days'),
        ('institutions', '0013_reporting_periods'),
        ('institutions', '0014_mistakes_and_sweeping'),
        ('institutions', '0015_undone_steps_and_swept_lists'),
        ('institutions', '0016_holidays'),
        ('institutions', '0017_seats'),
        ('institutions', '0018_papers_with_names'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0004_mail_wish'),
        ('accounts', '0001_squashed_0004_mail_wish'),
    ]

    operations = [
        migrations.CreateModel(
            name='LikelyDuplicate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('same_name', models.BooleanField()),
                ('same_vin', models.BooleanField()),
                ('same_phone', models.BooleanField()),
                ('same_owner', models.BooleanField()),
                ('same_tax_number', models.BooleanField()),
                ('points', models.PositiveIntegerField()),
                ('found_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'likely duplicate',
                'verbose_name_plural': 'likely duplicates',
                'db_table': 'institutions_likelyduplicate',
                'ordering': ['-points', 'id'],
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='DocumentKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=30, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('expires', models.BooleanField(default=False, help_text='A paper of this kind names the day it ends.', verbose_name='expires')),
                ('holds_names', models.BooleanField(default=False, editable=False, verbose_name='holds names of participants')),
            ],
            options={
                'verbose_name': 'kind of paper',
                'verbose_name_plural': 'kinds of paper',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ProgrammeYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(unique=True, validators=[django.core.validators.MinValueValidator(2017), django.core.validators.MaxValueValidator(2100)], verbose_name='budget year')),
                ('guideline', models.CharField(blank=True, max_length=200, verbose_name='guideline number')),
                ('cohort_size', models.PositiveSmallIntegerField(default=16, verbose_name='seats per cohort')),
                ('most_seats_of_cohort', models.PositiveSmallIntegerField(blank=True, help_text='Planning above it is refused. Empty: no limit.', null=True, verbose_name='most seats in one cohort')),
                ('most_seats_of_institution', models.PositiveIntegerField(blank=True, help_text='Over all its cohorts of the year that are not cancelled. Empty: no limit.', null=True, verbose_name='most seats of one institution')),
                ('opening_due_days', models.PositiveSmallIntegerField(default=7, help_text='Counted from the first day of the training; never on a free day.', verbose_name='days until the opening report is due')),
                ('report_due_days', models.PositiveSmallIntegerField(default=14, help_text='Counted from the last day of the training, as are the reports that follow.', verbose_name='days until the closing report is due')),
                ('certification_due_days', models.PositiveSmallIntegerField(default=90, verbose_name='days until the certification report is due')),
                ('placement_3_due_days', models.PositiveSmallIntegerField(default=91, verbose_name='days until the first placement report is due')),
                ('placement_6_due_days', models.PositiveSmallIntegerField(default=183, verbose_name='days until the second placement report is due')),
                ('lpj_due_days', models.PositiveSmallIntegerField(default=14, help_text='Counted from the day of the SP2D; tranches already recorded keep their day.', verbose_name='working days until an LPJ is due')),
                ('period_months', models.PositiveSmallIntegerField(choices=[(3, 'A quarter (3 months)'), (4, 'Four months'), (6, 'Half a year'), (12, 'The whole year')], default=6, help_text='Every period an institution reports a training or confirms that there was none. Periods already opened keep their days.', verbose_name='length of a reporting period')),
                ('period_due_days', models.PositiveSmallIntegerField(default=30, verbose_name='days after a period until this is due')),
                ('period_reporters', models.CharField(choices=[('nobody', 'Nobody'), ('operational', 'Operational institutions'), ('independent', 'Operational ones, and those whose guidance has ended')], default='operational', max_length=12, verbose_name='who reports every period')),
                ('reminders', models.CharField(blank=True, default='-7, 1, 7, 30', help_text='Counted from the due date, before it with a minus. Only those who still owe are reminded. Empty: nobody is.', max_length=60, validators=[institutions.models.programme.check_reminders], verbose_name='days of reminders')),
                ('is_closed', models.BooleanField(default=False, verbose_name='closed')),
            ],
            options={
                'verbose_name': 'budget year',
                'verbose_name_plural': 'budget years',
                'ordering': ['-year'],
            },
        ),
        migrations.CreateModel(
            name='VocationalField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=3, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
            ],
            options={
                'verbose_name': 'vocational field',
                'verbose_name_plural': 'vocational fields',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Foundation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('tax_number', models.CharField(blank=True, max_length=16, validators=[django.core.validators.RegexValidator('^(\\d{15}|\\d{16})$', 'NPWP has 15 or 16 digits.')], verbose_name='NPWP')),
            ],
            options={
                'verbose_name': 'legal owner',
                'verbose_name_plural': 'legal owners',
                'ordering': ['name', 'id'],
                'indexes': [models.Index(django.db.models.functions.text.Lower(models.Func('name', models.Value('[^0-9A-Za-z]'), models.Value(''), models.Value('g'), function='regexp_replace', output_field=models.CharField())), name='foundation_name_letters')],
            },
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('host_type', models.CharField(blank=True, choices=[('pesantren', 'Pesantren'), ('religious', 'Other religious body'), ('union', "Workers' union"), ('community', 'Community body')], help_text='Empty for everybody. Due dates that are set already keep their day.', max_length=16, verbose_name='holds for')),
            ],
            options={
                'verbose_name': 'holiday',
                'verbose_name_plural': 'holidays',
                'ordering': ['-starts_on', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='holiday_ends_after_start', violation_error_message='The last day is before the first day.'), models.CheckConstraint(condition=models.Q(('ends_on__lte', django.db.models.expressions.CombinedExpression(models.F('starts_on'), '+', models.Value(datetime.timedelta(days=92))))), name='holiday_at_most_three_months', violation_error_message='A holiday lasts three months at most. Check the year.'), models.UniqueConstraint(fields=('starts_on', 'ends_on', 'host_type'), name='holiday_once', violation_error_message='These days are entered already.')],
            },
        ),
        migrations.CreateModel(
            name='Institution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=16, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('host_type', models.CharField(choices=[('pesantren', 'Pesantren'), ('religious', 'Other religious body'), ('union', "Workers' union"), ('community', 'Community body')], max_length=16, verbose_name='host type')),
                ('status', models.CharField(choices=[('proposed', 'Proposed'), ('verified', 'Verified'), ('determined', 'Determined'), ('signed', 'PKB signed'), ('built', 'Built'), ('operational', 'Operational'), ('independent', 'Guidance ended'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('cancelled', 'Cancelled'), ('merged', 'Merged')], default='proposed', max_length=16, verbose_name='status')),
                ('vin', models.CharField(blank=True, max_length=20, validators=[django.core.validators.RegexValidator('^[0-9A-Z.\\-/]{4,20}$', 'VIN holds digits, capitals, dots and dashes.')], verbose_name='VIN')),
                ('nspp', models.CharField(blank=True, max_length=12, validators=[django.core.validators.RegexValidator('^[0-9]{12}$', 'An NSPP has 12 digits.')], verbose_name='NSPP')),
                ('npsn', models.CharField(blank=True, max_length=8, validators=[django.core.validators.RegexValidator('^[0-9A-Z]{8}$', 'An NPSN has 8 digits or capitals.')], verbose_name='NPSN')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='address')),
                ('contact_name', models.CharField(blank=True, max_length=150, verbose_name='contact person')),
                ('contact_phone', models.CharField(blank=True, max_length=20, verbose_name='phone of the contact')),
                ('name_key', models.GeneratedField(db_persist=True, expression=models.Func(models.Func(models.Func(models.F('name'), models.Value('ABCDEFGHIJKLMNOPQRSTUVWXYZàáâãäåçèéêëìíîïñòóôõöùúûüýāēīōūḥṣṭÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝĀĒĪŌŪḤṢṬ'), models.Value('abcdefghijklmnopqrstuvwxyzaaaaaaceeeeiiiinooooouuuuyaeiouhstaaaaaaceeeeiiiinooooouuuuyaeiouhst'), function='translate'), models.Value('[^a-z0-9]+'), models.Value(''), models.Value('g'), function='regexp_replace', output_field=models.CharField()), models.Value('([a-z])\\1+'), models.Value('\\1'), models.Value('g'), function='regexp_replace', output_field=models.CharField()), output_field=models.CharField(max_length=200), verbose_name='name as it is compared')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='recorded at')),
                ('foundation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='institutions', to='institutions.foundation', verbose_name='legal owner')),
                ('merged_into', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to='institutions.institution', verbose_name='merged into')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='institutions.institution', verbose_name='takes the place of')),
                ('programme_year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='institutions', to='institutions.programmeyear', verbose_name='budget year')),
            ],
            options={
                'verbose_name': 'institution',
                'verbose_name_plural': 'institutions',
                'ordering': ['name', 'id'],
                'permissions': [('move_institution', 'May move an institution through its life cycle'), ('import_institution', 'May take in lists of institutions')],
                'constraints': [models.CheckConstraint(condition=models.Q(('replaces', models.F('id')), _negated=True), name='institution_not_its_own_replacement', violation_error_message='An institution cannot take its own place.'), models.CheckConstraint(condition=models.Q(('merged_into', None), ('status', 'merged'), _connector='XOR'), name='institution_merged_names_the_other', violation_error_message='A merged institution names the one that stays.')],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(blank=True, max_length=100, verbose_name='number of the paper')),
                ('dated_on', models.DateField(blank=True, null=True, verbose_name='date of the paper')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('file', models.FileField(storage=institutions.models.document.documents_storage, upload_to=institutions.models.document.random_name, verbose_name='file')),
                ('name', models.CharField(max_length=200, verbose_name='name of the file')),
                ('media_type', models.CharField(blank=True, max_length=40, verbose_name='type of the file')),
                ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('uploaded_at', models.DateTimeField(verbose_name='uploaded at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                ('withdrawn_because', models.CharField(blank=True, max_length=300, verbose_name='reason of withdrawal')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='institutions.documentkind', verbose_name='kind of paper')),
                ('institution', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='institutions.institution', verbose_name='institution')),
            ],
            options={
                'verbose_name': 'paper',
                'verbose_name_plural': 'papers',
                'ordering': ['-uploaded_at', '-id'],
                'indexes': [models.Index(fields=['-uploaded_at', '-id'], name='document_latest'), models.Index(condition=models.Q(('withdrawn_at', None)), fields=['expires_on'], name='document_expiring')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_because', '')), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='document_withdrawal_has_reason', violation_error_message='A withdrawn paper needs its reason.')],
            },
        ),
        migrations.CreateModel(
            name='DistinctPair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('decided_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='decided at')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.institution', verbose_name='institution')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.institution', verbose_name='other institution')),
            ],
            options={
                'verbose_name': 'pair told apart',
                'verbose_name_plural': 'pairs told apart',
                'ordering': ['-decided_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='distinctpair_in_order', violation_error_message='A pair is kept once, the older institution first.'), models.UniqueConstraint(fields=('first', 'second'), name='distinctpair_once', violation_error_message='This pair has been told apart already.')],
            },
        ),
        migrations.CreateModel(
            name='Contribution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('mentors', 'Mentors'), ('finance', 'Finance'), ('market', 'Market'), ('csr_cohorts', 'CSR cohorts'), ('equipment', 'Equipment'), ('other', 'Other')], max_length=12, verbose_name='kind')),
                ('given_on', models.DateField(verbose_name='date')),
                ('quantity', models.BigIntegerField(blank=True, help_text='Mentors in persons, finance in whole rupiah, market in buyers, CSR in cohorts, equipment in pieces. Empty where it is not known.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='quantity')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='recorded at')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='accounts.partner', verbose_name='partner')),
                ('recorded_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='institutions.institution', verbose_name='institution')),
            ],
            options={
                'verbose_name': 'contribution',
                'verbose_name_plural': 'contributions',
                'ordering': ['-given_on', '-id'],
                'indexes': [models.Index(fields=['partner', 'kind'], name='contribution_partner_kind')],
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity', None), ('quantity__gte', 1), _connector='OR'), name='contribution_quantity_is_positive', violation_error_message='Write a quantity of at least 1, or leave it empty.'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'other'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='contribution_other_is_explained', violation_error_message='Say in the note what the partner brought.')],
            },
        ),
        migrations.CreateModel(
            name='ChangeProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(choices=[('name', 'Name of the institution'), ('address', 'Address'), ('contact_name', 'Contact person'), ('contact_phone', 'Phone of the contact')], max_length=16, verbose_name='what is to change')),
                ('old_value', models.CharField(blank=True, max_length=300, verbose_name='value when proposed')),
                ('new_value', models.CharField(max_length=300, verbose_name='proposed value')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('proposed_at', models.DateTimeField(verbose_name='proposed at')),
                ('state', models.CharField(choices=[('open', 'Awaiting a decision'), ('accepted', 'Accepted'), ('refused', 'Refused'), ('withdrawn', 'Taken back')], default='open', max_length=10, verbose_name='state')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note on the decision')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='institutions.institution', verbose_name='institution')),
            ],
            options={
                'verbose_name': 'proposed change',
                'verbose_name_plural': 'proposed changes',
                'ordering': ['-proposed_at', '-id'],
                'permissions': [('decide_changeproposal', 'May accept or refuse proposed changes')],
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['proposed_at', 'id'], name='changeproposal_waiting')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('institution', 'field'), name='changeproposal_one_open_of_a_field', violation_error_message='A change of this is already awaiting a decision.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='changeproposal_decision_is_signed', violation_error_message='A decision names who took it and when.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='changeproposal_refusal_says_why', violation_error_message='A refusal says why.'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'refused']), _negated=True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='changeproposal_decided_by_another', violation_error_message='Nobody decides what they proposed themselves.'), models.CheckConstraint(condition=models.Q(('new_value', models.F('old_value')), _negated=True), name='changeproposal_changes_something', violation_error_message='The proposed value is the one of the register.')],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('stalled', 'Stalled'), ('inactive', 'Inactive'), ('legal', 'Legal case'), ('money_back', 'Money to be returned')], max_length=16, verbose_name='kind of case')),
                ('opened_on', models.DateField(verbose_name='opened on')),
                ('opened_at', models.DateTimeField(verbose_name='recorded at')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('grace_until', models.DateField(blank=True, null=True, verbose_name='grace until')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closing recorded at')),
                ('outcome', models.CharField(blank=True, max_length=300, verbose_name='outcome')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='opened by')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='institutions.institution', verbose_name='institution')),
            ],
            options={
                'verbose_name': 'case',
                'verbose_name_plural': 'cases',
                'ordering': ['-opened_on', '-id'],
                'indexes': [models.Index(condition=models.Q(('closed_on', None)), fields=['kind', 'institution'], name='case_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_on', None)), fields=('institution', 'kind'), name='case_one_open_of_a_kind', violation_error_message='A case of this kind is already open.'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('closed_on', None), ('outcome', '')), models.Q(('closed_on__gte', models.F('opened_on')), ('closed_on__isnull', False), ('closed_at__isnull', False), ('closed_by__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='case_closed_whole', violation_error_message='A closed case names its day, not before it was opened, who closed it and the outcome.'), models.CheckConstraint(condition=models.Q(('grace_until', None), models.Q(('grace_until__gt', models.F('opened_on')), ('kind', 'inactive')), _connector='OR'), name='case_grace_of_inactive', violation_error_message='Only an inactive institution has a period of grace, after its first day.')],
            },
        ),
        migrations.CreateModel(
            name='InstitutionTransition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=16, verbose_name='verb')),
                ('from_status', models.CharField(choices=[('proposed', 'Proposed'), ('verified', 'Verified'), ('determined', 'Determined'), ('signed', 'PKB signed'), ('built', 'Built'), ('operational', 'Operational'), ('independent', 'Guidance ended'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('cancelled', 'Cancelled'), ('merged', 'Merged')], max_length=16, verbose_name='from')),
                ('to_status', models.CharField(choices=[('proposed', 'Proposed'), ('verified', 'Verified'), ('determined', 'Determined'), ('signed', 'PKB signed'), ('built', 'Built'), ('operational', 'Operational'), ('independent', 'Guidance ended'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('cancelled', 'Cancelled'), ('merged', 'Merged')], max_length=16, verbose_name='to')),
                ('happened_on', models.DateField(verbose_name='date')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                ('withdrawn_because', models.CharField(blank=True, max_length=300, verbose_name='reason of withdrawal')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='institutions.institution', verbose_name='institution')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by')),
            ],
            options={
                'verbose_name': 'status change',
                'verbose_name_plural': 'status changes',
                'ordering': ['-recorded_at', '-id'],
                'indexes': [models.Index(fields=['institution', '-recorded_at', '-id'], name='transition_latest_first')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_because', ''), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='transition_withdrawal_has_reason', violation_error_message='A step is undone by somebody and with a reason.')],
            },
        ),
        migrations.CreateModel(
            name='ListExport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.SlugField(max_length=30, verbose_name='list')),
                ('form', models.CharField(max_length=4, verbose_name='form')),
                ('query', models.CharField(blank=True, max_length=2000, verbose_name='filters')),
                ('language', models.CharField(max_length=5, verbose_name='language')),
                ('state', models.CharField(choices=[('waiting', 'Being written'), ('ready', 'Ready'), ('failed', 'Failed'), ('swept', 'Removed')], default='waiting', max_length=8, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
                ('ready_at', models.DateTimeField(blank=True, null=True, verbose_name='ready at')),
                ('total', models.PositiveIntegerField(blank=True, null=True, verbose_name='rows')),
                ('refusal_message', models.CharField(blank=True, max_length=300, verbose_name='what was wrong')),
                ('file', models.FileField(blank=True, storage=institutions.models.document.documents_storage, upload_to=institutions.models.list_export.export_path, verbose_name='file')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
            ],
            options={
                'verbose_name': 'list to take away',
                'verbose_name_plural': 'lists to take away',
                'ordering': ['-asked_at', '-id'],
                'indexes': [models.Index(fields=['asked_at'], name='listexport_asked')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='institutions.institution', verbose_name='institution')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'ordering': ['institution_id', 'id'],
                'constraints': [models.UniqueConstraint(fields=('user', 'institution'), name='membership_unique', violation_error_message='This person already belongs to the institution.')],
            },
        ),
        migrations.CreateModel(
            name='Partnership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=100, verbose_name='number of the agreement')),
                ('starts_on', models.DateField(verbose_name='in force from')),
                ('ends_on', models.DateField(blank=True, help_text='Empty: without an end.', null=True, verbose_name='in force until')),
                ('purpose', models.CharField(max_length=300, verbose_name='purpose')),
                ('institution', models.ForeignKey(blank=True, help_text='Empty: an agreement with the ministry itself.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='partnerships', to='institutions.institution', verbose_name='institution')),
                ('paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.document', verbose_name='paper')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='partnerships', to='accounts.partner', verbose_name='partner')),
            ],
            options={
                'verbose_name': 'agreement',
                'verbose_name_plural': 'agreements',
                'ordering': ['-starts_on', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='partnership_dates_in_order', violation_error_message='The agreement ends before it begins.'), models.UniqueConstraint(fields=('partner', 'number'), name='partnership_unique_number', violation_error_message='This partner already has an agreement of this number.')],
            },
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('file_check', 'Papers of the proposal verified'), ('field_check', 'Site verified on the spot'), ('pkb', 'PKB signed'), ('progress', 'Progress of the building'), ('built', 'Building handed over (BAST)'), ('equipment', 'Equipment received (BAST)'), ('instructors', 'Instructors ready'), ('vin', 'VIN issued'), ('licence', 'LPK licence'), ('operational', 'Training has begun'), ('inauguration', 'Inaugurated'), ('accreditation', 'Accredited')], max_length=16, verbose_name='kind')),
                ('happened_on', models.DateField(verbose_name='date')),
                ('document_number', models.CharField(blank=True, max_length=100, verbose_name='document number')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('percent', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='progress in percent')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                ('withdrawn_because', models.CharField(blank=True, max_length=300, verbose_name='reason of withdrawal')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.document', verbose_name='paper')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='milestones', to='institutions.institution', verbose_name='institution')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by')),
                ('programme_year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='milestones', to='institutions.programmeyear', verbose_name='budget year')),
            ],
            options={
                'verbose_name': 'milestone',
                'verbose_name_plural': 'milestones',
                'ordering': ['happened_on', 'id'],
                'indexes': [models.Index(condition=models.Q(('withdrawn_at', None)), fields=['programme_year', 'kind'], name='milestone_standing'), models.Index(django.db.models.functions.text.Upper(models.Func('document_number', models.Value('[^0-9A-Za-z]'), models.Value(''), models.Value('g'), function='regexp_replace', output_field=models.CharField())), condition=models.Q(('kind', 'pkb'), ('withdrawn_at', None)), name='milestone_pkb_number')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None), models.Q(('kind__in', ['progress', 'licence', 'accreditation']), _negated=True)), fields=('institution', 'kind'), name='milestone_one_standing_of_a_kind', violation_error_message='This milestone is already recorded.'), models.UniqueConstraint(condition=models.Q(('kind__in', ['progress', 'licence', 'accreditation']), ('withdrawn_at', None)), fields=('institution', 'kind', 'happened_on'), name='milestone_one_standing_a_day', violation_error_message='This is already recorded for that day.'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_because', '')), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='milestone_withdrawal_has_reason', violation_error_message='A withdrawn milestone needs its reason.'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'pkb'), _negated=True), models.Q(('document_number', ''), _negated=True), _connector='OR'), name='milestone_pkb_has_number', violation_error_message='A PKB needs its number.'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'progress'), ('percent__isnull', False), ('percent__lte', 100)), models.Q(models.Q(('kind', 'progress'), _negated=True), ('percent', None)), _connector='OR'), name='milestone_progress_has_percent', violation_error_message='Progress of the building is written in percent, 0 to 100; nothing else is.'), models.CheckConstraint(condition=models.Q(('expires_on', None), models.Q(('expires_on__gt', models.F('happened_on')), ('kind__in', ['licence', 'accreditation'])), _connector='OR'), name='milestone_expiry_after_date', violation_error_message='Only a licence and an accreditation end, and on a day after they were given.')],
            },
        ),
        migrations.CreateModel(
            name='DocumentRequirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status_from', models.CharField(choices=[('proposed', 'Proposed'), ('verified', 'Verified'), ('determined', 'Determined'), ('signed', 'PKB signed'), ('built', 'Built'), ('operational', 'Operational'), ('independent', 'Guidance ended')], max_length=16, verbose_name='asked from the status')),
                ('is_required', models.BooleanField(default=True, help_text='Untick where the paper is not asked at all.', verbose_name='asked')),
                ('source', models.CharField(blank=True, help_text='The guideline that asks for it. Empty: a proposal, not confirmed yet.', max_length=200, verbose_name='source')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requirements', to='institutions.documentkind', verbose_name='kind of paper')),
                ('programme_year', models.ForeignKey(blank=True, help_text='Empty: for all years without a row of their own.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.programmeyear', verbose_name='budget year')),
            ],
            options={
                'verbose_name': 'required paper',
                'verbose_name_plural': 'required papers',
                'ordering': ['kind__name', 'programme_year', 'id'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'programme_year'), name='documentrequirement_one_each_kind_and_year', nulls_distinct=False, violation_error_message='This kind of paper has its row for that year already.')],
            },
        ),
        migrations.CreateModel(
            name='Disbursement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('building', 'Building'), ('equipment', 'Equipment'), ('operations', 'Operations'), ('training', 'Training')], max_length=16, verbose_name='purpose')),
                ('tranche', models.PositiveSmallIntegerField(verbose_name='tranche')),
                ('amount', models.BigIntegerField(verbose_name='amount in rupiah')),
                ('sp2d_number', models.CharField(max_length=60, verbose_name='SP2D number')),
                ('sp2d_on', models.DateField(verbose_name='SP2D date')),
                ('lpj_due_on', models.DateField(verbose_name='LPJ due on')),
                ('accounted', models.BigIntegerField(default=0, verbose_name='accounted for')),
                ('returned', models.BigIntegerField(default=0, verbose_name='returned')),
                ('filed_on', models.DateField(blank=True, null=True, verbose_name='LPJ filed on')),
                ('accepted_on', models.DateField(blank=True, null=True, verbose_name='LPJ accepted on')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                ('withdrawn_because', models.CharField(blank=True, max_length=300, verbose_name='reason of withdrawal')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disbursements', to='institutions.institution', verbose_name='institution')),
                ('programme_year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.programmeyear', verbose_name='budget year')),
            ],
            options={
                'verbose_name': 'tranche',
                'verbose_name_plural': 'tranches',
                'ordering': ['sp2d_on', 'id'],
                'permissions': [('file_lpj', 'May file the accountability report of a tranche')],
                'indexes': [models.Index(fields=['lpj_due_on', 'id'], name='disbursement_due_order')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('institution', 'programme_year', 'purpose', 'tranche'), name='disbursement_one_of_a_tranche', violation_error_message='This tranche is already recorded.'), models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('tranche__gt', 0)), name='disbursement_positive', violation_error_message='A tranche has a number from 1 and an amount above 0.'), models.CheckConstraint(condition=models.Q(('accounted__gte', 0), ('amount__gte', django.db.models.expressions.CombinedExpression(models.F('accounted'), '+', models.F('returned'))), ('returned__gte', 0)), name='disbursement_within_amount', violation_error_message='What is accounted for and returned cannot be more than what was paid.'), models.CheckConstraint(condition=models.Q(('accepted_on', None), models.Q(('accepted_on__gte', models.F('filed_on')), ('amount', django.db.models.expressions.CombinedExpression(models.F('accounted'), '+', models.F('returned'))), ('filed_on__isnull', False)), _connector='OR'), name='disbursement_accepted_whole', violation_error_message='An LPJ is accepted only when all money is accounted for or returned, and not before it was filed.'), models.CheckConstraint(condition=models.Q(models.Q(('accounted', 0), ('filed_on', None)), models.Q(('accounted__gt', 0), ('filed_on__gte', models.F('sp2d_on')), ('filed_on__isnull', False)), _connector='OR'), name='disbursement_filed_whole', violation_error_message='A filed LPJ has its amount, and a date not before the SP2D.'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_because', '')), models.Q(('accounted', 0), ('returned', 0), ('withdrawn_at__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='disbursement_withdrawn_untouched', violation_error_message='Only a tranche without any account is withdrawn, and with its reason.')],
            },
        ),
        migrations.CreateModel(
            name='AssessmentCriterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, verbose_name='code')),
                ('text', models.CharField(help_text='In Indonesian, as the assessor reads it.', max_length=300, verbose_name='text')),
                ('maturity', models.CharField(choices=[('tumbuh', 'Growing'), ('berkembang', 'Developing'), ('mandiri', 'Independent')], max_length=12, verbose_name='class')),
                ('is_required', models.BooleanField(default=True, help_text='The class is not reached without it.', verbose_name='required')),
                ('is_confirmed', models.BooleanField(default=False, help_text='Named by a published source; otherwise a proposal that may be mended.', verbose_name='confirmed')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('programme_year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessment_criteria', to='institutions.programmeyear', verbose_name='budget year')),
            ],
            options={
                'verbose_name': 'assessment criterion',
                'verbose_name_plural': 'assessment criteria',
                'ordering': ['-programme_year__year', 'position', 'code'],
                'constraints': [models.UniqueConstraint(fields=('programme_year', 'code'), name='assessmentcriterion_unique', violation_error_message='This budget year already has a criterion of this code.'), models.CheckConstraint(condition=models.Q(('maturity__in', ('tumbuh', 'berkembang', 'mandiri'))), name='assessmentcriterion_class_known', violation_error_message='Choose the class that the criterion belongs to.')],
            },
        ),
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('assessed_on', models.DateField(verbose_name='date of the assessment')),
                ('co_assessor', models.CharField(blank=True, max_length=150, verbose_name='co-assessor')),
                ('maturity', models.CharField(blank=True, choices=[('baru', 'New'), ('tumbuh', 'Growing'), ('berkembang', 'Developing'), ('mandiri', 'Independent')], editable=False, max_length=12, verbose_name='class')),
                ('note', models.CharField(blank=True, max_length=1000, verbose_name='note')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('finalised_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='final since')),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn at')),
                ('withdrawn_because', models.CharField(blank=True, max_length=300, verbose_name='reason of withdrawal')),
                ('assessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assessor')),
                ('withdrawn_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by')),
                ('paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.document', verbose_name='paper')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='institutions.institution', verbose_name='institution')),
                ('programme_year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='institutions.programmeyear', verbose_name='criteria of')),
            ],
            options={
                'verbose_name': 'assessment',
                'verbose_name_plural': 'assessments',
                'ordering': ['-assessed_on', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('finalised_at', None), ('maturity', '')), models.Q(('finalised_at__isnull', False), ('maturity__in', ['baru', 'tumbuh', 'berkembang', 'mandiri'])), _connector='OR'), name='assessment_final_has_class', violation_error_message='A final assessment has a class, a draft has none.'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_because', ''), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), ('finalised_at__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='assessment_withdrawal_has_reason', violation_error_message='Only a final assessment is withdrawn, by somebody and with a reason.'), models.UniqueConstraint(condition=models.Q(('finalised_at', None)), fields=('institution',), name='assessment_one_draft', violation_error_message='This institution already has a draft.'), models.UniqueConstraint(condition=models.Q(('finalised_at__isnull', False), ('withdrawn_at', None)), fields=('institution', 'assessed_on'), name='assessment_one_standing_a_day', violation_error_message='This day already has a standing assessment.')],
            },
        ),
        migrations.CreateModel(
            name='Province',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=2, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('label', models.CharField(max_length=8, verbose_name='short label')),
                ('time_zone', models.CharField(choices=[('Asia/Jakarta', 'WIB'), ('Asia/Makassar', 'WITA'), ('Asia/Jayapura', 'WIT')], max_length=20, verbose_name='time zone')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                ('map_column', models.PositiveSmallIntegerField(verbose_name='map column')),
                ('map_row', models.PositiveSmallIntegerField(verbose_name='map row')),
                ('split_from', models.ForeignKey(blank=True, help_text='Figures of budget years up to its law were reported under that province.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='split_off', to='institutions.province', verbose_name='made out of')),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='institutions.province', verbose_name='successor')),
            ],
            options={
                'verbose_name': 'province',
                'verbose_name_plural': 'provinces',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Regency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=4, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                ('former_code', models.CharField(blank=True, max_length=4, verbose_name='former code')),
                ('former_province', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.province', verbose_name='former province')),
                ('province', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='regencies', to='institutions.province', verbose_name='province')),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='institutions.regency', verbose_name='successor')),
            ],
            options={
                'verbose_name': 'regency or city',
                'verbose_name_plural': 'regencies and cities',
                'ordering': ['code'],
            },
        ),
        migrations.AddField(
            model_name='institution',
            name='regency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='institutions', to='institutions.regency', verbose_name='regency or city'),
        ),
        migrations.CreateModel(
            name='RegisterImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(storage=institutions.models.document.documents_storage, upload_to=institutions.models.register_import.import_path, verbose_name='file')),
                ('name', models.CharField(max_length=200, verbose_name='name of the file')),
                ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('uploaded_at', models.DateTimeField(verbose_name='uploaded at')),
                ('state', models.CharField(choices=[('waiting', 'Waiting for the check'), ('checked', 'Checked'), ('applying', 'Being applied'), ('done', 'Applied'), ('failed', 'Failed')], default='waiting', max_length=8, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('total', models.PositiveIntegerField(blank=True, null=True, verbose_name='rows')),
                ('known_until', models.PositiveBigIntegerField(default=0, editable=False)),
                ('notes', models.JSONField(default=list, verbose_name='notes')),
                ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='checked at')),
                ('applied_at', models.DateTimeField(blank=True, null=True, verbose_name='applied at')),
                ('refusal_code', models.CharField(blank=True, max_length=40, verbose_name='reason of failure')),
                ('refusal_message', models.CharField(blank=True, max_length=300, verbose_name='what was wrong')),
                ('refusal_cure', models.CharField(blank=True, max_length=300, verbose_name='how to mend it')),
                ('swept_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='file and rows removed at')),
                ('swept_counts', models.JSONField(default=dict, editable=False)),
                ('applied_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='applied by')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'import of the register',
                'verbose_name_plural': 'imports of the register',
                'ordering': ['-uploaded_at', '-id'],
                'indexes': [models.Index(condition=models.Q(('state__in', ('waiting', 'applying'))), fields=['id'], name='registerimport_owed')],
            },
        ),
        migrations.CreateModel(
            name='RegisterImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='row')),
                ('outcome', models.CharField(choices=[('created', 'New'), ('changed', 'Changed'), ('unchanged', 'Unchanged'), ('refused', 'Refused'), ('undecided', 'To be decided')], max_length=9, verbose_name='outcome')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('cells', models.JSONField(default=dict, verbose_name='cells')),
                ('values', models.JSONField(default=dict, verbose_name='values')),
                ('changes', models.JSONField(default=dict, verbose_name='changes')),
                ('faults', models.JSONField(default=list, verbose_name='faults')),
                ('warnings', models.JSONField(default=list, verbose_name='warnings')),
                ('candidates', models.JSONField(default=list, verbose_name='similar institutions')),
                ('basis', models.CharField(blank=True, editable=False, max_length=64)),
                ('settled', models.CharField(blank=True, choices=[('applied', 'Applied')], max_length=8, verbose_name='settled')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided at')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('institution', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.institution', verbose_name='institution')),
                ('register_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='institutions.registerimport', verbose_name='import')),
            ],
            options={
                'verbose_name': 'row of an import',
                'verbose_name_plural': 'rows of imports',
                'ordering': ['register_import_id', 'number'],
                'indexes': [models.Index(fields=['register_import', 'outcome', 'settled', 'number'], name='registerimportrow_outcome'), models.Index(condition=models.Q(('institution__isnull', False)), fields=['digest'], name='registerimportrow_digest')],
                'constraints': [models.UniqueConstraint(fields=('register_import', 'number'), name='registerimportrow_once')],
            },
        ),
        migrations.CreateModel(
            name='TrainingOffice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('kind', models.CharField(choices=[('bbpvp', 'BBPVP'), ('bpvp', 'BPVP'), ('satpel', 'Satpel')], max_length=8, verbose_name='kind')),
                ('phone', models.CharField(blank=True, help_text='Operators see it on their pages.', max_length=30, validators=[django.core.validators.RegexValidator('^[+(]?[0-9][0-9 ()./-]{2,28}$', 'Write digits, spaces and dashes, for example 0812 3456 7890.')], verbose_name='phone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='institutions.trainingoffice', verbose_name='parent office')),
            ],
            options={
                'verbose_name': 'training office (UPTP)',
                'verbose_name_plural': 'training offices (UPTP)',
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='regency',
            name='office',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='regencies', to='institutions.trainingoffice', verbose_name='guided by'),
        ),
        migrations.AddField(
            model_name='institution',
            name='office',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='institutions', to='institutions.trainingoffice', verbose_name='guided by'),
        ),
        migrations.CreateModel(
            name='AreaAssignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='area_assignments', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('province', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.province', verbose_name='province')),
                ('regency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.regency', verbose_name='regency or city')),
                ('office', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.trainingoffice', verbose_name='training office (UPTP)')),
            ],
            options={
                'verbose_name': 'area assignment',
                'verbose_name_plural': 'area assignments',
                'ordering': ['user_id', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('office__isnull', False), ('province__isnull', True), ('regency__isnull', True)), models.Q(('office__isnull', True), ('province__isnull', False), ('regency__isnull', True)), models.Q(('office__isnull', True), ('province__isnull', True), ('regency__isnull', False)), _connector='OR'), name='areaassignment_exactly_one_area', violation_error_message='Choose exactly one: an office, a province or a regency.'), models.UniqueConstraint(fields=('user', 'office', 'province', 'regency'), name='areaassignment_unique', nulls_distinct=False, violation_error_message='This person already has this area.')],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visited_on', models.DateField(verbose_name='date of the visit')),
                ('others', models.CharField(blank=True, max_length=200, verbose_name='others present')),
                ('kind', models.CharField(choices=[('monitoring', 'Monitoring'), ('supervision', 'Supervision'), ('complaint', 'After a complaint')], max_length=12, verbose_name='kind')),
                ('findings', models.TextField(max_length=3000, verbose_name='findings')),
                ('follow_up', models.CharField(blank=True, max_length=500, verbose_name='follow-up')),
                ('follow_up_due_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                ('reported_on', models.DateField(blank=True, null=True, verbose_name='reported as done on')),
                ('report_note', models.CharField(blank=True, max_length=500, verbose_name='what was done')),
                ('followed_up_on', models.DateField(blank=True, null=True, verbose_name='confirmed on')),
                ('follow_up_note', models.CharField(blank=True, max_length=500, verbose_name='note on the follow-up')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='recorded at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                ('withdrawn_because', models.CharField(blank=True, max_length=300, verbose_name='reason of withdrawal')),
                ('followed_up_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='institutions.institution', verbose_name='institution')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='officer')),
                ('paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.document', verbose_name='paper')),
                ('reported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reported by')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by')),
            ],
            options={
                'verbose_name': 'visit',
                'verbose_name_plural': 'visits',
                'ordering': ['-visited_on', '-id'],
                'indexes': [models.Index(condition=models.Q(('follow_up_due_on__isnull', False), ('followed_up_on', None), ('withdrawn_at', None)), fields=['follow_up_due_on'], name='visit_open_follow_ups')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('follow_up', ''), ('follow_up_due_on', None)), models.Q(models.Q(('follow_up', ''), _negated=True), ('follow_up_due_on__isnull', False)), _connector='OR'), name='visit_follow_up_has_due_date', violation_error_message='A follow-up needs its due date, and a due date its task.'), models.CheckConstraint(condition=models.Q(('follow_up_due_on', None), ('follow_up_due_on__gte', models.F('visited_on')), _connector='OR'), name='visit_follow_up_after_visit', violation_error_message='The due date lies before the visit.'), models.CheckConstraint(condition=models.Q(models.Q(('report_note', ''), ('reported_by', None), ('reported_on', None)), models.Q(('reported_by__isnull', False), ('reported_on__isnull', False), models.Q(('report_note', ''), _negated=True), models.Q(('follow_up', ''), _negated=True)), _connector='OR'), name='visit_report_is_whole', violation_error_message='Say what was done, for a follow-up that was agreed.'), models.CheckConstraint(condition=models.Q(models.Q(('follow_up_note', ''), ('followed_up_by', None), ('followed_up_on', None)), models.Q(('followed_up_by__isnull', False), ('followed_up_on__isnull', False), models.Q(('follow_up', ''), _negated=True)), _connector='OR'), name='visit_confirmation_is_whole', violation_error_message='Only a follow-up that was agreed is confirmed.'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_because', ''), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='visit_withdrawal_has_reason', violation_error_message='A withdrawn visit needs its reason.')],
            },
        ),
        migrations.AddField(
            model_name='institution',
            name='field',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='institutions', to='institutions.vocationalfield', verbose_name='vocational field'),
        ),
        migrations.CreateModel(
            name='FieldAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('spelling', models.CharField(max_length=80, verbose_name='spelling')),
                ('key', models.CharField(editable=False, max_length=80, unique=True)),
                ('field', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='institutions.vocationalfield', verbose_name='vocational field')),
            ],
            options={
                'verbose_name': 'spelling',
                'verbose_name_plural': 'spellings',
                'ordering': ['spelling'],
            },
        ),
        migrations.CreateModel(
            name='AreaDelegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='made at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('delegate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations_received', to=settings.AUTH_USER_MODEL, verbose_name='stands in')),
                ('delegator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations_given', to=settings.AUTH_USER_MODEL, verbose_name='reviewer who is away')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
            ],
            options={
                'verbose_name': 'delegation of an area',
                'verbose_name_plural': 'delegations of areas',
                'ordering': ['-starts_on', '-id'],
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['delegate', 'ends_on'], name='areadelegation_standing')],
                'constraints': [models.CheckConstraint(condition=models.Q(('delegator', models.F('delegate')), _negated=True), name='areadelegation_to_another', violation_error_message='Nobody stands in for themselves.'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='areadelegation_ends_after_start', violation_error_message='The last day lies before the first.'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='areadelegation_end_has_person', violation_error_message='An early end names who ended it.')],
            },
        ),
        migrations.CreateModel(
            name='DisbursementStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(choices=[('filed', 'LPJ filed'), ('sent_back', 'LPJ sent back'), ('accepted', 'LPJ accepted'), ('returned', 'Money returned')], max_length=16, verbose_name='step')),
                ('happened_on', models.DateField(verbose_name='date')),
                ('amount', models.BigIntegerField(verbose_name='amount in rupiah')),
                ('number', models.CharField(blank=True, max_length=100, verbose_name='number of the paper')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('disbursement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='institutions.disbursement', verbose_name='tranche')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.document', verbose_name='paper')),
            ],
            options={
                'verbose_name': 'step of a tranche',
                'verbose_name_plural': 'steps of tranches',
                'ordering': ['-recorded_at', '-id'],
                'indexes': [models.Index(fields=['disbursement', '-recorded_at', '-id'], name='disbursement_step_latest')],
            },
        ),
        migrations.CreateModel(
            name='AssessmentAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_met', models.BooleanField(null=True, verbose_name='met')),
                ('evidence', models.CharField(blank=True, max_length=500, verbose_name='evidence')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='institutions.assessment', verbose_name='assessment')),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='institutions.assessmentcriterion', verbose_name='criterion')),
                ('paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.document', verbose_name='paper')),
            ],
            options={
                'verbose_name': 'answer of an assessment',
                'verbose_name_plural': 'answers of an assessment',
                'ordering': ['criterion__position', 'criterion__code'],
                'constraints': [models.UniqueConstraint(fields=('assessment', 'criterion'), name='assessmentanswer_unique', violation_error_message='This criterion is answered already.'), models.CheckConstraint(condition=models.Q(models.Q(('is_met', True), _negated=True), models.Q(('evidence', ''), _negated=True), ('paper__isnull', False), _connector='OR'), name='assessmentanswer_met_has_evidence', violation_error_message='A criterion that is met needs its evidence.')],
            },
        ),
        migrations.AddIndex(
            model_name='institution',
            index=models.Index(fields=['status', 'programme_year'], name='institution_status_year'),
        ),
        migrations.AddIndex(
            model_name='institution',
            index=models.Index(fields=['name', 'id'], name='institution_name_order'),
        ),
        migrations.AddIndex(
            model_name='institution',
            index=models.Index(condition=models.Q(('nspp', ''), _negated=True), fields=['nspp'], name='institution_nspp'),
        ),
        migrations.AddIndex(
            model_name='institution',
            index=models.Index(condition=models.Q(('npsn', ''), _negated=True), fields=['npsn'], name='institution_npsn'),
        ),
        migrations.AddConstraint(
            model_name='institution',
            constraint=models.UniqueConstraint(condition=models.Q(('vin', ''), _negated=True), fields=('vin',), name='institution_unique_vin', violation_error_message='Another institution already has this VIN.'),
        ),
        migrations.RunSQL(
            KEEP_HISTORY + kept(KEPT), let_go(KEPT) + "DROP FUNCTION institutions_keep_history()"
        ),
        migrations.RunSQL(NUMBER_BEGINS, "DROP INDEX document_number_begins"),
        migrations.RunSQL(LIKELY_DUPLICATES, "DROP VIEW institutions_likelyduplicate"),
    ]
