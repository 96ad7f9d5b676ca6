"""Selection rounds: in which budget year, by which decree, and how many they may name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from institutions.models import ProgrammeYear


class SelectionRound(models.Model):
    """One selection of incubators: its budget year, its decree and how many it may name."""

    programme_year = models.OneToOneField(
        ProgrammeYear, models.PROTECT, related_name="selection_round",
        verbose_name=_("budget year"),
    )  # fmt: skip
    decree = models.CharField(_("decree"), max_length=100, blank=True)
    places = models.PositiveSmallIntegerField(_("places"), default=100)

    class Meta:
        verbose_name = _("selection round")
        verbose_name_plural = _("selection rounds")
        ordering = ["-programme_year__year"]

    def __str__(self) -> str:
        return str(self.programme_year)
