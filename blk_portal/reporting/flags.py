"""What a reviewer flags when a report goes back, and what came of it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Flag(models.Model):
    """One place of a report that a reviewer flagged with a return: what is wrong, how to mend it.

    Raised by the return or the reopening, answered by the operator while the report is open,
    settled by the next decision; nothing else changes a flag, and none is removed. Concrete flags
    name the transition that raised them and the place. `was` and `became` are what stood there when
    the flag was raised and settled, as a screen may show it: never a NIK in full. The digest tells
    whether the value has changed.
    """

    transition: Any
    note = models.CharField(_("note of the reviewer"), max_length=500)
    was = models.CharField(_("value when flagged"), max_length=300, blank=True)
    was_digest = models.CharField(_("digest when flagged"), max_length=64, blank=True)
    answer = models.CharField(_("answer of the operator"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("answered by"),
    )  # fmt: skip
    resolved_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    became = models.CharField(_("value when settled"), max_length=300, blank=True)
    has_changed = models.BooleanField(_("changed when settled"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(note=""),
                name="%(class)s_has_note",
                violation_error_message=_("A flag says what is wrong and how to mend it."),
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="%(class)s_answer_is_signed",
                violation_error_message=_("An answer names who wrote it and when."),
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None, has_changed=None, became="")
                | Q(resolved_at__isnull=False, has_changed__isnull=False),
                name="%(class)s_settled_at_once",
                violation_error_message=_("A settled flag says whether the value has changed."),
            ),
        ]

    def __str__(self) -> str:
        return self.note

    def present_value(self) -> str:
        """What now stands in the flagged place, as a screen may show it."""
        raise NotImplementedError

    def present_digest(self) -> str:
        """The digest of what now stands there."""
        raise NotImplementedError

    @property
    def is_changed(self) -> bool:
        """Whether the value is another than when it was flagged."""
        if self.has_changed is not None:
            return self.has_changed
        return self.present_digest() != self.was_digest

    @property
    def is_answered(self) -> bool:
        """Whether the operator has changed the value or written why it is right as it stands."""
        return bool(self.answer) or self.is_changed

    @property
    def after(self) -> str:
        """What stands in the flagged place now, or stood there when the flag was settled."""
        return self.present_value() if self.resolved_at is None else self.became

    def settle(self, *, at: datetime) -> None:
        """Note what became of the flag, at the decision that follows; the caller saves it."""
        self.has_changed, self.became, self.resolved_at = self.is_changed, self.after, at
