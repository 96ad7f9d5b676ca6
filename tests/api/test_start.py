"""The first steps of a partner, as the page tells them, and a client that no one here wrote."""

import html
import importlib
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable
from itertools import count

import pytest
import yaml
from oauth2_provider.models import AccessToken

from blk_portal.accounts.scopes import Scope
from blk_portal.progress.demo.trainings import DEMO_YEAR
from blk_portal.progress.demo.words import FIELDS
from blk_portal.progress.demo.world import FIRST_CODE
from tests.api.asking import ROOT
from tests.factories import (
    InstitutionFactory,
    ProgrammeFactory,
    ProgrammeYearFactory,
    VocationalFieldFactory,
)
from tests.factories.clients import PartnerClientFactory
from trainings.models import Cohort, CohortReport

pytestmark = pytest.mark.django_db(transaction=True)
SNIPPET = re.compile(r'<code class="(shell|python)">(.*?)</code>', re.DOTALL)
SECONDS = 120


@pytest.fixture
def partner(live_server):
    """A partner's credentials, and the data that the examples speak of; in the environment that
    the page asks for."""
    field = VocationalFieldFactory(code="TIK")
    ProgrammeFactory(field=field, name="Desain Grafis")
    ProgrammeYearFactory(year=DEMO_YEAR)
    InstitutionFactory(code=FIRST_CODE, operational=True)
    client = PartnerClientFactory(
        scopes=[Scope.INSTITUTIONS, Scope.COHORTS, Scope.DRAFTS, Scope.CERTIFICATES]
    )
    return {
        "PORTAL": live_server.url, "CLIENT_ID": client.client_id, "CLIENT_SECRET": client.secret,
    }  # fmt: skip


def ask(partner: dict, path: str, body: bytes | None = None, **headers: str) -> bytes:
    request = urllib.request.Request(partner["PORTAL"] + path, body, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def run(command: list[str], script: str, partner: dict, tmp_path) -> str:
    """What a script says that is run elsewhere, with nothing of ours at hand."""
    done = subprocess.run(
        command, input=script, env={"PATH": os.environ["PATH"], **partner}, cwd=tmp_path,
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def test_the_first_steps_name_what_the_sample_data_hold(partner):
    page = ask(partner, f"{ROOT}docs/start/").decode()
    told = html.unescape("".join(text for _kind, text in SNIPPET.findall(page)))
    programmes = {name for name, _hours in FIELDS["TIK"][1]}
    assert set(re.findall(r'"institution": "([^"]+)"', told)) == {FIRST_CODE}
    assert set(re.findall(r'"programme": "([^"]+)"', told)) <= programmes
    assert set(re.findall(r'"programme_year": (\d+)', told)) == {str(DEMO_YEAR)}


def test_the_examples_of_the_first_steps_run_as_they_stand_on_the_page(partner, tmp_path):
    page = ask(partner, f"{ROOT}docs/start/").decode()
    page += ask(partner, f"{ROOT}docs/").decode()
    scripts: dict[str, list[str]] = {"shell": [], "python": []}
    for kind, text in SNIPPET.findall(page):
        scripts[kind].append(html.unescape(text))
    said = run([sys.executable, "-I", "-"], "\n".join(scripts["python"]), partner, tmp_path)
    for words in ("1 institutions", "peserta-1 nik nik_length digits(15)", "'created': 1",
                  "changed: 1", "cohorts: 1 next time from", "no such certificate"):  # fmt: skip
        assert words in said, said
    said = run(["bash", "-eu", "-o", "pipefail"], "\n".join(scripts["shell"]), partner, tmp_path)
    assert '"BLKK-0001"' in said
    assert '"is_new":true' in said
    assert '"active": true' in said
    assert AccessToken.objects.count() == 1, "the token of the shell was given back"
    assert (tmp_path / "cohorts.ndjson").read_text().count("\n") == 2
    assert sorted(Cohort.objects.values_list("batch", flat=True)) == [14, 15]
    assert set(CohortReport.objects.values_list("status", flat=True)) == {"draft"}


@pytest.fixture
def generated(partner, tmp_path, monkeypatch) -> Callable[[str], object]:
    """The modules of a client that is generated from the schema; every warning fails it."""
    description, config = tmp_path / "schema.json", tmp_path / "config.yml"
    form = urllib.parse.urlencode(
        {
            "grant_type": "client_credentials", "client_id": partner["CLIENT_ID"],
            "client_secret": partner["CLIENT_SECRET"],
        }
    )  # fmt: skip
    token = yaml.safe_load(ask(partner, "/oauth/token/", form.encode()))["access_token"]
    partner["TOKEN"] = token
    schema = ask(partner, f"{ROOT}schema/", Authorization=f"Bearer {token}")
    description.write_bytes(schema)
    config.write_text(yaml.safe_dump({"package_name_override": "their_client", "post_hooks": []}))
    subprocess.run(
        [
            sys.executable, "-m", "openapi_python_client", "generate", "--path", str(description),
            "--config", str(config), "--meta", "none", "--fail-on-warning",
            "--output-path", str(tmp_path / "their_client"),
        ],
        check=True, timeout=SECONDS, cwd=tmp_path,
    )  # fmt: skip
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda name: importlib.import_module(f"their_client.{name}")
    for name in [name for name in sys.modules if name.partition(".")[0] == "their_client"]:
        del sys.modules[name]


def test_a_generated_client_goes_from_the_token_to_a_draft(partner, generated):
    models, keys = generated("models"), (f"klien-asing-{n}" for n in count())
    client = generated("client").AuthenticatedClient(
        base_url=partner["PORTAL"], token=partner["TOKEN"], raise_on_unexpected_status=True
    )
    with client:
        listed = generated("api.institutions.institutions_list").sync(client=client)
        (institution,) = listed.results
        draft = models.DraftShape.from_dict(
            {
                "external_id": "KLS-2022-016",
                "plan": {
                    "institution": institution.code, "programme_year": 2022, "field": "TIK",
                    "programme": "Desain Grafis", "batch": 16, "starts_on": "2022-08-01",
                    "ends_on": "2022-08-31", "funding": "apbn",
                },
                "participants": [
                    {
                        "name": "Siti Contoh", "nik": "320405570501900", "sex": "P",
                        "birth_date": "2001-05-17", "result": "passed", "attendance": 95,
                    }
                ],
            }
        )  # fmt: skip
        create = generated("api.cohort_drafts.cohort_drafts_create").sync_detailed
        refused = create(client=client, body=draft, idempotency_key=next(keys)).parsed
        assert isinstance(refused, models.Problem)
        (fault,) = refused.faults
        assert (fault.row, fault.field, fault.code) == (1, "nik", "nik_length")
        assert fault.cure
        draft.participants[0].nik = "3204055705019001"
        key = next(keys)
        written, again = (create(client=client, body=draft, idempotency_key=key) for _n in range(2))
        assert (written.status_code, again.parsed) == (201, written.parsed)
        assert (written.parsed.roster.created, written.parsed.is_new) == (1, True)
        read = generated("api.cohort_drafts.cohort_drafts_retrieve").sync_detailed(
            client=client, id=str(written.parsed.id)
        )
        assert read.parsed.report.status == "draft"
        change = generated("api.cohort_drafts.cohort_drafts_partial_update").sync_detailed(
            client=client, id=str(written.parsed.id), if_match=read.headers["ETag"],
            body=models.PatchedDraftChangeShape.from_dict({"plan": {"seats": 12}}),
        )  # fmt: skip
        assert change.parsed.plan.seats == 12
        listing = generated("api.cohorts.cohorts_list").sync
        copied = listing(client=client, updated_since="0")
        assert [one.batch for one in copied.results] == [16]
        assert listing(client=client, updated_since=copied.updated_since).results == []
        certificate = generated("api.certificates.certificates_retrieve").sync_detailed(
            client=client, code="AAAA-BBBB-CCCC-DDDD"
        )
        assert certificate.status_code == 404
        cohorts = listing(client=client)
        assert [one.batch for one in cohorts.results] == [16]
    assert CohortReport.objects.closing().get().status == "draft"
