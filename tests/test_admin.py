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
    Foundation,
    Institution,
    Membership,
    ProgrammeYear,
    Province,
    Regency,
    TrainingOffice,
    VocationalField,
)
from tests.admin_pages import admin_name, change, changelist
from tests.factories import (
    CohortReportFactory,
    IncubatorFactory,
    InstitutionFactory,
    MembershipFactory,
    NationalAdminFactory,
    OperatorFactory,
    ParticipantFactory,
    ProgrammeYearFactory,
    RegencyFactory,
    user_of,
)
from trainings.models import Cohort, CohortReport, Participant, Programme

pytestmark = pytest.mark.django_db

OURS = list(admin.site._registry)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.NATIONAL_ADMIN])
def test_lists_open_only_with_the_right(client, role):
    user = user_of(role, InstitutionFactory(operational=True))
    client.force_login(user)
    for model in OURS:
        right = f"{model._meta.app_label}.view_{model._meta.model_name}"
        refused = 403 if user.is_staff else 302
        expected = 200 if user.is_staff and user.has_perm(right) else refused
        assert client.get(changelist(model)).status_code == expected, model


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


def test_nik_is_masked_on_the_page_and_never_in_the_list(client):
    participant = ParticipantFactory()
    client.force_login(NationalAdminFactory())
    page = client.get(change(participant)).content.decode()
    listed = client.get(changelist(Participant)).content.decode()
    assert participant.masked_nik in page
    assert participant._open_nik() not in page + listed
    assert participant.masked_nik not in listed


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
