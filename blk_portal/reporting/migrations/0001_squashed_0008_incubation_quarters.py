import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('reporting', '0001_initial'),
        ('reporting', '0002_obligation_kinds'),
        ('reporting', '0003_outstanding'),
        ('reporting', '0004_due_order'),
        ('reporting', '0005_cohort_report_kinds'),
        ('reporting', '0006_ledger'),
        ('reporting', '0007_incubator_news'),
        ('reporting', '0008_incubation_quarters'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0004_mail_wish'),
        ('institutions', '0001_squashed_0018_papers_with_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='Obligation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('cohort_opening', 'Opening report of a cohort'), ('cohort_closing', 'Closing report of a cohort'), ('cohort_certification', 'Certification report of a cohort'), ('cohort_placement_3', 'Placement report of a cohort, 3 months'), ('cohort_placement_6', 'Placement report of a cohort, 6 months'), ('training_period', 'Trainings of a reporting period'), ('incubation_quarter', 'Quarterly report of an incubator')], max_length=32, verbose_name='kind')),
                ('subject', models.CharField(max_length=64, verbose_name='subject')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('original_due_on', models.DateField(blank=True, null=True, verbose_name='first due date')),
                ('state', models.CharField(choices=[('expected', 'Not reported yet'), ('reported', 'Reported'), ('confirmed_zero', 'Confirmed: nothing to report'), ('not_expected', 'Not expected')], default='expected', max_length=16, verbose_name='state')),
                ('reported_on', models.DateField(blank=True, null=True, verbose_name='handed in on')),
                ('period_from', models.DateField(blank=True, null=True, verbose_name='period from')),
                ('period_to', models.DateField(blank=True, null=True, verbose_name='period to')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='obligations', to='institutions.institution', verbose_name='institution')),
                ('programme_year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.programmeyear', verbose_name='budget year')),
            ],
            options={
                'verbose_name': 'reporting obligation',
                'verbose_name_plural': 'reporting obligations',
                'ordering': ['due_on', 'id'],
                'permissions': [('manage_obligation', 'May extend due dates and excuse institutions')],
                'indexes': [models.Index(fields=['due_on', 'id'], name='obligation_due_order'), models.Index(fields=['institution', 'state'], name='obligation_institution'), models.Index(condition=models.Q(('state', 'expected')), fields=['due_on', 'id'], name='obligation_outstanding')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'subject'), name='obligation_unique_subject'), models.CheckConstraint(condition=models.Q(('original_due_on', None), ('original_due_on__lt', models.F('due_on')), _connector='OR'), name='obligation_extended_to_later', violation_error_message='An extended due date lies after the first one.'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('training_period', 'incubation_quarter')), ('period_from__lte', models.F('period_to'))), models.Q(models.Q(('kind__in', ('training_period', 'incubation_quarter')), _negated=True), ('period_from', None), ('period_to', None)), _connector='OR'), name='obligation_period_has_its_days', violation_error_message='A reporting period has a first and a last day.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed_zero'), _negated=True), ('kind__in', ('training_period', 'incubation_quarter')), _connector='OR'), name='obligation_zero_of_a_period', violation_error_message='Only of a reporting period a zero is confirmed.')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'To be mailed'), ('sent', 'Mailed'), ('silent', 'Not mailed: no longer needed, no address, or not wanted'), ('stopped', 'Could not be mailed')], default='waiting', max_length=8, verbose_name='mail')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_attempt_at', models.DateTimeField(verbose_name='next attempt at')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='mailed at')),
                ('last_error', models.CharField(blank=True, max_length=200, verbose_name='last error')),
                ('kind', models.CharField(choices=[('report_returned', 'Report returned'), ('report_verified', 'Report verified'), ('report_reopened', 'Report reopened'), ('extended', 'Due date extended'), ('excused', 'Report not expected'), ('expected_again', 'Report expected again'), ('zero_overtaken', 'Confirmed zero withdrawn'), ('reminder', 'Reminder'), ('evidence_ends', 'Evidence ends soon'), ('evidence_refused', 'Evidence refused'), ('standing_lapsed', 'Standing lapsed')], max_length=20, verbose_name='kind')),
                ('created_at', models.DateTimeField(verbose_name='written at')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read at')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.institution', verbose_name='institution')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
                ('obligation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='reporting.obligation', verbose_name='obligation')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['-created_at', '-id'],
                'permissions': [('resend_notice', 'May have a notice mailed again')],
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['next_attempt_at', 'id'], name='notice_outbox'), models.Index(fields=['-created_at', '-id'], name='notice_latest_first'), models.Index(condition=models.Q(('read_at', None)), fields=['recipient', '-created_at'], name='notice_unread')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('reminder', 'evidence_ends', 'evidence_refused', 'standing_lapsed')), ('obligation', None)), models.Q(models.Q(('kind__in', ('reminder', 'evidence_ends', 'evidence_refused', 'standing_lapsed')), _negated=True), ('obligation__isnull', False)), _connector='OR'), name='notice_about_one_obligation', violation_error_message='News of a report names the report, other news none.'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at', None)), _connector='OR'), name='notice_sent_has_moment', violation_error_message='A mailed notice says when.')],
            },
        ),
        migrations.CreateModel(
            name='ObligationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(choices=[('reported', 'Reported'), ('withdrawn', 'Report withdrawn'), ('returned', 'Report returned'), ('reopened', 'Report reopened'), ('zero_confirmed', 'Confirmed: nothing to report'), ('zero_undone', 'Confirmation taken back'), ('zero_overtaken', 'Zero withdrawn: a training is there'), ('excused', 'Not expected'), ('expected_again', 'Expected again'), ('extended', 'Due date extended')], max_length=16, verbose_name='verb')),
                ('from_state', models.CharField(choices=[('expected', 'Not reported yet'), ('reported', 'Reported'), ('confirmed_zero', 'Confirmed: nothing to report'), ('not_expected', 'Not expected')], max_length=16, verbose_name='from')),
                ('to_state', models.CharField(choices=[('expected', 'Not reported yet'), ('reported', 'Reported'), ('confirmed_zero', 'Confirmed: nothing to report'), ('not_expected', 'Not expected')], max_length=16, verbose_name='to')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('due_from', models.DateField(blank=True, null=True, verbose_name='due date before')),
                ('due_to', models.DateField(blank=True, null=True, verbose_name='due date after')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('obligation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='reporting.obligation', verbose_name='obligation')),
            ],
            options={
                'verbose_name': 'step of an obligation',
                'verbose_name_plural': 'steps of obligations',
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['obligation', '-at', '-id'], name='obligationstep_latest_first')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('due_to__gt', models.F('due_from')), ('verb', 'extended')), models.Q(models.Q(('verb', 'extended'), _negated=True), ('due_from', None), ('due_to', None)), _connector='OR'), name='obligationstep_extension_has_dates', violation_error_message='An extension names both due dates.')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report_version', models.PositiveIntegerField(verbose_name='version')),
                ('issued_at', models.DateTimeField(verbose_name='issued at')),
                ('digest', models.CharField(max_length=64, verbose_name='digest')),
                ('issued_to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued to')),
                ('obligation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='reporting.obligation', verbose_name='obligation')),
            ],
            options={
                'verbose_name': 'receipt',
                'verbose_name_plural': 'receipts',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('obligation', 'report_version'), name='receipt_one_per_submission')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('days', models.SmallIntegerField(verbose_name='days after the due date')),
                ('made_on', models.DateField(verbose_name='written on')),
                ('obligation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='reporting.obligation', verbose_name='obligation')),
            ],
            options={
                'verbose_name': 'reminder',
                'verbose_name_plural': 'reminders',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('obligation', 'due_on', 'days'), name='reminder_once_each')],
            },
        ),
    ]
