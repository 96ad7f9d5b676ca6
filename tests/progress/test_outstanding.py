"""Who owes which report: seen by those who answer for the area, without anybody's name."""

from datetime import timedelta

import pytest
from django.urls import reverse

from blk_portal.accounts.roles import Role
from blk_portal.formats import today_in_jakarta
from blk_portal.reporting.models import Obligation
from tests.factories import (
    AreaReviewerFactory,
    CohortReportFactory,
    InstitutionFactory,
    ObligationFactory,
    ObserverFactory,
    PartnerFactory,
    user_of,
)

pytestmark = pytest.mark.django_db
URL = reverse("progress:outstanding")


def overdue(institution, *, days: int = 1, **traits):
    """A report of the institution whose due date has passed so many days ago."""
    report = CohortReportFactory(cohort__institution=institution, people=1, **traits)
    due_on = today_in_jakarta() - timedelta(days=days)
    Obligation.objects.filter(pk=report.obligation_id).update(due_on=due_on)
    return report


def owing(response) -> list[int]:
    return [duty.institution_id for duty in response.context["page"]]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PARTNER])
def test_each_role_sees_who_owes_in_its_area_and_not_elsewhere(client, role):
    own, foreign = InstitutionFactory(), InstitutionFactory()
    overdue(own), overdue(foreign)
    user = user_of(role, own)
    client.force_login(user)
    page = client.get(URL)
    assert page.status_code == 200
    assert own.pk in owing(page)
    assert (foreign.pk in owing(page)) == (user.spec.reach == "nation")


def test_partner_is_refused_since_it_has_no_pages(client):
    client.force_login(PartnerFactory())
    assert client.get(URL).status_code == 403


def test_reviewer_sees_the_longest_owed_first_and_nothing_that_is_not_owed(client):
    institution = InstitutionFactory()
    late, later = overdue(institution, days=2), overdue(institution, days=40)
    overdue(institution, submitted=True)
    overdue(institution, verified=True)
    overdue(institution, days=0)
    returned = overdue(institution, days=9, returned=True)
    client.force_login(AreaReviewerFactory(office=institution.office))
    page = client.get(URL)
    shown = [duty.pk for duty in page.context["page"]]
    assert shown == [later.obligation_id, returned.obligation_id, late.obligation_id]
    assert page.context["count"] == 3


def test_reviewer_is_led_to_the_training_and_to_the_contact(client):
    institution = InstitutionFactory(contact_name="Haji Udin", contact_phone="0840 1234 5678")
    report = overdue(institution)
    client.force_login(AreaReviewerFactory(office=institution.office))
    text = client.get(URL).content.decode()
    assert reverse("trainings:cohort-detail", args=[report.cohort_id]) in text
    assert "Haji Udin" in text
    assert 'href="tel:+6284012345678"' in text


def test_observer_sees_institution_and_contact_but_neither_training_nor_participant(client):
    institution = InstitutionFactory(contact_name="Haji Udin")
    report = overdue(institution)
    client.force_login(ObserverFactory(province=institution.regency.province))
    text = client.get(URL).content.decode()
    assert institution.name in text
    assert "Haji Udin" in text
    assert report.cohort.programme.name not in text
    assert report.cohort.participants.get().name not in text


def test_area_reviewer_is_not_led_into_the_training_of_an_unassigned_institution(client):
    report = overdue(InstitutionFactory(office=None))
    client.force_login(AreaReviewerFactory(office=InstitutionFactory().office))
    page = client.get(URL)
    assert owing(page) == [report.cohort.institution_id]
    assert report.cohort.programme.name not in page.content.decode()


def test_list_is_narrowed_by_office_province_and_year(client):
    one, other = InstitutionFactory(), InstitutionFactory()
    overdue(one), overdue(other)
    client.force_login(user_of(Role.LEADERSHIP))
    for query in (
        {"uptp": one.office.code},
        {"provinsi": one.regency.province.code},
        {"provinsi": one.regency.province.code, "tahun": one.programme_year.year},
    ):
        assert owing(client.get(URL, query)) == [one.pk], query
    assert client.get(URL, {"tahun": 1999}).status_code == 400
    refused = client.get(URL, {"wilayah": "32"})
    assert refused.status_code == 400
    assert owing(refused) == []


def test_long_list_goes_on_where_the_page_ended(client):
    institution = InstitutionFactory()
    day = today_in_jakarta() - timedelta(days=3)
    ObligationFactory.create_batch(30, institution=institution, due_on=day)
    client.force_login(user_of(Role.LEADERSHIP))
    first = client.get(URL)
    second = client.get(URL + first.context["page"].next_url)
    pages = [[duty.pk for duty in page.context["page"]] for page in (first, second)]
    assert [len(page) for page in pages] == [25, 5]
    assert len({*pages[0], *pages[1]}) == 30


def test_empty_list_says_why(client):
    client.force_login(user_of(Role.LEADERSHIP))
    assert "Tidak ada laporan yang terlambat" in client.get(URL).content.decode()


def test_list_is_asked_for_other_states_kinds_and_days(client):
    institution = InstitutionFactory(operational=True)
    today = today_in_jakarta()
    rows = {
        "late": ObligationFactory(institution=institution, due_on=today - timedelta(days=40)),
        "later": ObligationFactory(institution=institution, due_on=today + timedelta(days=4)),
        "zero": ObligationFactory(period=True, institution=institution, state="confirmed_zero"),
        "gone": ObligationFactory(institution=institution, state="not_expected"),
        "fresh": ObligationFactory(
            period=True, institution=institution, due_on=today - timedelta(days=2)
        ),
    }
    client.force_login(AreaReviewerFactory(office=institution.office))

    def shown(**query) -> set[str]:
        page = client.get(URL, query)
        assert page.status_code == 200
        pks = {duty.pk for duty in page.context["page"]}
        assert page.context["count"] == len(pks)
        return {name for name, row in rows.items() if row.pk in pks}

    assert shown() == {"late", "fresh"}
    assert shown(jenis="training_period") == {"fresh"}
    assert shown(sejak=(today - timedelta(days=30)).isoformat()) == {"late"}
    assert shown(keadaan="nanti") == {"later"}
    assert shown(keadaan="confirmed_zero") == {"zero"}
    assert shown(keadaan="not_expected") == {"gone"}
    assert shown(keadaan="semua") == set(rows)
    regency = institution.regency
    assert shown(provinsi=regency.province.code, kabupaten=regency.code) == {"late", "fresh"}
    for query in ({"keadaan": "x"}, {"sejak": "kemarin"}, {"kabupaten": "99.99"}):
        assert client.get(URL, query).status_code == 400


def test_reviewer_has_one_message_for_all_that_an_institution_owes(client):
    institution = InstitutionFactory(contact_name="Haji Udin", contact_phone="0812 3456 7890")
    for days in (40, 3):
        day = today_in_jakarta() - timedelta(days=days)
        ObligationFactory(institution=institution, due_on=day)
    client.force_login(AreaReviewerFactory(office=institution.office))
    first, second = client.get(URL).context["rows"]
    assert (first.tells_contact, second.tells_contact, second.message) == (True, False, "")
    assert first.message.count("Laporan penutup") == 2
    assert first.messenger_url.startswith("https://wa.me/6281234567890?text=")
    operator = user_of(Role.OPERATOR, institution)
    client.force_login(operator)
    assert {row.message for row in client.get(URL).context["rows"]} == {""}


def test_reviewer_takes_away_what_the_page_shows_with_contacts_and_no_names(client):
    institution = InstitutionFactory(operational=True, contact_phone="0812 3456 7890")
    report = overdue(institution, days=12)
    ObligationFactory(period=True, institution=institution, state="confirmed_zero")
    client.force_login(AreaReviewerFactory(office=institution.office))
    address = reverse("institutions:list-export", args=["tunggakan", "csv"])
    head, *lines = client.get(address).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1
    cells = dict(zip(head.split(";"), lines[0].split(";"), strict=True))
    assert cells["Hari terlambat"] == "12"
    assert "0812 3456 7890" in lines[0]
    assert report.cohort.participants.get().name not in lines[0]
    zeros = client.get(address, {"keadaan": "confirmed_zero"}).content.decode("utf-8-sig")
    assert "Nihil dikonfirmasi" in zeros
    assert len(zeros.splitlines()) == 2
