"""What the integrity checks found: one row a run, one row a check."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import as_date, long_date
from blk_portal.progress.integrity.catalogue import CHECKS
from blk_portal.progress.integrity.check import Check, Finding

RIGHT = "progress.run_checks"


class CheckRunQuerySet(models.QuerySet["CheckRun"]):
    def visible_to(self, user: Visitor) -> Self:
        """All of them, to those who run checks: a check looks over the whole database."""
        return self if user.has_perm(RIGHT) else self.none()

    def finished(self) -> Self:
        return self.exclude(finished_at=None)

    def unfinished(self) -> Self:
        """The one that runs now, if any."""
        return self.filter(finished_at=None)

    def start(self, *, by: User | None) -> "CheckRun":
        """Ask for a run of all checks; the one that is under way serves those who ask again."""
        try:
            with transaction.atomic():
                return self.create(asked_at=timezone.now(), asked_by=by)
        except IntegrityError:
            return self.unfinished().get()


class CheckRun(models.Model):
    """One run of all integrity checks: nightly, or asked for by the national administrator."""

    asked_at = models.DateTimeField(_("asked for at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("asked by"),
    )  # fmt: skip
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = CheckRunQuerySet.as_manager()

    # What the administration puts beside a run: how many checks found something.
    told: int

    class Meta:
        verbose_name = _("run of the integrity checks")
        verbose_name_plural = _("runs of the integrity checks")
        ordering = ["-id"]
        permissions = [("run_checks", "May run the integrity checks")]
        constraints = [
            models.UniqueConstraint(
                fields=["finished_at"],
                condition=Q(finished_at=None),
                nulls_distinct=False,
                name="checkrun_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return long_date(as_date(self.asked_at))

    def finish(self) -> None:
        self.finished_at = timezone.now()
        self.save(update_fields=["finished_at"])


class CheckResultQuerySet(models.QuerySet["CheckResult"]):
    def visible_to(self, user: Visitor) -> Self:
        return self if user.has_perm(RIGHT) else self.none()

    def told(self) -> Self:
        """Those that found something, or could not be carried out."""
        return self.filter(Q(found__gt=0) | ~Q(error=""))

    def of_last_run(self) -> Self:
        """Those of the last run that is through."""
        last = CheckRun.objects.finished().order_by("-pk").values("pk")[:1]
        return self.filter(run__in=last)

    def begin(self, run: CheckRun, code: str) -> "CheckResult":
        """Note that a check is taken on: one that ends its process is not tried a second time."""
        return self.create(run=run, code=code, started_at=timezone.now())

    def interrupted(self, run: CheckRun) -> int:
        """Note the checks whose process ended under them; returns how many."""
        left = self.filter(run=run, finished_at=None)
        return left.update(
            finished_at=timezone.now(), error="interrupted", since=models.F("started_at")
        )


class CheckResult(models.Model):
    """What one check found in one run: how many rows, the first of them, and since when.

    since: the start of the first of the unbroken runs that found something. error: the check could
    not be carried out; what else was asked in the run stands.
    """

    run = models.ForeignKey(CheckRun, models.CASCADE, related_name="results", verbose_name=_("run"))
    code = models.SlugField(_("check"), max_length=40, db_index=False)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    found = models.PositiveIntegerField(_("rows found"), default=0)
    is_capped = models.BooleanField(_("more than were counted"), default=False)
    sample = models.JSONField(_("first rows"), default=list)
    since = models.DateTimeField(_("since"), null=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    objects = CheckResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result of a check")
        verbose_name_plural = _("results of checks")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "code"], name="checkresult_once_a_run")
        ]

    def __str__(self) -> str:
        return str(self.check_asked.name) if self.check_asked else self.code

    @property
    def check_asked(self) -> Check | None:
        """The check in words; none where it is asked no longer."""
        return CHECKS.get(self.code)

    @property
    def is_sound(self) -> bool:
        return not (self.found or self.error)

    @property
    def took(self) -> timedelta:
        return (self.finished_at or self.started_at) - self.started_at

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The first rows, each with its page."""
        check = self.check_asked
        return [row | {"url": check.link(row["target"]) if check else ""} for row in self.sample]

    def settle(self, finding: Finding, *, error: str = "") -> None:
        """Keep what was found, and since when something has been found without a break."""
        self.found, self.is_capped, self.sample = finding.found, finding.is_capped, finding.kept()
        self.error, self.finished_at = error[:200], timezone.now()
        self.since = None if self.is_sound else self._first_found()
        self.save()

    def _first_found(self) -> datetime:
        before = CheckResult.objects.filter(code=self.code, run__lt=self.run_id).order_by("-run_id")
        last = before.first()
        return last.since if last and last.since else self.started_at
