"""Merging two rows of one institution: everything moves, conflicts are named, figures follow."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blk_portal.progress import rollup
from blk_portal.progress.audit import audit_year
from blk_portal.progress.models import Actual
from institutions.merging import MergeRefused, merge, moves, plan, relations
from institutions.models import Institution, Membership
from tests.factories import (
    CohortFactory,
    CohortReportFactory,
    IncubatorFactory,
    InstitutionFactory,
    MembershipFactory,
    NationalAdminFactory,
    OperatorFactory,
    ProgrammeFactory,
    RegencyFactory,
)
from tests.institutions.history import rewritten
from trainings.models import Cohort, CohortCount

pytestmark = pytest.mark.django_db

# What becomes of the rows that point to an institution which is merged. A new relation is named
# here with what its rows do, and tried below if it may stand only once for an institution.
KNOWN = {
    "incubators.Incubator.institution": "move",
    "institutions.Assessment.institution": "move",
    "institutions.Case.institution": "move",
    "institutions.ChangeProposal.institution": "move",
    "institutions.Contribution.institution": "move",
    "institutions.Disbursement.institution": "move",
    "institutions.DistinctPair.first": "stay",
    "institutions.DistinctPair.second": "stay",
    "institutions.Document.institution": "move",
    "institutions.Institution.merged_into": "move",
    "institutions.Institution.replaces": "move",
    "institutions.InstitutionTransition.institution": "stay",
    "institutions.Membership.institution": "move",
    "institutions.Milestone.institution": "move",
    "institutions.Partnership.institution": "move",
    "institutions.RegisterImportRow.institution": "move",
    "institutions.Visit.institution": "move",
    "progress.OpeningBalance.institution": "move",
    "progress.PendingRollup.institution": "move",
    "reporting.Notice.institution": "move",
    "reporting.Obligation.institution": "move",
    "progress.PlaceBefore.institution": "stay",
    "trainings.FrozenFigure.institution": "stay",
    "trainings.Cohort.institution": "move",
    "trainings.CohortCount.institution": "move",
    "trainings.OutcomeCount.institution": "move",
}


def test_every_relation_to_institutions_has_a_rule():
    assert {str(one): "move" if moves(one) else "stay" for one in relations()} == KNOWN


@pytest.fixture
def admin():
    return NationalAdminFactory()


@pytest.fixture
def kept() -> Institution:
    return InstitutionFactory(operational=True, regency=RegencyFactory())


def twin_of(kept, **traits) -> Institution:
    return InstitutionFactory(regency=kept.regency, **traits)


def do(gone, kept, admin) -> None:
    merge(gone, kept, by=admin, reason="Terdaftar dua kali.")
    gone.refresh_from_db()
    kept.refresh_from_db()


def test_everything_that_moves_moves_and_the_row_stays_visible(kept, admin):
    gone = twin_of(kept, operational=True, vin="VIN-0042", contact_phone="081234567890")
    with rewritten():
        number = kept.milestones.get(kind="pkb").document_number
        gone.milestones.filter(kind="pkb").update(document_number=number)
    cohort = CohortReportFactory(cohort__institution=gone, verified=True, people=2).cohort
    membership, incubator = MembershipFactory(institution=gone), IncubatorFactory(institution=gone)
    do(gone, kept, admin)
    assert (gone.status, gone.merged_into, gone.vin) == ("merged", kept, "")
    assert (kept.vin, kept.contact_phone, kept.status) == (
        "VIN-0042",
        "081234567890",
        "operational",
    )
    for row in (cohort, cohort.closing.obligation, membership, incubator):
        row.refresh_from_db()
        assert row.institution == kept
    assert set(CohortCount.objects.values_list("institution", flat=True)) == {kept.pk}
    assert gone.transitions.first().verb == "merge"
    assert gone.code in kept.transitions.first().reason
    assert {entry.object_id for entry in LogEntry.objects.all()} == {str(gone.pk), str(kept.pk)}


def test_figures_follow_and_the_audit_finds_no_difference(admin):
    kept = InstitutionFactory(operational=True)
    gone = InstitutionFactory(operational=True, host_type="union")
    for place in (kept, gone):
        CohortReportFactory(cohort__institution=place, verified=True, people=3)
    with rewritten():
        gone.milestones.update(document_number="X")
        kept.milestones.filter(kind="pkb").update(document_number="X")
    year = kept.programme_year
    rollup.settle(year.pk)
    do(gone, kept, admin)
    rollup.settle(year.pk)
    assert audit_year(year) == []

    def value(indicator, **place) -> int | None:
        told = {"programme_year": year, "breakdown": "", "indicator": indicator} | place
        return Actual.objects.filter(**told).values_list("value", flat=True).first()

    assert value("completed", province=kept.regency.province) == 6
    assert value("people", province=kept.regency.province) == 6
    assert value("completed", province=gone.regency.province) is None
    assert value("institutions_pkb", province=kept.regency.province) == 1
    assert value("institutions_pkb", province=gone.regency.province) is None


def test_one_agreement_written_twice_counts_once(kept, admin):
    gone = twin_of(kept, signed=True)
    number = kept.milestones.get(kind="pkb").document_number
    with rewritten():
        gone.milestones.update(document_number=number)
    do(gone, kept, admin)
    assert kept.milestones.standing().filter(kind="pkb").count() == 1
    withdrawn = kept.milestones.exclude(withdrawn_at=None).get()
    assert kept.code in withdrawn.withdrawn_because


def test_two_agreements_are_refused_in_words_and_nothing_moves(kept, admin):
    gone = twin_of(kept, signed=True)
    CohortFactory(institution=gone)
    with pytest.raises(MergeRefused, match="Keduanya memiliki PKB yang berlaku"):
        do(gone, kept, admin)
    assert Cohort.objects.get().institution == gone
    assert not Institution.objects.filter(status="merged").exists()


def test_same_batch_of_both_is_refused_before_it_breaks(kept, admin):
    gone, programme = twin_of(kept), ProgrammeFactory()
    for place in (kept, gone):
        CohortFactory(institution=place, programme=programme, batch=7)
    [refusal] = plan(gone, kept).refusals
    assert "hanya boleh ada satu" in refusal
    assert "7" in refusal
    with pytest.raises(MergeRefused):
        do(gone, kept, admin)


def test_two_incubators_of_one_round_are_refused(kept, admin):
    gone = twin_of(kept)
    first = IncubatorFactory(institution=kept)
    IncubatorFactory(institution=gone, round=first.round)
    with pytest.raises(MergeRefused):
        do(gone, kept, admin)


def test_operator_of_both_stays_and_others_come_along(kept, admin):
    gone = twin_of(kept)
    both = OperatorFactory(institutions=[kept, gone])
    only = OperatorFactory(institution=gone)
    do(gone, kept, admin)
    assert set(Membership.objects.filter(institution=kept).values_list("user", flat=True)) == {
        both.pk, only.pk,
    }  # fmt: skip
    assert Membership.objects.filter(institution=gone).get().user == both


@pytest.mark.parametrize(
    ("of_gone", "of_kept", "words"),
    [
        ({"operational": True}, {}, "sudah lebih maju"),
        ({}, {"status": "rejected"}, "sudah berakhir"),
    ],
)
def test_the_one_that_is_further_stays(admin, of_gone, of_kept, words):
    kept = InstitutionFactory(**of_kept)
    with pytest.raises(MergeRefused, match=words):
        do(twin_of(kept, **of_gone), kept, admin)


def test_replacement_is_no_duplicate_and_a_place_taken_moves(kept, admin):
    cancelled = twin_of(kept, status="cancelled")
    successor = twin_of(kept, replaces=cancelled)
    with pytest.raises(MergeRefused, match="menggantikan yang lain"):
        do(successor, cancelled, admin)
    do(successor, kept, admin)
    assert kept.replaces == cancelled
    assert successor.replaces is None


def test_merged_row_is_merged_no_second_time_but_follows_on(kept, admin):
    gone, last = twin_of(kept), InstitutionFactory(operational=True)
    do(gone, kept, admin)
    with pytest.raises(MergeRefused):
        do(gone, last, admin)
    with rewritten():
        kept.milestones.all().delete()
    do(kept, last, admin)
    gone.refresh_from_db()
    assert gone.merged_into == last


def test_staff_merge_on_the_page_and_old_addresses_lead_to_the_one_that_stays(client, kept, admin):
    gone = twin_of(kept)
    client.force_login(admin)
    address = reverse("institutions:duplicate-decide", args=[kept.pk, gone.pk])
    with CaptureQueriesContext(connection) as captured:
        assert gone.code in client.get(address).content.decode()
    assert len(captured) <= 16
    page = client.post(address, {"decision": "merge", "reason": "Satu alamat."}, follow=True)
    assert f"{gone.code} sudah digabung ke {kept.code}." in page.content.decode()
    old = reverse("institutions:institution-detail", args=[gone.pk])
    assert client.get(old).url == reverse("institutions:institution-detail", args=[kept.pk])
    own = client.get(old, {"asli": "1"})
    assert own.status_code == 200
    assert "Satu alamat." in own.content.decode()
    assert f"{old}?asli=1" in page.content.decode()


def test_merge_that_is_refused_keeps_what_was_written(client, kept, admin):
    gone = twin_of(kept, signed=True, on=date(2022, 5, 1))
    client.force_login(admin)
    address = reverse("institutions:duplicate-decide", args=[kept.pk, gone.pk])
    page = client.post(address, {"decision": "merge", "reason": "Alasan panjang."})
    assert page.status_code == 409
    assert "Alasan panjang." in page.content.decode()
