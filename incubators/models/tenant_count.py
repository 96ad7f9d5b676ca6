"""What a verified quarterly report counts: a row for each tenant, with the span it held."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from incubators.models.quarterly import IncubationReport
from incubators.models.tenant import Tenant
from institutions.models import ProgrammeYear


class TenantCountQuerySet(models.QuerySet["TenantCount"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(tenant__in=Tenant.objects.visible_to(user))

    def live(self) -> Self:
        """Those that count now."""
        return self.filter(counted_to=None)


class TenantCount(models.Model):
    """What one tenant adds to the figures by one verified report; each column is an indicator.

    Written by verification, closed (`counted_to`) by reopening or where a later report changes what
    counts, never changed: any past day can be asked again. Stages and workers stand only in the
    newest verified quarter of a budget year, so that the sum over the year counts nobody twice.
    """

    report = models.ForeignKey(IncubationReport, models.PROTECT, related_name="counts")
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="counts")
    programme_year = models.ForeignKey(ProgrammeYear, models.PROTECT, related_name="+")
    before = models.PositiveSmallIntegerField()
    incubation = models.PositiveSmallIntegerField()
    after = models.PositiveSmallIntegerField()
    graduated = models.PositiveSmallIntegerField()
    entrepreneurs = models.PositiveSmallIntegerField()
    workers_male = models.PositiveIntegerField()
    workers_female = models.PositiveIntegerField()
    turnover = models.BigIntegerField()
    turnover_now = models.BigIntegerField()
    turnover_then = models.BigIntegerField()
    kur = models.BigIntegerField()
    tkm = models.BigIntegerField()
    csr = models.BigIntegerField()
    own = models.BigIntegerField()
    other = models.BigIntegerField()
    reached_6 = models.PositiveSmallIntegerField()
    survived_6 = models.PositiveSmallIntegerField()
    reached_12 = models.PositiveSmallIntegerField()
    survived_12 = models.PositiveSmallIntegerField()
    reached_24 = models.PositiveSmallIntegerField()
    survived_24 = models.PositiveSmallIntegerField()
    counted_from = models.DateTimeField()
    counted_to = models.DateTimeField(null=True)

    objects = TenantCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("tenant count")
        verbose_name_plural = _("tenant counts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "tenant"], condition=Q(counted_to=None),
                name="tenantcount_one_live_row",
            ),
            models.CheckConstraint(
                condition=Q(survived_6__lte=F("reached_6"))
                & Q(survived_12__lte=F("reached_12"))
                & Q(survived_24__lte=F("reached_24")),
                name="tenantcount_parts_within_whole",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["programme_year"], condition=Q(counted_to=None), name="tenantcount_live"
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.report_id} {self.tenant_id}"
