"""Opening balances: entered by one, approved by another, counting by what reports lack."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from blk_portal.accounts.roles import Role
from blk_portal.formats import today_in_jakarta
from blk_portal.progress import audit, pace
from blk_portal.progress.breakdowns import figures_of, sections
from blk_portal.progress.bridge import Span
from blk_portal.progress.explaining.explanation import explain
from blk_portal.progress.explaining.question import Question
from blk_portal.progress.figures import headlines
from blk_portal.progress.indicators import INDICATORS
from blk_portal.progress.models import OpeningBalance
from blk_portal.progress.opening import deciding
from blk_portal.progress.opening.columns import USUAL_HEADERS, empty_workbook
from blk_portal.progress.opening.faults import Code
from blk_portal.progress.past import figures_at
from blk_portal.reporting.refusals import Incomplete, NotYours, Refused
from tests.factories import (
    CohortReportFactory,
    InstitutionFactory,
    NationalAdminFactory,
    OpeningBalanceFactory,
    ProgrammeYearFactory,
    TargetFactory,
    TrainingReviewerFactory,
    user_of,
)
from tests.progress.steps import cell, reopen, settle_all

pytestmark = pytest.mark.django_db
LIST, IMPORT = reverse("progress:opening"), reverse("progress:opening-import")
HEADER = "KODE PORTAL;NAMA LEMBAGA;TAHUN ANGGARAN;PESERTA;SELESAI;LULUS;BERSERTIFIKAT;SUMBER"


@pytest.fixture
def year():
    return ProgrammeYearFactory()


@pytest.fixture
def place():
    return InstitutionFactory(operational=True, name="BLKK Saldo (contoh)")


def balance_of(place, **figures):
    """A balance that counts, entered and approved by the verbs, and settled."""
    balance = OpeningBalanceFactory(institution=place, **figures)
    deciding.approve(balance.upload, by=NationalAdminFactory())
    settle_all()
    balance.refresh_from_db()
    return balance


def report_of(place, people):
    return CohortReportFactory(cohort__institution=place, people=people, verified=True)


class TestCounting:
    def test_balance_counts_by_what_it_exceeds_the_verified_reports(self, place):
        balance_of(place, completed=5, passed=4)
        assert (cell("completed"), cell("passed"), cell("people")) == (5, 4, None)
        report = report_of(place, people=2)
        settle_all()
        whole, own = cell("completed"), cell("completed", breakdown="sex", bucket="opening")
        assert (whole, own, cell("people")) == (5, 3, 2)
        assert cell("completed", breakdown="host", bucket=place.host_type) == 5
        report_of(place, people=4)
        settle_all()
        assert cell("completed") == 6
        assert cell("completed", breakdown="sex", bucket="opening") is None
        reopen(report)
        settle_all()
        assert cell("completed") == 5
        assert audit.run_audit() == []

    def test_later_list_takes_the_place_and_a_withdrawn_one_leaves(self, place):
        first = balance_of(place, completed=5)
        second = balance_of(place, completed=8)
        first.refresh_from_db()
        assert (first.state, first.counted_to) == ("ended", second.counted_from)
        assert cell("completed") == 8
        deciding.withdraw(second, reason="Kertas keliru.", by=NationalAdminFactory())
        settle_all()
        assert cell("completed") is None
        with pytest.raises(Refused):
            deciding.withdraw(second, reason="Lagi.", by=NationalAdminFactory())

    def test_past_day_and_bridge_know_what_was_approved_by_then(self, place, year):
        before = timezone.now() - timedelta(seconds=1)
        balance = balance_of(place, completed=5)
        approved = timezone.now()
        report_of(place, people=2)
        settle_all()
        now = timezone.now()
        assert figures_at(year, before).of().values.get("completed") is None
        assert figures_at(year, approved).of().values["completed"] == 5
        bridges = [
            Span(year, "completed", since, until).bridge()
            for since, until in ((before, approved), (approved, now), (before, now))
        ]
        terms = [{term.key: term.value for term in bridge.terms} for bridge in bridges]
        assert terms == [
            {"opening": 5}, {"verified": 2, "replaced": -2}, {"verified": 2, "opening": 3},
        ]  # fmt: skip
        assert all(bridge.is_exact for bridge in bridges)
        [row] = Span(year, "completed", before, approved).rows("opening")
        assert (row.institution, row.amount) == (balance.institution_id, 5)

    def test_explanation_tells_the_balance_as_a_line_of_its_own(self, place, year):
        balance = balance_of(place, completed=5, enrolled=6)
        report_of(place, people=2)
        OpeningBalanceFactory(institution=InstitutionFactory(), completed=7)
        settle_all()
        reader = NationalAdminFactory()
        question = Question(user=reader, indicator=INDICATORS["completed"], year=year)
        nation = explain(question)
        assert (nation.value, nation.counted.value, nation.opening) == (5, 5, 3)
        left = {reason.code: tally.rows for reason, tally in nation.left}
        assert left == {"opening_waiting": 7, "opening_covered": 2}
        own = explain(question.but(institution=place))
        lines = {part.named.label: (part.counted.value, part.opening) for part in own.parts}
        assert sorted(lines.values()) == [(2, 0), (3, 3)]
        [line] = [part for part in own.parts if part.opening]
        assert (line.named.row, line.deeper) == (balance, None)
        cut = explain(question.but(breakdown="age", bucket="opening"))
        assert (cut.value, cut.counted.value) == (3, 3)
        people = explain(question.but(indicator=INDICATORS["people"]))
        assert (people.value, people.opening) == (2, 0)

    def test_series_of_the_pace_sums_to_the_figure_and_calls_a_paper_no_step(self, place, year):
        TargetFactory(indicator="completed", value=40)
        balance_of(place, completed=5)
        report = report_of(place, people=2)
        settle_all()
        for reached in (5, 5):
            [series] = [
                found for code, found in pace.series_of([year.pk], today=today_in_jakarta()).items()
                if code == "completed"
            ]  # fmt: skip
            assert sum(series.by_month.values()) == reached == cell("completed")
            assert sum(series.opening_by_month.values()) in (3, 5)
            reopen(report) if report.status == "verified" else None
            report.refresh_from_db()
            settle_all()
        assert sum(series.steps_by_month.values()) <= 1
        assert headlines(year)[1].opening == 5
        assert [section.opening for section in sections(figures_of(year))] == [None]


class TestApproval:
    def test_second_person_approves_and_who_entered_it_never(self, place):
        person = NationalAdminFactory()
        balance = OpeningBalanceFactory(institution=place, entered_by=person)
        with pytest.raises(NotYours):
            deciding.approve(balance.upload, by=person)
        with pytest.raises(IntegrityError), transaction.atomic():
            OpeningBalance.objects.filter(pk=balance.pk).update(
                counted_from=timezone.now(), approved_by=person
            )
        assert deciding.approve(balance.upload, by=TrainingReviewerFactory()) == 1
        with pytest.raises(Refused):
            deciding.approve(balance.upload, by=TrainingReviewerFactory())

    def test_declined_list_never_counts(self, place):
        balance = OpeningBalanceFactory(institution=place)
        with pytest.raises(Incomplete):
            deciding.decline(balance.upload, reason=" ", by=NationalAdminFactory())
        deciding.decline(balance.upload, reason="Tanpa kertas.", by=NationalAdminFactory())
        settle_all()
        balance.refresh_from_db()
        assert (balance.state, cell("completed")) == ("declined", None)

    def test_what_a_balance_says_is_never_changed(self, place):
        balance = OpeningBalanceFactory(institution=place)
        for change in ({"completed": 9}, {"source": "Lain"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                OpeningBalance.objects.filter(pk=balance.pk).update(**change)

    def test_person_walks_from_the_list_to_the_approval(self, client, place):
        person, other = (user_of(Role.NATIONAL_TRAINING_REVIEWER) for _ in range(2))
        balance = OpeningBalanceFactory(institution=place, completed=12, entered_by=person)
        page = reverse("progress:opening-upload", args=[balance.pk])
        client.force_login(person)
        assert "Setujui daftar" not in client.get(page).content.decode()
        assert client.post(page, {"setujui": "1"}).status_code == 403
        client.force_login(other)
        assert "Setujui daftar" in client.get(page).content.decode()
        assert client.post(page, {"tolak": "1", "reason": ""}).status_code == 400
        client.post(page, {"setujui": "1"})
        settle_all()
        shown = client.get(LIST).context
        assert [(row.pk, left) for row, left in shown["rows"]] == [(balance.pk, 12)]


class TestTakingIn:
    @pytest.fixture
    def person(self, client):
        person = user_of(Role.NATIONAL_TRAINING_REVIEWER)
        client.force_login(person)
        return person

    def send(self, client, *rows, source=""):
        text = "\n".join((HEADER, *rows))
        file = SimpleUploadedFile("saldo.csv", text.encode())
        return client.post(IMPORT, {"file": file, "source": source})

    def test_person_checks_a_list_then_enters_it_once(self, client, person, place, year):
        row = f"{place.code};{place.name};{year.year};;1.250;1200;900;Laporan 2022 (contoh)"
        checked = self.send(client, row)
        assert checked.status_code == 200
        assert not OpeningBalance.objects.exists()
        client.post(IMPORT, {"terapkan": "1", "isi": checked.context["sealed"]})
        balance = OpeningBalance.objects.get()
        assert list(balance.figures.values()) == [1250, 1250, 1200, 900, 900]
        assert (balance.state, balance.entered_by) == ("waiting", person)
        again = self.send(client, row).context
        assert (again["outcome"].unchanged, again["outcome"].changes) == (1, [])
        changed = self.send(client, row.replace("1.250", "1300")).context
        client.post(IMPORT, {"terapkan": "1", "isi": changed["sealed"]})
        assert OpeningBalance.objects.waiting().get().completed == 1300
        balance.refresh_from_db()
        assert balance.state == "declined"

    def test_every_bad_cell_is_named_with_its_cure_and_sound_rows_stay(self, client, person, year):
        good, other = InstitutionFactory(), InstitutionFactory(name="Lembaga lain (contoh)")
        ta = year.year
        answer = self.send(
            client,
            f"{good.code};;{ta};;10;;;Laporan",
            f";Tanpa kode;{ta};;10;;;Laporan",
            f"BLKK-9999;;{ta};;10;;;Laporan",
            f"{other.code};Nama yang sama sekali berbeda;{ta};;10;;;Laporan",
            f"{other.code};;;;10;;;Laporan",
            f"{other.code};;1999;;10;;;Laporan",
            f"{other.code};;{ta};;sepuluh;;;Laporan",
            f"{other.code};;{ta};;;5;;Laporan",
            f"{other.code};;{ta};9;10;11;12;Laporan",
            f"{other.code};;{ta};;99999;;;Laporan",
            f"{other.code};;{ta};;10;;;",
            f"{good.code};;{ta};;11;;;Laporan",
        )
        found = [(fault.row, str(fault.code)) for fault in answer.context["read"].faults]
        assert found == [
            (3, "institution_unnamed"), (4, "institution_unknown"), (5, "name_differs"),
            (6, "year_missing"), (7, "year_unknown"), (8, "number_unreadable"),
            (9, "completed_missing"), (9, "larger_than_whole"), (10, "larger_than_whole"),
            (10, "larger_than_whole"), (10, "larger_than_whole"), (11, "number_too_large"),
            (12, "source_missing"), (13, "row_repeated"),
        ]  # fmt: skip
        assert all(fault.message and fault.cure for fault in answer.context["read"].faults)
        assert len(answer.context["outcome"].changes) == 1

    def test_file_that_is_no_such_list_and_a_foreign_check_are_refused(self, client, person):
        file = SimpleUploadedFile("lain.csv", b"NAMA;ALAMAT\nA;B\n")
        assert self.send(client).status_code == 400
        assert client.post(IMPORT, {"file": file}).status_code == 400
        client.post(IMPORT, {"terapkan": "1", "isi": "palsu"})
        assert not OpeningBalance.objects.exists()

    def test_empty_list_of_the_portal_is_one_it_reads(self, client, person, year):
        file = SimpleUploadedFile("saldo-awal.xlsx", empty_workbook())
        told = client.post(IMPORT, {"file": file}).context["form"].errors["file"][0]
        assert "di bawah" in told


def test_list_of_codes_and_columns_is_documented():
    text = Path("docs/opening-balance-import.md").read_text()
    named = set(re.findall(r"`([^`]+)`", text))
    assert set(Code) <= named
    assert set(USUAL_HEADERS.values()) <= named


def test_interface_says_which_part_is_opening_balance(client, place, year):
    TargetFactory(indicator="completed", value=400)
    balance_of(place, completed=45)
    report_of(place, people=15)
    settle_all()
    client.force_login(user_of(Role.LEADERSHIP))
    asked = {"tahun": year.year, "indikator": "completed", "wilayah": "nation"}
    for reading in ("kini", "saat_itu"):
        rows = client.get(
            reverse("api:actual-list"), asked | {"peta": reading}
        ).json()["results"]  # fmt: skip
        parts = {(row["breakdown"], row["bucket"]): row["opening_balance"] for row in rows}
        assert parts["none", ""] == parts["sex", "opening"] == 30
        assert parts["host", place.host_type] is None
    told = client.get(
        reverse("api:explain-list"), {"tahun": year.year, "indikator": "completed"}
    ).json()  # fmt: skip
    assert (told["value"], told["opening_balance"]) == (45, 30)
    for page in ("progress:dashboard", "progress:pace", "progress:public"):
        text = client.get(reverse(page), {"tahun": year.year}).content.decode()
        assert "Termasuk saldo awal" in text, page


def test_interface_tells_the_balance_of_a_past_day(client, place, year):
    then = timezone.now() - timedelta(days=3)
    OpeningBalanceFactory(institution=place, completed=5, approved=True, counted_from=then)
    client.force_login(user_of(Role.LEADERSHIP))
    asked = {"tahun": year.year, "indikator": "completed", "wilayah": "nation"}
    day = today_in_jakarta() - timedelta(days=1)
    answer = client.get(reverse("api:actual-list"), asked | {"as_of": f"{day}"}).json()
    parts = {(row["breakdown"], row["bucket"]): row["opening_balance"] for row in answer["results"]}
    assert (parts["none", ""], parts["age", "opening"]) == (5, 5)
    assert parts["host", place.host_type] is None
