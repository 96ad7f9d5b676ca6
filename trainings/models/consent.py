"""The consent of a guardian for a participant under 18 (UU 27/2022, Art. 25), and its sheet."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.privacy.validators import without_nik
from blk_portal.reporting.refusals import Refused
from institutions.due import months_before
from institutions.models import Document, DocumentKind
from institutions.reference.papers import CONSENT
from trainings.models.cohort import Cohort
from trainings.models.participant import Participant

OF_AGE = 18


def youngest_of_age(cohort: Cohort) -> date:
    """Who is born later is under 18 when the cohort starts."""
    return months_before(cohort.starts_on, OF_AGE * 12)


class ConsentSheetQuerySet(models.QuerySet["ConsentSheet"]):
    def visible_to(self, user: Visitor) -> Self:
        if not user.is_authenticated or not user.spec.sees_names:
            return self.none()
        return self.filter(cohort__in=Cohort.objects.visible_to(user))

    def standing(self) -> Self:
        """Sheets whose paper has not been withdrawn."""
        return self.filter(document__withdrawn_at=None)

    @transaction.atomic
    def store(self, *, cohort: Cohort, file: "UploadedFile[Any]", by: User) -> "ConsentSheet":
        """Keep a scanned sheet among the papers that only those see who see names.

        Raises DocumentRefused, with the cure, for what cannot be kept.
        """
        kind, _is_new = DocumentKind.objects.get_or_create(
            code=CONSENT.code, defaults={"name": CONSENT.name, "holds_names": True}
        )
        document = Document.objects.store(
            institution=cohort.institution, kind=kind, file=file, by=by
        )
        return self.create(cohort=cohort, document=document)


class ConsentSheet(models.Model):
    """A scanned sheet on which guardians of a cohort have signed; one may do for all of them.

    Uploaded by the operator. The file is a paper of the institution, shown to nobody who may not
    see names.
    """

    cohort = models.ForeignKey(
        Cohort, models.PROTECT, related_name="consent_sheets", verbose_name=_("cohort")
    )
    document = models.OneToOneField(
        Document, models.PROTECT, related_name="+", verbose_name=_("paper")
    )

    objects = ConsentSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent sheet")
        verbose_name_plural = _("consent sheets")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.document.name


class GuardianConsentQuerySet(models.QuerySet["GuardianConsent"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(participant__in=Participant.objects.visible_to(user))

    def editable_by(self, user: Visitor) -> Self:
        return self.filter(participant__in=Participant.objects.editable_by(user))

    def standing(self) -> Self:
        """Consents that hold: neither they nor their sheet have been withdrawn."""
        return self.filter(withdrawn_at=None, sheet__document__withdrawn_at=None)

    def record(
        self, sheet: ConsentSheet, guardians: Mapping[Participant, tuple[str, str]], *, by: User
    ) -> None:
        """Note who has consented for whom on a sheet: participant -> (relation, guardian's name).

        An earlier consent for the same participant is replaced.
        """
        now = timezone.now()
        replaced = self.filter(participant__in=guardians, withdrawn_at=None)
        replaced.update(
            withdrawn_at=now, withdrawn_by=by, withdrawn_because=gettext("Replaced by a new one.")
        )
        self.bulk_create(
            GuardianConsent(
                participant=person, sheet=sheet, relation=relation, guardian_name=name,
                given_at=now, recorded_by=by,
            )
            for person, (relation, name) in guardians.items()
        )  # fmt: skip


class GuardianConsent(models.Model):
    """A guardian's consent that a minor takes part and that the minor's data are processed.

    Recorded by the operator from a signed sheet; withdrawn with a reason, never deleted while the
    participant is on the roster.
    """

    class Relation(models.TextChoices):
        FATHER = "ayah", _("Father")
        MOTHER = "ibu", _("Mother")
        GUARDIAN = "wali", _("Guardian")
        ON_SHEET = "sheet", _("As on the sheet")

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="consents", verbose_name=_("participant")
    )
    sheet = models.ForeignKey(
        ConsentSheet, models.PROTECT, related_name="consents", verbose_name=_("consent sheet")
    )
    relation = models.CharField(_("relation"), max_length=8, choices=Relation)
    guardian_name = models.CharField(
        _("name of the guardian"), max_length=150, blank=True, validators=[without_nik]
    )
    given_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_because = models.CharField(_("reason of withdrawal"), max_length=300, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("withdrawn by"),
    )  # fmt: skip

    objects = GuardianConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("guardian's consent")
        verbose_name_plural = _("guardians' consents")
        ordering = ["participant_id", "-given_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=models.Q(withdrawn_at=None),
                name="guardianconsent_one_stands",
            ),
            models.CheckConstraint(
                condition=models.Q(relation="sheet") | ~models.Q(guardian_name=""),
                name="guardianconsent_names_the_guardian",
                violation_error_message=_("Write the name of the father, mother or guardian."),
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_because="")
                | (models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_because="")),
                name="guardianconsent_withdrawal_has_reason",
                violation_error_message=_("Say why the consent no longer holds."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.get_relation_display()

    def withdraw(self, *, by: User, reason: str) -> None:
        """The guardian takes the consent back: the row blocks submission again.

        Raises Refused when it has been withdrawn already.
        """
        changed = GuardianConsent.objects.filter(pk=self.pk, withdrawn_at=None).update(
            withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_because=reason
        )
        if not changed:
            raise Refused(gettext("This consent has been withdrawn already."))
