"""The national-meeting pack: as staff make it, as everybody gets it, as it is mailed each month."""

import io
from datetime import date, timedelta
from smtplib import SMTPServerDisconnected

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from blk_portal.progress import tasks
from blk_portal.progress.models import (
    Actual,
    MeetingPack,
    PackMail,
    PublishedFigure,
    RollupRun,
)
from blk_portal.progress.pace import Pace, Series, paces
from blk_portal.progress.pack import monthly
from blk_portal.progress.pack.charts import thinned
from blk_portal.progress.pack.contents import contents
from blk_portal.progress.pack.records import LEASE
from blk_portal.progress.pack.writing import sweep
from blk_portal.sheets.workbook import read_sheets
from institutions.copying import copy_rows
from tests.factories import (
    ActualFactory,
    AreaReviewerFactory,
    InstitutionFactory,
    LeadershipFactory,
    MilestoneFactory,
    NationalAdminFactory,
    PackRecipientFactory,
    ProvinceFactory,
    PublicationFactory,
    RollupRunFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db
TOLD = ("completed", "people", "passed")


def put(year, province, count: int, *, women: int) -> None:
    """The cells of one province and its share of the nation: each person took part once."""
    parts = {("", ""): count, ("sex", "P"): women, ("sex", "L"): count - women}
    for (breakdown, bucket), value in parts.items():
        for area in (None, province):
            for code in TOLD if not breakdown else TOLD[:2]:
                key = {
                    "programme_year": year, "province": area, "indicator": code,
                    "breakdown": breakdown, "bucket": bucket,
                }  # fmt: skip
                cell = Actual.objects.filter(**key).first() or ActualFactory.build(**key, value=0)
                cell.value += value
                if cell.value:
                    cell.save()


@pytest.fixture
def year():
    """1.503 people in three provinces, of whom three in one, and two women in another."""
    year = TargetFactory(indicator="completed", value=232_000).programme_year
    for label, count, women in (("SATU", 1_000, 400), ("DUA", 500, 2), ("TIGA", 3, 3)):
        put(year, ProvinceFactory(name=f"Provinsi {label}", label=label), count, women=women)
    RollupRunFactory(programme_year=year, kind=RollupRun.Kind.AUDIT)
    RollupRunFactory(programme_year=year)
    return year


@pytest.fixture
def publication(year):
    """The same figures, published."""
    publication = PublicationFactory(programme_year=year)
    copy_rows(PublishedFigure, [
        PublishedFigure(
            publication=publication, province_id=cell.province_id, indicator=cell.indicator,
            breakdown=cell.breakdown, bucket=cell.bucket, value=cell.value,
        )
        for cell in Actual.objects.filter(programme_year=year)
    ])  # fmt: skip
    return publication


def made(pack: MeetingPack) -> MeetingPack:
    tasks.write_pack(pack.pk)
    pack.refresh_from_db()
    assert pack.state == "ready"
    return pack


def text_of(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def cells_in(content: bytes) -> dict[tuple, object]:
    """The rows of the sheet of cells: (code of the province, indicator, part) -> value."""
    [sheet] = [one for one in read_sheets(content, "bahan.xlsx") if one.name == "Sel"]
    return {(row[1] or "", row[3], row[6] or ""): row[8] for row in sheet.rows[1:]}


def test_leader_makes_a_pack_whose_paper_and_cells_are_those_of_the_portal(
    client, year, django_capture_on_commit_callbacks, monkeypatch
):
    rung = []
    monkeypatch.setattr("blk_portal.progress.pack_views.ring_for_pack", rung.append)
    client.force_login(LeadershipFactory())
    page = client.get(reverse("progress:dashboard"), {"tahun": year.year}).content.decode()
    address = reverse("progress:pack-list")
    assert f'href="{address}?tahun={year.year}"' in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{address}?tahun={year.year}", {"angka": "kini"})
    pack = MeetingPack.objects.get()
    assert rung == [pack.pk]
    assert "0 dari 4 langkah" in client.get(answer.url).content.decode()
    again = client.post(f"{address}?tahun={year.year}", {"angka": "kini"})
    assert again.url == answer.url, "the one that is being made serves"
    tasks.reconcile_packs()
    page = client.get(answer.url).content.decode()
    files = {form: reverse("progress:pack-file", args=[pack.pk, form]) for form in ("pdf", "xlsx")}
    assert all(f'href="{url}"' in page for url in files.values())
    paper = text_of(client.get(files["pdf"]).content)
    for told in ("Bahan rapat nasional", "1.503", "232.000", "0,6 %", "Provinsi DUA", "0 selisih"):
        assert told in paper
    held = cells_in(client.get(files["xlsx"]).content)
    stored = {
        (cell.province.code if cell.province else "", cell.indicator, cell.bucket): cell.value
        for cell in Actual.objects.filter(programme_year=year).select_related("province")
    }
    assert held == stored
    assert client.get(reverse("progress:pack-file", args=[pack.pk, "doc"])).status_code == 404


def test_person_without_the_right_has_no_pack_and_bad_input_is_told(client, year):
    address = f"{reverse('progress:pack-list')}?tahun={year.year}"
    client.force_login(AreaReviewerFactory())
    assert client.get(address).status_code == 403
    assert reverse("progress:pack-list") not in client.get(reverse("progress:dashboard")).text
    client.force_login(LeadershipFactory())
    tomorrow = timezone.localdate() + timedelta(days=1)
    for wrong in ({}, {"angka": "9"}, {"angka": "hari"}, {"angka": "hari", "per": tomorrow}):
        assert client.post(address, wrong).status_code == 400, wrong
    assert client.get(reverse("progress:pack-list"), {"tahun": "1999"}).status_code == 404
    assert not MeetingPack.objects.exists()


def test_day_that_would_not_be_used_is_refused_on_its_field(client, publication):
    address = f"{reverse('progress:pack-list')}?tahun={publication.programme_year.year}"
    client.force_login(LeadershipFactory())
    for kind in ("kini", publication.slug):
        answer = client.post(address, {"angka": kind, "per": "2022-09-30"})
        assert answer.status_code == 400
        assert "Tanggal ini tidak akan dipakai" in answer.context["form"].errors["per"][0]
    assert not MeetingPack.objects.exists()
    assert client.post(address, {"angka": "hari", "per": "2022-09-30"}).status_code == 302


def test_stranger_takes_the_pack_of_a_publication_without_figures_of_few(client, publication):
    year = publication.programme_year
    address = [year.year, publication.slug]
    url = reverse("progress:publication-pack", args=[*address, "pdf"])
    page = reverse("progress:publication-detail", args=address)
    assert client.get(url).status_code == 404
    assert url not in client.get(page).text
    tasks.reconcile_packs()
    tasks.reconcile_packs()
    pack = MeetingPack.objects.get()
    assert (pack.audience, pack.state) == ("public", "ready")
    assert url in client.get(page).text
    paper = text_of(client.get(url).content)
    assert "Untuk umum" in paper
    assert "kurang dari lima orang" in paper
    cells = cells_in(client.get(url.replace(".pdf", ".xlsx")).content)
    codes = {one.label: one.code for one in contents(pack).shown.provinces}
    assert cells["", "completed", ""] == 1_503
    assert cells[codes["SATU"], "completed", ""] == 1_000
    hidden = {key for key, value in cells.items() if value == "*"}
    assert {(codes["TIGA"], code, "") for code in TOLD} <= hidden
    assert {(codes["DUA"], code, "") for code in TOLD} <= hidden, "the next smallest"
    assert not [value for value in cells.values() if value != "*" and 0 < value < 5]
    internal = made(MeetingPack.objects.ask(year, publication=publication, by=None))
    assert client.get(reverse("progress:pack-file", args=[internal.pk, "pdf"])).status_code == 302
    with internal.workbook.open("rb") as workbook:
        own = cells_in(workbook.read())
    assert own[codes["TIGA"], "completed", ""] == 3


def test_pack_asks_as_many_questions_for_three_provinces_as_for_nine(year):
    pack = MeetingPack.objects.ask(year, by=None)

    def questions() -> int:
        kept = MeetingPack.objects.for_lists().get(pk=pack.pk)
        with (
            CaptureQueriesContext(
                connection,
            ) as asked,
            translation.override("id"),
        ):
            assert contents(kept).sections
        return len(asked)

    few = questions()
    for number in range(6):
        put(year, ProvinceFactory(label=f"P{number}"), 100, women=50)
    assert questions() == few <= 14


def test_pace_of_a_past_day_ends_on_that_day():
    early, late = (
        MilestoneFactory(institution=InstitutionFactory(), kind="pkb", happened_on=day)
        for day in (date(2022, 3, 1), date(2022, 9, 1))
    )
    year = late.programme_year
    assert early.programme_year == year
    TargetFactory(indicator="institutions_pkb", programme_year=year)
    then, now = (
        paces(year, today=date(2022, 5, 31), then=values)[0]
        for values in ({"institutions_pkb": 1}, None)
    )
    assert (then.value, then.counted) == (1, 1)
    assert now.counted == 2


def test_curve_for_everybody_adds_no_month_of_few_persons():
    months = {date(2022, month, 1): change for month, change in enumerate((2, 2, 40, -3, 9, 1), 1)}
    pace = Pace(
        TargetFactory.build(indicator="completed", value=100), 51, date(2022, 6, 30),
        Series(by_month=months, steps_by_month=dict.fromkeys(months, 9), recent=1),
    )  # fmt: skip
    shown = thinned(pace)
    assert shown.series.by_month == {date(2022, 3, 1): 44, date(2022, 5, 1): 7}
    assert shown.counted == pace.counted
    assert (pace.is_known, shown.is_known) == (True, False), "one person of late is no pace"


def test_worker_that_dies_is_followed_and_the_third_time_it_is_told(client, year, monkeypatch):
    pack = MeetingPack.objects.ask(year, by=None)

    def die(_pack):
        raise MemoryError

    with time_machine.travel(timezone.now(), tick=False) as clock:
        with monkeypatch.context() as broken:
            broken.setattr("blk_portal.progress.pack.writing.contents", die)
            for _attempt in range(3):
                tasks.reconcile_packs()
                tasks.reconcile_packs()
                clock.shift(LEASE + timedelta(seconds=1))
        pack.refresh_from_db()
        assert (pack.attempts, pack.state) == (3, "waiting")
        tasks.reconcile_packs()
    pack.refresh_from_db()
    assert pack.state == "failed"
    client.force_login(NationalAdminFactory())
    url = reverse("progress:pack-detail", args=[pack.pk])
    assert "tidak dapat dibuat" in client.get(url).text
    client.post(url)
    assert made(pack).attempts == 1


def test_recipients_get_one_mail_a_month_by_link_or_with_the_public_pack(
    settings, publication, monkeypatch
):
    settings.PORTAL_URL = "https://portal.example.test"
    leader = PackRecipientFactory(person=LeadershipFactory(email="pimpinan@contoh.invalid"))
    outside = PackRecipientFactory(email="bappeda@contoh.invalid")
    PackRecipientFactory(is_active=False)
    month = date(2022, 9, 1)
    assert (monthly.open_month(month), monthly.open_month(month)) == (2, 0)
    tasks.send_packs()
    assert not mail.outbox, "nothing is mailed before it is made"
    with monkeypatch.context() as down:

        def refuse(*_args):
            raise SMTPServerDisconnected

        down.setattr("django.core.mail.message.EmailMessage.send", refuse)
        tasks.reconcile_packs()
    assert set(PackMail.objects.values_list("state", "attempts")) == {
        ("waiting", 0),
        ("waiting", 1),
    }
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        tasks.reconcile_packs()
        tasks.reconcile_packs()
    assert len(mail.outbox) == 2
    by_address = {message.to[0]: message for message in mail.outbox}
    to_leader, to_outside = by_address["pimpinan@contoh.invalid"], by_address[outside.email]
    assert to_leader.subject == "Bahan rapat nasional, September 2022"
    internal = leader.mails.get().pack
    assert not to_leader.attachments
    assert f"https://portal.example.test/capaian/bahan-rapat/{internal.pk}/" in to_leader.body
    public = outside.mails.get().pack
    assert (internal.audience, public.audience) == ("internal", "public")
    assert public.publication == publication
    assert "/publikasi/2022/1/" in to_outside.body
    paper, workbook = (content for _name, content, _type in to_outside.attachments)
    assert "Untuk umum" in text_of(paper)
    assert not [one for one in cells_in(workbook).values() if one != "*" and 0 < one < 5]
    assert monthly.open_month(date(2022, 10, 1)) == 2, "the next month is another mail"
    october = leader.mails.get(month=date(2022, 10, 1)).pack
    assert october.day == date(2022, 10, 31), "nothing was published of October"
    assert outside.mails.get(month=date(2022, 10, 1)).pack == public


def test_person_who_lost_the_right_is_not_mailed(year, publication):
    leader = LeadershipFactory(email="pimpinan@contoh.invalid")
    row = PackRecipientFactory(person=leader)
    monthly.open_month(date(2022, 9, 1))
    type(leader).objects.filter(pk=leader.pk).update(role="observer")
    tasks.reconcile_packs()
    assert row.mails.get().state == "silent"
    assert not mail.outbox


def test_admin_chooses_a_person_with_the_right_or_an_address_outside(client):
    client.force_login(NationalAdminFactory())
    add = reverse("admin:progress_packrecipient_add")
    inline = {"mails-TOTAL_FORMS": 0, "mails-INITIAL_FORMS": 0}
    reviewer, leader = AreaReviewerFactory(), LeadershipFactory()
    outside = {"name": "Bappeda (contoh)", "email": "bappeda@contoh.invalid"}
    for wrong in ({}, {"person": reviewer.pk}, {"person": leader.pk} | outside, {"name": "Satu"}):
        assert client.post(add, inline | wrong | {"is_active": "on"}).status_code == 200, wrong
    for right in ({"person": leader.pk}, outside):
        assert client.post(add, inline | right | {"is_active": "on"}).status_code == 302, right
    with pytest.raises(ValidationError):
        PackRecipientFactory.build(email="BAPPEDA@contoh.invalid").full_clean()


def test_packs_are_swept_after_thirty_days_but_those_mailed_or_public_stay(publication):
    year = publication.programme_year
    PackRecipientFactory(person=LeadershipFactory())
    monthly.open_month(date(2022, 9, 1))
    MeetingPack.objects.open_public()
    asked = made(MeetingPack.objects.ask(year, by=None))
    storage, path = asked.paper.storage, asked.paper.name
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        assert sweep() == 0
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert sweep() == 1
    assert storage.exists(path), "a file goes with the commit"
    assert MeetingPack.objects.count() == 2
