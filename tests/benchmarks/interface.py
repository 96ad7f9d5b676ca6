"""The interface on the nation: pages of a hundred from the first to the last, of a list and of what
a copy lacks, validators, and lines."""

import json
import resource
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db import connection, transaction
from django.test import RequestFactory
from django.urls import resolve, reverse

from blk_portal.accounts.demo import demo_users
from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Role
from institutions.keyset import CURSOR
from institutions.models import Change, Institution
from institutions.models.reach import reach_of
from institutions.syncing import Walk, digest
from tests.benchmarks import raw_lists
from tests.benchmarks.measure import Line, median_of_pairs, seconds
from tests.benchmarks.pages import ADMIN
from trainings.models import Cohort, Participant

AREA = Role.AREA_REVIEWER
MOST, RUNS = 1.8, 101
MOST_UNCHANGED, MOST_LINES = 0.005, 30
# A budget year of changes, spread over so many transactions, and a number before the first of them.
CHANGES, SINCE, BEFORE = 300, 5, 10
NOTED = """
INSERT INTO institutions_change (kind, row_id, xid, has_left, institution)
SELECT %s, p.id, %s + p.id %% %s, false, c.institution_id
FROM trainings_participant p JOIN trainings_cohort c ON c.id = p.cohort_id
JOIN institutions_programmeyear y ON y.id = c.programme_year_id AND y.year = 2022
"""
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
    # Before the changes that are taken back: until they are vacuumed away, each request walks past.
    yield _unchanged(users[ADMIN])
    for role in (ADMIN, AREA):
        yield from _changes(users[role], role)
    yield _lines(users[ADMIN])


def _lists(name: str, user: User, role: str) -> Iterator[Line]:
    """The first page, one half way and one near the end, each beside the same rows by one
    statement; of participants as a copy is made as well."""
    read, model, order = LISTS[name]
    path = f"{reverse(f'api:{name}-list')}?jumlah=100"
    names = [key.removeprefix("-") for key in order]
    area = None
    if role != ADMIN:
        area = list(Institution.objects.visible_to(user).guided().values_list("pk", flat=True))
    backwards = [key[1:] if key.startswith("-") else f"-{key}" for key in order]
    rows = model.objects.visible_to(user).order_by(*backwards)
    places = {"first": None, "middle": rows.count() // 2, "last": 150}
    for where, place in places.items():
        keys = None if place is None else rows.values_list(*names)[place]
        addresses = {"": path if keys is None else f"{path}&{CURSOR}={raw_lists.cursor(keys)}"}
        if name == "participant":
            addresses[" of a copy"] = _of_copy(user, path, keys)

        def least(keys=keys) -> bytes:
            return read(area, keys)

        for what, address in addresses.items():
            ask = asking(user, address)
            assert json.loads(ask().content)["results"] == json.loads(least()), address
            yield Line(f"100 {name}s{what}, {where} page ({role})",
                       *median_of_pairs(ask, least, runs=RUNS), runs=RUNS, most=MOST)  # fmt: skip


def _of_copy(user: User, path: str, keys: tuple[int, ...] | None) -> str:
    """The page of the first walk of a copy that begins after a row with these keys."""
    begun = f"{path}&updated_since=0"
    return f"{begun}&{CURSOR}={_walk(user, begun).beyond(*keys).text}" if keys else begun


def _walk(user: User, path: str) -> Walk:
    """The walk that the next page goes on with."""
    address = urlsplit(json.loads(asking(user, path)().content)["next"])
    return Walk.read(parse_qs(address.query)[CURSOR][0])


def _changes(user: User, role: str) -> Iterator[Line]:
    """What a copy lacks after a budget year of participants has changed: as many were noted."""
    path = f"{reverse('api:participant-list')}?jumlah=100"
    kind = Change.Kind.PARTICIPANT
    with transaction.atomic(), connection.cursor() as cursor:
        Change.objects.all()._raw_delete("default")
        cursor.execute(NOTED, [kind, BEFORE, CHANGES])
        noted = cursor.rowcount
        cursor.execute("ANALYZE institutions_change")
        walk = replace(_walk(user, f"{path}&updated_since=0"), since=SINCE, after=())
        begun = replace(walk, since=0, until=SINCE)
        for where, after in (("first", ()), ("last", (BEFORE + CHANGES - 5, 0))):
            place = f"&{CURSOR}={replace(walk, after=after).text}" if after else ""
            ask = asking(user, f"{path}&updated_since={begun.text}{place}")
            assert json.loads(ask().content)["results"]
            yield Line(f"100 of {noted:,} changes, {where} page ({role})",
                       seconds(ask, runs=RUNS), 0, runs=RUNS)  # fmt: skip
        transaction.set_rollback(True)


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
