"""Each page in each language shows no sentence of the other."""

from functools import cache

import polib
import pytest
from django.conf import settings

from blk_portal.accounts.roles import Role
from institutions.reference.papers import CONSENT
from tests.access.actors import Actor, Browser
from tests.access.rules import targets
from tests.access.table import PAGES
from tests.access.world import World, standing_world
from tests.house.catalogue import CATALOGUES
from tests.languages.marks import Page

pytestmark = pytest.mark.django_db
ACTORS = ("anonymous", Role.NATIONAL_ADMIN, Role.AREA_REVIEWER, Role.OPERATOR, Role.LEADERSHIP)
OURS = sorted(
    key for key in PAGES if key.startswith(("progress:", "institutions:", "incubators:",
                                            "trainings:", "account_", "api:docs"))
)  # fmt: skip
# Names in rows that read like a sentence of the portal: shown as they were written.
WRITTEN = {"institutions:paper-list": {CONSENT.name}}
# Alike in both, each looked at: words Indonesian has taken over, names and codes, and particulars
# with nothing but signs between them.
ALIKE = {
    "%(at)s, %(name)s", "%(at)s, %(name)s: %(because)s", "%(step)s: %(name)s",
    "%(step)s, %(amount)s: %(tranche)s", "%(table)s, %(month)s",
    "%(what)s: %(name)s", "(%(part)s)", "18–24", "25–34", "35–44", "Auditor", "Bank", "Data", "LPJ",
    "CSR (Rp)", "Indonesia", "KUR (Rp)", "Mental", "NPSN", "NPWP", "NSPP", "Operator", "PKB",
    "Pesantren",
    "SP2D", "Status", "TKM (Rp)", "Target", "Target %(name)s: %(rule)s (%(source)s)", "Tenant",
    "UPTP", "VIN", "audit", "bank", "rupiah", "santri", "status", "target", "tenant",
}  # fmt: skip


@cache
def sentences() -> dict[str, dict[str, str]]:
    """Per language its sentences that the other would write differently, with how it would."""
    entries = [entry for path in CATALOGUES for entry in polib.pofile(str(path))]
    pairs = {
        (single, translated)
        for entry in entries
        for single in (entry.msgid, entry.msgid_plural)
        for translated in (entry.msgstr, *entry.msgstr_plural.values())
        if single and translated and "%(" not in single
    }
    # Pages begin labels with a capital.
    english = {one.casefold() for one, _ in pairs}
    indonesian = {other.casefold() for _, other in pairs}
    return {
        "id": {one: other for one, other in pairs if one.casefold() not in indonesian},
        "en": {other: one for one, other in pairs if other.casefold() not in english},
    }


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing_world() as world:
        yield world


class LanguageBrowser(Browser):
    """Comes with the choice of a language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def page(self, actor: Actor, path: str) -> Page | None:
        self.client.cookies.clear()
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = self.language
        if actor.session:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = actor.session
        answer = self.client.get(path)
        is_page = answer.get("Content-Type", "").startswith("text/html")
        return Page(answer.content.decode()) if is_page and answer.status_code < 500 else None


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("key", OURS)
def test_page_shows_no_sentence_of_the_other_language(key: str, language: str, world: World):
    browser, foreign = LanguageBrowser(language), sentences()[language]
    path = targets(PAGES[key], key, world)[0].path
    found = set()
    for name in ACTORS:
        if page := browser.page(world.actors[name], path):
            found |= {piece for piece in page.pieces if piece in foreign}
    found -= WRITTEN.get(key, set())
    assert not {piece: foreign[piece] for piece in found}


def test_indonesian_that_reads_like_its_english_is_looked_at():
    same = {
        entry.msgid
        for path in CATALOGUES
        for entry in polib.pofile(str(path))
        if entry.msgid == entry.msgstr and not entry.obsolete
    }
    assert same == ALIKE
