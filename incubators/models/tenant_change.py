"""What was corrected of a tenant: each value with what stood there before, who and when."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import UNKNOWN, long_date, number, rupiah
from incubators.models.incubator import Incubator
from institutions.kbli import division_name

# Who the owner is: shown to those who work with incubators, emptied by an erasure.
OWNER = {
    "owner_name": _("Owner"), "owner_sex": _("Sex of the owner"), "nik": _("NIK of the owner"),
    "phone": _("Phone"), "contract_paper": _("Paper of the contract"),
}  # fmt: skip
PLACES = OWNER | {
    "business": _("Business"), "division": _("Line of business"), "kbli": _("KBLI code"),
    "contract_number": _("Number of the contract"), "contract_on": _("Date of the contract"),
    "had_business": _("Ran a business when it entered"),
    "baseline_turnover": _("Turnover before it entered"),
    "baseline_workers_male": _("Male workers at entry"),
    "baseline_workers_female": _("Female workers at entry"),
    "nib": "NIB", "pirt": "PIRT", "halal": _("Halal certificate"), "merek": _("Registered brand"),
}  # fmt: skip
# A NIK is never written here: that there is one is all a history needs.
HIDDEN = "••••"
YES, NO = "yes", "no"


def text_of(value: Any) -> str:
    """A value as the history keeps it; empty for none."""
    if isinstance(value, bool):
        return YES if value else NO
    return "" if value is None else str(value)


class TenantChangeQuerySet(models.QuerySet["TenantChange"]):
    def visible_to(self, user: Visitor) -> Self:
        """Changes of the tenants a person sees; of the owner for those who see owners."""
        seen = self.filter(tenant__incubator__in=Incubator.objects.visible_to(user))
        if user.is_authenticated and user.spec.sees_owners:
            return seen
        return seen.exclude(field__in=OWNER)

    def note(
        self, tenant_id: int, *, before: Mapping[str, Any], after: Mapping[str, Any], by: User
    ) -> None:
        """Write a row for each value that differs, inside the transaction that changes it."""
        now = timezone.now()
        texts = {name: (text_of(before.get(name)), text_of(after[name])) for name in after}
        self.bulk_create(
            self.model(tenant_id=tenant_id, field=name, old=old, new=new, by=by, at=now)
            for name, (old, new) in texts.items()
            if old != new
        )


class TenantChange(models.Model):
    """One value of a tenant that somebody corrected: before, after, who and when.

    Written with the correction, never typed; rows stay, an erasure empties those of the owner.
    """

    tenant = models.ForeignKey(
        "incubators.Tenant", models.PROTECT, related_name="changes", verbose_name=_("tenant")
    )
    field = models.CharField(_("what"), max_length=24, choices=list(PLACES.items()))
    old = models.CharField(_("before"), max_length=300, blank=True)
    new = models.CharField(_("after"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    objects = TenantChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction of a tenant")
        verbose_name_plural = _("corrections of tenants")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.get_field_display()

    @property
    def before(self) -> str:
        """What stood there, in words."""
        return self._words(self.old)

    @property
    def after(self) -> str:
        """What stands there since, in words."""
        return self._words(self.new)

    def _words(self, text: str) -> str:
        if not text:
            return UNKNOWN
        if self.field == "contract_on":
            return long_date(date.fromisoformat(text))
        if self.field == "baseline_turnover":
            return rupiah(int(text))
        if self.field.startswith("baseline_workers"):
            return number(int(text))
        if self.field == "division":
            return division_name(text)
        if self.field == "had_business":
            return gettext("yes") if text == YES else gettext("no")
        if self.field == "owner_sex":
            return gettext("Male") if text == "L" else gettext("Female")
        return text
