from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """The last sign of life of one clockwork: a row that beat rings and a worker writes."""

    BEAT = "beat"

    name = models.CharField(_("name"), max_length=40, unique=True)
    beaten_at = models.DateTimeField(_("last beat"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name
