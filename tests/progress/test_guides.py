"""Each role has its guide, and each guide its pictures."""

import gzip
import re

import pytest
from django.urls import reverse

from blk_portal.accounts.roles import Role
from blk_portal.progress.guides import GUIDES, PICTURE_FOLDER, PICTURES
from tests.factories import InstitutionFactory, user_of
from tests.house.sources import ROOT

pytestmark = pytest.mark.django_db
URL = reverse("progress:guide")
FOLDER = ROOT / "blk_portal" / "static" / PICTURE_FOLDER
LARGEST_PICTURE = 60_000
# What an old phone loads of an operator's page, compressed, without pictures.
LARGEST_PAGE = 100_000
SHEETS = ("portal/fonts.css", "portal/tokens.css", "portal/portal.css")


def test_every_role_and_the_stranger_have_a_guide():
    assert set(GUIDES) == {None, *Role.values}


@pytest.mark.parametrize("role", GUIDES, ids=lambda role: role or "stranger")
def test_each_role_reads_its_own_guide(client, role):
    if role:
        client.force_login(user_of(role, InstitutionFactory()))
    page = client.get(URL)
    text = page.content.decode()
    assert page.status_code == 200
    assert GUIDES[role] in [template.name for template in page.templates]
    assert text.count("<h1>") == 1
    assert 4 <= text.count("<h2>") <= 9
    assert f'href="{URL}"' in text


def test_stranger_learns_how_to_get_an_account(client, settings):
    settings.MINISTRY_EMAIL = "pusat@contoh.invalid"
    page = client.get(URL).content.decode()
    assert "mailto:pusat@contoh.invalid" in page
    assert "UPTP" in page


def test_the_guides_show_exactly_the_pictures_that_are_drawn():
    named = {
        name
        for template in set(GUIDES.values())
        for name in re.findall(
            r'{% picture "([a-z-]+)"', (ROOT / "templates" / template).read_text()
        )
    }
    assert named == PICTURES.keys()
    assert {path.stem for path in FOLDER.iterdir()} == named


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_small_and_of_the_size_that_its_page_leaves_for_it(name):
    data = (FOLDER / f"{name}.webp").read_bytes()
    assert len(data) < LARGEST_PICTURE
    shot = PICTURES[name]
    assert abs(_size(data)[0] - shot.width) <= 1
    assert abs(_size(data)[1] - shot.height) <= 1


def _size(data: bytes) -> tuple[int, int]:
    """Width and height of a WebP picture, from its short or its extended header."""
    assert (data[:4], data[8:15]) == (b"RIFF", b"WEBPVP8")
    if data[15:16] == b"X":
        width, height = data[24:27], data[27:30]
        return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    return int.from_bytes(data[26:28], "little"), int.from_bytes(data[28:30], "little")


@pytest.mark.parametrize("name", ["progress:guide", "progress:home", "trainings:cohort-list"])
def test_operator_pages_stay_light(client, name):
    client.force_login(user_of(Role.OPERATOR, InstitutionFactory()))
    loaded = [client.get(reverse(name)).content]
    loaded += [(ROOT / "blk_portal" / "static" / sheet).read_bytes() for sheet in SHEETS]
    fonts = (ROOT / "blk_portal" / "static" / "portal" / "fonts").glob("*.woff2")
    weight = sum(len(gzip.compress(part)) for part in loaded)
    assert weight + sum(path.stat().st_size for path in fonts) < LARGEST_PAGE


def test_pictures_are_loaded_late_and_leave_their_room(client):
    client.force_login(user_of(Role.OPERATOR, InstitutionFactory()))
    tags = re.findall(r"<img [^>]*>", client.get(URL).content.decode())
    assert len(tags) == 6
    for tag in tags:
        assert 'loading="lazy"' in tag
        assert re.search(r'width="\d+" height="\d+"', tag)
        assert re.search(r'alt="[^"]{20,}"', tag)
