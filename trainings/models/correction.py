"""Corrections and restrictions of a participant's data after verification, and their history."""

from collections.abc import Mapping
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.reporting.refusals import Incomplete, Refused, Stale
from trainings.models.certificate import CertificateFile
from trainings.models.participant import FIELD_LABELS, Participant, name_key
from trainings.models.report import CohortReport

# What no figure and no receipt rests on; everything else asks for the report to be reopened.
CORRECTABLE = ("name", "birth_place", "education", "address", "phone")
COUNTED = ("nik", "sex", "birth_date", "disability", "result")
PRINTED = {"name", "birth_place"}
RESTRICTION = "restriction"
PLACES = {name: FIELD_LABELS[name] for name in CORRECTABLE} | {
    RESTRICTION: _("Restriction of processing")
}


class ParticipantChangeQuerySet(models.QuerySet["ParticipantChange"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(participant__in=Participant.objects.file_visible_to(user))

    @transaction.atomic
    def correct(
        self, person: Participant, values: Mapping[str, str], *, by: User, because: str
    ) -> list["ParticipantChange"]:
        """Correct a participant of a verified report; returns a row for each value that changed.

        Raises Incomplete without a reason, Refused for an erased person or while the report is not
        verified: then its operator corrects the roster. Raises ValueError for what counts.
        """
        if unknown := set(values) - set(CORRECTABLE):
            raise ValueError(f"these count or are unknown: {sorted(unknown)}")
        held = self._held(person, because)
        reports = CohortReport.objects.closing().filter(cohort=held.cohort_id)
        if not reports.verified().exists():
            raise Refused(
                gettext("The closing report of this cohort is not verified."),
                cure=gettext("The operator corrects the roster before handing the report in."),
            )
        changed = {name: new for name, new in values.items() if getattr(held, name) != new}
        rows = [
            self.model(
                participant=held, field=name, old=getattr(held, name), new=new,
                because=because.strip(), by=by, at=timezone.now(),
            )
            for name, new in changed.items()
        ]  # fmt: skip
        if changed:
            key = {"name_key": name_key(changed["name"])} if "name" in changed else {}
            Participant.objects.filter(pk=held.pk).update(**changed, **key)
        if PRINTED & changed.keys():
            CertificateFile.objects.filter(cohort=held.cohort_id).discard()
        return self.bulk_create(rows)

    @transaction.atomic
    def restrict(
        self, person: Participant, *, is_restricted: bool, by: User, because: str
    ) -> "ParticipantChange":
        """Hide a participant from lists and exports of names, or show the person again.

        The participation still counts. Raises Incomplete without a reason, Stale where it is so
        already.
        """
        held = self._held(person, because)
        if bool(held.restricted_at) == is_restricted:
            raise Stale(gettext("Somebody else has decided this meanwhile. Open the file again."))
        at = timezone.now() if is_restricted else None
        Participant.objects.filter(pk=held.pk).update(restricted_at=at)
        CertificateFile.objects.filter(cohort=held.cohort_id).discard()
        words = gettext("lifted"), gettext("restricted")
        return self.create(
            participant=held, field=RESTRICTION, old=words[not is_restricted],
            new=words[is_restricted], because=because.strip(), by=by, at=timezone.now(),
        )  # fmt: skip

    @staticmethod
    def _held(person: Participant, because: str) -> Participant:
        if not because.strip():
            raise Incomplete(gettext("Write the reason first."))
        held = Participant.objects.select_for_update().get(pk=person.pk)
        if held.erased_at:
            raise Refused(gettext("The data of this person have been erased."))
        return held


class ParticipantChange(models.Model):
    """One value of a participant that staff changed after verification: old, new, who and why.

    Rows are added and never changed; an erasure empties the values.
    """

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="changes", verbose_name=_("participant")
    )
    field = models.CharField(_("what"), max_length=16, choices=list(PLACES.items()))
    old = models.CharField(_("before"), max_length=300, blank=True)
    new = models.CharField(_("after"), max_length=300, blank=True)
    because = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    objects = ParticipantChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a participant")
        verbose_name_plural = _("changes of participants")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(because=""), name="participantchange_has_reason",
                violation_error_message=_("A change needs its reason."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.get_field_display()


class Erasure(models.Model):
    """One erasure of what has passed its retention: announced by a count, then carried out."""

    cutoff_on = models.DateField(_("cohorts that ended before"))
    people = models.PositiveIntegerField(_("participations"))
    others = models.PositiveIntegerField(_("owners of tenants"), default=0)
    announced_at = models.DateTimeField(_("announced at"))
    done_at = models.DateTimeField(_("carried out at"), null=True, blank=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.cutoff_on}: {self.people}"
