"""The page of an obligation, the click of an operator, and what staff decide about it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from blk_portal.accounts.roles import Role
from blk_portal.formats import today_in_jakarta
from blk_portal.reporting.models import Obligation
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    InstitutionFactory,
    ObligationFactory,
    ObserverFactory,
    OperatorFactory,
    ProgrammeYearFactory,
    user_of,
)

pytestmark = pytest.mark.django_db

HOME = reverse("progress:home")
BEFORE, AFTER = datetime(2022, 7, 20, 3, tzinfo=UTC), datetime(2022, 8, 20, 3, tzinfo=UTC)
BUTTON = "Nyatakan nihil"


def to(name: str, duty: Obligation) -> str:
    return reverse(f"progress:duty-{name}", args=[duty.pk])


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def duty():
    institution = InstitutionFactory(
        operational=True, contact_name="Haji Udin", contact_phone="0812 3456 7890"
    )
    return ObligationFactory(
        period=True, institution=institution, programme_year=ProgrammeYearFactory(year=2022)
    )


@pytest.fixture
def operator(client, duty):
    user = OperatorFactory(institution=duty.institution)
    client.force_login(user)
    return user


@pytest.fixture
def staff(duty):
    return AreaReviewerFactory(office=duty.institution.office)


def test_operator_confirms_a_zero_from_home_with_one_click_and_undoes_it(client, operator, duty):
    with time_machine.travel(BEFORE):
        client.force_login(operator)
        page = client.get(HOME)
        assert page.context["count"] == 1
        assert BUTTON in text_of(page)
        done = client.post(to("zero", duty), follow=True)
        assert "Dapat dibatalkan sampai 1 Agustus 2022" in text_of(done)
        assert done.context["count"] == 0
        assert BUTTON not in text_of(done)
        undone = client.post(to("zero-undo", duty), follow=True)
        assert "Masa ini terbuka kembali" in text_of(undone)
        assert BUTTON in text_of(client.get(HOME))


def test_operator_gives_a_reason_to_undo_a_zero_after_the_due_date(client, operator, duty):
    duty.confirm_zero(by=operator)
    with time_machine.travel(AFTER):
        client.force_login(operator)
        assert "Batalkan" not in text_of(client.get(HOME))
        assert to("zero-undo", duty) in text_of(client.get(to("detail", duty)))
        refused = client.post(to("zero-undo", duty), {"reason": " "})
        assert refused.status_code == 400
        duty.refresh_from_db()
        assert duty.state == "confirmed_zero"
        client.post(to("zero-undo", duty), {"reason": "Ada pelatihan yang terlewat."})
    duty.refresh_from_db()
    assert duty.state == "expected"
    client.force_login(operator)
    assert "Ada pelatihan yang terlewat." in text_of(client.get(to("detail", duty)))


def test_operator_with_a_training_is_sent_to_its_report_instead(client, operator, duty):
    cohort = CohortFactory(
        institution=duty.institution, programme_year=duty.programme_year,
        starts_on=date(2022, 4, 1), ends_on=date(2022, 5, 1),
    )  # fmt: skip
    page = text_of(client.get(to("detail", duty)))
    assert BUTTON not in page
    assert reverse("trainings:cohort-detail", args=[cohort.pk]) in page
    assert BUTTON not in text_of(client.get(HOME))
    refused = client.post(to("zero", duty), follow=True)
    assert "Ada pelatihan pada masa ini" in text_of(refused)
    duty.refresh_from_db()
    assert duty.state == "expected"


def test_staff_confirm_no_zero_and_a_foreign_operator_finds_nothing(client, duty, staff):
    for user in (staff, OperatorFactory(institution=InstitutionFactory())):
        client.force_login(user)
        assert client.post(to("zero", duty)).status_code == 404
        assert client.post(to("zero-undo", duty), {"reason": "Coba."}).status_code == 404
    duty.refresh_from_db()
    assert duty.state == "expected"


def test_staff_extend_and_the_first_due_date_and_the_reason_stay_in_sight(client, duty, staff):
    client.force_login(staff)
    day = today_in_jakarta() + timedelta(days=20)
    form = {"due_on": day.isoformat(), "reason": "Banjir di wilayah (contoh)."}
    refused = client.post(to("extend", duty), form | {"reason": ""})
    assert refused.status_code == 400
    assert day.isoformat() in text_of(refused)
    page = text_of(client.post(to("extend", duty), form, follow=True))
    assert "Tenggat semula" in page
    assert "1 Agustus 2022" in page
    assert "Banjir di wilayah (contoh)." in page
    again = client.post(to("extend", duty), form)
    assert again.status_code == 409
    assert "Banjir di wilayah (contoh)." in text_of(again)
    assert duty.steps.count() == 1


def test_staff_expect_it_no_longer_and_again(client, duty, staff):
    client.force_login(staff)
    assert client.post(to("excuse", duty), {"reason": ""}).status_code == 400
    page = text_of(client.post(to("excuse", duty), {"reason": "Renovasi."}, follow=True))
    assert to("expect", duty) in page
    assert to("extend", duty) not in page
    client.post(to("expect", duty), {"reason": "Selesai."})
    duty.refresh_from_db()
    assert duty.state == "expected"


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.LEADERSHIP, Role.AUDITOR, Role.OPERATOR])
def test_those_who_only_read_neither_extend_nor_excuse(client, duty, role):
    user = user_of(role, duty.institution)
    client.force_login(user)
    assert to("extend", duty) not in text_of(client.get(to("detail", duty)))
    form = {"due_on": "2099-01-01", "reason": "Coba."}
    for name in ("extend", "excuse", "expect"):
        assert client.post(to(name, duty), form).status_code == 404
    assert not duty.steps.exists()


def test_staff_get_a_message_for_the_contact_with_what_is_owed_and_where(
    client, duty, staff, settings
):
    settings.PORTAL_URL = "https://portal.example.test"
    client.force_login(staff)
    page = client.get(to("detail", duty))
    message = page.context["message"]
    assert message.startswith("Yth. Haji Udin,")
    for part in (duty.institution.name, "Pelatihan 1 Januari–30 Juni 2022", "1 Agustus 2022"):
        assert part in message
    assert f"https://portal.example.test{HOME}" in message
    assert page.context["messenger_url"].startswith("https://wa.me/6281234567890?text=Yth.%20Haji")
    # The message is Indonesian whatever language its sender reads.
    client.cookies["django_language"] = "en"
    assert client.get(to("detail", duty)).context["message"] == message


def test_contact_without_a_mobile_number_has_the_text_to_copy_only(client, staff, duty):
    type(duty.institution).objects.filter(pk=duty.institution_id).update(
        contact_phone="022-1234567"
    )
    client.force_login(staff)
    page = client.get(to("detail", duty))
    assert page.context["message"]
    assert page.context["messenger_url"] == ""


def test_observer_sees_the_history_without_reasons_and_without_trainings(client, duty):
    report = CohortReportFactory(
        cohort__institution=duty.institution, cohort__programme_year=duty.programme_year,
        cohort__starts_on=date(2022, 4, 1), cohort__ends_on=date(2022, 5, 1), people=1,
    )  # fmt: skip
    duty.excuse(by=AreaReviewerFactory(), reason="Menyangkut Peserta Anu.")
    client.force_login(ObserverFactory(province=duty.institution.regency.province))
    page = text_of(client.get(to("detail", duty)))
    assert "Tidak diharapkan" in page
    assert "Peserta Anu" not in page
    assert report.cohort.programme.name not in page
    own = text_of(client.get(reverse("progress:duty-detail", args=[report.obligation_id])))
    assert report.cohort.programme.name not in own
