"""A leader makes the pack for the national meeting by phone."""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from blk_portal.accounts.roles import Role
from tests.e2e.conftest import PASSWORD, PHONE
from tests.factories import ActualFactory, TargetFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_leader_makes_the_pack_by_phone(person, worker):
    year = TargetFactory().programme_year
    ActualFactory(programme_year=year, value=464)
    leader = person(UserFactory(role=Role.LEADERSHIP, password=PASSWORD), viewport=PHONE)
    leader.visit("/capaian/")
    leader.press("main a:has-text('Bahan rapat')")
    assert (leader.overflow(), leader.barriers()) == (0, [])
    leader.press("main form button:has-text('Buat bahan rapat')")
    ready = leader.page.get_by_role("heading", name="Bahan rapat siap")
    expect(ready).to_be_visible(timeout=30_000)
    assert (leader.overflow(), leader.barriers()) == (0, [])
    paper = leader.page.get_by_role("link", name="Buka dokumen (PDF)").get_attribute("href")
    answer = leader.page.context.request.get(f"{leader.page.url.split('/capaian')[0]}{paper}")
    assert "464" in PdfReader(io.BytesIO(answer.body())).pages[0].extract_text()
