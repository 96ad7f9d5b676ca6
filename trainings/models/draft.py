"""What somebody typed into a form and has not stored yet, kept for that person alone."""

import json
from collections.abc import Mapping
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from blk_portal.privacy import keys
from blk_portal.privacy.models import SealedRow
from trainings.models.cohort import Cohort
from trainings.models.kind import ReportKind
from trainings.models.participant import Participant


class FormDraftQuerySet(models.QuerySet["FormDraft"]):
    def visible_to(self, user: Visitor) -> Self:
        """A draft is read by the person who typed it, as long as the cohort is theirs to file."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(user=user, cohort__in=Cohort.objects.editable_by(user))


class FormDraft(SealedRow):
    """The typing of one person in one form of a cohort, encrypted: it may hold NIKs.

    Saved while typing and when a form meets an expired session; removed when the form is stored.
    """

    SEALED_FIELD = "typed_sealed"

    class Kind(models.TextChoices):
        PASTE = "paste", _("Pasted rows")
        MEND = "mend", _("Rows to mend")
        PARTICIPANT = "participant", _("One participant")
        RESULTS = "results", _("Results")
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
    typed_sealed = models.BinaryField()
    saved_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = FormDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("form draft")
        verbose_name_plural = _("form drafts")
        ordering = ["-saved_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "cohort", "kind", "participant"],
                name="formdraft_one_per_form",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def _binding(self) -> str:
        return (
            f"trainings.formdraft:{self.user_id}:{self.cohort_id}:{self.kind}:"
            f"{self.participant_id or ''}"
        )

    def seal(self, typed: Mapping[str, str]) -> None:
        """Keep what stands in the form, by field."""
        text = json.dumps(dict(typed), ensure_ascii=False)
        self.typed_sealed = keys.encrypt(text.encode(), bound_to=self._binding)

    def open_typed(self) -> dict[str, str]:
        """What stood in the form, by field."""
        typed: dict[str, str] = json.loads(keys.decrypt(self.typed_sealed, bound_to=self._binding))
        return typed

    def seal_anew(self) -> None:
        """Seal the same under the newest key. The caller saves the row."""
        self.seal(self.open_typed())
