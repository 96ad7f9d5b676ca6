"""Parts of dashboards that are kept: never older than their figures, never before other eyes."""

import pytest
from django.core.cache import caches
from django.urls import reverse

from blk_portal.progress import rollup
from blk_portal.progress.models import Actual
from tests.factories import (
    AreaReviewerFactory,
    CohortReportFactory,
    LeadershipFactory,
    ObserverFactory,
    ProgrammeYearFactory,
    TrainingOfficeFactory,
)

pytestmark = pytest.mark.django_db
DASHBOARD = reverse("progress:dashboard")


@pytest.fixture
def place():
    """An institution with figures, of a province and an office; parts of pages are kept anew."""
    caches["template_fragments"].clear()
    year = ProgrammeYearFactory()
    report = CohortReportFactory(
        cohort__institution__office=TrainingOfficeFactory(), people=3, verified=True
    )
    rollup.settle(year.pk)
    return report.cohort.institution


@pytest.fixture
def kept(monkeypatch):
    """How often a part was written."""
    written = []
    keep = caches["template_fragments"].set

    def note(key, value, *args, **kwargs):
        written.append(key)
        return keep(key, value, *args, **kwargs)

    monkeypatch.setattr(type(caches["template_fragments"]), "set", lambda _cache, *a, **k: note(*a))
    return written


def test_part_is_written_once_and_stands_on_every_later_page(client, place, kept):
    client.force_login(LeadershipFactory())
    pages = [client.get(DASHBOARD).content.decode() for _visit in range(2)]
    assert len(kept) == 1
    for page in pages:
        assert (
            f"indikator=completed&amp;tahun=2022&amp;provinsi={place.regency.province.code}" in page
        )
    client.force_login(LeadershipFactory())
    client.get(DASHBOARD)
    assert len(kept) == 1, "another person sees the same"


def test_part_shows_a_recount_and_a_new_name_at_once(client, place):
    client.force_login(LeadershipFactory())
    province = place.regency.province
    detail = reverse("progress:province-detail", args=[province.code])
    for page in (DASHBOARD, detail):
        assert "4.711" not in client.get(page).content.decode()
    Actual.objects.filter(indicator="completed").update(value=4_711)
    for page in (DASHBOARD, detail):
        assert "4.711" in client.get(page).content.decode()
    province.name = "Provinsi Berganti Nama"
    province.save()
    assert "Provinsi Berganti Nama" in client.get(DASHBOARD).content.decode()


def test_part_of_those_who_see_all_stands_before_nobody_who_sees_less(client, place):
    office = reverse("progress:office-detail", args=[place.office.code])
    client.force_login(LeadershipFactory())
    assert office in client.get(DASHBOARD).content.decode()
    client.force_login(AreaReviewerFactory(office=TrainingOfficeFactory()))
    seen = client.get(DASHBOARD).content.decode()
    assert place.office.name in seen
    assert office not in seen
    client.force_login(
        ObserverFactory(province=CohortReportFactory().cohort.institution.regency.province)
    )
    assert place.regency.province.name not in client.get(DASHBOARD).content.decode()


def test_part_is_written_in_the_language_of_each_reader(client, place):
    client.force_login(LeadershipFactory())
    assert "Menurut provinsi" in client.get(DASHBOARD).content.decode()
    client.post(reverse("progress:language"), {"language": "en"})
    assert "By province" in client.get(DASHBOARD).content.decode()
