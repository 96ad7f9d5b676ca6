"""Applying: whole or in pieces, after a crash, twice, at once, and never over what others wrote."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from institutions import tasks
from institutions.importing import applying, checking
from institutions.models import (
    Foundation,
    Institution,
    InstitutionTransition,
    Milestone,
    RegisterImport,
)
from tests.factories import (
    AreaAssignmentFactory,
    InstitutionFactory,
    RegencyFactory,
    UserFactory,
)
from tests.institutions.history import rewritten
from tests.institutions.importing.lists import make_list

OUTCOMES = ("created", "changed", "unchanged", "refused", "undecided")


def total(kept: RegisterImport) -> int:
    counts = kept.counts()
    return sum(counts[outcome] for outcome in OUTCOMES)


class Crash(Exception):
    """A worker that ended."""


@pytest.mark.django_db
def test_worker_that_ends_between_pieces_leaves_a_list_that_the_next_one_finishes(
    reference, admin, checked, monkeypatch
):
    monkeypatch.setattr(applying, "PIECE", 20)
    made = make_list(100)
    kept = checked(made.xlsx(), admin)
    kept.apply(by=admin)
    pieces = []

    def end_after_two() -> None:
        pieces.append(1)
        if len(pieces) == 2:
            raise Crash

    with pytest.raises(Crash):
        applying.apply(kept.pk, pause=end_after_two)
    assert Institution.objects.count() == 40 == kept.counts()["settled"]
    tasks.reconcile_imports()
    kept.refresh_from_db()
    assert kept.state == "done"
    assert Institution.objects.count() == made.expected["created"] == kept.counts()["settled"]
    assert Foundation.objects.count() == made.expected["created"]
    assert not applying.apply(kept.pk)


@pytest.mark.django_db
def test_worker_that_ends_within_a_piece_leaves_nothing_of_it(
    reference, admin, checked, monkeypatch
):
    kept = checked(make_list(30).xlsx(), admin)
    kept.apply(by=admin)

    def end(*args, **kwargs):
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(applying, "record_steps", end)
        with pytest.raises(Crash):
            applying.apply(kept.pk)
    assert not Institution.objects.exists()
    assert not Foundation.objects.exists()
    tasks.apply_import(kept.pk)
    assert Institution.objects.count() == kept.counts()["settled"] > 0


@pytest.mark.django_db
def test_list_that_always_ends_its_worker_is_given_up_and_can_be_begun_again(
    reference, admin, checked, monkeypatch
):
    kept = checked(make_list(5).xlsx(), admin)
    kept.apply(by=admin)
    with monkeypatch.context() as patch:
        patch.setattr(applying, "apply_piece", lambda pk: 1 / 0)
        for _attempt in range(7):
            tasks.reconcile_imports()
    assert list(RegisterImport.objects.visible_to(admin).failed()) == [kept]
    kept.refresh_from_db()
    assert kept.failure[0]
    kept.apply(by=admin)
    assert not applying.apply(kept.pk)
    assert Institution.objects.exists()


@pytest.mark.django_db
def test_row_that_somebody_changed_since_the_check_is_reported_and_left(reference, admin, checked):
    made = make_list(12, share=0)
    first = checked(made.xlsx(), admin)
    first.apply(by=admin)
    applying.apply(first.pk)
    for line in made.rows:
        line[15] = "Jl. Baru (contoh)"
    second = checked(made.xlsx(), admin)
    assert second.counts()["changed"] == 12
    touched = Institution.objects.order_by("pk").first()
    Institution.objects.filter(pk=touched.pk).update(address="Jl. Tangan (contoh)")
    second.apply(by=admin)
    applying.apply(second.pk)
    touched.refresh_from_db()
    assert touched.address == "Jl. Tangan (contoh)"
    assert Institution.objects.filter(address="Jl. Baru (contoh)").count() == 11
    [left] = second.rows.filter(outcome="refused")
    assert [fault.code for fault in left.found_faults] == ["changed_meanwhile"]
    assert total(second) == 12


@pytest.mark.django_db
def test_institution_that_two_lists_bring_is_made_by_the_first_only(reference, admin, checked):
    data = make_list(15, share=0).xlsx()
    one, other = checked(data, admin), checked(data, admin)
    for kept in (one, other):
        kept.apply(by=admin)
    applying.apply(one.pk)
    applying.apply(other.pk)
    assert Institution.objects.count() == 15
    assert other.counts()["refused"] == 15 == total(other)


@pytest.mark.django_db
def test_number_of_statements_does_not_grow_with_the_rows(reference, admin):
    asked = []
    for size in (20, 200):
        kept = RegisterImport.objects.accept(
            make_list(size, seed=size).xlsx(), name="a.xlsx", by=admin
        )
        with CaptureQueriesContext(connection) as check:
            checking.check(kept.pk)
        kept.refresh_from_db()
        kept.apply(by=admin)
        with CaptureQueriesContext(connection) as apply:
            applying.apply(kept.pk)
        asked.append((len(check), len(apply)))
        with rewritten():
            Milestone.objects.all().delete()
            InstitutionTransition.objects.all().delete()
            kept.rows.all().delete()
            Institution.objects.all().delete()
    assert asked[0] == asked[1]


@pytest.mark.django_db
def test_steps_of_a_list_are_those_of_the_verbs(reference, admin, checked):
    kept = checked(make_list(3, share=0).xlsx(), admin)
    kept.apply(by=admin)
    applying.apply(kept.pk)
    for institution in Institution.objects.all():
        assert institution.status == "signed"
        log = institution.transitions.order_by("pk").values_list("verb", "from_status", "to_status")
        assert list(log) == [
            ("verify", "proposed", "verified"), ("determine", "verified", "determined"),
            ("sign", "determined", "signed"),
        ]  # fmt: skip
        [pkb] = institution.milestones.standing()
        assert (pkb.kind, pkb.programme_year) == ("pkb", institution.programme_year)


@pytest.mark.django_db
def test_reviewer_of_an_office_takes_in_its_own_area_and_no_other(checked):
    reviewer = UserFactory(role="area_reviewer")
    # Codes that no official table has: those of the tables bring their own offices.
    own, foreign = RegencyFactory(code="0901"), RegencyFactory(code="0902")
    AreaAssignmentFactory(user=reviewer, office=own.office)
    theirs = InstitutionFactory(regency=foreign, vin="V-9001")
    head = "Nama Lembaga;Yayasan;Jenis;Kab/Kota;Kejuruan;TA;VIN;Alamat\n"
    lines = [
        f"BLKK Baru (contoh);Y;pesantren;{own.name};Las;2022;V-1;Jl. A",
        f"BLKK Lain (contoh);Y;pesantren;{foreign.name};Las;2022;V-0002;Jl. B",
        f"{theirs.name};Y;pesantren;{foreign.name};Las;2022;V-9001;Jl. C",
        f"BLKK Sendiri (contoh);Y;pesantren;{own.name};Las;2022;V-0003;Jl. D",
    ]
    kept = checked((head + "\n".join(lines)).encode(), reviewer, "daftar.csv")
    codes = {
        row.number: [fault.code for fault in row.found_faults] for row in kept.rows.all()
    }  # fmt: skip
    assert codes == {
        2: ["vin_characters"], 3: ["not_your_area"], 4: ["not_your_area"], 5: [],
    }  # fmt: skip
