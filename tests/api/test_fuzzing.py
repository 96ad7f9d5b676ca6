"""Random and hostile requests, made from the schema: no fault, and nothing undocumented."""

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from schemathesis.config import SchemathesisConfig

from blk_portal.api import schema_in
from tests.access.actors import logged_in
from tests.factories import (
    ActualFactory,
    CohortReportFactory,
    EvidenceFactory,
    IncubatorFactory,
    InstitutionFactory,
    NationalAdminFactory,
    TargetFactory,
    TenantFactory,
)

pytestmark = pytest.mark.django_db

# The rows are only read, so they may stay for all requests of a test.
few = hypothesis_settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
config = SchemathesisConfig()
config.projects.default.update(base_url="http://localhost")
config.projects.default.generation.update(with_security_parameters=False)
interface = schemathesis.openapi.from_dict(schema_in("en"), config=config)
interface.app = get_wsgi_application()


@pytest.fixture(autouse=True)
def _one_connection():
    """A request closes the connection when it ends, and with it the test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def codes() -> dict[str, str]:
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


@pytest.fixture
def session(codes) -> dict[str, str]:
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={logged_in(NationalAdminFactory())}"}


@interface.parametrize()
@few
def test_requests_of_an_administrator(case, session, codes):
    if case.meta.generation.mode.is_positive:
        case.query = {
            name: codes.get(name, value) for name, value in case.query.items() if name != "sesudah"
        }
        if "updated_since" in case.query:
            # A walk goes with no filter.
            case.query = {"updated_since": "0"}
    case.call_and_validate(headers=session)


@interface.parametrize()
@few
def test_requests_of_a_stranger(case):
    case.call_and_validate()
