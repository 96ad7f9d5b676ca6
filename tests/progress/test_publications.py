"""Past days, publications and the bridge, as people meet them."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse

from blk_portal.accounts.roles import Role
from blk_portal.progress import publishing
from blk_portal.progress.models import Publication, PublishedFigure
from blk_portal.progress.pack.hiding import hidden_parts
from blk_portal.reporting.refusals import Refused
from institutions.models import ProgrammeYear
from tests.factories import (
    AreaReviewerFactory,
    CohortReportFactory,
    InstitutionFactory,
    NationalAdminFactory,
    ObserverFactory,
    OperatorFactory,
    ParticipantFactory,
    RegencyFactory,
    UserFactory,
)
from tests.factories.trainings import whatever_the_institution
from tests.progress.steps import settle_all

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = date(2022, 9, 30), date(2022, 10, 31)


def verified(people: int, day: str, institution):
    with time_machine.travel(f"{day}T03:00:00Z", tick=False):
        report = CohortReportFactory(
            people=0, cohort__institution=institution, cohort__starts_on=date(2022, 8, 1),
            cohort__ends_on=date(2022, 8, 20),
        )  # fmt: skip
        for _each in range(people):
            ParticipantFactory(cohort=report.cohort, result="passed")
        report.submit(by=OperatorFactory(institution=institution), version=report.version)
        report.verify(by=AreaReviewerFactory(), version=report.version)
    return report


@pytest.fixture
def world():
    """Six people counted in September, seven in October, when the six were reopened."""
    with whatever_the_institution():
        here = InstitutionFactory(regency=RegencyFactory())
        there = InstitutionFactory(regency=RegencyFactory())
        first, second = verified(6, "2022-09-20", here), verified(7, "2022-10-05", there)
        with time_machine.travel("2022-10-10T03:00:00Z", tick=False):
            first.refresh_from_db()
            first.reopen(by=AreaReviewerFactory(), version=first.version, comment="Salah hasil.")
        settle_all()
        with time_machine.travel("2022-11-07T03:00:00Z", tick=False):
            yield {"year": first.cohort.programme_year, "first": first, "second": second}


def published(publication: Publication, indicator: str = "completed") -> int:
    return publication.value_of(indicator)


def test_staff_publish_and_correct_and_what_was_published_stays(world):
    year, admin = world["year"], NationalAdminFactory()
    one = publishing.publish(year, day=SEPTEMBER, title="September 2022", by=admin)
    correction = publishing.correct(one, day=date(2022, 10, 7), note="Oktober ikut.", by=admin)
    two = publishing.publish(year, day=OCTOBER, title="Oktober 2022", by=admin)
    assert [row.slug for row in (one, correction, two)] == ["1", "1.1", "2"]
    assert [published(row) for row in (one, correction, two)] == [6, 13, 7]
    province = world["first"].cohort.institution.regency.province
    assert (one.value_of("completed", province), two.value_of("completed", province)) == (6, 0)
    assert one.figures.filter(province=None, breakdown="sex").exists()
    for refused in (
        lambda: publishing.publish(year, day=SEPTEMBER, title="Mundur", by=admin),
        lambda: publishing.publish(year, day=date(2022, 11, 7), title="Hari ini", by=admin),
        lambda: publishing.correct(one, day=OCTOBER, note="Bukan yang terakhir.", by=admin),
        lambda: publishing.correct(two, day=OCTOBER, note=" ", by=admin),
    ):
        with pytest.raises(Refused):
            refused()
    for change in (
        lambda: PublishedFigure.objects.filter(publication=one).update(value=1),
        lambda: Publication.objects.filter(pk=one.pk).update(title="Lain"),
        lambda: PublishedFigure.objects.filter(publication=one).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_stranger_sees_the_running_figures_until_the_first_publication_then_the_last(client, world):
    page = client.get(reverse("progress:public")).content.decode()
    assert "angka berjalan" in page
    for day, title in ((SEPTEMBER, "September 2022"), (date(2022, 10, 7), "Awal Oktober")):
        publishing.publish(world["year"], day=day, title=title, by=NationalAdminFactory())
    page = client.get(reverse("progress:public")).content.decode()
    assert "Awal Oktober" in page
    assert "angka berjalan" not in page
    assert "<span>13</span>" in page, "the figure of the publication, not today's seven"
    page = client.get(reverse("progress:publication-detail", args=[2022, "2"])).content.decode()
    assert "+7" in page
    assert reverse("progress:bridge") not in page, "the bridge is for the ministry and the regions"
    for slug in ("3", "1.1", "0", "satu"):
        missing = client.get(reverse("progress:publication-detail", args=[2022, slug]))
        assert missing.status_code == 404


@pytest.mark.parametrize(
    ("values", "hidden"),
    [
        ({"a": 0, "b": 4, "c": 9, "d": 50}, {"b", "c"}),
        ({"a": 1, "b": 4, "c": 9}, {"a", "b"}),
        ({"a": 1, "b": 1, "c": 9}, {"a", "b", "c"}),
        ({"a": 5, "b": 9}, set()),
    ],
)
def test_stranger_sees_no_figure_of_fewer_than_five_persons_nor_can_work_it_out(values, hidden):
    assert hidden_parts([values]) == hidden


def test_admin_publishes_by_the_page_and_bad_input_is_told(client, world):
    url = reverse("progress:publication-create", args=[2022])
    given = {"jenis": "baru", "per": "2022-09-30", "judul": "September 2022"}
    client.force_login(UserFactory(role=Role.LEADERSHIP))
    assert client.post(url, given).status_code == 403
    client.force_login(NationalAdminFactory())
    for wrong in ({"judul": ""}, {"per": "2022-11-07"}, {"per": "kemarin"}, {"jenis": "koreksi"}):
        answer = client.post(url, given | wrong)
        assert answer.status_code == 400, wrong
    assert not Publication.objects.exists()
    assert client.post(url, given).status_code == 302
    correction = {"jenis": "koreksi", "per": "2022-10-07", "catatan": "Terlambat."}
    assert client.post(url, correction).status_code == 302
    assert [row.slug for row in Publication.objects.all()] == ["1.1", "1"]


def test_publish_form_calls_no_field_optional_that_is_required(client, world):
    url = reverse("progress:publication-create", args=[2022])
    admin = NationalAdminFactory()
    client.force_login(admin)
    page = client.get(url)
    assert page.context["form"].fields["judul"].required
    assert page.text.count("(opsional)") == 1, "the note of a first publication"
    assert "koreksi" not in page.text[page.text.index("<form class=") :]
    publishing.publish(world["year"], day=SEPTEMBER, title="September 2022", by=admin)
    page = client.get(url).text
    assert "(opsional)" not in page
    assert "Judul, wajib untuk publikasi baru" in page
    assert "Catatan, wajib untuk koreksi" in page


def test_reader_sees_the_dashboard_and_a_province_of_a_past_day(client, world):
    client.force_login(NationalAdminFactory())
    url = reverse("progress:dashboard")
    page = client.get(url, {"tahun": "2022", "per": "2022-09-30"}).content.decode()
    assert "30 September 2022" in page
    assert "<span>6</span>" in page
    assert "per=2022-09-30" in page, "links take the day along"
    province = world["first"].cohort.institution.regency.province
    area = reverse("progress:province-detail", args=[province.code])
    assert "<span>6</span>" in client.get(area, {"per": "2022-09-30"}).content.decode()
    for nonsense in ("2022-11-07", "2030-01-01", "kemarin", "1999-01-01"):
        answer = client.get(url, {"tahun": "2022", "per": nonsense})
        assert answer.status_code == 400
        assert "past_day" not in answer.context, "today's figures meanwhile"


def test_partner_asks_the_interface_for_a_past_day(client, world):
    client.force_login(NationalAdminFactory())

    def ask(**more):
        return client.get("/api/v1/actuals/", {"tahun": "2022", "as_of": "2022-09-30"} | more)

    found = ask(indikator="completed", rincian="none").json()["results"]
    assert sorted(row["area"] for row in found) == ["nation", "office", "province"]
    assert {row["value"] for row in found} == {6}
    (of_province,) = ask(indikator="completed", group_by="province").json()["results"]
    assert of_province == next(row for row in found if row["area"] == "province")
    first = ask(jumlah="7").json()
    assert len(first["results"]) == 7
    second = client.get(first["next"]).json()["results"]
    assert second
    assert not [row for row in second if row in first["results"]]
    for wrong in (
        {"as_of": "2022-11-07"}, {"as_of": "kemarin"}, {"as_of": "2030-01-01"},
        {"peta": "saat_itu"},
    ):  # fmt: skip
        assert ask(**wrong).status_code == 400, wrong
    assert client.get("/api/v1/actuals/", {"as_of": "2022-09-30"}).status_code == 400


def test_reader_crosses_the_bridge_to_the_reports_and_a_region_names_its_own_only(client, world):
    url = reverse("progress:bridge")
    asked = {"tahun": "2022", "dari": "2022-09-30", "sampai": "2022-10-31", "suku": "verified"}
    client.force_login(NationalAdminFactory())
    answer = client.get(url, asked)
    bridge = answer.context["bridge"]
    assert (bridge.start, bridge.end, bridge.is_exact) == (6, 7, True)
    assert [(term.key, term.value) for term in bridge.terms] == [("verified", 7), ("reopened", -6)]
    there = world["second"].cohort.institution
    assert there.name in answer.content.decode()
    here = world["first"].cohort.institution
    client.force_login(ObserverFactory(province=here.regency.province))
    page = client.get(url, asked).content.decode()
    assert there.name not in page
    for wrong, status in (
        ({"sampai": "2022-09-01"}, 400), ({"dari": "x"}, 400), ({"indikator": "x"}, 400),
        ({"sampai": "2030-01-01"}, 400), ({"suku": "x"}, 404), ({"terbit": "9"}, 404),
    ):  # fmt: skip
        assert client.get(url, asked | wrong).status_code == status, wrong


def test_bridge_of_a_publication_begins_and_ends_with_what_was_published(client, world):
    year: ProgrammeYear = world["year"]
    for day in (SEPTEMBER, OCTOBER):
        publishing.publish(year, day=day, title="Bulan", by=NationalAdminFactory())
    client.force_login(NationalAdminFactory())
    answer = client.get(reverse("progress:bridge"), {"tahun": "2022", "terbit": "2"})
    bridge = answer.context["bridge"]
    assert (bridge.start, bridge.end, bridge.is_exact) == (6, 7, True)
    assert answer.context["form"].data["dari"] == f"{SEPTEMBER}"
    assert SEPTEMBER + timedelta(days=31) == OCTOBER
