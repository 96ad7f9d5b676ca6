"""Whom an operator asks: on every page of operators, and on nobody else's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blk_portal.accounts.roles import Role
from institutions.contacts import contacts_of
from institutions.models import Institution, TrainingOffice
from institutions.phones import tel_url, whatsapp_url
from tests.factories import (
    AreaReviewerFactory,
    CohortReportFactory,
    InstitutionFactory,
    OperatorFactory,
    ParticipantFactory,
    TrainingOfficeFactory,
    UserFactory,
    user_of,
)

pytestmark = pytest.mark.django_db
LINE, ADDRESS = "0840 2022 0001", "bandung@contoh.invalid"


@pytest.fixture
def office() -> TrainingOffice:
    return TrainingOfficeFactory(name="BBPVP Contoh", phone=LINE, email=ADDRESS)


@pytest.fixture
def institution(office) -> Institution:
    return InstitutionFactory(operational=True, office=office)


@pytest.fixture
def reviewer(office):
    return AreaReviewerFactory(office=office, name="Ratna (contoh)", email="ratna@contoh.invalid")


def operator_pages(institution) -> dict[str, str]:
    """Every page of an operator that names whom to ask."""
    draft = CohortReportFactory(cohort__institution=institution, people=1).cohort
    blank = CohortReportFactory(cohort__institution=institution, people=0).cohort
    ParticipantFactory(cohort=blank, result="")
    sent = CohortReportFactory(cohort__institution=institution, submitted=True)
    number = sent.obligation.receipts.get().number
    return {
        "home": reverse("progress:home"),
        "trainings": reverse("trainings:cohort-list"),
        "training": reverse("trainings:cohort-detail", args=[draft.pk]),
        "results": reverse("trainings:cohort-results", args=[blank.pk]),
        "send": reverse("trainings:report-submit", args=[draft.pk]),
        "receipt": reverse("trainings:receipt-detail", args=[number]),
        "institution": reverse("institutions:institution-detail", args=[institution.pk]),
        "guide": reverse("progress:guide"),
    }


def test_operator_finds_the_office_and_its_reviewer_on_every_page(client, institution, reviewer):
    client.force_login(OperatorFactory(institution=institution))
    for name, path in operator_pages(institution).items():
        page = client.get(path)
        assert page.status_code == 200, name
        text = page.content.decode()
        for expected in ("BBPVP Contoh", LINE, f"mailto:{ADDRESS}", "Ratna (contoh)"):
            assert expected in text, name
        assert f"mailto:{reviewer.email}" in text, name


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OPERATOR])
def test_other_roles_are_shown_no_reviewer(client, institution, reviewer, role):
    user = user_of(role, institution)
    client.force_login(user)
    page = client.get(reverse("institutions:institution-detail", args=[institution.pk]))
    assert 'id="tanya"' not in page.content.decode()
    assert reviewer.email not in page.content.decode()


def test_operator_without_an_office_is_led_to_the_ministry(client, settings, reviewer):
    settings.MINISTRY_PHONE, settings.MINISTRY_EMAIL = "(021) 500 0000", "pusat@contoh.invalid"
    institution = InstitutionFactory(office=None)
    client.force_login(OperatorFactory(institution=institution))
    text = client.get(reverse("progress:home")).content.decode()
    assert 'href="tel:+62215000000"' in text
    assert "pusat@contoh.invalid" in text
    assert reviewer.email not in text


def test_operator_of_a_branch_sees_its_reviewers_and_those_above(office, reviewer):
    branch = TrainingOfficeFactory(kind="satpel", parent=office)
    here = AreaReviewerFactory(office=branch, name="Agus (contoh)")
    AreaReviewerFactory(office=TrainingOfficeFactory())
    [contact] = contacts_of([InstitutionFactory(office=branch)])
    assert (contact.name, contact.reviewers) == (branch.name, [here, reviewer])


def test_reviewers_who_left_and_other_roles_are_not_named(institution, office, reviewer):
    AreaReviewerFactory(office=office, is_active=False)
    office_of_auditor = UserFactory(role=Role.AUDITOR)
    office_of_auditor.area_assignments.create(office=office)
    [contact] = contacts_of([institution])
    assert contact.reviewers == [reviewer]


def test_institutions_of_one_office_make_one_contact(institution, office):
    sister = InstitutionFactory(office=office)
    assert len(contacts_of([institution, sister, InstitutionFactory(office=None)])) == 2


def test_contacts_of_many_offices_are_one_query():
    for _each in range(3):
        AreaReviewerFactory(office=InstitutionFactory().office)
    institutions = list(Institution.objects.select_related("office"))
    with CaptureQueriesContext(connection) as queries:
        assert len(contacts_of(institutions)) == 3
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("phone", "call", "chat"),
    [
        ("0812-3456-7890", "tel:+6281234567890", "https://wa.me/6281234567890"),
        ("+62 840 2022 0001", "tel:+6284020220001", "https://wa.me/6284020220001"),
        ("(022) 7531234", "tel:+62227531234", ""),
        ("1500-630", "tel:1500630", ""),
    ],
)
def test_only_mobile_numbers_lead_to_a_messenger(phone, call, chat):
    assert (tel_url(phone), whatsapp_url(phone)) == (call, chat)


def test_admin_writes_no_nonsense_as_a_phone_number(client):
    client.force_login(user_of(Role.NATIONAL_ADMIN))
    office = TrainingOfficeFactory()
    change = reverse("admin:institutions_trainingoffice_change", args=[office.pk])
    form = {"name": office.name, "kind": office.kind, "email": ADDRESS}
    assert client.post(change, form | {"phone": "hubungi Bu Ratna"}).status_code == 200
    assert client.post(change, form | {"phone": LINE}).status_code == 302
    office.refresh_from_db()
    assert (office.phone, office.email) == (LINE, ADDRESS)
