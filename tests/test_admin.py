"""The administration: which role opens which list, whose rows it shows, and what it may change."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Role
from blk_portal.privacy.models import AccessLog
from incubators.models import Incubator, SelectionRound
from institutions.models import (
    AreaAssignment,
    Document,
    Foundation,
    Institution,
    Membership,
    ProgrammeYear,
    Province,
    Regency,
    TrainingOffice,
    VocationalField,
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
    MembershipFactory,
    MentoringSessionFactory,
    NationalAdminFactory,
    OpeningBalanceFactory,
    OperatorFactory,
    OverlapFactory,
    PackRecipientFactory,
    ParticipantChangeFactory,
    ParticipantFactory,
    PartnershipFactory,
    PendingRollupFactory,
    ProgrammeYearFactory,
    RegencyFactory,
    RegisterImportFactory,
    RollupRunFactory,
    StandInFactory,
    TargetFactory,
    TrainingAidFactory,
    TrainingReviewerFactory,
    UnlockRequestFactory,
    VisitFactory,
    user_of,
)
from trainings.models import Cohort, CohortReport, Participant, Programme

pytestmark = pytest.mark.django_db

OURS = list(admin.site._registry)
SCOPED = [Document, Institution, Membership, Incubator, Cohort, CohortReport, Participant]


@pytest.fixture
def world():
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


@pytest.mark.parametrize("role", [role for role in Role if role != Role.NATIONAL_ADMIN])
def test_lists_open_only_with_the_right(client, role):
    user = user_of(role, InstitutionFactory(operational=True))
    client.force_login(user)
    for model in OURS:
        right = f"{model._meta.app_label}.view_{model._meta.model_name}"
        refused = 403 if user.is_staff else 302
        expected = 200 if user.is_staff and user.has_perm(right) else refused
        assert client.get(changelist(model)).status_code == expected, model


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


def test_operator_is_sent_away_from_the_administration(client):
    client.force_login(OperatorFactory())
    assert client.get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize(
    ("model", "make"),
    [
        (Institution, lambda: InstitutionFactory(operational=True)),
        (Incubator, lambda: IncubatorFactory(stage="selected")),
        (CohortReport, lambda: CohortReportFactory(verified=True)),
        (Participant, lambda: ParticipantFactory()),
        (Membership, MembershipFactory),
        (User, OperatorFactory),
        (Regency, RegencyFactory),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_lists_ask_as_often_for_one_row_as_for_twenty(client, model, make):
    client.force_login(NationalAdminFactory())
    make()
    client.get(changelist(model))
    with CaptureQueriesContext(connection) as one:
        client.get(changelist(model))
    for _n in range(19):
        make()
    ProgrammeYearFactory(year=2023)
    with CaptureQueriesContext(connection) as twenty:
        client.get(changelist(model))
    assert len(twenty) == len(one)


def test_reading_the_administration_writes_nothing(client, world):
    client.force_login(NationalAdminFactory())
    client.get(reverse("admin:index"))
    with CaptureQueriesContext(connection) as queries:
        for model in OURS:
            client.get(changelist(model))
    verbs = {query["sql"].split()[0] for query in queries.captured_queries}
    assert verbs <= {"SELECT", "SAVEPOINT", "RELEASE"}


def test_nik_is_masked_on_the_page_and_never_in_the_list(client):
    participant = ParticipantFactory()
    client.force_login(NationalAdminFactory())
    page = client.get(change(participant)).content.decode()
    listed = client.get(changelist(Participant)).content.decode()
    assert participant.masked_nik in page
    assert participant._open_nik() not in page + listed
    assert participant.masked_nik not in listed


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


@pytest.mark.parametrize(
    ("query", "statuses"),
    [
        ("q=%00", {400}),
        ("name__contains=%00", {400}),
        ("name__regex=((((", {400}),
        ("_to_field=status", {400}),
        ("programme_year__id__exact=abc", {200, 302}),
        ("id__exact=99999999999999999999999", {400}),
        ("nik_index__isnull=1", {400}),
        ("p=99999", {200, 302}),
        ("o=99.-1", {200, 302}),
    ],
)
def test_nonsense_in_the_address_of_a_list_is_never_a_failure(client, query, statuses):
    InstitutionFactory()
    client.force_login(NationalAdminFactory())
    assert client.get(f"{changelist(Institution)}?{query}").status_code in statuses


@pytest.mark.parametrize("page", ["change", "delete", "history"])
@pytest.mark.parametrize("key", ["abc", "0", "99999999999999999999999"])
def test_unknown_row_is_404(client, page, key):
    client.force_login(NationalAdminFactory())
    address = reverse(admin_name(Institution, page), args=[key])
    assert client.get(address).status_code in ((404,) if page != "delete" else (403, 404))


def test_autocomplete_bears_nonsense(client):
    client.force_login(NationalAdminFactory())
    query = "?app_label=institutions&model_name=institution&field_name=regency&term=%00"
    assert client.get(reverse("admin:autocomplete") + query).status_code == 200


def test_every_listed_model_is_registered():
    expected = {
        User, Province, Regency, TrainingOffice, VocationalField, ProgrammeYear, Foundation,
        Institution, Membership, AreaAssignment, Programme, Cohort, CohortReport, Participant,
        Incubator, SelectionRound, AccessLog,
    }  # fmt: skip
    assert expected <= set(OURS)
