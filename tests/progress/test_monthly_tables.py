"""The monthly tables of the ministry: frozen, corrected by number, equal to the roll-up."""

import io
import threading
from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum
from django.urls import reverse
from python_calamine import CalamineWorkbook

from blk_portal.accounts.roles import Role
from blk_portal.progress import rollup
from blk_portal.progress.models import Actual
from tests.factories import (
    AreaReviewerFactory,
    CohortReportFactory,
    NationalAdminFactory,
    ObserverFactory,
    OpeningBalanceFactory,
    OperatorFactory,
    ParticipantFactory,
    ProvinceFactory,
    UserFactory,
)
from trainings import freezing, tasks
from trainings.models import Certification, FrozenFigure, MonthlyFreeze, Placement, ReportKind

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = date(2022, 9, 1), date(2022, 10, 1)


def verified(*results: str, ended: date = date(2022, 9, 16), **options):
    """A verified report on a training that ended on the day, with these results."""
    report = CohortReportFactory(
        people=0, cohort__starts_on=ended - timedelta(days=20), cohort__ends_on=ended, **options
    )
    for number, result in enumerate(results):
        ParticipantFactory(cohort=report.cohort, result=result, sex="LP"[number % 2])
    report.submit(by=OperatorFactory(institution=report.cohort.institution), version=report.version)
    report.verify(by=AreaReviewerFactory(), version=report.version)
    return report


def reopened(report) -> None:
    report.reopen(by=AreaReviewerFactory(), version=report.version, comment="Salah hasil.")


def totals() -> list[tuple[str, int]]:
    rows = FrozenFigure.objects.current().order_by("outcome")
    return list(rows.values_list("outcome").annotate(Sum("count")))


def test_month_is_frozen_with_what_is_verified_and_whoever_withdrew_is_left_out():
    verified("passed", "failed", "withdrawn", "passed")
    freezing.freeze_until(SEPTEMBER)
    freeze = MonthlyFreeze.objects.get(table="training", month=SEPTEMBER)
    assert (freeze.month, freeze.number) == (SEPTEMBER, 1)
    assert totals() == [("failed", 1), ("passed", 2)]


def test_every_month_up_to_the_last_is_frozen_once_even_without_trainings():
    verified("passed", ended=date(2022, 11, 30))
    freezing.freeze_until(date(2022, 12, 1))
    for table in MonthlyFreeze.Table:
        months = MonthlyFreeze.objects.filter(table=table).order_by("month")
        assert [freeze.month.month for freeze in months] == list(range(1, 13))
    assert freezing.freeze_until(date(2022, 12, 1)) == []


def test_what_comes_later_is_a_numbered_correction_and_the_first_freeze_stays_as_it_was():
    early = verified("passed")
    freezing.freeze_until(SEPTEMBER)
    verified("passed", "failed")
    reopened(early)
    [correction] = freezing.freeze_until(SEPTEMBER)
    assert (correction.month, correction.number) == (SEPTEMBER, 2)
    assert totals() == [("failed", 1), ("passed", 1)]
    first = MonthlyFreeze.objects.get(table="training", month=SEPTEMBER, number=1)
    assert first.superseded_at == correction.frozen_at
    assert [row.count for row in first.rows.all()] == [1]


def test_month_that_loses_its_last_report_is_corrected_to_nothing():
    report = verified("passed")
    freezing.freeze_until(SEPTEMBER)
    reopened(report)
    [correction] = freezing.freeze_until(SEPTEMBER)
    assert correction.number == 2
    assert totals() == []


def test_sum_of_the_frozen_months_equals_the_roll_up_of_the_budget_year():
    reports = [verified("passed", "failed", "withdrawn", ended=date(2022, month, 28))
               for month in (7, 8, 9)]  # fmt: skip
    reopened(reports[1])
    freezing.freeze_until(date(2022, 12, 1))
    rollup.rebuild()
    year = reports[0].cohort.programme_year
    nation = Actual.objects.get(
        programme_year=year, indicator="completed", province=None, office=None, breakdown=""
    )
    assert freezing.frozen_totals() == {year.pk: nation.value} == {year.pk: 4}


@pytest.mark.django_db(transaction=True)
def test_two_who_freeze_at_the_same_moment_write_each_month_once():
    verified("passed")
    start, written = threading.Barrier(2), []

    def freeze():
        start.wait()
        written.extend(freezing.freeze_until(SEPTEMBER))
        connection.close()

    threads = [threading.Thread(target=freeze) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(written) == len(MonthlyFreeze.Table) * 9


@time_machine.travel("2022-10-10 03:41+07:00", tick=False)
def test_task_of_the_tenth_freezes_up_to_the_month_before():
    verified("passed")
    verified("passed", ended=date(2022, 10, 5))
    tasks.freeze_months()
    assert MonthlyFreeze.objects.order_by("-month")[0].month == SEPTEMBER
    assert totals() == [("passed", 1)]


@time_machine.travel("2022-10-10", tick=False)
def test_command_freezes_a_month_that_is_over_and_refuses_one_that_is_not(capsys):
    verified("passed")
    call_command("freeze_months", until="2022-09")
    assert "2022-09 1" in capsys.readouterr().out
    with pytest.raises(CommandError, match="belum berakhir"):
        call_command("freeze_months", until="2022-10")
    with pytest.raises(CommandError, match="bukan bulan"):
        call_command("freeze_months", until="september")


def test_reader_sees_months_their_corrections_and_whether_they_fit(
    client, django_assert_max_num_queries
):
    verified("passed", "passed")
    freezing.freeze_until(SEPTEMBER)
    verified("failed")
    freezing.freeze_until(SEPTEMBER)
    verified("passed", ended=date(2022, 10, 7))
    rollup.rebuild()
    client.force_login(UserFactory(role=Role.LEADERSHIP))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("progress:monthly-tables")).content.decode()
    assert "Koreksi 1" in page
    assert "+1" in page
    month = reverse("progress:monthly-table", args=["2022-09"])
    with django_assert_max_num_queries(12):
        page = client.get(month).content.decode()
    assert "September 2022: 3 keikutsertaan" in page
    first = client.get(month, {"nomor": "1"}).content.decode()
    assert "September 2022: 2 keikutsertaan" in first
    assert "Lihat nomor terakhir" in first


def test_reader_sees_opening_balances_apart_and_an_explanation_of_the_rest_alone(client):
    year = verified("passed", "passed").cohort.programme_year
    freezing.freeze_until(SEPTEMBER)
    OpeningBalanceFactory(approved=True, programme_year=year, completed=52)
    rollup.rebuild()
    client.force_login(UserFactory(role=Role.LEADERSHIP))
    page = client.get(reverse("progress:monthly-tables"))
    [fit] = page.context["fits"]
    assert (fit.frozen, fit.opening, fit.difference, fit.rolled_up) == (2, 52, 0, 54)
    assert "Saldo awal" in page.text
    assert "Sejak pembekuan" not in page.text, "nothing is explained that is not there"
    verified("passed")
    rollup.rebuild()
    page = client.get(reverse("progress:monthly-tables"))
    [fit] = page.context["fits"]
    assert (fit.frozen, fit.opening, fit.difference, fit.rolled_up) == (2, 52, 1, 55)
    assert "“Sejak pembekuan”" in page.text


def test_region_sees_its_own_institutions_and_an_operator_nothing(client):
    here, elsewhere = verified("passed"), verified("passed")
    freezing.freeze_until(SEPTEMBER)
    institution = here.cohort.institution
    client.force_login(ObserverFactory(regency=institution.regency))
    page = client.get(reverse("progress:monthly-table", args=["2022-09"])).content.decode()
    assert "September 2022: 1 keikutsertaan" in page
    assert elsewhere.cohort.institution.regency.province.name not in page
    client.force_login(OperatorFactory(institution=institution))
    assert client.get(reverse("progress:monthly-tables")).status_code == 403


@pytest.mark.parametrize("month", ["2022-13", "september", "2022-11", "0000-01"])
def test_month_that_is_not_there_is_not_found(client, month):
    verified("passed")
    freezing.freeze_until(SEPTEMBER)
    client.force_login(NationalAdminFactory())
    assert client.get(reverse("progress:monthly-table", args=[month])).status_code == 404


def test_admin_freezes_now_and_leadership_may_not(client):
    verified("passed")
    client.force_login(UserFactory(role=Role.LEADERSHIP))
    assert client.post(reverse("progress:monthly-freeze")).status_code == 403
    assert not MonthlyFreeze.objects.exists()
    admin = NationalAdminFactory()
    client.force_login(admin)
    assert client.post(reverse("progress:monthly-freeze")).status_code == 302
    assert MonthlyFreeze.objects.get(table="training", month=SEPTEMBER).frozen_by == admin


def test_table_taken_away_holds_the_columns_of_the_ministry_as_last_frozen(client):
    report = verified("passed", "passed", "failed")
    freezing.freeze_until(SEPTEMBER)
    reopened(report)
    report.refresh_from_db()
    freezing.freeze_until(SEPTEMBER)
    client.force_login(NationalAdminFactory())
    address = reverse("institutions:list-export", args=["daskin", "xlsx"])

    def lines(query: str) -> list:
        content = io.BytesIO(client.get(address + query).content)
        return CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()

    assert len(lines("")) == 1
    head, *rows = lines("?bulan=2022-09&nomor=1")
    assert head[:6] == ["Tahun", "Bulan", "Penyelenggara", "Kode", "Jenis lembaga", "Jenis kelamin"]
    assert sorted((row[0], row[1], row[4], row[9], row[11]) for row in rows) == [
        (2022, 9, 7, "Lulus", 1), (2022, 9, 7, "Lulus", 1), (2022, 9, 7, "Tidak lulus", 1)
    ]  # fmt: skip
    assert client.get(address + "?bulan=kapan").status_code == 400


def reported(kind: str, *, verified_at: str, **told):
    """A verified report of a kind, and the one participant who passed."""
    closing = verified("passed", cohort__kinds=ReportKind)
    with time_machine.travel(verified_at, tick=False):
        report = closing.cohort.reports.get(kind=kind)
        operator = OperatorFactory(institution=closing.cohort.institution)
        person = closing.cohort.participants.get()
        if kind == "certification":
            Certification.objects.create(
                participant=person, competency="competent", body="p3", number="S-1"
            )
        else:
            Placement.objects.create(
                participant=person, wave=int(kind[-1]), outcome="self_employed",
                workplace="Bengkel", section="C", **told,
            )  # fmt: skip
        report.submit(by=operator, version=report.version)
        report.verify(by=AreaReviewerFactory(), version=report.version)
    return report


@pytest.mark.parametrize(
    ("kind", "outcome", "detail"),
    [("certification", "competent", "p3"), ("placement_3", "self_employed", "C")],
)
def test_later_reports_stand_in_the_month_of_their_verification_by_the_clock_of_jakarta(
    kind, outcome, detail
):
    reported(kind, verified_at="2023-01-31 18:00+00:00")
    freezing.freeze_until(date(2023, 3, 1))
    rows = FrozenFigure.objects.filter(freeze__table=kind)
    found = rows.values_list("freeze__month", "outcome", "detail", "sex", "count")
    assert list(found) == [(date(2023, 2, 1), outcome, detail, "L", 1)]
    assert not FrozenFigure.objects.filter(freeze__table="placement_6").exists()


def test_placement_stands_in_the_province_where_the_person_lives():
    jakarta = ProvinceFactory(code="31")
    home = reported("placement_3", verified_at="2023-02-10 03:00+00:00").cohort.institution
    reported("placement_3", verified_at="2023-02-11 03:00+00:00", domicile="31")
    freezing.freeze_until(date(2023, 3, 1))
    rows = FrozenFigure.objects.filter(freeze__table="placement_3")
    assert set(rows.values_list("province", flat=True)) == {home.regency.province_id, jakarta.pk}


def test_reader_chooses_the_table_and_takes_it_away(client):
    reported("certification", verified_at="2022-12-20 03:00+00:00")
    freezing.freeze_until(date(2022, 12, 1))
    client.force_login(NationalAdminFactory())
    months = client.get(reverse("progress:monthly-tables"), {"tabel": "certification"})
    assert "2022-12/?tabel=certification" in months.content.decode()
    month = reverse("progress:monthly-table", args=["2022-12"])
    page = client.get(month, {"tabel": "certification"}).content.decode()
    assert "Desember 2022: 1 keikutsertaan" in page
    assert "Kompeten" in page
    assert client.get(month, {"tabel": "lain"}).status_code == 404
    address = reverse("institutions:list-export", args=["daskin", "csv"])
    text = client.get(address, {"tabel": "certification"}).content.decode("utf-8-sig")
    assert "LSP P3" in text
    assert "LSP P3" not in client.get(address).content.decode("utf-8-sig")
