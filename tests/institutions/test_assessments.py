"""Assessments: drafts, final ones that stay, the class on any day, and the page that shows them."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from blk_portal.accounts.models import today
from blk_portal.accounts.roles import Role
from institutions.lifecycle import InstitutionStatus
from institutions.maturity import Maturity
from institutions.models import Assessment, AssessmentCriterion, Document, Institution
from institutions.models.assessment import Answer, AssessmentRefused, latest_of
from institutions.models.document import DocumentQuerySet
from tests.factories import (
    AreaReviewerFactory,
    AssessmentFactory,
    CriterionFactory,
    IncubatorReviewerFactory,
    InstitutionFactory,
    LeadershipFactory,
    NationalAdminFactory,
    ObserverFactory,
    OperatorFactory,
    ProgrammeYearFactory,
    criteria_of,
    user_of,
)
from tests.factories.documents import small_pdf

pytestmark = pytest.mark.django_db
NEW, GROWING, DEVELOPING, INDEPENDENT = Maturity
DAY = date(2022, 11, 1)
SEEN = "Dilihat di tempat (contoh)."


@pytest.fixture
def institution():
    return InstitutionFactory(operational=True, name="BLKK Nurul Hikmah (contoh)")


@pytest.fixture
def reviewer(institution):
    return AreaReviewerFactory(office=institution.office)


@pytest.fixture
def criteria(institution):
    return criteria_of(institution.programme_year)


def address_of(institution) -> str:
    return reverse("institutions:assessment-list", args=[institution.pk])


def sent(criteria, *met, verb="finalise", version=0, on=DAY, **more) -> dict:
    """What the form sends: every criterion answered, these of them with yes."""
    data = {"verb": verb, "version": version, "assessed_on": on.isoformat()}
    for one in criteria:
        data[f"met-{one.pk}"] = "ya" if one in met else "tidak"
        data[f"evidence-{one.pk}"] = SEEN if one in met else ""
    return data | more


class TestVerbs:
    def test_staff_make_an_assessment_final_and_the_class_follows(self, institution, reviewer):
        assessment = AssessmentFactory(
            institution=institution, reaching=DEVELOPING, by=reviewer, assessed_on=DAY
        )
        assert (assessment.maturity, assessment.assessor) == (DEVELOPING, reviewer)
        assert institution.assessments.class_on(DAY) == DEVELOPING

    def test_a_final_assessment_is_never_changed(self, institution, reviewer):
        final = AssessmentFactory(institution=institution, by=reviewer)
        for act in (
            lambda: final.record({}, by=reviewer, version=final.version, note="Lain."),
            lambda: final.finalise(by=reviewer, version=final.version),
            lambda: final.discard(by=reviewer, version=final.version),
        ):
            with pytest.raises(AssessmentRefused):
                act()
        kept = Assessment.objects.get()
        assert (kept.note, kept.maturity, kept.answers.count()) == ("", GROWING, 3)

    def test_nobody_finalises_with_a_criterion_unanswered(self, institution, reviewer):
        first, *_others = criteria_of(institution.programme_year)
        draft = Assessment(institution=institution, programme_year=institution.programme_year)
        draft.record({first.pk: Answer(True, SEEN)}, by=reviewer, assessed_on=DAY)
        with pytest.raises(AssessmentRefused, match="Jawab"):
            draft.finalise(by=reviewer, version=draft.version)
        assert not Assessment.objects.standing().exists()

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.LEADERSHIP, Role.AUDITOR, Role.OBSERVER,
                                      Role.NATIONAL_INCUBATOR_REVIEWER])  # fmt: skip
    def test_only_staff_of_the_area_assess(self, institution, role):
        for user in (user_of(role, institution), AreaReviewerFactory()):
            with pytest.raises(AssessmentRefused, match="wilayah"):
                AssessmentFactory(institution=institution, by=user)
        assert AssessmentFactory(institution=institution, by=NationalAdminFactory()).is_final

    def test_a_body_that_left_the_programme_is_not_assessed(self):
        with pytest.raises(AssessmentRefused):
            AssessmentFactory(institution=InstitutionFactory(status=InstitutionStatus.CANCELLED))

    def test_of_two_reviewers_the_second_draft_is_refused(self, institution, reviewer):
        AssessmentFactory(institution=institution, draft=True, by=reviewer)
        with pytest.raises(AssessmentRefused, match="Orang lain"):
            AssessmentFactory(institution=institution, draft=True)

    def test_a_day_has_one_standing_assessment_until_it_is_withdrawn(self, institution, reviewer):
        first = AssessmentFactory(institution=institution, by=reviewer)
        with pytest.raises(AssessmentRefused, match="3 Oktober 2022"):
            AssessmentFactory(institution=institution, by=reviewer)
        Assessment.objects.drafts().delete()
        first.withdraw(by=reviewer, reason="Salah lembaga.")
        AssessmentFactory(institution=institution, by=reviewer, reaching=INDEPENDENT)
        assert institution.assessments.class_on(DAY) == INDEPENDENT

    def test_withdrawing_needs_a_reason_and_happens_once(self, institution, reviewer):
        final = AssessmentFactory(institution=institution, by=reviewer)
        with pytest.raises(AssessmentRefused):
            final.withdraw(by=reviewer, reason="  ")
        final.withdraw(by=reviewer, reason="Salah lembaga.")
        with pytest.raises(AssessmentRefused):
            final.withdraw(by=reviewer, reason="Sekali lagi.")
        final.refresh_from_db()
        assert (final.withdrawn_because, final.withdrawn_by) == ("Salah lembaga.", reviewer)
        assert institution.assessments.class_on(today()) is None


class TestClassOnADay:
    def test_the_latest_standing_assessment_of_a_day_holds(self, institution):
        for day, reached in (
            (date(2022, 12, 31), DEVELOPING), (date(2021, 6, 1), GROWING), (date(2023, 5, 2), NEW),
        ):  # fmt: skip
            AssessmentFactory(institution=institution, assessed_on=day, reaching=reached)
        known = institution.assessments
        assert known.class_on(date(2021, 5, 31)) is None
        assert known.class_on(date(2021, 6, 1)) == GROWING
        assert known.class_on(date(2022, 12, 30)) == GROWING
        assert known.class_on(date(2022, 12, 31)) == DEVELOPING
        assert known.class_on(date(2023, 5, 2)) == NEW
        for day in (date(2021, 5, 31), date(2022, 12, 30), date(2023, 5, 2)):
            row = Institution.objects.annotate(held=latest_of(day, "maturity")).get()
            assert row.held == known.class_on(day)

    def test_a_draft_and_a_withdrawn_one_hold_nothing(self, institution):
        AssessmentFactory(institution=institution, reaching=GROWING, assessed_on=date(2021, 1, 4))
        mistaken = AssessmentFactory(institution=institution, reaching=INDEPENDENT)
        mistaken.withdraw(by=NationalAdminFactory(), reason="Salah lembaga.")
        AssessmentFactory(institution=institution, draft=True, assessed_on=date(2022, 12, 1))
        assert institution.assessments.class_on(today()) == GROWING


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"maturity": ""}, "final_has_class"),
        ({"maturity": "sempurna"}, "final_has_class"),
        ({"withdrawn_because": "Salah."}, "withdrawal_has_reason"),
    ],
)
def test_the_database_refuses_a_half_assessment(change, name):
    final = AssessmentFactory()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Assessment.objects.filter(pk=final.pk).update(**change)


def test_the_database_refuses_a_met_criterion_without_evidence():
    answer = AssessmentFactory().answers.filter(is_met=True).first()
    with pytest.raises(IntegrityError, match="met_has_evidence"), transaction.atomic():
        type(answer).objects.filter(pk=answer.pk).update(evidence="")


class TestPage:
    def test_reviewer_assesses_in_one_go(self, client, institution, reviewer, criteria):
        client.force_login(reviewer)
        growing, developing, independent = criteria
        response = client.post(address_of(institution), sent(criteria, growing, developing))
        assert response.status_code == 302
        page = client.get(address_of(institution)).content.decode()
        assert "Kelas: Berkembang" in page
        assert "Yang belum terpenuhi untuk Mandiri:" in page
        assert independent.text in page
        assert SEEN in page

    def test_reviewer_saves_a_draft_and_goes_on(self, client, institution, reviewer, criteria):
        client.force_login(reviewer)
        growing = criteria[0]
        data = {"verb": "save", "version": 0, "assessed_on": DAY.isoformat(),
                f"met-{growing.pk}": "ya", f"evidence-{growing.pk}": SEEN}  # fmt: skip
        client.post(address_of(institution), data)
        draft = Assessment.objects.get()
        page = client.get(address_of(institution)).content.decode()
        assert "Belum dinilai" in page
        assert SEEN in page
        client.post(address_of(institution), sent(criteria, growing, version=draft.version))
        draft.refresh_from_db()
        assert (draft.is_final, draft.maturity) == (True, GROWING)

    def test_reviewer_discards_a_draft(self, client, institution, reviewer):
        draft = AssessmentFactory(institution=institution, draft=True, by=reviewer)
        client.force_login(reviewer)
        data = {"verb": "discard", "version": draft.version}
        assert client.post(address_of(institution), data).status_code == 302
        assert client.post(address_of(institution), data).status_code == 409
        assert not Assessment.objects.exists()

    def test_reviewer_keeps_what_was_typed_when_evidence_lacks(
        self, client, institution, reviewer, criteria
    ):
        client.force_login(reviewer)
        growing = criteria[0]
        data = sent(criteria, growing, note="Catatan panjang.") | {f"evidence-{growing.pk}": ""}
        response = client.post(address_of(institution), data)
        page = response.content.decode()
        assert response.status_code == 400
        assert "kriteria yang terpenuhi memerlukan bukti" in page
        assert "Catatan panjang." in page
        assert not Assessment.objects.exists()

    def test_a_paper_is_evidence_and_stays_until_another_comes(
        self, client, institution, reviewer, criteria, papers_folder
    ):
        client.force_login(reviewer)
        growing = criteria[0]
        scan = small_pdf("izin.pdf")
        data = sent(criteria, growing, verb="save") | {
            f"evidence-{growing.pk}": "", f"file-{growing.pk}": scan,
        }  # fmt: skip
        client.post(address_of(institution), data)
        draft = Assessment.objects.get()
        again = sent(criteria, growing, version=draft.version) | {f"evidence-{growing.pk}": ""}
        assert client.post(address_of(institution), again).status_code == 302
        paper = Document.objects.get()
        assert (paper.institution, paper.kind.code) == (institution, "penilaian-kemandirian")
        assert Assessment.objects.get().answers.get(criterion=growing).paper == paper

    def test_a_file_that_cannot_be_kept_is_refused_at_its_field(
        self, client, institution, reviewer, criteria, monkeypatch
    ):
        def refuse(queryset, **facts):
            raise ValueError("Berkas ini tidak dapat dibaca.")

        monkeypatch.setattr(DocumentQuerySet, "store", refuse)
        client.force_login(reviewer)
        scan = small_pdf("izin.pdf")
        data = sent(criteria, note="Catatan panjang.") | {f"file-{criteria[0].pk}": scan}
        response = client.post(address_of(institution), data)
        page = response.content.decode()
        assert response.status_code == 400
        assert "Berkas ini tidak dapat dibaca." in page
        assert "Catatan panjang." in page
        assert not Assessment.objects.exists()

    @pytest.mark.parametrize("text", ["31/02/2022", "besok", ""])
    def test_reviewer_writes_a_day_that_is_none(
        self, client, institution, reviewer, criteria, text
    ):
        client.force_login(reviewer)
        response = client.post(address_of(institution), sent(criteria) | {"assessed_on": text})
        assert response.status_code == 400
        assert not Assessment.objects.exists()

    def test_reviewer_may_assess_neither_the_future_nor_a_nik(
        self, client, institution, reviewer, criteria
    ):
        client.force_login(reviewer)
        late = sent(criteria, on=today() + timedelta(days=1))
        assert "masa depan" in client.post(address_of(institution), late).content.decode()
        nik = sent(criteria, note="NIK 3204051203019001")
        assert client.post(address_of(institution), nik).status_code == 400
        assert not Assessment.objects.exists()

    def test_the_later_of_two_sees_both_versions_and_loses_nothing(
        self, client, institution, reviewer, criteria
    ):
        draft = AssessmentFactory(institution=institution, draft=True, by=reviewer)
        stale = draft.version
        client.force_login(NationalAdminFactory())
        mine = sent(criteria, *criteria, verb="save", version=stale, note="Catatan saya.")
        answers = {criteria[0].pk: Answer(False, "Kata rekan (contoh).")}
        draft.record(answers, by=reviewer, version=stale)
        response = client.post(address_of(institution), mine)
        page = response.content.decode()
        assert response.status_code == 409
        assert "Catatan saya." in page
        assert "Kata rekan (contoh)." in page
        draft.refresh_from_db()
        again = mine | {"version": draft.version}
        assert client.post(address_of(institution), again).status_code == 302

    def test_reviewer_withdraws_a_mistake_with_its_reason(self, client, institution, reviewer):
        final = AssessmentFactory(institution=institution, by=reviewer)
        client.force_login(reviewer)
        address = reverse("institutions:assessment-withdraw", args=[institution.pk, final.pk])
        assert client.post(address, {"reason": ""}).status_code == 400
        assert client.post(address, {"reason": "Salah lembaga."}).status_code == 302
        page = client.get(address_of(institution)).content.decode()
        assert "Salah lembaga." in page
        assert "Belum dinilai" in page

    def test_an_assessment_of_another_institution_is_not_found(self, client, institution, reviewer):
        foreign = AssessmentFactory()
        client.force_login(reviewer)
        address = reverse("institutions:assessment-withdraw", args=[institution.pk, foreign.pk])
        assert client.post(address, {"reason": "Salah."}).status_code == 404

    @pytest.mark.parametrize("factory", [ObserverFactory, LeadershipFactory])
    def test_observers_read_class_and_criteria_met_but_no_evidence(
        self, client, institution, reviewer, factory
    ):
        AssessmentFactory(institution=institution, by=reviewer, reaching=GROWING)
        if factory is ObserverFactory:
            client.force_login(user_of(Role.OBSERVER, institution))
        else:
            client.force_login(factory())
        growing, developing, _independent = criteria_of(institution.programme_year)
        page = client.get(address_of(institution)).content.decode()
        assert "Kelas: Tumbuh" in page
        assert growing.text in page
        assert SEEN not in page
        assert "<form method" not in page.partition("<main")[2]

    def test_operator_reads_evidence_and_what_lacks_but_no_draft(self, client, institution):
        AssessmentFactory(institution=institution)
        AssessmentFactory(institution=institution, draft=True, assessed_on=DAY)
        client.force_login(OperatorFactory(institution=institution))
        page = client.get(address_of(institution)).content.decode()
        assert SEEN in page
        assert "Yang belum terpenuhi untuk Berkembang:" in page
        assert "Draf" not in page

    def test_a_reader_among_staff_gets_no_form(self, client, institution):
        client.force_login(IncubatorReviewerFactory())
        assert client.get(address_of(institution)).status_code == 200
        assert client.post(address_of(institution), {"verb": "save"}).status_code == 403


class TestCriteria:
    def test_the_set_in_force_is_the_latest_that_has_come(self):
        for year in (2022, 2024):
            CriterionFactory(programme_year=ProgrammeYearFactory(year=year))
        in_force = AssessmentCriterion.objects.all().year_in_force
        assert in_force(date(2021, 1, 1)).year == 2022
        assert in_force(date(2023, 12, 31)).year == 2022
        assert in_force(date(2024, 1, 1)).year == 2024
        assert AssessmentCriterion.objects.none().year_in_force(DAY) is None

    def test_admin_copies_the_criteria_to_the_following_year(self, client):
        year, following = ProgrammeYearFactory(year=2022), ProgrammeYearFactory(year=2023)
        rows = criteria_of(year)
        client.force_login(NationalAdminFactory())
        address = reverse("admin:institutions_assessmentcriterion_changelist")
        data = {"action": "copy_forward", "_selected_action": [row.pk for row in rows]}
        for _twice in range(2):
            client.post(address, data)
        copied = following.assessment_criteria.values_list("code", "maturity", "is_required")
        assert sorted(copied) == sorted((one.code, one.maturity, True) for one in rows)

    def test_admin_cannot_change_what_an_assessment_has_answered(self, client):
        criterion = AssessmentFactory().answers.first().criterion
        client.force_login(NationalAdminFactory())
        address = reverse("admin:institutions_assessmentcriterion_change", args=[criterion.pk])
        data = {"text": "Lain", "is_confirmed": "on", "position": 7}
        assert client.post(address, data).status_code == 302
        before = criterion.text
        criterion.refresh_from_db()
        assert (criterion.text, criterion.is_confirmed, criterion.position) == (before, True, 7)
