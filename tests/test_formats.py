"""Figures, dates and states as they stand on the page, letter for letter."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import ChoiceField, DateField, Form
from django.template import Context, Template
from django.utils import timezone, translation
from django.utils.formats import localize

from blk_portal import formats

FRIDAY = date(2022, 9, 30)
MORNING = datetime(2022, 9, 30, 1, 40, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _indonesian():
    with translation.override("id"):
        yield


def rendered(source: str, **context) -> str:
    return Template(source).render(Context(context)).strip()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (232000, "232.000"),
        (0, "0"),
        (999, "999"),
        (-48, "\u221248"),
        (1234567, "1.234.567"),
        (Decimal("2.5"), "3"),
        (None, "\u2013"),
        ("", "\u2013"),
    ],
)
def test_number_groups_thousands_and_tells_missing_from_zero(value, text):
    assert formats.number(value) == text


def test_number_with_decimals_rounds_half_up():
    assert formats.number(12.25, 1) == "12,3"
    assert formats.number(1234.5, 2) == "1.234,50"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ share|percent }}", "12,5\u00a0%"),
        ("{{ part|percent:whole }}", "63,9\u00a0%"),
        ("{{ part|percent:zero }}", "\u2013"),
        ("{{ part|percent:nothing }}", "\u2013"),
        ("{{ nothing|percent:whole }}", "\u2013"),
        ("{{ zero|percent:whole }}", "0,0\u00a0%"),
        ("{{ nothing|percent }}", "\u2013"),
    ],
)
def test_percent_of_a_ratio_or_of_two_counts(source, text):
    values = {"share": 0.125, "part": 148352, "whole": 232000, "zero": 0, "nothing": None}
    assert rendered(source, **values) == text


def test_rupiah_keeps_its_amount_together():
    assert formats.rupiah(1_500_000) == "Rp\u00a01.500.000"
    assert formats.rupiah(-500) == "\u2212Rp\u00a0500"
    assert formats.rupiah(None) == "\u2013"


def test_signed_writes_plus_and_true_minus():
    assert [formats.signed(n) for n in (3792, -48, 0, None)] == [
        "+3.792",
        "\u221248",
        "0",
        "\u2013",
    ]


def test_svg_numbers_are_the_same_in_every_language():
    assert rendered("{{ value|svgnum }}", value=63.945) == "63.95"
    assert rendered("{{ value|svgnum }}", value=Decimal("1200")) == "1200"


def test_unknown_is_a_dash_and_zero_stays_zero():
    assert rendered("{{ a|unknown }} {{ b|unknown }}", a=None, b=0) == "\u2013 0"


def test_dates_in_words():
    assert formats.long_date(date(2022, 9, 13)) == "13 September 2022"
    assert formats.long_date(date(2022, 8, 1)) == "1 Agustus 2022"
    assert formats.weekday_date(FRIDAY) == "Jumat, 30 September 2022"
    assert formats.long_date(None) == "\u2013"


def test_dates_in_english():
    with translation.override("en"):
        assert formats.long_date(date(2022, 8, 1)) == "1 August 2022"
        assert formats.moment(MORNING) == "30 September 2022, 08:40 WIB"


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2022, 8, 1), date(2022, 9, 16), "1 Agustus\u201316 September 2022"),
        (date(2022, 9, 1), date(2022, 9, 16), "1\u201316 September 2022"),
        (date(2022, 12, 1), date(2023, 1, 16), "1 Desember 2022\u201316 Januari 2023"),
        (date(2022, 9, 1), date(2022, 9, 1), "1 September 2022"),
        (date(2022, 9, 1), None, "1 September 2022"),
        (None, None, "\u2013"),
    ],
)
def test_date_range_says_month_and_year_once(start, end, text):
    assert formats.date_range(start, end) == text


def test_moments_are_read_on_jakarta_clocks():
    assert formats.moment(MORNING) == "30 September 2022, 08.40 WIB"
    assert formats.clock(datetime(2022, 9, 29, 19, 14, tzinfo=UTC)) == "02.14 WIB"
    assert formats.long_date(datetime(2022, 9, 30, 18, 0, tzinfo=UTC)) == "1 Oktober 2022"


@pytest.mark.parametrize(
    ("due_on", "text", "css"),
    [
        (date(2022, 9, 30), "hari ini", "warn"),
        (date(2022, 10, 1), "besok, Sabtu 1 Oktober", "warn"),
        (date(2022, 10, 5), "5 hari lagi, Rabu 5 Oktober", "warn"),
        (date(2022, 10, 7), "7 hari lagi, Jumat 7 Oktober", "warn"),
        (date(2022, 10, 15), "15 hari lagi, Sabtu 15 Oktober", ""),
        (date(2023, 1, 4), "96 hari lagi, Rabu 4 Januari 2023", ""),
        (date(2022, 9, 29), "Terlambat 1 hari, tenggatnya Kamis 29 September", "bad"),
        (date(2022, 9, 27), "Terlambat 3 hari, tenggatnya Selasa 27 September", "bad"),
        (date(2022, 8, 1), "Terlambat 60 hari, tenggatnya Senin 1 Agustus", "bad"),
        (date(2022, 7, 31), "Terlambat, tenggatnya 31 Juli 2022", "bad"),
        (None, "\u2013", ""),
    ],
)
def test_due_date_in_words_first(due_on, text, css):
    assert formats.due(due_on, FRIDAY) == text
    assert formats.due_class(due_on, FRIDAY) == css


def test_late_over_new_year_names_the_year():
    text = formats.due(date(2022, 12, 30), date(2023, 1, 2))
    assert text == "Terlambat 3 hari, tenggatnya Jumat 30 Desember 2022"


@pytest.mark.parametrize(
    ("status", "css", "words"),
    [
        ("draft", "tag", "Draf"),
        ("submitted", "tag tag--wait", "Menunggu verifikasi"),
        ("returned", "tag tag--bad", "Dikembalikan"),
        ("verified", "tag tag--ok", "Terverifikasi"),
        ("overdue", "tag tag--bad", "Terlambat"),
    ],
)
def test_status_tag_has_word_and_icon(status, css, words):
    html = rendered("{% status_tag status %}", status=status)
    assert html.startswith(f'<span class="{css}"><svg class="icon"')
    assert html.endswith(f"</svg>{words}</span>")


def test_status_tag_escapes_what_it_does_not_know():
    assert "&lt;b&gt;" in rendered("{% status_tag status %}", status="<b>")


def test_bar_shows_share_and_pace_without_local_separators():
    html = rendered("{% bar 148352 232000 pace=173523 %}")
    assert 'width="63.94%"' in html
    assert 'x1="74.79%"' in html
    assert "63,9\u00a0% dari target tercapai" in html
    assert "seharusnya 74,8\u00a0% hari ini" in html


def test_bar_is_full_at_the_target_and_empty_without_one():
    assert 'class="bar-on" y="5" width="100%"' in rendered("{% bar 900 850 %}")
    assert "bar-on" not in rendered("{% bar 0 850 %}")
    assert "Target belum ditetapkan" in rendered("{% bar 900 None %}")


@pytest.mark.parametrize(
    ("value", "pace", "words"),
    [
        (850, 636, "Target tercapai"),
        (640, 636, "Sesuai jalur"),
        (612, 636, "Mendekati jalur"),
        (500, 636, "Perlu dipercepat"),
        (500, None, ""),
    ],
)
def test_pace_tag_says_where_a_target_stands(value, pace, words):
    assert words in rendered("{% pace_tag value 850 pace %}", value=value, pace=pace)


def test_crumbs_link_all_but_the_page_itself():
    html = rendered('{% crumbs "Pelatihan" "/pelatihan/" "Angkatan 3" %}')
    assert '<a href="/pelatihan/">Pelatihan</a>' in html
    assert '<li aria-current="page">Angkatan 3</li>' in html


PAPUA, SULAWESI, KALIMANTAN = "Asia/Jayapura", "Asia/Makassar", "Asia/Pontianak"
NEW_YEAR_IN_PAPUA = datetime(2022, 12, 31, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "zone", "text"),
    [
        (MORNING, None, "30 September 2022, 08.40 WIB"),
        (MORNING, "Asia/Jakarta", "30 September 2022, 08.40 WIB"),
        (MORNING, KALIMANTAN, "30 September 2022, 08.40 WIB"),
        (MORNING, SULAWESI, "30 September 2022, 08.40 WIB (09.40 WITA)"),
        (MORNING, PAPUA, "30 September 2022, 08.40 WIB (10.40 WIT)"),
        (NEW_YEAR_IN_PAPUA, SULAWESI, "31 Desember 2022, 22.30 WIB (23.30 WITA)"),
        (
            NEW_YEAR_IN_PAPUA,
            PAPUA,
            "31 Desember 2022, 22.30 WIB (1 Januari 2023, 00.30 WIT)",
        ),
        (None, PAPUA, "\u2013"),
    ],
)
def test_moment_shows_the_clock_of_a_place_outside_western_time(value, zone, text):
    assert formats.moment(value, zone) == text
    assert rendered("{{ value|datetime_wib:zone }}", value=value, zone=zone) == text


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Asia/Jakarta", "sampai 23.59 WIB"),
        (SULAWESI, "sampai 23.59 WIB atau 00.59 WITA hari berikutnya"),
        (PAPUA, "sampai 23.59 WIB atau 01.59 WIT hari berikutnya"),
    ],
)
def test_due_day_ends_on_western_clocks(zone, text):
    assert rendered("{{ zone|last_minute }}", zone=zone) == text


def test_figures_in_english():
    with translation.override("en"):
        assert formats.number(232000) == "232,000"
        assert formats.percent(0.125) == "12.5%"
        assert formats.rupiah(1_500_000) == "Rp\u00a01,500,000"
        assert formats.clock(datetime(2022, 9, 29, 19, 14, tzinfo=UTC)) == "02:14 WIB"
        assert formats.moment(MORNING, PAPUA) == "30 September 2022, 08:40 WIB (10:40 WIT)"
        assert formats.last_minute(PAPUA) == "until 23:59 WIB, that is 01:59 WIT the next day"


@pytest.mark.parametrize(
    ("language", "day", "at"),
    [
        ("id", "1 Agustus 2022", "30 September 2022, 08.40 WIB"),
        ("en", "1 August 2022", "30 September 2022, 08:40 WIB"),
    ],
)
def test_pages_of_django_write_dates_in_the_same_shape(language, day, at):
    with translation.override(language):
        assert localize(date(2022, 8, 1)) == day
        assert localize(timezone.localtime(MORNING)) == at


@pytest.mark.parametrize("language", ["id", "en"])
def test_day_comes_before_the_month_in_both_languages(language):
    with translation.override(language):
        assert DateField().clean("03/04/2022") == date(2022, 4, 3)
        assert DateField().clean("2022-04-03") == date(2022, 4, 3)


def test_choice_of_nothing_is_said_in_words():
    class Chosen(Form):
        way = ChoiceField(choices=[*BLANK_CHOICE_DASH, ("a", "A")])

    shown = rendered("{{ form.way|control }}", form=Chosen())
    assert '<option value="" selected>Pilih</option>' in shown
