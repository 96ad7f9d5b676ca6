"""Whatever button of a quarterly report is pressed: the typing of the whole page comes along."""

import html
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from blk_portal.reporting.models import Receipt
from blk_portal.sheets.export import write_xlsx
from blk_portal.sheets.workbook import read_sheets
from incubators.models import IncubationReport, TenantQuarter
from incubators.quarter_sheet import code_of
from tests.factories import TenantFactory

pytestmark = pytest.mark.django_db
Status = IncubationReport.Status
PAGE = "<!doctype html><html><body><table></table></body></html>"


@pytest.fixture
def stored(world):
    """Both tenants are stored already, and nothing stands out."""
    world.paste("Kopi Bukit (contoh)\t12.000.000\t1\t2\nBatik Ayu (contoh)\t5 juta\t0\t1")
    return world


def turnover(world, tenant):
    return TenantQuarter.objects.get(report=world.report, tenant=tenant).turnover


def cell(tenant, name="turnover"):
    return f"t{tenant.pk}_{name}"


def test_sending_stores_what_was_typed_first(client, stored):
    sent = stored.typing(**{cell(stored.first): "13.500.000"})
    assert client.post(stored.url("submit"), sent).status_code == 302
    stored.report.refresh_from_db()
    assert stored.report.status == Status.SUBMITTED
    assert turnover(stored, stored.first) == 13_500_000
    receipt = Receipt.objects.get(obligation=stored.report.obligation)
    assert receipt.digest == stored.report.content_digest()


def test_second_click_shows_the_receipt_of_the_first(client, stored):
    sent = stored.typing(**{cell(stored.first): "13.500.000"})
    for _click in range(2):
        answer = client.post(stored.url("submit"), sent)
        assert answer.status_code == 302
    page = client.get(answer.url)
    number = Receipt.objects.get(obligation=stored.report.obligation).number
    assert [str(told) for told in page.context["messages"]] == [
        f"Terkirim. Bukti terima Anda: {number}."
    ] * 2


def test_faulty_cell_keeps_the_report_back_and_the_typing_here(client, stored):
    changed = {cell(stored.first): "-3", cell(stored.second): "6 juta"}
    answer = client.post(stored.url("submit"), stored.typing(**changed))
    assert answer.status_code == 400
    assert 'value="-3"' in answer.text
    assert [item.anchor for item in answer.context["trouble"]] == [f"tenant-{stored.first.pk}"]
    stored.report.refresh_from_db()
    assert stored.report.status == Status.DRAFT
    assert turnover(stored, stored.second) == 6_000_000


def test_jump_typed_now_is_stored_and_to_be_explained_before_sending(client, stored):
    answer = client.post(
        stored.url("submit"), stored.typing(**{cell(stored.first): "90.000.000"})
    )  # fmt: skip
    assert answer.status_code == 409
    assert [item.anchor for item in answer.context["trouble"]] == [f"tenant-{stored.first.pk}"]
    assert f"t{stored.first.pk}-reason-turnover_jump" in answer.text
    assert turnover(stored, stored.first) == 90_000_000
    stored.report.refresh_from_db()
    assert stored.report.status == Status.DRAFT


@pytest.mark.parametrize("name", ["paste", "upload"])
def test_taking_rows_in_stores_what_was_typed_as_well(client, stored, name):
    row = "Batik Ayu (contoh)\t7 juta\t0\t1"
    sent = stored.typing(**{cell(stored.first): "13 juta"})
    if name == "paste":
        sent["text"] = row
    else:
        sent["file"] = SimpleUploadedFile("omzet.csv", row.replace("\t", ";").encode())
    assert client.post(stored.url(name), sent).status_code == 302
    assert (turnover(stored, stored.first), turnover(stored, stored.second)) == (
        13_000_000, 7_000_000
    )  # fmt: skip


def test_row_of_a_tenant_that_was_typed_is_named_and_overwrites_nothing(client, stored):
    sent = stored.typing(**{cell(stored.first): "13 juta"})
    answer = client.post(stored.url("paste"), sent | {"text": "Kopi Bukit (contoh)\t14 juta\t1\t2"})
    assert [(fault.row, fault.code) for fault in answer.context["faults"]] == [(1, "tenant_typed")]
    assert "14 juta" in answer.text
    assert turnover(stored, stored.first) == 13_000_000
    again = {"text": "Kopi Bukit (contoh)\t14 juta\t1\t2"}
    assert client.post(stored.url("paste"), stored.typing() | again).status_code == 302
    assert turnover(stored, stored.first) == 14_000_000


@pytest.mark.parametrize("name", ["detail", "submit"])
def test_rows_that_were_not_taken_in_stay_and_are_spoken_of(client, stored, name):
    left = {"text": "Batik Ayu (contoh)\t9 juta\t0\t1", "file": "omzet.xlsx"}
    sent = stored.typing(**{cell(stored.first): "13 juta"}) | left
    answer = client.post(stored.url(name), sent)
    assert answer.status_code == 400
    assert "9 juta" in answer.text
    assert [item.anchor for item in answer.context["trouble"]] == ["id_text", "id_file"]
    assert (turnover(stored, stored.first), turnover(stored, stored.second)) == (
        13_000_000, 5_000_000
    )  # fmt: skip
    stored.report.refresh_from_db()
    assert stored.report.status == Status.DRAFT


def test_page_that_lay_open_writes_nothing_over_what_others_stored(client, stored):
    mine = stored.typing(**{cell(stored.second): "6 juta"})
    stored.paste("Kopi Bukit (contoh)\t15 juta\t1\t2")
    assert client.post(stored.url("detail"), mine).status_code == 302
    assert (turnover(stored, stored.first), turnover(stored, stored.second)) == (
        15_000_000, 6_000_000
    )  # fmt: skip


def test_both_change_one_cell_and_the_later_one_sees_both(client, stored):
    mine = stored.typing(**{cell(stored.first): "13 juta"})
    stored.paste("Kopi Bukit (contoh)\t15 juta\t1\t2")
    answer = client.post(stored.url("detail"), mine)
    assert answer.status_code == 400
    assert "15.000.000" in answer.text
    assert 'value="13 juta"' in answer.text
    assert turnover(stored, stored.first) == 15_000_000


def test_report_that_others_changed_is_looked_over_before_it_is_sent(client, stored):
    mine = stored.typing(**{cell(stored.second): "6 juta"})
    stored.paste("Kopi Bukit (contoh)\t15 juta\t1\t2")
    assert client.post(stored.url("submit"), mine).status_code == 409
    stored.report.refresh_from_db()
    assert stored.report.status == Status.DRAFT
    assert turnover(stored, stored.second) == 6_000_000


def test_report_that_was_sent_meanwhile_takes_nothing_and_keeps_the_typing(client, stored):
    mine = stored.typing(**{cell(stored.first): "13 juta"})
    stored.report.submit(by=stored.operator, version=0)
    answer = client.post(stored.url("submit"), mine)
    assert answer.status_code == 409
    assert 'value="13 juta"' in answer.text
    stored.report.verify(by=stored.reviewer, version=1)
    assert "membukanya kembali" in client.post(stored.url("detail"), mine).text


def test_reason_for_what_no_longer_stands_out_is_kept_and_not_asked_for(client, stored):
    key = f"t{stored.first.pk}-reason-turnover_jump"
    stored.paste("Kopi Bukit (contoh)\t90 juta\t1\t2")
    client.post(stored.url("detail"), stored.typing() | {key: "Pesanan lebaran."})
    client.post(stored.url("detail"), stored.typing(**{cell(stored.first): "12 juta"}))
    assert key not in client.get(stored.url("detail")).text
    stored.paste("Kopi Bukit (contoh)\t90 juta\t1\t2")
    assert "Pesanan lebaran." in client.get(stored.url("detail")).text


@pytest.mark.parametrize(("name", "word"), [("laporan.pdf", "halaman web"), ("a.csv", "kosong")])
def test_wrong_file_is_named_on_top_and_beside_its_field(client, stored, name, word):
    text = PAGE if name.endswith("pdf") else " "
    file = SimpleUploadedFile(name, text.encode())
    answer = client.post(stored.url("upload"), stored.typing() | {"file": file})
    assert answer.status_code == 400
    (item,) = answer.context["trouble"]
    assert (item.anchor, word in item.text) == ("id_file", True)
    assert answer.text.count(item.text) == 2
    assert answer.text.index("autofocus") < answer.text.index(item.text)


def test_sheet_of_the_report_comes_back_with_what_was_filled_in(client, stored):
    data = client.get(stored.url("template")).content
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert '"ya,tidak"' in html.unescape(archive.read("xl/worksheets/sheet1.xml").decode())
    before = stored.report.content_digest()
    file = SimpleUploadedFile("isian.xlsx", data)
    assert client.post(stored.url("upload"), stored.typing() | {"file": file}).status_code == 302
    assert stored.report.content_digest() == before
    rows = [list(row) for row in read_sheets(data)[0].rows]
    start, head = next((n, row) for n, row in enumerate(rows) if row and row[0] == "KODE")
    filled = {row[0]: row for row in rows[start + 1 :]}
    assert set(filled) == {code_of(stored.first), code_of(stored.second)}
    row = filled[code_of(stored.first)]
    assert row[head.index("OMZET")] == "12.000.000"
    row[head.index("OMZET")] = "13,5 juta"
    row[head.index("TENANT")] = "Kopi Gunung (contoh)"
    file = SimpleUploadedFile("isian.xlsx", write_xlsx(head, filled.values()))
    assert client.post(stored.url("upload"), stored.typing() | {"file": file}).status_code == 302
    assert turnover(stored, stored.first) == 13_500_000


def test_rows_name_their_tenant_by_code_and_then_by_name(client, stored):
    twin = TenantFactory(
        incubator=stored.incubator, business="Batik Ayu (contoh)", entered_on=stored.entered
    )
    head = "Kode\tTenant\tOmzet\tTK L\tTK P\n"
    rows = [
        "\tBatik Ayu (contoh)\t5 juta\t0\t1",
        f"{code_of(twin)}\tBatik Ayu (contoh)\t3 juta\t0\t1",
        f"{code_of(twin)}\tKopi Bukit (contoh)\t3 juta\t0\t1",
        "T99999\tKopi Bukit (contoh)\t3 juta\t0\t1",
    ]
    answer = stored.paste(head + "\n".join(rows))
    assert [(fault.row, fault.field, fault.code) for fault in answer.context["faults"]] == [
        (2, "tenant", "tenant_ambiguous"),
        (4, "code", "code_other"),
        (5, "code", "code_unknown"),
    ]
    assert turnover(stored, twin) == 3_000_000
