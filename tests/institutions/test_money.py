"""Tranches and their accounts: the sums add up, states follow from dates, and who may do what."""

from datetime import date
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from blk_portal.accounts.roles import Role
from institutions.models import Disbursement, DisbursementStep
from institutions.models.money import MoneyRefused
from institutions.money_forms import RupiahField
from tests.factories import (
    AreaReviewerFactory,
    DisbursementFactory,
    InstitutionFactory,
    NationalAdminFactory,
    OperatorFactory,
    ProgrammeYearFactory,
    user_of,
)
from tests.reporting.concurrency import at_once

pytestmark = pytest.mark.django_db
PAID, DAY = date(2022, 5, 9), date(2022, 6, 1)
ALL = 100_000_000


@pytest.fixture
def admin():
    return NationalAdminFactory()


@pytest.fixture
def tranche():
    return DisbursementFactory()


@pytest.fixture
def operator(tranche):
    return OperatorFactory(institution=tranche.institution)


def url(tranche, name: str) -> str:
    return reverse(f"institutions:tranche-{name}", args=[tranche.institution_id, tranche.pk])


def test_lpj_is_due_so_many_working_days_later_as_the_year_says():
    assert DisbursementFactory().lpj_due_on == date(2022, 5, 27)
    year = ProgrammeYearFactory(year=2023, lpj_due_days=1)
    friday = DisbursementFactory(programme_year=year, sp2d_on=date(2023, 6, 16))
    assert friday.lpj_due_on == date(2023, 6, 19)


def test_operator_files_and_staff_accept(tranche, operator, admin):
    tranche.file(by=operator, on=DAY, amount=ALL, number="LPJ/1")
    assert (tranche.filed_on, tranche.outstanding) == (DAY, 0)
    tranche.accept(by=admin, on=date(2022, 6, 9))
    assert tranche.accepted_on == date(2022, 6, 9)
    assert list(tranche.steps.values_list("verb", "amount")) == [
        ("accepted", ALL), ("filed", ALL),
    ]  # fmt: skip


def test_state_follows_from_the_dates(tranche, operator, admin):
    state = Disbursement.State
    assert tranche.state_on(tranche.lpj_due_on) == state.DUE
    assert tranche.state_on(date(2022, 5, 28)) == state.OVERDUE
    assert tranche.days_overdue(DAY) == 5
    tranche.file(by=operator, on=DAY, amount=ALL)
    assert tranche.state_on(DAY) == state.FILED
    assert tranche.days_overdue(DAY) == 0
    tranche.accept(by=admin, on=date(2022, 6, 9))
    assert tranche.state_on(date(2022, 6, 9)) == state.ACCEPTED


def test_unspent_money_comes_back_and_then_the_lpj_is_accepted(tranche, operator, admin):
    tranche.file(by=operator, on=DAY, amount=ALL - 30)
    with pytest.raises(MoneyRefused, match="30"):
        tranche.accept(by=admin, on=DAY)
    tranche.give_back(by=admin, on=DAY, amount=10, number="NTPN-1")
    with pytest.raises(MoneyRefused):
        tranche.give_back(by=admin, on=DAY, amount=21, number="NTPN-2")
    tranche.give_back(by=admin, on=DAY, amount=20, number="NTPN-2")
    tranche.accept(by=admin, on=DAY)
    assert (tranche.accounted, tranche.returned, tranche.outstanding) == (ALL - 30, 30, 0)


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        ("file", {"on": DAY, "amount": ALL + 1}),
        ("file", {"on": DAY, "amount": 0}),
        ("file", {"on": date(2022, 5, 8), "amount": ALL}),
        ("give_back", {"on": DAY, "amount": ALL + 1, "number": "NTPN"}),
        ("give_back", {"on": DAY, "amount": 1, "number": " "}),
        ("give_back", {"on": date(2022, 5, 8), "amount": 1, "number": "NTPN"}),
        ("accept", {"on": DAY}),
        ("send_back", {"on": DAY, "reason": "Kurang."}),
        ("withdraw", {"reason": " "}),
    ],
)
def test_what_does_not_fit_is_refused_in_words_and_changes_nothing(tranche, admin, verb, told):
    with pytest.raises(MoneyRefused) as refusal:
        getattr(tranche, verb)(by=admin, **told)
    assert str(refusal.value)
    row = Disbursement.objects.get(pk=tranche.pk)
    assert (row.accounted, row.returned, row.filed_on, row.accepted_on) == (0, 0, None, None)
    assert not row.steps.exists()


def test_sent_back_lpj_is_filed_anew(tranche, operator, admin):
    tranche.file(by=operator, on=DAY, amount=ALL)
    with pytest.raises(MoneyRefused):
        tranche.file(by=operator, on=DAY, amount=ALL)
    with pytest.raises(MoneyRefused):
        tranche.send_back(by=admin, on=DAY, reason="")
    tranche.send_back(by=admin, on=date(2022, 6, 3), reason="Bukti kurang.")
    assert (tranche.accounted, tranche.filed_on) == (0, None)
    with pytest.raises(MoneyRefused):
        tranche.file(by=operator, on=date(2022, 6, 2), amount=ALL)
    tranche.file(by=operator, on=date(2022, 6, 4), amount=ALL)
    tranche.accept(by=admin, on=date(2022, 6, 4))


def test_nobody_accepts_what_they_filed(tranche, admin):
    tranche.file(by=admin, on=DAY, amount=ALL)
    with pytest.raises(MoneyRefused):
        tranche.accept(by=admin, on=DAY)
    tranche.accept(by=NationalAdminFactory(), on=DAY)


def test_accepted_and_withdrawn_tranches_move_no_more(tranche, operator, admin):
    tranche.file(by=operator, on=DAY, amount=ALL)
    tranche.accept(by=admin, on=DAY)
    mistaken = DisbursementFactory()
    mistaken.withdraw(by=admin, reason="Tercatat ganda.")
    for row in (tranche, mistaken):
        for move in (
            partial(row.file, by=operator, on=DAY, amount=1),
            partial(row.give_back, by=admin, on=DAY, amount=1, number="NTPN"),
            partial(row.accept, by=admin, on=DAY),
            partial(row.send_back, by=admin, on=DAY, reason="x"),
            partial(row.withdraw, by=admin, reason="x"),
        ):
            with pytest.raises(MoneyRefused):
                move()


def test_tranche_is_recorded_once_and_anew_after_its_withdrawal(tranche, admin):
    same = {
        "institution": tranche.institution, "programme_year": tranche.programme_year,
        "tranche": tranche.tranche,
    }  # fmt: skip
    with pytest.raises(MoneyRefused):
        DisbursementFactory(**same)
    tranche.withdraw(by=admin, reason="Jumlah keliru.")
    assert DisbursementFactory(**same).pk != tranche.pk


@pytest.mark.parametrize("status", ["proposed", "determined", "rejected"])
def test_money_is_paid_only_after_the_pkb(status):
    with pytest.raises(MoneyRefused):
        DisbursementFactory(institution=InstitutionFactory(status=status))
    assert DisbursementFactory(institution=InstitutionFactory(status="cancelled")).pk


@pytest.mark.parametrize(
    "change",
    [
        {"accounted": ALL + 1, "filed_on": DAY},
        {"returned": ALL + 1},
        {"returned": -1},
        {"accounted": ALL - 1, "filed_on": DAY, "accepted_on": DAY},
        {"accounted": ALL, "filed_on": DAY, "accepted_on": date(2022, 5, 31)},
        {"accounted": ALL},
        {"filed_on": DAY},
        {"accounted": ALL, "filed_on": date(2022, 5, 8)},
        {"amount": ALL * 2},
        {"sp2d_on": DAY},
    ],
)
def test_postgresql_keeps_sums_and_facts(tranche, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Disbursement.objects.filter(pk=tranche.pk).update(**change)
    whole = {"accounted": ALL, "filed_on": DAY, "accepted_on": DAY}
    assert Disbursement.objects.filter(pk=tranche.pk).update(**whole) == 1


def test_log_of_a_tranche_is_neither_changed_nor_deleted(tranche, operator):
    tranche.file(by=operator, on=DAY, amount=ALL)
    steps = DisbursementStep.objects.all()
    for attempt in (lambda: steps.update(amount=1), lambda: steps._raw_delete(steps.db)):
        with pytest.raises(IntegrityError, match="history is kept"), transaction.atomic():
            attempt()


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("250000000", 250_000_000),
        ("250.000.000", 250_000_000),
        ("Rp 250.000.000,00", 250_000_000),
        ("rp1.500.000,-", 1_500_000),
        ("1,500,000", 1_500_000),
    ],
)
def test_sum_is_read_however_people_group_its_digits(text, amount):
    assert RupiahField().clean(text) == amount


@pytest.mark.parametrize("text", ["", "0", "-5", "1.5", "250,5", "12.34", "sejuta", "1" * 16, "٣"])
def test_sum_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValidationError):
        RupiahField().clean(text)


@pytest.mark.parametrize("role", Role.values)
def test_money_is_read_by_those_who_may_and_filed_by_operators(client, role):
    tranche = DisbursementFactory()
    user = user_of(role, tranche.institution)
    client.force_login(user)
    page = reverse("institutions:money-list", args=[tranche.institution_id])
    if role == Role.PARTNER:
        assert client.get(page).status_code == 404
        return
    sees = role != Role.OBSERVER
    writes = role in (Role.NATIONAL_ADMIN, Role.NATIONAL_TRAINING_REVIEWER, Role.AREA_REVIEWER)
    files = writes or role == Role.OPERATOR
    assert client.get(page).status_code == (200 if sees else 403)
    assert client.get(url(tranche, "detail")).status_code == (200 if sees else 403)
    assert client.get(url(tranche, "file")).status_code == (200 if files else 403)
    for name in ("give-back", "accept", "send-back", "withdraw"):
        assert client.get(url(tranche, name)).status_code == (200 if writes else 403)
    overview = reverse("institutions:institution-detail", args=[tranche.institution_id])
    assert (page in client.get(overview).content.decode()) == sees
    foreign = DisbursementFactory()
    expected = 200 if user.spec.reach == "nation" else 404
    assert client.get(url(foreign, "detail")).status_code == expected


def test_operator_and_reviewer_settle_a_tranche_on_the_pages(client):
    institution = InstitutionFactory(signed=True)
    operator = OperatorFactory(institution=institution)
    client.force_login(AreaReviewerFactory(office=institution.office))
    record = reverse("institutions:tranche-record", args=[institution.pk])
    data = {
        "programme_year": "2022", "purpose": "building", "tranche": "1", "amount": "500.000.000",
        "sp2d_number": "SP2D/7", "on": "2022-05-09",
    }  # fmt: skip
    assert client.post(record, data | {"amount": "setengah"}).status_code == 400
    assert client.post(record, data).status_code == 302
    assert client.post(record, data).status_code == 409
    tranche = institution.disbursements.get()
    assert (tranche.amount, tranche.lpj_due_on) == (500_000_000, date(2022, 5, 27))
    client.force_login(operator)
    filing = {"on": "2022-06-01", "amount": "450.000.000", "document_number": "LPJ/1"}
    assert client.post(url(tranche, "file"), filing | {"amount": "600000000"}).status_code == 409
    assert client.post(url(tranche, "file"), filing).status_code == 302
    assert client.post(url(tranche, "accept"), {"on": "2022-06-02"}).status_code == 403
    client.force_login(AreaReviewerFactory(office=institution.office))
    assert client.post(url(tranche, "accept"), {"on": "2022-06-02"}).status_code == 409
    back = {"on": "2022-06-02", "amount": "50.000.000", "document_number": "NTPN-1"}
    assert client.post(url(tranche, "give-back"), back).status_code == 302
    assert client.post(url(tranche, "accept"), {"on": "2022-06-02"}).status_code == 302
    page = client.get(url(tranche, "detail")).content.decode()
    assert "NTPN-1" in page
    assert "LPJ/1" in page


def test_foreign_tranche_is_not_reached_through_an_own_institution(client, tranche):
    own = InstitutionFactory(signed=True)
    client.force_login(AreaReviewerFactory(office=own.office))
    address = reverse("institutions:tranche-withdraw", args=[own.pk, tranche.pk])
    assert client.post(address, {"reason": "Keliru."}).status_code == 404
    tranche.refresh_from_db()
    assert tranche.withdrawn_at is None


@pytest.mark.django_db(transaction=True)
def test_eight_double_clicks_accept_once():
    operator = OperatorFactory()
    tranche, admin = DisbursementFactory(filed_by=operator), NationalAdminFactory()
    fresh = Disbursement.objects.get
    results = at_once(*[partial(fresh(pk=tranche.pk).accept, by=admin, on=DAY) for _n in range(8)])
    refused = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(error, MoneyRefused) for error in refused), refused
    assert len(refused) == 7
    assert tranche.steps.filter(verb="accepted").count() == 1
