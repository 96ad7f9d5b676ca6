"""The pages of a plan: filled in, changed by two at once, cancelled, brought back."""

from datetime import date

import pytest
from django.urls import reverse

from blk_portal.accounts.roles import Role
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    OperatorFactory,
    PartnerBodyFactory,
    ProgrammeFactory,
    user_of,
)
from trainings import planning
from trainings.models import Cohort, ExternalId

pytestmark = pytest.mark.django_db
REASON = "Gedung dipakai untuk pengungsian."


@pytest.fixture
def cohort():
    return CohortFactory()


@pytest.fixture
def operator(client, cohort):
    client.force_login(OperatorFactory(institution=cohort.institution))
    return client


def page(name: str, cohort: Cohort) -> str:
    return reverse(f"trainings:{name}", args=[cohort.pk])


def filled(cohort: Cohort, **changed) -> dict:
    """The form as it stands for a cohort, with some fields typed over."""
    return {
        "institution": cohort.institution_id, "programme": cohort.programme_id,
        "programme_year": cohort.programme_year_id, "batch": cohort.batch,
        "starts_on": cohort.starts_on.isoformat(), "ends_on": cohort.ends_on.isoformat(),
        "method": cohort.method, "seats": cohort.seats, "funding": cohort.funding,
        "taught_by": "", "partner": "", "cost_planned": "", "skillhub": "", "proglat": "",
        **changed,
    }  # fmt: skip


def seen(browser, cohort: Cohort, **changed) -> dict:
    """What a browser sends back from the page as it is now, hidden values included."""
    form = browser.get(page("cohort-edit", cohort)).context["form"]
    sent = {}
    for bound in form:
        value = bound.value()
        sent[bound.html_name] = "" if value is None else str(value)
        sent[bound.html_initial_name] = sent[bound.html_name]
    return sent | changed


def errors(response) -> dict:
    return response.context["form"].errors


def text_of(response) -> str:
    return response.content.decode()


class TestPlanning:
    def test_operator_plans_with_all_that_belongs_to_it(self, operator, cohort):
        partner = PartnerBodyFactory()
        sent = filled(
            cohort, batch=77, method="blended", seats="", funding="partner", partner=partner.pk,
            cost_planned="Rp 45.000.000", skillhub="SK-77", proglat="PG-77",
            taught_by="Budi Contoh; 62090 2411\r\n\r\nSiti Contoh",
        )  # fmt: skip
        assert operator.post(reverse("trainings:cohort-create"), sent).status_code == 302
        planned = Cohort.objects.get(batch=77)
        assert (planned.method, planned.seats) == ("blended", planned.programme_year.cohort_size)
        assert (planned.partner, planned.cost_planned) == (partner, 45_000_000)
        taught = list(planned.instructors.values_list("name", "competence_number"))
        assert taught == [("Budi Contoh", "62090 2411"), ("Siti Contoh", "")]
        assert dict(planned.external_ids.values_list("system", "value")) == {
            "skillhub": "SK-77", "proglat": "PG-77",
        }  # fmt: skip
        shown = text_of(operator.get(page("cohort-plan", planned)))
        for words in ("SK-77", "PG-77", "Budi Contoh", "62090 2411", str(partner), "45.000.000"):
            assert words in shown

    @pytest.mark.parametrize(("field", "typed"), [
        ("partner", {"funding": "partner"}),
        ("taught_by", {"taught_by": "Budi Contoh; 3204051203019001"}),
        ("taught_by", {"taught_by": "; 123"}),
        ("cost_planned", {"cost_planned": "banyak"}),
        ("skillhub", {"skillhub": "3204051203019001"}),
        ("ends_on", {"ends_on": "2032-08-01"}),
        ("method", {"method": "telepati"}),
    ])  # fmt: skip
    def test_operator_is_told_at_the_field_and_keeps_what_was_typed(
        self, operator, cohort, field, typed
    ):
        answer = operator.post(
            reverse("trainings:cohort-create"), filled(cohort, batch=77, **typed)
        )
        assert answer.status_code == 400
        assert list(errors(answer)) == [field]
        assert not Cohort.objects.filter(batch=77).exists()
        assert answer.context["form"]["batch"].value() == "77"

    def test_partner_belongs_to_csr_only(self, operator, cohort):
        sent = filled(cohort, batch=77, partner=PartnerBodyFactory().pk)
        answer = operator.post(reverse("trainings:cohort-create"), sent)
        assert answer.status_code == 400
        assert "partner" in errors(answer)

    def test_plan_above_the_limit_of_the_year_is_refused_with_the_number(self, operator, cohort):
        year = cohort.programme_year
        year.most_seats_of_cohort, year.most_seats_of_institution = 20, 40
        year.save()
        create = reverse("trainings:cohort-create")
        refused = operator.post(create, filled(cohort, batch=77, seats=21))
        assert "20" in errors(refused)["seats"][0]
        assert operator.post(create, filled(cohort, batch=77, seats=20)).status_code == 302
        refused = operator.post(create, filled(cohort, batch=78, seats=5))
        assert "36" in errors(refused)["seats"][0]
        assert not Cohort.objects.filter(batch=78).exists()
        assert "36" in text_of(operator.get(page("cohort-plan", cohort)))

    def test_id_of_another_cohort_is_refused(self, operator, cohort):
        ExternalId.objects.create(cohort=CohortFactory(), system="skillhub", value="SK-1")
        sent = filled(cohort, batch=77, skillhub="sk-1")
        answer = operator.post(reverse("trainings:cohort-create"), sent)
        assert list(errors(answer)) == ["skillhub"]

    def test_retired_programme_is_not_offered_but_stays_with_its_cohort(self, operator, cohort):
        retired = ProgrammeFactory(is_current=False)
        sent = filled(cohort, batch=77, programme=retired.pk)
        answer = operator.post(reverse("trainings:cohort-create"), sent)
        assert list(errors(answer)) == ["programme"]
        Cohort.objects.filter(pk=cohort.pk).update(programme=retired)
        cohort.refresh_from_db()
        sent = seen(operator, cohort, batch="88")
        assert operator.post(page("cohort-edit", cohort), sent).status_code == 302


class TestChanging:
    def test_operator_moves_the_days_and_the_due_date_follows(self, operator, cohort):
        before = cohort.closing.obligation.due_on
        sent = seen(operator, cohort, starts_on="2022-10-03", ends_on="2022-11-11")
        assert operator.post(page("cohort-edit", cohort), sent).status_code == 302
        cohort.refresh_from_db()
        assert (cohort.starts_on, cohort.ends_on) == (date(2022, 10, 3), date(2022, 11, 11))
        due_on = planning.closing_of(cohort).obligation.due_on
        assert due_on != before
        assert due_on > date(2022, 11, 11)
        assert cohort.steps.get().changed == ["starts_on", "ends_on"]

    def test_saving_without_a_change_leaves_no_trace(self, operator, cohort):
        planning.write_beside(cohort, instructors=[], ids={"skillhub": "SK-1"})
        assert operator.post(page("cohort-edit", cohort), seen(operator, cohort)).status_code == 302
        assert not cohort.steps.exists()
        assert cohort.external_ids.get().value == "SK-1"

    def test_second_of_two_editors_sees_both_values_and_loses_nothing(self, operator, cohort):
        mine = seen(operator, cohort, seats="12", skillhub="SK-12", taught_by="Budi Contoh")
        other = seen(operator, cohort, seats="14", skillhub="SK-14", taught_by="Siti Contoh")
        assert operator.post(page("cohort-edit", cohort), other).status_code == 302
        answer = operator.post(page("cohort-edit", cohort), mine)
        assert answer.status_code == 400
        assert set(errors(answer)) == {"seats", "skillhub", "taught_by"}
        told = str(errors(answer))
        for words in ("14", "SK-14", "Siti Contoh", "16"):
            assert words in told
        form = answer.context["form"]
        assert [form[name].value() for name in ("seats", "skillhub")] == ["12", "SK-12"]
        cohort.refresh_from_db()
        assert cohort.seats == 14
        # Having seen both, the person decides.
        sent = {bound.html_name: bound.value() for bound in form}
        sent |= {bound.html_initial_name: form.data.get(bound.html_initial_name) for bound in form}
        sent = {name: "" if value is None else str(value) for name, value in sent.items()}
        assert operator.post(page("cohort-edit", cohort), sent).status_code == 302
        cohort.refresh_from_db()
        assert cohort.seats == 12
        assert cohort.instructors.get().name == "Budi Contoh"

    def test_two_who_change_different_fields_both_get_their_way(self, operator, cohort):
        mine = seen(operator, cohort, skillhub="SK-12")
        other = seen(operator, cohort, seats="14")
        operator.post(page("cohort-edit", cohort), other)
        answer = operator.post(page("cohort-edit", cohort), mine)
        assert answer.status_code == 400
        assert answer.context["form"]["seats"].value() == "14"
        assert answer.context["form"]["skillhub"].value() == "SK-12"

    @pytest.mark.parametrize("trait", ["submitted", "verified"])
    def test_plan_of_a_reported_cohort_stays(self, client, trait):
        cohort = CohortReportFactory(**{trait: True}).cohort
        client.force_login(OperatorFactory(institution=cohort.institution))
        assert client.get(page("cohort-edit", cohort)).status_code == 302
        answer = client.post(page("cohort-edit", cohort), filled(cohort, batch=88))
        assert answer.status_code == 409
        assert answer.context["form"]["batch"].value() == "88"
        assert Cohort.objects.get(pk=cohort.pk).batch != 88
        assert client.post(page("cohort-cancel", cohort), {"reason": REASON}).status_code == 409
        assert not Cohort.objects.get(pk=cohort.pk).is_cancelled

    def test_institution_of_a_cohort_stays(self, operator, cohort):
        other = CohortFactory().institution
        sent = seen(operator, cohort, batch="88", institution=str(other.pk))
        operator.post(page("cohort-edit", cohort), sent)
        changed = Cohort.objects.get(pk=cohort.pk)
        assert (changed.batch, changed.institution_id) == (88, cohort.institution_id)


class TestCancelling:
    def test_operator_cancels_and_the_lists_say_so(self, operator, cohort):
        assert operator.post(page("cohort-cancel", cohort), {"reason": ""}).status_code == 400
        answer = operator.post(page("cohort-cancel", cohort), {"reason": REASON}, follow=True)
        assert REASON in text_of(answer)
        listed = reverse("trainings:cohort-list")
        rows = [len(operator.get(f"{listed}{query}").context["page"].rows)
                for query in ("", "?batal=tidak", "?batal=ya", "?batal=mungkin")]  # fmt: skip
        assert rows == [1, 0, 1, 0]
        assert "Dibatalkan" in text_of(operator.get(listed))
        shown = text_of(operator.get(page("cohort-detail", cohort)))
        assert REASON in shown
        assert 'name="file"' not in shown
        assert operator.get(page("cohort-edit", cohort)).status_code == 302
        assert operator.post(page("cohort-restore", cohort), {"reason": REASON}).status_code == 403

    def test_staff_of_the_area_undo_a_cancelling_with_a_reason(self, client, cohort):
        planning.cancel(cohort, by=OperatorFactory(), reason=REASON)
        client.force_login(AreaReviewerFactory(office=CohortFactory().institution.office))
        path = page("cohort-restore", cohort)
        assert client.post(path, {"reason": "Kosong lagi."}).status_code == 404
        client.force_login(AreaReviewerFactory(office=cohort.institution.office))
        assert client.post(path, {"reason": ""}).status_code == 400
        assert Cohort.objects.get(pk=cohort.pk).is_cancelled
        assert client.post(path, {"reason": "Kosong lagi."}).status_code == 302
        assert not Cohort.objects.get(pk=cohort.pk).is_cancelled

    def test_auditor_reads_the_plan_and_changes_nothing(self, client, cohort):
        client.force_login(user_of(Role.AUDITOR, cohort.institution))
        shown = text_of(client.get(page("cohort-plan", cohort)))
        for name in ("cohort-edit", "cohort-cancel", "aid-receive"):
            assert page(name, cohort) not in shown
            assert client.post(page(name, cohort), {"reason": REASON}).status_code == 403
