"""Evidence that an incubator meets a criterion: uploaded, verified or refused, ended, withdrawn."""

from datetime import date, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import as_date, long_date, today_in_jakarta
from blk_portal.reporting.notices import Notice, NoticeKind
from blk_portal.reporting.refusals import Incomplete, NotYours, Refused, Stale
from incubators.models.criterion import Criterion
from incubators.models.incubator import Incubator
from incubators.stages import Stage
from incubators.standing import NEXT_DAY
from institutions.models import Document, DocumentKind, Institution
from institutions.signals import paper_withdrawn

# On how many days before its end evidence is to be renewed; the last one is urgent.
WARNING_DAYS = (60, 14)
PAPER_KIND = ("bukti-inkubator", "Bukti kriteria inkubator")
REASON_LENGTH = 300


class EvidenceState(models.TextChoices):
    """What became of a piece of evidence; whether it is in force depends on the day as well."""

    WAITING = "waiting", _("Awaiting verification")
    VERIFIED = "verified", _("Verified")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("evidence", "Withdrawn")


HOLDING = (EvidenceState.WAITING, EvidenceState.VERIFIED)


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: Visitor) -> Self:
        """Evidence about the incubators a person may see, for roles that work with papers."""
        if not user.is_authenticated or not user.spec.sees_papers:
            return self.none()
        return self.filter(incubator__in=Incubator.objects.visible_to(user))

    def editable_by(self, user: Visitor) -> Self:
        """Evidence that a person may verify, refuse or withdraw."""
        if not user.has_perm("incubators.verify_evidence"):
            return self.none()
        return self.visible_to(user)

    def retractable_by(self, user: Visitor) -> Self:
        """Evidence that nobody has decided on, and that a person may hand in: it is taken back."""
        mine = Incubator.objects.proved_by(user)
        return self.filter(state=EvidenceState.WAITING, incubator__in=mine)

    def waiting(self) -> Self:
        """Uploaded and not decided, of incubators that still take part."""
        return self.filter(state=EvidenceState.WAITING).exclude(incubator__stage=Stage.STRUCK_OFF)

    def verified(self) -> Self:
        return self.exclude(verified_on=None)

    def in_force(self, *, on: date) -> Self:
        """Evidence that proves its criterion on a day."""
        return self.verified().filter(
            Q(valid_to=None) | Q(valid_to__gte=on),
            Q(withdrawn_on=None) | Q(withdrawn_on__gt=on),
            valid_from__lte=on, verified_on__lte=on,
        )  # fmt: skip

    def ending(self, *, on: date, within: int = WARNING_DAYS[0]) -> Self:
        """In force and ending within so many days, with nothing in force that outlasts it."""
        longer = Evidence.objects.in_force(on=on).filter(
            Q(valid_to=None) | Q(valid_to__gt=OuterRef("valid_to")),
            incubator=OuterRef("incubator"), criterion=OuterRef("criterion"),
        )  # fmt: skip
        ending = self.in_force(on=on).filter(valid_to__lte=on + timedelta(days=within))
        return (
            ending.exclude(incubator__stage=Stage.STRUCK_OFF)
            .exclude(Exists(longer))
            .order_by("valid_to", "pk")
        )

    def for_lists(self) -> Self:
        """With all that a list row shows, in one query."""
        return self.select_related(
            "criterion", "paper__kind", "incubator__round__programme_year",
            "incubator__institution__regency__province", "incubator__institution__office",
            "submitted_by", "decided_by", "withdrawn_by",
        )  # fmt: skip

    @transaction.atomic
    def submit(
        self, *, incubator: Incubator, criterion: Criterion, file: Any, by: User,
        valid_from: date, valid_to: date | None = None, number: str = "",
    ) -> "Evidence":  # fmt: skip
        """Hand in evidence with its paper; it counts from the day a reviewer verifies it.

        Raises Incomplete where a needed end is missing or the dates are out of order, Refused for
        an incubator that was struck off and for a paper that is handed in for the criterion
        already, DocumentRefused for a file that cannot be kept.
        """
        if incubator.stage == Stage.STRUCK_OFF:
            raise Refused(gettext("The incubator was struck off; nothing is to be proved."))
        if criterion.may_expire and valid_to is None:
            raise Incomplete(gettext("Fill in until when this evidence is valid."))
        if valid_to and valid_to < valid_from:
            raise Incomplete(gettext("The evidence ends before it begins. Check both dates."))
        kind, _is_new = DocumentKind.objects.get_or_create(
            code=PAPER_KIND[0], defaults={"name": PAPER_KIND[1]}
        )
        paper = Document.objects.store(
            institution=incubator.institution, kind=kind, file=file, by=by,
            number=number, expires_on=None,
        )  # fmt: skip
        twin = self.filter(
            incubator=incubator, criterion=criterion, state__in=HOLDING,
            paper__digest=paper.digest, paper__withdrawn_at=None,
        ).first()  # fmt: skip
        if twin is not None:
            raise Refused(
                gettext("The same paper was handed in for this criterion on %(day)s: %(state)s.")
                % {"day": long_date(as_date(twin.submitted_at)), "state": twin.get_state_display()},
                cure=gettext("Choose another paper, or withdraw that evidence first."),
            )
        return self.create(
            incubator=incubator, criterion=criterion, paper=paper, valid_from=valid_from,
            valid_to=valid_to, submitted_by=by, submitted_at=timezone.now(),
        )  # fmt: skip


class Evidence(models.Model):
    """One paper that is to prove one criterion of one incubator, from a day to a day.

    Handed in by the operator of the institution or by incubator reviewers, decided by another one.
    Its dates and its paper never change: what is renewed is a row of its own. What was verified by
    mistake is withdrawn, and holds no longer from that day.
    """

    State = EvidenceState

    incubator = models.ForeignKey(
        Incubator, models.PROTECT, related_name="evidence", verbose_name=_("incubator")
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="evidence", verbose_name=_("criterion")
    )
    paper = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name=_("paper"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=EvidenceState, default=EvidenceState.WAITING
    )
    submitted_at = models.DateTimeField(_("handed in at"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("handed in by")
    )
    verified_on = models.DateField(_("verified on"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("decided by"),
    )  # fmt: skip
    refused_because = models.CharField(_("reason of refusal"), max_length=REASON_LENGTH, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("withdrawn by"),
    )  # fmt: skip
    withdrawn_because = models.CharField(
        _("reason of withdrawal"), max_length=REASON_LENGTH, blank=True
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("pieces of evidence")
        ordering = ["-submitted_at", "-id"]
        permissions = [("verify_evidence", "May verify or refuse evidence of incubators")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="evidence_days_in_order",
                violation_error_message=_("The evidence ends before it begins. Check both dates."),
            ),
            models.CheckConstraint(
                condition=Q(
                    state="waiting", verified_on=None, decided_at=None, decided_by=None,
                    refused_because="",
                )
                | Q(
                    state="verified", verified_on__isnull=False, decided_at__isnull=False,
                    decided_by__isnull=False, refused_because="",
                )
                | (
                    Q(
                        state="refused", verified_on=None, decided_at__isnull=False,
                        decided_by__isnull=False,
                    )
                    & ~Q(refused_because="")
                )
                | Q(state="withdrawn"),
                name="evidence_state_agrees",
                violation_error_message=_("Who decided, when and why belong to the state."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="withdrawn", withdrawn_on__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdrawn_because="")
                )
                | (
                    ~Q(state="withdrawn")
                    & Q(withdrawn_on=None, withdrawn_by=None, withdrawn_because="")
                ),
                name="evidence_withdrawal_has_reason",
                violation_error_message=_("Evidence is withdrawn by somebody and with a reason."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["incubator", "criterion"], name="evidence_of_incubator"),
            models.Index(fields=["state", "valid_to"], name="evidence_state_end"),
        ]

    def __str__(self) -> str:
        return str(self.criterion)

    @property
    def counts_from(self) -> date | None:
        """The first day on which it proves anything: never before it was verified."""
        return None if self.verified_on is None else max(self.valid_from, self.verified_on)

    @property
    def counts_before(self) -> date | None:
        """The first day on which it proves nothing any longer."""
        ends = [self.valid_to + NEXT_DAY] if self.valid_to else []
        ends += [self.withdrawn_on] if self.withdrawn_on else []
        return min(ends, default=None)

    @property
    def ended_with_paper(self) -> bool:
        """Whether it was withdrawn because its paper was; wants `paper`."""
        gone_at = self.paper.withdrawn_at
        if self.withdrawn_on is None or gone_at is None:
            return False
        return timezone.localdate(gone_at) <= self.withdrawn_on

    def days_left(self, *, on: date) -> int | None:
        """How many days it still holds after a day; None where it names no end."""
        return None if self.valid_to is None else (self.valid_to - on).days

    @transaction.atomic
    def verify(self, *, by: User, on: date | None = None) -> None:
        """Accept the evidence: it counts from that day, and the standing follows.

        Raises NotYours for one's own, Refused where its paper was withdrawn, Stale where somebody
        decided first.
        """
        day = on or today_in_jakarta()
        if day > today_in_jakarta():
            raise Incomplete(gettext("The date lies in the future."))
        if by.pk == self.submitted_by_id:
            raise NotYours(
                gettext("You handed in this evidence yourself; somebody else verifies it.")
            )
        if self.paper.withdrawn_at is not None:
            raise Refused(
                gettext("The paper of this evidence was withdrawn."),
                cure=gettext("Refuse the evidence; the operator hands in another paper."),
            )
        self._decide(by, state=EvidenceState.VERIFIED, verified_on=day)
        self.incubator.refresh_standing()

    @transaction.atomic
    def refuse(self, *, by: User, reason: str) -> None:
        """Send the evidence back with the reason; the operators of the institution are told."""
        if not reason.strip():
            raise Incomplete(gettext("Say why: the operator reads it."))
        self._decide(by, state=EvidenceState.REFUSED, refused_because=reason.strip())
        self._tell(NoticeKind.EVIDENCE_REFUSED, by)

    @transaction.atomic
    def withdraw(self, *, by: User, reason: str) -> None:
        """Take verified or waiting evidence out of force from today on; it stays readable."""
        if not reason.strip():
            raise Incomplete(gettext("Say why: the reason is kept in the history."))
        taken = Evidence.objects.filter(pk=self.pk, state__in=HOLDING).update(
            state=EvidenceState.WITHDRAWN, withdrawn_on=today_in_jakarta(), withdrawn_by=by,
            withdrawn_because=reason.strip(),
        )  # fmt: skip
        if not taken:
            raise Stale(gettext("This evidence holds no longer; somebody was faster."))
        self.refresh_from_db()
        self.incubator.refresh_standing()

    @transaction.atomic
    def take_back(self, *, by: User, reason: str) -> None:
        """Take back what was handed in wrongly, by those who hand it in, while nobody has decided.

        Raises Incomplete without a reason, Stale where somebody decided first.
        """
        waits = Evidence.objects.select_for_update(no_key=True).filter(pk=self.pk)
        if not waits.filter(state=EvidenceState.WAITING).exists():
            raise Stale(gettext("This evidence has been decided already. Reload the page."))
        self.withdraw(by=by, reason=reason)

    def _decide(self, by: User, **changes: Any) -> None:
        now = timezone.now()
        waiting = Evidence.objects.filter(pk=self.pk, state=EvidenceState.WAITING)
        if not waiting.update(decided_by=by, decided_at=now, **changes):
            raise Stale(gettext("This evidence has been decided already. Reload the page."))
        self.refresh_from_db()

    def _tell(self, kind: NoticeKind, by: User) -> None:
        institution: Institution = self.incubator.institution
        Notice.objects.all().tell(kind, institution_id=institution.pk, but=by)


class EvidenceWarning(models.Model):
    """That operators were told of evidence that ends: once for each of WARNING_DAYS."""

    evidence = models.ForeignKey(
        Evidence, models.PROTECT, related_name="warnings", verbose_name=_("evidence")
    )
    days = models.PositiveSmallIntegerField(_("days before its end"))
    made_on = models.DateField(_("written on"))

    class Meta:
        verbose_name = _("warning of evidence that ends")
        verbose_name_plural = _("warnings of evidence that ends")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "days"], name="evidence_warned_once_each")
        ]

    def __str__(self) -> str:
        return f"{self.evidence}, {self.days}"


@receiver(paper_withdrawn)
def on_paper_withdrawn(sender: type[Document], paper: Document, by: User, **kwargs: object) -> None:
    """Evidence does not outlive its paper: it is withdrawn with it, for the reason of the paper."""
    resting = Evidence.objects.select_for_update().filter(paper=paper, state__in=HOLDING)
    for evidence in resting.order_by("pk"):
        evidence.withdraw(by=by, reason=paper.withdrawn_because)
