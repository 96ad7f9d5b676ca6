"""The cells of the roll-up: equal to a count by hand, for every place and every breakdown."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from blk_portal.progress import rollup
from blk_portal.progress.models import Actual, PendingRollup
from institutions.models import Institution
from institutions.signals import institution_moved
from tests.factories import (
    ActualFactory,
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    IncubatorFactory,
    IncubatorReviewerFactory,
    InstitutionFactory,
    NationalAdminFactory,
    ParticipantFactory,
    PendingRollupFactory,
    ProgrammeYearFactory,
    RegencyFactory,
    VocationalFieldFactory,
)
from tests.progress.handcount import counted_by_hand, stored_cells
from tests.progress.steps import cell, reopen, settle_all, verify

NIK = "3273051705019001"
FUNDINGS = ["apbn", "apbd", "own", "partner"]


@pytest.fixture
def year():
    return ProgrammeYearFactory()


@pytest.fixture
def world(db):
    """A small programme: two provinces, an institution without office, all states, shared NIKs."""
    regency = RegencyFactory()
    places = [
        InstitutionFactory(regency=regency, operational=True),
        InstitutionFactory(
            regency=regency, operational=True, host_type="union",
            field=VocationalFieldFactory(code="TIK"),
        ),
        InstitutionFactory(office=None, signed=True, host_type="religious"),
        InstitutionFactory(operational=True),
        InstitutionFactory(cancelled=True),
    ]  # fmt: skip
    for number, place in enumerate(places[:4]):
        cohort = CohortFactory(
            institution=place, funding=["apbn", "apbd", "own", "partner"][number]
        )
        ParticipantFactory(cohort=cohort, nik=NIK)
        ParticipantFactory(cohort=cohort, nik=None, result="failed")
        ParticipantFactory(cohort=cohort, result="withdrawn", disability="sensorik")
        ParticipantFactory(cohort=cohort, birth_date=date(1970, 3, 1), disability="fisik")
        CohortReportFactory(cohort=cohort, people=number, verified=True)
    CohortReportFactory(cohort__institution=places[0], reopened=True)
    CohortReportFactory(cohort__institution=places[3], submitted=True)
    for place, stage in zip(places, ["selected", "mentored", "shortlisted", "independent",
                                     "shortlisted"], strict=True):  # fmt: skip
        incubator = IncubatorFactory(institution=place, stage=stage)
        if place == places[2]:
            incubator.move(
                "strike_off", by=IncubatorReviewerFactory(), on=date(2022, 10, 1), reason="Mundur."
            )
    return places


@pytest.mark.django_db
class TestCells:
    def test_recount_stores_what_a_count_by_hand_says(self, world, year):
        settle_all()
        stored = stored_cells(year)
        assert stored == counted_by_hand(year)
        assert {key[3] for key in stored} == {
            "", "field", "funding", "sex", "disability", "age", "host",
        }  # fmt: skip
        assert {key[2] for key in stored} == {
            "enrolled", "completed", "passed", "people", "institutions_pkb", "institutions_built",
            "institutions_operational", "incubators_candidates", "incubators_selected",
            "incubators_validated", "incubators_mentored", "incubators_established",
            "incubators_independent", "incubators_struck_off",
        }  # fmt: skip
        national = {key[2]: value for key, value in stored.items() if key[:2] == (None, None)
                    and key[3] == ""}  # fmt: skip
        assert national == {
            "enrolled": 22, "completed": 18, "passed": 14, "people": 11, "institutions_pkb": 4,
            "institutions_built": 3, "institutions_operational": 3, "incubators_selected": 3,
            "incubators_validated": 2, "incubators_established": 1, "incubators_candidates": 5,
            "incubators_mentored": 2, "incubators_independent": 1, "incubators_struck_off": 1,
        }  # fmt: skip

    def test_nation_is_the_sum_of_the_provinces(self, world, year):
        settle_all()
        cut = ("indicator", "breakdown", "bucket")
        provinces = Actual.objects.exclude(province=None).values(*cut).annotate(n=Sum("value"))
        nation = Actual.objects.filter(province=None, office=None)
        assert {tuple(row[k] for k in cut): row["n"] for row in provinces} == {
            tuple(row[k] for k in cut): row["value"] for row in nation.values(*cut, "value")
        }

    def test_every_breakdown_sums_to_its_figure(self, world, year):
        settle_all()
        stored = stored_cells(year)
        sums: dict[tuple, int] = {}
        for (province, office, indicator, breakdown, _bucket), value in stored.items():
            if breakdown:
                key = (province, office, indicator, breakdown)
                sums[key] = sums.get(key, 0) + value
        for (province, office, indicator, _breakdown), total in sums.items():
            assert stored[province, office, indicator, "", ""] == total

    def test_same_recount_twice_changes_nothing(self, world, year):
        settle_all()
        before = list(Actual.objects.order_by("pk").values())
        PendingRollupFactory(institution=world[0])
        assert rollup.settle(year.pk).differences == 0
        assert rollup.rebuild_year(year.pk) == 0
        assert list(Actual.objects.order_by("pk").values()) == before

    def test_zero_is_not_stored_and_a_stale_cell_is_removed(self, year):
        report = CohortReportFactory(verified=True)
        settle_all()
        province = report.cohort.institution.regency.province
        assert cell("completed", province=province) == 2
        reopen(report)
        settle_all()
        assert not Actual.objects.filter(indicator__in=["enrolled", "completed", "people"]).exists()
        assert cell("institutions_pkb", province=province) == 1
        assert not Actual.objects.filter(value=0).exists()

    def test_cell_that_no_row_stands_behind_is_removed_by_a_recount_of_its_place(self, year):
        institution = InstitutionFactory(signed=True)
        province = institution.regency.province
        ActualFactory(province=province, indicator="completed", value=7)
        ActualFactory(indicator="completed", value=7)
        settle_all()
        assert cell("completed", province=province) is None
        assert cell("completed") is None

    def test_recount_leaves_other_places_and_years_alone(self, year):
        elsewhere_cell = ActualFactory(province=RegencyFactory().province, value=5)
        next_year = ActualFactory(programme_year=ProgrammeYearFactory(year=2023), value=9)
        institution = InstitutionFactory(signed=True)
        settle_all()
        for untouched in (elsewhere_cell, next_year):
            untouched.refresh_from_db()
        assert (elsewhere_cell.value, next_year.value) == (5, 9)
        assert cell("institutions_pkb", office=institution.office) == 1

    def test_institution_without_office_counts_in_its_province_and_in_no_office(self, year):
        institution = InstitutionFactory(office=None, signed=True)
        settle_all()
        assert cell("institutions_pkb", province=institution.regency.province) == 1
        assert cell("institutions_pkb") == 1
        assert not Actual.objects.exclude(office=None).exists()

    def test_many_verified_reports_cost_one_recount(self, year):
        institution = InstitutionFactory(operational=True)
        for _n in range(5):
            CohortReportFactory(cohort__institution=institution, people=1, verified=True)
        run = rollup.settle(year.pk)
        assert run.taken == 10
        assert cell("completed") == 5
        assert rollup.settle(year.pk) is None


@pytest.mark.django_db
class TestMoves:
    def test_institution_moved_to_another_province_takes_its_figures_along(self, year):
        report = CohortReportFactory(verified=True)
        institution = report.cohort.institution
        old = institution.regency
        settle_all()
        new = RegencyFactory()
        Institution.objects.filter(pk=institution.pk).update(regency=new, office=new.office)
        institution_moved.send(
            Institution, institution=institution, years=[year.pk],
            places=[(old.province_id, old.office_id)],
        )  # fmt: skip
        settle_all()
        assert cell("completed", province=old.province) is None
        assert cell("completed", office=old.office) is None
        assert cell("completed", province=new.province) == 2
        assert cell("completed", office=new.office) == 2
        assert (cell("completed"), cell("institutions_pkb")) == (2, 1)
        assert stored_cells(year) == counted_by_hand(year)

    def test_institution_moved_before_its_verification_is_settled_counts_once(self, year):
        report = CohortReportFactory(verified=True)
        institution = report.cohort.institution
        new = RegencyFactory()
        Institution.objects.filter(pk=institution.pk).update(regency=new)
        settle_all()
        assert cell("completed") == cell("completed", province=new.province) == 2
        assert stored_cells(year) == counted_by_hand(year)

    def test_cancelled_institution_leaves_and_its_replacement_counts_once(self, year):
        kept, cancelled = InstitutionFactory.create_batch(2, operational=True)
        settle_all()
        assert cell("institutions_pkb") == 2
        cancelled.move("cancel", by=NationalAdminFactory(), on=date(2022, 10, 1), reason="Mundur.")
        settle_all()
        assert (cell("institutions_pkb"), cell("institutions_operational")) == (1, 1)
        assert cell("institutions_pkb", province=cancelled.regency.province) is None
        InstitutionFactory(signed=True, replaces=cancelled)
        settle_all()
        assert (cell("institutions_pkb"), cell("institutions_operational")) == (2, 1)
        assert cell("institutions_pkb", province=kept.regency.province) == 1
        assert stored_cells(year) == counted_by_hand(year)

    def test_struck_off_incubator_leaves_every_figure_and_a_replacement_enters(self, year):
        reviewer = IncubatorReviewerFactory()
        incubator = IncubatorFactory(stage="established")
        settle_all()
        figures = ["incubators_selected", "incubators_validated", "incubators_established"]
        assert [cell(figure) for figure in figures] == [1, 1, 1]
        incubator.move("strike_off", by=reviewer, on=date(2022, 12, 1), reason="Tidak aktif.")
        settle_all()
        assert [cell(figure) for figure in figures] == [None, None, None]
        IncubatorFactory(stage="selected", replaces=incubator)
        settle_all()
        assert [cell(figure) for figure in figures] == [1, None, None]

    def test_only_verbs_that_change_figures_owe_a_recount(self, year):
        report = CohortReportFactory()
        PendingRollup.objects.all().delete()
        operator = AreaReviewerFactory()
        report.submit(by=operator, version=0)
        report.send_back(by=AreaReviewerFactory(), version=1, comment="Perbaiki.")
        report.submit(by=operator, version=2)
        report.withdraw(by=operator, version=3)
        report.submit(by=operator, version=4)
        assert not PendingRollup.objects.exists()
        verify(report)
        (owed,) = PendingRollup.objects.all()
        assert (owed.programme_year, owed.institution) == (year, report.cohort.institution)
        assert owed.why == "report verify"


@pytest.mark.django_db
def test_cells_speak_only_of_the_counts_that_are_live(year):
    report = CohortReportFactory(verified=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE trainings_cohortcount SET counted_to = %s", [timezone.now() + timedelta(days=1)]
        )
    settle_all()
    assert cell("completed", province=report.cohort.institution.regency.province) is None
