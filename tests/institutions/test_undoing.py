"""A step that was recorded by mistake is undone: nothing is erased, and the figures follow."""

from datetime import date

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from blk_portal.progress import rollup
from blk_portal.progress.audit import run_audit
from blk_portal.progress.models import PendingRollup
from institutions.chronology import chronology
from institutions.merging import merge
from institutions.models import Institution, InstitutionTransition, Milestone
from institutions.models.institution import MoveRefused
from institutions.undoing import undo
from tests.factories import (
    AreaReviewerFactory,
    DisbursementFactory,
    IncubatorReviewerFactory,
    InstitutionFactory,
    LeadershipFactory,
    NationalAdminFactory,
    ProgrammeYearFactory,
    TargetFactory,
    TrainingReviewerFactory,
)

pytestmark = pytest.mark.django_db
WHY = "Tercatat untuk lembaga lain."


@pytest.fixture
def admin():
    return NationalAdminFactory(name="Ani Contoh")


def last(institution) -> InstitutionTransition:
    return institution.last_step()


def pkb_then(institution, moment=None) -> int:
    rows = institution.milestones.filter(kind="pkb")
    return (rows.known_at(moment) if moment else rows.standing()).count()


def test_signature_by_mistake_is_undone_with_its_pkb(admin):
    institution = InstitutionFactory(signed=True, on=date(2022, 3, 1))
    undo(last(institution), by=admin, reason=WHY)
    institution.refresh_from_db()
    assert institution.status == "determined"
    milestone = institution.milestones.get(kind="pkb")
    assert (milestone.withdrawn_by, milestone.withdrawn_because) == (admin, WHY)
    undone = institution.transitions.get(verb="sign")
    assert (undone.withdrawn_by, undone.withdrawn_because) == (admin, WHY)
    story = {entry.title: entry for entry in chronology(institution, admin)}
    assert story["Ditetapkan → PKB ditandatangani"].is_undone
    assert story["Langkah diurungkan: Ditetapkan → PKB ditandatangani"].words == WHY
    institution.move("sign", by=admin, on=date(2022, 3, 5), document_number="PKB/2")
    assert pkb_then(institution) == 1


def test_what_was_known_on_a_past_day_stays_known(admin):
    with time_machine.travel("2022-06-01T08:00:00Z", tick=False):
        institution = InstitutionFactory(signed=True, on=date(2022, 3, 1))
    with time_machine.travel("2022-08-01T08:00:00Z", tick=False):
        undo(last(institution), by=admin, reason=WHY)
    between = timezone.datetime.fromisoformat("2022-07-01T00:00:00+00:00")
    day = date(2022, 12, 31)

    def status(**asked) -> str:
        return Institution.objects.with_status_on(day, **asked).get(pk=institution.pk).status_then

    assert status() == "determined"
    assert status(known_at=between) == "signed"
    assert (pkb_then(institution), pkb_then(institution, between)) == (0, 1)


def test_cancellation_by_mistake_is_undone_and_what_it_ended_counts_again(admin):
    institution = InstitutionFactory(operational=True)
    before = {row.kind: row.happened_on for row in institution.milestones.standing()}
    institution.move("cancel", by=admin, on=date(2023, 1, 5), reason="Alasan contoh.")
    cancelled = timezone.now()
    assert not institution.milestones.standing().filter(kind__in=before).exists()
    undo(last(institution), by=admin, reason=WHY)
    institution.refresh_from_db()
    assert institution.status == "operational"
    assert {row.kind: row.happened_on for row in institution.milestones.standing()} == before
    assert pkb_then(institution, cancelled) == 0


def test_figures_follow_and_equal_the_rows(admin):
    year = ProgrammeYearFactory()
    TargetFactory(indicator="institutions_pkb", value=850)
    institutions = [InstitutionFactory(signed=True, programme_year=year) for _each in range(3)]
    institutions[1].move("cancel", by=admin, on=date(2023, 1, 5), reason="Alasan contoh.")
    rollup.rebuild()
    for institution in institutions[:2]:
        undo(last(institution), by=admin, reason=WHY)
    assert PendingRollup.objects.filter(institution__in=institutions[:2]).count() >= 2
    rollup.rebuild()
    assert run_audit() == []
    standing = Milestone.objects.standing().filter(kind="pkb", programme_year=year)
    assert {row.institution_id for row in standing} == {row.pk for row in institutions[1:]}


def test_step_on_which_something_rests_is_not_undone(admin):
    signed = InstitutionFactory(signed=True)
    first = signed.transitions.order_by("pk").first()
    paid = DisbursementFactory(by=admin)
    cancelled = InstitutionFactory(cancelled=True)
    InstitutionFactory(replaces=cancelled)
    merged, kept = InstitutionFactory(), InstitutionFactory(signed=True)
    merge(merged, kept, by=admin, reason="Tercatat dua kali.")
    for step, words in (
        (first, "Hanya langkah terakhir"),
        (last(paid.institution), "Dana telah dibayarkan"),
        (last(cancelled), "telah menggantikannya"),
        (last(merged), "penggabungan tidak diurungkan"),
        (kept.transitions.get(verb="sign"), "penggabungan tidak diurungkan"),
    ):
        with pytest.raises(MoveRefused, match=words):
            undo(step, by=admin, reason=WHY)
        step.refresh_from_db()
        assert step.withdrawn_at is None
    with pytest.raises(MoveRefused, match="alasan"):
        undo(last(signed), by=admin, reason=" ")
    undo(last(signed), by=admin, reason=WHY)
    with pytest.raises(MoveRefused, match="Hanya langkah terakhir"):
        undo(signed.transitions.get(verb="sign"), by=admin, reason=WHY)


def test_database_itself_keeps_an_undone_step(admin):
    institution = InstitutionFactory(signed=True)
    undo(last(institution), by=admin, reason=WHY)
    rows = InstitutionTransition.objects.filter(institution=institution, verb="sign")
    for changes in ({"withdrawn_because": "Lain."}, {"withdrawn_at": timezone.now()}):
        with pytest.raises(DatabaseError, match="history is kept"), transaction.atomic():
            rows.update(**changes)


def test_staff_of_the_ministry_undo_a_step_from_its_page_and_others_do_not(client):
    institution = InstitutionFactory(signed=True)
    page = reverse("institutions:institution-detail", args=[institution.pk])
    address = reverse("institutions:step-undo", args=[institution.pk, last(institution).pk])
    for reader in (
        AreaReviewerFactory(office=institution.office), LeadershipFactory(),
        IncubatorReviewerFactory(),
    ):  # fmt: skip
        client.force_login(reader)
        assert address not in client.get(page).content.decode()
        assert client.post(address, {"reason": WHY}).status_code == 403
    client.force_login(TrainingReviewerFactory())
    assert address in client.get(page).content.decode()
    assert "Ditetapkan" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 400
    done = client.post(address, {"reason": WHY}, follow=True)
    assert "Diurungkan" in done.content.decode()
    assert WHY in done.content.decode()
    again = client.post(address, {"reason": WHY})
    assert again.status_code == 409
    assert "Hanya langkah terakhir" in again.content.decode()
