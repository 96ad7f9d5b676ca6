"""Dated facts about an institution that run in parallel with its status."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import long_date
from institutions.lifecycle import (
    ENDED,
    EXPIRING_MILESTONES,
    MOVED_MILESTONES,
    REPEATED_MILESTONES,
    MilestoneKind,
)
from institutions.models.document import Document
from institutions.models.institution import Institution
from institutions.models.programme import ProgrammeYear
from institutions.signals import institution_moved


class MilestoneRefused(Exception):
    """The fact cannot be recorded or withdrawn; the text says why."""


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(institution__in=Institution.objects.visible_to(user))

    def standing(self) -> Self:
        """Milestones that hold: not withdrawn by a cancellation or a correction."""
        return self.filter(withdrawn_at=None)

    def known_at(self, moment: datetime) -> Self:
        """Milestones as the portal knew them at a past moment."""
        return self.filter(recorded_at__lte=moment).exclude(withdrawn_at__lte=moment)

    @transaction.atomic
    def record(
        self,
        *,
        institution: Institution,
        kind: str,
        by: User,
        on: date,
        document_number: str = "",
        expires_on: date | None = None,
        percent: int | None = None,
        document: Document | None = None,
    ) -> "Milestone":
        """Record a fact that no verb writes; a VIN is also kept in the register.

        Raises MilestoneRefused for a fact that stands already, one that a verb writes, a VIN of
        another institution, and for an institution that has left the programme.
        """
        if kind in MOVED_MILESTONES:
            raise MilestoneRefused(gettext("This milestone is recorded with its step."))
        if institution.status in ENDED:
            text = gettext("The status is “%(status)s”: nothing more is recorded.")
            raise MilestoneRefused(text % {"status": institution.get_status_display()})
        milestone = Milestone(
            institution=institution, kind=kind, programme_year=institution.programme_year,
            happened_on=on, document_number=document_number, expires_on=expires_on,
            percent=percent, document=document, recorded_at=timezone.now(), recorded_by=by,
        )  # fmt: skip
        try:
            with transaction.atomic():
                milestone.full_clean()
                if kind == MilestoneKind.VIN:
                    milestone.keep_vin()
                milestone.save()
        except ValidationError as refusal:
            raise MilestoneRefused(" ".join(refusal.messages)) from refusal
        except IntegrityError as race:
            raise MilestoneRefused(gettext("This milestone is already recorded.")) from race
        institution_moved.send(
            Institution, institution=institution, years=[milestone.programme_year_id], places=[]
        )
        return milestone


class Milestone(models.Model):
    """One dated fact with its paper, for example the signing of the PKB.

    `happened_on` and the budget year say where it counts; `recorded_at` and `withdrawn_at` say what
    was known on a past day. Made by the verbs of Institution and, for the facts beside them, by
    staff; withdrawn, never deleted: PostgreSQL itself refuses to change what was recorded.
    """

    Kind = MilestoneKind

    institution = models.ForeignKey(
        "institutions.Institution", models.PROTECT, related_name="milestones",
        verbose_name=_("institution"),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=16, choices=MilestoneKind)
    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, related_name="milestones", verbose_name=_("budget year")
    )
    happened_on = models.DateField(_("date"))
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    percent = models.PositiveSmallIntegerField(
        _("progress in percent"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paper")
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("recorded by"),
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("withdrawn by"),
    )  # fmt: skip
    withdrawn_because = models.CharField(_("reason of withdrawal"), max_length=300, blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["happened_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "kind"],
                condition=models.Q(withdrawn_at=None) & ~models.Q(kind__in=REPEATED_MILESTONES),
                name="milestone_one_standing_of_a_kind",
                violation_error_message=_("This milestone is already recorded."),
            ),
            models.UniqueConstraint(
                fields=["institution", "kind", "happened_on"],
                condition=models.Q(withdrawn_at=None, kind__in=REPEATED_MILESTONES),
                name="milestone_one_standing_a_day",
                violation_error_message=_("This is already recorded for that day."),
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_because="")
                | (models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_because="")),
                name="milestone_withdrawal_has_reason",
                violation_error_message=_("A withdrawn milestone needs its reason."),
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="pkb") | ~models.Q(document_number=""),
                name="milestone_pkb_has_number",
                violation_error_message=_("A PKB needs its number."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="progress", percent__isnull=False, percent__lte=100)
                | (~models.Q(kind="progress") & models.Q(percent=None)),
                name="milestone_progress_has_percent",
                violation_error_message=_(
                    "Progress of the building is written in percent, 0 to 100; nothing else is."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(expires_on=None)
                | models.Q(kind__in=EXPIRING_MILESTONES, expires_on__gt=models.F("happened_on")),
                name="milestone_expiry_after_date",
                violation_error_message=_(
                    "Only a licence and an accreditation end, and on a day after they were given."
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["programme_year", "kind"],
                condition=models.Q(withdrawn_at=None),
                name="milestone_standing",
            ),
            # Lists of institutions name a PKB by its number, written in whatever way.
            models.Index(
                Upper(
                    models.Func(
                        "document_number",
                        models.Value("[^0-9A-Za-z]"),
                        models.Value(""),
                        models.Value("g"),
                        function="regexp_replace",
                        output_field=models.CharField(),
                    )
                ),
                condition=models.Q(kind="pkb", withdrawn_at=None),
                name="milestone_pkb_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {long_date(self.happened_on)}"

    @property
    def is_withdrawable(self) -> bool:
        """Whether it may be withdrawn by itself: no present status rests on it."""
        return self.withdrawn_at is None and self.kind not in MOVED_MILESTONES

    def is_expired_on(self, day: date) -> bool:
        """Whether its validity has ended before that day."""
        return self.expires_on is not None and self.expires_on < day

    def keep_vin(self) -> None:
        """Write the VIN into the register, where it is looked up."""
        institution = self.institution
        if not self.document_number:
            raise ValidationError(gettext("Write the VIN as the number of the paper."))
        known = institution.vin
        institution.vin = self.document_number
        try:
            institution.clean_fields(
                exclude=[f.name for f in institution._meta.fields if f.name != "vin"]
            )
            taken = Institution.objects.exclude(pk=institution.pk).filter(vin=institution.vin)
            if taken.exists():
                raise ValidationError(gettext("Another institution already has this VIN."))
            institution.save(update_fields=["vin"])
        except ValidationError:
            institution.vin = known
            raise

    @transaction.atomic
    def withdraw(self, *, by: User, reason: str) -> None:
        """Take back a fact that was recorded by mistake; it stays readable with the reason.

        Raises MilestoneRefused without a reason, where it is withdrawn already, and where the
        present status rests on it.
        """
        if not reason.strip():
            raise MilestoneRefused(gettext("Say why: the reason is kept in the history."))
        if self.kind in MOVED_MILESTONES:
            text = gettext(
                "The status “%(status)s” rests on this milestone, which was written by its step; "
                "it cannot be withdrawn by itself."
            )
            raise MilestoneRefused(text % {"status": self.institution.get_status_display()})
        withdrawn = Milestone.objects.standing().filter(pk=self.pk)
        now = timezone.now()
        if not withdrawn.update(withdrawn_at=now, withdrawn_by=by, withdrawn_because=reason):
            raise MilestoneRefused(gettext("This milestone has been withdrawn already."))
        self.refresh_from_db()
        if self.kind == MilestoneKind.VIN:
            Institution.objects.filter(pk=self.institution_id, vin=self.document_number).exclude(
                vin=""
            ).update(vin="")
        institution_moved.send(
            Institution, institution=self.institution, years=[self.programme_year_id], places=[]
        )
