"""While a reviewer is away another sees and does the same, from the first day to the last."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blk_portal.reporting.refusals import NotYours
from institutions.contacts import contacts_of
from institutions.models import AreaDelegation, Institution
from tests.admin_pages import changelist
from tests.factories import (
    AreaDelegationFactory,
    AreaReviewerFactory,
    CohortReportFactory,
    InstitutionFactory,
    NationalAdminFactory,
    ObserverFactory,
    OperatorFactory,
    TrainingOfficeFactory,
)
from trainings.models import CohortReport

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 6)
ADD = reverse("admin:institutions_areadelegation_add")


def at(*moment: int):
    return time_machine.travel(datetime(*moment, tzinfo=UTC), tick=False)


@pytest.fixture
def here() -> Institution:
    return InstitutionFactory(operational=True)


@pytest.fixture
def delegation(here) -> AreaDelegation:
    return AreaDelegationFactory(
        delegator=AreaReviewerFactory(office=here.office, name="Budi (contoh)"),
        delegate=AreaReviewerFactory(office=TrainingOfficeFactory(), name="Siti (contoh)"),
        starts_on=FIRST,
        ends_on=LAST,
    )


def sees(user, row) -> bool:
    seen = Institution.objects.visible_to(user).contains(row)
    assert Institution.objects.editable_by(user).contains(row) == seen
    return seen


@pytest.mark.parametrize(
    ("moment", "reaches"),
    [
        ((2026, 3, 1, 16, 59), False),  # 23.59 WIB of the day before
        ((2026, 3, 1, 17, 0), True),  # 00.00 WIB of the first day
        ((2026, 3, 6, 16, 59), True),  # 23.59 WIB of the last day
        ((2026, 3, 6, 17, 0), False),  # 00.00 WIB of the day after
    ],
)
def test_delegate_reaches_the_area_from_the_first_day_to_the_last(
    here, delegation, moment, reaches
):
    with at(*moment):
        assert sees(delegation.delegate, here) is reaches
        assert sees(delegation.delegator, here)


def test_delegate_sees_the_reports_of_the_area_and_keeps_the_own(here, delegation):
    own_office = delegation.delegate.area_assignments.get().office
    own = InstitutionFactory(office=own_office, operational=True)
    CohortReportFactory(cohort__institution=here, submitted=True)
    foreign = InstitutionFactory(operational=True)
    with at(2026, 3, 4):
        assert CohortReport.objects.visible_to(delegation.delegate).count() == 1
        assert sees(delegation.delegate, own)
        assert not sees(delegation.delegate, foreign)
    with at(2026, 3, 9):
        assert not CohortReport.objects.visible_to(delegation.delegate).exists()


def test_delegate_does_not_verify_what_was_submitted_by_the_delegate(here, delegation):
    report = CohortReportFactory(
        cohort__institution=here, submitted=True, operator=delegation.delegate
    )
    with at(2026, 3, 4), pytest.raises(NotYours):
        report.verify(by=delegation.delegate, version=report.version)


def test_delegation_that_ended_early_reaches_nothing(here, delegation):
    with at(2026, 3, 4):
        assert AreaDelegation.objects.all().end(by=delegation.delegator) == 1
        assert not sees(delegation.delegate, here)
        assert AreaDelegation.objects.all().end(by=delegation.delegator) == 0


def test_delegation_is_not_passed_on(here, delegation):
    third = AreaReviewerFactory(office=TrainingOfficeFactory())
    AreaDelegationFactory(
        delegator=delegation.delegate, delegate=third, starts_on=FIRST, ends_on=LAST
    )
    with at(2026, 3, 4):
        assert sees(delegation.delegate, here)
        assert not sees(third, here)


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "observer"}])
def test_delegate_who_reviews_no_more_reaches_nothing(here, delegation, change):
    for name, value in change.items():
        setattr(delegation.delegate, name, value)
    delegation.delegate.save()
    with at(2026, 3, 4):
        assert not sees(delegation.delegate, here)


def test_branches_of_the_office_are_delegated_with_it(delegation, here):
    branch = TrainingOfficeFactory(kind="satpel", parent=here.office)
    below = InstitutionFactory(office=branch)
    with at(2026, 3, 4):
        assert sees(delegation.delegate, below)


def test_delegation_costs_no_query_more(here, delegation):
    with at(2026, 3, 4), CaptureQueriesContext(connection) as captured:
        list(Institution.objects.visible_to(delegation.delegate))
    assert len(captured) == 1


def test_operator_is_told_who_stands_in_and_until_when(client, here, delegation):
    client.force_login(OperatorFactory(institution=here))
    with at(2026, 3, 4):
        [contact] = contacts_of([here])
        assert [str(person) for person in contact.reviewers] == ["Siti (contoh)"]
        text = client.get(reverse("institutions:institution-detail", args=[here.pk]))
        assert "mewakili Budi (contoh) sampai 6 Maret 2026" in text.content.decode()
    with at(2026, 3, 9):
        assert contacts_of([here])[0].reviewers == [delegation.delegator]


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("delegate", "Anda mewakili Budi (contoh) sampai 6 Maret 2026."),
        ("delegator", "Siti (contoh) mewakili Anda sampai 6 Maret 2026."),
    ],
)
def test_both_read_of_the_delegation_at_home_while_it_holds(client, delegation, who, words):
    with at(2026, 3, 4):
        client.force_login(getattr(delegation, who))
        assert words in client.get(reverse("progress:home")).content.decode()
    with at(2026, 3, 9):
        client.force_login(getattr(delegation, who))
        assert words not in client.get(reverse("progress:home")).content.decode()


def given(delegate, **changes) -> dict:
    told = {"delegate": delegate.pk, "starts_on": "2026-03-02", "ends_on": "2026-03-06"}
    return told | {"reason": "Cuti (contoh)."} | changes


def test_area_reviewer_delegates_the_own_area_and_nobody_elses(client, here):
    reviewer, other = AreaReviewerFactory(office=here.office), AreaReviewerFactory()
    with at(2026, 3, 1):
        client.force_login(reviewer)
        answer = client.post(ADD, given(other, delegator=AreaReviewerFactory().pk))
    assert answer.status_code == 302
    made = AreaDelegation.objects.get()
    assert (made.delegator, made.delegate, made.made_by) == (reviewer, other, reviewer)


def test_national_admin_delegates_for_a_reviewer_who_fell_ill(client, here):
    reviewer, other, admin = (
        AreaReviewerFactory(office=here.office), AreaReviewerFactory(), NationalAdminFactory(),
    )  # fmt: skip
    with at(2026, 3, 1):
        client.force_login(admin)
        assert client.post(ADD, given(other, delegator=reviewer.pk)).status_code == 302
    made = AreaDelegation.objects.get()
    assert (made.delegator, made.made_by) == (reviewer, admin)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends_on": "2026-03-01"}, "Hari terakhir mendahului hari pertama."),
        ({"starts_on": "2026-02-01", "ends_on": "2026-02-02"}, "Hari terakhir sudah lewat."),
        ({"delegate": "self"}, "Tidak ada yang mewakili dirinya sendiri."),
        ({"delegate": "observer"}, "errorlist"),
        ({"ends_on": "besok"}, "tanggal"),
        ({"reason": ""}, "errorlist"),
    ],
)
def test_delegation_that_cannot_be_is_refused_and_what_was_typed_stays(
    client, here, changes, words
):
    reviewer, other = AreaReviewerFactory(office=here.office), AreaReviewerFactory()
    people = {"self": reviewer, "observer": ObserverFactory()}
    if changes.get("delegate") in people:
        changes = {"delegate": people[changes["delegate"]].pk}
    with at(2026, 3, 1):
        client.force_login(reviewer)
        answer = client.post(ADD, given(other) | changes)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not AreaDelegation.objects.exists()


def test_reviewer_ends_the_own_delegation_and_no_other(client, delegation):
    foreign = AreaDelegationFactory(delegate=delegation.delegator)
    client.force_login(delegation.delegator)
    chosen = {"action": "end_now", "index": 0, "_selected_action": [delegation.pk, foreign.pk]}
    client.post(changelist(AreaDelegation), chosen)
    delegation.refresh_from_db()
    foreign.refresh_from_db()
    assert delegation.ended_by == delegation.delegator
    assert foreign.ended_at is None


def test_database_refuses_a_delegation_to_oneself(delegation):
    with pytest.raises(IntegrityError), transaction.atomic():
        AreaDelegation.objects.update(delegate=delegation.delegator)
