"""What the rows tell: codes and counts, and nothing about a participant."""

from datetime import date, datetime

import pytest

from tests.api.asking import LISTS, ask, rows
from tests.factories import (
    ActualFactory,
    AreaReviewerFactory,
    AssessmentFactory,
    CohortReportFactory,
    EvidenceFactory,
    IncubatorFactory,
    InstitutionFactory,
    MilestoneFactory,
    NationalAdminFactory,
    OperatorFactory,
    ParticipantFactory,
    PartnershipFactory,
    PendingRollupFactory,
    PendingRowFactory,
    RegencyFactory,
    RollupRunFactory,
    TargetFactory,
    TenantFactory,
)

pytestmark = pytest.mark.django_db

NIK, PHONE, NAME = "3204055705019777", "081377665544", "Rahasia Sekali"
FIELDS = {
    "institutions": "id code name foundation host_type status province province_name regency "
    "regency_name office field programme_year replaces vin address maturity "
    "assessed_on milestones cases",
    "cohorts": "id institution institution_name programme programme_year field batch starts_on "
    "ends_on hours method funding seats external_ids is_cancelled report_status",
    "cohort-reports": "id cohort institution programme_year kind status version due_on "
    "submitted_at verified_at participants flags_open counted",
    "participants": "id cohort institution sex age_band disability is_santri result attendance "
    "pre_test post_test competency certified_by placement_3 section_3 domicile_3 placement_6 "
    "section_6 domicile_6 is_erased identity",
    "programmes": "id field name version hours is_current units",
    "incubators": "id institution institution_name programme_year decree stage stage_since "
    "listed_on rank score reserve_position in_force not_counted_because "
    "replaces",
    "candidates": "institution institution_name province regency eligible bars rounds",
    "evidence": "id incubator institution programme_year criterion criterion_name state valid_from "
    "valid_to submitted_at verified_on withdrawn_on in_force",
    "tenants": "id business incubator institution programme_year division kbli entered_on stage "
    "stage_since permits baseline_turnover latest_turnover latest_workers",
    "assessments": "id institution criteria_of assessed_on maturity answers",
    "partners": "id name kind phone website is_active reached agreements",
    "targets": "id indicator programme_year last_year province field value unit rule legal_basis "
    "source version set_at",
    "actuals": "programme_year indicator area province office breakdown bucket value "
    "opening_balance counted_at owed_since",
    "provinces": "code bps_code name label time_zone valid_from valid_to successor split_from",
    "regencies": "code bps_code name province office valid_from valid_to successor former_code "
    "former_province",
    "offices": "code name kind parent phone email",
    "fields": "code name spellings",
    "programme-years": "year guideline cohort_size report_due_days is_closed",
}


@pytest.fixture
def admin():
    return NationalAdminFactory()


@pytest.fixture
def report():
    """A verified report whose participant, contact and comments carry what must not be told."""
    institution = InstitutionFactory(
        operational=True, contact_name=NAME, contact_phone=PHONE, vin="VIN-1"
    )
    people = {"name": NAME, "nik": NIK, "phone": PHONE, "sex": "P", "birth_date": date(2001, 5, 17)}
    draft = CohortReportFactory(cohort__institution=institution, people=0)
    ParticipantFactory(cohort=draft.cohort, **people)
    upload = {"upload__uploaded_by": OperatorFactory(institution=institution)}
    PendingRowFactory(cohort=draft.cohort, cells={"name": NAME, "nik": NIK}, **upload)
    report = CohortReportFactory(cohort__institution=institution, people=2, verified=True)
    incubator = IncubatorFactory(institution=institution, stage="mentored")
    TenantFactory(incubator=incubator, owner_name=NAME, nik=NIK, phone=PHONE)
    EvidenceFactory(incubator=incubator, submitted_by__name=NAME)
    PartnershipFactory(institution=institution)
    AssessmentFactory(institution=institution)
    TargetFactory()
    ActualFactory()
    return report


def test_each_row_has_exactly_the_fields_of_its_list(admin, report):
    for path in LISTS:
        found = rows(admin, f"{path}/")
        assert found, path
        assert all(set(row) == set(FIELDS[path].split()) for row in found), path


def test_nobody_reads_a_participant_or_a_contact(admin, report):
    institution = report.cohort.institution
    staff = AreaReviewerFactory(office=institution.office)
    operator = OperatorFactory(institution=institution)
    for user in (admin, staff, operator):
        for path in LISTS:
            answer = ask(user, f"{path}/")
            text = answer.content.decode()
            details = [
                f"{path}/{row.get('code') or row.get('id') or row.get('year')}/"
                for row in answer.json().get("results", ())
                if path != "actuals"
            ]
            text += "".join(ask(user, detail).content.decode() for detail in details)
            for canary in (NIK, PHONE, NAME, "2001-05-17", str(user)):
                assert canary not in text, (path, canary)


def test_one_row_is_told_as_in_its_list(admin, report):
    for path in set(LISTS) - {"actuals"}:
        for row in rows(admin, f"{path}/"):
            key = row.get("code") or row.get("id") or row.get("year") or row["institution"]
            assert ask(admin, f"{path}/{key}/").json() == row


def test_a_verified_report_tells_its_counts_and_a_draft_none(admin, report):
    found = {row["id"]: row for row in rows(admin, "cohort-reports/")}
    verified = found.pop(report.pk)
    assert verified["participants"] == 2
    assert verified["counted"] == {
        "enrolled": 2, "completed": 2, "passed": 2, "people": 2, "male": 1, "female": 1,
    }  # fmt: skip
    (draft,) = found.values()
    assert (draft["participants"], draft["counted"], draft["submitted_at"]) == (1, None, None)


def test_a_reopened_report_no_longer_tells_counts(admin):
    report = CohortReportFactory(people=2, reopened=True)
    answer = ask(admin, f"cohort-reports/{report.pk}/").json()
    assert (answer["status"], answer["counted"], answer["participants"]) == ("returned", None, 2)


def test_an_institution_tells_standing_milestones_only(admin):
    signed = InstitutionFactory(signed=True)
    MilestoneFactory(institution=signed)
    cancelled = InstitutionFactory(cancelled=True, office=None)
    milestones = ask(admin, f"institutions/{signed.code}/").json()["milestones"]
    assert [(row["kind"], row["programme_year"]) for row in milestones] == [
        ("pkb", 2022), ("licence", 2022),
    ]  # fmt: skip
    assert milestones[0]["document_number"].startswith("PKB/")
    answer = ask(admin, f"institutions/{cancelled.code}/").json()
    assert (answer["milestones"], answer["office"]) == ([], None)


def test_an_incubator_tells_since_when_it_is_in_its_stage(admin):
    listed, selected = IncubatorFactory(), IncubatorFactory(stage="selected", on=date(2022, 9, 2))
    found = {row["id"]: row["stage_since"] for row in rows(admin, "incubators/")}
    assert found == {listed.pk: None, selected.pk: "2022-09-02"}


def test_a_figure_tells_its_age_and_what_is_owed(admin):
    ActualFactory(province=RegencyFactory().province)
    (cell,) = rows(admin, "actuals/")
    assert (cell["counted_at"], cell["owed_since"]) == (None, None)
    assert (cell["area"], cell["breakdown"], cell["bucket"]) == ("province", "none", "")
    RollupRunFactory(kind="audit")
    run = RollupRunFactory()
    owed = PendingRollupFactory()
    (cell,) = rows(admin, "actuals/")
    assert datetime.fromisoformat(cell["counted_at"]) == run.finished_at
    assert datetime.fromisoformat(cell["owed_since"]) == owed.noted_at


def test_a_target_tells_rule_and_source(admin):
    target = TargetFactory()
    (row,) = rows(admin, "targets/")
    assert (row["rule"], row["source"], row["value"]) == (target.rule, target.source, 850)
    assert row["province"] is None
