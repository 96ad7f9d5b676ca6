"""The logs about participants in the administration: found by name or code, within the own area."""

import pytest
from django.urls import reverse

from blk_portal.accounts.roles import Role
from tests.admin_pages import change, changelist
from tests.factories import (
    AreaReviewerFactory,
    CohortReportFactory,
    ErasureFactory,
    GuardianConsentFactory,
    IncubatorReviewerFactory,
    InstitutionFactory,
    MinorFactory,
    NationalAdminFactory,
    OverlapFactory,
    ParticipantChangeFactory,
    StandInFactory,
    TrainingAidFactory,
    UnlockRequestFactory,
    UserFactory,
)
from trainings.models import (
    Erasure,
    GuardianConsent,
    Overlap,
    ParticipantChange,
    StandIn,
    TrainingAid,
    UnlockRequest,
)

pytestmark = pytest.mark.django_db


def rows_of(institution) -> dict:
    """One row of each log at an institution."""
    report = CohortReportFactory(cohort__institution=institution, people=1, verified=True)
    minor = MinorFactory(cohort=report.cohort, name="Xaverius Contoh")
    return {
        ParticipantChange: ParticipantChangeFactory(participant=minor),
        GuardianConsent: GuardianConsentFactory(participant=minor),
        Overlap: OverlapFactory(first_cohort=report.cohort, name="Xaverius Contoh"),
        UnlockRequest: UnlockRequestFactory(report__cohort__institution=institution),
        StandIn: StandInFactory(report=report),
        TrainingAid: TrainingAidFactory(cohort=report.cohort),
    }


@pytest.fixture
def world():
    """The rows of an institution, those of a foreign one, and the reviewer of the first."""
    here = InstitutionFactory(operational=True)
    own, foreign = rows_of(here), rows_of(InstitutionFactory(operational=True))
    return here, own, foreign


def listed(client, model, **query) -> set[int]:
    page = client.get(changelist(model), query)
    assert page.status_code == 200
    return {row.pk for row in page.context["cl"].result_list}


def test_area_reviewer_reads_the_rows_of_the_office_and_changes_none(
    client, world, django_assert_max_num_queries
):
    here, own, foreign = world
    client.force_login(AreaReviewerFactory(office=here.office))
    for model, row in own.items():
        with django_assert_max_num_queries(12):
            assert listed(client, model) == {row.pk}
        with django_assert_max_num_queries(12):
            assert client.get(change(row)).status_code == 200
        assert client.post(change(row), {}).status_code == 403
        assert client.get(change(foreign[model])).status_code == 404


@pytest.mark.parametrize("model", [ParticipantChange, GuardianConsent, Overlap])
def test_staff_find_a_row_by_the_name_or_by_the_code_and_only_of_their_area(client, world, model):
    here, own, foreign = world
    client.force_login(NationalAdminFactory())
    both = {own[model].pk, foreign[model].pk}
    assert listed(client, model, q="xaver cont") == both
    assert listed(client, model, q=here.code) == {own[model].pk}
    assert listed(client, model, q="tidak ada") == set()
    client.force_login(AreaReviewerFactory(office=here.office))
    assert listed(client, model, q="xaver") == {own[model].pk}


@pytest.mark.parametrize("model", [UnlockRequest, StandIn, TrainingAid])
def test_staff_find_a_row_by_its_institution(client, world, model):
    here, own, _foreign = world
    client.force_login(NationalAdminFactory())
    assert listed(client, model, q=here.code) == {own[model].pk}


def test_pair_shows_nothing_of_the_side_in_another_area(client, world):
    here, own, _foreign = world
    pair = own[Overlap]
    client.force_login(AreaReviewerFactory(office=here.office))
    for page in (changelist(Overlap), change(pair)):
        text = client.get(page).content.decode()
        assert here.name in text
        assert pair.second_cohort.institution.name not in text
        assert "Angkatan di wilayah lain" in text


def test_admin_alone_reads_the_erasures(client):
    row = ErasureFactory(people=1234)
    client.force_login(NationalAdminFactory())
    assert "1.234" in client.get(changelist(Erasure)).content.decode()
    assert client.get(change(row)).status_code == 200
    client.force_login(UserFactory(role=Role.NATIONAL_TRAINING_REVIEWER))
    assert client.get(changelist(Erasure)).status_code == 403


def test_lists_stand_in_the_index_for_those_who_may_open_them(client):
    client.force_login(NationalAdminFactory())
    text = client.get(reverse("admin:index")).content.decode()
    for model in (Erasure, ParticipantChange, GuardianConsent, Overlap, StandIn, TrainingAid):
        assert changelist(model) in text
    client.force_login(IncubatorReviewerFactory())
    text = client.get(reverse("admin:index")).content.decode()
    assert changelist(ParticipantChange) not in text
