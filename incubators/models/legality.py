"""The permits and marks of a tenant's business."""

from datetime import date
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import long_date, today_in_jakarta
from incubators.models.tenant import Tenant
from incubators.models.tenant_change import TenantChange


class LegalityQuerySet(models.QuerySet["Legality"]):
    @transaction.atomic
    def keep(self, tenant: Tenant, kind: str, *, number: str, issued_on: date, by: User) -> None:
        """Store one permit of a tenant; its NIB may change who is a new entrepreneur."""
        facts = {"number": number, "issued_on": issued_on}
        before = self.filter(tenant=tenant, kind=kind).first()
        after, _is_new = self.update_or_create(tenant=tenant, kind=kind, defaults=facts)
        TenantChange.objects.note(
            tenant.pk, before={kind: before and before.in_words()}, after={kind: after.in_words()},
            by=by,
        )  # fmt: skip
        tenant.count_anew()

    def visible_to(self, user: Visitor) -> Self:
        return self.filter(tenant__in=Tenant.objects.visible_to(user))

    def editable_by(self, user: Visitor) -> Self:
        return self.filter(tenant__in=Tenant.objects.editable_by(user))


class Legality(models.Model):
    """One permit or mark of a tenant's business, with its number and day; one of each kind.

    Kept by the operator. Of the NIB it is the first one that stands here.
    """

    class Kind(models.TextChoices):
        NIB = "nib", "NIB"
        PIRT = "pirt", "PIRT"
        HALAL = "halal", _("Halal certificate")
        BRAND = "merek", _("Registered brand")

    tenant = models.ForeignKey(
        Tenant, models.CASCADE, related_name="legalities", verbose_name=_("tenant")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    number = models.CharField(_("number"), max_length=60)
    issued_on = models.DateField(_("issued on"))

    objects = LegalityQuerySet.as_manager()

    class Meta:
        verbose_name = _("permit of a tenant")
        verbose_name_plural = _("permits of tenants")
        ordering = ["issued_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind"], name="legality_once_a_kind",
                violation_error_message=_("This permit is entered already."),
            ),
            models.CheckConstraint(
                condition=~Q(number=""), name="legality_has_number",
                violation_error_message=_("A permit has a number."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["nib", "pirt", "halal", "merek"]),
                name="legality_known_kind",
                violation_error_message=_("Choose one of the listed permits."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def in_words(self) -> str:
        """Its number and day, as the history of the tenant tells them."""
        return f"{self.number}, {long_date(self.issued_on)}"

    def clean(self) -> None:
        if self.issued_on and self.issued_on > today_in_jakarta():
            raise ValidationError({"issued_on": gettext("This day has not come yet.")})
