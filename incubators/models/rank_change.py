"""What was decided anew of a candidate before the selection: rank, score, place on the reserve."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.formats import UNKNOWN, number

DECIDED = {
    "rank": _("rank"), "score": _("score"), "reserve_position": _("place on the reserve list"),
}  # fmt: skip


class RankChangeQuerySet(models.QuerySet["RankChange"]):
    def note(
        self, incubator_id: int, *, before: Mapping[str, Any], after: Mapping[str, Any], by: User
    ) -> None:
        """Write a row for each value that differs, inside the transaction that changes it."""
        now = timezone.now()
        self.bulk_create(
            self.model(
                incubator_id=incubator_id,
                field=name,
                old=before[name],
                new=after[name],
                by=by,
                at=now,
            )
            for name in DECIDED
            if before[name] != after[name]
        )


class RankChange(models.Model):
    """One value of the ranking that was decided anew: before, after, who and when; rows stay."""

    incubator = models.ForeignKey(
        "incubators.Incubator", models.PROTECT, related_name="rank_changes",
        verbose_name=_("incubator"),
    )  # fmt: skip
    field = models.CharField(_("what"), max_length=16, choices=list(DECIDED.items()))
    old = models.DecimalField(_("before"), max_digits=7, decimal_places=2, null=True)
    new = models.DecimalField(_("after"), max_digits=7, decimal_places=2, null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    objects = RankChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a rank")
        verbose_name_plural = _("changes of ranks")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.get_field_display()

    @property
    def was(self) -> str:
        """What stood there, as it is read."""
        return self._written(self.old)

    @property
    def is_now(self) -> str:
        """What stands there since, as it is read."""
        return self._written(self.new)

    def _written(self, value: Decimal | None) -> str:
        return UNKNOWN if value is None else number(value, 2 if self.field == "score" else 0)
