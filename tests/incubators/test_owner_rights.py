"""Corrections of a tenant keep what stood before; owners are erased in time and get their file."""

import json
from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from blk_portal.accounts.roles import Role
from blk_portal.formats import rupiah
from blk_portal.privacy import retention
from blk_portal.progress.audit import run_audit
from blk_portal.reporting.refusals import Refused
from incubators.models import Legality, Tenant, TenantChange, TenantCount
from incubators.stages import Stage
from incubators.tenancy import TenantStage
from incubators.tenant_counting import recount_year
from tests.factories import (
    IncubatorFactory,
    NationalAdminFactory,
    ParticipantFactory,
    TenantFactory,
    TenantQuarterFactory,
    small_pdf,
    synthetic_nik,
    user_of,
)
from tests.factories.tenants import BORN
from trainings import erasure
from trainings.models import Erasure

pytestmark = pytest.mark.django_db
NIK = synthetic_nik(5, born=BORN, sex="P")
OTHER_NIK = synthetic_nik(6, born=BORN, sex="P")


@pytest.fixture
def incubator():
    return IncubatorFactory(stage=Stage.MENTORED)


def corrected(client, tenant, **changes):
    typed = {
        "business": tenant.business, "division": "10", "owner_name": tenant.owner_name,
        "owner_sex": "P", "had_business": "ya", "contract_number": tenant.contract_number,
        "contract_on": tenant.contract_on.isoformat(), "baseline_turnover": "12000000",
        "baseline_workers_female": "1",
    }  # fmt: skip
    where = reverse("tenants:tenant-change", args=[tenant.pk])
    return client.post(where, typed | changes)


def told(client, tenant) -> str:
    page = client.get(reverse("tenants:tenant-detail", args=[tenant.pk])).content.decode()
    return " ".join(page.split(" "))


def test_operator_corrects_a_tenant_and_the_page_says_what_stood_before(client, incubator):
    tenant = TenantFactory(incubator=incubator, nik=NIK, owner_name="Siti Contoh")
    operator = user_of(Role.OPERATOR, incubator.institution)
    client.force_login(operator)
    assert corrected(client, tenant).status_code == 302
    assert not TenantChange.objects.exists(), "nothing was changed"
    corrected(
        client, tenant, nik=OTHER_NIK, owner_name="Sri Contoh", baseline_turnover="9.000.000",
        contract_on="2022-10-11", file=small_pdf(),
    )  # fmt: skip
    Legality.objects.keep(
        tenant, "nib", number="9120012345678", issued_on=date(2022, 11, 2), by=operator
    )
    rows = {row.field: (row.before, row.after) for row in TenantChange.objects.all()}
    assert rows.pop("contract_paper")[0] == "–"
    assert rows == {
        "owner_name": ("Siti Contoh", "Sri Contoh"),
        "nik": ("••••", "••••"),
        "baseline_turnover": (rupiah(12_000_000), rupiah(9_000_000)),
        "contract_on": ("10 Oktober 2022", "11 Oktober 2022"),
        "nib": ("–", "9120012345678, 2 November 2022"),
    }
    page = told(client, tenant)
    assert "6 data diisi atau diperbaiki kemudian" in page
    assert "<del>Siti Contoh</del> → <ins>Sri Contoh</ins>" in page
    assert operator.name in page
    client.force_login(user_of(Role.LEADERSHIP, incubator.institution))
    page = told(client, tenant)
    assert f"{rupiah(9_000_000)}</ins>" in page
    assert "Siti Contoh" not in page, "who the owner is stays with those who work with incubators"
    for statement in ("DELETE FROM", "UPDATE"):
        change = "" if statement == "DELETE FROM" else "SET by_id = NULL"
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{statement} incubators_tenantchange {change}")


def test_owner_is_erased_after_the_time_and_what_counts_stays(client, incubator):
    operator = user_of(Role.OPERATOR, incubator.institution)
    client.force_login(operator)
    gone = TenantFactory(incubator=incubator, nik=NIK, phone="0812", owner_name="Siti Contoh")
    corrected(client, gone, owner_name="Sri Contoh", file=small_pdf())
    TenantQuarterFactory(tenant=gone)
    gone.refresh_from_db()
    gone.drop(by=None, on=date(2023, 1, 2), reason="Pindah kota.")
    kept = TenantFactory(incubator=incubator, stage=TenantStage.INCUBATION)
    recount_year(incubator.round.programme_year_id, at="2032-12-01T00:00Z")
    counted = list(TenantCount.objects.values())
    assert counted
    with time_machine.travel("2032-12-31 09:00:00+07:00"):
        assert retention.due(erasure.cutoff(date(2032, 12, 31))) == 0
    with time_machine.travel("2033-01-15 04:19:00+07:00"):
        erasure.carry_out(erasure.cutoff(date(2033, 1, 15)))
        erasure.carry_out(erasure.cutoff(date(2033, 1, 15)))
    assert [run.others for run in Erasure.objects.order_by("pk")] == [1, 0]
    for row in (gone, kept):
        row.refresh_from_db()
    assert (gone.owner_name, gone.phone, gone.nik_index, gone.nik_sealed) == ("–", "", None, None)
    assert not gone.contract_paper.file
    assert {(row.old, row.new) for row in gone.changes.all()} == {("", "")}
    assert (kept.erased_at, kept.owner_name[:7]) == (None, "Pemilik")
    recount_year(incubator.round.programme_year_id, at="2033-02-01T00:00Z")
    assert list(TenantCount.objects.values()) == counted
    assert not [one for one in run_audit() if one.breakdown == "tenant"]
    page = told(client, gone)
    assert "Sri Contoh" not in page
    assert "Dihapus" in page
    assert reverse("tenants:tenant-change", args=[gone.pk]) not in page
    with pytest.raises(Refused):
        gone.store(by=operator)


def test_alumnus_finds_the_tenancy_in_the_file_and_no_way_leads_back_after_erasure(client):
    person = ParticipantFactory(nik=NIK, result="passed")
    tenant = TenantFactory(nik=NIK, phone="081234567890", owner_name="Siti Contoh")
    stranger = TenantFactory(nik=OTHER_NIK)
    assert tenant.alumnus_uid == person.uid
    tenant.reveal_nik(by=NationalAdminFactory(), reason="Pencocokan KTP.")
    where = reverse("trainings:participant-file", args=[person.pk])
    file = reverse("trainings:participant-file-download", args=[person.pk, "json"])
    client.force_login(NationalAdminFactory())
    page = client.get(where).content.decode()
    assert tenant.business in page
    assert "Pencocokan KTP." in page
    assert "081234567890" not in page
    assert stranger.business not in page
    (one,) = json.loads(client.post(file).content)["Disimpan di tempat lain"]
    assert "081234567890" in one["Data"].values()
    assert "Siti Contoh" in one["Data"].values()
    client.force_login(user_of(Role.NATIONAL_TRAINING_REVIEWER, person.cohort.institution))
    assert tenant.business not in client.get(where).content.decode()
    with time_machine.travel("2033-01-15 04:19:00+07:00"):
        erasure.carry_out(erasure.cutoff(date(2033, 1, 15)))
    for row in (person, tenant):
        row.refresh_from_db()
    assert person.erased_at
    assert (tenant.owner_name, tenant.alumnus_uid) == ("Siti Contoh", None)
    assert Tenant.objects.filter(erased_at=None).count() == 2
