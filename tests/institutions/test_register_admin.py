"""The register kept by hand: corrections, new institutions, spellings, regions."""

import pytest
from django.urls import reverse

from blk_portal.progress.models import PendingRollup
from institutions.models import (
    FieldAlias,
    Institution,
    VocationalField,
)
from tests.admin_pages import change, form_data
from tests.factories import (
    AreaReviewerFactory,
    FieldAliasFactory,
    FoundationFactory,
    IncubatorReviewerFactory,
    InstitutionFactory,
    NationalAdminFactory,
    ProgrammeYearFactory,
    RegencyFactory,
)

pytestmark = pytest.mark.django_db


def test_admin_corrects_an_institution_and_both_places_are_recounted(client):
    own, foreign = InstitutionFactory.create_batch(2, operational=True)
    left = (own.regency.province_id, own.office_id)
    PendingRollup.objects.all().delete()
    client.force_login(NationalAdminFactory())
    data = form_data(client.get(change(own)))
    data |= {
        "regency": foreign.regency_id,
        "office": foreign.office_id,
        "address": "Jalan Contoh 1",
    }
    answer = client.post(change(own), data)
    own.refresh_from_db()
    assert answer.status_code == 302
    assert (own.regency, own.office, own.address) == (
        foreign.regency, foreign.office, "Jalan Contoh 1",
    )  # fmt: skip
    assert own.status == "operational"
    assert PendingRollup.objects.filter(province=left[0], office=left[1]).exists()


def test_area_reviewer_hands_an_institution_to_no_foreign_office(client):
    own, foreign = InstitutionFactory.create_batch(2, operational=True)
    client.force_login(AreaReviewerFactory(office=own.office))
    data = form_data(client.get(change(own))) | {"office": foreign.office_id}
    answer = client.post(change(own), data)
    own.refresh_from_db()
    assert answer.status_code == 200
    assert own.office != foreign.office


def test_incubator_reviewer_reads_institutions_and_changes_none(client):
    own = InstitutionFactory(operational=True)
    client.force_login(IncubatorReviewerFactory())
    assert client.get(change(own)).status_code == 200
    assert client.post(change(own), {"name": "Lain"}).status_code == 403


def new_institution(**changes) -> dict:
    regency = RegencyFactory()
    inlines = ("milestones", "cases", "transitions", "memberships")
    return {
        "code": "BLKK-999001", "name": "BLKK Baru (contoh)", "foundation": FoundationFactory().pk,
        "host_type": "pesantren", "regency": regency.pk, "office": "", "replaces": "",
        "field": VocationalField.objects.get_or_create(code="LAS", name="Las")[0].pk,
        "programme_year": ProgrammeYearFactory().pk, "address": "", "vin": "", "nspp": "",
        "npsn": "", "contact_name": "",
        "contact_phone": "", "status": "operational",
        **{f"{name}-{key}_FORMS": 0 for name in inlines for key in ("TOTAL", "INITIAL")},
    } | changes  # fmt: skip


def test_new_institution_takes_over_the_office_and_begins_as_proposed(client):
    client.force_login(NationalAdminFactory())
    data = new_institution()
    answer = client.post(reverse("admin:institutions_institution_add"), data)
    institution = Institution.objects.get()
    assert answer.status_code == 302
    assert institution.office == institution.regency.office
    assert institution.status == "proposed"


def test_only_the_place_of_a_fallen_institution_can_be_taken(client):
    client.force_login(NationalAdminFactory())
    address = reverse("admin:institutions_institution_add")
    standing, fallen = InstitutionFactory(signed=True), InstitutionFactory(cancelled=True)
    assert client.post(address, new_institution(replaces=standing.pk)).status_code == 200
    assert client.post(address, new_institution(replaces=fallen.pk)).status_code == 302
    assert fallen.replaced_by.code == "BLKK-999001"


def test_spelling_that_already_means_a_field_is_refused_with_its_name(client):
    field = FieldAliasFactory(spelling="Teknik Las").field
    client.force_login(NationalAdminFactory())
    data = {"name": field.name, "aliases-TOTAL_FORMS": 2, "aliases-INITIAL_FORMS": 0}
    for spelling, count in (("teknik-las", 1), ("--", 1), ("Welding", 2)):
        client.post(change(field), data | {"aliases-0-spelling": spelling})
        assert FieldAlias.objects.count() == count
    twice = data | {"aliases-0-spelling": "Juru Las", "aliases-1-spelling": "juru las"}
    assert client.post(change(field), twice).status_code == 200
    assert FieldAlias.objects.count() == 2


def test_reference_rows_of_regions_are_not_typed(client):
    regency = RegencyFactory()
    client.force_login(NationalAdminFactory())
    assert client.get(reverse("admin:institutions_province_add")).status_code == 403
    assert client.post(change(regency.province), {"name": "Lain"}).status_code == 403
    client.post(change(regency), {"name": "Lain", "office": ""})
    regency.refresh_from_db()
    assert (regency.name != "Lain", regency.office) == (True, None)
