"""Who stands in for an area reviewer that is away, and from which day to which."""

from datetime import date
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.accounts.roles import Reach, Role
from blk_portal.formats import date_range, today_in_jakarta


class AreaDelegationQuerySet(models.QuerySet["AreaDelegation"]):
    def visible_to(self, user: Visitor) -> Self:
        """All of them for the ministry; for an area reviewer those one has given or received."""
        if not user.is_authenticated or not user.is_active or not user.spec.is_staff:
            return self.none()
        if user.spec.reach == Reach.NATION:
            return self
        return self.filter(Q(delegator=user) | Q(delegate=user))

    def editable_by(self, user: Visitor) -> Self:
        """Those a person may end: one's own, and all of them for the national administrator."""
        if not user.is_authenticated or not user.has_perm("institutions.add_areadelegation"):
            return self.none()
        own = Q() if user.spec.reach == Reach.NATION else Q(delegator=user)
        return self.visible_to(user).filter(own)

    def standing(self) -> Self:
        """Not ended early."""
        return self.filter(ended_at=None)

    def active(self, *, on: date | None = None) -> Self:
        """Those that hold on a day (today, western time), between two who still review areas."""
        day = on or today_in_jakarta()
        return self.standing().filter(
            starts_on__lte=day,
            ends_on__gte=day,
            delegator__role=Role.AREA_REVIEWER,
            delegate__role=Role.AREA_REVIEWER,
            delegate__is_active=True,
        )

    def of_person(self, user: User) -> Self:
        """Those of today that a person has given or received, with both names."""
        own = self.active().filter(Q(delegator=user) | Q(delegate=user))
        return own.select_related("delegator", "delegate").order_by("ends_on", "id")

    def end(self, *, by: User) -> int:
        """End these at once, before their last day; returns how many were still standing."""
        return self.standing().update(ended_at=timezone.now(), ended_by=by)


class AreaDelegation(models.Model):
    """The offices of one area reviewer in the hands of another while the first is away.

    Made by the reviewer or by the national administrator. From the first day to the last (western
    time) the delegate sees and may do in these offices what the reviewer may, and the reviewer
    still may as well. It does not reach further: what somebody holds by delegation is not passed
    on. Nobody verifies what they submitted, by whatever right. Ended early, never deleted.
    """

    delegator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations_given",
        verbose_name=_("reviewer who is away"),
    )  # fmt: skip
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations_received",
        verbose_name=_("stands in"),
    )  # fmt: skip
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("ended by"),
    )  # fmt: skip

    objects = AreaDelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation of an area")
        verbose_name_plural = _("delegations of areas")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(delegator=F("delegate")),
                name="areadelegation_to_another",
                violation_error_message=_("Nobody stands in for themselves."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="areadelegation_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="areadelegation_end_has_person",
                violation_error_message=_("An early end names who ended it."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["delegate", "ends_on"], condition=Q(ended_at=None),
                name="areadelegation_standing",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        told = {"delegate": self.delegate, "delegator": self.delegator}
        names = gettext("%(delegate)s for %(delegator)s") % told
        return f"{names}, {date_range(self.starts_on, self.ends_on)}"

    def clean(self) -> None:
        """Both must review areas; who stands in is another and must be able to log in."""
        people = [
            (name, getattr(self, name))
            for name in ("delegator", "delegate")
            if getattr(self, f"{name}_id")
        ]
        for name, person in people:
            if person.role != Role.AREA_REVIEWER:
                raise ValidationError({name: gettext("Choose an area reviewer.")})
        if self.delegate_id and self.delegate_id == self.delegator_id:
            raise ValidationError({"delegate": gettext("Nobody stands in for themselves.")})
        if self.delegate_id and not self.delegate.may_log_in:
            raise ValidationError({"delegate": gettext("This account is not active.")})
        if self.ends_on and self.ends_on < today_in_jakarta():
            raise ValidationError({"ends_on": gettext("The last day has passed already.")})


def area_reviewers() -> models.QuerySet[User]:
    """Who may stand in: every area reviewer with an open account, by name."""
    return User.objects.filter(role=Role.AREA_REVIEWER, is_active=True).order_by("name", "pk")
