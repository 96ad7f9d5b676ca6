"""The factories make what they say: other tests lean on them."""

import pytest
from django.utils import timezone

from blk_portal.privacy.nik import check_structure, facts_of
from incubators.stages import Stage
from institutions.lifecycle import InstitutionStatus
from institutions.models import Institution
from tests.factories import (
    CohortReportFactory,
    IncubatorFactory,
    InstitutionFactory,
    ParticipantFactory,
    PendingRowFactory,
    user_of,
)
from trainings.models import CohortCount

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", InstitutionStatus.values)
def test_institution_factory_reaches_the_status(status):
    institution = InstitutionFactory(status=status)
    institution.refresh_from_db()
    assert institution.status == status


@pytest.mark.parametrize("stage", Stage.values)
def test_incubator_factory_reaches_the_stage(stage):
    incubator = IncubatorFactory(stage=stage)
    incubator.refresh_from_db()
    assert incubator.stage == stage


@pytest.mark.parametrize(
    ("trait", "status", "counted"),
    [
        ("submitted", "submitted", 0),
        ("returned", "returned", 0),
        ("verified", "verified", 2),
        ("reopened", "returned", 0),
    ],
)
def test_report_factory_moves_by_verbs(trait, status, counted):
    report = CohortReportFactory(**{trait: True})
    report.refresh_from_db()
    live = CohortCount.objects.filter(report=report, counted_to=None)
    assert report.status == status
    assert sum(row.completed for row in live) == counted


def test_participant_factory_seals_a_fitting_synthetic_nik():
    participant = ParticipantFactory(sex="P")
    nik = participant._open_nik()
    check_structure(nik, today=timezone.localdate())
    assert facts_of(nik).sex == "P"
    assert facts_of(nik).fits_date(participant.birth_date)
    assert 9001 <= int(nik[-4:]) <= 9999


def test_pending_row_factory_keeps_the_cells():
    assert PendingRowFactory().open_cells()["sex"] == "L"


@pytest.mark.parametrize("role", ["operator", "area_reviewer", "observer", "auditor", "leadership"])
def test_user_of_reaches_the_institution(role):
    institution = InstitutionFactory()
    other = InstitutionFactory()
    seen = Institution.objects.visible_to(user_of(role, institution))
    assert institution in seen
    assert (other in seen) == (role == "leadership")
