"""A cohort has several reports, each with its kind; what there was is the closing report.

Of cohorts already planned those further reports are opened that fall due from now on.
"""

from datetime import timedelta

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from institutions.due import due_date

# The days on which the reports are counted from, and the budget year's field that says how long.
LATER = {
    "opening": ("starts_on", "opening_due_days"),
    "certification": ("ends_on", "certification_due_days"),
    "placement_3": ("ends_on", "placement_3_due_days"),
    "placement_6": ("ends_on", "placement_6_due_days"),
}
# The longest of these spans, and the free days after it.
LONGEST = timedelta(days=200)
BATCH = 1000


def open_later_reports(apps, schema_editor) -> None:
    Cohort = apps.get_model("trainings", "Cohort")
    Report = apps.get_model("trainings", "CohortReport")
    Obligation = apps.get_model("reporting", "Obligation")
    today = timezone.localdate()
    recent = Cohort.objects.filter(ends_on__gte=today - LONGEST).select_related("programme_year")
    reports = []
    for cohort in recent.order_by("pk"):
        for kind, (occasion, days) in LATER.items():
            due_on = due_date(getattr(cohort, occasion), getattr(cohort.programme_year, days))
            if due_on < today:
                continue
            obligation = Obligation(
                institution_id=cohort.institution_id,
                programme_year_id=cohort.programme_year_id,
                kind=f"cohort_{kind}",
                subject=f"cohort:{cohort.pk}",
                due_on=due_on,
            )
            reports.append(Report(cohort_id=cohort.pk, kind=kind, obligation=obligation))
    Obligation.objects.bulk_create([row.obligation for row in reports], batch_size=BATCH)
    Report.objects.bulk_create(reports, batch_size=BATCH)


class Migration(migrations.Migration):

    dependencies = [
        ('institutions', '0012_report_days'),
        ('reporting', '0005_cohort_report_kinds'),
        ('trainings', '0004_bilingual_faults'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='cohortreport',
            name='cohort',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='trainings.cohort', verbose_name='cohort'),
        ),
        migrations.AlterField(
            model_name='cohortreport',
            name='kind',
            field=models.CharField(choices=[('opening', 'Opening report'), ('closing', 'Closing report'), ('certification', 'Certification report'), ('placement_3', 'Placement report, 3 months'), ('placement_6', 'Placement report, 6 months')], max_length=16, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='cohortreport',
            constraint=models.UniqueConstraint(fields=('cohort', 'kind'), name='cohortreport_once_a_kind', violation_error_message='The cohort has a report of this kind already.'),
        ),
        migrations.RunPython(open_later_reports, migrations.RunPython.noop),
    ]
