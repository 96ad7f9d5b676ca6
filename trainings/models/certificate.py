"""Training certificates (sertifikat pelatihan), and the files to print those of a cohort from."""

import re
import secrets
from base64 import b32encode
from datetime import date, timedelta
from functools import partial
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import today_in_jakarta
from blk_portal.reporting.refusals import Incomplete, Refused, Stale
from institutions.models import ProgrammeYear
from institutions.models.document import documents_storage
from trainings.models.cohort import Cohort
from trainings.models.participant import Participant
from trainings.models.report import CohortReport

CODE_BYTES = 10
CODE_LENGTH = 16
CODE_GROUP = 4
# The signs that the code never has, as somebody may read them off a paper.
MISREAD = str.maketrans({"0": "O", "1": "I", "8": "B"})
OF_AGE = 18
KEPT_FOR = timedelta(days=30)
MOST_ATTEMPTS = 3
# A worker that has said nothing for so long is taken for dead.
LEASE = timedelta(minutes=2)


def new_code() -> str:
    """A code of 80 random bits, by which a stranger finds a certificate and by nothing else."""
    return b32encode(secrets.token_bytes(CODE_BYTES)).decode()


def read_code(text: str) -> str:
    """A code as somebody typed it or read it off the paper, in the form it is kept in."""
    return re.sub(r"[\s\-–—.]+", "", text).upper().translate(MISREAD)


class CertificateState(models.TextChoices):
    """What a certificate is worth to somebody who checks it."""

    VALID = "valid", _("Valid")
    UNDER_REVIEW = "under_review", _("Under review")
    REVOKED = "revoked", _("Revoked")


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: Visitor) -> Self:
        """Those of participants the person may see by name; of restricted ones by staff only."""
        people = Participant.objects
        if user.has_perm("trainings.keep_participant"):
            return self.filter(participant__in=people.file_visible_to(user))
        return self.filter(participant__in=people.visible_to(user))

    def standing(self) -> Self:
        """Those that have not been revoked."""
        return self.filter(revoked_at=None)

    def with_report(self) -> Self:
        """With the status of the closing report that each rests on, as `report_status`."""
        closing = CohortReport.objects.closing().filter(
            cohort=models.OuterRef("participant__cohort")
        )
        return self.annotate(report_status=models.Subquery(closing.values("status")))

    def for_checking(self) -> Self:
        """With all that the page for checking shows, in one query."""
        return self.with_report().select_related(
            "participant__cohort__programme",
            "participant__cohort__institution__regency__province",
        )

    def of_code(self, text: str) -> "Certificate | None":
        """The certificate of a code as somebody typed it; unknown codes cost the same query."""
        return self.for_checking().filter(code=read_code(text)[: CODE_LENGTH + 1]).first()

    @transaction.atomic
    def issue(self, cohort: Cohort, *, by: User) -> list["Certificate"]:
        """Give a certificate to everybody who passed and has none that stands; returns the new.

        Raises Refused while the closing report is not verified. The budget year is held, as
        verifying and reopening hold it: numbers never meet, and no report is reopened meanwhile.
        """
        year = ProgrammeYear.objects.select_for_update(no_key=True).get(pk=cohort.programme_year_id)
        require_verified(cohort)
        lacking = cohort.participants.filter(result=Participant.Result.PASSED).exclude(
            certificates__in=Certificate.objects.standing()
        )
        last = self.filter(year=year.year).aggregate(last=models.Max("serial"))["last"] or 0
        return self.bulk_create(
            Certificate(
                participant=person, year=year.year, serial=serial, code=new_code(),
                issued_on=today_in_jakarta(), issued_by=by,
            )
            for serial, person in enumerate(lacking, start=last + 1)
        )  # fmt: skip


def require_verified(cohort: Cohort) -> None:
    """Raise Refused where no verified closing report stands behind a cohort's results."""
    if not CohortReport.objects.closing().verified().filter(cohort=cohort).exists():
        raise Refused(
            gettext("The closing report of this cohort is not verified."),
            cure=gettext("Certificates can be made as soon as an officer has verified it."),
        )


class Certificate(models.Model):
    """A numbered certificate for one participant who passed, with a code by which it is checked.

    Made for a whole cohort by its operator or by staff, revoked by staff with a reason. It holds
    as long as the closing report stays verified and the participant passed.
    """

    State = CertificateState

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="certificates", verbose_name=_("participant")
    )
    year = models.PositiveSmallIntegerField(_("budget year"))
    serial = models.PositiveIntegerField(_("number within the budget year"))
    code = models.CharField(_("verification code"), max_length=CODE_LENGTH, unique=True)
    issued_on = models.DateField(_("issued on"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("revoked by"),
    )  # fmt: skip
    revoked_because = models.CharField(_("reason of the revocation"), max_length=300, blank=True)

    objects = CertificateQuerySet.as_manager()

    # What `with_report()` puts beside it.
    report_status: str

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["year", "serial"]
        permissions = [
            ("issue_certificate", "May make the certificates of a cohort"),
            ("revoke_certificate", "May revoke a certificate, with a reason"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "serial"], name="certificate_unique_number",
                violation_error_message=_("This number is already given."),
            ),
            models.UniqueConstraint(
                fields=["participant"], condition=models.Q(revoked_at=None),
                name="certificate_one_standing",
                violation_error_message=_("The participant has a certificate that stands."),
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at=None, revoked_by=None, revoked_because="")
                | models.Q(revoked_at__isnull=False, revoked_by__isnull=False)
                & ~models.Q(revoked_because=""),
                name="certificate_revocation_explained",
                violation_error_message=_("A revocation names who, when and why."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number as printed, for example SP-2022-000123; the year is the budget year."""
        return f"SP-{self.year}-{self.serial:06d}"

    @property
    def grouped_code(self) -> str:
        """The code in groups of four, as printed."""
        starts = range(0, CODE_LENGTH, CODE_GROUP)
        return "-".join(self.code[start : start + CODE_GROUP] for start in starts)

    @property
    def state(self) -> CertificateState:
        """What it is worth now; wants `with_report()` and the participant."""
        if self.revoked_at:
            return CertificateState.REVOKED
        if self.report_status != CohortReport.Status.VERIFIED or self.has_lost_its_ground:
            return CertificateState.UNDER_REVIEW
        return CertificateState.VALID

    @property
    def has_lost_its_ground(self) -> bool:
        """Whether it stands though the participant no longer passed: it waits for revocation."""
        return not self.revoked_at and self.participant.result != Participant.Result.PASSED

    def holder_shortened(self, *, today: date) -> str:
        """The name as a stranger may read it, such as "S*** A***"; of a minor nothing at all.

        Nothing either of somebody whose data are erased or restricted.
        """
        if self.participant.erased_at or self.participant.restricted_at:
            return ""
        born = self.participant.birth_date
        birthdays = (today.month, today.day) >= (born.month, born.day)
        if today.year - born.year - (not birthdays) < OF_AGE:
            return ""
        return " ".join(f"{word[0].upper()}***" for word in self.participant.name.split()[:2])

    @transaction.atomic
    def revoke(self, *, by: User, because: str) -> None:
        """Take the certificate back for good. Raises Incomplete without a reason, Stale when it
        was revoked before. Files that still hold it are removed."""
        if not because.strip():
            raise Incomplete(gettext("Write the reason first."))
        revoked = {"revoked_at": timezone.now(), "revoked_by": by}
        standing = Certificate.objects.standing().filter(pk=self.pk)
        if not standing.update(**revoked, revoked_because=because.strip()):
            raise Stale(gettext("This certificate has been revoked already."))
        CertificateFile.objects.filter(cohort=self.participant.cohort_id).discard()
        self.refresh_from_db()


def file_path(kept: "CertificateFile", filename: str) -> str:
    """A name that tells nothing and cannot be guessed."""
    return f"certificates/{uuid4().hex}"


class CertificateFileQuerySet(models.QuerySet["CertificateFile"]):
    def visible_to(self, user: Visitor) -> Self:
        """Of cohorts whose participants the person may see by name, as long as they are kept."""
        if not user.is_authenticated or not user.spec.sees_names:
            return self.none()
        visible = Cohort.objects.visible_to(user)
        return self.filter(cohort__in=visible, asked_at__gt=timezone.now() - KEPT_FOR)

    def owed(self) -> Self:
        """Those that a worker has still to make and none is making."""
        free = models.Q(leased_at=None) | models.Q(leased_at__lte=timezone.now() - LEASE)
        return self.filter(free, state=CertificateFile.State.WAITING).order_by("pk")

    def ready(self) -> Self:
        """Those that can be fetched: written, and their report is not open again."""
        verified = CohortReport.objects.closing().verified()
        return self.filter(state=CertificateFile.State.READY, cohort__in=verified.values("cohort"))

    def expired(self) -> Self:
        return self.filter(asked_at__lte=timezone.now() - KEPT_FOR)

    def discard(self) -> int:
        """Remove the rows with their files; how many. A file goes after the commit of its row."""
        paths = dict(self.values_list("pk", "file"))
        CertificateFile.objects.filter(pk__in=paths).delete()
        for path in filter(None, paths.values()):
            transaction.on_commit(partial(documents_storage().delete, path))
        return len(paths)

    @transaction.atomic
    def ask(self, cohort: Cohort, *, by: User) -> tuple["CertificateFile", int]:
        """Make what certificates lack, and ask for the file of all; returns it and how many are
        new. The file that is there already serves where nothing has changed since.

        Raises Refused while the report is not verified, and where nobody has a certificate.
        """
        fresh = Certificate.objects.issue(cohort, by=by)
        whole = Certificate.objects.standing().filter(participant__cohort=cohort).count()
        if not whole:
            raise Refused(
                gettext("Nobody in this cohort has passed, so there is no certificate to make.")
            )
        if not fresh:
            usable = self.filter(cohort=cohort).exclude(state=CertificateFile.State.FAILED)
            if kept := usable.filter(asked_at__gt=timezone.now() - KEPT_FOR).first():
                return kept, 0
        self.filter(cohort=cohort).discard()
        asked = self.create(cohort=cohort, asked_by=by, asked_at=timezone.now(), total=whole)
        return asked, len(fresh)


class CertificateFile(models.Model):
    """One PDF with the certificates of a cohort, made by a worker; kept for 30 days, then swept."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Being written")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    cohort = models.ForeignKey(
        Cohort, models.CASCADE, related_name="certificate_files", verbose_name=_("cohort")
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(_("certificates"))
    done = models.PositiveIntegerField(_("of these drawn"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    leased_at = models.DateTimeField(_("last heard of the worker"), null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)
    file = models.FileField(
        _("file"), upload_to=file_path, storage=documents_storage, blank=True
    )  # fmt: skip

    objects = CertificateFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of certificates")
        verbose_name_plural = _("files of certificates")
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["asked_at"], name="certificatefile_asked")]

    def __str__(self) -> str:
        return self.filename

    @property
    def filename(self) -> str:
        return f"sertifikat-{self.cohort_id}-{timezone.localtime(self.asked_at):%Y-%m-%d}.pdf"

    @property
    def is_at_work(self) -> bool:
        return self.state == CertificateFile.State.WAITING
