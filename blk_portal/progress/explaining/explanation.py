"""A figure with all that explains it: the rule, the sums, the reasons, and the parts below."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blk_portal.progress import boundaries, regencies
from blk_portal.progress.boundaries import Boundaries
from blk_portal.progress.breakdowns import AreaFigures, known_figures
from blk_portal.progress.explaining.families import FAMILIES
from blk_portal.progress.explaining.family import Named
from blk_portal.progress.explaining.question import Question
from blk_portal.progress.explaining.reasons import (
    COUNTED,
    COUNTING,
    OPENING,
    ORDER,
    REASONS,
    Reason,
)
from blk_portal.progress.explaining.tally import REST, Place, Tallies, Tally, total
from blk_portal.progress.figures import Freshness, freshness, provinces_visible_to
from blk_portal.progress.models import Target
from institutions.models import Institution, Province

PROVINCE, INSTITUTION = "province", "institution"
# By level: what a part is, what all of them are called, and what the rest is that is not opened.
LEVELS: dict[str, tuple[object, object, object]] = {
    PROVINCE: (_("Province"), _("By province"), _("Outside your area")),
    INSTITUTION: (_("Institution"), _("By institution"), _("Outside your area")),
    "report": (_("Training"), _("By training"), _("Trainings that your role does not open")),
    "participant": (_("Participant"), _("Participants"), _("Restricted: without a name")),
    "milestone": (_("Milestone"), _("Milestones"), _("Outside your area")),
    "incubator": (_("Round"), _("Places of rounds"), _("Outside your area")),
    "tenant": (_("Tenant"), _("By tenant"), _("Outside your area")),
    "quarter": (_("Quarterly report"), _("By quarterly report"), _("Outside your area")),
}
# What a question names of the parts that can be asked further.
DEEPER = {PROVINCE: "province", INSTITUTION: "institution", "report": "cohort", "tenant": "tenant"}


@dataclass(frozen=True)
class Part:
    """One part of a figure.

    counted: what it adds. opening: how much of that is opening balance. left: its rows that do not
    count, by reason. named: None for the rest, which the reader may not open. deeper: the question
    that asks the part itself; None where it is the last.
    """

    counted: Tally
    opening: int
    left: Mapping[str, int]
    named: Named | None = None
    deeper: Question | None = None

    @property
    def left_rows(self) -> int:
        return sum(self.left.values())

    @property
    def reasons(self) -> list[Reason]:
        return [REASONS[code] for code in sorted(self.left, key=ORDER.__getitem__)]


@dataclass(frozen=True)
class Explanation:
    """The answer to a question.

    level: what the parts are. value: the figure, None where nothing is known yet; that of an area
    is the cell that its page shows. counted: what the rows add up to. opening: how much of that is
    opening balance. left: the rows that do not count, by reason. rest: the parts that the reader
    may not open, in one. count: how many parts there are on all pages. after: where the next page
    begins.
    """

    question: Question
    level: str
    value: int | None
    counted: Tally
    opening: int
    left: list[tuple[Reason, Tally]]
    parts: list[Part]
    rest: Part | None
    count: int
    after: tuple[int, int, int] | None

    @property
    def left_rows(self) -> int:
        return sum(tally.rows for _reason, tally in self.left)

    @property
    def recorded(self) -> int:
        """All rows, those that count and those that do not."""
        return self.counted.rows + self.left_rows

    @property
    def is_of_rows(self) -> bool:
        """Whether each row that counts adds one, so that recorded less left gives the figure."""
        return self.counted.rows == self.counted.value

    @property
    def unsettled(self) -> int:
        """By how much the stored figure differs from its rows: a recount is owed, or a fault."""
        return (self.value or 0) - self.counted.value

    @property
    def level_label(self) -> object:
        return LEVELS[self.level][0]

    @property
    def heading(self) -> object:
        return LEVELS[self.level][1]

    @property
    def rest_label(self) -> object:
        return LEVELS[self.level][2]

    @property
    def tells_rest(self) -> bool:
        """Whether the rest tells its rows that do not count, and not only what counts."""
        question = self.question
        return not (question.is_of_nation and question.institution is None)

    @property
    def left_is_partial(self) -> bool:
        """Whether rows that do not count are told of the reader's area only."""
        return self.rest is not None and not self.tells_rest

    @property
    def tells_reasons(self) -> bool:
        """Whether each part has few rows, so that their reasons stand beside it."""
        return self.level not in (PROVINCE, INSTITUTION)

    def freshness(self) -> Freshness:
        """How old the figure is; that of a regency is counted when asked, and owes no recount."""
        known = freshness(self.question.year)
        if self.question.regency is None:
            return known
        return replace(known, counted_at=timezone.now(), owed_since=None)

    def target(self) -> Target | None:
        """What was promised of this figure, where it is whole."""
        question = self.question
        if question.breakdown or question.institution or question.office or question.regency:
            return None
        return Target.objects.of_year(question.year).filter(
            indicator=question.indicator.code, province=question.province
        ).first()  # fmt: skip


def explain(question: Question) -> Explanation:
    """The answer, with one page of parts."""
    family = FAMILIES[question.indicator.code]
    if question.cohort is not None or question.tenant is not None:
        tallies = family.row_tallies(question) if _holds(question) else {}
        named = family.named_rows(question, _keys(tallies))
        return _answer(question, family.rows, tallies, named)
    if question.institution is not None:
        own = Institution.objects.filter(pk=question.institution.pk).order_by()
        inside = own if _holds(question) else own.filter(pk=0)
        place = Place(family.units, _keyed(inside, When(pk__gt=0, then=F("pk"))))
        tallies = family.tallies(question, place, by_unit=True)
        return _answer(question, family.units, tallies, family.named(question, _keys(tallies)))
    provinces = _provinces(question)
    place = place_of(question, provinces)
    tallies = family.tallies(question, place, by_unit=False)
    if question.is_of_nation:
        # Of areas that the reader does not see only what counts is told: it stands in the figure.
        tallies = {of: tally for of, tally in tallies.items() if of[0] != REST or of[1] in COUNTING}
    if place.level == PROVINCE:
        named = {pk: Named(province, province.name) for pk, province in provinces.items()}
        return _answer(question, PROVINCE, tallies, named)
    return _answer(question, INSTITUTION, tallies)


def place_of(question: Question, provinces: Mapping[int, Province]) -> Place:
    """The institutions of the area, by province for the nation, else one by one.

    provinces: those that the reader may open; without any, the reader's own institutions are told
    one by one. What may not be opened has the key of the rest.
    """
    inside = Institution.objects.filter(_cut(question), question.area()).order_by()
    if question.is_of_nation and provinces:
        key: Combinable = F("regency__province")
        if question.reading == Boundaries.THEN:
            reported = {pk: _shown_under(question, one) for pk, one in provinces.items()}
            moved = {pk: under for pk, under in reported.items() if under != pk}
            whens = [When(regency__province=pk, then=Value(under)) for pk, under in moved.items()]
            key = Case(*whens, default=key, output_field=BigIntegerField())
        seen = When(regency__province__in=list(provinces), then=key)
        return Place(PROVINCE, _keyed(inside, seen), is_whole=not _cut(question))
    visible = Institution.objects.visible_to(question.user).filter(question.area()).order_by()
    return Place(INSTITUTION, _keyed(inside, When(pk__in=visible.values("pk"), then=F("pk"))))


def _keyed(
    institutions: QuerySet[Institution], seen: When
) -> QuerySet[Institution, tuple[int, int]]:
    key = Case(seen, default=Value(REST), output_field=BigIntegerField())
    return institutions.annotate(key=key).values_list("pk", "key")


def _cut(question: Question) -> Q:
    if question.breakdown not in FAMILIES[question.indicator.code].institution_cuts:
        return Q()
    column = {"field": "field__code", "host": "host_type"}[question.breakdown]
    return Q((column, question.bucket))


def _holds(question: Question) -> bool:
    """Whether the institution that is asked about lies in the area and the part."""
    institution = question.institution
    if institution is None:
        return False
    part = {"field": institution.field.code, "host": institution.host_type}
    family = FAMILIES[question.indicator.code]
    is_cut = question.breakdown in family.institution_cuts
    if is_cut and part[question.breakdown] != question.bucket:
        return False
    if question.province is not None:
        return _shown_under(question, institution.regency.province) == question.province.pk
    if question.regency is not None:
        return institution.regency_id == question.regency.pk
    return question.office is None or institution.office_id == question.office.pk


def _provinces(question: Question) -> dict[int, Province]:
    """Those that the reader may open, of the nation."""
    if not question.is_of_nation:
        return {}
    visible = provinces_visible_to(question.user).select_related("split_from")
    return {province.pk: province for province in visible}


def _shown_under(question: Question, province: Province | None) -> int:
    """The key of a province: as reported, that of the province it was made out of."""
    if province is None:
        return REST
    then = question.reading == Boundaries.THEN
    if then and boundaries.counts_elsewhere(province, question.year):
        return int(province.split_from_id or REST)
    return int(province.pk)


def _institutions(question: Question, keys: Collection[int]) -> dict[int, Named]:
    rows = Institution.objects.visible_to(question.user).filter(pk__in=keys)
    rows = rows.select_related("regency").only("code", "name", "regency__name")
    return {row.pk: Named(row, row.name, row.regency.name) for row in rows}


def _keys(tallies: Tallies) -> set[int]:
    return {key for key, _reason in tallies}


def _answer(
    question: Question, level: str, tallies: Tallies, named: Mapping[int, Named] | None = None
) -> Explanation:
    """The tallies as a page of parts; parts without a name belong to the rest.

    named: None for institutions, of which the place says already which the reader may open; only
    those of the page are read.
    """
    by_reason: dict[str, list[Tally]] = {}
    by_key: dict[int, dict[str, Tally]] = {}
    for (key, reason), tally in tallies.items():
        by_reason.setdefault(reason, []).append(tally)
        held = by_key.setdefault(key if named is None or key in named else REST, {})
        held[reason] = held.get(reason, Tally()).plus(tally)
    opening = total(by_reason.pop(OPENING, []))
    counted = total(by_reason.pop(COUNTED, [])).plus(opening)
    rest = by_key.pop(REST, None)
    shown = {
        key: held for key, held in by_key.items() if not question.reason or question.reason in held
    }
    places = sorted(_order(question, key, held) for key, held in shown.items())
    page = [place for place in places if question.after is None or place > question.after]
    keys = [key for *_weights, key in page[: question.size]]
    names = _institutions(question, keys) if named is None else named
    return Explanation(
        question=question,
        level=level,
        value=_value(question, counted),
        counted=counted,
        opening=opening.value,
        left=[
            (REASONS[code], total(by_reason[code]))
            for code in sorted(by_reason, key=ORDER.__getitem__)
        ],
        parts=[_part(question, level, shown[key], names[key]) for key in keys if key in names],
        rest=_part(question, level, rest, None) if rest else None,
        count=len(places),
        after=page[question.size - 1] if len(page) > question.size else None,
    )


def _order(question: Question, key: int, held: Mapping[str, Tally]) -> tuple[int, int, int]:
    """Where a part stands: the largest first, by what counts or by the reason asked for."""
    value = _counted(held).value
    left = sum(tally.rows for reason, tally in held.items() if reason not in COUNTING)
    if question.reason:
        return (-held[question.reason].rows, -value, key)
    return (-value, -left, key)


def _counted(held: Mapping[str, Tally]) -> Tally:
    return total([held[reason] for reason in COUNTING if reason in held])


def _part(question: Question, level: str, held: Mapping[str, Tally], named: Named | None) -> Part:
    asked = DEEPER.get(level) if named and not named.is_last else None
    return Part(
        counted=_counted(held),
        opening=held.get(OPENING, Tally()).value,
        left={reason: tally.rows for reason, tally in held.items() if reason not in COUNTING},
        named=named,
        deeper=question.but(**{asked: named.row}) if named and asked else None,
    )


def _value(question: Question, counted: Tally) -> int | None:
    """The figure: of an area its cell, as pages show it; below that what the rows add up to."""
    if question.institution is not None:
        return counted.value
    if question.regency is not None:
        return _value_of(question, regencies.figures_of(question.year, question.regency))
    cells = boundaries.cells(question.reading).filter(
        Q(breakdown="")
        | Q(
            indicator=question.indicator.code,
            breakdown=question.breakdown,
            bucket=question.bucket,
        ),
        programme_year=question.year,
        province=question.province,
        office=question.office,
    )
    figures = AreaFigures()
    for cell in cells.values_list("indicator", "breakdown", "bucket", "value"):
        figures.put(*cell)
    return _value_of(question, figures)


def _value_of(question: Question, figures: AreaFigures) -> int | None:
    """The figure that is asked about among those of its area."""
    code = question.indicator.code
    known = known_figures(figures.values)[code]
    if known is None or not question.breakdown:
        return known
    return figures.parts.get(question.breakdown, {}).get(question.bucket, {}).get(code, 0)
