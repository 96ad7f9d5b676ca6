"""What certification and placement reports count: from when, by which rule, and how it is found."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from blk_portal.progress import audit, breakdowns, figures, news, rollup
from blk_portal.progress.indicators import AFTER_TRAINING
from blk_portal.progress.models import Actual, PendingRollup
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    LeadershipFactory,
    ParticipantFactory,
)
from tests.progress.handcount import counted_by_hand, stored_cells
from tests.progress.steps import cell, reopen, settle_all, verify
from tests.trainings.later import enter, let_pass, report_of, submit, told
from trainings import counting, freezing
from trainings.models import (
    Certification,
    FrozenFigure,
    OutcomeCount,
    ReportKind,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _silent_bell(monkeypatch):
    monkeypatch.setattr(news, "ring", lambda year: None)


@pytest.fixture
def cohort():
    """Three who passed, two women and a man, and one who did not; the closing report verified."""
    cohort = CohortFactory(kinds=ReportKind)
    for sex in "PPL":
        ParticipantFactory(cohort=cohort, sex=sex)
    ParticipantFactory(cohort=cohort, sex="L", result="failed")
    CohortReportFactory(cohort=cohort, people=0, verified=True)
    return cohort


def live(*columns: str) -> dict[str, int]:
    """The sums of the count rows that hold now."""
    rows = OutcomeCount.objects.filter(counted_to=None)
    return {name: n or 0 for name, n in rows.aggregate(**{c: Sum(c) for c in columns}).items()}


class TestCounting:
    def test_verified_certification_counts_the_competent_by_sex_and_age(self, cohort):
        report = told(cohort, "certification", "competent", "not_yet", "competent")
        columns = ("sex", "disability", "age_band", "certification_reported", "certified")
        assert set(OutcomeCount.objects.values_list(*columns)) == {
            ("P", "none", "18-24", 2, 1), ("L", "none", "18-24", 1, 1)
        }  # fmt: skip
        for row in OutcomeCount.objects.all():
            assert (row.institution, row.programme_year, row.field, row.funding) == (
                cohort.institution, cohort.programme_year, cohort.field, cohort.funding,
            )  # fmt: skip
            assert (row.counted_from, row.counted_to) == (report.verified_at, None)

    @pytest.mark.parametrize("wave", [3, 6])
    def test_verified_placement_counts_who_works_in_its_own_wave(self, cohort, wave):
        told(cohort, f"placement_{wave}", "employed", "self_employed", "studying")
        mine = {f"placement_{wave}_reported": 3, f"employed_{wave}": 1, f"self_employed_{wave}": 1}
        others = {f"employed_{9 - wave}": 0, f"placement_{9 - wave}_reported": 0, "certified": 0}
        assert live(*mine, *others) == mine | others

    def test_who_passes_only_after_the_report_is_counted_as_not_told_of(self, cohort):
        man = ParticipantFactory(cohort=cohort, sex="L", disability="fisik", result="failed")
        told(cohort, "certification", "competent", "competent", "not_yet")
        told(cohort, "placement_6", "employed", "studying", "studying")
        let_pass(cohort)
        columns = ("sex", "disability", "certified", "certification_untold", "placement_6_untold")
        assert sorted(OutcomeCount.objects.filter(counted_to=None).values_list(*columns)) == [
            ("L", man.disability, 0, 0, 1), ("L", man.disability, 0, 1, 0),
            ("L", "none", 0, 0, 1), ("L", "none", 0, 1, 0),
            ("P", "none", 0, 0, 0), ("P", "none", 2, 0, 0),
        ]  # fmt: skip
        assert live("certification_reported", "placement_6_reported", "placement_3_untold") == {
            "certification_reported": 3, "placement_6_reported": 3, "placement_3_untold": 0,
        }  # fmt: skip

    def test_report_that_is_not_verified_counts_nothing(self, cohort):
        enter(cohort, "certification", "competent", "competent", "competent")
        report = submit(report_of(cohort, "certification"))
        assert not OutcomeCount.objects.exists()
        report.send_back(by=AreaReviewerFactory(), version=report.version, comment="Lengkapi.")
        assert not OutcomeCount.objects.exists()
        verify(submit(report))
        assert live("certified") == {"certified": 3}

    def test_reopened_report_leaves_and_every_past_moment_can_be_asked_again(self, cohort):
        report = told(cohort, "certification", "competent", "competent", "not_yet")
        other = told(cohort, "placement_3", "employed", "employed", "employed")
        before = list(OutcomeCount.objects.filter(report=report).values())
        reopened_at = reopen(report).transitions.first().at
        after = list(OutcomeCount.objects.filter(report=report).values())
        assert [row | {"counted_to": reopened_at} for row in before] == after
        assert live("certified", "employed_3") == {"certified": 0, "employed_3": 3}
        assert set(OutcomeCount.objects.filter(report=other).values_list("counted_to")) == {(None,)}
        Certification.objects.update(competency="not_yet", number="")
        verify(submit(report))
        assert live("certified", "certification_reported") == {
            "certified": 0, "certification_reported": 3,
        }  # fmt: skip

    def test_nothing_counts_while_the_closing_report_is_open_again(self, cohort):
        told(cohort, "certification", "competent", "competent", "competent")
        told(cohort, "placement_3", "employed", "employed", "employed")
        closing = reopen(report_of(cohort, "closing"))
        assert live("certified", "employed_3") == {"certified": 0, "employed_3": 0}
        person = cohort.participants.filter(result="passed").first()
        person.result = "failed"
        person.save()
        verify(submit(closing))
        assert live("certified", "employed_3") == {"certified": 2, "employed_3": 2}
        settle_all()
        assert audit.run_audit() == []

    def test_report_verified_while_the_closing_report_is_open_counts_with_it(self, cohort):
        enter(cohort, "certification", "competent", "competent", "not_yet")
        report = submit(report_of(cohort, "certification"))
        closing = reopen(report_of(cohort, "closing"))
        verify(report)
        assert not OutcomeCount.objects.exists()
        verify(submit(closing))
        assert live("certified") == {"certified": 2}

    def test_verifying_and_reopening_owe_a_recount_of_the_place(self, cohort):
        PendingRollup.objects.all().delete()
        report = told(cohort, "certification", "competent", "competent", "competent")
        reopen(report)
        owed = PendingRollup.objects.order_by("pk").values_list("institution", "why")
        assert list(owed) == [
            (cohort.institution_id, "report verify"), (cohort.institution_id, "report reopen")
        ]  # fmt: skip


class TestCells:
    @pytest.fixture
    def year(self, cohort):
        other = CohortFactory(kinds=ReportKind, funding="own")
        ParticipantFactory(cohort=other, sex="L", disability="fisik", birth_date=date(1970, 3, 1))
        CohortReportFactory(cohort=other, people=0, verified=True)
        told(cohort, "certification", "competent", "not_yet", "not_assessed")
        told(cohort, "placement_3", "employed", "self_employed", "unreachable")
        told(other, "certification", "competent")
        told(other, "placement_6", "self_employed")
        let_pass(cohort)
        settle_all()
        return cohort.programme_year

    def test_cells_are_what_a_count_by_hand_says_in_every_place_and_breakdown(self, year, cohort):
        assert stored_cells(year) == counted_by_hand(year)
        province = cohort.institution.regency.province
        assert (cell("certified"), cell("certified", province=province)) == (2, 1)
        assert cell("certified", breakdown="disability", bucket="fisik") == 1
        assert (cell("certification_reported"), cell("employed_3")) == (4, 1)
        assert (cell("self_employed_3"), cell("self_employed_6")) == (1, 1)
        assert cell("employed_6") is None
        assert audit.run_audit() == []

    @pytest.mark.parametrize(
        ("damage", "indicator"),
        [
            ("UPDATE progress_actual SET value = value + 3 WHERE indicator = 'certified'",
             "certified"),
            ("DELETE FROM progress_actual WHERE indicator = 'employed_3'", "employed_3"),
            ("UPDATE trainings_outcomecount SET certification_reported = 9"
             " WHERE certification_reported > 0", "certification_reported"),
            ("UPDATE trainings_outcomecount SET counted_to = now() WHERE self_employed_6 > 0",
             "self_employed_6"),
            ("UPDATE trainings_outcomecount SET placement_3_untold = 0"
             " WHERE placement_3_untold > 0", "placement_3_untold"),
            ("DELETE FROM trainings_certification", "certification_untold"),
            ("UPDATE trainings_certification SET competency = 'not_yet', number = ''",
             "certified"),
            ("UPDATE trainings_placement SET outcome = 'self_employed'"
             " WHERE outcome = 'employed'", "employed_3"),
        ],
    )  # fmt: skip
    def test_audit_finds_a_planted_difference_and_mends_it(self, year, damage, indicator):
        with connection.cursor() as cursor:
            cursor.execute(damage)
            assert cursor.rowcount
        found = audit.run_audit()
        assert indicator in {difference.indicator for difference in found}
        audit.run_audit(repair=True)
        assert audit.run_audit() == []
        assert stored_cells(year) == counted_by_hand(year)

    def test_repair_of_a_sound_year_rewrites_no_row(self, year):
        before = list(OutcomeCount.objects.order_by("pk").values())
        assert counting.recount_year(year.pk, at=timezone.now()) == 0
        assert list(OutcomeCount.objects.order_by("pk").values()) == before

    def test_frozen_tables_of_the_ministry_have_the_same_sums(self, year):
        now = timezone.localdate()
        freezing.freeze_until(date(now.year, now.month, 1))
        frozen = FrozenFigure.objects.current().order_by()
        certified = frozen.filter(freeze__table="certification")
        sums = dict(certified.values_list("outcome").annotate(Sum("count")))
        assert sums["competent"] == cell("certified")
        assert sum(sums.values()) == cell("certification_reported")
        placed = frozen.filter(freeze__table="placement_3", outcome="employed")
        assert placed.aggregate(n=Sum("count"))["n"] == cell("employed_3")

    def test_frozen_tables_leave_out_what_rests_on_an_open_closing_report(self, year, cohort):
        reopen(report_of(cohort, "closing"))
        settle_all()
        now = timezone.localdate()
        freezing.freeze_until(date(now.year, now.month, 1))
        rows = FrozenFigure.objects.current().filter(freeze__table="certification")
        assert rows.aggregate(n=Sum("count"))["n"] == cell("certification_reported") == 1


class TestShown:
    def test_nothing_is_known_before_a_report_of_the_kind_is_verified(self, cohort):
        settle_all()
        area = breakdowns.figures_of(cohort.programme_year)
        assert [outcome.value for outcome in figures.after_training(area)] == [None] * 3
        told(cohort, "certification", "not_yet", "not_yet", "not_assessed")
        settle_all()
        area = breakdowns.figures_of(cohort.programme_year)
        shown = [(one.reported, one.value) for one in figures.after_training(area)]
        assert shown == [(3, 0), (0, None), (0, None)]
        assert not Actual.objects.filter(indicator="certified").exists(), "zero is not stored"

    def test_leader_reads_them_on_the_dashboard_on_a_province_and_as_data(
        self, client, cohort, django_assert_max_num_queries
    ):
        told(cohort, "certification", "competent", "competent", "not_yet")
        told(cohort, "placement_3", "employed", "self_employed", "studying")
        rollup.rebuild()
        client.force_login(LeadershipFactory())
        province = cohort.institution.regency.province
        for page in (
            reverse("progress:dashboard"), reverse("progress:province-detail", args=[province.code])
        ):  # fmt: skip
            with django_assert_max_num_queries(12):
                text = client.get(page).content.decode()
            assert "Bersertifikat LSP" in text
            assert "2 dari 3 peserta yang dilaporkan (66,7\xa0%)" in text
            assert "Belum ada laporan jenis ini yang diverifikasi." in text
        answer = client.get(reverse("api:actual-list"), {"indikator": "certified"}).json()
        assert {row["value"] for row in answer["results"] if row["area"] == "nation"} >= {2}
        query = {"indikator": "employed_3", "rincian": "none"}
        export = client.get(reverse("institutions:list-export", args=["capaian", "csv"]), query)
        lines = export.content.decode("utf-8-sig").splitlines()
        assert len(lines) == 4
        assert "Bekerja setelah 3 bulan" in lines[1]

    def test_every_figure_says_what_it_counts(self):
        for base, parts in AFTER_TRAINING:
            for code in parts:
                assert figures.INDICATORS[code].base == base
