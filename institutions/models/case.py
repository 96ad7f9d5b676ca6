"""What is wrong with an institution for a time: stalled, inactive, in court, owing money."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import long_date
from institutions.lifecycle import CaseKind
from institutions.models.institution import Institution


class CaseRefused(Exception):
    """The case cannot be opened or closed; the text says why."""


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(institution__in=Institution.objects.visible_to(user))

    def editable_by(self, user: Visitor) -> Self:
        return self.filter(institution__in=Institution.objects.editable_by(user))

    def open(self, *, on: date | None = None) -> Self:
        """Cases that are not closed; with `on`, those that were open on that day."""
        if on is None:
            return self.filter(closed_on=None)
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=on), opened_on__lte=on)

    @transaction.atomic
    def open_one(
        self,
        *,
        institution: Institution,
        kind: str,
        by: User,
        on: date,
        reason: str,
        grace_until: date | None = None,
    ) -> "Case":
        """Open a case; of each kind an institution has at most one open case.

        Raises CaseRefused without a reason, with dates that contradict each other, and where a case
        of the kind is open already.
        """
        if not reason.strip():
            raise CaseRefused(gettext("Say why: the reason is kept in the history."))
        if grace_until is not None and (kind != CaseKind.INACTIVE or grace_until <= on):
            raise CaseRefused(
                gettext("Only an inactive institution has a period of grace, after its first day.")
            )
        try:
            with transaction.atomic():
                return self.create(
                    institution=institution, kind=kind, opened_on=on, opened_by=by,
                    opened_at=timezone.now(), reason=reason, grace_until=grace_until,
                )  # fmt: skip
        except IntegrityError as race:
            text = gettext("A case of this kind is already open: %(kind)s.")
            raise CaseRefused(text % {"kind": CaseKind(kind).label}) from race


class Case(models.Model):
    """A trouble that opens and closes beside any status, with who decided and why.

    Opened and closed by staff who may edit the institution; never deleted, so that the history of
    troubles stays.
    """

    Kind = CaseKind

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="cases", verbose_name=_("institution")
    )
    kind = models.CharField(_("kind of case"), max_length=16, choices=CaseKind)
    opened_on = models.DateField(_("opened on"))
    opened_at = models.DateTimeField(_("recorded at"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    reason = models.CharField(_("reason"), max_length=300)
    grace_until = models.DateField(_("grace until"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closing recorded at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("closed by"),
    )  # fmt: skip
    outcome = models.CharField(_("outcome"), max_length=300, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-opened_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "kind"], condition=Q(closed_on=None),
                name="case_one_open_of_a_kind",
                violation_error_message=_("A case of this kind is already open."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None, closed_by=None, closed_at=None, outcome="")
                | (
                    Q(closed_on__isnull=False, closed_on__gte=F("opened_on"))
                    & Q(closed_by__isnull=False, closed_at__isnull=False)
                    & ~Q(outcome="")
                ),
                name="case_closed_whole",
                violation_error_message=_(
                    "A closed case names its day, not before it was opened, who closed it and the "
                    "outcome."
                ),
            ),
            models.CheckConstraint(
                condition=Q(grace_until=None)
                | Q(kind="inactive", grace_until__gt=F("opened_on")),
                name="case_grace_of_inactive",
                violation_error_message=_(
                    "Only an inactive institution has a period of grace, after its first day."
                ),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["kind", "institution"], condition=Q(closed_on=None), name="case_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {long_date(self.opened_on)}"

    def close(self, *, by: User, on: date, outcome: str) -> None:
        """Close the case with its outcome.

        Raises CaseRefused without an outcome, before its first day, and where it is closed already.
        """
        if not outcome.strip():
            raise CaseRefused(gettext("Say how it ended: the outcome is kept in the history."))
        if on < self.opened_on:
            text = gettext("Opened on %(opened)s; it cannot be closed on %(closed)s.")
            dates = {"opened": long_date(self.opened_on), "closed": long_date(on)}
            raise CaseRefused(text % dates)
        closed = Case.objects.open().filter(pk=self.pk).update(
            closed_on=on, closed_by=by, closed_at=timezone.now(), outcome=outcome
        )  # fmt: skip
        self.refresh_from_db()
        if not closed:
            raise CaseRefused(gettext("This case has been closed already."))
