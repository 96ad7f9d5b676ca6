"""The pages of tenants and mentors: what an operator enters, who reads what, lists and files."""

from datetime import date

import pytest
from django.urls import reverse

from blk_portal.accounts.roles import Role
from blk_portal.privacy.models import AccessLog
from incubators.models import Legality, MentoringSession, Tenant
from incubators.stages import Stage
from incubators.tenancy import TenantStage
from tests.factories import (
    IncubatorFactory,
    LegalityFactory,
    MentorFactory,
    MentoringSessionFactory,
    ParticipantFactory,
    PartnerBodyFactory,
    TenantFactory,
    TenantQuarterFactory,
    small_pdf,
    synthetic_nik,
    user_of,
)
from tests.factories.tenants import BORN

pytestmark = pytest.mark.django_db
NIK = synthetic_nik(5, born=BORN, sex="P")
TYPED = {
    "business": "Keripik Lestari (contoh)", "division": "10", "kbli": "10794",
    "owner_name": "Siti Contoh", "owner_sex": "P", "nik": f"'{NIK}", "entered_on": "2022-10-03",
    "had_business": "ya", "baseline_turnover": "Rp 12.500.000", "baseline_workers_female": "2",
}  # fmt: skip


@pytest.fixture
def incubator():
    return IncubatorFactory(stage=Stage.MENTORED)


@pytest.fixture
def operator(client, incubator):
    client.force_login(user_of(Role.OPERATOR, incubator.institution))
    return client


def page_of(tenant) -> str:
    return reverse("tenants:tenant-detail", args=[tenant.pk])


def enter(client, incubator, **changes):
    address = reverse("tenants:tenant-create", args=[incubator.pk])
    return client.post(address, TYPED | changes)


def test_operator_enters_a_tenant_as_people_write_it(operator, incubator):
    response = enter(operator, incubator)
    assert response.status_code == 302
    tenant = Tenant.objects.get()
    assert (tenant.baseline_turnover, tenant.baseline_workers) == (12_500_000, 2)
    assert (tenant.stage, tenant.stage_since) == (TenantStage.BEFORE, date(2022, 10, 3))
    assert tenant.masked_nik.startswith(NIK[:4])
    page = operator.get(page_of(tenant)).content.decode()
    assert "Siti Contoh" in page
    assert NIK not in page


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("nik", "320405"),
        ("nik", "3,20405E+15"),
        ("kbli", "47111"),
        ("kbli", "1079x"),
        ("baseline_turnover", "12,5"),
        ("baseline_turnover", "12.5"),
        ("baseline_turnover", "-5"),
        ("baseline_workers_female", "dua"),
        ("entered_on", "2031-01-01"),
        ("division", "04"),
        ("business", ""),
        ("owner_name", f"Siti {NIK}"),
    ],
)
def test_operator_reads_what_is_wrong_and_keeps_what_was_typed(operator, incubator, field, typed):
    response = enter(operator, incubator, **{field: typed})
    assert response.status_code == 400
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert form[field].value() == typed
    assert form["owner_sex"].value() == "P"
    assert not Tenant.objects.exists()


def test_operator_cannot_enter_the_same_owner_twice(operator, incubator):
    assert enter(operator, incubator).status_code == 302
    response = enter(operator, incubator, business="Usaha Kedua (contoh)")
    assert response.status_code == 409
    page = response.content.decode()
    assert "Keripik Lestari" in page
    assert "Usaha Kedua" in page
    assert Tenant.objects.count() == 1


def test_paper_of_the_contract_is_kept_with_the_tenant(operator, incubator):
    facts = {"contract_number": "PK-1", "contract_on": "2022-10-10", "file": small_pdf()}
    assert enter(operator, incubator, **facts).status_code == 302
    tenant = Tenant.objects.get()
    assert tenant.contract_paper.institution == incubator.institution
    assert tenant.contract_paper.number == "PK-1"


def test_operator_corrects_a_tenant_and_the_baseline_stays_once_a_quarter_counts(
    operator, incubator
):
    tenant = TenantFactory(incubator=incubator, nik=NIK)
    address = reverse("tenants:tenant-change", args=[tenant.pk])
    change = TYPED | {"business": "Nama Baru (contoh)", "nik": ""}
    assert operator.post(address, change).status_code == 302
    tenant.refresh_from_db()
    assert (tenant.business, tenant.baseline_turnover) == ("Nama Baru (contoh)", 12_500_000)
    assert tenant.entered_on == date(2022, 10, 3)
    assert tenant.masked_nik.startswith(NIK[:4])
    TenantQuarterFactory(tenant=tenant)
    assert operator.post(address, change | {"baseline_turnover": "1"}).status_code == 302
    tenant.refresh_from_db()
    assert tenant.baseline_turnover == 12_500_000


def test_operator_moves_a_tenant_and_reads_why_not_yet(operator, incubator):
    tenant = TenantFactory(incubator=incubator, contract_number="", contract_on=None)
    address = reverse("tenants:tenant-move", args=[tenant.pk, "admit"])
    response = operator.post(address, {"on": "2022-11-01"})
    assert response.status_code == 409
    assert "nomor dan tanggal kontrak" in response.content.decode()
    Tenant.objects.filter(pk=tenant.pk).update(contract_number="PK", contract_on="2022-10-20")
    assert operator.post(address, {"on": "2022-11-01"}).status_code == 302
    tenant.refresh_from_db()
    assert tenant.stage == TenantStage.INCUBATION
    drop = reverse("tenants:tenant-move", args=[tenant.pk, "drop"])
    assert operator.post(drop, {"on": "2022-11-01"}).status_code == 400
    unknown = reverse("tenants:tenant-move", args=[tenant.pk, "jump"])
    assert operator.get(unknown).status_code == 404


def test_operator_enters_a_permit_and_corrects_it(operator, incubator):
    tenant = TenantFactory(incubator=incubator)
    address = reverse("tenants:legality-entry", args=[tenant.pk, "nib"])
    for number in ("9120012345678", "9120087654321"):
        operator.post(address, {"number": number, "issued_on": "2022-11-01"})
    assert [row.number for row in Legality.objects.all()] == ["9120087654321"]
    assert operator.post(address, {"number": "", "issued_on": "x"}).status_code == 400
    other = reverse("tenants:legality-entry", args=[tenant.pk, "sim"])
    assert operator.get(other).status_code == 404


def test_operator_logs_mentoring_and_withdraws_what_was_wrong(operator, incubator):
    tenant, mentor = TenantFactory(incubator=incubator), MentorFactory()
    address = reverse("tenants:session-create", args=[incubator.pk])
    typed = {
        "held_on": "2022-11-15", "mentor": mentor.pk, "tenant": tenant.pk, "topic": "Pasar",
        "hours": "1,5", "outcome": "Dua calon pembeli.",
    }  # fmt: skip
    assert operator.post(address, typed).status_code == 302
    session = MentoringSession.objects.get()
    assert (str(session.hours), session.recorded_by.role) == ("1.5", Role.OPERATOR)
    assert "Dua calon pembeli." in operator.get(page_of(tenant)).content.decode()
    stranger = TenantFactory()
    for wrong in ({"hours": "0"}, {"hours": "30"}, {"tenant": stranger.pk}, {"mentor": ""}):
        assert operator.post(address, typed | wrong).status_code == 400
    away = reverse("tenants:session-withdraw", args=[session.pk])
    assert operator.post(away, {"reason": "Tercatat dua kali."}).status_code == 302
    assert "Dua calon pembeli." not in operator.get(page_of(tenant)).content.decode()


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.OPERATOR, True), (Role.AREA_REVIEWER, True), (Role.AUDITOR, True),
        (Role.NATIONAL_INCUBATOR_REVIEWER, True), (Role.NATIONAL_TRAINING_REVIEWER, False),
        (Role.OBSERVER, False), (Role.LEADERSHIP, False),
    ],
)  # fmt: skip
def test_owner_is_shown_to_those_who_work_with_incubators(client, incubator, role, sees):
    tenant = TenantFactory(incubator=incubator, owner_name="Nama Pemilik", phone="084011112222")
    user = user_of(role, incubator.institution)
    client.force_login(user)
    page = client.get(page_of(tenant)).content.decode()
    assert tenant.business in page
    for secret in ("Nama Pemilik", "084011112222", tenant.masked_nik):
        assert (secret in page) is sees
    assert AccessLog.objects.filter(user=user).exists() is (role == Role.AUDITOR)


def test_list_finds_by_stage_sector_permit_and_new_entrepreneur(client, incubator):
    new = TenantFactory(
        incubator=incubator, beginner=True, stage=TenantStage.INCUBATION, division="14"
    )
    TenantQuarterFactory(tenant=new, year=2023, quarter=1, turnover=7_000_000)
    old = TenantFactory(incubator=incubator, business="Bengkel (contoh)", division="45")
    LegalityFactory(tenant=old)
    client.force_login(user_of(Role.LEADERSHIP))
    address = reverse("tenants:tenant-list")
    for query, found in (
        ({}, {new, old}),
        ({"tahap": "incubation"}, {new}),
        ({"bidang": "G"}, {old}),
        ({"izin": "nib"}, {old}),
        ({"wirausaha": "baru"}, {new}),
        ({"kata": "bengkel"}, {old}),
        ({"kata": "bengkel lain"}, set()),
        ({"inkubator": incubator.pk}, {new, old}),
    ):
        assert set(client.get(address, query).context["page"]) == found, query
    for query in (
        {"tahap": "jauh"},
        {"inkubator": "x"},
        {"inkubator": incubator.pk + 1},
        {"lain": "1"},
    ):
        assert client.get(address, query).status_code == 400
    names = client.get(reverse("api:tenant-list"), {"wirausaha": "baru"}).json()["results"]
    assert [(row["id"], row["latest_turnover"]) for row in names] == [(new.pk, 7_000_000)]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_file_of_tenants_calculates_nothing_and_names_no_owner(client, incubator, form):
    TenantFactory(incubator=incubator, business="=1+1", owner_name="Nama Pemilik", nik=NIK)
    client.force_login(user_of(Role.NATIONAL_ADMIN))
    response = client.get(reverse("institutions:list-export", args=["tenant", form]))
    assert response.status_code == 200
    if form == "csv":
        text = response.content.decode("utf-8-sig")
        assert "'=1+1" in text
        assert "Nama Pemilik" not in text
        assert NIK not in text


def test_file_of_quarters_sums_what_was_sent_within_the_area(client, incubator):
    tenant = TenantFactory(incubator=incubator)
    TenantQuarterFactory(tenant=tenant, turnover=7_000_000)
    TenantQuarterFactory(tenant=tenant, year=2023, quarter=1, turnover=9_000_000, verified=False)
    foreign = TenantQuarterFactory()
    client.force_login(user_of(Role.OPERATOR, incubator.institution))
    address = reverse("institutions:list-export", args=["laporan-inkubasi", "csv"])
    text = client.get(address).content.decode("utf-8-sig")
    assert "7000000" in text
    assert "9000000" not in text, "a draft says nothing yet"
    assert foreign.tenant.incubator.institution.name not in text
    assert "Triwulan 1 2023" in text
    assert "Triwulan 1 2023" not in client.get(address, {"tahun": "2022", "triwulan": "4"}).text


def test_quarters_are_drawn_with_gaps_as_dashes_and_unverified_ones_pale(operator, incubator):
    tenant = TenantFactory(incubator=incubator)
    TenantQuarterFactory(tenant=tenant, year=2022, quarter=4, turnover=10_000_000)
    TenantQuarterFactory(
        tenant=tenant, year=2023, quarter=2, turnover=20_000_000, verified=False
    )  # fmt: skip
    response = operator.get(page_of(tenant))
    bars = response.context["turnover"].bars
    assert [bool(bar.parts) for bar in bars] == [True, False, True]
    assert [bar.line.is_verified for bar in bars] == [True, False, False]
    assert [part.height for bar in bars for part in bar.parts] == [50, 100]
    growth = response.context["growth"]
    assert (growth.now, growth.before) == (10_000_000, tenant.baseline_turnover)
    page = response.content.decode()
    assert page.count('fill-opacity="0.4"') == 3
    assert "style=" not in page


def test_mentors_are_listed_with_the_hours_one_may_see_and_their_partners(client, incubator):
    lecturer = MentorFactory(partner=PartnerBodyFactory(name="Universitas (contoh)"), phone="0840")
    MentoringSessionFactory(tenant__incubator=incubator, mentor=lecturer)
    MentoringSessionFactory(mentor=lecturer)
    address = reverse("tenants:mentor-list")
    hours = {}
    for role in (Role.LEADERSHIP, Role.OPERATOR):
        client.force_login(user_of(role, incubator.institution))
        response = client.get(address)
        [mentor] = response.context["page"]
        [partner] = response.context["partners"]
        hours[role] = (float(mentor.hours_held), float(partner["hours"]))
        assert ("0840" in response.content.decode()) is (role == Role.OPERATOR)
    assert hours == {Role.LEADERSHIP: (5.0, 5.0), Role.OPERATOR: (2.5, 2.5)}
    assert client.get(address, {"tahun": "2021"}).context["partners"] == []


def test_incubator_page_counts_its_tenants_and_offers_to_enter_one(client, operator, incubator):
    for stage in (TenantStage.BEFORE, TenantStage.BEFORE, TenantStage.DROPPED):
        TenantFactory(incubator=incubator, stage=stage)
    address = reverse("incubators:incubator-detail", args=[incubator.pk])
    response = operator.get(address)
    counts = {stage.value: n for stage, n in response.context["tenant_stages"] if n}
    assert counts == {"before": 2, "dropped": 1}
    create = reverse("tenants:tenant-create", args=[incubator.pk])
    assert create in response.content.decode()
    client.force_login(user_of(Role.LEADERSHIP))
    assert create not in client.get(address).content.decode()


def test_owner_who_passed_a_training_is_found_by_the_nik(operator, incubator):
    person = ParticipantFactory(
        cohort__institution=incubator.institution, nik=NIK, result="passed", sex="P",
        birth_date=BORN,
    )  # fmt: skip
    ParticipantFactory(nik=NIK, result="passed", sex="P", birth_date=BORN)
    enter(operator, incubator)
    tenant = Tenant.objects.get()
    assert tenant.alumnus_uid == person.uid
    training = reverse("trainings:cohort-detail", args=[person.cohort_id])
    assert training in operator.get(page_of(tenant)).content.decode()
    operator.post(
        reverse("tenants:tenant-change", args=[tenant.pk]),
        TYPED | {"nik": synthetic_nik(8, born=BORN, sex="P")},
    )
    tenant.refresh_from_db()
    assert tenant.alumnus_uid is None
    assert training not in operator.get(page_of(tenant)).content.decode()


def test_owner_who_did_not_pass_is_no_alumnus_and_foreign_trainings_are_not_named(
    client, incubator
):
    ParticipantFactory(nik=NIK, result="failed", sex="P", birth_date=BORN)
    assert TenantFactory(incubator=incubator, nik=NIK).alumnus_uid is None
    nik = synthetic_nik(9, born=BORN, sex="P")
    elsewhere = ParticipantFactory(nik=nik, result="passed", sex="P", birth_date=BORN)
    tenant = TenantFactory(incubator=incubator, nik=nik)
    assert tenant.alumnus_uid == elsewhere.uid
    client.force_login(user_of(Role.OPERATOR, incubator.institution))
    page = client.get(page_of(tenant)).content.decode()
    assert reverse("trainings:cohort-detail", args=[elsewhere.cohort_id]) not in page
