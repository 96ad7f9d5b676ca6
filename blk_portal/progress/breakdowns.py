"""Figures of one area broken down: by field, funding, sex, age, disability and host type."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.formats import percent
from blk_portal.progress import boundaries
from blk_portal.progress.boundaries import Boundaries
from blk_portal.progress.indicators import (
    AFTER_TRAINING,
    INDICATORS,
    TENANT_INDICATORS,
    Indicator,
)
from blk_portal.progress.models import Breakdown
from blk_portal.progress.opening.counting import BUCKET
from institutions.models import (
    Institution,
    ProgrammeYear,
    Province,
    TrainingOffice,
    VocationalField,
)
from trainings.models import Cohort, Participant
from trainings.models.count import AgeBand

PARTICIPATIONS, PEOPLE = "completed", "people"
JOBS, FINANCE = "jobs", "finance"
# What pages show by part; of all else they read the whole only.
BROKEN_DOWN = (PARTICIPATIONS, PEOPLE, JOBS, FINANCE)
# What verified closing reports say; without any of them nothing is known, not even zero.
FROM_REPORTS = {"enrolled", PARTICIPATIONS, "passed", PEOPLE}
REPORTED_LATER = {base for base, _parts in AFTER_TRAINING}
LONGEST_LIST = 8
SUBJECTS: dict[str, object] = {
    Breakdown.FIELD: _("By vocational field"),
    Breakdown.FUNDING: _("By funding source"),
    Breakdown.SEX: _("By sex"),
    Breakdown.AGE: _("By age at the start"),
    Breakdown.DISABILITY: _("By disability"),
    Breakdown.HOST: _("By host type"),
}
# Fields are rows of a table; all other buckets are choices.
NAMES: dict[str, Mapping[str, object]] = {
    Breakdown.FUNDING: dict(Cohort.Funding.choices),
    Breakdown.SEX: dict(Participant.Sex.choices),
    Breakdown.AGE: dict(AgeBand.choices),
    Breakdown.DISABILITY: dict(Participant.Disability.choices)
    | {Participant.Disability.NONE: _("No disability")},
    Breakdown.HOST: dict(Institution.HostType.choices),
}
# The part of participations of which papers from before the portal do not tell more.
OPENING_LABEL = _("Opening balance")
# Ages are read from young to old; everything else by size.
IN_OWN_ORDER = {Breakdown.AGE}


@dataclass(frozen=True)
class AreaFigures:
    """The cells of one area in a budget year.

    values: figures by indicator. parts: by breakdown, bucket and indicator.
    """

    values: dict[str, int] = field(default_factory=dict)
    parts: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)

    def put(self, indicator: str, breakdown: str, bucket: str, value: int) -> None:
        """Take in one cell."""
        if breakdown:
            self.parts.setdefault(breakdown, {}).setdefault(bucket, {})[indicator] = value
        else:
            self.values[indicator] = value

    @property
    def opening(self) -> dict[str, int]:
        """How much of figures is opening balance, by indicator, as far as parts are known."""
        return self.parts.get(Breakdown.FIELD, {}).get(BUCKET, {})


def known_figures(values: Mapping[str, int]) -> dict[str, int | None]:
    """The figures of an area by indicator, with 0 where it is known and None where it is not.

    Cells of zero are not stored. The register and the rounds are known as soon as one figure of the
    area is; participations only with a verified report; what became of people only with a verified
    report about that; tenants only with a verified report of their incubator.
    """
    has_reports = bool(FROM_REPORTS & values.keys())

    def is_known(indicator: Indicator) -> bool:
        if indicator.code in TENANT_INDICATORS and not indicator.base:
            return bool(TENANT_INDICATORS.keys() & values.keys())
        if indicator.base:
            return indicator.base in values
        if indicator.code in FROM_REPORTS or indicator.code in REPORTED_LATER:
            return has_reports
        return bool(values)

    return {
        code: values.get(code, 0) if is_known(indicator) else None
        for code, indicator in INDICATORS.items()
    }


@dataclass(frozen=True)
class Part:
    """One bucket of a breakdown (`code`), with participations and people side by side."""

    label: object
    participations: int
    people: int
    code: str = ""


@dataclass(frozen=True)
class Section:
    """One breakdown as the page shows it: the message, the longest rows, and the rest folded.

    whole: the participations that are broken down. opening: those of opening balances, of which
    nothing more is told.
    """

    breakdown: str
    subject: object
    message: str
    shown: list[Part]
    rest: list[Part]
    whole: int
    opening: Part | None = None

    @property
    def parts(self) -> list[Part]:
        """All that add up to the figure, with the opening balances at the end."""
        return [*self.shown, *self.rest, *([self.opening] if self.opening else [])]

    @property
    def height(self) -> int:
        """How many rows it takes on the page, with its title."""
        return len(self.shown) + bool(self.rest) + bool(self.opening) + 2

    @property
    def other(self) -> Part | None:
        """The sum of the rest; people add up, since each is counted at one participation."""
        if not self.rest:
            return None
        return Part(
            label="",
            participations=sum(part.participations for part in self.rest),
            people=sum(part.people for part in self.rest),
        )


def part_label(breakdown: str, bucket: str) -> object:
    """What a part of a breakdown is called; fields, rows of a table, keep their code."""
    if bucket == BUCKET:
        return OPENING_LABEL
    return NAMES.get(breakdown, {}).get(bucket, bucket)


def figures_of(
    year: ProgrammeYear,
    *,
    province: Province | None = None,
    office: TrainingOffice | None = None,
    reading: str = Boundaries.NOW,
) -> AreaFigures:
    """The cells of the nation, or of one province or office; `reading`: on which map."""
    cells = boundaries.cells(reading).filter(
        Q(breakdown="") | Q(indicator__in=BROKEN_DOWN),
        programme_year=year, province=province, office=office,
    )  # fmt: skip
    figures = AreaFigures()
    for cell in cells.values_list("indicator", "breakdown", "bucket", "value"):
        figures.put(*cell)
    return figures


def sections(figures: AreaFigures) -> list[Section]:
    """The breakdowns of an area's participations; one of which nothing is stored is left out."""
    if not figures.parts:
        return []
    fields = dict(VocationalField.objects.values_list("code", "name"))
    found = [
        _section(breakdown, figures.parts.get(breakdown, {}), NAMES.get(breakdown), fields)
        for breakdown in SUBJECTS
    ]
    return [section for section in found if section.whole]


def columns(sections: list[Section]) -> list[list[Section]]:
    """The sections in two columns of about the same height; none where there is no section."""
    if not sections:
        return []
    left: list[Section] = []
    right: list[Section] = []
    for section in sections:
        shorter = min(left, right, key=lambda column: sum(part.height for part in column))
        shorter.append(section)
    return [left, right]


def _section(
    breakdown: str,
    buckets: Mapping[str, Mapping[str, int]],
    choices: Mapping[str, object] | None,
    fields: Mapping[str, object],
) -> Section:
    """A breakdown with a zero for each choice that nobody took; of the fields only those taught."""
    names = fields if choices is None else choices
    parts = {
        code: Part(
            label=OPENING_LABEL if code == BUCKET else names.get(code, code),
            participations=buckets.get(code, {}).get(PARTICIPATIONS, 0),
            people=buckets.get(code, {}).get(PEOPLE, 0),
            code=code,
        )
        for code in dict.fromkeys([*(choices or ()), *buckets])
    }
    opening = parts.pop(BUCKET, None)
    ranked = sorted(parts.values(), key=lambda part: (-part.participations, str(part.label)))
    rows = list(parts.values()) if breakdown in IN_OWN_ORDER else ranked
    whole = sum(part.participations for part in rows)
    return Section(
        breakdown=breakdown,
        subject=SUBJECTS[breakdown],
        message=_message(breakdown, parts, ranked[0], whole) if whole else "",
        shown=rows[:LONGEST_LIST],
        rest=rows[LONGEST_LIST:],
        whole=whole,
        opening=opening,
    )


def _message(breakdown: str, parts: Mapping[str, Part], largest: Part, whole: int) -> str:
    """What the breakdown says, in words: the largest part, or the part that is asked about."""
    name, count = largest.label, largest.participations
    if breakdown == Breakdown.SEX:
        women = parts[Participant.Sex.FEMALE]
        name, count = women.label, women.participations
    elif breakdown == Breakdown.DISABILITY:
        name = _("With a disability")
        count = whole - parts[Participant.Disability.NONE].participations
    share = percent(count / whole)
    return gettext("%(name)s: %(share)s of participations") % {"name": name, "share": share}
