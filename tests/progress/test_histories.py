"""Random histories of verbs over a small world: the cells always say what the rows say."""

from datetime import date, datetime
from itertools import product

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from blk_portal.progress import audit, rollup
from blk_portal.progress.bridge import BRIDGED, Span
from blk_portal.progress.models import OpeningBalance
from blk_portal.progress.opening import deciding
from blk_portal.progress.past import figures_at
from blk_portal.reporting.refusals import Refused
from incubators.models import Incubator
from incubators.stages import MOVES as STAGE_MOVES
from institutions.lifecycle import MOVES as INSTITUTION_MOVES
from institutions.models import Institution
from institutions.models.institution import MoveRefused
from institutions.signals import institution_moved
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    IncubatorFactory,
    InstitutionFactory,
    NationalAdminFactory,
    OpeningBalanceFactory,
    ParticipantFactory,
    ProgrammeYearFactory,
    RegencyFactory,
)
from tests.factories.trainings import whatever_the_institution
from tests.progress.handcount import counted_by_hand, stored_cells
from tests.trainings.later import enter, report_of
from trainings.models import CohortReport, Participant, ReportKind

ON = date(2022, 10, 1)
NIKS = [f"327305170501900{n}" for n in range(1, 5)]
# The closing reports come first; with those that rest on them they are seven.
CLOSING, REPORTS, PLACES = range(5), range(7), range(3)

# "forward" and "back" are the verb that the report's state allows, so that few steps are idle.
report_steps = st.tuples(
    st.sampled_from(["forward", "forward", "forward", "back", "back"]), st.sampled_from(REPORTS)
)
report_verbs = st.tuples(
    st.sampled_from(["submit", "verify", "send_back", "reopen", "withdraw"]),
    st.sampled_from(REPORTS),
)
place_verbs = st.tuples(
    st.sampled_from(["cancel", "open", "release", "relocate", "stage", "strike_off"]),
    st.sampled_from(PLACES),
)
balance_verbs = st.tuples(
    st.sampled_from(["balance", "balance", "larger_balance", "end_balance"]),
    st.sampled_from(PLACES),
)
roster_changes = st.tuples(
    st.sampled_from(["passed", "failed", "withdrawn"]), st.sampled_from(CLOSING)
)
mendings = st.tuples(st.just("mend"), st.sampled_from(CLOSING))
settling = st.tuples(st.just("settle"), st.sampled_from([2022, 2023]))
histories = st.lists(
    st.one_of(
        report_steps,
        report_steps,
        report_verbs,
        place_verbs,
        balance_verbs,
        roster_changes,
        mendings,
        settling,
    ),
    min_size=6,
    max_size=30,
)
STEPS = {
    "forward": {"draft": "submit", "returned": "submit", "submitted": "verify"},
    "back": {"submitted": "send_back", "verified": "reopen"},
}
# A verified report is opened again for somebody who passed after all.
MENDING = ("back", "passed", "forward", "forward")


class World:
    """Three institutions, five cohorts of two years, four persons who meet again and again."""

    def __init__(self) -> None:
        self.years = {year: ProgrammeYearFactory(year=year) for year in (2022, 2023)}
        self.operator, self.reviewer = AreaReviewerFactory(), AreaReviewerFactory()
        self.admin = NationalAdminFactory()
        regency = RegencyFactory()
        self.homes = [regency, RegencyFactory(province=regency.province), RegencyFactory()]
        self.places = [
            InstitutionFactory(regency=self.homes[0], operational=True),
            InstitutionFactory(regency=self.homes[1], built=True, office=None),
            InstitutionFactory(regency=self.homes[2], signed=True, host_type="union"),
        ]
        self.incubators = [
            IncubatorFactory(institution=place, proved=True) for place in self.places
        ]
        self.reports = [
            self.cohort_report(0, NIKS[:3]),
            self.cohort_report(1, [NIKS[0], NIKS[1], None], result="failed"),
            self.cohort_report(2, [NIKS[1], NIKS[3]]),
            self.cohort_report(0, [NIKS[3], None]),
            self.cohort_report(2, [NIKS[0], NIKS[2]], year=2023),
        ]
        self.reports += [
            self.later_report(0, ReportKind.CERTIFICATION),
            self.later_report(2, ReportKind.PLACEMENT_3),
        ]
        for report in self.reports:
            report.submit(by=self.operator, version=0)
        for report in (*self.reports[:2], self.reports[5]):
            report.verify(by=self.reviewer, version=1)

    def cohort_report(self, place, niks, *, year=2022, result="passed") -> CohortReport:
        cohort = CohortFactory(
            institution=self.places[place], programme_year=self.years[year], funding="apbn"
        )
        for nik in niks:
            ParticipantFactory(cohort=cohort, nik=nik, sex="L", result=result)
        return CohortReport.objects.get(cohort=cohort, kind="closing")

    def later_report(self, closing: int, kind: ReportKind) -> CohortReport:
        """A report that tells of all but the first on the roster, who did not pass so far."""
        cohort = self.reports[closing].cohort
        CohortReport.expect(cohort, kinds=[kind])
        first, *others = cohort.participants.order_by("pk")
        Participant.objects.filter(pk=first.pk).update(result="failed")
        outcome = "competent" if kind == ReportKind.CERTIFICATION else "studying"
        enter(cohort, kind, *[outcome] * len(others))
        return report_of(cohort, kind)

    def do(self, action: str, target: int) -> None:
        """One step; a step that is not possible now is refused and changes nothing."""
        for step in MENDING if action == "mend" else (action,):
            try:
                with transaction.atomic():
                    self.step(step, target)
            except (Refused, MoveRefused):
                pass

    def step(self, action: str, target: int) -> None:
        if action == "settle":
            rollup.settle(self.years[target].pk)
        elif action in ("passed", "failed", "withdrawn"):
            report = CohortReport.objects.get(pk=self.reports[target].pk)
            if report.is_open:
                first = report.cohort.participants.order_by("pk")[:1].values("pk")
                Participant.objects.filter(pk__in=first).update(result=action)
        elif action in ("forward", "back", "submit", "verify", "send_back", "reopen", "withdraw"):
            report = CohortReport.objects.get(pk=self.reports[target].pk)
            action = STEPS.get(action, {}).get(report.status, action)
            if action in STEPS:
                return
            by = self.operator if action in ("submit", "withdraw") else self.reviewer
            comment = {"comment": "Salah."} if action in ("send_back", "reopen") else {}
            getattr(report, action)(by=by, version=report.version, **comment)
        elif action in ("stage", "strike_off"):
            self.move_incubator(action, target)
        elif action == "relocate":
            self.relocate(target)
        elif action in ("balance", "larger_balance"):
            self.enter_balance(target, completed=2 + target if action == "balance" else 7)
        elif action == "end_balance":
            if (
                balance := OpeningBalance.objects.live()
                .filter(institution=self.places[target])
                .first()
            ):
                deciding.withdraw(balance, reason="Keliru.", by=self.reviewer)
        else:
            place = Institution.objects.get(pk=self.places[target].pk)
            if action == "open" and place.status == "signed":
                action = "hand_over"
            reason = "Mundur." if INSTITUTION_MOVES[action].needs_reason else ""
            place.move(action, by=self.admin, on=ON, reason=reason)

    def move_incubator(self, action: str, target: int) -> None:
        incubator = Incubator.objects.get(pk=self.incubators[target].pk)
        if action == "stage":
            action = next((verb for verb in STAGE_MOVES if verb in incubator.possible_moves()), "")
            if action in ("", "strike_off"):
                return
        incubator.move(action, by=self.admin, on=ON, reason="Tutup.")

    def enter_balance(self, target: int, *, completed: int) -> None:
        """An opening balance of the first year, entered by one and approved by another."""
        balance = OpeningBalanceFactory(
            institution=self.places[target], programme_year=self.years[2022],
            completed=completed, passed=2, entered_by=self.operator,
        )  # fmt: skip
        deciding.approve(balance.upload, by=self.reviewer)

    def relocate(self, target: int) -> None:
        """A correction of the place, as the register's forms announce it."""
        place = Institution.objects.select_related("regency").get(pk=self.places[target].pk)
        left = (place.regency.province_id, place.office_id)
        at = next(n for n, home in enumerate(self.homes) if home.pk == place.regency_id)
        home = self.homes[(at + 1) % 3]
        Institution.objects.filter(pk=place.pk).update(regency=home, office=home.office)
        institution_moved.send(
            Institution, institution=place, places=[left],
            years=[year.pk for year in self.years.values()],
        )  # fmt: skip

    def settle(self) -> None:
        for year in rollup.owed_years():
            rollup.settle(year)

    def check(self) -> None:
        for year in self.years.values():
            stored = stored_cells(year)
            assert stored == counted_by_hand(year)
            for (*place, indicator, breakdown, bucket), completed in stored.items():
                if indicator == "completed":
                    cut = (breakdown, bucket)
                    people = stored.get((*place, "people", *cut), 0)
                    assert people <= completed <= stored[*place, "enrolled", *cut]
            persons = Participant.objects.filter(
                cohort__programme_year=year, cohort__reports__kind="closing",
                cohort__reports__status="verified",
                nik_index__isnull=False,
            ).exclude(result="withdrawn")  # fmt: skip
            distinct = persons.values("nik_index").distinct().count()
            assert stored.get((None, None, "people", "", ""), 0) == distinct
        assert audit.run_audit() == []

    def photograph(self) -> tuple[datetime, dict]:
        """The settled cells of the first year, and the moment at which they were read."""
        self.settle()
        return timezone.now(), stored_cells(self.years[2022])

    def check_past(self, then: datetime, stored: dict) -> None:
        """The past moment is counted as it was, and bridges lead from it to what is stored now."""
        year = self.years[2022]
        assert {tuple(key): value for *key, value in figures_at(year, then).cells} == stored
        now, present = self.photograph()
        for indicator, province in product(BRIDGED, (None, self.homes[0].province)):
            bridge = Span(year, indicator, then, now, province).bridge()
            key = (province and province.pk, None, indicator, "", "")
            assert (bridge.start, bridge.end) == (stored.get(key, 0), present.get(key, 0))
            assert bridge.is_exact
            assert "rule" not in {term.key for term in bridge.terms}, "nothing is left over"


@pytest.mark.django_db
def test_people_act_in_any_order_and_the_settled_cells_equal_the_rows():
    with whatever_the_institution():
        act_at_random()


def act_at_random():
    world = World()

    @settings(max_examples=55, database=None)
    @given(histories)
    def live_through(history):
        with transaction.atomic():
            middle = len(history) // 2
            for action, target in history[:middle]:
                world.do(action, target)
            then, stored = world.photograph()
            for action, target in history[middle:]:
                world.do(action, target)
            world.settle()
            world.check()
            world.check_past(then, stored)
            transaction.set_rollback(True)

    live_through()
