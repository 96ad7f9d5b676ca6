"""The figures counted by hand: row by row in Python, apart from the portal's own statements."""

from collections import Counter

from blk_portal.formats import today_in_jakarta
from blk_portal.progress.models import Actual, OpeningBalance
from incubators.models import Criterion, Incubator
from institutions.models import Milestone
from trainings.models import Certification, CohortReport

LADDER = ["selected", "validated", "mentored", "established", "independent"]


def stored_cells(year) -> dict[tuple, int]:
    """(province, office, indicator, breakdown, bucket) -> value, as the table holds them."""
    cells = Actual.objects.filter(programme_year=year).values_list(
        "province", "office", "indicator", "breakdown", "bucket", "value"
    )
    return {tuple(cell): value for *cell, value in cells}


def counted_by_hand(year) -> dict[tuple, int]:
    """The same, from the rows that were filed and moved."""
    cells: Counter = Counter()

    by_institution: Counter = Counter()

    def count(indicator, institution, times=1, **cuts):
        cuts = {"": "", "field": institution.field.code, "host": institution.host_type} | cuts
        by_institution[institution.pk, indicator] += times
        places = [(None, None), (institution.regency.province_id, None)]
        if institution.office_id:
            places.append((None, institution.office_id))
        for province, office in places:
            for breakdown, bucket in cuts.items():
                cells[province, office, indicator, breakdown, bucket] += times

    reports = CohortReport.objects.filter(
        status="verified", kind="closing", cohort__programme_year=year
    ).select_related("cohort__institution__regency", "cohort__field")
    seen = set()
    for report in sorted(reports, key=lambda report: report.verified_at):
        cohort = report.cohort
        for person in cohort.participants.all():
            cuts = {
                "field": cohort.field.code,
                "funding": cohort.funding,
                "sex": person.sex,
                "disability": person.disability,
                "age": _age_band(person.birth_date, cohort.starts_on),
            }
            count("enrolled", cohort.institution, **cuts)
            if person.result == "withdrawn":
                continue
            count("completed", cohort.institution, **cuts)
            if person.result == "passed":
                count("passed", cohort.institution, **cuts)
                for indicator in _told_of(person):
                    count(indicator, cohort.institution, **cuts)
            if person.nik_index and bytes(person.nik_index) not in seen:
                seen.add(bytes(person.nik_index))
                count("people", cohort.institution, **cuts)
    for balance in OpeningBalance.objects.filter(programme_year=year).select_related(
        "institution__regency"
    ):
        if balance.approved_by is None or balance.ended_by is not None:
            continue
        for indicator, said in balance.figures.items():
            left = said - by_institution[balance.institution_id, indicator]
            if left > 0:
                cuts = dict.fromkeys(["field", "funding", "sex", "disability", "age"], "opening")
                count(indicator, balance.institution, left, **cuts)
    standing = Milestone.objects.filter(
        programme_year=year, withdrawn_at=None, kind__in=["pkb", "built", "operational"]
    )
    for milestone in standing.select_related("institution__regency"):
        count(f"institutions_{milestone.kind}", milestone.institution)
    for incubator in Incubator.objects.filter(round__programme_year=year):
        reached = LADDER[: LADDER.index(incubator.stage) + 1] if incubator.stage in LADDER else []
        if not _stands(incubator):
            reached = [stage for stage in reached if stage not in ("established", "independent")]
        off = ["struck_off"] if incubator.stage == "struck_off" else []
        for figure in ("candidates", *reached, *off):
            count(f"incubators_{figure}", incubator.institution)
    return dict(cells)


def _told_of(person) -> list[str]:
    """The indicators that verified reports say of somebody who passed."""
    verified = {
        report.kind for report in person.cohort.reports.all() if report.status == "verified"
    }
    found = []
    certification = Certification.objects.filter(participant=person).first()
    if certification and "certification" in verified:
        found.append("certification_reported")
        found += ["certified"] * (certification.competency == "competent")
    for placement in person.placements.all():
        if f"placement_{placement.wave}" in verified:
            found.append(f"placement_{placement.wave}_reported")
            if placement.outcome in ("employed", "self_employed"):
                found.append(f"{placement.outcome}_{placement.wave}")
    return found


def _stands(incubator) -> bool:
    today = today_in_jakarta()
    proved = {
        row.criterion_id
        for row in incubator.evidence.all()
        if row.verified_on
        and max(row.verified_on, row.valid_from) <= today <= (row.valid_to or today)
        and not (row.withdrawn_on and row.withdrawn_on <= today)
    }
    asked = [row.pk for row in Criterion.objects.all() if row.is_in_force(today)]
    return bool(asked) and proved >= set(asked)


def _age_band(born, day) -> str:
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    for limit, band in ((18, "u18"), (25, "18-24"), (35, "25-34"), (45, "35-44")):
        if years < limit:
            return band
    return "45+"
