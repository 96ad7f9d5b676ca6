"""Incubators: institutions on their way through the stages of a selection round, with their log."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import number
from blk_portal.reporting.refusals import Incomplete, Stale
from incubators.models.round import SelectionRound
from incubators.signals import incubator_moved
from incubators.stages import MOVES, Move, Stage
from institutions.models import Institution


class IncubatorQuerySet(models.QuerySet["Incubator"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(institution__in=Institution.objects.visible_to(user))

    def editable_by(self, user: Visitor) -> Self:
        if not user.has_perm("incubators.move_incubator"):
            return self.none()
        return self.visible_to(user)


class Incubator(models.Model):
    """A BLKK on its way from the short list to an independent business incubator."""

    Stage = Stage

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="incubators", verbose_name=_("institution")
    )
    round = models.ForeignKey(
        SelectionRound, models.PROTECT, related_name="incubators",
        verbose_name=_("selection round"),
    )  # fmt: skip
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.SHORTLISTED)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by",
        verbose_name=_("takes the place of"),
    )  # fmt: skip

    objects = IncubatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("incubator")
        verbose_name_plural = _("incubators")
        ordering = ["institution__name", "id"]
        permissions = [("move_incubator", "May move an incubator through its stages")]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "round"], name="incubator_once_a_round",
                violation_error_message=_("This institution is already in the round."),
            ),
            models.CheckConstraint(
                condition=~models.Q(replaces=models.F("id")),
                name="incubator_not_its_own_replacement",
                violation_error_message=_("An incubator cannot take its own place."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["round", "stage"], name="incubator_round_stage")]

    def __str__(self) -> str:
        return str(self.institution)

    def possible_moves(self) -> dict[str, Move]:
        """The verbs that may start from the present stage."""
        return {verb: move for verb, move in MOVES.items() if self.stage in move.sources}

    @transaction.atomic
    def move(
        self, verb: str, *, by: User | None, on: date, reason: str = ""
    ) -> "IncubatorTransition":
        """Carry out one verb and log it; a compare-and-set on the stage under the round's lock.

        Raises Incomplete for a missing reason or a full round, Stale when the stage has changed.
        """
        move = MOVES[verb]
        if move.needs_reason and not reason.strip():
            raise Incomplete(gettext("Say why: the reason is kept in the history."))
        round_ = SelectionRound.objects.select_for_update(no_key=True).get(pk=self.round_id)
        if verb == "select":
            taken = round_.incubators.exclude(
                stage__in=[Stage.SHORTLISTED, Stage.STRUCK_OFF]
            ).count()
            if taken >= round_.places:
                raise Incomplete(
                    gettext("All %(n)s places of the round are taken.")
                    % {"n": number(round_.places)},
                    cure=gettext("Strike one off first; its place then becomes free."),
                )
        source = self.stage
        moved = Incubator.objects.filter(pk=self.pk, stage=source, stage__in=move.sources).update(
            stage=move.target
        )
        if not moved:
            self.refresh_from_db(fields=["stage"])
            raise Stale(
                gettext("Not possible from the stage “%(stage)s”.")
                % {"stage": self.get_stage_display()}
            )
        self.stage = move.target
        transition = self.transitions.create(
            verb=verb, from_stage=source, to_stage=move.target, by=by, happened_on=on,
            recorded_at=timezone.now(), reason=reason,
        )  # fmt: skip
        incubator_moved.send(Incubator, incubator=self, transition=transition)
        return transition


class IncubatorTransition(models.Model):
    """The log of an incubator's stage: one row a verb, added and never changed."""

    incubator = models.ForeignKey(
        Incubator, models.PROTECT, related_name="transitions", verbose_name=_("incubator")
    )
    verb = models.CharField(_("verb"), max_length=16)
    from_stage = models.CharField(_("from"), max_length=12, choices=Stage)
    to_stage = models.CharField(_("to"), max_length=12, choices=Stage)
    happened_on = models.DateField(_("date"))
    recorded_at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("stage change")
        verbose_name_plural = _("stage changes")
        ordering = ["-recorded_at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_from_stage_display()} → {self.get_to_stage_display()}"
