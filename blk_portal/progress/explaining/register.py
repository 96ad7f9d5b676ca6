"""Institutions: lines from dated milestones, and from institutions that lack the one asked for."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext

from blk_portal.formats import long_date
from blk_portal.progress.explaining.family import Family, Named
from blk_portal.progress.explaining.question import Question
from blk_portal.progress.explaining.tally import Place, Tallies, sums
from institutions.models import Milestone

# The kind of milestone that each indicator counts.
KINDS = {f"institutions_{kind}": kind for kind in ("pkb", "built", "operational")}

# Of an institution one milestone of a kind stands at most. Those of other years that have none are
# no part of this year's story.
LINES = """
SELECT i.id, coalesce(standing.id, past.id, 0),
    CASE WHEN standing.programme_year_id = %(year)s THEN ''
         WHEN standing.id IS NOT NULL THEN 'other_year'
         WHEN i.status = 'merged' THEN 'merged'
         WHEN EXISTS (SELECT FROM institutions_institution successor
            WHERE successor.replaces_id = i.id) THEN 'replaced'
         WHEN i.status = 'cancelled' THEN 'agreement_cancelled'
         WHEN i.status = 'withdrawn' THEN 'institution_withdrew'
         WHEN i.status = 'rejected' THEN 'rejected'
         WHEN past.id IS NOT NULL THEN 'corrected'
         ELSE 'not_yet' END,
    (standing.programme_year_id = %(year)s)::int, 1
FROM institutions_institution i
LEFT JOIN institutions_milestone standing
  ON standing.institution_id = i.id AND standing.kind = %(kind)s AND standing.withdrawn_at IS NULL
LEFT JOIN LATERAL (
    SELECT m.id FROM institutions_milestone m
    WHERE m.institution_id = i.id AND m.kind = %(kind)s AND m.programme_year_id = %(year)s
      AND m.withdrawn_at IS NOT NULL AND standing.id IS NULL
    ORDER BY m.id DESC LIMIT 1) AS past ON true
WHERE i.id IN (SELECT institution_id FROM place)
  AND (standing.id IS NOT NULL OR past.id IS NOT NULL OR i.programme_year_id = %(year)s)
"""


class Register(Family):
    """What dated milestones of institutions count."""

    units = "milestone"

    def tallies(self, question: Question, place: Place, *, by_unit: bool) -> Tallies:
        values = {"year": question.year.pk, "kind": KINDS[question.indicator.code]}
        return sums(LINES, values, place, by_unit=by_unit)

    def named(self, question: Question, units: Collection[int]) -> dict[int, Named]:
        milestones = Milestone.objects.visible_to(question.user).filter(pk__in=units)
        found = {
            milestone.pk: Named(
                row=milestone,
                label=f"{milestone.get_kind_display()}, {long_date(milestone.happened_on)}",
                detail=milestone.document_number or milestone.withdrawn_because,
                url=reverse("institutions:milestone-list", args=[milestone.institution_id]),
            )
            for milestone in milestones
        }
        if 0 in units and question.institution is not None:
            status = question.institution.get_status_display()
            found[0] = Named(
                row=question.institution,
                label=gettext("No such milestone. Status: %(status)s") % {"status": status},
                url=reverse("institutions:milestone-list", args=[question.institution.pk]),
            )
        return found
