"""What refuses a step of an incubator: its day, the register, the decree's list, places, proofs.

Each gate raises with the cure. The verbs ask them under the round's lock; pages ask them before
anybody fills in a form, so that both say the same.
"""

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from blk_portal.formats import long_date, number, today_in_jakarta
from blk_portal.reporting.refusals import Incomplete, Refused, Stale
from incubators.models.round import SelectionRound
from incubators.stages import MOVES, STRIKE_OFF, Stage

if TYPE_CHECKING:
    from incubators.models.incubator import Incubator


def refuse_step(incubator: "Incubator", verb: str, round_: SelectionRound, *, on: date) -> None:
    """Every gate of a verb that may start from the present stage."""
    refuse_day(incubator, verb, round_, on=on)
    if verb == "select":
        refuse_barred(incubator)
        refuse_undecided(incubator)
        refuse_full(round_)
        refuse_out_of_order(incubator, round_)
    if MOVES[verb].needs_proof:
        refuse_unproved(incubator, on=on)


def wrong_stage(incubator: "Incubator") -> Stale:
    """That a verb does not start from the present stage, and which ones do."""
    possible = ", ".join(str(move.label) for move in incubator.possible_moves().values())
    return Stale(
        gettext("Not possible from the stage “%(stage)s”.")
        % {"stage": incubator.get_stage_display()},
        cure=gettext("Possible from there: %(steps)s.") % {"steps": possible}
        if possible
        else gettext("The way through the programme has ended; no step follows."),
    )


def refuse_day(incubator: "Incubator", verb: str, round_: SelectionRound, *, on: date) -> None:
    """A day to come, before the step before it, before the candidate was there, or before the
    decree; who withdraws from the short list may do so before the decree."""
    if on > today_in_jakarta():
        raise Refused(gettext("The date lies in the future. Record the step when it is done."))
    later = gettext("Give that day or a later one.")
    last = incubator.last_step()
    if last and on < last.happened_on:
        text = gettext("The step before it is dated %(day)s.")
        raise Refused(text % {"day": long_date(last.happened_on)}, cure=later)
    if on < incubator.listed_on:
        text = gettext("It has been on the list of the round since %(day)s.")
        raise Refused(text % {"day": long_date(incubator.listed_on)}, cure=later)
    needs_decree = verb != STRIKE_OFF or incubator.stage != Stage.SHORTLISTED
    if needs_decree and round_.decreed_on and on < round_.decreed_on:
        text = gettext("The decree of the round is dated %(day)s.")
        raise Refused(text % {"day": long_date(round_.decreed_on)}, cure=later)


def refuse_barred(incubator: "Incubator") -> None:
    """One that the register bars."""
    if bars := incubator.bars():
        raise Refused(
            gettext("%(name)s cannot be selected. %(reasons)s")
            % {
                "name": incubator.in_full(),
                "reasons": " ".join(str(bar.label) for bar in bars),
            },
            cure=gettext("Correct the register first, or choose another institution."),
        )


def refuse_undecided(incubator: "Incubator") -> None:
    """One on whom the selection has decided nothing: nobody counts before the decree's list."""
    if incubator.rank is None and incubator.reserve_position is None:
        raise Incomplete(
            gettext("The selection has decided neither a rank nor a place on the reserve list."),
            cure=gettext("Write down first what the decree says of it."),
        )


def refuse_out_of_order(incubator: "Incubator", round_: SelectionRound) -> None:
    """One that is not next in line, unless the decree names it within its places itself."""
    if incubator.is_named_by(round_):
        return
    first = round_.next_in_line()
    if first is None or first.pk != incubator.pk:
        raise Refused(
            gettext("The reserve list is followed in its order.")
            if first is None or first.reserve_position
            else gettext("Candidates behind the places of the decree follow by their rank."),
            cure=_next_is(first),
        )


def refuse_beside_reserve(incubator: "Incubator", round_: SelectionRound) -> None:
    """A replacement that is not the first of the reserve list who may be selected."""
    first = round_.next_in_reserve()
    if first is None or first.pk != incubator.pk:
        raise Refused(gettext("The reserve list is followed in its order."), cure=_next_is(first))


def _next_is(first: "Incubator | None") -> str:
    if first is None:
        return gettext("Nobody on it may be selected now.")
    return gettext("Next on it is %(name)s.") % {"name": first.in_full()}


def refuse_full(round_: SelectionRound) -> None:
    """A round whose places are all taken."""
    if round_.taken() >= round_.places:
        raise Incomplete(
            gettext("All %(n)s places of the round are taken.") % {"n": number(round_.places)},
            cure=gettext("Strike one off first; its place then becomes free."),
        )


def refuse_no_place(gone: "Incubator", round_: SelectionRound) -> None:
    """One that leaves no place to be taken: it still counts, never held one, or was replaced."""
    if gone.stage != Stage.STRUCK_OFF:
        raise Refused(gettext("Only the place of an incubator that was struck off can be taken."))
    if not gone.held_a_place():
        raise Refused(
            gettext("%(name)s was struck off the short list and held no place.")
            % {"name": gone.in_full()},
            cure=gettext("Its strike-off changes no number; nobody takes its place."),
        )
    if taken := gone.replacement():
        raise Refused(
            gettext("%(name)s has taken its place already.") % {"name": taken.in_full()},
            cure=gettext("Reload the page to see how the round stands."),
        )
    refuse_full(round_)


def refuse_unproved(incubator: "Incubator", *, on: date) -> None:
    """One that does not prove every criterion on a day."""
    missing = incubator.missing_on(on)
    if missing or not incubator.standing_on(on):
        raise Incomplete(
            gettext("Not every criterion is proved on %(day)s. Missing: %(missing)s.")
            % {
                "day": long_date(on),
                "missing": ", ".join(str(one) for one in missing) or gettext("criteria in force"),
            },
            cure=gettext("Have the evidence handed in and verified first."),
        )


def hindrance(incubator: "Incubator", verb: str) -> Refused | None:
    """Why a step would be refused if it were dated today; None where nothing stands against it."""
    try:
        refuse_step(incubator, verb, incubator.round, on=today_in_jakarta())
    except Refused as refusal:
        return refusal
    return None


def vacancy_hindrance(gone: "Incubator") -> Refused | None:
    """Why nobody can take the place of one that was struck off; None where somebody can."""
    try:
        refuse_no_place(gone, gone.round)
    except Refused as refusal:
        return refusal
    return None
