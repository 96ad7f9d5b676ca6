"""The desk of staff: the count of a queue is the length of its list, the age that of the oldest."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blk_portal.formats import today_in_jakarta
from blk_portal.progress.desk import DESK, desk_of
from blk_portal.reporting.models import Obligation
from institutions.due import months_before
from institutions.models import Disbursement, Institution, RegisterImport
from tests.factories import (
    AreaReviewerFactory,
    CaseFactory,
    ChangeProposalFactory,
    CheckRunFactory,
    CohortReportFactory,
    DisbursementFactory,
    DocumentFactory,
    EvidenceFactory,
    IncubationReportFactory,
    IncubatorCriterionFactory,
    IncubatorFactory,
    IncubatorReviewerFactory,
    InstitutionFactory,
    LeadershipFactory,
    NationalAdminFactory,
    OpeningBalanceFactory,
    OperatorFactory,
    RegisterImportFactory,
    TrainingAidFactory,
    TrainingReviewerFactory,
    VisitFactory,
)
from trainings.models import CohortReport, TrainingAid

pytestmark = pytest.mark.django_db

STAFF = (
    NationalAdminFactory, TrainingReviewerFactory, IncubatorReviewerFactory, AreaReviewerFactory,
)  # fmt: skip


@pytest.fixture
def here() -> Institution:
    return InstitutionFactory(operational=True)


def fill(place: Institution) -> None:
    """One row in every queue for the office of a place, and what belongs in none of them."""
    today = today_in_jakarta()
    overdue = CohortReportFactory(cohort__institution=place, people=1)
    Obligation.objects.filter(pk=overdue.obligation_id).update(due_on=today - timedelta(days=3))
    waiting = CohortReportFactory(cohort__institution=place, submitted=True)
    TrainingAidFactory(cohort=waiting.cohort)
    TrainingAidFactory(cohort=overdue.cohort, filed_by=OperatorFactory(institution=place))
    sent = datetime.now(UTC) - timedelta(days=12)
    CohortReport.objects.filter(pk=waiting.pk).update(submitted_at=sent)
    IncubatorFactory(institution=place, stage="selected", on=today - timedelta(days=8))
    IncubationReportFactory(incubator=place.incubators.get(), submitted=True)
    fill_evidence(place, today)
    InstitutionFactory(regency=place.regency, signed=True, on=date(2022, 3, 1))
    InstitutionFactory(regency=place.regency, signed=True, on=today - timedelta(days=40))
    free = InstitutionFactory(regency=place.regency, office=None)
    registered = datetime.now(UTC) - timedelta(days=5)
    Institution.objects.filter(pk=free.pk).update(recorded_at=registered)
    InstitutionFactory(regency=place.regency, office=None, status="rejected")
    InstitutionFactory.create_batch(2, regency=place.regency, name=f"BLKK Kembar {place.pk}")
    fill_cases_and_papers(place, today)
    OpeningBalanceFactory(institution=place)


def fill_evidence(place: Institution, today: date) -> None:
    """Evidence that waits, that ends within 14 and within 60 days, and that holds for long."""
    incubator = place.incubators.get()
    EvidenceFactory(incubator=incubator)
    for days in (5, 40, 400):
        EvidenceFactory(
            incubator=incubator, criterion=IncubatorCriterionFactory(code=f"kriteria-{days}"),
            verified_on=today, valid_to=today + timedelta(days=days),
        )  # fmt: skip


def fill_cases_and_papers(place: Institution, today: date) -> None:
    """What waits beside the status of an institution, and what does not wait any more."""
    CaseFactory(institution=place, on=today - timedelta(days=20))
    CaseFactory(institution=place, kind="legal", on=today - timedelta(days=90))
    admin = NationalAdminFactory()
    paid = {"institution": place, "by": admin, "sp2d_on": date(2022, 5, 9)}
    DisbursementFactory(**paid)
    DisbursementFactory(**paid, filed_by=OperatorFactory())
    DocumentFactory(institution=place, expires_on=today - timedelta(days=2))
    DocumentFactory(institution=place, expires_on=today + timedelta(days=400))
    VisitFactory(institution=place, officer=admin, visited_on=today - timedelta(days=9), open=True)
    VisitFactory(institution=place, officer=admin)
    proposed = datetime.now(UTC) - timedelta(days=4)
    ChangeProposalFactory(institution=place, proposed_at=proposed)


def length_of(client, line) -> int:
    page = client.get(line.url)
    assert page.status_code == 200
    context = page.context
    return context["cl"].result_count if "cl" in context else context["count"]


@pytest.mark.parametrize("factory", STAFF)
def test_every_count_of_the_desk_is_the_length_of_its_list(client, here, factory):
    fill(here)
    fill(InstitutionFactory(operational=True))
    is_area = factory is AreaReviewerFactory
    user = factory(office=here.office) if is_area else factory()
    RegisterImportFactory(uploaded_by=user, state="checked")
    RegisterImportFactory(uploaded_by=user, state="failed")
    CheckRunFactory()
    lines = desk_of(user)
    assert lines
    client.force_login(user)
    assert [length_of(client, line) for line in lines] == [line.count for line in lines]
    rights = {queue.key for queue in DESK if user.has_perm(queue.right)}
    assert {line.queue.key for line in lines} == rights


def test_area_reviewer_reads_since_when_the_oldest_waits(here):
    fill(here)
    fill(InstitutionFactory(operational=True))
    lines = {line.queue.key: line for line in desk_of(AreaReviewerFactory(office=here.office))}
    due = Disbursement.objects.filter(institution=here).earliest("lpj_due_on").lpj_due_on
    aid = TrainingAid.objects.get(cohort__institution=here, filed_on=None)
    assert {key: (line.count, line.days) for key, line in lines.items()} == {
        "reviews": (1, 12),
        "overdue": (1, 3),
        # The other place's institution without an office waits for every office.
        "unassigned": (2, 5),
        "unbuilt": (1, (today_in_jakarta() - date(2022, 3, 3)).days),
        "stalled": (1, 20),
        "accounts": (1, (today_in_jakarta() - due).days),
        "aid": (1, (today_in_jakarta() - aid.lpj_due_on).days),
        "papers": (1, 2),
        "follow-ups": (1, 9),
        "proposals": (1, 4),
        "duplicates": (1, 0),
    }


@pytest.mark.parametrize(
    ("day", "count"), [(date(2023, 3, 3), 0), (date(2023, 3, 4), 1), (date(2024, 1, 1), 1)]
)
def test_building_stands_still_from_the_day_after_its_months(here, day, count):
    InstitutionFactory(signed=True, on=date(2022, 3, 1))
    assert Institution.objects.unbuilt(on=day).count() == count


def test_months_before_ends_with_the_shorter_month():
    assert months_before(date(2024, 3, 31), 1) == date(2024, 2, 29)
    assert months_before(date(2022, 1, 15), 12) == date(2021, 1, 15)
    assert months_before(date(2022, 1, 31), 2) == date(2021, 11, 30)


def test_age_is_counted_in_western_days(here):
    report = CohortReportFactory(cohort__institution=here, submitted=True)
    # 00.30 WIB of the second.
    sent = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
    CohortReport.objects.filter(pk=report.pk).update(submitted_at=sent)
    with time_machine.travel(datetime(2026, 3, 2, 20, 0, tzinfo=UTC), tick=False):
        [line] = desk_of(TrainingReviewerFactory())
    assert line.days == 1


def test_desk_asks_once_however_much_waits(here):
    user = NationalAdminFactory()
    for place in (here, InstitutionFactory(operational=True)):
        fill(place)
        with CaptureQueriesContext(connection) as captured:
            assert desk_of(user)
        assert len(captured) == 1


def test_failed_import_leaves_the_desk_when_a_later_list_is_read():
    user = NationalAdminFactory()
    RegisterImportFactory(uploaded_by=user, state="failed")
    RegisterImportFactory(state="checked")
    assert RegisterImport.objects.failed().count() == 1
    RegisterImportFactory(uploaded_by=user, state="checked")
    assert not RegisterImport.objects.failed().exists()


@pytest.mark.parametrize("factory", [OperatorFactory, LeadershipFactory])
def test_people_who_are_not_staff_have_no_desk(here, factory):
    fill(here)
    assert desk_of(factory()) == []


@pytest.mark.parametrize("address", ["progress:home", "admin:index"])
def test_home_and_administration_show_the_desk_within_twelve_queries(client, here, address):
    fill(here)
    client.force_login(NationalAdminFactory())
    with CaptureQueriesContext(connection) as captured:
        text = client.get(reverse(address)).content.decode()
    assert len(captured) <= 12
    for words in ("Lembaga tanpa UPTP", "Pembangunan terhenti", "?antrean=belum-dibangun"):
        assert words in text


@pytest.mark.parametrize(
    ("ahead", "sentence", "cell"),
    [
        (10, "Yang terdekat berakhir dalam 10 hari", "<td>dalam 10 hari</td>"),
        (0, "Ada yang berakhir hari ini", "<td>hari ini</td>"),
        (-2, "Yang terlama sudah berakhir 2 hari", "<td>2 hari</td>"),
    ],
)
def test_home_says_when_a_paper_ends_and_not_that_it_has_waited(
    client, here, ahead, sentence, cell
):
    DocumentFactory(institution=here, expires_on=today_in_jakarta() + timedelta(days=ahead))
    client.force_login(AreaReviewerFactory(office=here.office))
    page = client.get(reverse("progress:home"))
    assert sentence in page.content.decode()
    assert cell in client.get(reverse("admin:index")).content.decode()
