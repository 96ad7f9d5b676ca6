"""Incubators: lines from the places of selection rounds, a few hundred in all."""

from collections.abc import Collection

from django.db.models import Q
from django.urls import reverse

from blk_portal.formats import today_in_jakarta
from blk_portal.progress.explaining.family import Family, Named
from blk_portal.progress.explaining.question import Question
from blk_portal.progress.explaining.tally import Place, Tallies, Tally
from incubators.counting import Figure, condition, reason_of
from incubators.models import Incubator

FIGURES = {f"incubators_{figure.value}": figure for figure in Figure}


class Incubators(Family):
    """What the places of a round count, by stage and standing."""

    units = "incubator"

    def tallies(self, question: Question, place: Place, *, by_unit: bool) -> Tallies:
        figure = FIGURES[question.indicator.code]
        of_year = Q(round__programme_year=question.year)
        keys = place.keys()
        rows = (
            Incubator.objects.filter(institution__in=list(keys))
            .with_standing(on=today_in_jakarta())
            .filter(of_year | condition(figure))
            .annotate(reason=reason_of(figure, year=question.year))
        )
        found: Tallies = {}
        for pk, institution, reason in rows.values_list("pk", "institution", "reason"):
            key = pk if by_unit else keys[institution]
            line = Tally(int(not reason), 1)
            found[key, reason] = found.get((key, reason), Tally()).plus(line)
        return found

    def named(self, question: Question, units: Collection[int]) -> dict[int, Named]:
        rows = Incubator.objects.visible_to(question.user).filter(pk__in=units)
        return {
            row.pk: Named(
                row=row,
                label=row.round,
                detail=row.get_stage_display(),
                url=reverse("incubators:incubator-detail", args=[row.pk]),
            )
            for row in rows.select_related("round__programme_year")
        }
