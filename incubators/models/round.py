"""Selection rounds: in which budget year, by which decree, and how many they may name."""

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.formats import today_in_jakarta
from incubators.eligibility import with_bars
from incubators.stages import COUNTING, Stage
from institutions.models import Document, DocumentKind, Institution, ProgrammeYear

if TYPE_CHECKING:
    from incubators.models.incubator import Incubator, IncubatorQuerySet

PAPER_KIND = ("keputusan-seleksi", "Keputusan seleksi inkubator")


class SelectionRound(models.Model):
    """One selection of incubators: its budget year, its decree and how many it may name.

    Kept by the national administrator and the incubator reviewers; who stands on its list, and who
    counts, changes by the verbs of incubators alone.
    """

    programme_year = models.OneToOneField(
        ProgrammeYear, models.PROTECT, related_name="selection_round",
        verbose_name=_("budget year"),
    )  # fmt: skip
    decree = models.CharField(_("decree"), max_length=100, blank=True)
    decreed_on = models.DateField(_("date of the decree"), null=True, blank=True)
    decree_paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("paper of the decree"),
    )  # fmt: skip
    places = models.PositiveSmallIntegerField(_("places"), default=100)

    class Meta:
        verbose_name = _("selection round")
        verbose_name_plural = _("selection rounds")
        ordering = ["-programme_year__year"]

    def __str__(self) -> str:
        return str(self.programme_year)

    def held(self) -> "SelectionRound":
        """This row, locked until the transaction ends: verbs of one round follow one another."""
        return SelectionRound.objects.select_for_update(no_key=True).get(pk=self.pk)

    @transaction.atomic
    def keep_decree(self, file: "UploadedFile[Any]", *, by: User) -> None:
        """Store the paper of the decree; an earlier one stays among the papers.

        Raises DocumentRefused for a file that cannot be kept.
        """
        kind, _is_new = DocumentKind.objects.get_or_create(
            code=PAPER_KIND[0], defaults={"name": PAPER_KIND[1]}
        )
        self.decree_paper = Document.objects.store(
            institution=None, kind=kind, file=file, by=by, number=self.decree,
            dated_on=self.decreed_on,
        )  # fmt: skip
        self.save(update_fields=["decree_paper"])

    def taken(self) -> int:
        """How many of its places are taken now."""
        return self.incubators.filter(stage__in=COUNTING).count()

    def reserve(self) -> "IncubatorQuerySet":
        """The reserve list in its order: those on the short list that have a place on it."""
        rows: IncubatorQuerySet = self.incubators.filter(stage=Stage.SHORTLISTED)
        return rows.exclude(reserve_position=None).order_by("reserve_position", "pk")

    def next_in_reserve(self) -> "Incubator | None":
        """The first of the reserve list that may be selected today; None where there is none."""
        return _first_free(self.reserve())

    def next_in_line(self) -> "Incubator | None":
        """Who comes next where the decree names nobody itself: the reserve list, and by rank where
        nobody on it may be selected today."""
        waiting: IncubatorQuerySet = self.incubators.filter(stage=Stage.SHORTLISTED)
        decided = waiting.exclude(rank=None, reserve_position=None)
        reserve_first = models.F("reserve_position").asc(nulls_last=True)
        return _first_free(decided.order_by(reserve_first, "rank", "pk"))


def _first_free(waiting: "IncubatorQuerySet") -> "Incubator | None":
    """The first of those that wait whom the register does not bar today."""
    listed = with_bars(Institution.objects.filter(incubators__in=waiting), on=today_in_jakarta())
    free = listed.filter(models.Q(is_eligible=True)).order_by()
    near = waiting.filter(institution__in=free.values("pk"))
    return near.select_related("institution__regency", "round__programme_year").first()
