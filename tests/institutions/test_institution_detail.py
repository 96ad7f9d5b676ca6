from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blk_portal.accounts.roles import Role
from institutions.models import InstitutionTransition
from tests.factories import (
    AreaReviewerFactory,
    InstitutionFactory,
    LeadershipFactory,
    MembershipFactory,
    MilestoneFactory,
    NationalAdminFactory,
    ObserverFactory,
    OperatorFactory,
    ParticipantFactory,
    user_of,
)

pytestmark = pytest.mark.django_db


def detail(institution) -> str:
    return reverse("institutions:institution-detail", args=[institution.pk])


def move(institution) -> str:
    return reverse("institutions:institution-move", args=[institution.pk])


def step(verb: str, **changes) -> dict:
    return {
        "verb": verb,
        "on": "2022-03-01",
        "document_number": "",
        "reason": "",
        "seen": "proposed",
    } | changes


@pytest.mark.parametrize("role", Role.values)
def test_each_role_opens_its_own_institution_and_gets_404_for_a_foreign_one(client, role):
    own, foreign = InstitutionFactory(), InstitutionFactory()
    user = user_of(role, own)
    client.force_login(user)
    if user.spec.reach == "nothing":
        assert client.get(detail(own)).status_code == 404
        return
    assert client.get(detail(own)).status_code == 200
    expected = 200 if user.spec.reach == "nation" else 404
    assert client.get(detail(foreign)).status_code == expected


@pytest.mark.parametrize("role", Role.values)
def test_only_movers_are_offered_the_step_and_may_take_it(client, role):
    own = InstitutionFactory()
    client.force_login(user_of(role, own))
    page, answer = client.get(detail(own)), client.post(move(own), step("verify"))
    own.refresh_from_db()
    if role in (Role.NATIONAL_ADMIN, Role.NATIONAL_TRAINING_REVIEWER, Role.AREA_REVIEWER):
        assert page.context["form"] is not None
        assert answer.status_code == 302
        assert own.status == "verified"
    else:
        assert page.status_code == 404 or page.context["form"] is None
        assert answer.status_code == (404 if role == Role.PARTNER else 403)
        assert own.status == "proposed"


def test_area_reviewer_gets_404_for_a_step_of_a_foreign_institution(client):
    own, foreign = InstitutionFactory(), InstitutionFactory()
    client.force_login(AreaReviewerFactory(office=own.office))
    assert client.post(move(foreign), step("verify")).status_code == 404


def test_admin_records_a_pkb_with_its_number(client):
    institution = InstitutionFactory(status="determined")
    client.force_login(NationalAdminFactory())
    answer = client.post(
        move(institution),
        step("sign", on="2022-03-02", document_number="PKB/12/2022", seen="determined"),
    )
    milestone = institution.milestones.get()
    assert answer.status_code == 302
    assert (milestone.kind, milestone.document_number) == ("pkb", "PKB/12/2022")
    assert b"PKB/12/2022" in client.get(detail(institution)).content


@pytest.mark.parametrize(
    ("status", "data"),
    [
        ("determined", step("sign", seen="determined")),
        ("proposed", step("reject")),
        ("proposed", step("verify", on="")),
        ("proposed", step("verify", on="31/02/2022")),
        ("proposed", step("verify", on="1022-03-01")),
        ("proposed", step("verify", on=str(timezone.localdate() + timedelta(days=1)))),
        ("proposed", step("verify", document_number="SK/1")),
        ("proposed", step("verify", reason="x" * 301)),
        ("proposed", step("verify", reason="a\x00b")),
        ("proposed", step("melompat")),
        ("proposed", step("")),
        ("proposed", step("verify", seen="entah")),
    ],
)
def test_incomplete_step_is_400_and_changes_nothing(client, status, data):
    institution = InstitutionFactory(status=status)
    logged = InstitutionTransition.objects.count()
    client.force_login(NationalAdminFactory())
    answer = client.post(move(institution), data)
    institution.refresh_from_db()
    assert answer.status_code == 400
    assert b'role="alert"' in answer.content
    assert institution.status == status
    assert InstitutionTransition.objects.count() == logged


def test_refused_step_keeps_what_was_typed(client):
    institution = InstitutionFactory()
    client.force_login(NationalAdminFactory())
    answer = client.post(
        move(institution), step("reject", on="2022-03-04", document_number="SK/77")
    )
    assert answer.status_code == 400
    assert b"2022-03-04" in answer.content
    assert b"SK/77" in answer.content


def test_stale_step_is_409_and_keeps_what_was_typed(client):
    institution = InstitutionFactory(status="verified")
    client.force_login(NationalAdminFactory())
    answer = client.post(
        move(institution), step("reject", reason="Tanah dalam sengketa.", seen="proposed")
    )
    institution.refresh_from_db()
    assert answer.status_code == 409
    assert "Tanah dalam sengketa." in answer.content.decode()
    assert answer.context["form"]["seen"].value() == "verified"
    assert institution.status == "verified"


def test_impossible_step_is_409(client):
    institution = InstitutionFactory()
    client.force_login(NationalAdminFactory())
    assert client.post(move(institution), step("open")).status_code == 409


def test_step_is_taken_by_post_only(client):
    institution = InstitutionFactory()
    client.force_login(NationalAdminFactory())
    assert client.get(move(institution)).status_code == 405


def test_withdrawn_milestone_stays_visible_with_its_reason(client):
    institution = InstitutionFactory(cancelled=True)
    client.force_login(LeadershipFactory())
    page = client.get(detail(institution)).content.decode()
    assert f"<del>PKB/{institution.pk}/2022</del>" in page
    assert "Alasan contoh." in page


def test_observer_sees_contact_and_people_but_no_trainee(client):
    institution = InstitutionFactory(
        operational=True, contact_name="Ibu Contoh", contact_phone="0812"
    )
    OperatorFactory(institution=institution, name="Operator Contoh")
    trainee = ParticipantFactory(cohort__institution=institution)
    client.force_login(ObserverFactory(province=institution.regency.province))
    page = client.get(detail(institution)).content.decode()
    assert "Ibu Contoh" in page
    assert "Operator Contoh" in page
    assert trainee.name not in page


def test_replacement_is_linked_both_ways(client):
    old = InstitutionFactory(cancelled=True)
    new = InstitutionFactory(replaces=old)
    client.force_login(LeadershipFactory())
    assert detail(old).encode() in client.get(detail(new)).content
    assert detail(new).encode() in client.get(detail(old)).content


def test_replacement_outside_the_area_is_not_named(client):
    old = InstitutionFactory(cancelled=True, name="BLKK Daerah Lain (contoh)")
    new = InstitutionFactory(replaces=old)
    client.force_login(AreaReviewerFactory(office=new.office))
    page = client.get(detail(new)).content
    assert b"BLKK Daerah Lain" not in page
    assert detail(old).encode() not in page


def test_detail_asks_as_often_for_one_row_as_for_many(client):
    institution = InstitutionFactory(signed=True)
    MembershipFactory(institution=institution)
    client.force_login(NationalAdminFactory())
    client.get(detail(institution))
    with CaptureQueriesContext(connection) as one:
        client.get(detail(institution))
    MembershipFactory.create_batch(5, institution=institution)
    for kind in ("licence", "vin", "inauguration"):
        MilestoneFactory(institution=institution, kind=kind)
    institution.move("hand_over", by=None, on=timezone.localdate())
    institution.move("open", by=NationalAdminFactory(), on=timezone.localdate())
    with CaptureQueriesContext(connection) as many:
        client.get(detail(institution))
    assert len(many) == len(one)


def test_detail_shows_in_every_status(client):
    client.force_login(NationalAdminFactory())
    for status in InstitutionFactory._meta.model.Status:
        assert (
            client.get(detail(InstitutionFactory(status=status)), {"asli": "1"}).status_code == 200
        )


def test_detail_works_without_script_and_style_attributes(client):
    institution = InstitutionFactory(cancelled=True)
    client.force_login(NationalAdminFactory())
    page = client.get(detail(institution)).content
    assert b"<script" not in page
    assert b"style=" not in page
