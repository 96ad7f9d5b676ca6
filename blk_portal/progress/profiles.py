"""A page about an institution, and one about a province: what stands on each, as data to print."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import get_language, gettext

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Reach
from blk_portal.formats import (
    UNKNOWN,
    long_date,
    moment,
    number,
    percent,
    today_in_jakarta,
)
from blk_portal.progress import figures
from blk_portal.progress.breakdowns import AreaFigures
from blk_portal.progress.indicators import AFTER_TRAINING, INDICATORS
from institutions.lifecycle import InstitutionStatus, MilestoneKind
from institutions.maturity import Maturity
from institutions.models import Institution, ProgrammeYear, Province
from institutions.models.assessment import has_milestone, latest_of
from institutions.models.institution import InstitutionQuerySet
from trainings.models import CohortCount, OutcomeCount

# So many rows fit on the page; the programme began in TA 2017.
MOST_YEARS = 12
MOST_MILESTONES = 12
SUMS = ("enrolled", "completed", "passed", "people")
OUTCOMES = tuple(code for _base, parts in AFTER_TRAINING for code in parts)


@dataclass(frozen=True)
class Part:
    """One section: facts in pairs, a table, or a long table of small type in two halves."""

    title: str
    rows: list[list[str]]
    kind: str = "facts"
    head: list[str] = field(default_factory=list)
    note: str = ""
    words: bool = False
    size: float = 9


def _page(
    *, title: str, description: str, kicker: str, subtitle: str, parts: list[Part], age: str
) -> dict[str, object]:
    ministry = gettext("Ministry of Manpower")
    printed = gettext("Printed %(at)s") % {"at": moment(timezone.now())}
    sample = gettext("SAMPLE DATA. All names and figures on this page are made up.")
    return {
        "title": title,
        "description": description,
        "author": ministry,
        "language": get_language() or settings.LANGUAGE_CODE,
        "kicker": kicker,
        "subtitle": subtitle,
        "sample": sample if settings.DEMO_MODE else "",
        "parts": [asdict(part) for part in parts if part.rows],
        "footer": [f"{ministry} · BLK Komunitas", f"{age} · {printed}"],
    }


def _age(year: ProgrammeYear | None) -> str:
    counted_at = figures.freshness(year).counted_at if year else None
    if counted_at is None:
        return gettext("Nothing has been counted yet.")
    return gettext("Data as of %(at)s") % {"at": moment(counted_at)}


def institution(row: Institution) -> dict[str, object]:
    """The page of one institution, which the caller has found in the reader's scope.

    Holds no personal data but the contact that its page shows as well.
    """
    standing = list(row.milestones.standing().select_related("programme_year"))
    by_year = (
        CohortCount.objects.filter(institution=row, counted_to=None)
        .order_by("-programme_year__year")
        .values_list("programme_year__year")
        .annotate(*(Sum(name) for name in SUMS))
    )
    latest = row.last_step()
    status = row.get_status_display()
    if latest:
        since = {"status": status, "date": long_date(latest.happened_on)}
        status = gettext("%(status)s, since %(date)s") % since
    assessed = row.assessments.known_on(today_in_jakarta()).first()
    facts = [
        [gettext("Code"), row.code],
        [gettext("Status"), status],
        [
            gettext("Maturity class"),
            f"{assessed.get_maturity_display()}, {long_date(assessed.assessed_on)}"
            if assessed
            else gettext("Not assessed yet"),
        ],
        [gettext("Budget year"), str(row.programme_year)],
        [gettext("Vocational field"), row.field.name],
        [gettext("Host type"), row.get_host_type_display()],
        [gettext("Legal owner"), row.foundation.name],
        [gettext("Guided by"), row.office.name if row.office else gettext("No office yet")],
        [gettext("VIN"), row.vin or UNKNOWN],
        [gettext("Address"), row.address or UNKNOWN],
        [gettext("Contact person"), row.contact_name or UNKNOWN],
        [gettext("Phone"), row.contact_phone or UNKNOWN],
    ]
    milestones = Part(
        gettext("Milestones"),
        [
            [
                str(one.get_kind_display()), long_date(one.happened_on),
                one.document_number or UNKNOWN, str(one.programme_year),
            ]
            for one in standing[:MOST_MILESTONES]
        ],
        kind="table",
        head=[
            gettext("Milestone"), gettext("Date"), gettext("Number of the paper"),
            gettext("Counts in"),
        ],
        words=True,
    )  # fmt: skip
    trained = Part(
        gettext("Trained, by budget year"),
        [
            [f"TA {year}", *(number(value) for value in sums)]
            for year, *sums in by_year[:MOST_YEARS]
        ],
        kind="table",
        head=[gettext("Budget year"), *(str(INDICATORS[name].label) for name in SUMS)],
        note=gettext("Only verified reports count."),
    )
    later = Part(
        gettext("After the training, by budget year"),
        [
            [f"TA {year}", *(number(value) for value in sums)]
            for year, *sums in _outcomes_of(row)[:MOST_YEARS]
        ],
        kind="table",
        head=[gettext("Budget year"), *(str(INDICATORS[name].label) for name in OUTCOMES)],
        note=gettext("As far as verified reports tell."),
        size=8,
    )
    return _page(
        title=row.name,
        description=gettext("Profile of a BLK Komunitas"),
        kicker=f"{row.regency.name}, {row.regency.province.name}",
        subtitle=gettext("Profile of a BLK Komunitas"),
        parts=[Part(gettext("Register"), facts), milestones, trained, later],
        age=_age(row.programme_year),
    )


def _outcomes_of(row: Institution) -> QuerySet[OutcomeCount, Any]:
    """What is certified and placed of an institution's participants, by budget year."""
    return (
        OutcomeCount.objects.filter(institution=row, counted_to=None)
        .order_by("-programme_year__year")
        .values_list("programme_year__year")
        .annotate(*(Sum(name) for name in OUTCOMES))
    )


def province(
    area: Province, year: ProgrammeYear, cells: AreaFigures, reader: User
) -> dict[str, object]:
    """The page of one province in a budget year, whose figures the reader may see."""
    visible = Institution.objects.visible_to(reader).filter(regency__province=area)
    note = gettext("Institutions of all budget years, as they stand today.")
    if reader.spec.reach != Reach.NATION:
        note += " " + gettext("Counted over the institutions of your area.")
    parts = [
        _targets(area, year, cells),
        _statuses(visible.by_status(), note),
        _classes(visible),
        _regencies(area, year, reader, note),
    ]
    return _page(
        title=f"{area.name}, {year}",
        description=gettext("Profile of a province"),
        kicker=gettext("Province"),
        subtitle=gettext("Only verified reports and dated papers count."),
        parts=parts,
        age=_age(year),
    )


def _targets(area: Province, year: ProgrammeYear, cells: AreaFigures) -> Part:
    rows = []
    for headline in figures.area_headlines(year, cells, province=area):
        target = headline.target
        rows.append([
            str(headline.indicator.label), number(headline.value),
            number(target.value) if target else UNKNOWN, percent(headline.share),
        ])  # fmt: skip
        rows += [
            [str(companion.label), number(value), "", ""]
            for companion, value in headline.companions
        ]
    rows += [
        [str(indicator.label), number(value), "", ""]
        for outcome in figures.after_training(cells)
        for indicator, value in outcome.parts
    ]
    head = [gettext("Figure"), gettext("Reached"), gettext("Target"), gettext("Share")]
    return Part(gettext("Targets and what is reached"), rows, kind="table", head=head)


def _statuses(counts: dict[str, int], note: str) -> Part:
    rows = [
        [str(status.label), number(counts[status])]
        for status in InstitutionStatus
        if counts.get(status)
    ]
    rows.append([gettext("Total"), number(sum(counts.values()))])
    return Part(gettext("Institutions by status"), rows, note=note)


def _classes(visible: InstitutionQuerySet) -> Part:
    """How the institutions under an agreement are assessed today, and how many have papers."""
    day = today_in_jakarta()
    rows = list(
        visible.filter(has_milestone(MilestoneKind.PKB, day))
        .annotate(
            maturity=latest_of(day, "maturity"),
            licensed=has_milestone(MilestoneKind.LICENCE, day),
            accredited=has_milestone(MilestoneKind.ACCREDITATION, day),
        )
        .values_list("maturity", "licensed", "accredited")
    )
    held = Counter(row[0] for row in rows)
    counted = [
        *((one.label, held[one]) for one in reversed(Maturity)),
        (gettext("Not assessed yet"), held[None]),
        (MilestoneKind.LICENCE.label, sum(row[1] for row in rows)),
        (MilestoneKind.ACCREDITATION.label, sum(row[2] for row in rows)),
    ]
    note = gettext("Of the institutions under an agreement (PKB), by their latest assessment.")
    shown = [[str(label), number(count)] for label, count in counted]
    return Part(gettext("Maturity class, today"), shown, note=note)


def _regencies(area: Province, year: ProgrammeYear, reader: User, note: str) -> Part:
    """Institutions and verified participations of each regency that has any."""
    visible = Institution.objects.visible_to(reader).filter(regency__province=area)
    institutions = {
        row["regency"]: row
        for row in visible.order_by()
        .values("regency", place=F("regency__name"), order=F("regency__code"))
        .annotate(
            total=Count("pk"),
            operational=Count("pk", filter=Q(status=InstitutionStatus.OPERATIONAL)),
        )
    }
    trained = dict(
        CohortCount.objects.filter(institution__in=visible, programme_year=year, counted_to=None)
        .order_by()
        .values_list("institution__regency")
        .annotate(Sum("completed"))
    )
    rows = [
        [
            row["place"],
            number(row["total"]),
            number(row["operational"]),
            number(trained.get(key, 0)),
        ]
        for key, row in sorted(institutions.items(), key=lambda pair: pair[1]["order"])
    ]  # fmt: skip
    trained_in = gettext("Participations of %(year)s.") % {"year": year}
    return Part(
        gettext("By regency or city"), rows, kind="halves", note=f"{note} {trained_in}", size=7.5,
        head=[
            gettext("Regency or city"), gettext("Institutions"), gettext("Operational"),
            gettext("Participations"),
        ],
    )  # fmt: skip
