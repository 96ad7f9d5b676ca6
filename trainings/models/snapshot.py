"""What a report said of each participant when it was handed in, to compare later ones with."""

import hashlib
from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from trainings.models import parts
from trainings.models.cohort import Cohort
from trainings.models.kind import ReportKind
from trainings.models.participant import Participant

# Beside name and birth date.
KEPT = (
    "sex", "disability", "education", "result", "attendance", "pre_test", "post_test",
)  # fmt: skip


class ReportedRowQuerySet(models.QuerySet["ReportedRow"]):
    def visible_to(self, user: Visitor) -> Self:
        """Under the rule of participants: they hold names."""
        if not user.is_authenticated or not user.spec.sees_names:
            return self.none()
        return self.filter(submission__report__cohort__in=Cohort.objects.visible_to(user))

    def keep(self, submission: Any) -> None:
        """Keep the participants as they stand at a submission."""
        self.bulk_create(ReportedRow.of_report(submission.report, submission), batch_size=1000)

    def erase(self, uids: Iterable[object]) -> int:
        """Forget what was kept of these participants; that there was a row stays."""
        return self.filter(uid__in=list(uids)).forget()

    def forget(self) -> int:
        """Empty these rows of all that tells of a person."""
        return self.update(name="", birth_date=None, nik_digest="", values={}, participant=None)


class ReportedRow(models.Model):
    """One participant in one submission of a report: written with it and never changed.

    It holds no NIK, only a digest of the NIK's index, which tells whether it became another. An
    erasure reaches it by `uid`, that of the participant, even when the row has left the roster.
    """

    submission = models.ForeignKey(
        "trainings.CohortReportTransition", models.PROTECT, related_name="reported_rows",
        verbose_name=_("submission"), db_index=False,
    )  # fmt: skip
    participant = models.ForeignKey(
        Participant, models.SET_NULL, null=True, related_name="+", verbose_name=_("participant")
    )
    uid = models.UUIDField(_("key of the participant"), db_index=True, editable=False)
    row = models.PositiveIntegerField(_("row in the roster"), null=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    birth_date = models.DateField(_("birth date"), null=True)
    nik_digest = models.CharField(max_length=64, blank=True, editable=False)
    values = models.JSONField(_("values"), default=dict)

    objects = ReportedRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row as handed in")
        verbose_name_plural = _("rows as handed in")
        ordering = ["submission_id", "row", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "uid"], name="reportedrow_once_a_submission"
            )
        ]

    def __str__(self) -> str:
        return self.name or str(self.row)

    @classmethod
    def of(cls, person: Participant, submission: Any = None) -> Self:
        """How a participant stands now, in the form of a submission; not stored."""
        index = bytes(person.nik_index or b"")
        return cls(
            submission=submission, participant=person, uid=person.uid, row=person.roster_row,
            name=person.name, birth_date=person.birth_date,
            nik_digest=hashlib.sha256(index).hexdigest() if index else "",
            values={name: getattr(person, name) for name in KEPT},
        )  # fmt: skip

    @classmethod
    def of_report(cls, report: Any, submission: Any = None) -> list[Self]:
        """All rows of a report as they stand now, with what its kind asks of each participant."""
        if report.kind in (ReportKind.OPENING, ReportKind.CLOSING):
            return [cls.of(person, submission) for person in report.cohort.participants.all()]
        rows = []
        for person, outcome in parts.entries(report):
            row = cls.of(person, submission)
            if outcome is not None:
                row.values |= {name: getattr(outcome, name) for name in outcome.ENTERED}
            rows.append(row)
        return rows

    @property
    def is_erased(self) -> bool:
        return not self.name
