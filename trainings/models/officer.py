"""Who looks after a report under review: taken from the queue, handed to a colleague."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import ROLES, Reach, Role
from blk_portal.formats import WESTERN_TIME, moment
from blk_portal.reporting.refusals import Incomplete, Stale
from institutions.models import AreaAssignment, AreaDelegation, Institution

if TYPE_CHECKING:
    from trainings.models.cohort import Cohort

REVIEWING = [role for role, spec in ROLES.items() if spec.reviews_trainings]
NATIONAL = [role for role in REVIEWING if ROLES[role].reach == Reach.NATION]


def officers_for(institution: Institution) -> models.QuerySet[User]:
    """The active accounts that may review the reports of an institution, by name.

    Those of its office and of the office above it, those who stand in for them, and the national
    reviewers.
    """
    offices = [pk for pk in (institution.office_id, _parent(institution)) if pk]
    assigned = AreaAssignment.objects.filter(office__in=offices).values("user")
    deputies = AreaDelegation.objects.active().filter(delegator__in=assigned).values("delegate")
    near = Q(role=Role.AREA_REVIEWER) & (Q(pk__in=assigned) | Q(pk__in=deputies))
    return (
        User.objects.filter(Q(role__in=NATIONAL) | near, is_active=True).order_by("name", "pk")
    )  # fmt: skip


def _parent(institution: Institution) -> int | None:
    return institution.office.parent_id if institution.office else None


class Taken(models.Model):
    """The officer who looks after a report, since when, and who put it there.

    It only says who is at work: any reviewer of the area may still decide.
    """

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("officer"), db_index=False,
    )  # fmt: skip
    assigned_at = models.DateTimeField(_("assigned at"), null=True, blank=True)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("assigned by"),
    )  # fmt: skip

    # What the report itself brings.
    if TYPE_CHECKING:
        submitted_at: datetime | None
        cohort: Cohort

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(officer=None) | Q(assigned_at__isnull=False, assigned_by__isnull=False),
                name="%(class)s_assignment_is_signed",
                violation_error_message=_("An assignment names who made it and when."),
            )
        ]

    def days_waiting(self, *, on: date) -> int:
        """For how many days a submitted report has waited, in western time."""
        assert self.submitted_at, "only submitted reports wait"
        sent = timezone.localtime(self.submitted_at, WESTERN_TIME).date()
        return max((on - sent).days, 0)

    def take(self, *, by: User) -> None:
        """Look after a report that nobody has taken. Raises Stale when somebody was first."""
        self._assign(None, to=by, by=by)

    def hand_over(self, *, by: User, to: User | None, seen: User | None) -> None:
        """Give the report to a colleague, or back to the queue.

        seen: who had it on the page; Stale is raised when somebody else has it by now, Incomplete
        when the colleague does not review reports of this institution.
        """
        institution: Institution = self.cohort.institution
        if to is not None and not officers_for(institution).filter(pk=to.pk).exists():
            raise Incomplete(
                gettext("%(name)s does not review the reports of this institution.") % {"name": to},
                cure=gettext("Choose a colleague from the list."),
            )
        self._assign(seen, to=to, by=by)

    def _assign(self, seen: User | None, *, to: User | None, by: User) -> None:
        rows = type(self)._default_manager.filter(pk=self.pk, officer=seen)
        at = timezone.now()
        signed = {"assigned_at": at, "assigned_by": by}
        if not rows.update(officer=to, **signed):
            self.refresh_from_db(fields=["officer", "assigned_at", "assigned_by"])
            raise self._taken_meanwhile()
        self.officer, self.assigned_at, self.assigned_by = to, at, by

    def _taken_meanwhile(self) -> Stale:
        cure = gettext("Open the report again to see how it stands now.")
        if self.officer is None or self.assigned_at is None:
            return Stale(gettext("The report is back in the queue."), cure=cure)
        told = {"name": self.officer, "when": moment(self.assigned_at)}
        return Stale(gettext("%(name)s looks after this report since %(when)s.") % told, cure=cure)
