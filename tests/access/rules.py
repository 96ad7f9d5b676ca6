"""How the table is written and read: who may, what others get, and what follows from the area."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.urls import reverse

from tests.access.actors import Actor
from tests.access.groups import EVERYBODY, STAFF
from tests.access.world import Side, World

LOGIN = "the login page"
MISSING_ID = 987_654_321
MISSING_NUMBER = f"BT-2022-{MISSING_ID}"
Statuses = int | tuple[int, ...]


@dataclass(frozen=True)
class Rule:
    """The roles that may, and the answer they get for a row of their area."""

    answer: Statuses
    roles: frozenset[str] = EVERYBODY


@dataclass(frozen=True)
class Row:
    """One address of the table.

    get, post: a rule or several of them; a bare status is for everybody who is logged in.
    others: what people with a login get whom no rule names.
    strangers: what those without a login get; None is the way to the login page.
    of: the row of a side the address is about: its area decides, and a foreign one is 404.
    lone: the row without an area that the address is about.
    args: the address's arguments, made from that row. data: what a valid POST sends.
    is_blind: answers without looking for the row.
    path: for an address whose pattern cannot be reversed.
    logged_for: roles whose reading leaves a row in the access log, all that a GET may write.
    queries: the most a page may ask of the database.
    scope, write_scope: what a partner's system needs at an address of the interface; None keeps it
    out, "*" lets every system in. system: what it gets where that is not the first rule's answer.
    """

    get: Rule | tuple[Rule, ...] | int
    post: Rule | tuple[Rule, ...] | int = 405
    others: Statuses = 403
    strangers: Statuses | None = None
    of: str = ""
    lone: str = ""
    args: Callable[[Any], list] = lambda row: [row.pk]
    data: Callable[[Any], dict] = lambda side: {}
    is_blind: bool = False
    path: str = ""
    logged_for: frozenset[str] = frozenset()
    queries: int = 12
    scope: str | None = None
    write_scope: str | None = None
    system: Statuses | None = None

    def rules(self, method: str) -> tuple[Rule, ...]:
        rules = self.get if method == "GET" else self.post
        if isinstance(rules, int):
            return (Rule(rules),)
        return rules if isinstance(rules, tuple) else (rules,)

    def rule_for(self, actor: Actor, method: str) -> Rule | None:
        """The rule that lets this actor in; none for one who is refused, or has no login."""
        return next((rule for rule in self.rules(method) if actor.role in rule.roles), None)


@dataclass(frozen=True)
class Target:
    """Where one request goes: the path, the side whose row it names, and whether the row exists."""

    path: str
    side: Side | None = None
    exists: bool = True
    data: dict = field(default_factory=dict)

    def __str__(self) -> str:
        whose = "a missing row" if not self.exists else f"row {self.side.name}" if self.side else ""
        return f"{self.path} {whose}".strip()


def path_of(key: str, args: list) -> str:
    """The path of an address; one without a name is written out from its route."""
    if "<path:object_id>" in key:
        return f"/{key}".replace("<path:object_id>", str(args[0]))
    return reverse(key, args=args)


def targets(row: Row, key: str, world: World) -> list[Target]:
    """Every row an address is tried with: both areas and an id nobody has."""
    if row.of:
        found = [
            Target(path_of(key, row.args(side.row(row.of))), side, data=row.data(side))
            for side in world.sides
        ]
    elif row.lone:
        found = [Target(path_of(key, row.args(world.lone[row.lone])), data=row.data(world))]
    else:
        return [Target(row.path or path_of(key, []), data=row.data(world))]
    known = row.args(world.here.row(row.of) if row.of else world.lone[row.lone])
    first = MISSING_NUMBER if isinstance(known[0], str) else MISSING_ID
    gone = path_of(key, [first, *known[1:]])
    return [*found, Target(gone, exists=False, data=found[0].data)]


def attempts(row: Row, key: str, method: str, world: World) -> list[tuple[Target, Actor]]:
    """Who is worth a request for which row of an address.

    Where the role or the method alone decides, one row shows it, and a missing one that nothing
    was looked for before. The administration asks who comes before it looks at row or method.
    """
    first, *others = targets(row, key, world)
    alike, is_ours = {"disabled", "operator_there"}, not key.startswith("admin")
    found = []
    for name, actor in sorted(world.actors.items()):
        if not is_ours and method == "POST" and actor.role not in STAFF:
            continue
        rule = row.rule_for(actor, method)
        if rule and rule.answer != 405:
            tried = [first, *others]
        elif rule or name in alike:
            tried = [first]
        else:
            tried = [first, *(target for target in others if is_ours and not target.exists)]
        # The second operator only matters where there is somebody else's row.
        found += [(target, actor) for target in tried if target.side or name != "operator_there"]
    return found


def expected(row: Row, method: str, actor: Actor, target: Target) -> Statuses | str:
    """What the table says this actor gets: a status, several, or the way to the login page."""
    if actor.role is None:
        return LOGIN if row.strangers is None else row.strangers
    rule = row.rule_for(actor, method)
    if rule is None:
        return row.others
    is_out_of_reach = target.side and target.side.name not in actor.reaches
    looks = not row.is_blind and rule.answer != 405
    if looks and (is_out_of_reach or not target.exists):
        return 404
    return rule.answer


def expected_of_system(row: Row, method: str, target: Target, *, covered: bool) -> Statuses:
    """What a system with a valid token gets, by method, scope and area in this order."""
    rule = row.rules(method)[0]
    if rule.answer == 405:
        return 405
    if not covered:
        return 403
    if not target.exists or (target.side and target.side.name != "here"):
        return 404
    return row.system or rule.answer


def leads_to_login(location: str, path: str) -> bool:
    """Whether an address is the login page's, and leads back here after the login."""
    parts = urlsplit(location)
    return parts.path == reverse("account_login") and parse_qs(parts.query).get("next") == [path]
