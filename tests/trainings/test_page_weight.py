"""The operator's path fits an old phone: 100 KB a page as it travels, with all that it links."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from tests.factories import CohortFactory, OperatorFactory, ParticipantFactory, PendingRowFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]

MOST = 100 * 1024
LINKED = re.compile(r'(?:href|src)="(/static/[^"]+)"')
IN_STYLES = re.compile(r"url\(([^)]+)\)")
PEOPLE, TO_MEND = 32, 60


@pytest.fixture
def cohort():
    cohort = CohortFactory(seats=PEOPLE)
    ParticipantFactory.create_batch(PEOPLE, cohort=cohort)
    upload = PendingRowFactory(cohort=cohort).upload
    PendingRowFactory.create_batch(TO_MEND - 1, cohort=cohort, upload=upload)
    return cohort


def file_of(address: str) -> Path:
    return Path(settings.STATIC_ROOT) / address.removeprefix("/static/")


def weight_of(file: Path) -> int:
    """What travels of a static file, and of what its styles ask for."""
    packed = file.with_name(file.name + ".gz")
    weight = (packed if packed.exists() else file).stat().st_size
    if file.suffix == ".css":
        asked = {name.strip("\"'") for name in IN_STYLES.findall(file.read_text())}
        weight += sum(weight_of(file.parent / name) for name in asked)
    return weight


@pytest.mark.parametrize(
    "name", ["cohort-list", "cohort-detail", "roster-paste", "participant-create",
             "participant-update", "cohort-results"],
)  # fmt: skip
def test_page_of_the_operators_path_is_light(client, cohort, name):
    client.force_login(OperatorFactory(institution=cohort.institution))
    args = {"cohort-list": [], "participant-update": [cohort.pk, cohort.participants.first().pk]}
    path = reverse(f"trainings:{name}", args=args.get(name, [cohort.pk]))
    answer = client.get(path, headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.content).decode()
    linked = {address for address in LINKED.findall(page) if not address.endswith(".svg")}
    assert any(address.endswith(".css") for address in linked)
    weight = len(answer.content) + sum(weight_of(file_of(address)) for address in linked)
    assert weight <= MOST, f"{weight / 1024:.0f} KB"


def test_only_pages_are_compressed(client, cohort):
    client.force_login(OperatorFactory(institution=cohort.institution))
    path = reverse("trainings:roster-template", args=[cohort.pk])
    assert "Content-Encoding" not in client.get(path, headers={"accept-encoding": "gzip"})
