"""Each role's home says what waits and what is owed; each count is the length of its list."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from blk_portal.accounts.roles import Role
from blk_portal.formats import long_date, today_in_jakarta
from blk_portal.progress import rollup
from blk_portal.reporting.models import Obligation
from institutions.models import AreaAssignment, Institution
from tests.factories import (
    AreaReviewerFactory,
    AuditorFactory,
    CohortReportFactory,
    IncubatorFactory,
    IncubatorReviewerFactory,
    InstitutionFactory,
    LeadershipFactory,
    ObserverFactory,
    ProvinceFactory,
    RegencyFactory,
    TargetFactory,
    TrainingReviewerFactory,
    UserFactory,
    user_of,
)
from trainings.models import CohortReport

pytestmark = pytest.mark.django_db
HOME = reverse("progress:home")


def overdue_in(institution, **traits) -> CohortReport:
    report = CohortReportFactory(cohort__institution=institution, people=1, **traits)
    due_on = today_in_jakarta() - timedelta(days=3)
    Obligation.objects.filter(pk=report.obligation_id).update(due_on=due_on)
    return report


def home(client, user):
    client.force_login(user)
    page = client.get(HOME)
    assert page.status_code == 200
    return page


@pytest.fixture
def here() -> Institution:
    return InstitutionFactory(operational=True)


@pytest.fixture
def there() -> Institution:
    return InstitutionFactory(operational=True)


@pytest.mark.parametrize("role", Role.values)
def test_every_role_has_a_home_where_the_menu_says_so(client, here, role):
    text = home(client, user_of(role, here)).content.decode()
    assert text.count("<h1>") == 1
    assert f'<a href="{HOME}" aria-current="page">' in text


@pytest.mark.parametrize("role", Role.values)
def test_a_home_without_any_row_is_no_error(client, role):
    assert "<h1>" in home(client, UserFactory(role=role)).content.decode()


def test_area_reviewer_reads_counts_that_are_the_lengths_of_the_lists(client, here, there):
    for place in (here, there):
        overdue_in(place)
        CohortReportFactory(cohort__institution=place, submitted=True)
        InstitutionFactory(regency=place.regency, status="proposed")
    InstitutionFactory(office=None)
    page = home(client, AreaReviewerFactory(office=here.office))
    context = page.context
    counts = {line.queue.key: line.count for line in context["desk"]}
    assert counts == {"reviews": 1, "overdue": 1, "unassigned": 1}
    assert client.get(reverse("trainings:review-list")).context["count"] == 1
    assert client.get(reverse("progress:outstanding")).context["count"] == 1
    for step in context["steps"]:
        link = f"{reverse('institutions:institution-list')}?status={step.status}"
        assert f'href="{link}"' in page.content.decode()
        assert client.get(link).context["count"] == step.count
    assert {step.status: step.count for step in context["steps"]} == {"proposed": 2}


def test_reviewer_reads_how_long_the_oldest_report_has_waited(client, here):
    report = CohortReportFactory(cohort__institution=here, submitted=True)
    CohortReportFactory(cohort__institution=here, submitted=True)
    waited = timezone.now() - timedelta(days=12)
    CohortReport.objects.filter(pk=report.pk).update(submitted_at=waited)
    text = home(client, TrainingReviewerFactory()).content.decode()
    assert "Yang terlama sudah menunggu 12 hari" in text
    assert "2 laporan menunggu verifikasi Anda" in text


def test_incubator_reviewer_sees_incubators_and_no_reports(client, here):
    IncubatorFactory(stage="selected")
    overdue_in(here)
    CohortReportFactory(cohort__institution=here, submitted=True)
    page = home(client, IncubatorReviewerFactory())
    assert "1 inkubator menunggu validasi Anda" in page.content.decode()
    assert [line.queue.key for line in page.context["desk"]] == ["incubators"]


def test_training_reviewer_sees_no_incubators_to_validate(client):
    IncubatorFactory(stage="selected")
    assert home(client, TrainingReviewerFactory()).context["desk"] == []


def test_observer_reads_who_reports_in_its_area(client, here, there):
    TargetFactory(programme_year=here.programme_year)
    overdue_in(here)
    second = InstitutionFactory(regency=here.regency, operational=True)
    CohortReportFactory(cohort__institution=second, verified=True, people=2)
    overdue_in(there)
    rollup.settle(here.programme_year.pk)
    user = ObserverFactory(province=here.regency.province)
    page = home(client, user)
    text = page.content.decode()
    assert page.context["institutions"] == 2
    assert page.context["tally"] == {"institutions": 2, "reporting": 1, "overdue": 1}
    assert page.context["headlines"][1].value == 2
    assert [office.name for office in page.context["offices"]] == [here.office.name]
    assert here.regency.province.name in text
    assert there.regency.province.name not in text
    linked = client.get(reverse("progress:outstanding"), {"tahun": here.programme_year.year})
    assert linked.context["count"] == 1


def test_observer_without_figures_reads_a_dash_and_no_zero(client):
    TargetFactory()
    page = home(client, ObserverFactory(province=ProvinceFactory()))
    assert [headline.value for headline in page.context["headlines"]] == [None, None, None]
    assert "Belum ada laporan yang ditunggu dari wilayah Anda" in page.content.decode()
    assert "<dd>–</dd>" in page.content.decode()


def test_observer_of_a_regency_is_told_that_figures_are_of_the_province(client, here):
    TargetFactory(programme_year=here.programme_year)
    text = home(client, ObserverFactory(regency=here.regency)).content.decode()
    assert here.regency.name in text
    assert "Angka disimpan per provinsi" in text


def test_leadership_reads_where_it_lags_and_where_it_moves(client, here, there):
    year = here.programme_year
    TargetFactory(indicator="completed", programme_year=year, value=10)
    overdue_in(here), overdue_in(here), overdue_in(there)
    CohortReportFactory(cohort__institution=there, verified=True, people=3)
    CohortReportFactory(cohort__institution=there, submitted=True)
    rollup.settle(year.pk)
    context = home(client, LeadershipFactory()).context
    assert [(lag.name, lag.overdue) for lag in context["lags"]] == [
        (here.regency.province.name, 2),
        (there.regency.province.name, 1),
    ]
    assert (context["overdue"], context["waiting"]) == (3, 1)
    assert [(row.name, row.added) for row in context["movements"]] == [
        (there.regency.province.name, 3)
    ]
    assert context["headlines"][1].share == pytest.approx(0.3)
    assert [province.pk for province in context["silent"]] == [here.regency.province_id]


def test_movement_holds_the_thirty_days_before_the_latest_verification(client, here, there):
    TargetFactory(programme_year=here.programme_year)
    old = CohortReportFactory(cohort__institution=there, verified=True, people=3)
    old.counts.update(counted_from=timezone.now() - timedelta(days=31))
    CohortReportFactory(cohort__institution=here, verified=True, people=2)
    movements = home(client, LeadershipFactory()).context["movements"]
    assert [row.added for row in movements] == [2]


def test_auditor_reads_what_the_assignment_covers_and_that_reading_is_logged(client, here, there):
    user = AuditorFactory(province=here.regency.province)
    AreaAssignment.objects.create(user=user, regency=RegencyFactory(name="Kabupaten Contoh"))
    report = CohortReportFactory(cohort__institution=here, verified=True)
    CohortReportFactory(cohort__institution=there, verified=True)
    page = home(client, user)
    assert (page.context["institutions"], page.context["trainings"]) == (1, 1)
    assert page.context["readings"] == 0
    assert "Kabupaten Contoh" in page.content.decode()
    assert f"Akun Anda berlaku sampai {long_date(user.valid_until)}" in page.content.decode()
    client.get(reverse("trainings:cohort-detail", args=[report.cohort_id]))
    assert home(client, user).context["readings"] == 1
