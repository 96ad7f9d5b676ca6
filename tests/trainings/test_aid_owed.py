"""Who owes the LPJ of training aid: the list, its sums, its export, and the desk of staff."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from tests.factories import (
    AreaReviewerFactory,
    AuditorFactory,
    CohortFactory,
    InstitutionFactory,
    LeadershipFactory,
    NationalAdminFactory,
    ObserverFactory,
    OperatorFactory,
    TrainingAidFactory,
)
from trainings.models import TrainingAid

pytestmark = pytest.mark.django_db
LIST = reverse("trainings:aid-owed")
EXPORT = reverse("institutions:list-export", args=["lpj-bantuan-pelatihan", "csv"])


def aid(institution=None, **options) -> TrainingAid:
    where = {"institution": institution} if institution else {}
    return TrainingAidFactory(cohort=CohortFactory(**where), **options)


def listed(client, **query) -> set[int]:
    page = client.get(LIST, query)
    assert page.status_code == 200
    return {row.pk for row, _late in page.context["rows"]}


def settled(**options) -> TrainingAid:
    return aid(filed_by=OperatorFactory(), accepted_by=NationalAdminFactory(), **options)


def test_admin_reads_who_owes_how_much_since_when_by_office_and_province(
    client, django_assert_max_num_queries
):
    here = InstitutionFactory(operational=True)
    late = aid(here, amount=48_000_000)
    other = aid(amount=30_000_000)
    filed = aid(here, amount=7_000_000, filed_by=OperatorFactory())
    settled()
    client.force_login(NationalAdminFactory())
    with django_assert_max_num_queries(12):
        page = client.get(LIST)
    assert {row.pk for row, _late in page.context["rows"]} == {late.pk, other.pk, filed.pk}
    text = page.content.decode()
    assert "LPJ 2 pelatihan terlambat: Rp\xa078.000.000" in text
    assert page.context["total"] == {
        "cohorts": 3, "received": 85_000_000, "late": 2, "overdue": 78_000_000,
    }  # fmt: skip
    sums = {row["name"]: (row["late"], row["overdue"]) for row in page.context["offices"]}
    assert sums[here.office.name] == (1, 48_000_000)
    sums = {row["name"]: row["received"] for row in page.context["provinces"]}
    assert sums[here.regency.province.name] == 55_000_000


@pytest.mark.parametrize(
    ("state", "expected"), [("overdue", {"late"}), ("filed", {"filed"}), ("due", {"early"})]
)
@time_machine.travel("2022-12-01 09:00+07:00", tick=False)
def test_reader_asks_for_one_state_of_the_lpj(client, state, expected):
    rows = {
        "late": aid(received_on=date(2022, 3, 1)),
        "early": aid(received_on=date(2022, 11, 30)),
        "filed": aid(filed_by=OperatorFactory()),
    }
    client.force_login(NationalAdminFactory())
    assert listed(client, keadaan=state) == {rows[name].pk for name in expected}


def test_each_reader_sees_the_money_of_the_own_area(client):
    here, elsewhere = aid(), aid()
    institution = here.cohort.institution
    for user, expected in (
        (AreaReviewerFactory(office=institution.office), {here.pk}),
        (OperatorFactory(institution=institution), {here.pk}),
        (AuditorFactory(province=institution.regency.province), {here.pk}),
        (LeadershipFactory(), {here.pk, elsewhere.pk}),
    ):
        client.force_login(user)
        assert listed(client) == expected
        page = client.get(LIST).content.decode()
        plan = reverse("trainings:cohort-plan", args=[here.cohort_id])
        assert (plan in page) == user.spec.sees_cohorts
        lines = client.get(EXPORT).content.decode("utf-8-sig").splitlines()
        assert len(lines) == 1 + len(expected)


def test_observer_sees_no_money(client):
    regency = aid().cohort.institution.regency
    client.force_login(ObserverFactory(regency=regency))
    assert client.get(LIST).status_code == 403
    assert client.get(EXPORT).status_code == 403


def test_filter_that_cannot_be_read_lists_nothing_and_says_so(client):
    aid()
    client.force_login(NationalAdminFactory())
    for query in ({"keadaan": "lunas"}, {"uptp": "tidak-ada"}, {"lain": "1"}):
        assert client.get(LIST, query).status_code == 400
    assert client.get(EXPORT, {"keadaan": "lunas"}).status_code == 400


def test_area_reviewer_is_told_on_the_home_page_only_when_there_is_one(client):
    settled_one = settled()
    office = settled_one.cohort.institution.office
    client.force_login(AreaReviewerFactory(office=office))
    home, link = reverse("progress:home"), f"{LIST}?keadaan=overdue"
    assert link not in client.get(home).content.decode()
    aid(settled_one.cohort.institution)
    text = client.get(home).content.decode()
    assert link in text
    assert "LPJ 1 pelatihan terlambat." in text


def test_list_and_money_of_institutions_lead_to_one_another(client):
    client.force_login(LeadershipFactory())
    assert LIST in client.get(reverse("money:owed-list")).content.decode()
    text = client.get(LIST).content.decode()
    assert reverse("money:owed-list") in text
    assert "Tidak ada" in text
