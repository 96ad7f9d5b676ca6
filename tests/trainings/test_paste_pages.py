"""Pasting rows from a spreadsheet: exactly the bad cells are named, and nothing is stored twice."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.factories import CohortFactory, OperatorFactory, PendingRowFactory
from tests.factories.trainings import synthetic_nik
from trainings.faults import TEXTS, WARNINGS, Code
from trainings.models import PendingRow

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]

HEADER = "NO\tNAMA\tNIK\tTEMPAT, TANGGAL LAHIR\tL/P\tPENDIDIKAN\tALAMAT\tDISABILITAS"
NUMBER, NAME, NIK, BIRTH, SEX, EDUCATION, ADDRESS, DISABILITY = range(8)
PEOPLE, OF_EACH_KIND = 300, 3
LONG = "panjang " * 50
# What is planted: in which column, what is written there, and as what it must be named.
FAULTS = (
    (NAME, "", Code.NAME_MISSING),
    (NAME, "12345", Code.NAME_WITHOUT_LETTERS),
    (NAME, "Nama " * 40, Code.NAME_TOO_LONG),
    (NAME, "Siti\x07 Contoh", Code.CONTROL_CHARACTERS),
    (NIK, "3,20405E+15", Code.NIK_SCIENTIFIC),
    (NIK, "320405520399900", Code.NIK_LENGTH),
    (NIK, "32O4055203999OO1", Code.NIK_CHARACTERS),
    (NIK, "9904055203999001", Code.NIK_REGION),
    (NIK, "3204057203999001", Code.NIK_BIRTH_DATE),
    (NIK, "3204055203990000", Code.NIK_SERIAL),
    (NIK, "3204055203900000", Code.NIK_DIGIT_LOST),
    (SEX, "", Code.SEX_MISSING),
    (SEX, "X", Code.SEX_UNKNOWN),
    (BIRTH, "Bandung", Code.BIRTH_DATE_MISSING),
    (BIRTH, "Bandung, 31 Februari 2001", Code.BIRTH_DATE_IMPOSSIBLE),
    (BIRTH, "Bandung, 03/25/2001", Code.BIRTH_DATE_MONTH_FIRST),
    (BIRTH, "Bandung, 2001", Code.BIRTH_DATE_INCOMPLETE),
    (BIRTH, "Bandung, 12 Maret 2031", Code.BIRTH_DATE_FUTURE),
    (EDUCATION, LONG, Code.EDUCATION_TOO_LONG),
    (DISABILITY, "tidak jelas", Code.DISABILITY_UNKNOWN),
)  # fmt: skip


def name_of(n: int) -> str:
    return f"Peserta {chr(65 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n % 7)}"


def people() -> list[list[str]]:
    rows = []
    for n in range(PEOPLE):
        born, sex = date(1990, 1, 1) + timedelta(days=11 * n), "LP"[n % 2]
        rows.append([
            str(n + 1), name_of(n), "'" + synthetic_nik(n, born=born, sex=sex),
            f"Bandung, {born:%d/%m/%Y}", sex, "SMA", "Kp. Cikadu", "-",
        ])  # fmt: skip
    return rows


def as_text(rows: list[list[str]], header: str = HEADER) -> str:
    lines = ["\t".join(row) for row in rows]
    return "\r\n".join([header, *lines] if header else lines)


@pytest.fixture
def cohort():
    return CohortFactory(seats=PEOPLE)


@pytest.fixture
def operator_client(client, cohort):
    client.force_login(OperatorFactory(institution=cohort.institution))
    return client


def page_of(cohort) -> str:
    return reverse("trainings:roster-paste", args=[cohort.pk])


def paste(client, cohort, text: str, **data):
    return client.post(page_of(cohort), {"text": text, **data})


def named(cohort) -> set[tuple[int, str]]:
    return {(row.row, kept["code"]) for row in cohort.pending_rows.all() for kept in row.faults}


def test_operator_pastes_300_rows_and_exactly_the_60_planted_faults_are_named(
    operator_client, cohort
):
    right, wrong = people(), people()
    planted = set()
    for n, (column, written, code) in enumerate(FAULTS * OF_EACH_KIND):
        index = 5 * n + 2
        wrong[index][column] = written
        # The heading is row 1.
        planted.add((index + 2, str(code)))
    assert len(planted) == 60
    assert len({code for _row, code in planted}) == 20
    assert not {code for _row, code in planted} & {str(code) for code in WARNINGS}

    answer = paste(operator_client, cohort, as_text(wrong))

    assert answer.status_code == 302
    assert named(cohort) == planted
    assert cohort.participants.count() == 240
    page = operator_client.get(page_of(cohort)).content.decode()
    assert page.count('aria-invalid="true"') == 60
    for code in {code for _row, code in planted}:
        assert str(TEXTS[code][1]) in page

    paste(operator_client, cohort, as_text(right))

    assert cohort.participants.count() == PEOPLE
    assert Counter(cohort.participants.values_list("name", flat=True)) == Counter(
        name_of(n) for n in range(PEOPLE)
    )
    assert not cohort.pending_rows.exists()
    last = cohort.uploads.first()
    assert (last.created, last.changed, last.unchanged, last.rejected) == (60, 0, 240, 0)


def test_operator_pastes_without_a_heading_and_the_columns_are_known_by_what_they_hold(
    operator_client, cohort
):
    assert paste(operator_client, cohort, as_text(people()[:5], header="")).status_code == 302
    assert cohort.participants.count() == 5
    first = cohort.participants.first()
    assert (first.name, first.birth_place, first.address) == (name_of(0), "Bandung", "Kp. Cikadu")
    assert first.masked_nik.startswith("3204")
    assert first.roster_row == 1


def test_operator_chooses_the_columns_that_cannot_be_told_before_anything_is_stored(
    operator_client, cohort
):
    text = "Ani Contoh;Bandung Contoh;12/03/2001;P;Ibu Ani\nBudi Contoh;Garut;13/04/2001;L;Ibu Budi"
    answer = paste(operator_client, cohort, text)
    assert answer.status_code == 200
    assert not cohort.participants.exists()
    unclear = answer.context["unclear"]
    likely = [column.likely for column in unclear.columns]
    assert likely == ["", "birth_place", "birth_date", "sex", ""]
    page = answer.content.decode()
    assert "Ani Contoh;Bandung Contoh" in page, "what was pasted comes back"
    chosen = {"column-0": "name", "column-1": "birth_place", "column-2": "birth_date",
              "column-3": "sex", "column-4": ""}  # fmt: skip
    assert paste(operator_client, cohort, text, **chosen).status_code == 302
    assert list(cohort.participants.values_list("name", "birth_place", "sex")) == [
        ("Ani Contoh", "Bandung Contoh", "P"),
        ("Budi Contoh", "Garut", "L"),
    ]


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"column-0": "", "column-1": "sex"}, "lacks_name"),
        ({"column-0": "name", "column-1": "name"}, "twice"),
    ],
)
def test_operator_whose_choice_cannot_hold_is_asked_again(operator_client, cohort, chosen, says):
    answer = paste(operator_client, cohort, "Ani\tP\nBudi\tL", **chosen)
    assert answer.status_code == 200
    assert getattr(answer.context["unclear"], says)
    assert not cohort.participants.exists()
    assert not cohort.uploads.exists()


def test_a_heading_that_nobody_knows_is_no_participant(operator_client, cohort):
    text = "Sebutan\tHari jadi\tJenis\nAni Contoh\t12/03/2001\tP\nBudi Contoh\t13/04/2001\tL"
    answer = paste(operator_client, cohort, text)
    assert answer.context["unclear"].headings == 1
    chosen = {"column-0": "name", "column-1": "birth_date", "column-2": "sex", "headings": "1"}
    paste(operator_client, cohort, text, **chosen)
    assert list(cohort.participants.values_list("name", "roster_row")) == [
        ("Ani Contoh", 2),
        ("Budi Contoh", 3),
    ]


@pytest.mark.parametrize("text", ["", "  \n\t\n", "\x00\x01\x02\x03\x04"])
def test_operator_pastes_nothing_readable_and_keeps_what_was_pasted(operator_client, cohort, text):
    answer = paste(operator_client, cohort, text)
    assert answer.status_code == 400
    assert answer.context["problem"]
    assert not cohort.uploads.exists()


def test_operator_mends_in_the_grid_and_the_rows_are_stored(operator_client, cohort):
    wrong = people()[:4]
    wrong[1][BIRTH], wrong[2][NIK] = "Bandung, 31 Februari 2001", "3204"
    paste(operator_client, cohort, as_text(wrong))
    first, second = cohort.pending_rows.order_by("row")
    answer = operator_client.post(
        reverse("trainings:roster-mend", args=[cohort.pk]),
        {"grid": "1", f"{first.pk}-name": name_of(1), f"{first.pk}-birth_place": "Bandung",
         f"{first.pk}-birth_date": "12/01/1990", f"{first.pk}-sex": "P", f"{second.pk}-nik": "320"},
    )  # fmt: skip
    assert answer.url == page_of(cohort)
    assert cohort.participants.count() == 3
    [left] = cohort.pending_rows.all()
    assert (left.pk, left.open_cells()["nik"]) == (second.pk, "320")


def test_grid_masks_the_nik_and_phone_that_need_no_mending(operator_client, cohort):
    PendingRowFactory(
        cohort=cohort,
        cells={"name": "Sri Contoh", "nik": "3204051705019001", "phone": "081200009999",
               "sex": "Laki-laki", "birth_date": "31/02/2001"},
    )  # fmt: skip
    page = operator_client.get(page_of(cohort)).content.decode()
    assert "3204051705019001" not in page
    assert "081200009999" not in page
    assert "3204••••••••9001" in page
    assert '<option value="L" selected>' in page


def test_a_row_of_another_paste_waits_on_though_its_number_is_the_same(operator_client, cohort):
    mine, others = people()[:3], people()[100:103]
    mine[1][NAME] = ""
    paste(operator_client, cohort, as_text(mine))
    paste(operator_client, cohort, as_text(others))
    assert cohort.pending_rows.count() == 1
    assert cohort.participants.count() == 5


def test_operator_of_another_institution_finds_no_page_to_paste(client, cohort):
    client.force_login(OperatorFactory())
    assert client.get(page_of(cohort)).status_code == 404
    assert paste(client, cohort, as_text(people()[:2])).status_code == 404
    assert not PendingRow.objects.exists()
    assert not cohort.participants.exists()


def test_roster_that_was_handed_in_takes_no_paste(client):
    cohort = CohortFactory()
    operator = OperatorFactory(institution=cohort.institution)
    client.force_login(operator)
    paste(client, cohort, as_text(people()[:2]))
    cohort.participants.update(result="passed", attendance=95)
    cohort.closing.submit(by=operator, version=0)
    assert client.get(page_of(cohort)).status_code == 302
    assert paste(client, cohort, as_text(people()[2:4])).status_code == 409
    assert cohort.participants.count() == 2
