"""What pages around quarterly reports say: to the reviewer, on the home page, in lists."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from blk_portal.accounts.models import User
from incubators.models import IncubationReport
from incubators.sizes import size_of
from institutions.exporting import EXPORTABLE
from tests.factories import (
    MentorFactory,
    MentoringSessionFactory,
)

pytestmark = pytest.mark.django_db
Status = IncubationReport.Status


def test_reviewer_is_told_of_an_earlier_quarter_that_is_not_verified(client, world):
    report = world.sent()
    client.force_login(world.reviewer)
    assert client.get(world.url("review")).context["earlier"] == []
    before = world.previous.report
    before.reopen(by=world.reviewer, version=before.version, comment="Salah ketik.")
    page = client.get(world.url("review"))
    assert page.context["earlier"] == [before]
    assert reverse("tenants:quarter-review", args=[before.pk]) in page.text
    # It is told and not refused: a quarter that stays away must not hold up all later ones.
    client.post(world.url("review"), {"verb": "verify", "version": "1"})
    report.refresh_from_db()
    assert report.status == Status.VERIFIED


@pytest.mark.parametrize(
    ("reported", "words"), [(0, "Tidak satu pun dari 2 tenant"), (1, "1 dari 2 tenant")]
)
def test_verification_says_how_many_tenants_count(client, world, reported, words):
    if reported:
        world.paste("Kopi Bukit (contoh)\t12.000.000\t1\t2")
    reason = {
        f"t{tenant.pk}-reason-tenant_missing": "Pemilik sakit."
        for tenant in (world.first, world.second)[reported:]
    }
    client.post(world.url("detail"), world.typing() | reason)
    world.report.submit(by=world.operator, version=0)
    client.force_login(world.reviewer)
    page = client.get(world.url("review"))
    assert page.context["silent"] == 2 - reported
    assert "Alasan: <em>“Pemilik sakit.”" in page.text
    answer = client.post(world.url("review"), {"verb": "verify", "version": "1"}, follow=True)
    assert words in str(next(iter(answer.context["messages"])))


def test_returned_quarter_stands_first_on_the_home_page_with_the_comment(client, world):
    world.sent().send_back(by=world.reviewer, version=1, comment="Omzet Kopi belum lengkap.")
    page = client.get(reverse("progress:home"))
    assert page.context["returned_quarters"] == [world.report]
    first = page.text.split('id="h-dulu"')[1].split("</section>")[0]
    assert "Omzet Kopi belum lengkap." in first
    assert world.report.get_absolute_url() in first


def test_list_says_until_when_quarters_are_asked_for(client, world):
    assert "Sedang berjalan: Triwulan" in client.get(reverse("tenants:quarter-list")).text


@pytest.mark.parametrize(
    ("with_tenant", "day", "words"),
    [
        (True, date(2022, 7, 3), "baru masuk pada 4 Juli 2022"),
        (False, date(2022, 8, 1), "ditetapkan pada 1 September 2022"),
    ],
)
def test_nobody_is_mentored_before_entry_or_selection(world, with_tenant, day, words):
    mentor = MentorFactory(active_from=date(2020, 1, 1))
    session = MentoringSessionFactory.build(
        incubator=world.incubator, tenant=world.first if with_tenant else None, mentor=mentor,
        held_on=day,
    )  # fmt: skip
    with pytest.raises(ValidationError, match=words):
        session.full_clean()


def test_page_to_withdraw_a_session_says_which_one(client, world):
    session = MentoringSessionFactory(tenant=world.first)
    page = client.get(reverse("tenants:session-withdraw", args=[session.pk])).text
    assert "Menghitung harga pokok: 15 November 2022" in page
    assert "Kopi Bukit (contoh), 2,5 jam" in page


def test_hours_beyond_a_day_are_refused_with_a_cure(client, world):
    address = reverse("tenants:session-create", args=[world.incubator.pk])
    assert "setengah jam sampai 24 jam" in client.post(address, {"hours": "25,3"}).text


def test_estimate_is_rounded():
    size = size_of([1, 1, 3], on=date(2023, 1, 1))
    assert (size.yearly_sales, size.is_estimate) == (7, True)


def test_list_taken_away_says_nothing_was_received_as_a_zero(world):
    world.sent()
    kind = EXPORTABLE["laporan-inkubasi"]
    table = kind.table(kind.found(User.objects.get(pk=world.operator.pk), "triwulan=4"), "csv")
    (row,) = table.decode("utf-8-sig").splitlines()[1:]
    assert row.endswith(";17000000;1;3;0")
