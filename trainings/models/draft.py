"""What somebody typed into a form and has not stored yet, kept for that person alone."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from blk_portal.privacy import keys
from blk_portal.privacy.models import SealedRow
from trainings.models.cohort import Cohort
from trainings.models.kind import ReportKind
from trainings.models.participant import Participant

if TYPE_CHECKING:
    from trainings.models.report import CohortReport


class FormDraftQuerySet(models.QuerySet["FormDraft"]):
    def visible_to(self, user: Visitor) -> Self:
        """A draft is read by the person who typed it, as long as the cohort is theirs to file, or
        to decide on."""
        if not user.is_authenticated:
            return self.none()
        open_to_them = Q(cohort__in=Cohort.objects.editable_by(user))
        if user.has_perm("trainings.verify_cohortreport"):
            decided = Q(kind=FormDraft.Kind.DECISION)
            open_to_them |= decided & Q(cohort__in=Cohort.objects.visible_to(user))
        return self.filter(open_to_them, user=user)

    def of_report(self, report: "CohortReport") -> Self:
        """Those of the forms whose content the report says."""
        kind = FormDraft.Kind
        kinds = [str(report.kind)]
        if report.kind == ReportKind.CLOSING:
            kinds = [kind.RESULTS, kind.PASTE, kind.MEND, kind.PARTICIPANT]
        of_it = Q(kind__in=kinds, report=None) | Q(kind=kind.ANSWERS, report=report)
        return self.filter(of_it, cohort=report.cohort_id).order_by("saved_at", "pk")


class FormDraft(SealedRow):
    """The typing of one person in one form of a cohort, encrypted: it may hold NIKs.

    Of an operator who files, or of a reviewer who decides.

    Saved while typing and when a form meets an expired session; removed when the form is stored.
    """

    SEALED_FIELD = "typed_sealed"

    class Kind(models.TextChoices):
        PASTE = "paste", _("Pasted rows")
        MEND = "mend", _("Rows to mend")
        PARTICIPANT = "participant", _("One participant")
        RESULTS = "results", _("Results")
        ANSWERS = "answers", _("Answers to flags")
        DECISION = "decision", _("Decision")
        # Called like the reports whose rows they are.
        CERTIFICATION = ReportKind.CERTIFICATION.value, ReportKind.CERTIFICATION.label
        PLACEMENT_3 = ReportKind.PLACEMENT_3.value, ReportKind.PLACEMENT_3.label
        PLACEMENT_6 = ReportKind.PLACEMENT_6.value, ReportKind.PLACEMENT_6.label

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
    # The participant whose row is being changed; none in a form of the whole cohort.
    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="+", null=True, blank=True
    )
    # The report whose flags are answered, or that is decided on.
    report = models.ForeignKey(
        "trainings.CohortReport", models.CASCADE, related_name="+", null=True, blank=True
    )
    typed_sealed = models.BinaryField()
    saved_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = FormDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("form draft")
        verbose_name_plural = _("form drafts")
        ordering = ["-saved_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "cohort", "kind", "participant", "report"],
                name="formdraft_one_per_form",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def _binding(self) -> str:
        about = self.participant_id or ""
        if self.report_id is not None:
            about = f"{about}:{self.report_id}"
        return f"trainings.formdraft:{self.user_id}:{self.cohort_id}:{self.kind}:{about}"

    def seal(self, typed: Mapping[str, str | list[str]]) -> None:
        """Keep what stands in the form, by field; a list where a field stands there repeatedly."""
        text = json.dumps(dict(typed), ensure_ascii=False)
        self.typed_sealed = keys.encrypt(text.encode(), bound_to=self._binding)

    def _open(self) -> dict[str, str | list[str]]:
        typed: dict[str, Any] = json.loads(keys.decrypt(self.typed_sealed, bound_to=self._binding))
        return typed

    def open_lists(self) -> dict[str, list[str]]:
        """What stood in the form, by field: every value of those that stood there repeatedly."""
        return {
            name: kept if isinstance(kept, list) else [kept] for name, kept in self._open().items()
        }

    def open_typed(self) -> dict[str, str]:
        """What stood in the form, by field, each of which stands there once."""
        return {name: values[-1] for name, values in self.open_lists().items()}

    def seal_anew(self) -> None:
        """Seal the same under the newest key. The caller saves the row."""
        self.seal(self._open())
