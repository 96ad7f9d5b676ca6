"""Every address x every actor x every method, from one table (tests/access/table.py)."""

import re
from itertools import product

import pytest
from django.db import transaction

from tests.access.actors import Actor, Visit
from tests.access.addresses import Address, all_addresses, registered_models
from tests.access.rules import (
    LOGIN,
    Row,
    Target,
    attempts,
    expected,
    expected_of_system,
    leads_to_login,
    targets,
)
from tests.access.systems import is_trace
from tests.access.table import MODELS, PAGES, SEE_COHORTS, STAFF, row_of
from tests.access.world import CANARIES, World, quiet_world

pytestmark = pytest.mark.django_db
ADDRESSES = all_addresses()
WITH_ROW = [address for address in ADDRESSES if row_of(address.key)]
# Who sees cohorts sees the names in them.
SEE_NAMES = SEE_COHORTS
SINGLE_PAGES = [address for address in WITH_ROW if address.key in PAGES]
# The documentation are pages for people.
DOCUMENTATION = {"api:docs", "api:start"}
OF_SYSTEMS = [
    one for one in SINGLE_PAGES if one.key.startswith("api:") and one.key not in DOCUMENTATION
]
OUR_PAGES = ("progress:", "institutions:", "trainings:")
OTHER_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")
REFUSALS = {302, 403, 404, 405}
# The one request that answers with a NIK: asked with a reason, logged.
REVEAL = {
    ("trainings:participant-nik", "POST"),
    ("tenants:tenant-nik", "POST"),
    ("trainings:participant-file-download", "POST"),
}
# Forms that look at where they were sent from instead, since strangers get no cookie for a token.
WITHOUT_TOKEN = {"progress:language"}
TOKENS = re.compile(r'(csrfmiddlewaretoken" value=|nonce=)"[^"]*"')


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), quiet_world() as world:
        yield world


def test_every_address_has_a_row():
    lacking = sorted({address.key for address in ADDRESSES if row_of(address.key) is None})
    assert not lacking, (
        "These addresses have no row in tests/access/table.py. Add one to PAGES (for a model of "
        f"the administration to MODELS) that says who may: {lacking}"
    )


def test_every_row_has_an_address():
    keys = {address.key for address in ADDRESSES}
    assert not sorted(PAGES.keys() - keys)
    assert not sorted(MODELS.keys() - set(registered_models()))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("address", WITH_ROW, ids=str)
def test_every_actor_gets_what_the_table_says(address: Address, method: str, world: World):
    row, problems, bodies = row_of(address.key), [], {}
    for target, actor in attempts(row, address.key, method, world):
        visit = _visit(world, actor, method, target)
        found = [
            *_answer(row, method, actor, target, visit),
            *_side_effects(row, method, actor, visit),
        ]
        if (address.key, method) not in REVEAL:
            found += _leaks(world, actor, visit)
        problems += [f"{method} {target} as {actor.name}: {problem}" for problem in found]
        if visit.status == 404 and (target.side or not target.exists):
            bodies.setdefault(actor.name, set()).add(_comparable(visit, target))
    problems += [
        f"{method} {address}: {name} can tell a foreign row from a missing one"
        for name, texts in bodies.items()
        if len(texts) > 1
    ]
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def _visit(world: World, actor: Actor, method: str, target: Target) -> Visit:
    """One request that leaves nothing behind; those without the administration's rights go on to
    where it sends them, since its own login page decides."""
    with transaction.atomic():
        visit = world.browser.visit(actor, method, target.path, _sent(method, target))
        while visit.location.startswith("/admin/") and actor.role not in STAFF:
            visit = world.browser.visit(actor, "GET", visit.location)
        transaction.set_rollback(True)
    return visit


def _sent(method: str, target: Target) -> dict | None:
    if method == "GET":
        return None
    for value in target.data.values():
        if hasattr(value, "seek"):
            value.seek(0)
    return target.data


def _answer(row: Row, method: str, actor: Actor, target: Target, visit: Visit) -> list[str]:
    if visit.response.exc_info:
        return [f"raised {visit.response.exc_info[1]!r}"]
    wanted = expected(row, method, actor, target)
    if wanted == LOGIN:
        fits = visit.status == 302 and leads_to_login(visit.location, target.path)
    else:
        fits = visit.status in (wanted if isinstance(wanted, tuple) else (wanted,))
    return [] if fits else [f"expected {wanted}, got {visit.status} {visit.location}".rstrip()]


def _side_effects(row: Row, method: str, actor: Actor, visit: Visit) -> list[str]:
    """What must hold of every answer, whatever its status."""
    found = []
    noted = [text for text in visit.writes if text.startswith('INSERT INTO "privacy_accesslog"')]
    is_reading = method == "GET" or visit.status in REFUSALS - {302}
    others = [text for text in visit.writes if text not in noted]
    if actor.token:
        others = [text for text in others if not is_trace(text)]
    if is_reading and others:
        found.append(f"writes: {others}")
    if method == "GET" and bool(noted) != (visit.status == 200 and actor.role in row.logged_for):
        found.append(f"{len(noted)} rows in the access log")
    if method == "GET" and visit.queries > row.queries:
        found.append(f"asks the database {visit.queries} times; at most {row.queries} are agreed")
    if "<body" in visit.text and "DATA CONTOH" not in visit.text:
        found.append("does not say that the data are samples")
    if "unsafe" in (policy := visit.response.get("Content-Security-Policy", "")) or not policy:
        found.append(f"has the content security policy {policy!r}")
    return found


def _leaks(world: World, actor: Actor, visit: Visit) -> list[str]:
    """What no page may show at all, and what only others may see."""
    found = [f"shows the {what} of a participant" for text, what in CANARIES if text in visit.text]
    for side in world.sides:
        hidden = [] if side.name in actor.reaches else [*side.institution_names]
        if side.name not in actor.reaches or actor.role not in SEE_NAMES:
            hidden.append(side.person.name)
        found += [f"shows “{name}”" for name in hidden if name in visit.text]
    return found


def _comparable(visit: Visit, target: Target) -> str:
    return TOKENS.sub("", visit.text).replace(target.path, "")


@pytest.mark.parametrize(
    "address", [address for address in WITH_ROW if address.key not in WITHOUT_TOKEN], ids=str
)
def test_post_without_its_token_is_refused(address: Address, world: World):
    target = targets(row_of(address.key), address.key, world)[0]
    # Nothing of the interface takes a POST, so it is the method that is refused there; where tokens
    # are had, it is the credentials that lack.
    spaces = {"api": (401, 403, 404, 405), "oauth": (400, 401)}
    refused = spaces.get(address.key.partition(":")[0], (403,))
    for name in ("anonymous", "operator", "national_admin"):
        visit = world.strict_browser.visit(world.actors[name], "POST", target.path, target.data)
        assert visit.status in refused, name
        assert visit.writes == [], name


@pytest.mark.parametrize("address", SINGLE_PAGES, ids=str)
def test_other_methods_change_nothing(address: Address, world: World):
    target = targets(row_of(address.key), address.key, world)[0]
    for method, name in product(OTHER_METHODS, ("operator", "national_admin")):
        visit = world.browser.visit(world.actors[name], method, target.path)
        assert visit.status < 500 or address.key == "readyz", (method, name)
        assert not visit.writes, (method, name)
        if method in ("PUT", "PATCH", "DELETE") and address.key.startswith(OUR_PAGES):
            assert visit.status in (403, 404, 405), (method, name)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("address", OF_SYSTEMS, ids=str)
def test_a_partners_system_gets_what_its_scope_and_its_area_say(
    address: Address, method: str, world: World
):
    row, problems = row_of(address.key), []
    scope = row.scope if method == "GET" else row.write_scope
    for target, (actor, covered) in product(
        targets(row, address.key, world), world.systems.trying(scope)
    ):
        visit = _visit(world, actor, method, target)
        wanted = expected_of_system(row, method, target, covered=covered)
        fits = visit.status in (wanted if isinstance(wanted, tuple) else (wanted,))
        found = [] if fits else [f"expected {wanted}, got {visit.status}"]
        found += _side_effects(row, method, actor, visit) + _leaks(world, actor, visit)
        problems += [f"{method} {target} as {actor.name}: {problem}" for problem in found]
    ended = _visit(world, world.systems.ended, method, targets(row, address.key, world)[0])
    assert ended.status in (401, 405)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("address", OF_SYSTEMS, ids=str)
def test_a_partners_system_changes_nothing_by_a_method_in_disguise(address: Address, world: World):
    """Neither by another method nor by a header that names one, with all but the write scope."""
    row = row_of(address.key)
    actor, target = world.systems.without["reports:draft"], targets(row, address.key, world)[0]
    for method in ("PUT", "PATCH", "DELETE"):
        visit = world.browser.visit(actor, method, target.path)
        assert visit.status in (403, 404, 405), method
        assert not [text for text in visit.writes if not is_trace(text)], method


def test_a_token_opens_no_page(world: World):
    actor, stranger = world.systems.without[""], world.actors["anonymous"]
    for address in SINGLE_PAGES:
        if address in OF_SYSTEMS:
            continue
        row = row_of(address.key)
        target = targets(row, address.key, world)[0]
        visit = _visit(world, actor, "GET", target)
        assert not _answer(row, "GET", stranger, target, visit), address.key
