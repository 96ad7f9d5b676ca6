import pytest

from blk_portal.progress.models import PendingRollup
from tests.factories import (
    InstitutionFactory,
    ProgrammeYearFactory,
    RegencyFactory,
    VocationalFieldFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution():
    ProgrammeYearFactory(year=2023)
    institution = InstitutionFactory(operational=True)
    PendingRollup.objects.all().delete()
    return institution


def relocate(institution, **changes) -> bool:
    kept = {
        name: getattr(institution, name) for name in ("regency", "office", "host_type", "field")
    }
    return institution.relocate(**kept | changes)


def owed() -> list[tuple]:
    rows = PendingRollup.objects.order_by("programme_year__year", "id")
    return list(
        rows.values_list("programme_year__year", "institution_id", "province_id", "office_id")
    )


def test_staff_move_an_institution_and_both_places_are_recounted_in_every_year(institution):
    left = (institution.regency.province_id, institution.office_id)
    regency = RegencyFactory()
    assert relocate(institution, regency=regency, office=regency.office)
    institution.refresh_from_db()
    assert institution.regency == regency
    assert owed() == [
        (2022, institution.pk, None, None),
        (2022, None, *left),
        (2023, institution.pk, None, None),
        (2023, None, *left),
    ]


def test_staff_change_the_kind_and_only_the_present_place_is_recounted(institution):
    assert relocate(institution, field=VocationalFieldFactory(code="TIK"), host_type="union")
    institution.refresh_from_db()
    assert institution.host_type == "union"
    assert owed() == [(2022, institution.pk, None, None), (2023, institution.pk, None, None)]


def test_staff_take_an_office_away_and_its_figures_are_recounted(institution):
    left = institution.office_id
    assert relocate(institution, office=None)
    assert (2022, None, institution.regency.province_id, left) in owed()


def test_nothing_changed_owes_nothing(institution):
    assert not relocate(institution)
    assert owed() == []


def test_relocation_sees_a_place_already_set_on_the_instance(institution):
    left = (institution.regency.province_id, institution.office_id)
    institution.regency = RegencyFactory()
    assert relocate(institution)
    assert (2022, None, *left) in owed()
