"""Random and hostile requests, made from the schema: no fault, and nothing undocumented."""

import os

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema

from blk_portal.api import schema_in
from institutions.models import Institution
from tests.access.actors import logged_in
from tests.factories import (
    ActualFactory,
    CohortReportFactory,
    EvidenceFactory,
    IncubatorFactory,
    InstitutionFactory,
    NationalAdminFactory,
    OperatorFactory,
    TargetFactory,
    TenantFactory,
)
from tests.factories.clients import PartnerClientFactory, token_of

pytestmark = pytest.mark.django_db

# What is written is taken back with the test; no request counts on what another has written.
# API_FUZZ: how many requests each operation gets from each of them; 13 make 20,000.
# Those are others each time, the few of the gate the same.
ASKED = os.environ.get("API_FUZZ")
few = hypothesis_settings(
    max_examples=int(ASKED or "3"),
    derandomize=ASKED is None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
more = hypothesis_settings(few, max_examples=15 * few.max_examples)
CSRF = "a" * 32


def interface_of(described: dict, *, systematic: bool) -> BaseSchema:
    """The interface to be asked at random, or systematically too: each limit of each value."""
    config = SchemathesisConfig()
    project = config.projects.default
    project.update(base_url="http://localhost")
    project.generation.update(with_security_parameters=False)
    project.phases.coverage.enabled = systematic
    # What fits the schema may still be a roster with faults, a draft that was changed, or nobody's.
    project.checks.positive_data_acceptance.expected_statuses = [
        "2xx", "400", "401", "403", "404", "409", "412", "422", "428",
    ]  # fmt: skip
    interface = schemathesis.openapi.from_dict(described, config=config)
    interface.app = get_wsgi_application()
    return interface


described = schema_in("en")
interface = interface_of(described, systematic=True)
# Once is enough in the gate, as a partner's system: past the login all are served by the same code,
# and the filters of the other lists are read by the code of these.
again = interface_of(described, systematic=ASKED is not None)
FIRST = r"/(institutions|cohorts|cohort-drafts|participants|actuals|explain)/"


@pytest.fixture(autouse=True)
def _one_connection():
    """A request closes the connection when it ends, and with it the test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def codes(standing) -> dict[str, str]:
    """Something behind every address, and the codes that its filters may name.

    Which codes there are is data and stands in no schema.
    """
    institution = InstitutionFactory(operational=True)
    report = CohortReportFactory(cohort__institution=institution, people=1, verified=True)
    tenant = TenantFactory(incubator=IncubatorFactory(institution=institution, stage="mentored"))
    EvidenceFactory(incubator=tenant.incubator)
    ActualFactory(province=institution.regency.province)
    TargetFactory()
    return {
        "provinsi": institution.regency.province.code, "kabupaten": institution.regency.code,
        "uptp": institution.office.code, "kejuruan": institution.field.code, "tahun": "2022",
        "lembaga": institution.code, "kohort": str(report.cohort_id),
    }  # fmt: skip


@pytest.fixture(scope="module")
def session(codes) -> dict[str, str]:
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={logged_in(NationalAdminFactory())}"}


def make_sensible(case, codes: dict[str, str]) -> None:
    """Let a request that fits the schema name what there is."""
    if not case.meta.generation.mode.is_positive:
        return
    # Which columns a row lacks when only some are asked for, no schema can say.
    passed_over = {"sesudah", "fields"}
    case.query = {
        name: codes.get(name, value)
        for name, value in case.query.items()
        if name not in passed_over
    }
    if "updated_since" in case.query:
        # A walk goes with no filter.
        case.query = {"updated_since": "0"}


@again.parametrize()
@few
def test_requests_of_an_administrator(case, session, codes):
    make_sensible(case, codes)
    case.call_and_validate(headers=session)


@pytest.fixture(scope="module")
def operator(codes) -> dict[str, str]:
    operator = OperatorFactory(institution=Institution.objects.get())
    return {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={logged_in(operator)}; csrftoken={CSRF}",
        "X-CSRFToken": CSRF,
    }


@pytest.fixture
def system(codes) -> dict[str, str]:
    """Another for each test: none may ask as often as all of them together."""
    return {
        "Authorization": f"Bearer {token_of(PartnerClientFactory())}",
        "Accept-Encoding": "identity",
    }


@interface.include(path_regex="cohort-drafts").parametrize()
@more
def test_drafts_of_an_operator(case, operator):
    case.call_and_validate(headers=operator)


if ASKED:
    # In the gate the administrator stands for everybody who reads with a session.
    @again.exclude(path_regex="cohort-drafts").parametrize()
    @few
    def test_requests_of_an_operator(case, operator, codes):
        make_sensible(case, codes)
        case.call_and_validate(headers=operator)


@interface.include(path_regex=FIRST).parametrize()
@few
def test_requests_of_a_partners_system(case, system, codes):
    make_sensible(case, codes)
    case.call_and_validate(headers=system)


@again.exclude(path_regex=FIRST).parametrize()
@hypothesis_settings(few, max_examples=5 * few.max_examples)
def test_requests_of_a_partners_system_for_the_rest(case, system, codes):
    make_sensible(case, codes)
    case.call_and_validate(headers=system)


@again.parametrize()
@hypothesis_settings(few, max_examples=1)
def test_requests_of_a_stranger(case):
    case.call_and_validate()
