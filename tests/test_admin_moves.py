"""Steps of several rows at once in the administration."""

from datetime import date

import pytest
from django.urls import reverse

from incubators.models import Incubator, SelectionRound
from institutions.models import Institution
from tests.admin_pages import changelist
from tests.factories import (
    AreaReviewerFactory,
    IncubatorFactory,
    IncubatorReviewerFactory,
    InstitutionFactory,
    NationalAdminFactory,
    SelectionRoundFactory,
)

pytestmark = pytest.mark.django_db


def bulk(verb: str, rows, **data) -> dict:
    chosen = [row.pk for row in rows]
    return {"action": f"move_{verb}", "index": 0, "_selected_action": chosen} | data


def test_bulk_step_asks_first_and_shows_who_stays(client):
    ready, other = InstitutionFactory(), InstitutionFactory(signed=True)
    client.force_login(NationalAdminFactory())
    answer = client.post(changelist(Institution), bulk("verify", [ready, other]))
    assert answer.status_code == 200
    assert [pk for pk, _name, _number in answer.context["ready"]] == [ready.pk]
    assert [name for name, _why in answer.context["blocked"]] == [f"{other.name} ({other.code})"]
    assert b"style=" not in answer.content
    ready.refresh_from_db()
    assert ready.status == "proposed"


def test_bulk_step_moves_the_ready_and_keeps_the_others(client):
    ready, other = InstitutionFactory.create_batch(2), InstitutionFactory(signed=True)
    client.force_login(NationalAdminFactory())
    data = bulk("verify", [*ready, other], confirmed="True", on="2022-02-01")
    assert client.post(changelist(Institution), data).status_code == 302
    statuses = Institution.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["verified", "verified", "signed"]
    assert ready[0].transitions.get().happened_on.isoformat() == "2022-02-01"


def test_bulk_signing_needs_a_number_for_each_and_keeps_what_was_typed(client):
    rows = InstitutionFactory.create_batch(2, status="determined")
    client.force_login(NationalAdminFactory())
    data = bulk("sign", rows, confirmed="True", on="2022-03-02")
    numbers = {f"number-{row.pk}": f"PKB/{row.pk}" for row in rows}
    first = dict([next(iter(numbers.items()))])
    answer = client.post(changelist(Institution), data | first)
    assert answer.status_code == 400
    assert f"PKB/{rows[0].pk}" in answer.content.decode()
    assert client.post(changelist(Institution), data | numbers).status_code == 302
    assert rows[1].milestones.get().document_number == f"PKB/{rows[1].pk}"


@pytest.mark.parametrize("key", ["abc", "\x00", "-1"])
def test_chosen_rows_that_cannot_be_are_refused(client, key):
    client.force_login(NationalAdminFactory())
    data = {"action": "move_verify", "index": 0, "_selected_action": key}
    assert client.post(changelist(Institution), data).status_code == 400


def test_chosen_row_that_is_gone_moves_nothing(client):
    client.force_login(NationalAdminFactory())
    data = {"action": "move_verify", "index": 0, "_selected_action": "9" * 30, "confirmed": "True"}
    assert client.post(changelist(Institution), data).status_code in (200, 302, 400)


def test_area_reviewer_moves_own_rows_and_reaches_no_foreign_one(client):
    own, foreign = InstitutionFactory.create_batch(2, operational=True)
    client.force_login(AreaReviewerFactory(office=own.office))
    data = bulk("release", [own, foreign], confirmed="True", on="2022-12-01")
    client.post(changelist(Institution), data)
    assert set(Institution.objects.values_list("name", "status")) == {
        (own.name, "independent"),
        (foreign.name, "operational"),
    }


def test_reader_is_offered_no_step(client):
    own = InstitutionFactory(operational=True)
    client.force_login(IncubatorReviewerFactory())
    client.post(changelist(Institution), bulk("release", [own], confirmed="True", on="2022-12-01"))
    own.refresh_from_db()
    assert own.status == "operational"


def test_incubator_reviewer_strikes_off_with_a_reason_only(client):
    incubator = IncubatorFactory(stage="selected")
    client.force_login(IncubatorReviewerFactory())
    data = bulk("strike_off", [incubator], confirmed="True", on="2022-10-01")
    assert client.post(changelist(Incubator), data).status_code == 400
    assert client.post(changelist(Incubator), data | {"reason": "Mundur."}).status_code == 302
    incubator.refresh_from_db()
    assert incubator.stage == "struck_off"


def test_full_round_refuses_in_words_and_selects_up_to_its_places(client):
    rows = [IncubatorFactory(rank=n) for n in (1, 2)]
    SelectionRound.objects.update(places=1)
    client.force_login(IncubatorReviewerFactory())
    data = bulk("select", rows, confirmed="True", on="2022-10-01")
    answer = client.post(changelist(Incubator), data, follow=True)
    assert Incubator.objects.filter(stage="selected").count() == 1
    assert len(answer.context["messages"]) == 2


def test_reserves_ticked_together_are_selected_in_their_order(client):
    names = {2: "BLKK A", 1: "BLKK B", None: "BLKK C"}
    rows = [
        IncubatorFactory(institution__name=name, reserve_position=place, rank=None if place else 1)
        for place, name in names.items()
    ]
    client.force_login(IncubatorReviewerFactory())
    data = bulk("select", rows, confirmed="True", on="2022-10-01")
    answer = client.post(changelist(Incubator), data, follow=True)
    assert len(answer.context["messages"]) == 1
    assert Incubator.objects.filter(stage="selected").count() == 3


def test_candidate_enters_by_the_administration_only_if_the_register_allows_it(client):
    round_, able = SelectionRoundFactory(), InstitutionFactory(operational=True)
    client.force_login(IncubatorReviewerFactory())
    address = reverse("admin:incubators_incubator_add")
    data = {
        "round": round_.pk,
        "since": "2022-02-21",
        "rank": 1,
        "score": "87.50",
        "reserve_position": 1,
    }
    for rows in ("transitions", "rank_changes"):
        data |= {f"{rows}-TOTAL_FORMS": 0, f"{rows}-INITIAL_FORMS": 0}
    barred = client.post(address, data | {"institution": InstitutionFactory().pk})
    assert barred.status_code == 200
    assert len(barred.context["errors"]) == 1
    assert client.post(address, data | {"institution": able.pk}).status_code == 302
    entered = round_.incubators.get()
    assert (entered.institution, entered.listed_by.role) == (able, "national_incubator_reviewer")
    assert entered.listed_on == date(2022, 2, 21)
    history = client.get(reverse("admin:incubators_incubator_history", args=[entered.pk]))
    assert reverse("incubators:incubator-detail", args=[entered.pk]) in history.content.decode()
    listed = client.get(changelist(Incubator)).content.decode()
    assert able.code in listed
