"""The people who try every door, and the browser they all use."""

import re
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Role

NATION = frozenset(
    {
        Role.NATIONAL_ADMIN,
        Role.NATIONAL_TRAINING_REVIEWER,
        Role.NATIONAL_INCUBATOR_REVIEWER,
        Role.LEADERSHIP,
    }
)
HERE = frozenset({Role.AREA_REVIEWER, Role.OBSERVER, Role.AUDITOR, Role.OPERATOR})
# What is executed by name was prepared by `blk_portal.rest.prepared`, once a connection.
READ_ONLY = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "EXECUTE TOLD_")
PREPARED = re.compile(r"PREPARE TOLD_\w+ \(BIGINT\[\]\) AS ")


@dataclass(frozen=True)
class Actor:
    """One who tries: a role (None for a stranger) and the sides whose rows it reaches.

    session, token: how it logs in; a token is that of a partner's system.
    """

    name: str
    role: str | None
    reaches: frozenset[str] = frozenset()
    session: str = ""
    token: str = ""


@dataclass
class Visit:
    """What one request did: its answer, its queries, and every statement that was not reading."""

    response: HttpResponse | None = None
    queries: int = 0
    writes: list[str] = field(default_factory=list)

    def __call__(self, execute, sql, params, many, context):
        self.queries += 1
        text = sql.lstrip("( \n").upper() if isinstance(sql, str) else str(sql)
        text, is_prepared = PREPARED.subn("", text)
        if is_prepared or text.startswith(("SAVEPOINT", "RELEASE")):
            self.queries -= 1
        if not text.startswith(READ_ONLY) or " FOR UPDATE" in text or " FOR NO KEY" in text:
            self.writes.append(sql)
        return execute(sql, params, many, context)

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def location(self) -> str:
        return self.response.get("Location", "")

    @property
    def text(self) -> str:
        kind = self.response.get("Content-Type", "")
        if self.response.streaming or not ("text/" in kind or "json" in kind):
            return ""
        return self.response.content.decode()


class Browser:
    """One test client for every actor: a session is a cookie, so changing hands is cheap."""

    def __init__(self, *, checks_csrf: bool = False) -> None:
        self.client = Client(raise_request_exception=False, enforce_csrf_checks=checks_csrf)

    def visit(self, actor: Actor, method: str, path: str, data=None) -> Visit:
        """One request as this actor, counting its queries and noting what it writes.

        As a process that has just started asks them: what an earlier request has learnt is gone.
        """
        ContentType.objects.clear_cache()
        self.client.cookies.clear()
        if actor.session:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = actor.session
        headers = {"Authorization": f"Bearer {actor.token}"} if actor.token else {}
        visit = Visit()
        with connection.execute_wrapper(visit):
            visit.response = getattr(self.client, method.lower())(path, data or {}, headers=headers)
        return visit


def logged_in(user: User) -> str:
    """A session of this person, as a login leaves it; returns the key."""
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    return session.session_key
