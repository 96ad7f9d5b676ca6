"""Opening balances among participations: a line of an institution that has no rows behind it.

Its unit has the negative of the institution's number, so that it is no training's.
"""

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext

from blk_portal.progress.explaining.family import Named
from blk_portal.progress.explaining.question import Question
from blk_portal.progress.models import OpeningBalance
from blk_portal.progress.opening.balances import COLUMNS
from blk_portal.progress.opening.counting import BUCKET, IN_PLACE, LEFT, UNTOLD

# What counts, what verified reports stand for by now, and what nobody has approved yet.
LINES = f"""
SELECT o.institution_id, -o.institution_id, v.reason, v.n::bigint, v.n::bigint
FROM ({LEFT.format(counted="counted_to IS NULL", inside=IN_PLACE)}) o
CROSS JOIN LATERAL (VALUES ('opening', o.{{column}}),
    ('opening_covered', o.said_{{column}} - o.{{column}})) AS v (reason, n)
WHERE v.n > 0
UNION ALL
SELECT b.institution_id, -b.institution_id, 'opening_waiting', b.{{column}}, b.{{column}}
FROM progress_openingbalance b
WHERE b.programme_year_id = %(year)s AND b.counted_from IS NULL AND b.counted_to IS NULL
  AND b.institution_id {IN_PLACE}
"""  # noqa: S608, made of our own constants


def are_in(question: Question) -> bool:
    """Whether the figure holds opening balances: of a part only where the part is theirs."""
    if question.indicator.code not in COLUMNS:
        return False
    return question.breakdown not in UNTOLD or question.bucket == BUCKET


def named(question: Question, units: Collection[int]) -> dict[int, Named]:
    """The balances behind these units, each by the one that counts or waits."""
    institutions = [-unit for unit in units if unit < 0]
    if not institutions:
        return {}
    balances = OpeningBalance.objects.visible_to(question.user).filter(
        programme_year=question.year, institution__in=institutions, counted_to=None
    )
    # One that counts is named before one that waits.
    rows = balances.order_by("counted_from").reverse()
    looks_over = question.user.is_authenticated and question.user.spec.looks_over_areas
    url = f"{reverse('progress:opening')}?tahun={question.year.year}" if looks_over else ""
    return {
        -row.institution_id: Named(
            row=row, label=gettext("Opening balance"), detail=row.source, url=url, is_last=True
        )
        for row in rows
    }
