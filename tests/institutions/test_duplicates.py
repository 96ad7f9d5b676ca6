"""Likely duplicates: which pairs are shown, to whom, and that a pair told apart stays away."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institutions.models import DistinctPair, Institution, LikelyDuplicate
from institutions.models.duplicate import tell_apart
from tests.factories import (
    AreaReviewerFactory,
    FoundationFactory,
    IncubatorReviewerFactory,
    InstitutionFactory,
    LeadershipFactory,
    NationalAdminFactory,
    RegencyFactory,
    VocationalFieldFactory,
)

pytestmark = pytest.mark.django_db
LIST = reverse("institutions:duplicate-list")


def decide(kept, gone) -> str:
    return reverse("institutions:duplicate-decide", args=[kept.pk, gone.pk])


@pytest.fixture
def regency():
    return RegencyFactory()


def pair(regency, one: dict, other: dict) -> tuple[Institution, Institution]:
    first = InstitutionFactory(regency=regency, **one)
    return first, InstitutionFactory(regency=regency, **other)


def found() -> list[tuple[int, list[str]]]:
    return [
        (row.points, [str(reason) for reason in row.reasons])
        for row in LikelyDuplicate.objects.all()
    ]


@pytest.mark.parametrize(
    ("one", "other", "points"),
    [
        ({"name": "BLKK Nurul Huda (contoh)"}, {"name": "BLK Komunitas Nurul-Huda"}, 3),
        ({"name": "BLKK Al-Falah"}, {"name": "BLKK AL FALAAH"}, 3),
        ({"vin": "VIN.0042/A"}, {"vin": "VIN0042A"}, 3),
        ({"contact_phone": "0812-3456-7890"}, {"contact_phone": "+62 812 3456 7890"}, 2),
        ({"name": "BLKK SMK 1"}, {"name": "BLKK SMK 11"}, None),
        ({"contact_phone": "12345"}, {"contact_phone": "12345"}, None),
        ({"contact_phone": ""}, {"contact_phone": ""}, None),
        ({"name": "BLKK Nurul Huda"}, {"name": "BLKK Nurul Iman"}, None),
    ],
)
def test_pair_of_a_regency_is_likely_by_explicit_points(regency, one, other, points):
    pair(regency, one, other)
    assert [row[0] for row in found()] == ([points] if points else [])


def test_owner_and_field_or_tax_number_make_a_pair_likely(regency):
    owner = FoundationFactory()
    pair(regency, {"foundation": owner}, {"foundation": owner})
    assert [row[0] for row in found()] == [2]
    Institution.objects.filter(pk=Institution.objects.latest("pk").pk).update(
        field=VocationalFieldFactory(code="TIK")
    )
    assert found() == []
    taxed = [FoundationFactory(tax_number="123456789012345") for _one in range(2)]
    pair(RegencyFactory(), {"foundation": taxed[0]}, {"foundation": taxed[1]})
    assert [row[0] for row in found()] == [2]


def test_points_add_up_and_the_most_alike_come_first(regency):
    pair(regency, {"contact_phone": "081234567890"}, {"contact_phone": "081234567890"})
    same = {"name": "BLKK Kembar", "contact_phone": "081399999999"}
    pair(regency, same, same)
    assert [row[0] for row in found()] == [5, 2]


def test_same_name_in_another_regency_is_no_duplicate():
    InstitutionFactory.create_batch(3, name="BLKK Nurul Huda")
    assert found() == []


@pytest.mark.parametrize("status", ["rejected", "withdrawn", "cancelled"])
def test_institution_whose_way_has_ended_is_no_duplicate(regency, status):
    pair(regency, {"name": "BLKK Sama"}, {"name": "BLKK Sama", "status": status})
    assert found() == []


def test_pair_told_apart_does_not_come_back(regency):
    first, second = pair(regency, {"name": "BLKK Sama"}, {"name": "BLKK Sama"})
    person = NationalAdminFactory()
    for one, other in ((second, first), (first, second)):
        tell_apart(one, other, by=person, reason="Dua alamat berbeda.")
    assert found() == []
    kept = DistinctPair.objects.get()
    assert (kept.first, kept.second, kept.decided_by) == (first, second, person)
    with pytest.raises(IntegrityError), transaction.atomic():
        DistinctPair.objects.create(first=second, second=first, reason="-", decided_by=person)


def test_area_reviewer_sees_the_pairs_of_the_own_office_only(client, regency):
    own = pair(regency, {"name": "BLKK Sama"}, {"name": "BLKK Sama"})
    foreign = pair(RegencyFactory(), {"name": "BLKK Sama"}, {"name": "BLKK Sama"})
    client.force_login(AreaReviewerFactory(office=regency.office))
    page = client.get(LIST)
    assert [row.first_id for row in page.context["page"]] == [own[0].pk]
    assert client.get(decide(*own)).status_code == 200
    assert client.get(decide(*foreign)).status_code == 404
    assert client.get(decide(own[0], own[0])).status_code == 404


@pytest.mark.parametrize("factory", [IncubatorReviewerFactory, LeadershipFactory])
def test_who_moves_no_institutions_gets_no_queue(client, regency, factory):
    rows = pair(regency, {"name": "BLKK Sama"}, {"name": "BLKK Sama"})
    client.force_login(factory())
    assert client.get(LIST).status_code == 403
    assert client.get(decide(*rows)).status_code == 403
    data = {"decision": "merge", "reason": "Sama."}
    assert client.post(decide(*rows), data).status_code == 403
    assert not Institution.objects.filter(status="merged").exists()


def test_staff_tell_a_pair_apart_with_a_reason(client, regency):
    rows = pair(regency, {"name": "BLKK Sama"}, {"name": "BLKK Sama"})
    client.force_login(NationalAdminFactory())
    lacking = client.post(decide(*rows), {"decision": "apart", "reason": ""})
    assert lacking.status_code == 400
    data = {"decision": "apart", "reason": "Dua gedung berbeda."}
    page = client.post(decide(*rows), data, follow=True)
    assert "Tidak ada dugaan lembaga ganda" in page.content.decode()
    assert DistinctPair.objects.get().reason == "Dua gedung berbeda."


def test_queue_asks_as_often_for_one_pair_as_for_many(client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    client.force_login(NationalAdminFactory())
    pair(RegencyFactory(), {"name": "BLKK Sama"}, {"name": "BLKK Sama"})
    few = queries()
    for _one in range(10):
        pair(RegencyFactory(), {"name": "BLKK Sama"}, {"name": "BLKK Sama"})
    assert queries() == few <= 12
