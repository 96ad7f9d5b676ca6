import base64
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blk_portal.accounts.roles import Role
from tests.factories import (
    AreaReviewerFactory,
    InstitutionFactory,
    LeadershipFactory,
    NationalAdminFactory,
    ObserverFactory,
    OperatorFactory,
    PartnerFactory,
    ProgrammeYearFactory,
    RegencyFactory,
    UserFactory,
    VocationalFieldFactory,
    user_of,
)

pytestmark = pytest.mark.django_db
URL = reverse("institutions:institution-list")


def names(response) -> list[str]:
    return [institution.name for institution in response.context["page"]]


def test_everyone_needs_a_login(client):
    assert client.get(URL).status_code == 302


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PARTNER])
def test_each_role_sees_its_own_institution_and_not_a_foreign_one(client, role):
    own, foreign = InstitutionFactory(), InstitutionFactory()
    client.force_login(user_of(role, own))
    response = client.get(URL)
    national = role in (
        Role.NATIONAL_ADMIN,
        Role.NATIONAL_TRAINING_REVIEWER,
        Role.NATIONAL_INCUBATOR_REVIEWER,
        Role.LEADERSHIP,
    )
    assert response.status_code == 200
    assert own.name in names(response)
    assert (foreign.name in names(response)) == national


def test_partner_is_refused_since_it_has_no_pages(client):
    client.force_login(PartnerFactory())
    assert client.get(URL).status_code == 403


def test_area_reviewer_sees_the_queue_of_unassigned_institutions(client):
    own = InstitutionFactory()
    waiting = InstitutionFactory(office=None)
    client.force_login(AreaReviewerFactory(office=own.office))
    assert waiting.name in names(client.get(URL))


def test_operator_without_membership_is_told_why_the_list_is_empty(client):
    InstitutionFactory()
    client.force_login(OperatorFactory())
    response = client.get(URL)
    assert names(response) == []
    assert b'class="empty"' in response.content


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kata=hikmah+nurul", True),
        ("kata=BLKK-77", True),
        ("kata=hikmah+zzz", False),
        ("provinsi=32", True),
        ("provinsi=33", False),
        ("provinsi=32&kabupaten=3204", True),
        ("uptp=bbpvp-bandung", True),
        ("uptp=bpvp-lain", False),
        ("jenis=pesantren", True),
        ("jenis=union", False),
        ("status=signed", True),
        ("status=proposed", False),
        ("tahun=2022", True),
        ("tahun=2021", False),
        ("kejuruan=LAS", True),
        ("kejuruan=TIK", False),
    ],
)
def test_admin_filters_the_list(client, query, found):
    regency = RegencyFactory(code="3204", province__code="32", office__code="bbpvp-bandung")
    InstitutionFactory(name="BLKK Nurul Hikmah", code="BLKK-770001", regency=regency, signed=True)
    RegencyFactory(code="3301", province__code="33", office__code="bpvp-lain")
    ProgrammeYearFactory(year=2021)
    VocationalFieldFactory(code="TIK")
    client.force_login(NationalAdminFactory())
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    assert (names(response) == ["BLKK Nurul Hikmah"]) == found


@pytest.mark.parametrize(
    "query",
    [
        "tahun=abc",
        "tahun=99999999999999999999",
        "provinsi=%00",
        "provinsi=09",
        "status=dijual",
        "jenis=%27%3B--",
        "uptp=%F0%9F%98%80",
        "kabupaten=3204&provinsi=33",
        "kata=" + "x" * 101,
        "kata=%00",
        "provinsii=32",
        "halaman=2",
    ],
)
def test_nonsense_in_a_filter_lists_nothing_and_says_so(client, query):
    RegencyFactory(code="3204", province__code="32")
    InstitutionFactory()
    client.force_login(LeadershipFactory())
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 400
    assert names(response) == []
    assert b'role="alert"' in response.content


def test_what_was_typed_stays_beside_the_error(client):
    client.force_login(LeadershipFactory())
    response = client.get(f"{URL}?kata=nurul&tahun=abc")
    assert b'value="nurul"' in response.content


def test_regencies_are_offered_only_beside_their_province(client):
    RegencyFactory(code="3204", province__code="32", name="Kabupaten Bandung")
    RegencyFactory(code="3301", province__code="33", name="Kabupaten Cilacap")
    client.force_login(LeadershipFactory())
    assert b"Kabupaten Bandung" not in client.get(URL).content
    chosen = client.get(f"{URL}?provinsi=32").content
    assert b"Kabupaten Bandung" in chosen
    assert b"Kabupaten Cilacap" not in chosen


def test_pages_hold_every_institution_once(client):
    regency = RegencyFactory()
    InstitutionFactory.create_batch(60, regency=regency, name="BLKK Senama (contoh)")
    client.force_login(ObserverFactory(province=regency.province))
    seen, address = [], ""
    for _page in range(3):
        response = client.get(f"{URL}{address}")
        seen += [institution.pk for institution in response.context["page"]]
        address = response.context["page"].next_url
    assert address == ""
    assert len(seen) == len(set(seen)) == 60


def test_next_page_keeps_the_filter(client):
    regency = RegencyFactory()
    InstitutionFactory.create_batch(26, regency=regency)
    client.force_login(LeadershipFactory())
    response = client.get(f"{URL}?provinsi={regency.province.code}")
    assert f"provinsi={regency.province.code}&" in response.context["page"].next_url


@pytest.mark.parametrize(
    "cursor",
    ["rusak", "%00", "W10", base64.urlsafe_b64encode(json.dumps(["a", "b"]).encode()).decode()],
)
def test_broken_cursor_is_a_plain_400(client, cursor):
    client.force_login(LeadershipFactory())
    response = client.get(f"{URL}?sesudah={cursor}")
    assert response.status_code == 400
    assert b"Traceback" not in response.content


def test_long_counts_are_capped(client, monkeypatch):
    monkeypatch.setattr("institutions.listing.COUNT_LIMIT", 2)
    InstitutionFactory.create_batch(4)
    client.force_login(LeadershipFactory())
    assert client.get(URL).context["count"] == 3


def test_list_asks_as_often_for_one_row_as_for_twenty(client):
    client.force_login(UserFactory(role=Role.NATIONAL_TRAINING_REVIEWER))
    InstitutionFactory(operational=True)
    client.get(URL)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(URL)
    InstitutionFactory.create_batch(19, signed=True)
    with CaptureQueriesContext(connection) as twenty:
        client.get(URL)
    assert len(twenty) == len(one)


def test_list_works_without_script_and_style_attributes(client):
    InstitutionFactory()
    client.force_login(LeadershipFactory())
    page = client.get(URL).content
    assert b"<script" not in page
    assert b"style=" not in page
