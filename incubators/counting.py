"""What each figure of incubators counts, and why a row does not: the drill-down of the figures.

The same rules as the cells of the roll-up, said of one row, so that a figure can be asked why.
"""

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incubators.models import Incubator, IncubatorQuerySet
from incubators.stages import REACHED, Stage
from institutions.models import ProgrammeYear


class Figure(models.TextChoices):
    """The figures of a round, in the order of the way; an indicator each."""

    CANDIDATES = "candidates", _("Candidates")
    SELECTED = "selected", _("Selected")
    VALIDATED = "validated", _("Validated")
    MENTORED = "mentored", _("Mentored")
    ESTABLISHED = "established", _("Established")
    INDEPENDENT = "independent", _("Independent")
    STRUCK_OFF = "struck_off", _("Struck off")


HAS_TO_STAND = (Figure.ESTABLISHED, Figure.INDEPENDENT)


def condition(figure: str) -> Q:
    """The rows that a figure counts, of incubators as `with_standing` gives them."""
    if figure == Figure.CANDIDATES:
        return Q()
    if figure == Figure.STRUCK_OFF:
        return Q(stage=Stage.STRUCK_OFF)
    reached = Q(stage__in=REACHED[figure])
    return reached & Q(in_force=True) if figure in HAS_TO_STAND else reached


def reason_of(figure: str, *, year: ProgrammeYear) -> Case:
    """Why the figure of a budget year does not count a row, as a code; empty where it does.

    Of rows of its rounds, as `with_standing` gives them, and of those that count in another year.
    """
    counted = condition(figure)
    whens = [When(~Q(round__programme_year=year), then=Value("other_year"))]
    if not counted:
        return Case(*whens, default=Value(""))
    whens.append(When(counted, then=Value("")))
    if figure == Figure.STRUCK_OFF:
        return Case(*whens, default=Value("not_struck_off"))
    return Case(
        *whens,
        When(stage=Stage.STRUCK_OFF, replaced_by__isnull=False, then=Value("place_taken")),
        When(stage=Stage.STRUCK_OFF, then=Value("struck_off")),
        When(stage=Stage.SHORTLISTED, reserve_position__isnull=False, then=Value("reserve")),
        When(stage=Stage.SHORTLISTED, then=Value("shortlisted")),
        When(stage__in=REACHED[figure], then=Value("lapsed")),
        default=Value("not_reached"),
    )


def why_not(figure: str, incubator: Incubator) -> str:
    """Why a figure does not count a row, in words; empty where it does."""
    if figure == Figure.CANDIDATES:
        return ""
    if figure == Figure.STRUCK_OFF:
        return "" if incubator.stage == Stage.STRUCK_OFF else gettext("It was not struck off.")
    if incubator.stage == Stage.STRUCK_OFF:
        return gettext("It was struck off.")
    if incubator.stage not in REACHED[figure]:
        if incubator.stage == Stage.SHORTLISTED and incubator.reserve_position:
            return gettext("It waits on the reserve list.")
        told = {"stage": incubator.get_stage_display(), "figure": Figure(figure).label}
        return gettext("It stands at “%(stage)s” and has not reached “%(figure)s”.") % told
    if figure in HAS_TO_STAND and not getattr(incubator, "in_force", False):
        return gettext("Its standing is not in force: evidence is missing or has ended.")
    return ""


def figures_of(rows: IncubatorQuerySet) -> dict[str, int]:
    """Every figure over these rows; wants `with_standing`."""
    counted = {
        figure.value: models.Count("pk", filter=condition(figure)) for figure in Figure
        if figure != Figure.CANDIDATES
    }  # fmt: skip
    return rows.order_by().aggregate(candidates=models.Count("pk"), **counted)
