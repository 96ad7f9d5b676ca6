"""No page, message, mail or answer shows a sentence that has no translation.

Each page of tests/access/table.py is asked for in a language whose translated sentences stand in
marks; what stands outside of marks must be data of the world or one of a few names.
"""

import json
from collections.abc import Iterator

import pytest
from django.core import mail
from django.db import transaction
from django.test import RequestFactory
from django.urls import reverse

from blk_portal.progress.errors import failure_page, refusal_page
from tests.access.actors import Actor, Visit
from tests.access.addresses import Address, admin_address, all_addresses
from tests.access.rules import LOGIN, Row, Target, expected, targets
from tests.access.table import row_of
from tests.access.world import World, quiet_world
from tests.house.sources import ROOT
from tests.languages.data import Known
from tests.languages.marks import OPEN, Page, marked_language, unmarked

pytestmark = pytest.mark.django_db
ADDRESSES = [address for address in all_addresses() if row_of(address.key)]
STATUSES = sorted(int(path.stem) for path in (ROOT / "templates").glob("[0-9][0-9][0-9].html"))
# Who sends forms: those who may, one who may not, and a stranger.
SENDERS = ("anonymous", "area_reviewer", "national_admin", "operator")
# Data that no row holds in plain: the cells of rows to mend, what the forms of the table send, and
# the name of the file that a list is taken away in.
SEALED_OR_SENT = (
    "Baris here",
    "Orang Baru",
    "Operator Baru",
    "Sesuai KTP.",
    "Nama Benar",
    "Permintaan tertulis.",
    "Surat contoh.",
    "Ada ralat.",
    "Alasan contoh.",
    "Baik.",
    "Sudah dilengkapi.",
    "daftar.csv",
    "lembaga.csv",
    "testserver",
)
IN_ADMINISTRATION = ("area_reviewer", "national_admin")
REFUSALS = {403, 404, 405}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), quiet_world() as world:
        yield world


@pytest.fixture(scope="module")
def known(world):
    return Known(*SEALED_OR_SENT)


@pytest.mark.parametrize("address", ADDRESSES, ids=str)
def test_every_sentence_of_a_page_is_translated(address: Address, world: World, known: Known):
    found = {}
    with marked_language():
        for where, text in _pages(address, world):
            for words in Page(text).unmarked:
                if known.foreign(words):
                    found.setdefault(words, where)
    if found:
        lines = [f"{where}: {words}" for words, where in found.items()]
        pytest.fail("Not translated, or never given to gettext:\n" + "\n".join(lines), False)


def _pages(address: Address, world: World) -> Iterator[tuple[str, str]]:
    """Every page an address shows: to each actor, for an empty form, and after a good one."""
    row, shown = row_of(address.key), set()
    for target in targets(row, address.key, world):
        if target.side is world.there:
            continue
        for name, method, data in _tries(row, address, target, world):
            for text in _answers(world, world.actors[name], method, target, data):
                if text not in shown:
                    shown.add(text)
                    yield f"{method} {target} as {name}", text


def _tries(
    row: Row, address: Address, target: Target, world: World
) -> list[tuple[str, str, dict | None]]:
    """Who asks for what: all who may; of those who get the same refusal, one, and once.

    The way to the login page has no words. The administration answers an empty form with the page
    of its GET, but for the forms that add and change.
    """
    made = admin_address(address.key)
    readers = IN_ADMINISTRATION if made else sorted(world.actors.keys() - {"operator_there"})
    senders = IN_ADMINISTRATION if made else SENDERS
    if made and made[1] not in ("add", "change"):
        senders = ()
    tries, may_send = [], []
    for names, method in ((readers, "GET"), (senders, "POST")):
        refused = {LOGIN}
        for name in names:
            answer = expected(row, method, world.actors[name], target)
            if answer in refused:
                continue
            tries.append((name, method, None if method == "GET" else {}))
            if answer in REFUSALS:
                refused.add(answer)
            elif method == "POST":
                may_send.append(name)
    return tries + [(name, "POST", target.data) for name in may_send if not made and target.data]


def _answers(
    world: World, actor: Actor, method: str, target: Target, data: dict | None
) -> list[str]:
    """The page itself, and the one it leads to with the message on it; nothing is left behind."""
    for value in (data or {}).values():
        if hasattr(value, "seek"):
            value.seek(0)
    with transaction.atomic():
        visit = world.browser.visit(actor, method, target.path, data)
        texts = [_html(visit)]
        if method == "POST" and visit.status == 302 and visit.location.startswith("/"):
            texts.append(_html(Visit(world.browser.client.get(visit.location))))
        transaction.set_rollback(True)
    return [text for text in texts if text]


def _html(visit: Visit) -> str:
    return visit.text if visit.response.get("Content-Type", "").startswith("text/html") else ""


@pytest.mark.parametrize("status", STATUSES)
def test_every_sentence_of_a_refusal_is_translated(status: int, known: Known):
    request = RequestFactory().get("/")
    request.user = None
    with marked_language():
        pages = [refusal_page(request, status=status), failure_page(status=status)]
        left = [words for page in pages for words in Page(page.content.decode()).unmarked]
        assert OPEN in pages[0].content.decode()
    assert not [words for words in left if known.foreign(words)]


@pytest.mark.parametrize("email", ["siti@contoh.id", "tidak-dikenal@contoh.id"])
def test_every_sentence_of_a_mail_is_translated(email: str, world: World, known: Known):
    person = world.users["operator"]
    with transaction.atomic(), marked_language():
        type(person).objects.filter(pk=person.pk).update(email="siti@contoh.id")
        world.browser.visit(
            world.actors["anonymous"], "POST", reverse("account_reset_password"), {"email": email}
        )
        transaction.set_rollback(True)
    [message] = mail.outbox
    lines = [message.subject, *message.body.splitlines()]
    assert OPEN in message.body
    left = [unmarked(line)[0] for line in lines if "http" not in line]
    assert not [words for words in left if known.foreign(words)]


API_REFUSALS = [
    ("anonymous", "GET", "/api/v1/institutions/"),
    ("partner", "GET", "/api/v1/institutions/"),
    ("operator", "GET", "/api/v1/institutions/tidak-ada/"),
    ("operator", "GET", "/api/v1/institutions/?tidak=ada"),
    ("operator", "GET", "/api/v1/institutions/?cursor=salah"),
    ("operator", "GET", "/api/v1/institutions/?page_size=banyak"),
    ("operator", "GET", "/api/v1/actuals/?year=dua"),
    ("operator", "POST", "/api/v1/institutions/"),
]


@pytest.mark.parametrize(("name", "method", "path"), API_REFUSALS)
def test_every_sentence_of_a_problem_is_translated(
    name: str, method: str, path: str, world: World, known: Known
):
    with marked_language():
        visit = world.browser.visit(world.actors[name], method, path)
        problem = json.loads(visit.response.content)
    texts = [problem["title"], problem["detail"]]
    texts += [text for listed in problem.get("errors", {}).values() for text in listed]
    assert visit.status >= 400
    assert not [text for text in texts if known.foreign(unmarked(text)[0])]


def test_every_sentence_of_the_schema_is_translated(world: World, known: Known):
    with marked_language():
        visit = world.browser.visit(world.actors["operator"], "GET", "/api/v1/schema/")
        schema = json.loads(visit.response.content)
    left = {unmarked(text)[0] for text in _prose(schema)}
    assert not {words for words in left if known.foreign(words)}


def _prose(part: object) -> Iterator[str]:
    """The sentences for people within an OpenAPI description; lists of values name their codes."""
    if isinstance(part, list):
        for item in part:
            yield from _prose(item)
    if not isinstance(part, dict):
        return
    for key, value in part.items():
        if key in ("title", "description", "summary") and isinstance(value, str):
            yield from (line.partition("` - ")[2] or line for line in value.splitlines())
        elif key != "example":
            yield from _prose(value)
