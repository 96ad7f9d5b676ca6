"""What operators propose to change in the register of their institution, and what came of it."""

from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.accounts.roles import Reach
from institutions.models.institution import Institution

# How long a decision is told on the home of the operator.
TOLD_FOR = timedelta(days=30)


class ProposalRefused(Exception):
    """The proposal cannot be made or decided: somebody was faster, or the register has moved on."""


class ProposalField(models.TextChoices):
    """What operators may propose to change; identifiers, place and status are kept by staff."""

    NAME = "name", _("Name of the institution")
    ADDRESS = "address", _("Address")
    CONTACT_NAME = "contact_name", _("Contact person")
    CONTACT_PHONE = "contact_phone", _("Phone of the contact")


class ProposalState(models.TextChoices):
    """Where a proposal stands; only an open one can still be decided or withdrawn."""

    OPEN = "open", _("Awaiting a decision")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Taken back")


class ChangeProposalQuerySet(models.QuerySet["ChangeProposal"]):
    def visible_to(self, user: Visitor) -> Self:
        """For the operators of the institution, and for staff who keep the register of its area."""
        if not user.is_authenticated or not user.has_perm("institutions.view_changeproposal"):
            return self.none()
        return self.filter(institution__in=Institution.objects.visible_to(user))

    def editable_by(self, user: Visitor) -> Self:
        """Those a person may accept or refuse: of institutions that the person may correct."""
        if not user.is_authenticated or not user.has_perm("institutions.decide_changeproposal"):
            return self.none()
        return self.filter(institution__in=Institution.objects.editable_by(user))

    def open(self) -> Self:
        """Those that nobody has decided or withdrawn."""
        return self.filter(state=ProposalState.OPEN)

    def settled(self) -> Self:
        """Those that were decided or withdrawn, the latest first."""
        return self.exclude(state=ProposalState.OPEN).order_by("-decided_at", "-pk")

    def recent(self, *, on: date) -> Self:
        """Those that are open, or were decided by staff within a month before the day."""
        decided = Q(state__in=[ProposalState.ACCEPTED, ProposalState.REFUSED])
        return self.filter(
            Q(state=ProposalState.OPEN) | decided & Q(decided_at__date__gte=on - TOLD_FOR)
        )

    def for_lists(self) -> Self:
        """With the institution, its place, and who proposed and decided, in one query."""
        return self.select_related(
            "institution__regency__province", "institution__office", "proposed_by", "decided_by"
        )


class ChangeProposal(models.Model):
    """One value of the register that an operator of the institution proposes to correct.

    Made by `propose`; accepted or refused by staff who keep the register, withdrawn by an operator,
    each once. Rows are never deleted: they are the history of the contact and the address.
    """

    Field = ProposalField
    State = ProposalState

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="proposals", verbose_name=_("institution")
    )
    field = models.CharField(_("what is to change"), max_length=16, choices=ProposalField)
    old_value = models.CharField(_("value when proposed"), max_length=300, blank=True)
    new_value = models.CharField(_("proposed value"), max_length=300)
    reason = models.CharField(_("reason"), max_length=300)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    state = models.CharField(
        _("state"), max_length=10, choices=ProposalState, default=ProposalState.OPEN
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("decided by"),
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    note = models.CharField(_("note on the decision"), max_length=300, blank=True)

    objects = ChangeProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        ordering = ["-proposed_at", "-id"]
        permissions = [("decide_changeproposal", "May accept or refuse proposed changes")]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "field"],
                condition=Q(state="open"),
                name="changeproposal_one_open_of_a_field",
                violation_error_message=_("A change of this is already awaiting a decision."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_by=None, decided_at=None)
                | (~Q(state="open") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="changeproposal_decision_is_signed",
                violation_error_message=_("A decision names who took it and when."),
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(note=""),
                name="changeproposal_refusal_says_why",
                violation_error_message=_("A refusal says why."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "refused"]) | ~Q(decided_by=F("proposed_by")),
                name="changeproposal_decided_by_another",
                violation_error_message=_("Nobody decides what they proposed themselves."),
            ),
            models.CheckConstraint(
                condition=~Q(new_value=F("old_value")),
                name="changeproposal_changes_something",
                violation_error_message=_("The proposed value is the one of the register."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["proposed_at", "id"],
                condition=Q(state="open"),
                name="changeproposal_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()}: {self.new_value}"

    @property
    def is_open(self) -> bool:
        return self.state == ProposalState.OPEN

    @property
    def present_value(self) -> str:
        """What the register says now."""
        value: str = getattr(self.institution, self.field)
        return value

    @property
    def is_overtaken(self) -> bool:
        """Whether the register was changed since the change was proposed."""
        return self.is_open and self.present_value != self.old_value

    @transaction.atomic
    def accept(self, *, by: User, seen: str, note: str = "") -> None:
        """Write the proposed value into the register; `seen` is what the person read there.

        Raises ProposalRefused when the register says something else meanwhile, when the proposal
        is already settled, or when the person proposed it.
        """
        institution = Institution.objects.select_for_update(no_key=True).get(pk=self.institution_id)
        if getattr(institution, self.field) != seen:
            self.institution = institution
            raise ProposalRefused(
                gettext("The register was changed meanwhile. Look at the values again.")
            )
        self._settle(ProposalState.ACCEPTED, by=by, note=note)
        setattr(institution, self.field, self.new_value)
        institution.save(update_fields=[self.field])
        self.institution = institution

    def refuse(self, *, by: User, note: str) -> None:
        """Leave the register as it is and tell the operator why."""
        if not note.strip():
            raise ProposalRefused(gettext("Say why: the operator reads it."))
        self._settle(ProposalState.REFUSED, by=by, note=note)

    def withdraw(self, *, by: User) -> None:
        """Take the proposal back before staff decide."""
        self._settle(ProposalState.WITHDRAWN, by=by, note="")

    def _settle(self, state: str, *, by: User, note: str) -> None:
        """A compare-and-set on the state, so that a double click or a race settles once."""
        if state != ProposalState.WITHDRAWN and by.pk == self.proposed_by_id:
            raise ProposalRefused(gettext("Nobody decides what they proposed themselves."))
        now = timezone.now()
        updated = ChangeProposal.objects.open().filter(pk=self.pk).update(
            state=state, decided_by=by, decided_at=now, note=note
        )  # fmt: skip
        if not updated:
            self.refresh_from_db()
            raise ProposalRefused(
                gettext("Already settled: %(state)s by %(name)s.")
                % {"state": self.get_state_display(), "name": self.decided_by}
            )
        self.state, self.decided_by, self.decided_at, self.note = state, by, now, note


def may_propose(user: User) -> bool:
    """Whether the person proposes changes: operators do, staff change the register itself."""
    return user.spec.reach == Reach.OWN and user.has_perm("institutions.add_changeproposal")


@transaction.atomic
def propose(
    institution: Institution, values: dict[str, str], *, reason: str, by: User
) -> list[ChangeProposal]:
    """Propose new values by field name, each as a proposal of its own; same values are passed over.

    Raises ProposalRefused where nothing differs, or where a change of one of these is already open.
    """
    present = Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    changed = {name: value for name, value in values.items() if getattr(present, name) != value}
    if not changed:
        raise ProposalRefused(gettext("Nothing differs from the register yet."))
    waiting = {row.field: row for row in present.proposals.filter(state=ProposalState.OPEN)}
    for name in [name for name in changed if name in waiting]:
        if (waiting[name].new_value, waiting[name].proposed_by_id) == (changed[name], by.pk):
            # Sent twice, as by a double click: once is enough.
            del changed[name]
            continue
        raise ProposalRefused(
            gettext("A change of this is already awaiting a decision: %(field)s.")
            % {"field": waiting[name].get_field_display()}
        )
    now = timezone.now()
    return ChangeProposal.objects.bulk_create(
        ChangeProposal(
            institution=present, field=name, old_value=getattr(present, name), new_value=value,
            reason=reason, proposed_by=by, proposed_at=now,
        )
        for name, value in changed.items()
    )  # fmt: skip
