"""Three time zones, one day for deadlines: dates count in WIB, moments are said on both clocks."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from blk_portal import formats
from blk_portal.reporting.refusals import Stale
from tests.factories import CohortReportFactory, OperatorFactory

WEST, CENTRAL, EAST = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"
ZONES = (WEST, CENTRAL, EAST)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


LAST_INSTANT = 999_000
# The moment, the day it is for deadlines and receipts, and how the three zones read it.
EDGES = [
    (utc(2022, 9, 30, 16, 59, 59, LAST_INSTANT), date(2022, 9, 30), (
        "30 September 2022, 23.59 WIB",
        "30 September 2022, 23.59 WIB (1 Oktober 2022, 00.59 WITA)",
        "30 September 2022, 23.59 WIB (1 Oktober 2022, 01.59 WIT)")),
    (utc(2022, 9, 30, 17), date(2022, 10, 1), (
        "1 Oktober 2022, 00.00 WIB",
        "1 Oktober 2022, 00.00 WIB (01.00 WITA)",
        "1 Oktober 2022, 00.00 WIB (02.00 WIT)")),
    (utc(2022, 12, 31, 15, 30), date(2022, 12, 31), (
        "31 Desember 2022, 22.30 WIB",
        "31 Desember 2022, 22.30 WIB (23.30 WITA)",
        "31 Desember 2022, 22.30 WIB (1 Januari 2023, 00.30 WIT)")),
    (utc(2022, 12, 31, 17), date(2023, 1, 1), (
        "1 Januari 2023, 00.00 WIB",
        "1 Januari 2023, 00.00 WIB (01.00 WITA)",
        "1 Januari 2023, 00.00 WIB (02.00 WIT)")),
    (utc(2024, 2, 29, 16, 59, 59, LAST_INSTANT), date(2024, 2, 29), (
        "29 Februari 2024, 23.59 WIB",
        "29 Februari 2024, 23.59 WIB (1 Maret 2024, 00.59 WITA)",
        "29 Februari 2024, 23.59 WIB (1 Maret 2024, 01.59 WIT)")),
]  # fmt: skip
NAMES = ["last instant of a day", "midnight", "new year in Papua", "new year", "leap day"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("at", "day", "read"), EDGES, ids=NAMES)
def test_due_day_is_the_same_for_every_zone(at, day, read, zone):
    # A phone's own clock and zone are never asked: only the server's moment counts.
    with time_machine.travel(at, tick=False), timezone.override(zone):
        assert formats.today_in_jakarta() == day
        assert formats.due(day) == "hari ini"
        assert formats.due_class(day) == "warn"
        assert formats.moment(timezone.now(), zone) == read[ZONES.index(zone)]


def test_report_is_late_from_midnight_in_the_west():
    due_on = date(2022, 9, 30)
    with time_machine.travel(utc(2022, 9, 30, 16, 59, 59, LAST_INSTANT), tick=False):
        assert formats.due(due_on) == "hari ini"
    with time_machine.travel(utc(2022, 9, 30, 17), tick=False):
        assert formats.due(due_on) == "Terlambat 1 hari, tenggatnya Jumat 30 September"


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("at", "day", "read"), EDGES, ids=NAMES)
def test_operator_gets_a_receipt_of_the_western_day(at, day, read, zone, client):
    report = CohortReportFactory(cohort__institution__regency__province__time_zone=zone)
    operator = OperatorFactory(institution=report.cohort.institution)
    with time_machine.travel(at, tick=False):
        client.force_login(operator)
        with timezone.override(zone):
            receipt = report.submit(by=operator, version=0)
            assert receipt.number.startswith(f"BT-{day.year}-")
        receipt_page = client.get(reverse("trainings:receipt-detail", args=[receipt.number]))
        cohort_page = client.get(reverse("trainings:cohort-detail", args=[report.cohort_id]))
    said = read[ZONES.index(zone)]
    assert f">{said}</time>" in receipt_page.content.decode()
    # Once where the state is told, once in the log.
    assert cohort_page.content.decode().count(said) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "until"),
    [
        (WEST, "sampai 23.59 WIB."),
        (CENTRAL, "sampai 23.59 WIB atau 00.59 WITA hari berikutnya."),
        (EAST, "sampai 23.59 WIB atau 01.59 WIT hari berikutnya."),
    ],
)
def test_operator_reads_until_when_a_due_date_runs(zone, until, client):
    report = CohortReportFactory(cohort__institution__regency__province__time_zone=zone)
    with time_machine.travel(utc(2022, 9, 1), tick=False):
        client.force_login(OperatorFactory(institution=report.cohort.institution))
        page = client.get(reverse("trainings:cohort-detail", args=[report.cohort_id]))
    assert f"</strong>, {until}" in page.content.decode()


@pytest.mark.django_db
def test_second_of_two_is_told_the_moment_on_both_clocks():
    report = CohortReportFactory(cohort__institution__regency__province__time_zone=EAST)
    operator = OperatorFactory(institution=report.cohort.institution)
    with time_machine.travel(utc(2022, 12, 31, 15, 30), tick=False):
        report.submit(by=operator, version=0)
        with pytest.raises(Stale) as refusal:
            report.submit(by=operator, version=0)
    assert "31 Desember 2022, 22.30 WIB (1 Januari 2023, 00.30 WIT)" in refusal.value.message
