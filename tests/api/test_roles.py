"""Who reads what: each list and each row, by role, success beside refusal."""

from dataclasses import dataclass

import pytest

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import ROLES, Reach, Role
from blk_portal.formats import today_in_jakarta
from incubators.models import Evidence, Incubator, Tenant
from institutions.models import Assessment, Institution
from tests.api.asking import LISTS, ask, rows, values
from tests.factories import (
    ActualFactory,
    AssessmentFactory,
    CohortReportFactory,
    ContributionFactory,
    EvidenceFactory,
    IncubatorFactory,
    InstitutionFactory,
    ObserverFactory,
    OperatorFactory,
    PartnerBodyFactory,
    PartnershipFactory,
    TargetFactory,
    TenantFactory,
    user_of,
)
from trainings.models import CohortReport

pytestmark = pytest.mark.django_db

REGISTER = {"institutions", "incubators", "tenants", "assessments"}
TRAININGS = {"cohorts", "cohort-reports", "participants"}
# Lists of one permission each, beside those that hang on the area alone.
OF_ROLES = {
    "candidates": {
        role for role, spec in ROLES.items() if spec.grants("incubators.view_incubator")
    },
    "evidence": {role for role, spec in ROLES.items() if spec.sees_papers},
}
# The same rows for all who see trainings.
CATALOGUE = {"programmes"}
EVERYBODYS = set(LISTS) - REGISTER - TRAININGS - CATALOGUE - {"partners", *OF_ROLES}
SEE_COHORTS = {role for role, spec in ROLES.items() if spec.sees_cohorts}
SEE_PARTNERS = {
    role for role, spec in ROLES.items() if spec.reach not in (Reach.OWN, Reach.NOTHING)
}
HAVE_ROWS = {role for role, spec in ROLES.items() if spec.reach != Reach.NOTHING}
NATION = {role for role, spec in ROLES.items() if spec.reach == Reach.NATION}


@dataclass(frozen=True)
class Side:
    """The rows of one area."""

    institution: Institution
    report: CohortReport
    assessment: Assessment
    incubator: Incubator
    tenant: Tenant
    evidence: Evidence

    def paths(self) -> dict[str, str]:
        """The address of the area's row in each list that holds rows of areas."""
        return {
            "institutions": f"institutions/{self.institution.code}/",
            "assessments": f"assessments/{self.assessment.pk}/",
            "incubators": f"incubators/{self.incubator.pk}/",
            "tenants": f"tenants/{self.tenant.pk}/",
            "candidates": f"candidates/{self.institution.code}/",
            "evidence": f"evidence/{self.evidence.pk}/",
            "cohorts": f"cohorts/{self.report.cohort_id}/",
            "cohort-reports": f"cohort-reports/{self.report.pk}/",
            "participants": f"participants/{self.report.cohort.participants.get().pk}/",
        }


def side() -> Side:
    institution = InstitutionFactory(operational=True)
    incubator = IncubatorFactory(institution=institution, stage="mentored")
    return Side(
        institution,
        CohortReportFactory(cohort__institution=institution, people=1),
        AssessmentFactory(institution=institution),
        incubator,
        TenantFactory(incubator=incubator),
        EvidenceFactory(incubator=incubator),
    )


@pytest.fixture(scope="module")
def here(standing) -> Side:
    return side()


@pytest.fixture(scope="module")
def there(standing) -> Side:
    return side()


@pytest.fixture(params=[str(role) for role in Role.values])
def user(request, here) -> User:
    return user_of(request.param, here.institution)


def test_each_role_reads_the_lists_of_its_table_and_no_others(user):
    for path in EVERYBODYS:
        assert ask(user, f"{path}/").status_code == 200, path
    for path in REGISTER:
        expected = 200 if user.role in HAVE_ROWS else 403
        assert ask(user, f"{path}/").status_code == expected, path
    for path in TRAININGS | CATALOGUE:
        expected = 200 if user.role in SEE_COHORTS else 403
        assert ask(user, f"{path}/").status_code == expected, path
    for path, roles in OF_ROLES.items():
        assert ask(user, f"{path}/").status_code == (200 if user.role in roles else 403), path
    assert ask(user, "partners/").status_code == (200 if user.role in SEE_PARTNERS else 403)


def test_each_role_finds_its_rows_and_a_foreign_row_is_as_if_missing(user, here, there):
    foreign, missing = there.paths(), {
        "institutions": "institutions/BLKK-NONE/", "incubators": "incubators/987654321/",
        "tenants": "tenants/987654321/", "assessments": "assessments/987654321/",
        "candidates": "candidates/BLKK-NONE/", "evidence": "evidence/987654321/",
        "cohorts": "cohorts/987654321/", "cohort-reports": "cohort-reports/987654321/",
        "participants": "participants/987654321/",
    }  # fmt: skip
    for name, path in here.paths().items():
        see = SEE_COHORTS if name in TRAININGS else HAVE_ROWS
        allowed = user.role in OF_ROLES.get(name, see)
        assert ask(user, path).status_code == (200 if allowed else 403), path
        answer = ask(user, foreign[name])
        if not allowed:
            assert answer.status_code == 403
        elif user.role in NATION:
            assert answer.status_code == 200
        else:
            assert answer.status_code == 404
            assert answer.content == ask(user, missing[name]).content


def test_lists_hold_only_rows_of_the_area(user, here, there):
    sees = {here.institution.code} | ({there.institution.code} if user.role in NATION else set())
    if user.role in HAVE_ROWS:
        assert set(values(user, "institutions/", "code")) == sees
        assert set(values(user, "incubators/", "institution")) == sees
        assert set(values(user, "tenants/", "institution")) == sees
        assert set(values(user, "assessments/", "institution")) == sees
    for path, roles in OF_ROLES.items():
        if user.role in roles:
            assert set(values(user, f"{path}/", "institution")) == sees
    if user.role in SEE_COHORTS:
        assert set(values(user, "cohorts/", "institution")) == sees
        assert set(values(user, "cohort-reports/", "institution")) == sees
        assert set(values(user, "participants/", "institution")) == sees


def test_no_filter_brings_a_foreign_row(here, there):
    operator = OperatorFactory(institution=here.institution)
    province = there.institution.regency.province.code
    for query in ({"provinsi": province}, {"kata": there.institution.code}):
        assert rows(operator, "institutions/", query) == []
    for path in ("incubators/", "tenants/"):
        assert rows(operator, path, {"provinsi": province}) == []


def test_figures_of_areas_are_for_those_who_may_see_them(user, here, there):
    for area in (here, there):
        ActualFactory(province=area.institution.regency.province)
        ActualFactory(office=area.institution.office)
    ActualFactory(indicator="completed")
    cells = rows(user, "actuals/", {"indikator": "institutions_pkb", "rincian": "none"})
    own_province, own_office = (
        here.institution.regency.province.code,
        here.institution.office.code,
    )
    provinces = {cell["province"] for cell in cells if cell["area"] == "province"}
    offices = {cell["office"] for cell in cells if cell["area"] == "office"}
    match user.spec.reach:
        case Reach.NATION | Reach.OFFICE:
            assert own_province in provinces
            assert there.institution.regency.province.code in provinces
            assert {own_office, there.institution.office.code} <= offices
        case Reach.REGION:
            assert (provinces, offices) == ({own_province}, set())
        case _:
            assert (provinces, offices) == (set(), set())
    assert len(rows(user, "actuals/", {"indikator": "completed", "wilayah": "nation"})) == 1


def test_a_partner_is_told_with_the_agreements_and_the_reach_of_the_readers_area(here, there):
    partner = PartnerBodyFactory()
    for area in (here, there):
        PartnershipFactory(partner=partner, institution=area.institution)
        ContributionFactory(partner=partner, institution=area.institution)
    observer = ObserverFactory(province=here.institution.regency.province)
    row = ask(observer, f"partners/{partner.pk}/").json()
    assert row["reached"] == 1
    assert [one["institution"] for one in row["agreements"]] == [here.institution.code]
    row = ask(user_of(Role.LEADERSHIP), f"partners/{partner.pk}/").json()
    assert (row["reached"], len(row["agreements"])) == (2, 2)


def test_statuses_are_counted_over_the_whole_list_of_the_reader(here, there):
    InstitutionFactory(regency=here.institution.regency, name="A", signed=True)
    observer = ObserverFactory(province=here.institution.regency.province)
    answer = ask(observer, "institutions/", {"jumlah": 1}).json()
    assert len(answer["results"]) == 1
    assert answer["statuses"] == {here.institution.status: 1, "signed": 1}
    past = ask(observer, "institutions/", {"pada": "2021-12-31"}).json()["statuses"]
    assert past == {"proposed": 2}
    assert ask(observer, "institutions/", {"status": "signed"}).json()["statuses"] == {"signed": 1}


def test_an_observer_of_an_office_sees_its_figures(here, there):
    observer = ObserverFactory(office=here.institution.office)
    ActualFactory(office=here.institution.office)
    ActualFactory(office=there.institution.office)
    cells = rows(observer, "actuals/", {"wilayah": "office"})
    assert [cell["office"] for cell in cells] == [here.institution.office.code]


def test_targets_of_a_province_are_for_those_who_may_see_it(here, there):
    nation = TargetFactory()
    own = TargetFactory(province=here.institution.regency.province)
    foreign = TargetFactory(province=there.institution.regency.province)
    observer = ObserverFactory(province=here.institution.regency.province)
    assert values(observer, "targets/", "id") == [nation.pk, own.pk]
    assert ask(observer, f"targets/{foreign.pk}/").status_code == 404
    leadership = user_of(Role.LEADERSHIP)
    assert values(leadership, "targets/", "id") == [nation.pk, own.pk, foreign.pk]


def test_a_disabled_account_is_a_stranger(here):
    operator = OperatorFactory(institution=here.institution)
    operator.is_active = False
    operator.save()
    assert ask(operator, "institutions/").status_code == 401


def test_a_replacement_of_another_area_is_not_told(here, there):
    Institution.objects.filter(pk=here.institution.pk).update(replaces=there.institution)
    there.incubator.move("strike_off", by=None, on=today_in_jakarta(), reason="Tutup.")
    Incubator.objects.filter(pk=here.incubator.pk).update(replaces=there.incubator)
    operator = OperatorFactory(institution=here.institution)
    both = OperatorFactory(institutions=[here.institution, there.institution])
    institution, incubator = here.paths()["institutions"], here.paths()["incubators"]
    assert ask(operator, institution).json()["replaces"] is None
    assert ask(operator, incubator).json()["replaces"] is None
    assert ask(both, institution).json()["replaces"] == there.institution.code
    assert ask(both, incubator).json()["replaces"] == there.incubator.pk
