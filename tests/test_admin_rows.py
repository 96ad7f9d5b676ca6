"""The administration with a row of every model: who opens which list and row, and what is kept."""

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blk_portal.accounts.models import User
from blk_portal.privacy.models import AccessLog
from incubators.models import Incubator
from institutions.models import (
    Document,
    Institution,
    Membership,
)
from tests.access.systems import client_rows
from tests.admin_pages import admin_name, change, changelist
from tests.factories import (
    AccessLogFactory,
    ActualFactory,
    AreaDelegationFactory,
    AreaReviewerFactory,
    AssessmentFactory,
    CaseFactory,
    CertificateFileFactory,
    CheckRunFactory,
    CohortReportFactory,
    ContributionFactory,
    DisbursementFactory,
    DocumentFactory,
    DocumentRequirementFactory,
    ErasureFactory,
    EvidenceFactory,
    FieldAliasFactory,
    GuardianConsentFactory,
    HolidayFactory,
    IncubationReportFactory,
    IncubatorFactory,
    IncubatorReviewerFactory,
    InstitutionFactory,
    ListExportFactory,
    MentoringSessionFactory,
    NationalAdminFactory,
    OpeningBalanceFactory,
    OverlapFactory,
    PackRecipientFactory,
    ParticipantChangeFactory,
    PartnershipFactory,
    PendingRollupFactory,
    RegisterImportFactory,
    RollupRunFactory,
    StandInFactory,
    TargetFactory,
    TrainingAidFactory,
    TrainingReviewerFactory,
    UnlockRequestFactory,
    VisitFactory,
)
from trainings.models import Cohort, CohortReport, Participant

pytestmark = pytest.mark.django_db

OURS = list(admin.site._registry)
SCOPED = [Document, Institution, Membership, Incubator, Cohort, CohortReport, Participant]


def every_row() -> tuple[Institution, Institution]:
    """One row of every registered model at an institution, and one of each at a foreign one."""
    for name in ("own", "foreign"):
        institution = InstitutionFactory(operational=True, name=f"BLKK {name}")
        incubator = IncubatorFactory(institution=institution, stage="mentored")
        EvidenceFactory(incubator=incubator)
        MentoringSessionFactory(tenant__incubator=incubator)
        IncubationReportFactory(incubator=incubator)
        report = CohortReportFactory(cohort__institution=institution, verified=True)
        CertificateFileFactory(cohort=report.cohort)
        ParticipantChangeFactory(participant=report.cohort.participants.first())
        GuardianConsentFactory(participant__cohort=report.cohort)
        OverlapFactory(first_cohort=report.cohort)
        UnlockRequestFactory(report__cohort__institution=institution)
        StandInFactory(report=report)
        TrainingAidFactory(cohort=report.cohort)
        CaseFactory(institution=institution)
        DisbursementFactory(institution=institution)
        DocumentFactory(institution=institution)
    HolidayFactory()
    ErasureFactory()
    RegisterImportFactory()
    ListExportFactory()
    DocumentRequirementFactory()
    FieldAliasFactory()
    TargetFactory()
    OpeningBalanceFactory()
    ActualFactory()
    PendingRollupFactory()
    RollupRunFactory()
    CheckRunFactory()
    AccessLogFactory()
    AreaDelegationFactory()
    PackRecipientFactory()
    own = Institution.objects.get(name="BLKK own")
    client_rows(own)
    AssessmentFactory(institution=own)
    VisitFactory(institution=own)
    PartnershipFactory(partner=ContributionFactory(institution=own).partner)
    return own, Institution.objects.get(name="BLKK foreign")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The rows stand for the whole module; each test works in a savepoint of their transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield every_row()
        transaction.set_rollback(True)


def institution_of(row) -> Institution:
    if isinstance(row, Institution):
        return row
    if isinstance(row, CohortReport | Participant):
        return row.cohort.institution
    return row.institution


def shown(response) -> list:
    return list(response.context["cl"].result_list)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_national_admin_opens_every_list_and_every_row(client, world, model):
    client.force_login(NationalAdminFactory())
    response = client.get(changelist(model))
    assert response.status_code == 200
    row = shown(response)[0]
    assert client.get(change(row)).status_code == 200
    if admin.site._registry[model].search_fields:
        assert client.get(f"{changelist(model)}?q=12+a").status_code == 200


@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model.__name__)
def test_area_reviewer_sees_rows_of_its_office_and_404_for_others(client, world, model):
    own, foreign = world
    client.force_login(AreaReviewerFactory(office=own.office))
    for row in model.objects.all():
        expected = 200 if institution_of(row) == own else 404
        assert client.get(change(row)).status_code == expected
    rows = shown(client.get(changelist(model)))
    assert {institution_of(row) for row in rows} == {own}


def test_area_reviewer_is_offered_only_its_own_institutions_by_autocomplete(client, world):
    own, foreign = world
    client.force_login(AreaReviewerFactory(office=own.office))
    address = reverse("admin:autocomplete")
    query = "?app_label=incubators&model_name=incubator&field_name=institution&term=BLKK"
    answer = client.get(address + query).content.decode()
    assert own.name in answer
    assert foreign.name not in answer


def test_incubator_reviewer_sees_no_participant(client, world):
    client.force_login(IncubatorReviewerFactory())
    assert client.get(changelist(Incubator)).status_code == 200
    assert client.get(changelist(Participant)).status_code == 403


def test_reading_the_administration_writes_nothing(client, world):
    client.force_login(NationalAdminFactory())
    client.get(reverse("admin:index"))
    with CaptureQueriesContext(connection) as queries:
        for model in OURS:
            client.get(changelist(model))
    verbs = {query["sql"].split()[0] for query in queries.captured_queries}
    assert verbs <= {"SELECT", "SAVEPOINT", "RELEASE"}


@pytest.mark.parametrize("model", [Institution, User, Incubator, Cohort, CohortReport, AccessLog])
def test_history_cannot_be_deleted(client, world, model):
    client.force_login(NationalAdminFactory())
    row = model.objects.first()
    assert client.post(reverse(admin_name(model, "delete"), args=[row.pk])).status_code == 403
    response = client.get(changelist(model))
    assert b"delete_selected" not in response.content


def test_training_reviewer_opens_the_review_page_from_the_report(client, world):
    client.force_login(TrainingReviewerFactory())
    report = CohortReport.objects.first()
    address = reverse("trainings:report-review", args=[report.pk])
    assert address.encode() in client.get(change(report)).content
    assert address.encode() in client.get(changelist(CohortReport)).content
