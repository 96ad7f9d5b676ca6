"""Observers choose among the places that they may see; everybody else among all of them."""

import pytest

from tests.api.asking import ask, client_of
from tests.factories import (
    InstitutionFactory,
    NationalAdminFactory,
    ObserverFactory,
    RegencyFactory,
    partner_api_client,
)

pytestmark = pytest.mark.django_db
FILTERS = ("provinsi", "kabupaten", "uptp")


def offered(user, **query) -> list[set[str]]:
    """The codes that the filters of the list of institutions offer."""
    page = client_of(user).get("/lembaga/", query)
    assert page.status_code == 200, query
    fields = page.context["filters"].form.fields
    return [{row.code for row in fields[name].queryset} for name in FILTERS]


def test_an_observer_is_offered_the_places_of_the_area_only():
    here, there = InstitutionFactory(), InstitutionFactory()
    empty = RegencyFactory(province=here.regency.province)
    province = here.regency.province
    of_province, of_regency = ObserverFactory(province=province), ObserverFactory(regency=empty)
    assert offered(of_province) == [
        {province.code}, {here.regency.code, empty.code}, {here.office.code},
    ]  # fmt: skip
    assert offered(of_regency, provinsi=province.code) == [{province.code}, {empty.code}, set()]
    provinces, regencies, offices = offered(NationalAdminFactory())
    assert {province.code, there.regency.province.code} <= provinces
    assert there.regency.code in regencies
    assert {here.office.code, there.office.code} <= offices


def test_a_system_asks_for_a_place_out_of_its_area_and_gets_nothing():
    here, there = InstitutionFactory(), InstitutionFactory()
    system = partner_api_client(["institutions:read"], here.regency)
    query = {"provinsi": there.regency.province.code}
    assert system.get("/api/v1/institutions/", query).json()["results"] == []
    observer = ObserverFactory(province=here.regency.province)
    assert ask(observer, "institutions/", query).status_code == 400
