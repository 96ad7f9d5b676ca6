"""Visits: recorded once, followed up by the institution, confirmed by staff."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from blk_portal.accounts.models import today
from blk_portal.accounts.roles import Role
from institutions.models import Visit
from institutions.models.visit import VisitRefused
from tests.factories import (
    AreaReviewerFactory,
    InstitutionFactory,
    NationalAdminFactory,
    OperatorFactory,
    VisitFactory,
    user_of,
)

pytestmark = pytest.mark.django_db
SENT = {"visited_on": "2022-09-05", "kind": "monitoring", "findings": "Peralatan terawat."}
TASK = {"follow_up": "Lengkapi daftar alat.", "follow_up_due_on": "2022-10-05"}


@pytest.fixture
def institution():
    return InstitutionFactory(operational=True)


@pytest.fixture
def reviewer(institution):
    return AreaReviewerFactory(office=institution.office)


def page_of(institution) -> str:
    return reverse("institutions:visit-list", args=[institution.pk])


def on_visit(name: str, visit: Visit) -> str:
    return reverse(f"institutions:visit-{name}", args=[visit.institution_id, visit.pk])


def test_reviewer_records_a_visit_that_the_operator_reads(client, institution, reviewer):
    client.force_login(reviewer)
    assert client.post(page_of(institution), SENT | TASK).status_code == 302
    visit = Visit.objects.get()
    assert (visit.officer, visit.visited_on) == (reviewer, date(2022, 9, 5))
    client.force_login(OperatorFactory(institution=institution))
    page = client.get(page_of(institution)).content.decode()
    assert "Peralatan terawat." in page
    assert "Lengkapi daftar alat." in page
    assert "Catat kunjungan" not in page


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"findings": ""}, "Tulis temuan Anda."),
        ({"visited_on": "2999-01-01"}, "masa depan"),
        ({"visited_on": "31/02/2022"}, "bukan tanggal"),
        ({"kind": "santai"}, "santai"),
        ({"follow_up": "Lengkapi."}, "sampai kapan"),
        ({"follow_up_due_on": "2022-10-05"}, "apa yang harus dilakukan"),
        (TASK | {"follow_up_due_on": "2022-09-04"}, "mendahului"),
        ({"findings": "NIK 3204051203019001 tidak cocok."}, "Tulis tanpa NIK"),
    ],
)
def test_reviewer_sends_a_visit_that_cannot_be(client, institution, reviewer, change, told):
    client.force_login(reviewer)
    response = client.post(page_of(institution), SENT | {"others": "Dinas contoh"} | change)
    page = response.content.decode()
    assert response.status_code == 400
    assert told in page
    assert "Dinas contoh" in page
    assert not Visit.objects.exists()


def test_operator_reports_and_reviewer_confirms_a_follow_up(client, institution, reviewer):
    visit = VisitFactory(institution=institution, open=True)
    operator = OperatorFactory(institution=institution)
    client.force_login(operator)
    assert client.post(on_visit("follow-up", visit), {"note": ""}).status_code == 400
    client.post(on_visit("follow-up", visit), {"note": "Daftar sudah lengkap."})
    visit.refresh_from_db()
    assert (visit.reported_by, visit.is_open) == (operator, True)
    client.force_login(reviewer)
    assert "Daftar sudah lengkap." in client.get(page_of(institution)).content.decode()
    client.post(on_visit("follow-up", visit), {"note": ""})
    visit.refresh_from_db()
    assert (visit.followed_up_by, visit.followed_up_on, visit.is_open) == (reviewer, today(), False)
    client.force_login(operator)
    assert client.post(on_visit("follow-up", visit), {"note": "Lagi."}).status_code == 409


def test_open_follow_ups_are_those_of_the_area_by_due_date(institution, reviewer):
    later = VisitFactory(institution=institution, open=True, visited_on=date(2022, 9, 20))
    first = VisitFactory(institution=institution, open=True)
    VisitFactory(institution=institution)
    VisitFactory(open=True)
    done = VisitFactory(institution=institution, open=True)
    done.confirm_done(by=reviewer)
    mistaken = VisitFactory(institution=institution, open=True)
    mistaken.withdraw(by=reviewer, reason="Salah lembaga.")
    waiting = Visit.objects.visible_to(reviewer).open_follow_ups
    assert list(waiting(on=today())) == [first, later]
    assert list(waiting(on=date(2022, 9, 10))) == [first, done]
    assert not waiting(on=date(2022, 9, 4)).exists()
    for role in (Role.OBSERVER, Role.LEADERSHIP):
        assert not Visit.objects.visible_to(user_of(role, institution)).exists()


def test_nobody_outside_the_area_confirms_or_withdraws(institution):
    visit = VisitFactory(institution=institution, open=True)
    for stranger in (AreaReviewerFactory(), OperatorFactory(institution=institution)):
        with pytest.raises(VisitRefused):
            visit.confirm_done(by=stranger)
        with pytest.raises(VisitRefused):
            visit.withdraw(by=stranger, reason="Salah.")
    with pytest.raises(VisitRefused):
        visit.report_done(by=OperatorFactory(), note="Selesai.")
    visit.confirm_done(by=NationalAdminFactory())


def test_reviewer_withdraws_a_visit_with_its_reason(client, institution, reviewer):
    visit = VisitFactory(institution=institution, open=True)
    client.force_login(reviewer)
    assert client.post(on_visit("withdraw", visit), {"reason": ""}).status_code == 400
    assert client.post(on_visit("withdraw", visit), {"reason": "Salah lembaga."}).status_code == 302
    assert "Salah lembaga." in client.get(page_of(institution)).content.decode()
    assert client.post(on_visit("withdraw", visit), {"reason": "Lagi."}).status_code == 409


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"follow_up": "Lengkapi."}, "follow_up_has_due_date"),
        ({"follow_up_due_on": date(2022, 12, 1)}, "follow_up_has_due_date"),
        ({"follow_up": "X", "follow_up_due_on": date(2022, 1, 1)}, "follow_up_after_visit"),
        ({"report_note": "Selesai."}, "report_is_whole"),
        ({"followed_up_on": date(2022, 12, 1)}, "confirmation_is_whole"),
        ({"withdrawn_because": "Salah."}, "withdrawal_has_reason"),
    ],
)
def test_the_database_refuses_half_a_visit(facts, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        VisitFactory(**facts)
