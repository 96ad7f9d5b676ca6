"""Who owes an account for what, as of which day: the list, its sums and its export."""

import csv
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from institutions import tasks
from institutions.models import ListExport
from tests.factories import (
    AuditorFactory,
    DisbursementFactory,
    InstitutionFactory,
    LeadershipFactory,
    NationalAdminFactory,
    ObserverFactory,
    OperatorFactory,
    ProgrammeYearFactory,
)

pytestmark = pytest.mark.django_db
LIST = reverse("money:owed-list")
ALL = 100_000_000


def rows(client, **query) -> dict[int, tuple[int, int, int]]:
    """The listed tranches with what was accounted for, returned and still open."""
    page = client.get(LIST, query).context["page"]
    return {row.pk: (row.accounted_then, row.returned_then, row.outstanding_then) for row in page}


def export(form: str) -> str:
    return reverse("institutions:list-export", args=["pertanggungjawaban-dana", form])


@pytest.fixture
def history():
    """Paid 9 May; filed with 90 million 1 June; sent back 5 June; filed whole but for 5 million
    10 June; those came back 12 June; accepted 20 June."""
    tranche, admin = DisbursementFactory(), NationalAdminFactory()
    operator = OperatorFactory(institution=tranche.institution)
    tranche.file(by=operator, on=date(2022, 6, 1), amount=90_000_000)
    tranche.send_back(by=admin, on=date(2022, 6, 5), reason="Bukti kurang.")
    tranche.file(by=operator, on=date(2022, 6, 10), amount=95_000_000)
    tranche.give_back(by=admin, on=date(2022, 6, 12), amount=5_000_000, number="NTPN")
    tranche.accept(by=admin, on=date(2022, 6, 20))
    return tranche


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2022-05-08", None),
        ("2022-05-09", (0, 0, ALL)),
        ("2022-06-01", (90_000_000, 0, 10_000_000)),
        ("2022-06-05", (0, 0, ALL)),
        ("2022-06-10", (95_000_000, 0, 5_000_000)),
        ("2022-06-12", (95_000_000, 5_000_000, 0)),
        ("2022-06-20", None),
    ],
)
def test_each_day_shows_what_stood_then(client, history, day, expected):
    client.force_login(LeadershipFactory())
    assert rows(client, pada=day) == ({} if expected is None else {history.pk: expected})


def test_sums_by_office_and_province_are_the_sums_of_the_rows(client):
    first, second = InstitutionFactory(signed=True), InstitutionFactory(signed=True)
    operator = OperatorFactory(institutions=[first, second])
    DisbursementFactory(institution=first, filed_by=operator)
    DisbursementFactory(institution=first, amount=30_000_000)
    DisbursementFactory(institution=second, amount=7_000_000)
    settled = DisbursementFactory(filed_by=operator, accepted_by=NationalAdminFactory())
    withdrawn = DisbursementFactory()
    withdrawn.withdraw(by=NationalAdminFactory(), reason="Tercatat ganda.")
    client.force_login(LeadershipFactory())
    answer = client.get(LIST, {"pada": "2022-07-01"})
    assert settled.pk not in {row.pk for row in answer.context["page"]}
    for sums, name in (
        (answer.context["offices"], lambda row: row.office.name),
        (answer.context["provinces"], lambda row: row.regency.province.name),
    ):
        found = {row["name"]: (row["tranches"], row["paid"], row["outstanding"]) for row in sums}
        assert found == {
            name(first): (2, 130_000_000, 30_000_000),
            name(second): (1, 7_000_000, 7_000_000),
        }
    assert answer.context["total"]["outstanding"] == 37_000_000


def test_list_is_filtered_by_what_is_owed(client):
    operator = OperatorFactory()
    late = DisbursementFactory()
    filed = DisbursementFactory(filed_by=operator)
    fresh = DisbursementFactory(sp2d_on=date(2022, 6, 20), purpose="training")
    client.force_login(LeadershipFactory())
    asked = {"pada": "2022-06-27"}
    assert set(rows(client, **asked)) == {late.pk, filed.pk, fresh.pk}
    assert set(rows(client, **asked, keadaan="overdue")) == {late.pk}
    assert set(rows(client, **asked, keadaan="due")) == {fresh.pk}
    assert set(rows(client, **asked, keadaan="filed")) == {filed.pk}
    assert set(rows(client, **asked, tujuan="training")) == {fresh.pk}
    province = late.institution.regency.province.code
    assert set(rows(client, **asked, provinsi=province)) == {late.pk}
    page = client.get(LIST, asked | {"keadaan": "overdue"})
    ((_row, days),) = page.context["rows"]
    assert days == 31
    assert client.get(LIST, {"pada": "kemarin"}).status_code == 400
    assert client.get(LIST, {"warna": "merah"}).status_code == 400


def test_each_sees_the_money_of_own_rows_and_an_observer_none(client):
    own, foreign = DisbursementFactory(), DisbursementFactory()
    province = own.institution.regency.province
    for user in (
        AuditorFactory(province=province), OperatorFactory(institution=own.institution),
    ):  # fmt: skip
        client.force_login(user)
        assert set(rows(client)) == {own.pk}
        assert foreign.institution.name not in client.get(LIST).content.decode()
    client.force_login(ObserverFactory(province=province))
    assert client.get(LIST).status_code == 403
    assert client.get(export("csv")).status_code == 403


def test_export_holds_the_filtered_rows_and_never_a_formula(client):
    institution = InstitutionFactory(signed=True, name="=1+1 (contoh)")
    tranche = DisbursementFactory(institution=institution, sp2d_number="@SUM(A1)")
    DisbursementFactory(purpose="training")
    client.force_login(LeadershipFactory())
    query = {"pada": "2022-06-01", "tujuan": "building"}
    answer = client.get(export("csv"), query)
    assert "attachment" in answer["Content-Disposition"]
    text = answer.content.decode("utf-8-sig")
    head, *lines = csv.reader(StringIO(text), delimiter=";")
    ((code, name, *_rest),) = lines
    assert (code, name) == (institution.code, "'=1+1 (contoh)")
    assert lines[0][head.index("Masih terbuka (Rp)")] == str(ALL)
    assert "'@SUM(A1)" in lines[0]
    assert tranche.lpj_due_on.isoformat() in lines[0]
    book = client.get(export("xlsx"), query)
    sheet = CalamineWorkbook.from_filelike(BytesIO(book.content)).get_sheet_by_index(0)
    table = sheet.to_python()
    assert len(table) == 2
    assert table[1][1] == "=1+1 (contoh)"
    assert client.get(export("pdf"), query).status_code == 404
    refused = client.get(export("csv"), {"pada": "x"})
    assert refused.status_code == 400


def test_long_list_is_written_by_a_worker_as_of_the_day_that_was_asked_about(
    client, history, monkeypatch, papers_folder
):
    monkeypatch.setattr("institutions.export_views.AT_ONCE", 0)
    monkeypatch.setattr("institutions.export_views.ring_for_list", lambda pk: None)
    client.force_login(LeadershipFactory())
    query = "?pada=2022-06-05"
    assert "attachment" not in client.get(export("csv") + query).headers.get(
        "Content-Disposition", ""
    )
    client.post(export("csv") + query)
    tasks.reconcile_exports()
    kept = ListExport.objects.get()
    file = client.get(reverse("institutions:export-file", args=[kept.pk]))
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    head, line = csv.reader(StringIO(text), delimiter=";")
    told = dict(zip(head, line, strict=True))
    assert (told["Masih terbuka (Rp)"], told["Per tanggal"]) == (str(ALL), "2022-06-05")


def test_list_asks_as_often_for_one_row_as_for_twenty(client):
    client.force_login(LeadershipFactory())
    year, counts = ProgrammeYearFactory(), []
    for number in (1, 20):
        for _each in range(number):
            DisbursementFactory(institution__programme_year=year)
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
