"""The quarterly report: entry three ways, checks, its life cycle, and what it counts."""

import io
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader

from blk_portal.reporting.models import Obligation, Receipt
from incubators import quarter_ledger
from incubators.amounts import Unreadable, read_amount
from incubators.models import IncubationReport, TenantCount, TenantQuarter
from incubators.quarters import Quarter
from incubators.stages import Stage
from tests.factories import (
    IncubationReportFactory,
    IncubatorFactory,
    OperatorFactory,
    TenantFactory,
)

pytestmark = pytest.mark.django_db
Status = IncubationReport.Status


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.250.000", 1_250_000), ("Rp 2,5 juta", 2_500_000), ("rp1.250.000,-", 1_250_000),
        ("1,250,000", 1_250_000), ("1,25 M", 1_250_000_000), ("-5.000", -5_000), ("0", 0),
        ("1.250.000,00", 1_250_000),
    ],
)  # fmt: skip
def test_amount_is_read_as_people_write_it(text, amount):
    assert read_amount(text) == amount


@pytest.mark.parametrize("text", ["1.25", "1,5", "abc", "1.000 juta", "12,3,4", ""])
def test_amount_of_two_readings_is_refused(text):
    with pytest.raises(Unreadable):
        read_amount(text)


def test_operator_fills_in_blocks_and_sends_with_a_receipt(client, world):
    a, b = world.first.pk, world.second.pk
    data = {
        f"t{a}-turnover": "12,5 juta", f"t{a}-workers_male": "1", f"t{a}-workers_female": "2",
        f"t{a}-operating": "ya", f"t{a}-kur": "5.000.000", f"t{a}-kur_giver": "Bank Contoh",
        f"t{b}-turnover": "", f"t{b}-reason-tenant_missing": "Pemilik sakit.",
    }  # fmt: skip
    assert client.post(world.url("detail"), data).status_code == 302
    row = TenantQuarter.objects.get(report=world.report)
    assert (row.turnover, row.workers) == (12_500_000, 3)
    assert row.finance.get().giver == "Bank Contoh"
    page = client.get(world.url("detail"))
    assert page.context["missing"] == []
    sent = {"version": "0", "seen": page.context["seen"]}
    assert client.post(world.url("submit"), sent).status_code == 302
    world.report.refresh_from_db()
    assert world.report.status == Status.SUBMITTED
    assert world.report.obligation.state == Obligation.State.REPORTED
    assert "BT-" in client.get(world.url("detail")).content.decode()
    home = client.get(reverse("progress:home"))
    assert home.context["quarters"] == []
    assert world.report.get_absolute_url() in home.text.split('id="h-beres"')[1]


def test_wrong_block_keeps_what_was_typed_and_stores_the_others(client, world):
    a, b = world.first.pk, world.second.pk
    data = {
        f"t{a}-turnover": "-3", f"t{a}-workers_male": "-1", f"t{a}-workers_female": "dua",
        f"t{b}-turnover": "5 juta", f"t{b}-workers_male": "0", f"t{b}-workers_female": "1",
    }  # fmt: skip
    answer = client.post(world.url("detail"), data)
    assert answer.status_code == 400
    assert 'value="dua"' in answer.content.decode()
    faulty = answer.context["faulty"][0]
    assert set(faulty.errors) == {"turnover", "workers_male", "workers_female"}
    assert [row.tenant for row in world.report.tenant_quarters.all()] == [world.second]
    # What is said of the report as a whole knows what has just been stored.
    assert answer.context["examined"].turnover == 5_000_000
    assert [item.anchor for item in answer.context["missing"]] == [f"tenant-{a}"]


def test_pasted_twice_makes_no_duplicate_and_faults_name_row_and_column(client, world):
    text = (
        "Tenant\tOmzet\tTK L\tTK P\tKUR\tBank KUR\n"
        "Kopi Bukit (contoh)\t12.000.000\t1\t2\tRp 5 juta\tBank Contoh\n"
        "Batik Ayu (contoh)\t5 juta\t-1\t1\t\t\n"
        "Tak Dikenal\t1.000\t0\t0\t\t\n"
    )
    for _time in range(2):
        answer = world.paste(text)
        assert answer.status_code == 400
        found = [(fault.row, fault.field, fault.code) for fault in answer.context["faults"]]
        assert found == [(3, "workers_male", "workers_negative"), (4, "tenant", "tenant_unknown")]
        assert "TK L (C)" in answer.content.decode()
    row = world.report.tenant_quarters.get()
    assert (row.tenant, row.turnover, row.finance.get().amount) == (
        world.first, 12_000_000, 5_000_000
    )  # fmt: skip


def test_uploaded_file_goes_by_the_same_rules_and_refuses_another_quarter(client, world):
    text = (
        "Tenant;Omzet;TK L;TK P;Triwulan\n"
        "Kopi Bukit (contoh);12.000.000;1;2;TW4 2022\nBatik Ayu (contoh);5 juta;0;1;TW III 2022\n"
    )
    file = SimpleUploadedFile("omzet.csv", text.encode())
    answer = client.post(world.url("upload"), {"file": file})
    assert answer.status_code == 400
    assert [fault.code for fault in answer.context["faults"]] == ["quarter_other"]
    assert world.report.tenant_quarters.get().tenant == world.first


def test_jump_is_explained_before_the_report_is_sent(client, world):
    world.paste("Kopi Bukit (contoh)\t90 juta\t1\t2\nBatik Ayu (contoh)\t5 juta\t0\t1")
    client.post(world.url("submit"), {"version": "0"})
    world.report.refresh_from_db()
    assert world.report.status == Status.DRAFT
    key = f"t{world.first.pk}"
    data = {
        f"{key}-turnover": "90.000.000", f"{key}-workers_male": "1", f"{key}-workers_female": "2",
        f"{key}-reason-turnover_jump": "Pesanan lebaran.",
    }  # fmt: skip
    client.post(world.url("detail"), data)
    client.post(world.url("submit"), {"version": "0"})
    world.report.refresh_from_db()
    assert world.report.status == Status.SUBMITTED


def test_reviewer_sends_back_with_a_flag_and_verifies_after_the_answer(client, world):
    report = world.sent()
    client.force_login(world.reviewer)
    flag = f"flag-{world.first.pk}"
    data = {"verb": "send_back", "comment": "", flag: "Omzet belum lengkap.", "version": "1"}
    assert client.post(world.url("review"), data).status_code == 302
    report.refresh_from_db()
    assert (report.status, report.obligation.state) == (Status.RETURNED, "expected")
    client.force_login(world.operator)
    assert report.missing_to_submit()
    world.paste("Kopi Bukit (contoh)\t13.000.000\t1\t2")
    report = IncubationReport.objects.get(pk=report.pk)
    assert not report.missing_to_submit()
    report.submit(by=world.operator, version=2)
    client.force_login(world.reviewer)
    assert client.get(reverse("tenants:quarter-queue")).status_code == 200
    assert client.post(world.url("review"), {"verb": "verify", "version": "3"}).status_code == 302
    report.refresh_from_db()
    assert report.status == Status.VERIFIED
    assert report.transitions.get(version=2).flags.get().has_changed


def test_operator_verifies_nothing_and_reviewer_files_nothing(client, world):
    world.sent()
    assert client.get(world.url("review")).status_code == 403
    client.force_login(world.reviewer)
    assert client.post(world.url("detail"), {}).status_code == 403
    assert client.get(world.url("review")).status_code == 200


def test_verified_quarter_counts_and_reopened_one_leaves_with_its_span(world):
    report = world.sent()
    report.verify(by=world.reviewer, version=1)
    live = {row.tenant_id: row for row in TenantCount.objects.live().filter(report=report)}
    row = live[world.first.pk]
    assert (row.before, row.turnover, row.workers_male, row.workers_female) == (
        1, 12_000_000, 1, 2
    )  # fmt: skip
    report.reopen(by=world.reviewer, version=2, comment="Salah ketik.")
    assert not TenantCount.objects.live().filter(report=report).exists()
    assert TenantCount.objects.filter(report=report, counted_to__isnull=False).count() == 2


def test_earlier_quarter_verified_late_overwrites_nothing_of_the_later_one(world):
    late = IncubationReport.objects.get(incubator=world.incubator, quarter=3)
    IncubationReport.objects.filter(pk=late.pk).update(
        status="submitted", verified_at=None, verified_by=None
    )
    report = world.sent()
    report.verify(by=world.reviewer, version=1)
    late.refresh_from_db()
    late.verify(by=world.reviewer, version=late.version)
    live = TenantCount.objects.live().filter(tenant=world.first)
    assert live.get(report=report).workers_female == 2
    assert (live.get(report=late).turnover, live.get(report=late).workers_female) == (10_000_000, 0)
    assert live.get(report=report).turnover_then == 10_000_000


def test_quarters_are_opened_once_and_due_after_ten_working_days(world):
    day = date(2023, 4, 3)
    made = quarter_ledger.open_quarters(on=day)
    assert made == 1  # the first of 2023; the last of 2022 is there
    assert quarter_ledger.open_quarters(on=day) == 0
    report = world.incubator.reports.of(Quarter(2023, 1)).get()
    assert report.obligation.due_on == quarter_ledger.due_day(Quarter(2023, 1))
    assert report.obligation.due_on >= date(2023, 3, 31) + timedelta(days=14)


def test_struck_off_incubator_owes_nothing_any_longer(world):
    incubator = IncubatorFactory(stage=Stage.SELECTED, by=world.reviewer)
    report = IncubationReportFactory(incubator=incubator)
    incubator.move("strike_off", by=world.reviewer, on=date(2023, 1, 2), reason="Mundur.")
    report.obligation.refresh_from_db()
    assert report.obligation.state == Obligation.State.NOT_EXPECTED


@time_machine.travel("2023-08-10 12:00:00+07:00")
def test_undone_strike_off_expects_the_quarters_again_and_leaves_what_staff_excused(world):
    incubator = IncubatorFactory(stage=Stage.SELECTED, by=world.reviewer)
    kept = IncubationReportFactory(incubator=incubator, year=2022, quarter=3)
    kept.obligation.excuse(by=world.reviewer, reason="Banjir.")
    owed = IncubationReportFactory(incubator=incubator)
    day = date(2023, 1, 2)
    incubator.move("strike_off", by=world.reviewer, on=day, reason="Mundur.")
    quarter_ledger.open_quarters(on=date(2023, 8, 10))
    assert incubator.reports.count() == 2
    incubator.undo(incubator.last_step(), by=world.reviewer, reason="Keliru.")
    for report in (kept, owed):
        report.obligation.refresh_from_db()
    assert kept.obligation.state == Obligation.State.NOT_EXPECTED
    assert owed.obligation.state == Obligation.State.EXPECTED
    assert owed.obligation.due_on > date(2023, 8, 10), "what was due meanwhile is not late at once"
    assert owed.obligation.steps.filter(reason="Pencoretan dibatalkan.", by=world.reviewer)
    opened = incubator.reports.order_by("year", "quarter")[2:]
    assert [(one.year, one.quarter) for one in opened] == [(2023, 1), (2023, 2)]
    assert all(one.obligation.due_on > date(2023, 8, 10) for one in opened)


def test_zero_is_confirmed_without_tenants_and_withdrawn_when_one_enters(client, world):
    zero = reverse("progress:duty-zero", args=[world.report.obligation_id])
    client.post(zero)
    world.report.obligation.refresh_from_db()
    assert world.report.obligation.state == Obligation.State.EXPECTED
    empty = IncubationReportFactory(
        incubator__institution=world.incubator.institution, incubator__stage=Stage.SELECTED,
        incubator__round__programme_year__year=2023, year=2024, quarter=1,
    )  # fmt: skip
    client.post(reverse("progress:duty-zero", args=[empty.obligation_id]))
    empty.obligation.refresh_from_db()
    assert empty.obligation.state == Obligation.State.CONFIRMED_ZERO
    TenantFactory(incubator=empty.incubator, entered_on=date(2024, 2, 1), contract_on=None,
                  contract_number="")  # fmt: skip
    empty.obligation.refresh_from_db()
    assert empty.obligation.state == Obligation.State.EXPECTED


def test_receipt_is_printed_with_a_code_that_leads_to_its_check(client, world):
    report = world.sent()
    answer = client.get(world.url("receipt"))
    assert answer["Content-Type"] == "application/pdf"
    text = "".join(PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().split())
    receipt = Receipt.objects.get(obligation=report.obligation)
    check = reverse("trainings:receipt-check", args=[receipt.number, receipt.digest])
    for part in (receipt.number, receipt.digest, check, "17.000.000", "Triwulan42022"):
        assert part in text, part
    assert report.get_absolute_url() in client.get(check).text
    TenantQuarter.objects.filter(report=report).update(turnover=1)
    text = PdfReader(io.BytesIO(client.get(world.url("receipt")).content)).pages[0].extract_text()
    assert "Laporan sudah berubah sejak itu" in " ".join(text.split())
    client.force_login(OperatorFactory())
    assert client.get(world.url("receipt")).status_code == 404
    assert report.get_absolute_url() not in client.get(check).text
    assert client.get(check).status_code == 200


def test_operator_is_not_asked_for_a_place_and_others_are(client, world):
    address = reverse("tenants:tenant-list")
    assert 'name="provinsi"' not in client.get(address).text
    place = world.incubator.institution.regency.province.code
    assert 'name="provinsi"' in client.get(address, {"provinsi": place}).text
    client.force_login(world.reviewer)
    assert 'name="provinsi"' in client.get(address).text
