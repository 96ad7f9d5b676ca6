"""Two years side by side: the same figures, the change, and an address that reopens the view."""

import pytest

from blk_portal.accounts.roles import Role
from tests.factories import ActualFactory, ProgrammeYearFactory, ProvinceFactory, user_of

pytestmark = pytest.mark.django_db
ADDRESS = "/capaian/"


def test_leader_compares_two_years_by_a_link_that_reopens_the_view(client):
    this, last = ProgrammeYearFactory(year=2022), ProgrammeYearFactory(year=2021)
    province, silent = ProvinceFactory(name="Jawa Barat"), ProvinceFactory()
    for year, value in ((this, 30), (last, 20)):
        for place in (None, province):
            ActualFactory(
                programme_year=year, indicator="completed", province=place, value=value
            )  # fmt: skip
    ActualFactory(programme_year=this, indicator="institutions_pkb", value=5)
    client.force_login(user_of(Role.LEADERSHIP))
    page = client.get(ADDRESS, {"tahun": "2022", "banding": "2021"})
    lines = {str(line.label): line for line in page.context["comparison"].lines}
    trained = lines["Peserta pelatihan"]
    assert (trained.now, trained.then, trained.change, trained.growth) == (30, 20, 10, 0.5)
    places = {line.province: line for line in page.context["comparison"].provinces}
    assert places[province].change == 10
    assert places[silent].change is None
    assert "?tahun=2021&amp;banding=2021" in page.text
    plain = client.get(ADDRESS, {"tahun": "2021", "banding": "2021"})
    assert "comparison" not in plain.context
    assert client.get(ADDRESS, {"tahun": "2022", "banding": "1999"}).status_code == 404


def test_past_day_keeps_the_comparison_and_says_what_does_not_go_with_it(client):
    for year in (2021, 2022):
        ActualFactory(programme_year=ProgrammeYearFactory(year=year), indicator="completed")
    client.force_login(user_of(Role.LEADERSHIP))
    asked = {"tahun": "2022", "banding": "2021", "per": "2022-12-31", "peta": "saat_itu"}
    page = client.get(ADDRESS, asked).text
    assert "TA 2022 menurut yang diketahui pada akhir 31 Desember 2022, TA 2021" in page
    assert '<input type="hidden" name="banding" value="2021">' in page
    assert "Tanggal lampau ditampilkan menurut peta provinsi hari ini." in page
    province = ProvinceFactory()
    of_province = client.get(f"{ADDRESS}provinsi/{province.code}/", asked).text
    assert "Tanggal lampau ditampilkan menurut peta provinsi hari ini." in of_province
    without = client.get(ADDRESS, {"tahun": "2022", "per": "2022-12-31"}).text
    assert "peta provinsi hari ini" not in without
