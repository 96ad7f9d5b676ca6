"""Flags on every kind of report, drafts of the later ones, and what cancelled cohorts had sent.

A report that was sent before its cohort was cancelled waited for a decision that nobody could
make: it is set aside, as a cancelling does now.
"""

from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def set_aside(apps, schema_editor):
    reports = apps.get_model("trainings", "CohortReport")
    log = apps.get_model("trainings", "CohortReportTransition")
    obligations = apps.get_model("reporting", "Obligation")
    waiting = reports.objects.filter(status="submitted").exclude(cohort__cancelled_at=None)
    for report in waiting.select_related("cohort"):
        cohort = report.cohort
        log.objects.create(
            report=report, verb="set_aside", from_status="submitted", to_status="draft",
            version=report.version + 1, at=cohort.cancelled_at, by=cohort.cancelled_by,
            comment=cohort.cancelled_because,
        )  # fmt: skip
        reports.objects.filter(pk=report.pk).update(status="draft", version=F("version") + 1)
        obligations.objects.filter(pk=report.obligation_id).update(state="not_expected")


class Migration(migrations.Migration):
    dependencies = [
        ("trainings", "0013_daskin_outcomes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="cohortreportflag",
            name="cohortreportflag_known_place",
        ),
        migrations.RemoveConstraint(
            model_name="cohortreportflag",
            name="cohortreportflag_whole_report_has_no_row",
        ),
        migrations.RemoveConstraint(
            model_name="cohortreportflag",
            name="cohortreportflag_forgets_the_removed",
        ),
        migrations.AlterField(
            model_name="cohortreportflag",
            name="field",
            field=models.CharField(
                choices=[
                    ("name", "Name"),
                    ("nik", "NIK"),
                    ("sex", "Sex"),
                    ("birth_place", "Birth place"),
                    ("birth_date", "Birth date"),
                    ("education", "Education"),
                    ("address", "Address"),
                    ("phone", "Phone"),
                    ("disability", "Disability"),
                    ("result", "Result"),
                    ("attendance", "Attendance (%)"),
                    ("pre_test", "Pre-test"),
                    ("post_test", "Post-test"),
                    ("competency", "Competency"),
                    ("body", "Certified by"),
                    ("number", "Certificate number"),
                    ("outcome", "What they do now"),
                    ("workplace", "Employer or own business"),
                    ("section", "Line of business (KBLI)"),
                    ("row", "The whole row"),
                    ("schedule", "Schedule: dates, hours, seats"),
                    ("report", "The report as a whole"),
                ],
                max_length=16,
                verbose_name="column",
            ),
        ),
        migrations.AlterField(
            model_name="formdraft",
            name="kind",
            field=models.CharField(
                choices=[
                    ("paste", "Pasted rows"),
                    ("mend", "Rows to mend"),
                    ("participant", "One participant"),
                    ("results", "Results"),
                    ("certification", "Certification report"),
                    ("placement_3", "Placement report, 3 months"),
                    ("placement_6", "Placement report, 6 months"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="cohortreportflag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "field__in",
                        [
                            "name",
                            "nik",
                            "sex",
                            "birth_place",
                            "birth_date",
                            "education",
                            "address",
                            "phone",
                            "disability",
                            "result",
                            "attendance",
                            "pre_test",
                            "post_test",
                            "competency",
                            "body",
                            "number",
                            "outcome",
                            "workplace",
                            "section",
                            "row",
                            "schedule",
                            "report",
                        ],
                    )
                ),
                name="cohortreportflag_known_place",
                violation_error_message="This column cannot be flagged.",
            ),
        ),
        migrations.AddConstraint(
            model_name="cohortreportflag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("field__in", ("schedule", "report")), _negated=True),
                    models.Q(("participant", None), ("row", None)),
                    _connector="OR",
                ),
                name="cohortreportflag_whole_report_has_no_row",
                violation_error_message="A flag on the whole report names no participant.",
            ),
        ),
        migrations.AddConstraint(
            model_name="cohortreportflag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("participant__isnull", False),
                    ("field", "schedule"),
                    models.Q(("became", ""), ("was", ""), ("was_digest", "")),
                    _connector="OR",
                ),
                name="cohortreportflag_forgets_the_removed",
                violation_error_message="Nothing is kept of a participant who is removed.",
            ),
        ),
        migrations.RunPython(set_aside, migrations.RunPython.noop),
    ]
