"""An operator enters a tenant on a phone without JavaScript, moves it on and logs mentoring."""

import pytest
from django.urls import reverse

from incubators.models import Tenant
from incubators.stages import Stage
from incubators.tenancy import TenantStage
from tests.e2e.conftest import DESK, PASSWORD, PHONE
from tests.factories import (
    IncubatorFactory,
    LeadershipFactory,
    MentorFactory,
    OperatorFactory,
    TenantQuarterFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_operator_enters_a_tenant_on_a_phone_and_leadership_reads_of_it(person):
    incubator = IncubatorFactory(stage=Stage.SELECTED)
    mentor = MentorFactory()
    operator = person(
        OperatorFactory(institution=incubator.institution, password=PASSWORD),
        viewport=PHONE,
        javascript=False,
    )
    operator.visit(reverse("tenants:tenant-list"))
    operator.press("text=Masukkan tenant")
    typed = {
        "business": "Keripik Lestari (contoh)", "owner_name": "Siti Contoh",
        "entered_on": "2022-10-03", "baseline_turnover": "12.500.000",
    }  # fmt: skip
    for name, value in typed.items():
        operator.page.fill(f"[name={name}]", value)
    operator.page.select_option("[name=division]", "10")
    operator.page.check("[name=owner_sex][value=P]")
    operator.page.check("[name=had_business][value=ya]")
    operator.press("text=Simpan tenant")
    tenant = Tenant.objects.get()

    page = reverse("tenants:tenant-detail", args=[tenant.pk])
    operator.visit(page)
    operator.press("text=Terima ke inkubasi")
    operator.page.fill("[name=on]", "2022-11-01")
    operator.press("main button[type=submit]")
    assert "belum ada yang diisi" in operator.text()
    assert operator.page.input_value("[name=on]") == "2022-11-01"
    operator.visit(reverse("tenants:tenant-change", args=[tenant.pk]))
    operator.page.fill("[name=contract_number]", "PK-1")
    operator.page.fill("[name=contract_on]", "2022-10-20")
    operator.press("text=Simpan perbaikan")
    operator.visit(reverse("tenants:tenant-move", args=[tenant.pk, "admit"]))
    operator.page.fill("[name=on]", "2022-11-01")
    operator.press("main button[type=submit]")
    tenant.refresh_from_db()
    assert tenant.stage == TenantStage.INCUBATION

    operator.press("text=Catat pendampingan")
    for name, value in (
        ("held_on", "2022-11-15"), ("topic", "Pasar"), ("hours", "1,5"),
        ("outcome", "Dua pembeli."),
    ):  # fmt: skip
        operator.page.fill(f"[name={name}]", value)
    operator.page.select_option("[name=mentor]", str(mentor.pk))
    operator.press("text=Catat sesi")
    TenantQuarterFactory(tenant=tenant)
    for address in (page, reverse("incubators:incubator-detail", args=[incubator.pk])):
        operator.visit(address)
        assert "Dua pembeli." in operator.text()
        assert operator.overflow() <= 0

    leader = person(LeadershipFactory(password=PASSWORD), viewport=DESK)
    for address in (page, reverse("tenants:tenant-list"), reverse("tenants:mentor-list")):
        leader.visit(address)
        assert "Siti Contoh" not in leader.text()
        assert leader.barriers() == []
