"""The interface on the nation: lists of a hundred, the last page, validators, and lines."""

import json
import resource
from collections.abc import Callable, Iterator
from typing import Any

from django.test import RequestFactory
from django.urls import resolve, reverse

from blk_portal.accounts.demo import demo_users
from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Role
from institutions.keyset import CURSOR
from institutions.models import Institution
from institutions.models.reach import reach_of
from institutions.syncing import digest
from tests.benchmarks import raw_lists
from tests.benchmarks.measure import Line, median_of_pairs, seconds
from tests.benchmarks.pages import ADMIN
from trainings.models import Cohort, Participant

AREA = Role.AREA_REVIEWER
MOST, RUNS = 1.8, 15
MOST_UNCHANGED, MOST_LINES = 0.005, 30
LISTS = {
    "cohort": (raw_lists.cohorts, Cohort, ("-starts_on", "-id")),
    "participant": (raw_lists.participants, Participant, ("cohort_id", "id")),
}


def asking(user: User, path: str, **headers: str) -> Callable[[], Any]:
    """A request to the view itself: who asks, for which area, and not too often, is known."""
    view, args, kwargs = resolve(path.partition("?")[0])
    known = {"throttle_classes": [], "reach": digest(user.pk, reach_of(user))}
    view = type("Known", (view.cls,), known).as_view(view.actions, detail=False)

    def ask() -> Any:
        request = RequestFactory().get(path, headers=headers)
        request.user = user
        answer = view(request, *args, **kwargs)
        assert answer.status_code in (200, 304), (path, answer.status_code, answer.content)
        return answer

    return ask


def measure_interface() -> Iterator[Line]:
    users = demo_users()
    for name in LISTS:
        for role in (ADMIN, AREA):
            yield from _lists(name, users[role], role)
    yield _unchanged(users[ADMIN])
    yield _lines(users[ADMIN])


def _lists(name: str, user: User, role: str) -> Iterator[Line]:
    """The first page and one near the end, each beside the same rows by one statement."""
    read, model, order = LISTS[name]
    path = f"{reverse(f'api:{name}-list')}?jumlah=100"
    names = [key.removeprefix("-") for key in order]
    area = None
    if role != ADMIN:
        area = list(Institution.objects.visible_to(user).guided().values_list("pk", flat=True))
    backwards = [key[1:] if key.startswith("-") else f"-{key}" for key in order]
    rows = model.objects.visible_to(user).order_by(*backwards)
    for where in ("first", "last"):
        keys, address = None, path
        if where == "last":
            keys = rows.values_list(*names)[150]
            address = f"{path}&{CURSOR}={raw_lists.cursor(keys)}"
        ask = asking(user, address)

        def least(keys=keys) -> bytes:
            return read(area, keys)

        assert json.loads(ask().content)["results"] == json.loads(least()), name
        line = Line(f"100 {name}s, {where} page ({role})",
                    *median_of_pairs(ask, least, runs=RUNS), runs=RUNS, most=MOST)  # fmt: skip
        yield line


def _unchanged(user: User) -> Line:
    path = f"{reverse('api:participant-list')}?jumlah=100"
    tag = asking(user, path)()["ETag"]
    ask = asking(user, path, if_none_match=tag)
    assert ask().status_code == 304
    taken = seconds(ask, runs=RUNS)
    note = "" if taken < MOST_UNCHANGED else "!"
    return Line("304 for a page of participants", taken, 0, note=note, runs=RUNS)


def _lines(user: User) -> Line:
    """All participants of a budget year; the memory is that of the process at its largest."""
    path = f"{reverse('api:participant-list')}?tahun=2022"
    ask = asking(user, path, accept="application/x-ndjson")
    number = sum(piece.count(b"\n") for piece in ask().streaming_content)
    before = _megabytes()
    taken = seconds(lambda: sum(map(len, ask().streaming_content)), runs=1)
    grown = _megabytes() - before
    note = "" if taken < MOST_LINES * max(1, number / 232_000) else "!"
    name = f"{number:,} participants as lines, +{grown:.0f} MB"
    return Line(name, taken, 0, note=note, rows=number, runs=1)


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
