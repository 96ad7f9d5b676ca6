"""Incubators: institutions on their way through the stages of a selection round."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import long_date, number, today_in_jakarta
from blk_portal.reporting.notices import Notice, NoticeKind
from blk_portal.reporting.refusals import Incomplete, Refused, Stale
from incubators import standing
from incubators.eligibility import Bar, bars_now
from incubators.models import gates
from incubators.models.criterion import Criterion
from incubators.models.rank_change import DECIDED, RankChange
from incubators.models.round import SelectionRound
from incubators.models.standing_change import StandingChange, standing_of
from incubators.models.transition import IncubatorTransition
from incubators.signals import incubator_moved, standing_changed
from incubators.stages import COUNTING, MOVES, Move, Stage
from institutions.models import Institution


class IncubatorQuerySet(models.QuerySet["Incubator"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(institution__in=Institution.objects.visible_to(user))

    def editable_by(self, user: Visitor) -> Self:
        if not user.has_perm("incubators.move_incubator"):
            return self.none()
        return self.visible_to(user)

    def proved_by(self, user: Visitor) -> Self:
        """Those for which a person may hand in evidence."""
        if not user.has_perm("incubators.add_evidence"):
            return self.none()
        return self.visible_to(user).exclude(stage=Stage.STRUCK_OFF)

    def counting(self) -> Self:
        """Those that take a place of the decree now."""
        return self.filter(stage__in=COUNTING)

    def vacated(self) -> Self:
        """Struck off from a place of the decree that nobody has taken since."""
        left = IncubatorTransition.objects.standing().filter(
            incubator=models.OuterRef("pk"), to_stage=Stage.STRUCK_OFF, from_stage__in=COUNTING
        )
        return self.filter(models.Exists(left), stage=Stage.STRUCK_OFF, replaced_by=None)

    def with_standing(self, *, on: date) -> Self:
        """With `in_force`: whether each of them stands on a day, by the dated rows."""
        granted = Coalesce(standing_of(on), models.Value(False))
        return self.annotate(in_force=granted)

    def with_stage_on(self, day: date) -> Self:
        """With `stage_then`, the stage at the end of a day by the dates of the steps that hold."""
        steps = IncubatorTransition.objects.filter(incubator=models.OuterRef("pk")).standing()
        reached = steps.filter(happened_on__lte=day).latest_first()
        return self.annotate(
            stage_then=Coalesce(
                models.Subquery(reached.values("to_stage")[:1]), models.Value(Stage.SHORTLISTED)
            )
        )


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
    listed_on = models.DateField(_("on the list since"), default=today_in_jakarta, editable=False)
    listed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("put on the list by"), editable=False,
    )  # fmt: skip
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)
    score = models.DecimalField(
        _("score"), max_digits=6, decimal_places=2, null=True, blank=True,
        help_text=_("As the selection decided, for example 87.50."),
    )  # fmt: skip
    reserve_position = models.PositiveSmallIntegerField(
        _("place on the reserve list"), null=True, blank=True
    )
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
            models.UniqueConstraint(
                fields=["round", "rank"], name="incubator_rank_once_a_round",
                violation_error_message=_("Another candidate of the round has this rank."),
            ),
            models.UniqueConstraint(
                fields=["round", "reserve_position"], name="incubator_reserve_once_a_round",
                violation_error_message=_("This place on the reserve list is taken."),
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

    def bars(self) -> list[Bar]:
        """Why it could not be selected today, by the register."""
        return bars_now(self.institution_id, on=today_in_jakarta())

    def in_full(self) -> str:
        """Its name with code and regency: many institutions share a name."""
        place = self.institution
        return f"{place.name} ({place.code}, {place.regency.name})"

    def is_named_by(self, round_: SelectionRound) -> bool:
        """Whether the decree names it itself: a rank within its places, before the reserve list."""
        if self.rank is None or self.rank > round_.places or self.reserve_position is not None:
            return False
        return not round_.reserve().filter(rank__lt=self.rank).exists()

    def held_a_place(self) -> bool:
        """Whether its strike-off took it from a place of the decree, by the log."""
        return any(
            step.to_stage == Stage.STRUCK_OFF and step.from_stage in COUNTING
            for step in self.steps_that_hold()
        )

    def replacement(self) -> "Incubator | None":
        """Who has taken its place."""
        taken = Incubator.objects.filter(replaces=self)
        return taken.select_related("institution__regency").first()

    @transaction.atomic
    def enter(self, *, by: User) -> None:
        """Put a new candidate on the short list of its round.

        Raises Refused with every reason why the register bars it.
        """
        if bars := self.bars():
            raise Refused(
                gettext("%(name)s cannot be a candidate. %(reasons)s")
                % {"name": self.institution, "reasons": " ".join(str(bar.label) for bar in bars)},
                cure=gettext("Correct the register first, or choose another institution."),
            )
        self.listed_by = by
        self.save(force_insert=True)
        self.announce()

    @transaction.atomic
    def put_in_order(
        self, *, rank: int | None, score: Decimal | None, reserve_position: int | None, by: User
    ) -> None:
        """Write down what the selection decided of a candidate; what stood before is kept.

        Raises Refused once it was carried out, or where another candidate has the rank or place.
        """
        round_ = self.round.held()
        others = round_.incubators.exclude(pk=self.pk).select_related("institution__regency")
        if rank and (other := others.filter(rank=rank).first()):
            raise Refused(
                gettext("Rank %(n)s is that of %(name)s.")
                % {"n": number(rank), "name": other.in_full()},
                cure=gettext("Give another rank, or change that one first."),
            )
        if reserve_position and (other := others.filter(reserve_position=reserve_position).first()):
            raise Refused(
                gettext("Place %(n)s on the reserve list is that of %(name)s.")
                % {"n": number(reserve_position), "name": other.in_full()},
                cure=gettext("Give another place, or change that one first."),
            )
        waiting = Incubator.objects.filter(pk=self.pk, stage=Stage.SHORTLISTED)
        before = waiting.values(*DECIDED).first()
        decided = {"rank": rank, "score": score, "reserve_position": reserve_position}
        if before is None or not waiting.update(**decided):
            raise Refused(
                gettext("The selection has been carried out; its ranks stay."),
                cure=gettext("Undo the step first if it was a mistake."),
            )
        RankChange.objects.note(self.pk, before=before, after=decided, by=by)

    def awaits_selection(self) -> bool:
        """Whether nothing was carried out yet; under the round's lock till the transaction ends."""
        self.round.held()
        return Incubator.objects.filter(pk=self.pk, stage=Stage.SHORTLISTED).exists()

    def announce(self, transition: IncubatorTransition | None = None) -> None:
        """Tell the rooms above that the row came to be, or took a step."""
        incubator_moved.send(Incubator, incubator=self, transition=transition)

    def steps_that_hold(self) -> list[IncubatorTransition]:
        """The latest first; a page that has read the whole log asks no second time."""
        return [step for step in self.transitions.all() if step.withdrawn_at is None]

    def last_step(self) -> IncubatorTransition | None:
        """The latest step that holds."""
        return next(iter(self.steps_that_hold()), None)

    @transaction.atomic
    def move(
        self, verb: str, *, by: User | None, on: date, reason: str = ""
    ) -> IncubatorTransition:
        """Carry out one verb and log it; a compare-and-set on the stage under the round's lock.

        Raises Incomplete for a missing reason or whatever else `gates` miss, Refused for what they
        refuse, Stale when the stage has changed.
        """
        move = MOVES[verb]
        if move.needs_reason and not reason.strip():
            raise Incomplete(gettext("Say why: the reason is kept in the history."))
        round_ = self.round.held()
        if verb == "select":
            # What the selection has decided since the row was read.
            self.refresh_from_db(fields=["rank", "reserve_position"])
        if self.stage in move.sources:
            gates.refuse_step(self, verb, round_, on=on)
        source = self.stage
        moved = Incubator.objects.filter(pk=self.pk, stage=source, stage__in=move.sources).update(
            stage=move.target
        )
        if not moved:
            self.refresh_from_db(fields=["stage"])
            raise gates.wrong_stage(self)
        self.stage = move.target
        transition = self.transitions.create(
            verb=verb, from_stage=source, to_stage=move.target, by=by, happened_on=on,
            replaces_id=self.replaces_id if verb == "select" else None,
            recorded_at=timezone.now(), reason=reason,
        )  # fmt: skip
        self.announce(transition)
        return transition

    @transaction.atomic
    def take_place_of(self, other: "Incubator", *, by: User, on: date) -> IncubatorTransition:
        """Be selected from the reserve list in the place of one that was struck off.

        Raises Refused unless this is the first of the reserve list that may be selected, and the
        other one held a place that is free.
        """
        round_ = other.round.held()
        other.refresh_from_db(fields=["stage"])
        if other.round_id != self.round_id:
            raise Refused(gettext("The replaced incubator belongs to another round."))
        gates.refuse_no_place(other, round_)
        left = other.last_step()
        if left and on < left.happened_on:
            raise Refused(
                gettext("The place became free on %(day)s.") % {"day": long_date(left.happened_on)},
                cure=gettext("Give that day or a later one."),
            )
        gates.refuse_beside_reserve(self, round_)
        Incubator.objects.filter(pk=self.pk).update(replaces=other)
        self.replaces = other
        return self.move("select", by=by, on=on)

    @transaction.atomic
    def strike_off(
        self, *, by: User, on: date, reason: str, successor: "Incubator | None" = None
    ) -> None:
        """Strike off with the reason, and let the next of the reserve list take the place at once.

        Both happen or neither does; one of the short list leaves no place. Raises what `move` and
        `take_place_of` raise.
        """
        self.move("strike_off", by=by, on=on, reason=reason)
        if successor is not None:
            successor.take_place_of(self, by=by, on=on)

    @transaction.atomic
    def undo(self, step: IncubatorTransition, *, by: User, reason: str) -> None:
        """Take the last step back by a mark (decision 0016): it stays readable and holds no longer.

        A strike-off is reopened only while its place is free. Raises Incomplete without a reason,
        Stale for a step that is not the last, Refused where the place is taken.
        """
        if not reason.strip():
            raise Incomplete(gettext("Say why: the reason is kept in the history."))
        round_ = self.round.held()
        last = self.last_step()
        if last is None or last.pk != step.pk:
            raise Stale(gettext("Only the last step is undone. Reload the page to see it."))
        if successor := self.replacement():
            told = {"name": successor.in_full()}
            raise Refused(
                gettext("%(name)s has taken its place.") % told,
                cure=gettext("Undo the selection of %(name)s first.") % told,
            )
        if last.weight < 0:
            gates.refuse_full(round_)
        back: dict[str, str | None] = {"stage": last.from_stage}
        if last.verb == "select" and last.replaces_id:
            back["replaces"] = None
        if not Incubator.objects.filter(pk=self.pk, stage=last.to_stage).update(**back):
            raise Stale(gettext("The stage has changed meanwhile. Reload the page to see it."))
        IncubatorTransition.objects.filter(pk=last.pk, withdrawn_at=None).update(
            withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_because=reason.strip()
        )
        self.refresh_from_db(fields=["stage", "replaces"])
        last.refresh_from_db()
        self.announce(last)

    def refresh_standing(self, *, on: date | None = None) -> bool:
        """Write what criteria and evidence say of the standing until a day; whether it changed.

        Runs inside the caller's transaction, under this row's lock.
        """
        day = on or today_in_jakarta()
        Incubator.objects.select_for_update(no_key=True).get(pk=self.pk)
        proofs = list(self.evidence.verified())
        wanted = standing.changes(list(Criterion.objects.all()), proofs, day)
        stood = self.standing_on(day)
        changed = StandingChange.objects.all().bring_to(self.pk, wanted, until=day)
        if changed:
            standing_changed.send(Incubator, incubator=self)
        if stood and not self.standing_on(day) and self.stage != Stage.STRUCK_OFF:
            Notice.objects.all().tell(
                NoticeKind.STANDING_LAPSED, institution_id=self.institution_id
            )
        return changed

    def standing_on(self, day: date) -> bool:
        """Whether it stood on a day, answered from the dated rows."""
        rows = (row for row in self.standing_changes.all() if row.withdrawn_at is None)
        return next((row.is_granted for row in rows if row.day <= day), False)

    def missing_on(self, day: date) -> list[Criterion]:
        """The criteria in force on a day that no evidence in force proves."""
        proofs = list(self.evidence.all())
        return standing.unmet(list(Criterion.objects.in_force(on=day)), proofs, day)
