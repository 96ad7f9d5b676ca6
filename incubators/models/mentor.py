"""Mentors, and the log of what each did with which incubator or tenant."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import Partner, User
from blk_portal.accounts.requests import Visitor
from blk_portal.accounts.roles import Reach
from blk_portal.formats import long_date, today_in_jakarta
from blk_portal.privacy.validators import without_nik
from blk_portal.reporting.refusals import Incomplete, Stale
from incubators.models.incubator import Incubator
from incubators.models.tenant import Tenant
from incubators.models.tending import tended_by
from incubators.stages import Stage

MOST_HOURS = 24


class MentorQuerySet(models.QuerySet["Mentor"]):
    def visible_to(self, user: Visitor) -> Self:
        """Mentors are known to everybody who has pages, as the partners are they come from."""
        if not user.is_authenticated or not user.is_active or user.spec.reach == Reach.NOTHING:
            return self.none()
        return self

    def active(self, *, on: date) -> Self:
        """Those who mentor on a day."""
        return self.filter(Q(active_to=None) | Q(active_to__gte=on), active_from__lte=on)

    def with_hours(self, sessions: "MentoringSessionQuerySet") -> Self:
        """Annotated with the hours and the number of these sessions that each has held."""
        own = sessions.standing().filter(mentor=models.OuterRef("pk")).order_by().values("mentor")
        return self.annotate(
            hours_held=models.Subquery(own.annotate(sum=models.Sum("hours")).values("sum")),
            sessions_held=models.Subquery(own.annotate(n=models.Count("pk")).values("n")),
        )


class Mentor(models.Model):
    """A person who advises incubators and their tenants, often a lecturer of a partner.

    Kept by national staff. Who no longer mentors has a last day, and is never deleted.
    """

    name = models.CharField(_("name"), max_length=150, validators=[without_nik])
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="mentors",
        verbose_name=_("comes from"), help_text=_("Empty: from no partner."),
    )  # fmt: skip
    expertise = models.CharField(_("expertise"), max_length=200, validators=[without_nik])
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    active_from = models.DateField(_("mentors from"))
    active_to = models.DateField(
        _("mentors until"), null=True, blank=True, help_text=_("Empty: without an end.")
    )

    objects = MentorQuerySet.as_manager()

    # What `with_hours` puts beside a row.
    hours_held: Any
    sessions_held: int | None

    class Meta:
        verbose_name = _("mentor")
        verbose_name_plural = _("mentors")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(active_to=None) | Q(active_to__gte=F("active_from")),
                name="mentor_dates_in_order",
                violation_error_message=_("The last day lies before the first one."),
            ),
            models.UniqueConstraint(
                fields=["name", "partner"], name="mentor_once_a_partner", nulls_distinct=False,
                violation_error_message=_("There is already a mentor of this name and partner."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def is_active_on(self, day: date) -> bool:
        return self.active_from <= day and (self.active_to is None or day <= self.active_to)


class MentoringSessionQuerySet(models.QuerySet["MentoringSession"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(incubator__in=Incubator.objects.visible_to(user))

    def editable_by(self, user: Visitor) -> Self:
        """Those a person may withdraw: of the incubators whose tenants the person keeps."""
        return self.filter(incubator__in=tended_by(user))

    def standing(self) -> Self:
        """Those that hold: not withdrawn as recorded by mistake."""
        return self.filter(withdrawn_at=None)

    def for_lists(self) -> Self:
        """With all that a row of the log shows, in one query."""
        return self.select_related("mentor__partner", "tenant", "recorded_by")


class MentoringSession(models.Model):
    """One meeting of a mentor with an incubator or one of its tenants, as the operator logs it.

    One that was recorded by mistake is withdrawn with a reason; it is not changed.
    """

    incubator = models.ForeignKey(
        Incubator, models.PROTECT, related_name="sessions", verbose_name=_("incubator")
    )
    tenant = models.ForeignKey(
        Tenant, models.PROTECT, null=True, blank=True, related_name="sessions",
        verbose_name=_("tenant"), help_text=_("Empty: with the incubator as a whole."),
    )  # fmt: skip
    mentor = models.ForeignKey(
        Mentor, models.PROTECT, related_name="sessions", verbose_name=_("mentor")
    )
    held_on = models.DateField(_("date"))
    topic = models.CharField(_("topic"), max_length=200, validators=[without_nik])
    hours = models.DecimalField(
        _("hours"), max_digits=3, decimal_places=1,
        validators=[MinValueValidator(0.5), MaxValueValidator(MOST_HOURS)],
        help_text=_("Half hours as well: 1,5."),
    )  # fmt: skip
    outcome = models.CharField(
        _("outcome"), max_length=500, validators=[without_nik],
        help_text=_("What was agreed, or what the tenant does next."),
    )  # fmt: skip
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("recorded by"),
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("withdrawn by"),
    )  # fmt: skip
    withdrawn_because = models.CharField(
        _("why withdrawn"), max_length=300, blank=True, editable=False
    )

    objects = MentoringSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentoring session")
        verbose_name_plural = _("mentoring sessions")
        ordering = ["-held_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=MOST_HOURS),
                name="mentoringsession_hours_of_a_day",
                violation_error_message=_("A session lasts from half an hour to 24 hours."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because="")),
                name="mentoringsession_withdrawn_with_reason",
                violation_error_message=_("A withdrawn session says why."),
            ),
        ]
        indexes = [
            models.Index(fields=["incubator", "-held_on"], name="mentoringsession_incubator"),
            models.Index(fields=["mentor", "held_on"], name="mentoringsession_mentor"),
        ]

    def __str__(self) -> str:
        return f"{self.mentor}: {self.topic}"

    def clean(self) -> None:
        """The tenant is of the incubator and had entered it; the incubator was selected, the mentor
        active; the day has come."""
        faults: dict[str, str] = {}
        if self.tenant is not None and self.tenant.incubator_id != self.incubator_id:
            faults["tenant"] = gettext("This tenant is in another incubator.")
        if self.held_on and self.held_on > today_in_jakarta():
            faults["held_on"] = gettext("This day has not come yet. Log a session afterwards.")
        elif self.held_on and (early := self._too_early()):
            faults["held_on"] = early
        elif self.held_on and self.mentor_id and not self.mentor.is_active_on(self.held_on):
            faults["mentor"] = gettext(
                "%(name)s did not mentor on %(date)s. Choose another mentor or correct the date."
            ) % {"name": self.mentor, "date": long_date(self.held_on)}
        if faults:
            raise ValidationError(faults)

    def _too_early(self) -> str:
        """Why nobody was mentored on that day yet, in words; empty where nothing speaks against."""
        if self.tenant is not None and self.held_on < self.tenant.entered_on:
            text = gettext(
                "%(business)s entered on %(date)s. Correct the date, or log a session with the "
                "incubator as a whole."
            )
            told = {"business": self.tenant, "date": long_date(self.tenant.entered_on)}
            return text % told
        steps = self.incubator.transitions.standing().filter(to_stage=Stage.SELECTED)
        selected = steps.order_by("happened_on").values_list("happened_on", flat=True).first()
        if selected is None or self.held_on < selected:
            if selected is None:
                return gettext("The incubator has not been selected: mentoring begins after that.")
            return gettext(
                "The incubator was selected on %(date)s. Mentoring begins on that day at the "
                "earliest: correct the date."
            ) % {"date": long_date(selected)}
        return ""

    def log(self, *, by: User) -> None:
        """Write a session that `full_clean` has looked at."""
        self.recorded_by = by
        self.save(force_insert=True)

    def withdraw(self, *, by: User, reason: str) -> None:
        """Take a session out that was recorded by mistake. Raises Incomplete without a reason."""
        if not reason.strip():
            raise Incomplete(gettext("Say why: the reason is kept in the history."))
        changed = MentoringSession.objects.standing().filter(pk=self.pk).update(
            withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_because=reason.strip()
        )  # fmt: skip
        if not changed:
            raise Stale(gettext("This session has been withdrawn already."))
        self.refresh_from_db()
