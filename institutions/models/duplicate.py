"""Institutions that may stand in the register twice, and pairs that people have told apart."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from institutions.models.institution import Institution


class DistinctPair(models.Model):
    """Two institutions that look alike and are not the same: who said so, when and why.

    Made by staff of the area; the pair does not come back to the queue.
    """

    stays_when_merged: ClassVar[bool] = True

    first = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("institution")
    )
    second = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("other institution")
    )
    reason = models.CharField(_("reason"), max_length=300)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now)

    class Meta:
        verbose_name = _("pair told apart")
        verbose_name_plural = _("pairs told apart")
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="distinctpair_in_order",
                violation_error_message=_("A pair is kept once, the older institution first."),
            ),
            models.UniqueConstraint(
                fields=["first", "second"],
                name="distinctpair_once",
                violation_error_message=_("This pair has been told apart already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id}, {self.second_id}"


def tell_apart(one: Institution, other: Institution, *, by: User, reason: str) -> None:
    """Remember that two institutions are not the same; a second time changes nothing."""
    first, second = sorted((one, other), key=lambda institution: institution.pk)
    DistinctPair.objects.get_or_create(
        first=first, second=second, defaults={"reason": reason, "decided_by": by}
    )


class LikelyDuplicateQuerySet(models.QuerySet["LikelyDuplicate"]):
    def visible_to(self, user: Visitor) -> Self:
        """Pairs of which a person sees both."""
        visible = Institution.objects.visible_to(user)
        return visible.narrow(visible.narrow(self, by="first"), by="second")

    def for_lists(self) -> Self:
        """With all that a list row shows, in one query."""
        return self.select_related("first__regency__province", "second__regency__province")


class LikelyDuplicate(models.Model):
    """Two institutions of one regency that may be one; found by the database when it is asked.

    Points: same name, however spelt, 3; same VIN but for its punctuation 3; same phone 2; same
    legal owner and field 2; the same tax number of two owners 2. From 2 points on a pair is shown.
    Left out are pairs told apart, institutions whose way has ended, and one that takes the other's
    place. The view stands in the first migration; a change of a column that it reads has to drop
    and make it again.
    """

    first = models.ForeignKey(Institution, models.DO_NOTHING, related_name="+")
    second = models.ForeignKey(Institution, models.DO_NOTHING, related_name="+")
    same_name = models.BooleanField()
    same_vin = models.BooleanField()
    same_phone = models.BooleanField()
    same_owner = models.BooleanField()
    same_tax_number = models.BooleanField()
    points = models.PositiveIntegerField()
    found_at = models.DateTimeField()

    objects = LikelyDuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = _("likely duplicate")
        verbose_name_plural = _("likely duplicates")
        managed = False
        db_table = "institutions_likelyduplicate"
        ordering = ["-points", "id"]

    def __str__(self) -> str:
        return f"{self.first_id}, {self.second_id}: {self.points}"

    @property
    def reasons(self) -> list[object]:
        """What the two have in common, in words."""
        words = {
            "same_name": _("same name"),
            "same_vin": _("same VIN"),
            "same_phone": _("same phone"),
            "same_owner": _("same legal owner and field"),
            "same_tax_number": _("same NPWP of the owners"),
        }
        return [label for name, label in words.items() if getattr(self, name)]
