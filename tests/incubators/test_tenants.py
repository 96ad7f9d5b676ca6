"""A tenant's way: every verb from every stage, what each needs, the log that is kept, the NIK."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from blk_portal.formats import today_in_jakarta
from blk_portal.privacy.models import AccessLog
from blk_portal.reporting.refusals import Incomplete, Stale
from incubators.models import Tenant, TenantTransition
from incubators.stages import Stage
from incubators.tenancy import TENANT_MOVES, TenantStage, earliest_graduation
from tests.factories import (
    IncubatorFactory,
    IncubatorReviewerFactory,
    OperatorFactory,
    TenantFactory,
    synthetic_nik,
)
from tests.factories.tenants import BORN
from tests.reporting.concurrency import at_once

pytestmark = pytest.mark.django_db
ALLOWED = {
    ("before", "admit"): "incubation",
    ("incubation", "release"): "after",
    ("after", "graduate"): "graduated",
    ("before", "drop"): "dropped",
    ("incubation", "drop"): "dropped",
    ("after", "drop"): "dropped",
}
NIK = synthetic_nik(1, born=BORN, sex="P")


def unsaved(**fields) -> Tenant:
    fields = {
        "incubator": IncubatorFactory(stage=Stage.SELECTED), "business": "Keripik (contoh)",
        "owner_name": "Pemilik", "owner_sex": "P", "division": "10",
        "entered_on": date(2022, 10, 3), "stage_since": date(2022, 10, 3),
    } | fields  # fmt: skip
    return Tenant(**fields)


@pytest.mark.parametrize("verb", TENANT_MOVES)
@pytest.mark.parametrize("stage", TenantStage.values)
def test_operator_moves_a_tenant_only_along_its_way(stage, verb):
    tenant, by = TenantFactory(stage=stage), OperatorFactory()
    on = earliest_graduation(tenant.stage_since)
    before = tenant.transitions.count()
    assert (verb in tenant.possible_moves()) == ((stage, verb) in ALLOWED)
    if target := ALLOWED.get((stage, verb)):
        step = tenant.move(verb, by=by, on=on, reason="Karena pindah.")
        assert (step.from_stage, step.to_stage, step.by, step.happened_on) == (
            stage, target, by, on,
        )  # fmt: skip
        tenant.refresh_from_db()
        assert (tenant.stage, tenant.stage_since) == (target, on)
    else:
        with pytest.raises(Stale):
            tenant.move(verb, by=by, on=on, reason="Karena pindah.")
        tenant.refresh_from_db()
        assert tenant.stage == stage
        assert tenant.transitions.count() == before


def test_operator_admits_nobody_without_a_contract_of_that_day():
    tenant = TenantFactory(contract_number="", contract_on=None)
    by = OperatorFactory()
    with pytest.raises(Incomplete) as refusal:
        tenant.admit(by=by, on=date(2022, 11, 1))
    assert refusal.value.cure
    tenant.contract_number, tenant.contract_on = "PK-1", date(2022, 11, 2)
    tenant.save()
    with pytest.raises(Incomplete):
        tenant.admit(by=by, on=date(2022, 11, 1))
    tenant.admit(by=by, on=date(2022, 11, 2))
    tenant.refresh_from_db()
    assert tenant.stage == TenantStage.INCUBATION


def test_database_keeps_no_tenant_in_incubation_without_a_contract():
    tenant = TenantFactory(stage=TenantStage.INCUBATION)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenant.objects.filter(pk=tenant.pk).update(
            contract_number="", contract_on=None, contract_paper=None
        )


@pytest.mark.parametrize(("days", "graduates"), [(-1, False), (0, True)])
def test_operator_graduates_a_tenant_after_24_months_at_the_earliest(days, graduates):
    tenant = TenantFactory(stage=TenantStage.AFTER)
    on = earliest_graduation(tenant.stage_since) + timedelta(days=days)
    assert (on.year - tenant.stage_since.year) == 2
    if graduates:
        tenant.graduate(by=OperatorFactory(), on=on)
    else:
        with pytest.raises(Incomplete, match=r"24"):
            tenant.graduate(by=OperatorFactory(), on=on)
    tenant.refresh_from_db()
    assert (tenant.stage == TenantStage.GRADUATED) is graduates


def test_a_step_needs_its_reason_and_a_day_that_has_come_and_follows_the_last():
    tenant, by = TenantFactory(stage=TenantStage.INCUBATION), OperatorFactory()
    with pytest.raises(Incomplete):
        tenant.drop(by=by, on=tenant.stage_since, reason="  ")
    with pytest.raises(Incomplete):
        tenant.release(by=by, on=tenant.stage_since - timedelta(days=1))
    with pytest.raises(Incomplete):
        tenant.release(by=by, on=today_in_jakarta() + timedelta(days=1))
    tenant.release(by=by, on=tenant.stage_since)
    assert tenant.stage == TenantStage.AFTER


def test_two_who_move_a_tenant_on_the_same_page_move_it_once():
    tenant = TenantFactory()
    other = Tenant.objects.get(pk=tenant.pk)
    tenant.admit(by=OperatorFactory(), on=date(2022, 11, 1))
    with pytest.raises(Stale):
        other.drop(by=OperatorFactory(), on=date(2022, 11, 1), reason="Pindah.")
    assert tenant.transitions.count() == 2


@pytest.mark.parametrize("change", ["update", "delete"])
def test_nobody_rewrites_the_log_of_a_tenant(change):
    step = TenantFactory(stage=TenantStage.DROPPED).transitions.first()
    rows = TenantTransition.objects.filter(pk=step.pk)
    rewrite = {"update": lambda: rows.update(reason="Lain."), "delete": rows.delete}[change]
    with pytest.raises(DatabaseError), transaction.atomic():
        rewrite()
    step.refresh_from_db()
    assert step.reason == "Pindah kota."


@pytest.mark.parametrize(
    ("stage", "enters"),
    [
        (Stage.SHORTLISTED, False), (Stage.STRUCK_OFF, False),
        (Stage.SELECTED, True), (Stage.INDEPENDENT, True),
    ],
)  # fmt: skip
def test_tenants_enter_an_incubator_that_is_selected(stage, enters):
    tenant = unsaved(incubator=IncubatorFactory(stage=stage))
    if not enters:
        with pytest.raises(Incomplete):
            Tenant.objects.enter(tenant, by=OperatorFactory())
        assert not Tenant.objects.exists()
        return
    Tenant.objects.enter(tenant, by=OperatorFactory())
    assert [row.to_stage for row in tenant.transitions.all()] == [TenantStage.BEFORE]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kbli": "1071"},
        {"kbli": "47111"},
        {"division": "04"},
        {"contract_number": "PK-1"},
        {"contract_on": date(2022, 10, 3)},
        {"had_business": False, "baseline_workers_female": 1},
        {"had_business": False, "baseline_turnover": 5},
        {"baseline_turnover": -1},
        {"owner_sex": "X"},
        {"stage": TenantStage.AFTER},
    ],
    ids=lambda wrong: "-".join(wrong),
)
def test_tenant_that_breaks_a_rule_is_refused_by_form_and_database(wrong):
    tenant = unsaved(**wrong)
    with pytest.raises(ValidationError):
        tenant.full_clean()
    with pytest.raises(DatabaseError), transaction.atomic():
        tenant.save()
    right = unsaved(incubator=tenant.incubator, kbli="10710")
    right.full_clean()
    right.save()


@time_machine.travel("2022-10-02T20:00:00+07:00", tick=False)
def test_tenant_of_a_day_to_come_is_refused():
    with pytest.raises(ValidationError) as refusal:
        unsaved().full_clean()
    assert set(refusal.value.message_dict) == {"entered_on"}


def test_owner_is_a_tenant_of_an_incubator_once_at_a_time():
    incubator = IncubatorFactory(stage=Stage.SELECTED)
    first = TenantFactory(incubator=incubator, nik=NIK)
    with pytest.raises(Incomplete, match=re.escape(first.business)):
        TenantFactory(incubator=incubator, nik=NIK)
    twin = unsaved(incubator=incubator)
    twin.set_nik(NIK)
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()
    for _place in range(2):
        TenantFactory(incubator=incubator, nik=None)
    first.drop(by=OperatorFactory(), on=date(2022, 11, 1), reason="Pindah.")
    assert TenantFactory(incubator=incubator, nik=NIK).pk


def test_nik_of_an_owner_is_sealed_masked_and_revealed_with_a_log_row():
    tenant = Tenant.objects.get(pk=TenantFactory(nik=NIK).pk)
    assert NIK.encode() not in bytes(tenant.nik_sealed)
    assert tenant.masked_nik == f"{NIK[:4]}••••••••{NIK[-4:]}"
    assert not AccessLog.objects.exists()
    reader = IncubatorReviewerFactory()
    assert tenant.reveal_nik(by=reader, reason="Periksa kontrak.") == NIK
    row = AccessLog.objects.get()
    assert (row.user, row.subject) == (reader, f"incubators.tenant:{tenant.uid}")


@pytest.mark.django_db(transaction=True)
def test_two_who_move_a_tenant_at_once_move_it_once():
    tenant, by = TenantFactory(stage=TenantStage.INCUBATION), OperatorFactory()
    on = tenant.stage_since + timedelta(days=1)
    first, second = Tenant.objects.get(pk=tenant.pk), Tenant.objects.get(pk=tenant.pk)
    results = at_once(
        lambda: first.release(by=by, on=on),
        lambda: second.drop(by=by, on=on, reason="Pindah."),
    )
    assert sorted(type(result).__name__ for result in results) == ["Stale", "TenantTransition"]
    assert tenant.transitions.filter(from_stage="incubation").count() == 1
