"""The same person in two cohorts at once: found anywhere, told to staff only, decided on."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from blk_portal.accounts.roles import Role
from blk_portal.reporting.refusals import Incomplete, NotYours, Refused, Stale
from tests.factories import (
    AreaReviewerFactory,
    AuditorFactory,
    CohortFactory,
    CohortReportFactory,
    IncubatorReviewerFactory,
    OperatorFactory,
    OverlapFactory,
    ParticipantFactory,
    TrainingReviewerFactory,
    user_of,
)
from trainings import planning, roster
from trainings.entries import record_results
from trainings.models import Cohort, CohortReport, Overlap, Participant
from trainings.overlaps import check_rosters

pytestmark = pytest.mark.django_db
NIK = "3204051705019123"
LIST = reverse("trainings:overlap-list")
ALLOWED, REFUSED = Overlap.Verdict.ALLOWED, Overlap.Verdict.REFUSED


def twin(cohort, **facts):
    """The same person in one more cohort."""
    return ParticipantFactory(
        cohort=cohort, nik=NIK, sex="L", birth_date=date(2001, 5, 17), **facts
    )


def compare(*cohorts):
    check_rosters([cohort.pk for cohort in cohorts], at=timezone.now())


@pytest.fixture
def here():
    return CohortFactory()


@pytest.fixture
def there():
    return CohortFactory()


@pytest.mark.parametrize(
    ("there_days", "is_found"),
    [
        ((date(2022, 8, 31), date(2022, 9, 30)), True),
        ((date(2022, 7, 1), date(2022, 8, 1)), True),
        ((date(2022, 8, 10), date(2022, 8, 12)), True),
        ((date(2022, 9, 1), date(2022, 9, 30)), False),
        ((date(2022, 7, 1), date(2022, 7, 31)), False),
    ],
    ids=["last day", "first day", "within", "the day after", "the day before"],
)
def test_portal_finds_a_person_only_where_days_overlap(here, there_days, is_found):
    starts_on, ends_on = there_days
    there = CohortFactory(starts_on=starts_on, ends_on=ends_on)
    mine, theirs = twin(here), twin(there)
    compare(here)
    assert Overlap.objects.standing().exists() == is_found
    if is_found:
        pair = Overlap.objects.get()
        assert (pair.first, pair.second) == (mine, theirs)
        assert (pair.first_cohort, pair.second_cohort) == (here, there)


def test_portal_finds_neither_the_withdrawn_nor_those_without_a_nik(here, there):
    twin(here, result="withdrawn"), twin(there)
    ParticipantFactory(cohort=here, nik=None), ParticipantFactory(cohort=there, nik=None)
    compare(here, there)
    assert not Overlap.objects.exists()


def test_portal_finds_nobody_in_a_cancelled_cohort(here, there):
    OverlapFactory(first_cohort=here, second_cohort=there)
    by = TrainingReviewerFactory()
    planning.cancel(there, by=by, reason="Instruktur berhalangan.")
    assert not Overlap.objects.standing().exists()
    planning.restore(there, by=by, reason="Instruktur sudah ada.")
    assert Overlap.objects.standing().exists()


def test_portal_compares_again_when_the_days_are_planned_anew(here, there):
    OverlapFactory(first_cohort=here, second_cohort=there)
    there.starts_on, there.ends_on = date(2022, 10, 1), date(2022, 10, 30)
    there.save()
    planning.note_change(there, by=TrainingReviewerFactory(), changed=["starts_on"])
    assert not Overlap.objects.standing().exists()


def test_portal_closes_what_no_longer_holds_and_opens_it_again(here, there):
    mine, _theirs = twin(here), twin(there)
    compare(here)
    Participant.objects.filter(pk=mine.pk).update(result="withdrawn")
    compare(here)
    assert not Overlap.objects.standing().exists()
    Participant.objects.filter(pk=mine.pk).update(result="")
    compare(there)
    assert Overlap.objects.standing().count() == 1
    assert Overlap.objects.count() == 1


def test_portal_compares_again_whenever_the_roster_may_have_changed(here, there):
    mine = twin(here, result="")
    twin(there)
    record_results(here, {mine.pk: {"result": "passed"}})
    assert Overlap.objects.standing().count() == 1
    record_results(here, {mine.pk: {"result": "withdrawn"}})
    assert not Overlap.objects.standing().exists()
    record_results(here, {mine.pk: {"result": "passed"}})
    roster.remove(here, mine)
    pair = Overlap.objects.get()
    assert pair.ended_at
    assert (pair.first, pair.first_cohort) == (None, here)


def test_portal_compares_when_a_report_is_sent():
    report = CohortReportFactory(people=0)
    twin(report.cohort), twin(CohortFactory())
    report.submit(by=OperatorFactory(institution=report.cohort.institution), version=0)
    assert Overlap.objects.undecided().count() == 1
    assert report.cohort.roster_check.people == 1


def test_comparison_takes_the_same_queries_whatever_the_size(
    here, there, django_assert_num_queries
):
    twin(here), twin(there)
    ParticipantFactory.create_batch(30, cohort=here)
    with django_assert_num_queries(2):
        compare(here)


def test_operator_reads_nothing_of_where_or_who(client, here, there):
    mine, theirs = twin(here, name="Ani Contoh"), twin(there, name="Rahasia Contoh")
    compare(here)
    client.force_login(OperatorFactory(institution=here.institution))
    page = client.get(reverse("trainings:cohort-detail", args=[here.pk])).content.decode()
    assert "Data peserta ini perlu diperiksa petugas" in page
    assert mine.name in page
    hidden = (theirs.name, there.institution.name, there.institution.regency.name, "tumpang-tindih")
    assert not [text for text in hidden if text in page]
    assert client.get(LIST).status_code == 403


def test_operator_is_told_the_same_on_both_sides_and_nothing_once_allowed(client, here, there):
    pair = OverlapFactory(first_cohort=here, second_cohort=there)
    for cohort, is_told in ((here, True), (there, True)):
        client.force_login(OperatorFactory(institution=cohort.institution))
        page = client.get(reverse("trainings:cohort-detail", args=[cohort.pk])).content.decode()
        assert ("perlu diperiksa petugas" in page) == is_told
    pair.decide(by=TrainingReviewerFactory(), verdict=ALLOWED, reason="Kelas malam.", seen=0)
    page = client.get(reverse("trainings:cohort-detail", args=[there.pk])).content.decode()
    assert "perlu diperiksa petugas" not in page


def test_national_reviewer_sees_both_sides_and_area_reviewer_only_the_own(client, here, there):
    pair = OverlapFactory(first_cohort=here, second_cohort=there, name="Ani Contoh")
    single = reverse("trainings:overlap-decide", args=[pair.pk])
    both = (here.institution.name, there.institution.name)
    client.force_login(TrainingReviewerFactory())
    for path in (LIST, single):
        page = client.get(path).content.decode()
        assert all(name in page for name in (*both, "Ani Contoh"))
    for own, other in ((here, there), (there, here)):
        client.force_login(AreaReviewerFactory(office=own.institution.office))
        for path in (LIST, single):
            page = client.get(path).content.decode()
            assert own.institution.name in page
            assert "wilayah lain" in page
            assert other.institution.name not in page
            assert f"/pelatihan/{other.pk}/" not in page


def test_reviewer_of_a_third_area_and_other_roles_see_no_pair(client, here, there):
    pair = OverlapFactory(first_cohort=here, second_cohort=there)
    single = reverse("trainings:overlap-decide", args=[pair.pk])
    client.force_login(AreaReviewerFactory(office=CohortFactory().institution.office))
    assert client.get(single).status_code == 404
    assert not client.get(LIST).context["page"].rows
    for other in (IncubatorReviewerFactory(), AuditorFactory(),
                  user_of(Role.OBSERVER, here.institution)):  # fmt: skip
        client.force_login(other)
        assert client.get(LIST).status_code == 403
        assert client.get(single).status_code == 403
        assert not Overlap.objects.visible_to(other).exists()


def test_reviewer_allows_a_pair_with_a_reason_that_is_kept(client, here, there):
    pair = OverlapFactory(first_cohort=here, second_cohort=there)
    reviewer = AreaReviewerFactory(office=here.institution.office)
    client.force_login(reviewer)
    path = reverse("trainings:overlap-decide", args=[pair.pk])
    faulty = client.post(path, {"verdict": "allowed", "reason": "", "seen": 0})
    assert faulty.status_code == 400
    with_nik = client.post(path, {"verdict": "allowed", "reason": f"NIK {NIK}", "seen": 0})
    assert with_nik.status_code == 400
    sent = {"verdict": "allowed", "reason": "Kelas sore dan malam.", "seen": 0}
    assert client.post(path, sent).status_code == 302
    kept = pair.decisions.get()
    assert (kept.verdict, kept.reason, kept.by) == (ALLOWED, sent["reason"], reviewer)
    assert not Overlap.objects.undecided().exists()
    assert client.get(LIST, {"putusan": "sudah"}).context["page"].rows == [pair]


def test_second_reviewer_sees_who_was_first_and_keeps_what_was_typed(client, here, there):
    pair = OverlapFactory(first_cohort=here, second_cohort=there)
    first = TrainingReviewerFactory(name="Petugas Pertama")
    pair.decide(by=first, verdict=ALLOWED, reason="Kelas malam.", seen=0)
    with pytest.raises(Stale):
        pair.decide(by=first, verdict=REFUSED, reason="x", refused=here, seen=0)
    client.force_login(AreaReviewerFactory(office=here.institution.office))
    path = reverse("trainings:overlap-decide", args=[pair.pk])
    answer = client.post(path, {"verdict": str(here.pk), "reason": "Alasan kedua.", "seen": 0})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Petugas Pertama" in page
    assert "Alasan kedua." in page


def test_area_reviewer_refuses_only_an_own_participation(client, here, there):
    pair = OverlapFactory(first_cohort=here, second_cohort=there)
    reviewer = AreaReviewerFactory(office=here.institution.office)
    with pytest.raises(NotYours):
        pair.decide(by=reviewer, verdict=REFUSED, reason="x", refused=there, seen=0)
    client.force_login(reviewer)
    path = reverse("trainings:overlap-decide", args=[pair.pk])
    sent = {"verdict": str(there.pk), "reason": "Alasan.", "seen": 0}
    assert client.post(path, sent).status_code == 400
    assert client.post(path, sent | {"verdict": str(here.pk)}).status_code == 302
    pair.refresh_from_db()
    assert (pair.verdict, pair.refused_cohort) == (REFUSED, here)


def test_refused_participation_is_flagged_with_the_return_and_never_verified(there):
    report = CohortReportFactory(submitted=True)
    reviewer = AreaReviewerFactory(office=report.cohort.institution.office)
    person = report.cohort.participants.first()
    ParticipantFactory(cohort=there, nik=person._open_nik(), sex=person.sex)
    compare(report.cohort)
    pair = Overlap.objects.get()
    pair.decide(
        by=reviewer, verdict=REFUSED, refused=report.cohort, seen=0,
        reason=f"Ikut di {there.institution.name}.",
    )  # fmt: skip
    with pytest.raises(Incomplete):
        report.verify(by=reviewer, version=report.version)
    report.refresh_from_db()
    flags = report.send_back(by=reviewer, version=report.version, comment="").flags.all()
    assert [(flag.participant, flag.field) for flag in flags] == [(person, "row")]
    assert there.institution.name not in flags[0].note
    operator = OperatorFactory(institution=report.cohort.institution)
    record_results(report.cohort, {person.pk: {"result": "withdrawn"}})
    flags.update(answer="Dicatat mengundurkan diri.", answered_at=timezone.now(),
                 answered_by=operator)  # fmt: skip
    report = CohortReport.objects.get(pk=report.pk)
    report.submit(by=operator, version=report.version)
    assert report.verify(by=reviewer, version=report.version)


def test_report_with_an_allowed_pair_is_verified(there):
    report = CohortReportFactory(submitted=True)
    person = report.cohort.participants.first()
    ParticipantFactory(cohort=there, nik=person._open_nik(), sex=person.sex)
    compare(report.cohort)
    reviewer = AreaReviewerFactory(office=report.cohort.institution.office)
    Overlap.objects.get().decide(by=reviewer, verdict=ALLOWED, reason="Sore.", seen=0)
    assert report.verify(by=reviewer, version=report.version)


def test_nobody_decides_on_what_is_no_longer_so(here, there):
    pair = OverlapFactory(first_cohort=here, second_cohort=there)
    Cohort.objects.filter(pk=there.pk).update(
        starts_on=date(2022, 10, 1), ends_on=date(2022, 10, 30)
    )
    compare(here)
    with pytest.raises(Refused):
        pair.decide(by=TrainingReviewerFactory(), verdict=ALLOWED, reason="x", seen=0)


def test_queue_takes_the_same_queries_for_one_and_twenty(client, django_assert_max_num_queries):
    client.force_login(TrainingReviewerFactory())
    for many in (1, 19):
        for _pair in range(many):
            OverlapFactory()
        with django_assert_max_num_queries(8):
            assert client.get(LIST).status_code == 200
