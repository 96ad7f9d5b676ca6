"""Giving institutions to a guiding office, many at once, each time after a preview."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from blk_portal.progress.models import PendingRollup
from institutions.models import Institution
from tests.admin_pages import change, changelist
from tests.factories import (
    AreaReviewerFactory,
    IncubatorReviewerFactory,
    InstitutionFactory,
    NationalAdminFactory,
    RegencyFactory,
    TrainingOfficeFactory,
)

pytestmark = pytest.mark.django_db
LIST = changelist(Institution)


def chosen(rows, office=None, *, seen=(), **more) -> dict:
    data = {"action": "assign_office", "index": 0, "_selected_action": [row.pk for row in rows]}
    if office:
        data |= {"office": office.pk, "previewed": office.pk}
    return data | {f"dari-{row.pk}": row.office_id or "" for row in seen} | more


def confirmed(rows, office) -> dict:
    return chosen(rows, office, seen=rows, confirmed="1")


def offices() -> set[tuple[str, str | None]]:
    return set(Institution.objects.values_list("name", "office__name"))


def test_staff_choose_the_office_first_and_nothing_changes(client):
    row = InstitutionFactory(office=None)
    client.force_login(NationalAdminFactory())
    page = client.post(LIST, chosen([row]))
    assert page.status_code == 200
    assert row.name in page.content.decode()
    assert client.post(LIST, chosen([row], office=None) | {"office": ""}).status_code == 400
    assert b"style=" not in page.content


def test_preview_shows_from_what_to_what_and_who_stays_and_why(client):
    target = TrainingOfficeFactory(name="BPVP Baru")
    free, other, same = (
        InstitutionFactory(office=None), InstitutionFactory(), InstitutionFactory(office=target),
    )  # fmt: skip
    client.force_login(NationalAdminFactory())
    page = client.post(LIST, chosen([free, other, same], target))
    proposal = page.context["proposal"]
    assert {row.pk for row in proposal.changing} == {free.pk, other.pk}
    assert [(row.pk, why) for row, why in proposal.staying] == [
        (same.pk, "UPTP ini sudah membinanya.")
    ]
    assert f"{other.office} → BPVP Baru" in page.content.decode()
    free.refresh_from_db()
    assert free.office is None


def test_confirmed_assignment_changes_the_rows_owes_their_figures_and_is_noted(client):
    target = TrainingOfficeFactory(name="BPVP Baru")
    row, same = InstitutionFactory(operational=True), InstitutionFactory(office=target)
    left = (row.regency.province_id, row.office_id)
    PendingRollup.objects.all().delete()
    client.force_login(NationalAdminFactory())
    answer = client.post(LIST, confirmed([row, same], target), follow=True)
    row.refresh_from_db()
    assert row.office == target
    owed = PendingRollup.objects.values_list("institution", "province", "office")
    assert set(owed) == {(row.pk, None, None), (None, *left)}
    assert "→ BPVP Baru" in LogEntry.objects.get(object_id=row.pk).get_change_message()
    assert len(answer.context["messages"]) == 2


def test_office_chosen_anew_is_previewed_before_it_is_confirmed(client):
    row, first, second = InstitutionFactory(), TrainingOfficeFactory(), TrainingOfficeFactory()
    client.force_login(NationalAdminFactory())
    data = chosen([row], second, seen=[row], confirmed="1", previewed=first.pk)
    assert client.post(LIST, data).status_code == 200
    assert Institution.objects.get().office == row.office


def test_row_that_another_has_moved_meanwhile_stays(client):
    row, target, third = InstitutionFactory(), TrainingOfficeFactory(), TrainingOfficeFactory()
    data = confirmed([row], target)
    Institution.objects.update(office=third)
    client.force_login(NationalAdminFactory())
    answer = client.post(LIST, data, follow=True)
    assert Institution.objects.get().office == third
    assert "sementara itu" in str(next(iter(answer.context["messages"])))


def test_assignment_keeps_a_correction_made_since_the_preview(client):
    row, target = InstitutionFactory(), TrainingOfficeFactory()
    data = confirmed([row], target)
    Institution.objects.update(host_type="union", name="Nama baru")
    client.force_login(NationalAdminFactory())
    client.post(LIST, data)
    stored = Institution.objects.get()
    assert (stored.office, stored.host_type, stored.name) == (target, "union", "Nama baru")


def test_area_reviewer_takes_an_unassigned_one_of_the_own_regencies(client):
    own = TrainingOfficeFactory()
    near = InstitutionFactory(regency=RegencyFactory(office=own), office=None)
    nowhere = InstitutionFactory(regency=RegencyFactory(office=None), office=None)
    far = InstitutionFactory(office=None)
    foreign = InstitutionFactory()
    client.force_login(AreaReviewerFactory(office=own))
    rows = [near, nowhere, far, foreign]
    page = client.post(LIST, chosen(rows, own))
    assert [row.pk for row, _why in page.context["proposal"].staying] == [far.pk]
    client.post(LIST, confirmed(rows, own))
    assert offices() == {
        (near.name, own.name), (nowhere.name, own.name), (far.name, None),
        (foreign.name, foreign.office.name),
    }  # fmt: skip


def test_area_reviewer_gives_nothing_to_another_office(client):
    own, other = InstitutionFactory(), TrainingOfficeFactory()
    client.force_login(AreaReviewerFactory(office=own.office))
    assert client.post(LIST, confirmed([own], other)).status_code == 400
    assert Institution.objects.get().office == own.office


def test_area_reviewer_gives_an_own_one_to_a_branch_of_the_office(client):
    own = InstitutionFactory()
    branch = TrainingOfficeFactory(kind="satpel", parent=own.office)
    client.force_login(AreaReviewerFactory(office=own.office))
    client.post(LIST, confirmed([own], branch))
    assert Institution.objects.get().office == branch


def test_reader_is_offered_no_assignment(client):
    own, target = InstitutionFactory(), TrainingOfficeFactory()
    client.force_login(IncubatorReviewerFactory())
    client.post(LIST, confirmed([own], target))
    assert Institution.objects.get().office == own.office


def test_many_rows_are_assigned_at_once(client):
    target, regency = TrainingOfficeFactory(), RegencyFactory()
    rows = InstitutionFactory.create_batch(60, regency=regency)
    client.force_login(NationalAdminFactory())
    client.post(LIST, confirmed(rows, target))
    assert Institution.objects.filter(office=target).count() == 60


def test_institutions_of_a_regency_follow_its_new_office_after_a_preview(client):
    regency, target = RegencyFactory(), TrainingOfficeFactory(name="BPVP Baru")
    row, free = (
        InstitutionFactory(regency=regency),
        InstitutionFactory(regency=regency, office=None),
    )
    elsewhere = InstitutionFactory()
    client.force_login(NationalAdminFactory())
    page = client.post(change(regency), {"office": target.pk}, follow=True)
    address = reverse("admin:institutions_regency_institutions", args=[regency.pk])
    assert address in page.content.decode()
    preview = client.get(address)
    assert {one.pk for one in preview.context["proposal"].changing} == {row.pk, free.pk}
    assert Institution.objects.filter(office=target).count() == 0
    client.post(address, {f"dari-{row.pk}": row.office_id, f"dari-{free.pk}": "", "confirmed": "1"})
    assert offices() == {
        (row.name, "BPVP Baru"), (free.name, "BPVP Baru"),
        (elsewhere.name, elsewhere.office.name),
    }  # fmt: skip
