"""An officer who fills in a report for an operator who wrote or called."""

from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.accounts.roles import Role
from blk_portal.privacy.validators import without_nik
from blk_portal.reporting.refusals import Incomplete, Stale
from trainings.models.cohort import Cohort


class StandInQuerySet(models.QuerySet["StandIn"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(report__cohort__in=Cohort.objects.visible_to(user))

    def editable_by(self, user: Visitor) -> Self:
        """Those that the person may end: the own ones."""
        return self.visible_to(user).filter(officer=user.pk)

    def open(self) -> Self:
        return self.filter(closed_at=None)


class StandIn(models.Model):
    """An officer fills in one report on behalf of an operator; both names stay with the report.

    It opens the cohort's pages to the officer until the report is sent or the officer stops. The
    officer who filled in a report does not verify it.
    """

    class Channel(models.TextChoices):
        LETTER = "letter", _("Letter")
        TELEPHONE = "telephone", _("Telephone")
        VISIT = "visit", _("Visit")

    report = models.ForeignKey(
        "trainings.CohortReport", models.PROTECT, related_name="stand_ins",
        verbose_name=_("report"),
    )  # fmt: skip
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("officer")
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+",
        verbose_name=_("on behalf of"),
    )  # fmt: skip
    channel = models.CharField(_("How were you told?"), max_length=10, choices=Channel)
    reason = models.CharField(
        _("reason"), max_length=300, validators=[without_nik],
        help_text=_("For example the number and date of the letter, or why the operator called."),
    )  # fmt: skip
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = StandInQuerySet.as_manager()

    class Meta:
        verbose_name = _("filling in on behalf")
        verbose_name_plural = _("fillings in on behalf")
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report"], condition=Q(closed_at=None), name="standin_one_open_a_report",
                violation_error_message=_("Another officer fills in this report."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="standin_has_reason",
                violation_error_message=_("Filling in on behalf needs a reason."),
            ),
            models.CheckConstraint(
                condition=~Q(officer=models.F("on_behalf_of")), name="standin_two_people",
                violation_error_message=_("Nobody fills in on their own behalf."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["officer"], condition=Q(closed_at=None), name="standin_open"),
        ]

    def __str__(self) -> str:
        told = {"name": self.on_behalf_of, "channel": self.get_channel_display()}
        return gettext("on behalf of %(name)s (%(channel)s)") % told

    @classmethod
    @transaction.atomic
    def begin(
        cls, report: Any, *, by: User, on_behalf_of: User, channel: str, reason: str
    ) -> "StandIn":
        """Open the report's pages to an officer.

        Raises Stale when the report is not open or another officer fills it in, Incomplete when the
        person is no operator of the institution.
        """
        now = type(report)._default_manager.select_for_update(of=("self",)).get(pk=report.pk)
        if not now.is_open:
            raise Stale(
                gettext("The report has already been sent."),
                cure=gettext("Open the report again to see how it stands now."),
            )
        if not operators_of(report.cohort).filter(pk=on_behalf_of.pk).exists():
            raise Incomplete(
                gettext("%(name)s is no operator of this institution.") % {"name": on_behalf_of},
                cure=gettext("Choose an operator from the list."),
            )
        if other := cls.objects.open().filter(report=now).select_related("officer").first():
            raise Stale(
                gettext("%(name)s fills in this report already.") % {"name": other.officer},
                cure=gettext("Ask your colleague to send it or to stop."),
            )
        return cls.objects.create(
            report=now, officer=by, on_behalf_of=on_behalf_of, channel=channel,
            reason=reason.strip(), opened_at=timezone.now(),
        )  # fmt: skip

    def stop(self) -> None:
        """End the filling in without sending; what was stored stays in the draft."""
        StandIn.objects.open().filter(pk=self.pk).update(closed_at=timezone.now())


def operators_of(cohort: Cohort) -> models.QuerySet[User]:
    """The active operators of the cohort's institution, by name."""
    return User.objects.filter(
        memberships__institution=cohort.institution_id, role=Role.OPERATOR, is_active=True
    ).order_by("name", "pk")
