"""What the systems of partners asked: when, where and with what outcome; never about whom."""

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.clients import PartnerClient

if TYPE_CHECKING:
    from blk_portal.accounts.requests import Visitor


class ClientRequestQuerySet(models.QuerySet["ClientRequest"]):
    def visible_to(self, user: "Visitor") -> Self:
        """For those who see the clients."""
        return self.filter(client__in=PartnerClient.objects.visible_to(user))

    def sweep(self) -> int:
        """Delete what is older than CLIENT_LOG_DAYS; returns how many rows went."""
        before = timezone.now() - timedelta(days=settings.CLIENT_LOG_DAYS)
        return self.filter(at__lt=before).delete()[0]


class ClientRequest(models.Model):
    """One request of a partner's system.

    Names the kind of address and not the address itself, which may hold the key of a person.
    """

    client = models.ForeignKey(
        PartnerClient, models.CASCADE, related_name="requests", verbose_name=_("partner client")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    method = models.CharField(_("method"), max_length=8)
    route = models.CharField(_("address"), max_length=80)
    status = models.PositiveSmallIntegerField(_("status"))
    milliseconds = models.PositiveIntegerField(_("milliseconds"))
    sent_bytes = models.PositiveBigIntegerField(_("bytes sent"))

    objects = ClientRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request of a partner")
        verbose_name_plural = _("requests of partners")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["client", "-id"], name="clientrequest_of_client"),
            models.Index(fields=["at"], name="clientrequest_at"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.status}"
