"""The receipt on paper, and its check by whoever holds the paper."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from blk_portal.printing import typesetting
from blk_portal.reporting import receipt_paper
from blk_portal.reporting.models import Receipt
from blk_portal.reporting.receipt_paper import code_of
from tests.factories import CohortReportFactory, InstitutionFactory, OperatorFactory
from trainings.models import CohortReport

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt():
    institution = InstitutionFactory(operational=True, name='BLKK #read("x") $y$ (contoh)')
    report = CohortReportFactory(cohort__institution=institution, submitted=True)
    return Receipt.objects.get(obligation=report.obligation)


@pytest.fixture
def operator(receipt):
    return OperatorFactory(institution=receipt.obligation.institution)


def paper(receipt) -> str:
    return reverse("trainings:receipt-pdf", args=[receipt.number])


def check(number: str, digest: str) -> str:
    return reverse("trainings:receipt-check", args=[number, digest])


def test_operator_prints_one_page_with_number_digest_and_both_clocks(client, receipt, operator):
    province = receipt.obligation.institution.regency.province
    province.time_zone = "Asia/Jayapura"
    province.save()
    client.force_login(operator)
    answer = client.get(paper(receipt))
    assert answer["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.content))
    assert len(reader.pages) == 1
    text = "".join(reader.pages[0].extract_text().split())
    for part in (receipt.number, receipt.digest, "WIB", "WIT", "Laporanpenutupan", "#read"):
        assert part in text
    assert check(receipt.number, receipt.digest) in text


def test_receipt_repeats_figures_only_as_long_as_the_report_says_the_same(
    client, receipt, operator
):
    client.force_login(operator)
    page = reverse("trainings:receipt-detail", args=[receipt.number])
    changed = "Laporan sudah berubah sejak itu"
    assert changed not in client.get(page).text
    cohort = CohortReport.objects.get(obligation=receipt.obligation).cohort
    cohort.participants.update(result="failed")
    assert changed in client.get(page).text
    text = PdfReader(io.BytesIO(client.get(paper(receipt)).content)).pages[0].extract_text()
    assert changed in " ".join(text.split())


def test_printing_that_fails_leads_back_with_one_sentence(client, receipt, operator, monkeypatch):
    def busy(*_order):
        raise typesetting.Busy

    monkeypatch.setattr(receipt_paper, "typeset", busy)
    client.force_login(operator)
    answer = client.get(paper(receipt), follow=True)
    assert answer.redirect_chain == [(f"/bukti-terima/{receipt.number}/", 302)]
    assert "Coba lagi beberapa detik lagi." in answer.text


def test_anybody_with_the_paper_learns_that_it_is_ours_and_nothing_else(client, receipt):
    answer = client.get(check(receipt.number, receipt.digest))
    assert answer.status_code == 200
    assert "Bukti terima ini sah" in answer.text
    for hidden in (receipt.issued_to.name, "read(", "Buka bukti terima"):
        assert hidden not in answer.text


@pytest.mark.parametrize("wrong", ["digest", "number", "year", "nonsense"])
def test_paper_that_differs_from_ours_is_not_known(client, receipt, wrong):
    number, digest = receipt.number, receipt.digest
    if wrong == "digest":
        digest = digest[:-1] + ("0" if digest[-1] != "0" else "1")
    elif wrong == "number":
        number = f"{number[:8]}{int(number[8:]) + 1:06d}"
    elif wrong == "year":
        number = f"BT-1999-{receipt.pk:06d}"
    else:
        number = "BT-2022-0"
    answer = client.get(check(number, digest))
    assert answer.status_code == 404
    assert "tidak dikenal" in answer.text


def test_who_may_see_the_report_finds_the_way_to_the_receipt(client, receipt, operator):
    client.force_login(operator)
    address = check(receipt.number, receipt.digest)
    detail = reverse("trainings:receipt-detail", args=[receipt.number])
    assert detail in client.get(address).text
    client.force_login(OperatorFactory())
    assert detail not in client.get(address).text
    assert client.get(paper(receipt)).status_code == 404


def test_code_of_an_address_is_a_square_with_three_corner_marks():
    rows = code_of("https://portal.contoh/periksa-bukti/BT-2022-000001/" + "a" * 64 + "/")
    size = len(rows)
    corner = {0, 1, 2, 3, 4, 5, 6}
    assert corner <= set(rows[0])
    assert {size - 1 - at for at in corner} <= set(rows[0])
    assert corner <= set(rows[-1])
    assert not {size - 1 - at for at in corner} <= set(rows[-1])
    assert rows != code_of("https://portal.contoh/periksa-bukti/BT-2022-000002/" + "a" * 64 + "/")
