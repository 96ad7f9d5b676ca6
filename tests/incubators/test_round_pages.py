"""The pages of rounds, strike-offs and steps: what people see and do there."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blk_portal.formats import UNKNOWN, today_in_jakarta
from incubators.models import Incubator
from incubators.stages import MOVES
from tests.factories import (
    AreaReviewerFactory,
    EvidenceFactory,
    IncubatorCriterionFactory,
    IncubatorFactory,
    IncubatorReviewerFactory,
    InstitutionFactory,
    LeadershipFactory,
    SelectionRoundFactory,
    TenantFactory,
    TrainingReviewerFactory,
    prove,
)

pytestmark = pytest.mark.django_db
ROUND = reverse("incubators:round-detail", args=[2022])
CANDIDATES = reverse("incubators:candidate-list", args=[2022])


@pytest.fixture
def round_():
    return SelectionRoundFactory(places=2)


def strike(incubator):
    return reverse("incubators:incubator-strike", args=[incubator.pk])


def page(incubator):
    return reverse("incubators:incubator-detail", args=[incubator.pk])


class TestRound:
    def test_round_shows_figures_reserve_and_bridge(self, client, round_, reviewer):
        gone = IncubatorFactory(round=round_, stage="selected", on=date(2022, 3, 1))
        IncubatorFactory(round=round_, stage="mentored", on=date(2022, 3, 1))
        next_ = IncubatorFactory(
            round=round_, reserve_position=1, rank=3, listed_on=date(2022, 2, 1)
        )
        gone.strike_off(by=reviewer, on=date(2022, 5, 2), reason="Tutup.", successor=next_)
        waiting = IncubatorFactory(round=round_, reserve_position=2)
        response = client.get(f"{ROUND}?dari=2022-04-01&sampai=2022-06-01")
        context = response.context
        assert [(figure.value, count) for figure, count in context["figures"]] == [
            ("candidates", 4), ("selected", 2), ("validated", 1), ("mentored", 1),
            ("established", 0), ("independent", 0), ("struck_off", 1),
        ]  # fmt: skip
        assert (context["taken"], context["free"]) == (2, 0)
        assert list(context["reserve"]) == [waiting]
        bridge = context["bridge"]
        assert (bridge.start, [term.value for term in bridge.terms], bridge.end) == (2, [-1, 1], 2)
        text = response.content.decode()
        for incubator in (gone, next_, waiting):
            assert page(incubator) in text

    def test_round_lists_who_holds_a_place_by_rank_with_code_and_regency(
        self, client, round_, reviewer
    ):
        second, first = (IncubatorFactory(round=round_, stage="selected", rank=n) for n in (2, 1))
        response = client.get(ROUND)
        assert list(response.context["selected"]) == [first, second]
        text = response.content.decode()
        for place in (first.institution, second.institution):
            assert place.code in text
            assert place.regency.name in text

    def test_days_in_the_wrong_order_are_refused_with_a_reason(self, client, round_, reviewer):
        response = client.get(f"{ROUND}?dari=2022-06-01&sampai=2022-04-01")
        assert response.status_code == 400
        assert response.context["bridge"] is None
        assert client.get(f"{ROUND}?dari=kemarin").status_code == 400

    def test_area_reviewer_sees_its_own_rows_only(self, client, round_):
        own = IncubatorFactory(round=round_, stage="selected")
        foreign = IncubatorFactory(round=round_, stage="selected")
        client.force_login(AreaReviewerFactory(office=own.institution.office))
        response = client.get(ROUND)
        assert dict(response.context["figures"])["selected"] == 1
        assert page(foreign) not in response.content.decode()
        assert response.context["taken"] == 2

    def test_round_asks_as_often_for_one_as_for_ten(self, client, round_, reviewer):
        IncubatorFactory(round=round_, reserve_position=1)
        one = self._asked(client)
        for n in range(2, 10):
            IncubatorFactory(round=round_, reserve_position=n)
        assert self._asked(client) == one <= 12

    def _asked(self, client) -> int:
        client.get(ROUND)
        with CaptureQueriesContext(connection) as asked:
            client.get(ROUND)
        return len(asked)


class TestCandidates:
    def test_reviewer_sees_who_may_be_a_candidate_and_puts_one_on_the_list(
        self, client, round_, reviewer
    ):
        eligible, barred = InstitutionFactory(operational=True), InstitutionFactory()
        listed = IncubatorFactory(round=round_).institution
        response = client.get(CANDIDATES)
        rows = {row.pk: bars for row, bars, _own in response.context["rows"]}
        assert rows[eligible.pk] == []
        assert "no_agreement" in rows[barred.pk]
        assert rows[listed.pk] == ["in_round"]
        assert page(round_.incubators.get()) in response.content.decode()
        found = client.get(f"{CANDIDATES}?layak=ya").context["rows"]
        assert [row for row, _bars, _own in found] == [eligible]
        client.post(CANDIDATES, {"lembaga": eligible.pk})
        assert round_.incubators.filter(institution=eligible).exists()
        for institution in (barred, listed):
            told = client.post(CANDIDATES, {"lembaga": institution.pk}, follow=True)
            assert [message.level_tag for message in told.context["messages"]][-1] == "bad"
        assert round_.incubators.count() == 2

    def test_area_reviewer_reads_and_puts_nobody_on_the_list(self, client, round_):
        institution = InstitutionFactory(operational=True)
        client.force_login(AreaReviewerFactory(office=institution.office))
        assert client.get(CANDIDATES).status_code == 200
        assert client.post(CANDIDATES, {"lembaga": institution.pk}).status_code == 403
        client.force_login(TrainingReviewerFactory())
        assert client.get(CANDIDATES).status_code == 403


class TestStrikeOff:
    def test_reviewer_strikes_off_with_replacement_in_one_form(self, client, round_, reviewer):
        gone = IncubatorFactory(round=round_, stage="selected")
        next_ = IncubatorFactory(round=round_, reserve_position=1)
        shown = client.get(strike(gone)).context
        assert (shown["taken"], shown["after"], shown["successor"]) == (1, 1, next_)
        data = {"reason": "Tutup.", "on": "2022-11-01", "then": "ganti", "successor": next_.pk}
        assert client.post(strike(gone), data | {"reason": ""}).status_code == 400
        assert client.post(strike(gone), data).status_code == 302
        next_.refresh_from_db()
        assert (next_.stage, next_.replaces) == ("selected", gone)
        again = client.post(strike(gone), data)
        assert again.status_code == 400
        assert round_.taken() == 1

    def test_form_that_saw_another_reserve_is_refused_and_nothing_happens(
        self, client, round_, reviewer
    ):
        gone = IncubatorFactory(round=round_, stage="selected")
        first = IncubatorFactory(round=round_, reserve_position=1)
        second = IncubatorFactory(round=round_, reserve_position=2)
        data = {"reason": "Tutup.", "on": "2022-11-01", "then": "ganti", "successor": second.pk}
        response = client.post(strike(gone), data)
        assert response.status_code == 409
        assert str(first) in response.content.decode()
        assert "Tutup." in response.content.decode()
        gone.refresh_from_db()
        assert gone.stage == "selected"

    def test_candidate_is_struck_off_without_a_replacement(self, client, round_, reviewer):
        IncubatorFactory(round=round_, stage="selected")
        listed = IncubatorFactory(round=round_, reserve_position=2)
        next_ = IncubatorFactory(round=round_, reserve_position=1)
        assert "Coret, dengan pengganti" not in client.get(page(listed)).content.decode()
        shown = client.get(strike(listed)).context
        assert (shown["taken"], shown["after"], shown["successor"]) == (1, 1, None)
        data = {"reason": "Mundur.", "on": "2022-11-01", "then": "ganti", "successor": next_.pk}
        assert client.post(strike(listed), data).status_code == 302
        assert round_.taken() == 1
        assert list(client.get(ROUND).context["vacant"]) == []
        closed = client.get(strike(listed))
        assert closed.context["closed"]
        assert closed.context["after"] == 1
        assert client.post(strike(listed), {"on": "2022-11-02", "successor": next_.pk}
                           ).status_code == 409  # fmt: skip
        assert round_.taken() == 1

    def test_place_that_was_filled_is_offered_no_longer(self, client, round_, reviewer):
        gone = IncubatorFactory(round=round_, stage="selected")
        next_ = IncubatorFactory(round=round_, reserve_position=1)
        IncubatorFactory(round=round_, reserve_position=2)
        gone.strike_off(by=reviewer, on=date(2022, 11, 1), reason="Tutup.", successor=next_)
        shown = client.get(strike(gone))
        assert (shown.context["taken"], shown.context["after"]) == (1, 1)
        assert next_.in_full() in shown.content.decode()
        assert '<form class="panel"' not in shown.content.decode()

    def test_page_says_what_is_left_behind(self, client, round_, reviewer):
        incubator = IncubatorFactory(round=round_, stage="selected")
        TenantFactory(incubator=incubator)
        EvidenceFactory(incubator=incubator)
        left = client.get(strike(incubator)).context["left"]
        assert (left.tenants, left.evidence) == (1, 1)

    def test_place_left_free_is_filled_later(self, client, round_, reviewer):
        gone = IncubatorFactory(round=round_, stage="selected")
        data = {"reason": "Tutup.", "on": "2022-11-01", "then": "kosong"}
        assert client.post(strike(gone), data).status_code == 302
        next_ = IncubatorFactory(round=round_, reserve_position=1)
        assert client.get(strike(gone)).context["is_off"]
        done = client.post(strike(gone), {"on": "2022-11-02", "successor": next_.pk})
        assert done.status_code == 302
        assert Incubator.objects.get(replaces=gone) == next_

    def test_mistake_is_undone_on_its_page_and_told_in_the_history(self, client, round_, reviewer):
        gone = IncubatorFactory(round=round_, stage="struck_off")
        step = gone.last_step()
        undo = reverse("incubators:step-undo", args=[gone.pk, step.pk])
        assert undo in client.get(page(gone)).content.decode()
        assert client.post(undo, {"reason": ""}).status_code == 400
        assert client.post(undo, {"reason": "Salah lembaga."}).status_code == 302
        text = client.get(page(gone)).content.decode()
        assert "Salah lembaga." in text
        assert "<del>" in text
        assert client.post(undo, {"reason": "Lagi."}).status_code == 409


class TestDrillDown:
    def test_list_says_of_each_row_whether_a_figure_counts_it_and_why_not(self, client, round_):
        IncubatorCriterionFactory(code="satu")
        counted = IncubatorFactory(round=round_, stage="established")
        lapsed = IncubatorFactory(round=round_, stage="established")
        for evidence in lapsed.evidence.all():
            evidence.withdraw(by=IncubatorReviewerFactory(), reason="Keliru.")
        waiting = IncubatorFactory(round=round_, reserve_position=1)
        client.force_login(LeadershipFactory())
        url = reverse("incubators:incubator-list")
        rows = dict(client.get(f"{url}?hitung=established").context["rows"])
        assert [row.pk for row, why in rows.items() if not why] == [counted.pk]
        assert rows[lapsed] != rows[waiting]
        for query, expected in (("ya", {counted}), ("tidak", {lapsed, waiting})):
            found = client.get(f"{url}?hitung=established&terhitung={query}").context["page"]
            assert set(found) == expected

    def test_way_says_how_many_of_a_stage_no_figure_counts(self, client, round_):
        IncubatorCriterionFactory(code="satu")
        counted, lapsed = (IncubatorFactory(round=round_, stage="independent") for _n in range(2))
        lapsed.evidence.get().withdraw(by=IncubatorReviewerFactory(), reason="Keliru.")
        client.force_login(LeadershipFactory())
        url = reverse("incubators:incubator-list")
        shown = client.get(url).context["way"][-1]
        assert (shown.count, shown.lapsed) == (2, 1)
        rows = dict(client.get(f"{url}?hitung=independent").context["rows"])
        assert [row for row, why in rows.items() if not why] == [counted]

    def test_map_page_leads_from_each_figure_to_its_rows(self, client, round_):
        incubator = IncubatorFactory(round=round_, stage="selected")
        prove(incubator, on=date(2022, 9, 1))
        client.force_login(LeadershipFactory())
        address = f"{reverse('progress:incubators')}?tahun=2022"
        assert client.get(address).status_code == 404
        client.force_login(IncubatorReviewerFactory())
        assert client.get(reverse("progress:incubators")).status_code == 200


class TestSteps:
    def test_reviewer_ranks_a_candidate_and_walks_it_to_mentoring(self, client, round_, reviewer):
        other = IncubatorFactory(round=round_, rank=9, reserve_position=1)
        candidate = IncubatorFactory(round=round_, on=date(2022, 3, 1))
        undecided = client.post(step(candidate, "select"), {"on": "2022-05-02"})
        assert undecided.status_code == 409
        rank = reverse("incubators:incubator-rank", args=[candidate.pk])
        response = client.post(rank, {"rank": "9", "score": "87,50"})
        assert response.status_code == 409
        text = response.content.decode()
        assert other.institution.name in text
        assert "87,50" in text, "nothing typed is lost"
        assert client.post(rank, {"rank": "2", "score": "87,50", "reserve_position": "1"}
                           ).status_code == 409  # fmt: skip
        assert client.post(rank, {"rank": "2", "score": "87,50"}).status_code == 302
        candidate.refresh_from_db()
        assert (candidate.rank, str(candidate.score)) == (2, "87.50")
        changes = {row.field: (row.was, row.is_now) for row in candidate.rank_changes.all()}
        assert changes == {"rank": (UNKNOWN, "2"), "score": (UNKNOWN, "87,50")}
        assert "Perubahan peringkat" in client.get(page(candidate)).content.decode()
        for verb, day in (("select", 2), ("validate", 3), ("mentor", 4)):
            assert step(candidate, verb) in client.get(page(candidate)).content.decode()
            sent = {"on": f"2022-05-0{day}", "reason": "Sesuai berita acara."}
            assert client.post(step(candidate, verb), sent).status_code == 302
            candidate.refresh_from_db()
        assert candidate.stage == "mentored"
        assert candidate.last_step().reason == "Sesuai berita acara."
        assert client.post(rank, {"rank": "5"}).status_code == 409, "it has been carried out"

    def test_page_says_what_stands_against_a_step(self, client, round_, reviewer):
        IncubatorCriterionFactory()
        mentored = IncubatorFactory(round=round_, stage="mentored")
        [(verb, _label, against)] = client.get(page(mentored)).context["moves"]
        assert verb == "establish"
        assert "tanda-daftar" in against.message
        assert "tanda-daftar" in client.get(step(mentored, "establish")).content.decode()
        wrong = client.get(step(mentored, "release"))
        assert wrong.status_code == 409
        assert str(MOVES["establish"].label) in wrong.content.decode()
        assert '<form class="panel"' not in wrong.content.decode()

    def test_step_that_cannot_be_is_refused_with_reason_and_cure(self, client, round_, reviewer):
        IncubatorFactory(round=round_, stage="selected")
        IncubatorFactory(round=round_, stage="selected")
        waiting = IncubatorFactory(round=round_, rank=3)
        sent = {"on": today_in_jakarta(), "reason": "Baris contoh."}
        refused = client.post(step(waiting, "select"), sent)
        assert refused.status_code == 409
        assert "2 tempat" in refused.content.decode()
        assert "Baris contoh." in refused.content.decode()
        assert client.post(step(waiting, "mentor"), sent).status_code == 409
        late = sent | {"on": today_in_jakarta() + timedelta(days=1)}
        assert client.post(step(waiting, "select"), late).status_code == 400
        assert client.get(step(waiting, "strike_off")).status_code == 404
        waiting.refresh_from_db()
        assert waiting.stage == "shortlisted"
        IncubatorCriterionFactory()
        mentored = IncubatorFactory(stage="mentored", round__programme_year__year=2023)
        refused = client.post(step(mentored, "establish"), sent)
        assert refused.status_code == 409
        assert "tanda-daftar" in refused.content.decode()


def step(incubator, verb):
    return reverse("incubators:incubator-move", args=[incubator.pk, verb])
