"""One pass over a report: all that blocks, all that is to be explained, all that was not seen."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from blk_portal.accounts.roles import Role
from institutions.models import Institution, ProgrammeYear
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    MinorFactory,
    OperatorFactory,
    ParticipantFactory,
    PendingRowFactory,
    user_of,
)
from tests.factories.trainings import synthetic_nik
from trainings import checks
from trainings.cohort_codes import COHORT_TEXTS, COHORT_WARNINGS, CohortCode, NotChecked
from trainings.models import Cohort, CohortReport, RosterCheck, WarningExplanation
from trainings.overlaps import check_rosters

pytestmark = pytest.mark.django_db
SUSPICIOUS = {"code": "nik_suspicious", "field": "nik", "column": "NIK", "params": {}}
YOUNG = {"code": "birth_date_age", "field": "birth_date", "column": "TGL", "params": {"age": 9}}
NIK = "3204051705019123"


@pytest.fixture
def report():
    return CohortReportFactory()


@pytest.fixture
def operator(client, report):
    operator = OperatorFactory(institution=report.cohort.institution)
    client.force_login(operator)
    return client


def examined(report):
    return checks.examine(CohortReport.objects.get(pk=report.pk))


def codes(report):
    found = examined(report)
    return (
        {str(each.code) for each in found.blocking},
        {group.code for group in found.warnings},
        {str(each.code) for each in found.not_checked},
    )


def compare(cohort):
    check_rosters([cohort.pk], at=timezone.now())


def change(report, **facts):
    Cohort.objects.filter(pk=report.cohort_id).update(**facts)


def status(report, value):
    Institution.objects.filter(pk=report.cohort.institution_id).update(status=value)


def test_a_sound_report_has_nothing_to_mend_and_nothing_to_explain(report):
    compare(report.cohort)
    assert codes(report) == (set(), set(), set())
    assert report.missing_to_submit() == []


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda report: change(report, seats=1), CohortCode.SEATS_EXCEEDED),
        (lambda report: change(report, ends_on=date(2099, 1, 1)), CohortCode.COHORT_NOT_ENDED),
        (lambda report: ProgrammeYear.objects.update(is_closed=True), CohortCode.YEAR_CLOSED),
        (lambda report: status(report, "signed"), CohortCode.INSTITUTION_NOT_OPERATIONAL),
        (lambda report: status(report, "cancelled"), CohortCode.INSTITUTION_NOT_OPERATIONAL),
        (lambda report: MinorFactory(cohort=report.cohort), CohortCode.CONSENT_MISSING),
    ],
    ids=["seats", "dates", "year", "signed", "cancelled", "consent"],
)
def test_operator_cannot_send_what_is_blocked(report, spoil, code):
    spoil(report)
    report = CohortReport.objects.get(pk=report.pk)
    blocking, _warned, _unseen = codes(report)
    assert code in blocking
    lacking = [str(item) for item in report.missing_to_submit()]
    assert next(each.message for each in examined(report).blocking if each.code == code) in lacking


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda report: status(report, "built"), CohortCode.INSTITUTION_NOT_OPENED),
        (lambda report: change(report, hours=400), CohortCode.HOURS_TOO_MANY),
        (lambda report: change(report, hours=10), CohortCode.HOURS_TOO_FEW),
        (lambda report: change(report, hours=150), CohortCode.HOURS_DIFFER),
        (
            lambda report: report.cohort.participants.update(attendance=100),
            CohortCode.ATTENDANCE_FULL,
        ),
    ],
    ids=["built", "too many hours", "too few", "not the programme's", "nobody ever absent"],
)
def test_operator_sends_what_is_doubtful_once_it_is_explained(report, spoil, code):
    spoil(report)
    assert code in codes(report)[1]
    operator = OperatorFactory(institution=report.cohort.institution)
    report = CohortReport.objects.get(pk=report.pk)
    assert [item.anchor for item in report.missing_to_submit()] == ["peringatan"]
    for group in examined(report).warnings:
        WarningExplanation.objects.create(
            report=report, code=group.code, text="Sesuai jadwal.", by=operator, at=timezone.now()
        )
    assert report.submit(by=operator, version=0)


@pytest.mark.parametrize("value", ["operational", "independent"])
def test_institution_at_work_raises_nothing(report, value):
    status(report, value)
    compare(report.cohort)
    assert codes(report) == (set(), set(), set())


def people(cohort, numbers):
    for number in numbers:
        nik = synthetic_nik(number, born=date(2001, 5, 17), sex="L")
        ParticipantFactory(cohort=cohort, nik=nik, sex="L")


@pytest.mark.parametrize(
    ("before", "now", "code"),
    [
        (range(10), range(10), CohortCode.ROSTER_REPEATED),
        (range(10), range(2, 10), CohortCode.ROSTER_ALIKE),
        (range(8), range(10), CohortCode.ROSTER_ALIKE),
        (range(10), range(3, 13), None),
        (range(20), range(10), None),
    ],
    ids=["the same", "fewer", "more", "seven of ten", "half"],
)
def test_roster_of_an_earlier_cohort_of_the_institution_is_noticed(before, now, code):
    earlier = CohortFactory(starts_on=date(2022, 3, 1))
    later = CohortFactory(institution=earlier.institution, seats=30)
    people(earlier, before), people(later, now)
    compare(later), compare(earlier)
    warned = codes(later.closing)[1]
    assert ({code} if code else set()) == warned & {
        CohortCode.ROSTER_REPEATED, CohortCode.ROSTER_ALIKE,
    }  # fmt: skip
    assert not codes(earlier.closing)[1], "the first one repeats nobody"


def test_roster_of_another_institution_is_no_repetition():
    earlier, later = CohortFactory(starts_on=date(2022, 3, 1)), CohortFactory()
    people(earlier, range(10)), people(later, range(10))
    compare(later)
    assert not codes(later.closing)[1]


def test_operator_reads_what_could_not_be_checked_and_why(operator, report):
    ParticipantFactory(cohort=report.cohort, nik=None)
    assert codes(report)[2] == {NotChecked.PERSON_WITHOUT_NIK, NotChecked.ROSTER_NOT_COMPARED}
    page = operator.get(reverse("trainings:cohort-detail", args=[report.cohort_id]))
    text = page.content.decode()
    assert "Peserta tanpa NIK: 1." in text
    assert "belum dibandingkan" in text
    compare(report.cohort)
    assert codes(report)[2] == {NotChecked.PERSON_WITHOUT_NIK}
    assert RosterCheck.objects.get().without_nik == 1


def test_operator_reads_everything_that_was_found_at_once(operator, report):
    cohort = report.cohort
    change(report, seats=1, hours=400)
    PendingRowFactory(cohort=cohort)
    ParticipantFactory(cohort=cohort, warnings=[SUSPICIOUS, YOUNG], result="")
    MinorFactory(cohort=cohort)
    page = operator.get(reverse("trainings:cohort-detail", args=[cohort.pk])).content.decode()
    told = (
        "4 peserta, sedangkan kapasitasnya 1", "400 JP dalam 31 hari", "NIK berpola",
        "berusia 9 tahun", "Persetujuan wali yang belum ada: 1.",
    )  # fmt: skip
    assert [text for text in told if text not in page] == []
    anchors = {item.anchor for item in CohortReport.objects.get(pk=report.pk).missing_to_submit()}
    assert anchors == {"perbaikan", "peserta", "persetujuan", "hasil", "peringatan"}


def explain(client, report, **texts):
    path = reverse("trainings:cohort-warnings", args=[report.cohort_id])
    return client.post(path, {f"alasan-{code}": text for code, text in texts.items()})


def test_operator_writes_one_reason_for_each_code_and_then_sends(operator, report):
    ParticipantFactory.create_batch(2, cohort=report.cohort, warnings=[SUSPICIOUS, YOUNG])
    assert [group.code for group in examined(report).warnings] == [
        "nik_suspicious",
        "birth_date_age",
    ]
    assert explain(operator, report, nik_suspicious="NIK sesuai KTP.").status_code == 302
    assert [group.code for group in examined(report).unexplained] == ["birth_date_age"]
    assert [item.anchor for item in report.missing_to_submit()] == ["peringatan"]
    explain(operator, report, nik_suspicious="NIK sesuai KTP.", birth_date_age="Sesuai ijazah.")
    assert report.missing_to_submit() == []
    kept = {row.code: row.text for row in WarningExplanation.objects.all()}
    assert kept == {"nik_suspicious": "NIK sesuai KTP.", "birth_date_age": "Sesuai ijazah."}


@pytest.mark.parametrize("bad", [f"NIK {NIK} benar", "x" * 501])
def test_operator_keeps_every_typed_reason_when_one_is_refused(operator, report, bad):
    ParticipantFactory(cohort=report.cohort, warnings=[SUSPICIOUS, YOUNG])
    answer = explain(operator, report, nik_suspicious=bad, birth_date_age="Sesuai ijazah.")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert bad in page
    assert "Sesuai ijazah." in page
    assert [row.code for row in WarningExplanation.objects.all()] == ["birth_date_age"]


def test_operator_keeps_the_typed_reason_when_the_report_has_gone_meanwhile(operator, report):
    ParticipantFactory(cohort=report.cohort, warnings=[SUSPICIOUS])
    CohortReport.objects.filter(pk=report.pk).update(
        status="submitted", submitted_at=timezone.now(), submitted_by=user_of(Role.OPERATOR)
    )
    answer = explain(operator, report, nik_suspicious="NIK sesuai KTP.")
    assert answer.status_code == 409
    assert "NIK sesuai KTP." in answer.content.decode()
    assert not WarningExplanation.objects.exists()


def test_note_of_the_time_before_codes_speaks_for_every_warning(report):
    ParticipantFactory(cohort=report.cohort, warnings=[SUSPICIOUS, YOUNG])
    WarningExplanation.objects.create(report=report, code="", text="Sesuai.", at=timezone.now())
    assert report.missing_to_submit() == []
    assert examined(report).unexplained == []


def test_reviewer_reads_the_reason_of_each_code(client, report):
    ParticipantFactory(cohort=report.cohort, warnings=[SUSPICIOUS, YOUNG])
    operator = OperatorFactory(institution=report.cohort.institution)
    for code, text in (("nik_suspicious", "Alasan satu."), ("birth_date_age", "Alasan dua.")):
        WarningExplanation.objects.create(
            report=report, code=code, text=text, by=operator, at=timezone.now()
        )
    report.submit(by=operator, version=0)
    client.force_login(AreaReviewerFactory(office=report.cohort.institution.office))
    page = client.get(reverse("trainings:report-review", args=[report.pk])).content.decode()
    assert "Alasan satu." in page
    assert "Alasan dua." in page


def test_checks_take_the_same_queries_whatever_the_size(report, django_assert_num_queries):
    for many in (1, 30):
        ParticipantFactory.create_batch(many, cohort=report.cohort, warnings=[SUSPICIOUS])
        fresh = CohortReport.objects.for_lists().with_checks().get(pk=report.pk)
        with django_assert_num_queries(2):
            checks.examine(fresh)


def test_every_code_of_a_cohort_has_its_sentences_and_is_documented(settings):
    assert set(COHORT_TEXTS) == {*CohortCode, *NotChecked}
    assert set(CohortCode) > COHORT_WARNINGS
    page = (settings.BASE_DIR / "docs" / "roster-codes.md").read_text()
    translation.activate("id")
    for code, (message, cure) in COHORT_TEXTS.items():
        assert f"`{code}` | {message} | {cure} |" in page
