"""Explaining a figure: rows that count add up to it, and each other row has its one reason."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import Phase, given, settings

from blk_portal.privacy.models import AccessLog
from blk_portal.progress.explaining.reports import LATER, PARTS
from institutions.models import AreaAssignment
from tests.factories import (
    AreaReviewerFactory,
    AuditorFactory,
    CohortFactory,
    CohortReportFactory,
    IncubatorFactory,
    InstitutionFactory,
    LeadershipFactory,
    NationalAdminFactory,
    ObserverFactory,
    ParticipantFactory,
    ProgrammeYearFactory,
    TenantFactory,
    TenantQuarterFactory,
)
from tests.factories.trainings import whatever_the_institution
from tests.progress.explained import asked, explained_cells, left, participations_told
from tests.progress.handcount import stored_cells
from tests.progress.steps import reopen, settle_all
from tests.progress.test_histories import World, histories

pytestmark = pytest.mark.django_db
PAGE, INTERFACE = reverse("progress:explain"), reverse("api:explain-list")
NIK = "3273051705019001"


def test_rows_add_up_to_the_figure_of_every_cell_whatever_happened():
    with whatever_the_institution():
        world, reader = World(), NationalAdminFactory()

        @settings(max_examples=6, database=None, phases=[Phase.generate])
        @given(histories)
        def live_through(history):
            with transaction.atomic():
                for action, target in history:
                    world.do(action, target)
                world.settle()
                for year in world.years.values():
                    stored = stored_cells(year)
                    assert explained_cells(year, stored, reader) == stored
                    told = {participations_told(year, code, reader) for code in (*PARTS, *LATER)}
                    assert len(told) == 1, "whatever is asked, each participation is told once"
                transaction.set_rollback(True)

        live_through()


@pytest.fixture
def year():
    return ProgrammeYearFactory()


def roster(cohort, *rows):
    for nik, result in rows:
        ParticipantFactory(cohort=cohort, nik=nik, result=result, sex="P")


@pytest.fixture
def places(year):
    """Two institutions of two areas: reports of every state, and a person who meets again."""
    here, there = InstitutionFactory(operational=True), InstitutionFactory(operational=True)
    first = CohortFactory(institution=here)
    roster(first, (NIK, "passed"), (None, "passed"), ("3273051705019002", "withdrawn"))
    CohortReportFactory(cohort=first, people=0, verified=True)
    again = CohortFactory(institution=there)
    roster(again, (NIK, "failed"))
    CohortReportFactory(cohort=again, people=0, verified=True)
    for state in ("submitted", "returned"):
        CohortReportFactory(cohort__institution=here, people=2, **{state: True})
    reopened = CohortReportFactory(cohort__institution=here, people=3, verified=True)
    reopen(reopened)
    CohortFactory(institution=here)
    roster(CohortFactory(institution=there), (None, ""))
    settle_all()
    return here, there


class TestReasons:
    def test_each_participation_that_does_not_count_has_one_reason(self, year, places):
        answer = asked(NationalAdminFactory(), year)
        assert (answer.value, answer.counted.value, answer.recorded) == (3, 3, 12)
        assert left(answer) == {
            "not_submitted": 1, "not_verified": 2, "returned": 2, "reopened": 3, "withdrew": 1,
        }  # fmt: skip

    def test_person_counts_once_and_the_others_say_where(self, year, places):
        answer = asked(NationalAdminFactory(), year, "people")
        found = left(answer)
        assert (answer.value, found["no_nik"], found["elsewhere"]) == (1, 1, 1)

    def test_cancelled_cohort_and_other_year_are_told(self, year, places):
        admin = NationalAdminFactory()
        cohort = CohortFactory(institution=places[0], cancelled_by=admin)
        roster(cohort, (None, ""))
        other = CohortFactory(
            institution=places[0], programme_year__year=2021, starts_on=date(2022, 3, 1),
            ends_on=date(2022, 4, 1),
        )  # fmt: skip
        roster(other, (None, ""))
        found = left(asked(admin, year))
        assert (found["cancelled"], found["other_year"]) == (1, 1)

    def test_rows_of_a_cohort_say_the_same_as_its_report(self, year, places):
        admin = NationalAdminFactory()
        for code in ("enrolled", "completed", "passed", "people", "certified", "employed_3"):
            for place in places:
                whole = asked(admin, year, code, institution=place)
                parts = [
                    asked(admin, year, code, institution=place, cohort=part.deeper.cohort)
                    for part in whole.parts
                ]
                assert sum(part.value for part in parts) == whole.value
                sums: dict[str, int] = {}
                for part in parts:
                    for reason, rows in left(part).items():
                        sums[reason] = sums.get(reason, 0) + rows
                assert sums == left(whole)

    def test_milestones_incubators_and_tenants_have_reasons_of_their_own(self, year):
        admin = NationalAdminFactory()
        InstitutionFactory(cancelled=True)
        InstitutionFactory(operational=True, programme_year__year=2021)
        incubator = IncubatorFactory(stage="validated")
        IncubatorFactory(stage="shortlisted", round=incubator.round)
        tenant = TenantFactory(incubator=incubator)
        TenantQuarterFactory(tenant=tenant, verified=False)
        settle_all()
        pkb = asked(admin, year, "institutions_pkb")
        assert left(pkb) == {"agreement_cancelled": 1, "other_year": 1}
        assert pkb.value == pkb.counted.value
        chosen = asked(admin, year, "incubators_selected")
        assert (chosen.value, left(chosen)) == (1, {"shortlisted": 1})
        assert left(asked(admin, year, "jobs")) == {"quarter_not_submitted": 1}


class TestRights:
    def test_area_reviewer_opens_the_own_area_and_hears_one_sum_of_the_rest(self, year, places):
        here, there = places
        reviewer = AreaReviewerFactory()
        AreaAssignment.objects.create(user=reviewer, office=here.office)
        own = asked(reviewer, year, province=here.regency.province)
        assert [part.named.row for part in own.parts] == [here]
        assert own.rest is None
        foreign = asked(reviewer, year, province=there.regency.province)
        assert foreign.parts == []
        assert (foreign.rest.counted.value, foreign.value) == (1, 1)

    def test_leadership_sees_institutions_with_counts_and_no_report(self, year, places):
        answer = asked(LeadershipFactory(), year, institution=places[0])
        assert answer.parts == []
        assert (answer.value, answer.rest.counted.value, answer.rest.left_rows) == (2, 2, 8)

    def test_observer_hears_of_other_provinces_only_what_counts(self, year, places):
        observer = ObserverFactory()
        AreaAssignment.objects.create(user=observer, province=places[1].regency.province)
        answer = asked(observer, year)
        assert [part.counted.value for part in answer.parts] == [1]
        assert (answer.value, answer.rest.counted.value, answer.rest.left_rows) == (3, 2, 0)
        assert answer.left_is_partial
        assert not asked(observer, year, province=places[1].regency.province).left_is_partial
        assert not asked(LeadershipFactory(), year).left_is_partial

    def test_page_subtracts_no_rows_of_one_area_from_those_of_the_nation(
        self, year, places, client
    ):
        observer = ObserverFactory()
        AreaAssignment.objects.create(user=observer, province=places[1].regency.province)
        address = reverse("progress:explain")
        query = {"indikator": "completed", "tahun": year.year}
        client.force_login(observer)
        page = client.get(address, query).text
        assert ("Tidak dihitung, di wilayah Anda" in page, "Baris tercatat" in page) == (
            True,
            False,
        )
        answer = client.get("/api/v1/progress/explain/", query).json()
        assert (answer["counted"], answer["recorded"]) == (3, None)
        client.force_login(LeadershipFactory())
        page = client.get(address, query).text
        assert ("di wilayah Anda" in page, "Baris tercatat" in page) == (False, True)

    def test_heading_names_what_the_figure_is_of(self, year, places, client):
        client.force_login(NationalAdminFactory())
        here = places[0]
        query = {
            "indikator": "completed", "tahun": year.year, "lembaga": here.code,
            "provinsi": here.regency.province.code,
        }  # fmt: skip
        page = client.get(reverse("progress:explain"), query).text
        assert f"Peserta pelatihan, {here.name}: " in page.partition("<h1>")[2]

    def test_restricted_person_counts_without_a_name_and_reading_is_noted(
        self, year, places, client
    ):
        here = places[0]
        auditor = AuditorFactory()
        AreaAssignment.objects.create(user=auditor, province=here.regency.province)
        cohort = here.cohorts.order_by("pk")[0]
        hidden = cohort.participants.get(nik_index=None)
        cohort.participants.filter(pk=hidden.pk).update(restricted_at="2022-10-01T00:00Z")
        client.force_login(auditor)
        text = client.get(
            PAGE, {"lembaga": here.code, "angkatan": cohort.pk, "tahun": year.year}
        ).content.decode()
        assert hidden.name not in text
        assert cohort.participants.exclude(pk=hidden.pk)[0].name in text
        assert "Dibatasi" in text
        assert AccessLog.objects.filter(user=auditor).count() == 1

    @pytest.mark.parametrize("address", [PAGE, INTERFACE])
    def test_foreign_or_senseless_question_is_refused(self, year, places, client, address):
        reviewer = AreaReviewerFactory()
        AreaAssignment.objects.create(user=reviewer, office=places[0].office)
        client.force_login(reviewer)
        assert client.get(address, {"lembaga": places[0].code}).status_code == 200
        for query in (
            {"lembaga": places[1].code}, {"tak": "ada"}, {"rincian": "sex"}, {"sesudah": "x"},
            {"rincian": "sex", "bagian": "X"}, {"indikator": "jobs", "rincian": "age"},
            {"angkatan": places[0].cohorts.first().pk},
        ):  # fmt: skip
            assert client.get(address, query).status_code == 400, query


class TestPages:
    def test_page_and_interface_tell_the_same_and_pages_follow_one_another(
        self, year, places, client
    ):
        client.force_login(NationalAdminFactory())
        told = client.get(INTERFACE, {"tahun": year.year}).json()
        shown = client.get(PAGE, {"tahun": year.year}).context["answer"]
        assert told["value"] == shown.value == 3
        assert [part["counted"] for part in told["parts"]] == [2, 1]
        assert {row["code"]: row["rows"] for row in told["reasons"]} == left(shown)
        deeper = client.get(told["parts"][0]["explain"]).json()
        assert (deeper["level"], deeper["value"]) == ("institution", 2)
        first = asked(NationalAdminFactory(), year, size=1)
        second = asked(NationalAdminFactory(), year, size=1, after=first.after)
        assert [part.counted.value for part in (*first.parts, *second.parts)] == [2, 1]
        assert second.after is None

    def test_only_parts_with_a_reason_are_listed_where_it_is_asked_for(self, year, places):
        answer = asked(NationalAdminFactory(), year, reason="reopened")
        assert [part.left["reopened"] for part in answer.parts] == [3]

    def test_figure_on_the_dashboard_leads_to_its_explanation(self, year, places, client):
        client.force_login(NationalAdminFactory())
        text = client.get(reverse("progress:dashboard")).content.decode()
        province = places[0].regency.province.code
        assert f"{PAGE}?indikator=completed&amp;tahun=2022&amp;provinsi={province}" in text
        assert "indikator=people&amp;rincian=sex&amp;bagian=P&amp;tahun=2022" in text
        assert PAGE in client.get(reverse("progress:public")).content.decode()
        client.logout()
        assert PAGE not in client.get(reverse("progress:public")).content.decode()

    def test_questions_do_not_grow_with_the_rows(self, year, places, client):
        client.force_login(NationalAdminFactory())
        here = places[0]

        def queries(query) -> int:
            with CaptureQueriesContext(connection) as asked_for:
                assert client.get(PAGE, {"tahun": year.year} | query).status_code == 200
            return len(asked_for)

        cohort = here.cohorts.order_by("pk")[0]
        levels = [
            {}, {"provinsi": here.regency.province.code}, {"uptp": here.office.code},
            {"lembaga": here.code, "rincian": "field", "bagian": here.field.code},
            {"lembaga": here.code, "angkatan": cohort.pk},
        ]  # fmt: skip
        few = [queries(level) for level in levels]
        roster(cohort, *[(None, "passed")] * 5)
        for _each in range(5):
            place = InstitutionFactory(regency=here.regency, operational=True)
            CohortReportFactory(cohort__institution=place, people=1, verified=True)
            CohortReportFactory(cohort__institution=here, people=1, submitted=True)
        assert [queries(level) for level in levels] == few
        assert max(few) <= 12
