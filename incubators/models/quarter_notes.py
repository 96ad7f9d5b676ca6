"""What is written about a tenant in a quarterly report: explanations, and flags of reviewers."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from blk_portal.formats import number, rupiah
from blk_portal.privacy.validators import without_nik
from blk_portal.reporting.flags import Flag
from blk_portal.reporting.models import digest_of
from incubators.models.incubator import Incubator
from incubators.models.quarterly import IncubationReport, IncubationReportTransition, TenantQuarter
from incubators.models.tenant import Tenant
from incubators.models.tending import tended_by


class QuarterExplanationQuerySet(models.QuerySet["QuarterExplanation"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(report__incubator__in=Incubator.objects.visible_to(user))

    def editable_by(self, user: Visitor) -> Self:
        return self.filter(report__incubator__in=tended_by(user))


class QuarterExplanation(models.Model):
    """Why a finding about a tenant is in order: a jump of its turnover, or that it is left out.

    One for each tenant and code of a finding; written by the operator while the report is open.
    """

    report = models.ForeignKey(
        IncubationReport, models.PROTECT, related_name="explanations", verbose_name=_("report")
    )
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+", verbose_name=_("tenant"))
    code = models.CharField(_("finding"), max_length=32)
    text = models.CharField(_("explanation"), max_length=300, validators=[without_nik])
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    objects = QuarterExplanationQuerySet.as_manager()

    class Meta:
        verbose_name = _("explanation in a quarterly report")
        verbose_name_plural = _("explanations in quarterly reports")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "tenant", "code"], name="quarterexplanation_once_a_code",
                violation_error_message=_("This finding is explained already."),
            ),
            models.CheckConstraint(
                condition=~Q(text=""), name="quarterexplanation_has_text",
                violation_error_message=_("An explanation says why."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text


class IncubationReportFlagQuerySet(models.QuerySet["IncubationReportFlag"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(transition__report__in=IncubationReport.objects.visible_to(user))

    def standing(self) -> Self:
        """Those that no later decision has settled."""
        return self.filter(resolved_at=None)


class IncubationReportFlag(Flag):
    """What a reviewer flagged about one tenant when the report went back."""

    transition = models.ForeignKey(
        IncubationReportTransition, models.PROTECT, related_name="flags",
        verbose_name=_("returned with"),
    )  # fmt: skip
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+", verbose_name=_("tenant"))

    objects = IncubationReportFlagQuerySet.as_manager()
    _rows: list[TenantQuarter | None] | None = None

    class Meta(Flag.Meta):
        verbose_name = _("flag on a quarterly report")
        verbose_name_plural = _("flags on quarterly reports")

    @classmethod
    def about(cls, report: IncubationReport, tenant: Tenant, *, note: str) -> Self:
        """A flag for the next return, with what stands there now; not stored yet."""
        row = report.tenant_quarters.filter(tenant=tenant).first()
        flag = cls(tenant=tenant, note=note)
        flag.was, flag.was_digest = said_of(row), digest_of_row(row)
        return flag

    def beside(self, row: TenantQuarter | None) -> Self:
        """The same flag with what stands there now, where a page has read it already."""
        self._rows = [row]
        return self

    def _row(self) -> TenantQuarter | None:
        if self._rows is not None:
            return self._rows[0]
        report = self.transition.report
        return report.tenant_quarters.filter(tenant=self.tenant_id).first()

    def present_value(self) -> str:
        return said_of(self._row())

    def present_digest(self) -> str:
        return digest_of_row(self._row())


def said_of(row: TenantQuarter | None) -> str:
    """What a row says, in one line."""
    if row is None:
        return gettext("not reported")
    return gettext("turnover %(turnover)s, workers %(male)s male and %(female)s female") % {
        "turnover": rupiah(row.turnover),
        "male": number(row.workers_male),
        "female": number(row.workers_female),
    }


def digest_of_row(row: TenantQuarter | None) -> str:
    """The digest of all that a row says, its finance included."""
    if row is None:
        return digest_of(None)
    money = sorted((each.source, each.amount, each.giver) for each in row.finance.all())
    return digest_of(
        [row.turnover, row.workers_male, row.workers_female, row.is_operating, row.note, money]
    )
