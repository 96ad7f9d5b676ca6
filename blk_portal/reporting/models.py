"""What is owed, how a report moves, and the proof that it was handed in. No figures live here."""

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.formats import WESTERN_TIME, moment
from blk_portal.reporting.answers import KeptAnswer
from blk_portal.reporting.flags import Flag
from blk_portal.reporting.notices import Notice, Reminder
from blk_portal.reporting.obligation import Obligation, ObligationStep
from blk_portal.reporting.refusals import Incomplete, NotYours, Stale
from blk_portal.reporting.signals import report_moved
from blk_portal.reporting.verbs import VERBS, ReportStatus, Verb

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

__all__ = [
    "RECEIPT_NUMBER",
    "KeptAnswer",
    "Notice",
    "Obligation",
    "ObligationStep",
    "Receipt",
    "Reminder",
    "Report",
    "Transition",
    "digest_of",
]

# As long as the history of an obligation takes a reason.
MOST_REASON = 300
RECEIPT_NUMBER = re.compile(r"BT-\d{4}-(\d{6,12})")


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def issued_as(self, number: str, digest: str) -> "Receipt | None":
        """The receipt of a number, if this is its digest: who knows both holds the paper."""
        match = RECEIPT_NUMBER.fullmatch(number)
        receipt = self.filter(pk=int(match[1])).first() if match else None
        if receipt is None or receipt.number != number:
            return None
        return receipt if compare_digest(receipt.digest, digest) else None


class Receipt(models.Model):
    """The proof that a report was handed in: a number, the moment, and a digest of its content.

    The digest is taken over what is left after an erasure: no name, no NIK.
    """

    obligation = models.ForeignKey(
        Obligation, models.PROTECT, related_name="receipts", verbose_name=_("obligation")
    )
    report_version = models.PositiveIntegerField(_("version"))
    issued_at = models.DateTimeField(_("issued at"))
    issued_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("issued to")
    )
    digest = models.CharField(_("digest"), max_length=64)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "report_version"], name="receipt_one_per_submission"
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number as printed, for example BT-2022-004718; the year is that of western time."""
        return f"BT-{timezone.localtime(self.issued_at, WESTERN_TIME).year}-{self.pk:06d}"


def digest_of(content: object) -> str:
    """The SHA-256 of a canonical writing of the content."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


class Transition(models.Model):
    """The log of a report: one row a verb, added and never changed; a table for each workflow."""

    flags: "RelatedManager[Flag]"
    verb = models.CharField(_("verb"), max_length=16)
    from_status = models.CharField(_("from"), max_length=16, choices=ReportStatus)
    to_status = models.CharField(_("to"), max_length=16, choices=ReportStatus)
    version = models.PositiveIntegerField(_("version"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    comment = models.TextField(_("comment"), blank=True)
    receipt = models.ForeignKey(
        Receipt, models.PROTECT, null=True, related_name="+", verbose_name=_("receipt")
    )

    class Meta:
        abstract = True
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"{self.label}, {self.version}"

    @property
    def label(self) -> str:
        """What happened, in one word for the timeline."""
        return str(VERBS[self.verb].done)


class Report(models.Model):
    """A report that is drafted, submitted, reviewed and verified. Its figures count only verified.

    Concrete reports add a `transitions` relation, and to its rows one of `flags`, say what is
    missing, and what a verb changes beyond the report itself.
    """

    Status = ReportStatus
    transitions: "RelatedManager[Transition]"

    obligation = models.OneToOneField(
        Obligation, models.PROTECT, related_name="+", verbose_name=_("obligation")
    )
    status = models.CharField(
        _("status"), max_length=16, choices=ReportStatus, default=ReportStatus.DRAFT
    )
    version = models.PositiveIntegerField(_("version"), default=0)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("submitted by"),
    )  # fmt: skip
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("verified by"),
    )  # fmt: skip

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_by=None) | ~Q(verified_by=F("submitted_by")),
                name="%(class)s_verifier_is_not_submitter",
                violation_error_message=_("Nobody verifies what they submitted."),
            ),
            models.CheckConstraint(
                condition=Q(status="verified", verified_at__isnull=False, verified_by__isnull=False)
                | (~Q(status="verified") & Q(verified_at=None, verified_by=None)),
                name="%(class)s_verified_has_verifier",
                violation_error_message=_("A verified report names who verified it and when."),
            ),
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="%(class)s_submitted_has_submitter",
                violation_error_message=_("A submitted report names who submitted it and when."),
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether the operator may still change it."""
        return self.status in (ReportStatus.DRAFT, ReportStatus.RETURNED)

    def missing_to_submit(self) -> Sequence[object]:
        """What still lacks before submission; concrete reports say it, each with its place."""
        return []

    def receipt_content(self) -> object:
        """What the receipt's digest is taken over: JSON values without names or NIKs."""
        raise NotImplementedError

    def content_digest(self) -> str:
        """The digest of what the report now says."""
        return digest_of(self.receipt_content())

    def before_holding(self) -> None:
        """Locks that a submission needs before that of the report itself."""

    def before_verb(self, verb: str) -> None:
        """Locks that the verb needs before its moment is taken."""

    def on_verb(self, verb: str, *, at: datetime) -> list[int]:
        """What the verb changes beyond the report's row; returns the institutions it touches."""
        return [self.obligation.institution_id]

    @transaction.atomic
    def submit(self, *, by: User, version: int, seen: str = "") -> Receipt:
        """Hand the report in: receipt, log and obligation in one transaction.

        Raises Incomplete when something lacks and Stale when the report has moved meanwhile. The
        row is locked first, so that no upload slips in between the check and the submission.
        seen: the digest of the content that the person looked over, where there was a page for it.
        """
        self.before_holding()
        type(self)._default_manager.select_for_update().get(pk=self.pk)
        if seen and seen != self.content_digest():
            raise Stale(
                gettext("The roster or the results have changed since you looked them over."),
                cure=gettext("Look over the report once more, then send it."),
            )
        if missing := self.missing_to_submit():
            raise Incomplete(
                gettext("The report cannot be sent yet."),
                cure=" ".join(str(item) for item in missing),
            )
        receipt = self._move("submit", by=by, version=version).receipt
        assert receipt is not None, "the verb submit issues one"
        return receipt

    def receipt_of_first_click(self, *, by: User, version: int) -> Receipt | None:
        """What the first of two clicks got, as long as nothing has happened to the report since."""
        since = list(self.transitions.filter(version__gt=version).select_related("receipt")[:2])
        is_it = len(since) == 1 and since[0].verb == "submit" and since[0].by_id == by.pk
        return since[0].receipt if is_it else None

    def withdraw(self, *, by: User, version: int) -> Transition:
        """Take a submitted report back before anybody has decided on it."""
        return self._move("withdraw", by=by, version=version)

    def verify(self, *, by: User, version: int) -> Transition:
        """Accept the report: from now on its rows count. Raises NotYours for one's own report."""
        if by.pk == self.submitted_by_id:
            raise NotYours(gettext("Nobody verifies what they submitted themselves."))
        return self._move("verify", by=by, version=version)

    def send_back(
        self, *, by: User, version: int, comment: str = "", flags: Sequence[Flag] = ()
    ) -> Transition:
        """Return the report to the operator; comment or flags say what to mend and how."""
        return self._move("send_back", by=by, version=version, comment=comment, flags=flags)

    def set_aside(self, *, by: User, version: int, comment: str) -> Transition:
        """Take a submitted report out of review, since nothing is expected of it any longer."""
        return self._move("set_aside", by=by, version=version, comment=comment)

    def reopen(
        self, *, by: User, version: int, comment: str, flags: Sequence[Flag] = ()
    ) -> Transition:
        """Open a verified report again: it leaves the totals until it is verified anew."""
        return self._move("reopen", by=by, version=version, comment=comment, flags=flags)

    @transaction.atomic
    def _move(
        self, name: str, *, by: User, version: int, comment: str = "", flags: Sequence[Flag] = ()
    ) -> Transition:
        verb = VERBS[name]
        is_explained = comment.strip() or (flags and verb.flags_suffice)
        if verb.needs_comment and not is_explained:
            raise Incomplete(
                gettext("A comment is needed."),
                cure=gettext("Write what is missing and how to mend it."),
            )
        self.before_verb(name)
        at, source = timezone.now(), self.status
        # The version asked for is also the one that was read: the checks and the log speak of it.
        changed = version == self.version and (
            type(self)
            ._default_manager.filter(pk=self.pk, version=version, status__in=verb.sources)
            .update(status=verb.target, version=version + 1, **self._stamps(verb, at=at, by=by))
        )
        if not changed:
            raise self._stale()
        self.refresh_from_db()
        receipt = self._issue_receipt(at=at, by=by) if verb.issues_receipt else None
        transition = self.transitions.create(
            verb=name, from_status=source, to_status=verb.target, version=self.version,
            at=at, by=by, comment=comment.strip(), receipt=receipt,
        )  # fmt: skip
        why = transition.comment if verb.obligation_state == "not_expected" else ""
        self.obligation.follow(name, verb.obligation_state, by=by, at=at, reason=why[:MOST_REASON])
        touched = self.on_verb(name, at=at)
        for flag in flags:
            flag.transition = transition
        transition.flags.bulk_create(flags)
        report_moved.send(type(self), report=self, transition=transition, institutions=touched)
        return transition

    @staticmethod
    def _stamps(verb: Verb, *, at: datetime, by: User) -> dict[str, Any]:
        stamps: dict[str, Any] = {"verified_at": None, "verified_by": None}
        if verb.target == ReportStatus.SUBMITTED:
            stamps |= {"submitted_at": at, "submitted_by": by}
        if verb.target == ReportStatus.VERIFIED:
            stamps |= {"verified_at": at, "verified_by": by}
        return stamps

    def _issue_receipt(self, *, at: datetime, by: User) -> Receipt:
        return Receipt.objects.create(
            obligation_id=self.obligation_id, report_version=self.version, issued_at=at,
            issued_to=by, digest=self.content_digest(),
        )  # fmt: skip

    def _stale(self) -> Stale:
        last = self.transitions.select_related("by").order_by("-version").first()
        if last is None:
            return Stale(gettext("The report was changed meanwhile. Open it again."))
        return Stale(
            gettext("%(name)s was first: %(what)s, %(when)s.")
            % {
                "name": last.by,
                "what": last.label,
                "when": moment(last.at, self.obligation.institution.time_zone),
            },
            cure=gettext("Open the report again to see how it stands now."),
        )
