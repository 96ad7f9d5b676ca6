"""Explanations of warnings by code, consents of guardians, and persons in two cohorts at once."""

import blk_portal.privacy.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# An empty code speaks for every warning of the report.
KEEP_NOTES = """
INSERT INTO trainings_warningexplanation (report_id, code, text, by_id, at)
SELECT id, '', warning_note, submitted_by_id, coalesce(submitted_at, now())
FROM trainings_cohortreport WHERE warning_note <> '';
SET CONSTRAINTS ALL IMMEDIATE
"""


class Migration(migrations.Migration):

    dependencies = [
        ('institutions', '0018_papers_with_names'),
        ("trainings", "0011_review"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consent_sheets', to='trainings.cohort', verbose_name='cohort')),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='institutions.document', verbose_name='paper')),
            ],
            options={
                'verbose_name': 'consent sheet',
                'verbose_name_plural': 'consent sheets',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Overlap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('found_at', models.DateTimeField(verbose_name='found at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='no longer so since')),
                ('verdict', models.CharField(blank=True, choices=[('allowed', 'Allowed'), ('refused', 'Not allowed')], max_length=8, verbose_name='decision')),
                ('first', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='trainings.participant', verbose_name='participant')),
                ('first_cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trainings.cohort', verbose_name='cohort')),
                ('refused_cohort', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trainings.cohort', verbose_name='not allowed in')),
                ('second', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='trainings.participant', verbose_name='participant')),
                ('second_cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trainings.cohort', verbose_name='cohort')),
            ],
            options={
                'verbose_name': 'same person in two cohorts',
                'verbose_name_plural': 'same persons in two cohorts',
                'ordering': ['found_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='OverlapDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('allowed', 'Allowed'), ('refused', 'Not allowed')], max_length=8, verbose_name='decision')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('overlap', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='trainings.overlap', verbose_name='same person in two cohorts')),
                ('refused_cohort', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trainings.cohort', verbose_name='not allowed in')),
            ],
            options={
                'verbose_name': 'decision on a person in two cohorts',
                'verbose_name_plural': 'decisions on persons in two cohorts',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='RosterCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('checked_at', models.DateTimeField(verbose_name='checked at')),
                ('people', models.PositiveIntegerField(verbose_name='participants')),
                ('without_nik', models.PositiveIntegerField(verbose_name='participants without a NIK')),
                ('like_people', models.PositiveIntegerField(default=0, verbose_name='participants of the earlier cohort')),
                ('shared', models.PositiveIntegerField(default=0, verbose_name='participants of both rosters')),
                ('cohort', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='roster_check', to='trainings.cohort', verbose_name='cohort')),
                ('like_cohort', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='trainings.cohort', verbose_name='earlier cohort with the same roster')),
            ],
            options={
                'verbose_name': 'roster comparison',
                'verbose_name_plural': 'roster comparisons',
                'ordering': ['cohort_id'],
            },
        ),
        migrations.CreateModel(
            name='WarningExplanation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(blank=True, max_length=40, verbose_name='code')),
                ('text', models.CharField(max_length=500, validators=[blk_portal.privacy.validators.without_nik], verbose_name='explanation')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='explanations', to='trainings.cohortreport', verbose_name='report')),
            ],
            options={
                'verbose_name': 'explanation of a warning',
                'verbose_name_plural': 'explanations of warnings',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='GuardianConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('relation', models.CharField(choices=[('ayah', 'Father'), ('ibu', 'Mother'), ('wali', 'Guardian'), ('sheet', 'As on the sheet')], max_length=8, verbose_name='relation')),
                ('guardian_name', models.CharField(blank=True, max_length=150, validators=[blk_portal.privacy.validators.without_nik], verbose_name='name of the guardian')),
                ('given_at', models.DateTimeField(verbose_name='recorded at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                ('withdrawn_because', models.CharField(blank=True, max_length=300, verbose_name='reason of withdrawal')),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='trainings.participant', verbose_name='participant')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='trainings.consentsheet', verbose_name='consent sheet')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by')),
            ],
            options={
                'verbose_name': "guardian's consent",
                'verbose_name_plural': "guardians' consents",
                'ordering': ['participant_id', '-given_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('participant',), name='guardianconsent_one_stands'), models.CheckConstraint(condition=models.Q(('relation', 'sheet'), models.Q(('guardian_name', ''), _negated=True), _connector='OR'), name='guardianconsent_names_the_guardian', violation_error_message='Write the name of the father, mother or guardian.'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_because', '')), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='guardianconsent_withdrawal_has_reason', violation_error_message='Say why the consent no longer holds.')],
            },
        ),
        migrations.AddIndex(
            model_name='overlap',
            index=models.Index(condition=models.Q(('ended_at', None), ('verdict', '')), fields=['found_at', 'id'], name='overlap_queue'),
        ),
        migrations.AddConstraint(
            model_name='overlap',
            constraint=models.UniqueConstraint(fields=('first', 'second'), name='overlap_once_a_pair'),
        ),
        migrations.AddConstraint(
            model_name='overlap',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('refused_cohort__isnull', False), ('verdict', 'refused')), models.Q(models.Q(('verdict', 'refused'), _negated=True), ('refused_cohort', None)), _connector='OR'), name='overlap_refused_names_the_cohort', violation_error_message='Say in which of the two the person may not take part.'),
        ),
        migrations.AddConstraint(
            model_name='overlapdecision',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='overlapdecision_has_a_reason', violation_error_message='Write the reason in one sentence.'),
        ),
        migrations.AddConstraint(
            model_name='warningexplanation',
            constraint=models.UniqueConstraint(fields=('report', 'code'), name='warningexplanation_once_a_code'),
        ),
        migrations.AddConstraint(
            model_name='warningexplanation',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='warningexplanation_says_something', violation_error_message='Write the reason in one sentence.'),
        ),
        migrations.RunSQL(KEEP_NOTES, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='cohortreport',
            name='warning_note',
        ),
    ]
