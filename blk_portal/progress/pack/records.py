"""The national-meeting packs: which figures each shows, for whom, and how its files fare."""

from datetime import date, timedelta
from functools import partial
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import long_date
from blk_portal.progress.publication import Publication
from institutions.models import ProgrammeYear
from institutions.models.document import documents_storage

RIGHT = "progress.take_meetingpack"
KEPT_FOR = timedelta(days=30)
MOST_ATTEMPTS = 3
# A worker that has said nothing for so long is taken for dead.
LEASE = timedelta(minutes=2)
# Figures, contents, paper, workbook.
STEPS = 4


class Audience(models.TextChoices):
    """Who reads a pack: the ministry, or everybody."""

    INTERNAL = "internal", _("For the ministry")
    PUBLIC = "public", _("For everybody")


class PackState(models.TextChoices):
    WAITING = "waiting", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


def file_path(kept: "MeetingPack", filename: str) -> str:
    """A name that tells nothing and cannot be guessed."""
    return f"packs/{uuid4().hex}"


class MeetingPackQuerySet(models.QuerySet["MeetingPack"]):
    def visible_to(self, user: Visitor) -> Self:
        """All for those who take packs to the meeting; for others those of publications."""
        if user.has_perm(RIGHT):
            return self
        return self.filter(audience=Audience.PUBLIC).exclude(publication=None)

    def for_lists(self) -> Self:
        return self.select_related("programme_year", "publication", "asked_by")

    def ready(self) -> Self:
        return self.filter(state=PackState.READY)

    def owed(self) -> Self:
        """Those that a worker has still to make and none is making."""
        free = Q(leased_at=None) | Q(leased_at__lte=timezone.now() - LEASE)
        return self.filter(free, state=PackState.WAITING).order_by("pk")

    def public_of(self, publication: Publication) -> "MeetingPack | None":
        """The pack that everybody may fetch with a publication; none while it is being made."""
        return self.ready().filter(publication=publication, audience=Audience.PUBLIC).first()

    def expired(self) -> Self:
        """Those asked for more than 30 days ago; what was mailed or is public stays."""
        old = self.filter(asked_at__lte=timezone.now() - KEPT_FOR, mails=None)
        return old.exclude(audience=Audience.PUBLIC, publication__isnull=False)

    def discard(self) -> int:
        """Remove the rows with their files; how many. Files go after the commit of their row."""
        kept = list(self.values_list("pk", "paper", "workbook"))
        MeetingPack.objects.filter(pk__in=[row[0] for row in kept]).delete()
        for path in (path for row in kept for path in row[1:] if path):
            transaction.on_commit(partial(documents_storage().delete, path))
        return len(kept)

    @transaction.atomic
    def ask(
        self,
        year: ProgrammeYear,
        *,
        publication: Publication | None = None,
        day: date | None = None,
        audience: str = Audience.INTERNAL,
        by: User | None,
    ) -> "MeetingPack":
        """The pack of a publication, of the end of a day, or of the running figures.

        What is over does not change: one pack serves everybody who asks for it, and one that failed
        is tried again. Of the running figures the one that is being made serves.
        """
        subject = {
            "programme_year": year, "publication": publication, "day": day, "audience": audience,
        }  # fmt: skip
        asked = {"asked_by": by, "asked_at": timezone.now()}
        if publication is None and day is None:
            waiting = self.filter(**subject, state=PackState.WAITING).first()
            return waiting or self.create(**subject, **asked)
        pack, _is_new = self.get_or_create(**subject, defaults=asked)
        pack.try_again()
        return pack

    def open_public(self) -> int:
        """Ask for the public pack of the last publication of each year that lacks it; how many."""
        last = (
            Publication.objects.order_by("programme_year_id", "-number", "-correction")
            .distinct("programme_year_id")
            .select_related("programme_year")
        )
        kept = set(self.filter(audience=Audience.PUBLIC).values_list("publication", flat=True))
        lacking = [one for one in last if one.pk not in kept]
        for one in lacking:
            self.ask(one.programme_year, publication=one, audience=Audience.PUBLIC, by=None)
        return len(lacking)


class MeetingPack(models.Model):
    """One pack for the national meeting, as PDF and as workbook, made by a worker.

    Its figures are those of a publication, of the end of a past day, or the running ones. The
    public one shows no figure of fewer than five persons. Asked for by national staff and
    leadership, or by the portal itself.
    """

    Audience = Audience
    State = PackState

    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, related_name="packs", verbose_name=_("budget year")
    )
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="packs",
        verbose_name=_("publication"),
    )  # fmt: skip
    day = models.DateField(_("figures as of"), null=True, blank=True)
    audience = models.CharField(_("for whom"), max_length=8, choices=Audience)
    state = models.CharField(
        _("state"), max_length=8, choices=PackState, default=PackState.WAITING
    )  # fmt: skip
    done = models.PositiveSmallIntegerField(_("steps done"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    leased_at = models.DateTimeField(_("last heard of the worker"), null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("asked by"),
    )  # fmt: skip
    asked_at = models.DateTimeField(_("asked at"))
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)
    paper = models.FileField(
        _("paper"), upload_to=file_path, storage=documents_storage, blank=True
    )  # fmt: skip
    workbook = models.FileField(
        _("workbook"), upload_to=file_path, storage=documents_storage, blank=True
    )  # fmt: skip

    objects = MeetingPackQuerySet.as_manager()

    class Meta:
        verbose_name = _("national-meeting pack")
        verbose_name_plural = _("national-meeting packs")
        ordering = ["-asked_at", "-id"]
        permissions = [("take_meetingpack", "May make and fetch the national-meeting pack")]
        constraints = [
            models.UniqueConstraint(
                fields=["programme_year", "publication", "day", "audience"],
                condition=Q(publication__isnull=False) | Q(day__isnull=False),
                nulls_distinct=False,
                name="meetingpack_one_of_its_figures",
                violation_error_message=_("There is a pack of these figures."),
            ),
            models.CheckConstraint(
                condition=Q(publication=None) | Q(day=None),
                name="meetingpack_one_moment",
                violation_error_message=_("A pack shows a publication or a day, not both."),
            ),
            models.CheckConstraint(
                condition=~Q(audience="public")
                | Q(publication__isnull=False)
                | Q(day__isnull=False),
                name="meetingpack_public_is_frozen",
                violation_error_message=_("The public sees figures that do not change any more."),
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(paper="") & ~Q(workbook="")),
                name="meetingpack_ready_has_files",
                violation_error_message=_("A pack that is ready has both files."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_year}, {self.basis}"

    @property
    def basis(self) -> str:
        """Of which moment its figures are, in words; wants the publication."""
        if self.publication:
            return f"{self.publication.label} ({long_date(self.publication.day)})"
        if self.day:
            return gettext("figures at the end of %(day)s") % {"day": long_date(self.day)}
        return gettext("running figures")

    @property
    def as_of(self) -> date | None:
        """The day at whose end its figures were known; None for the running ones."""
        return self.publication.day if self.publication else self.day

    @property
    def is_public(self) -> bool:
        return self.audience == Audience.PUBLIC

    @property
    def is_at_work(self) -> bool:
        return self.state == PackState.WAITING

    @property
    def percent(self) -> int:
        return 100 * self.done // STEPS

    @property
    def steps(self) -> int:
        return STEPS

    def try_again(self) -> bool:
        """Put a pack that failed back to those that a worker makes; false for any other."""
        failed = MeetingPack.objects.filter(pk=self.pk, state=PackState.FAILED)
        again = failed.update(state=PackState.WAITING, attempts=0, leased_at=None, done=0)
        self.refresh_from_db(fields=["state", "done"])
        return bool(again)

    def filename(self, form: str) -> str:
        """The name of a file (pdf or xlsx) as it is handed out."""
        moment = self.as_of or timezone.localdate(self.asked_at)
        public = "-umum" if self.is_public else ""
        return f"bahan-rapat-{self.programme_year.year}-{moment}{public}.{form}"
