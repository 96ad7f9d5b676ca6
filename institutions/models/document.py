"""The papers of institutions: what proves a step, a payment, an assessment or an agreement."""

import unicodedata
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Self
from uuid import uuid4
from weakref import finalize

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.accounts.roles import Reach
from institutions.lifecycle import InstitutionStatus
from institutions.models.institution import Institution
from institutions.scans import DocumentRefused, Scan, scan_of
from institutions.signals import paper_withdrawn

MEGABYTE = 1024 * 1024
NAME_LENGTH = 200
ERASED_NAME = "–"
# Withdrawn papers are kept too: with them an institution may take so many times its quota.
KEPT_AT_MOST = 2
# How long before its end a paper is to be renewed.
NOTICE_DAYS = 60
# Institutions that have left the programme renew nothing.
ENDED = (InstitutionStatus.REJECTED, InstitutionStatus.WITHDRAWN, InstitutionStatus.CANCELLED)
EXTENSIONS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}


class WithdrawalRefused(Exception):
    """The paper has been withdrawn already, or no reason was given."""


class DocumentKind(models.Model):
    """A kind of paper that the programme knows, for example the PKB. Kept by the national admin."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    expires = models.BooleanField(
        _("expires"), default=False, help_text=_("A paper of this kind names the day it ends.")
    )
    holds_names = models.BooleanField(
        _("holds names of participants"), default=False, editable=False
    )

    class Meta:
        verbose_name = _("kind of paper")
        verbose_name_plural = _("kinds of paper")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: Visitor) -> Self:
        """Papers of the institutions a person may see, for roles that work with papers.

        A paper of no institution (an agreement of the ministry itself) is for staff. One that holds
        names of participants is for those who may see these, as in `CohortQuerySet.visible_to`.
        """
        if not user.is_authenticated or not user.spec.sees_papers:
            return self.none()
        institutions = Institution.objects.visible_to(user)
        allowed = models.Q(institution__in=institutions)
        if user.spec.is_staff:
            allowed |= models.Q(institution=None)
        named = models.Q(kind__holds_names=True)
        if not user.spec.sees_names:
            return self.filter(allowed).exclude(named)
        if user.spec.reach == Reach.OFFICE:
            allowed &= ~named | models.Q(institution__in=institutions.guided())
        return self.filter(allowed)

    def standing(self) -> Self:
        """Papers that hold: not withdrawn."""
        return self.filter(withdrawn_at=None)

    def openable_by(self, user: Visitor) -> Self:
        """Of the papers a person sees those to be opened: withdrawn ones by staff only."""
        kept = self.exclude(file="")
        return kept if user.is_authenticated and user.spec.is_staff else kept.standing()

    @transaction.atomic
    def erase(self) -> int:
        """Remove these files for good because the law asks for it, with all that tells of them;
        that there was a paper stays, as withdrawn. Returns how many."""
        paths = dict(self.exclude(file="").values_list("pk", "file"))
        now = timezone.now()
        with override(settings.LANGUAGE_CODE):
            because = gettext("Erased after the time for which it is kept.")
        Document.objects.standing().filter(pk__in=paths).update(
            withdrawn_at=now, withdrawn_because=because
        )
        Document.objects.filter(pk__in=paths).update(
            file="", name=ERASED_NAME, number="", digest="", size=0
        )
        for path in paths.values():
            transaction.on_commit(partial(documents_storage().delete, path))
        return len(paths)

    def editable_by(self, user: Visitor) -> Self:
        """Papers a person may withdraw: staff those of the institutions they keep, an operator its
        own mistakes of the same day."""
        standing = self.visible_to(user).standing()
        if not user.is_authenticated or not user.has_perm("institutions.add_document"):
            return self.none()
        if user.spec.is_staff:
            kept = models.Q(institution__in=Institution.objects.editable_by(user))
            is_national = user.spec.reach == Reach.NATION
            return standing.filter(kept | models.Q(institution=None) if is_national else kept)
        today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return standing.filter(uploaded_by=user, uploaded_at__gte=today)

    def for_lists(self) -> Self:
        """With all that a list row shows, in one query."""
        return self.select_related("kind", "uploaded_by", "institution", "withdrawn_by")

    def expiring(self, *, on: date) -> Self:
        """Papers that have ended or end within 60 days, without a newer one of the same kind."""
        newer = (
            Document.objects.standing()
            .filter(institution=models.OuterRef("institution"), kind=models.OuterRef("kind"))
            .filter(
                models.Q(expires_on__gt=models.OuterRef("expires_on"))
                | models.Q(expires_on=None, uploaded_at__gt=models.OuterRef("uploaded_at"))
            )
        )
        return (
            self.standing()
            .filter(expires_on__lte=on + timedelta(days=NOTICE_DAYS))
            .exclude(institution__status__in=ENDED)
            .exclude(models.Exists(newer))
            .order_by("expires_on", "id")
        )

    def keeps(self, scan: Scan, *, kind: DocumentKind) -> bool:
        """Whether the same bytes stand here already as a paper of this kind."""
        return self.standing().filter(kind=kind, digest=scan.digest).exists()

    def total_bytes(self) -> int:
        """How many bytes these papers take together."""
        return int(self.aggregate(sum=models.Sum("size"))["sum"] or 0)

    @transaction.atomic
    def store(
        self,
        *,
        institution: Institution | None,
        kind: DocumentKind,
        file: "UploadedFile[Any]",
        by: User,
        number: str = "",
        dated_on: date | None = None,
        expires_on: date | None = None,
    ) -> "Document":
        """Keep a paper under a random name outside the web root; the name it had is only shown.

        Raises DocumentRefused, with the cure, for what is no readable PDF, JPG or PNG of at most
        10 MB and for what no longer fits beside the institution's other papers. A transaction that
        is taken back takes the file with it.
        """
        scan = scan_of(file)
        size = len(scan.content)
        if institution:
            self._keep_room(institution, size)
        path = documents_storage().save(random_name(), ContentFile(scan.content))
        _remove_on_rollback(path)
        return self.create(
            institution=institution, kind=kind, file=path,
            name=shown_name(file.name or "", scan.media_type), media_type=scan.media_type,
            size=size, digest=scan.digest, number=number,
            dated_on=dated_on, expires_on=expires_on, uploaded_by=by, uploaded_at=timezone.now(),
        )  # fmt: skip

    def _keep_room(self, institution: Institution, size: int) -> None:
        """Refuse what no longer fits; uploads of one institution are counted one after another."""
        Institution.objects.select_for_update(of=["self"], no_key=True).get(pk=institution.pk)
        papers = Document.objects.filter(institution=institution)
        if papers.standing().total_bytes() + size > settings.DOCUMENTS_QUOTA_BYTES:
            raise DocumentRefused(
                gettext(
                    "The papers of this institution may take %(quota)s MB together, and this file "
                    "no longer fits. Ask your UPTP to withdraw papers that are not needed."
                )
                % {"quota": settings.DOCUMENTS_QUOTA_BYTES // MEGABYTE}
            )
        if papers.total_bytes() + size > KEPT_AT_MOST * settings.DOCUMENTS_QUOTA_BYTES:
            raise DocumentRefused(
                gettext(
                    "Too many papers of this institution were uploaded and withdrawn. Ask the "
                    "ministry for more room."
                )
            )


class _Written:
    """Stands for a file that waits for its transaction."""


def _remove_on_rollback(path: str) -> None:
    """Remove the file when the transaction is taken back.

    Django tells nobody of a rollback, but drops what was to be done after the commit; with it goes
    the only reference to the mark here. A process that dies leaves the file to the nightly sweep.
    """
    mark = _Written()
    removal = finalize(mark, _remove, path)
    transaction.on_commit(partial(_keep, mark, removal), robust=True)


def _remove(path: str) -> None:
    # Only a rollback that the database has answered says for certain that no row names the file:
    # after a failed hook, or a COMMIT whose answer was lost, the row may be there.
    link = connection.connection
    if not connection.autocommit and link is not None and not link.closed:
        documents_storage().delete(path)


def _keep(mark: _Written, removal: "finalize[[str], _Written]") -> None:
    removal.detach()


def shown_name(name: str, media_type: str) -> str:
    """The name a file came with, fit to be shown and to be saved under: no path, no control signs,
    and the ending that its content asks for."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(sign for sign in base if unicodedata.category(sign)[0] != "C")
    stem, dot, _ending = kept.rpartition(".")
    stem = stem if dot else kept
    ending = EXTENSIONS[media_type]
    return (stem.strip(" .")[: NAME_LENGTH - len(ending)] or gettext("paper")) + ending


def documents_storage() -> Any:
    """Where papers are kept: never under an address that a web server would serve."""
    return storages["documents"]


def random_name(document: object = None, filename: str = "") -> str:
    """A name that tells nothing and cannot be guessed."""
    return f"{timezone.now():%Y/%m}/{uuid4().hex}"


class Document(models.Model):
    """One paper: a scan or a photo, its kind, its number, and the day it ends.

    Added by operators for their own institution and by staff; withdrawn with a reason, never
    deleted. Served only through the permission check.
    """

    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="documents",
        verbose_name=_("institution"),
    )  # fmt: skip
    kind = models.ForeignKey(
        DocumentKind, models.PROTECT, related_name="documents", verbose_name=_("kind of paper")
    )
    number = models.CharField(_("number of the paper"), max_length=100, blank=True)
    dated_on = models.DateField(_("date of the paper"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    file = models.FileField(_("file"), upload_to=random_name, storage=documents_storage)
    name = models.CharField(_("name of the file"), max_length=200)
    media_type = models.CharField(_("type of the file"), max_length=40, blank=True)
    size = models.PositiveIntegerField(_("size in bytes"))
    digest = models.CharField("SHA-256", max_length=64, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_because = models.CharField(_("reason of withdrawal"), max_length=300, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("withdrawn by"),
    )  # fmt: skip

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_because="")
                | (models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_because="")),
                name="document_withdrawal_has_reason",
                violation_error_message=_("A withdrawn paper needs its reason."),
            )
        ]
        indexes = [
            models.Index(fields=["-uploaded_at", "-id"], name="document_latest"),
            models.Index(
                fields=["expires_on"], condition=models.Q(withdrawn_at=None),
                name="document_expiring",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.number}".strip()

    def has_ended(self, *, on: date) -> bool:
        """Whether the paper no longer holds on that day."""
        return self.expires_on is not None and self.expires_on < on

    @transaction.atomic
    def withdraw(self, *, by: User, reason: str) -> None:
        """Take the paper back; it stays in the list, struck through, and staff can open it.

        Raises WithdrawalRefused without a reason, or when somebody was faster.
        """
        if not reason.strip():
            raise WithdrawalRefused(gettext("Say why: the reason stands beside the paper."))
        standing = Document.objects.standing().filter(pk=self.pk)
        taken_back: dict[str, datetime | str | User] = {
            "withdrawn_at": timezone.now(), "withdrawn_because": reason.strip(), "withdrawn_by": by,
        }  # fmt: skip
        if not standing.update(**taken_back):
            raise WithdrawalRefused(gettext("This paper has been withdrawn already."))
        self.refresh_from_db(fields=list(taken_back))
        paper_withdrawn.send(Document, paper=self, by=by)
