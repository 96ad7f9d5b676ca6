"""Partners' systems in the world: one client whose area is a side, and tokens of every cut."""

from dataclasses import dataclass
from typing import Any

from blk_portal.accounts.models import ClientRequest, PartnerClient
from blk_portal.accounts.roles import Role
from blk_portal.accounts.scopes import Scope
from tests.access.actors import Actor
from tests.factories import PartnerClientFactory, token_of

EVERY_CLIENT = "*"
# What a request of a system may write, whatever it asks.
TRACES = (
    'UPDATE "ACCOUNTS_PARTNERCLIENT" SET "LAST_USED_AT"',
    'INSERT INTO "ACCOUNTS_CLIENTREQUEST"',
)


@dataclass(frozen=True)
class Systems:
    """The tokens by the one scope that they have, and by the one that they lack."""

    only: dict[str, Actor]
    without: dict[str, Actor]
    ended: Actor

    def trying(self, scope: str | None) -> list[tuple[Actor, bool]]:
        """Who tries an address, and whether its scope is covered."""
        if scope is None:
            return [(self.without[""], False)]
        if scope == EVERY_CLIENT:
            return [(self.only[""], True)]
        return [(self.only[scope], True), (self.without[scope], False)]


def client_rows(institution: Any) -> dict[str, Any]:
    """A client of the institution's province, and one request of it, for the administration."""
    client = PartnerClientFactory(area=institution.regency.province)
    request = ClientRequest.objects.create(
        client=client, method="GET", route="api:province-list", status=200, milliseconds=1,
        sent_bytes=1,
    )  # fmt: skip
    return {"client": client, "client_request": request}


def systems_of(client: PartnerClient, side: str) -> Systems:
    def actor(name: str, scopes: set[str], **kwargs) -> Actor:
        token = token_of(client, sorted(scopes), **kwargs)
        return Actor(name, Role.PARTNER, frozenset({side}), token=token)

    # Names are read by a scope beside that of the rows, which the database asks for as well.
    every = set(Scope.values)
    return Systems(
        only={name: actor(f"system with {name}", {name} - {""}) for name in ("", *every)},
        without={name: actor(f"system without {name}", every - {name}) for name in ("", *every)},
        ended=actor("system whose token is over", every, hours=-1),
    )


def is_trace(statement: str) -> bool:
    return statement.upper().startswith(TRACES)
