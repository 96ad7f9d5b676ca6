"""Certification and placement by the interface: the rules of the page, and nobody is named."""

import pytest

from blk_portal.accounts.scopes import Scope
from tests.api.asking import ask
from tests.api.drafting import faults, send
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    InstitutionFactory,
    NationalAdminFactory,
    OperatorFactory,
    ParticipantFactory,
)
from tests.factories.clients import partner_api_client
from trainings import entries
from trainings.models import Certification, CohortReport, Participant, Placement, ReportKind

pytestmark = pytest.mark.django_db
COMPETENT = {"competency": "competent", "certified_by": "p1", "number": "LSP-1/2022"}


@pytest.fixture
def cohort():
    """A cohort with its five reports, its closing report verified: two passed, one did not."""
    cohort = CohortFactory(kinds=ReportKind, institution=InstitutionFactory(operational=True))
    ParticipantFactory(cohort=cohort, result="failed")
    CohortReportFactory(cohort=cohort, people=2, verified=True)
    return cohort


@pytest.fixture
def operator(cohort):
    return OperatorFactory(institution=cohort.institution)


def passed(cohort) -> list[Participant]:
    return list(cohort.participants.filter(result="passed"))


def enter(user, cohort, rows, part: str = "certification", **kwargs):
    """One PATCH; over whatever stands there, unless it is said otherwise."""
    kwargs = {"if_match": "*", **kwargs}
    path = f"{cohort.pk}/{part}/"
    return send(user, {"participants": rows}, path, method="patch", key="", **kwargs)


def test_a_system_enters_certification_and_an_operator_sends_it(cohort, operator):
    first, second = passed(cohort)
    system = partner_api_client([Scope.DRAFTS], cohort.institution.regency)
    path = f"/api/v1/cohort-drafts/{cohort.pk}/certification/"
    before = system.get(path)
    assert before.json()["participants"] == [
        {"participant": person.pk, "is_entered": False, "is_complete": False}
        for person in (first, second)
    ]
    assert [one["place"] for one in before.json()["missing"]] == ["isian"]
    rows = [{"participant": first.pk, **COMPETENT},
            {"participant": second.pk, "competency": "not_yet"}]  # fmt: skip
    tried = enter(system, cohort, rows, query="?dry_run=true")
    assert (tried.json()["changed"], tried.json()["is_dry_run"], "ETag" in tried) == (
        2,
        True,
        False,
    )
    assert not Certification.objects.exists()
    told = enter(system, cohort, rows, if_match=before["ETag"])
    assert told.status_code == 200, told.content
    assert [one["is_complete"] for one in told.json()["participants"]] == [True, False]
    assert (told.json()["changed"], "LSP-1/2022" in told.content.decode()) == (2, False)
    assert system.get(path)["ETag"] == told["ETag"] != before["ETag"]
    assert enter(system, cohort, rows, if_match=before["ETag"]).status_code == 412
    # What a row leaves out stays; null takes away.
    rows = [{"participant": second.pk, "certified_by": "bnsp"},
            {"participant": first.pk, "number": None}]  # fmt: skip
    assert enter(system, cohort, rows).json()["changed"] == 2
    stored = {one.participant_id: (one.competency, one.body, one.number)
              for one in Certification.objects.all()}  # fmt: skip
    assert stored == {first.pk: ("competent", "p1", ""), second.pk: ("not_yet", "bnsp", "")}
    assert enter(system, cohort, [{"participant": first.pk, "competency": None,
                                   "certified_by": None}]).json()["changed"] == 1  # fmt: skip
    assert Certification.objects.get().participant == second
    assert entries.record_outcomes(cohort.reports.get(kind="certification"), {first.pk: {
        "competency": "not_assessed"}}) == 1  # fmt: skip
    report = cohort.reports.get(kind="certification")
    report.submit(by=operator, version=report.version)
    late = enter(system, cohort, rows)
    assert (late.status_code, late.json()["type"]) == (409, "/api/v1/docs/#conflict")


def test_each_time_of_placement_is_its_own_draft(cohort, operator):
    person = passed(cohort)[0]
    row = {"participant": person.pk, "outcome": "employed", "workplace": "CV Contoh",
           "section": "C", "domicile": "32"}  # fmt: skip
    assert enter(operator, cohort, [row], "placement-3").json()["kind"] == "placement_3"
    later = {"participant": person.pk, "outcome": "studying"}
    assert enter(operator, cohort, [later], "placement-6").status_code == 200
    assert list(Placement.objects.values_list("wave", "outcome", "domicile")) == [
        (3, "employed", "32"), (6, "studying", ""),
    ]  # fmt: skip
    (told,) = [one for one in ask(NationalAdminFactory(), "participants/").json()["results"]
               if one["id"] == person.pk]  # fmt: skip
    assert (told["section_3"], told["domicile_6"], told["placement_6"]) == ("C", "", "studying")
    assert "CV Contoh" not in str(told)


def test_what_the_page_refuses_is_refused_in_its_place(cohort, operator):
    first, second = passed(cohort)
    failed = cohort.participants.get(result="failed")
    rows = [
        {"participant": first.pk, "competency": "not_yet", "number": "LSP-1"},
        {"participant": second.pk, "certified_by": "p1", "number": "3204055705019001"},
        {"participant": failed.pk, **COMPETENT},
        {"participant": first.pk, **COMPETENT},
        {"participant": 987654321, **COMPETENT},
    ]
    answer = enter(operator, cohort, rows)
    assert faults(answer) == {
        (1, "number", "invalid"), (2, "competency", "invalid"), (2, "number", "invalid"),
        (3, "participant", "unknown_code"), (4, "participant", "repeated"),
        (5, "participant", "unknown_code"),
    }  # fmt: skip
    assert "3204055705019001" not in answer.content.decode()
    misfit = [{"participant": first.pk, "competency": "gut", "outcome": "employed"}, {}]
    assert faults(enter(operator, cohort, misfit)) == {
        (1, "competency", "unknown_code"), (1, "outcome", "unknown_field"),
        (2, "participant", "missing"),
    }  # fmt: skip
    assert not Certification.objects.exists()
    afar = [{"participant": first.pk, "outcome": "studying", "domicile": "X9"}]
    answer = enter(operator, cohort, afar, "placement-3")
    assert faults(answer) == {(1, "domicile", "unknown_code")}
    assert "X9" not in answer.content.decode()
    assert enter(operator, cohort, [], if_match="").status_code == 428


def test_nothing_is_entered_before_the_closing_report_is_sent_nor_beside_the_flags(
    cohort, operator
):
    person = ParticipantFactory(
        cohort=CohortFactory(kinds=ReportKind, institution=cohort.institution)
    )
    early = enter(operator, person.cohort, [{"participant": person.pk, **COMPETENT}])
    assert (early.status_code, early.json()["type"]) == (409, "/api/v1/docs/#conflict")
    rows = [{"participant": one.pk, **COMPETENT} for one in passed(cohort)]
    assert enter(operator, cohort, rows).status_code == 200
    report = cohort.reports.get(kind="certification")
    report.submit(by=operator, version=report.version)
    report.refresh_from_db()
    reviewer = AreaReviewerFactory(office=cohort.institution.office)
    flag = report.flag(passed(cohort)[0], field="number", note="Cocokkan.")
    report.send_back(by=reviewer, version=report.version, flags=[flag])
    answer = enter(operator, cohort, [row | {"number": "LSP-9/2022"} for row in rows])
    assert faults(answer) == {(2, None, "locked")}
    assert "LSP-1/2022" not in answer.content.decode()
    rows[0]["number"] = "LSP-9/2022"
    assert enter(operator, cohort, rows).json()["changed"] == 1


def test_nobody_enters_what_became_of_others_people(cohort):
    elsewhere = partner_api_client([Scope.DRAFTS], InstitutionFactory().regency)
    reader = partner_api_client([Scope.COHORTS, Scope.PARTICIPANTS], cohort.institution.regency)
    rows = [{"participant": passed(cohort)[0].pk, **COMPETENT}]
    stranger = OperatorFactory(institution=InstitutionFactory(operational=True))
    for user, status in ((elsewhere, 404), (stranger, 404), (reader, 403),
                         (NationalAdminFactory(), 403)):  # fmt: skip
        assert enter(user, cohort, rows).status_code == status
    plain = CohortReportFactory(cohort__institution=cohort.institution).cohort
    assert not CohortReport.objects.filter(cohort=plain, kind="placement_3").exists()
    operator = OperatorFactory(institution=cohort.institution)
    assert enter(operator, plain, [], "placement-3").status_code == 404
    assert not Certification.objects.exists()
