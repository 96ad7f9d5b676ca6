"""Partners: who they are, what they agreed to, what they brought to whom, and who reads it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from blk_portal.accounts.models import Partner, today
from blk_portal.accounts.roles import Role
from institutions.models import Contribution, Document, Partnership
from institutions.models.partnership import EXPIRING_WITHIN
from tests.factories import (
    AreaReviewerFactory,
    ContributionFactory,
    IncubatorReviewerFactory,
    InstitutionFactory,
    LeadershipFactory,
    NationalAdminFactory,
    OperatorFactory,
    PartnerBodyFactory,
    PartnershipFactory,
    user_of,
)
from tests.factories.documents import small_pdf

pytestmark = pytest.mark.django_db
LIST = "/mitra/"


def page_of(partner) -> str:
    return reverse("partners:partner-detail", args=[partner.pk])


def names(response) -> set[str]:
    return {partner.name for partner in response.context["page"]}


@pytest.fixture
def partners():
    """One whose agreement holds, one whose ends soon, one whose has ended, one without."""
    day = today()
    made = {}
    for name, ends_on in (
        ("Holds", day + EXPIRING_WITHIN + timedelta(days=1)),
        ("Soon", day + EXPIRING_WITHIN),
        ("Ended", day - timedelta(days=1)),
    ):
        made[name] = PartnerBodyFactory(name=name)
        PartnershipFactory(partner=made[name], ends_on=ends_on)
    made["None"] = PartnerBodyFactory(name="None", kind=Partner.Kind.UNIVERSITY)
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Holds", "Soon", "Ended", "None"}),
        ("perjanjian=berlaku", {"Holds", "Soon"}),
        ("perjanjian=berakhir", {"Soon"}),
        ("perjanjian=tanpa", {"Ended", "None"}),
        ("jenis=university", {"None"}),
        ("kata=ol+HO", {"Holds"}),
    ],
)
def test_leadership_filters_the_list_of_partners(client, partners, query, found):
    client.force_login(LeadershipFactory())
    assert names(client.get(f"{LIST}?{query}")) == found


@pytest.mark.parametrize("query", ["jenis=bengkel", "perjanjian=lama", "umur=3"])
def test_a_filter_that_cannot_be_read_lists_nothing(client, partners, query):
    client.force_login(LeadershipFactory())
    response = client.get(f"{LIST}?{query}")
    assert (response.status_code, names(response)) == (400, set())


def test_each_reader_sees_what_a_partner_brought_as_far_as_the_area_goes(client):
    here, there = (InstitutionFactory(operational=True) for _each in range(2))
    partner = PartnerBodyFactory(name="Bank Contoh (contoh)")
    ContributionFactory(partner=partner, institution=here, kind="finance", quantity=50_000_000)
    ContributionFactory(partner=partner, institution=here, kind="mentors", quantity=3)
    ContributionFactory(partner=partner, institution=here, kind="mentors", quantity=None)
    ContributionFactory(partner=partner, institution=there, kind="finance", quantity=25_000_000)
    PartnershipFactory(partner=partner, number="MOU/1")
    PartnershipFactory(partner=partner, institution=there, number="PKS/2")
    client.force_login(LeadershipFactory())
    page = client.get(page_of(partner))
    assert page.context["reached"] == 2
    sums = {one.kind: (one.many, one.quantity, one.uncounted) for one in page.context["sums"]}
    assert sums == {"finance": (2, 75_000_000, 0), "mentors": (2, 3, 1)}
    assert "Rp\xa075.000.000" in page.content.decode()
    assert client.get(LIST).context["page"].rows[0].reached == 2
    client.force_login(AreaReviewerFactory(office=here.office))
    page = client.get(page_of(partner))
    assert page.context["reached"] == 1
    text = page.content.decode()
    assert here.name in text
    assert there.name not in text
    assert "MOU/1" in text
    assert "PKS/2" not in text
    assert client.get(LIST).context["page"].rows[0].reached == 1


def test_operator_reads_who_works_with_the_own_institution(client):
    institution = InstitutionFactory(operational=True)
    row = ContributionFactory(institution=institution, note="Kelas pemasaran (contoh).")
    PartnershipFactory(institution=institution, partner=row.partner, number="PKS/7")
    client.force_login(OperatorFactory(institution=institution))
    page = client.get(reverse("institutions:institution-partners", args=[institution.pk]))
    text = page.content.decode()
    for told in (row.partner.name, "Kelas pemasaran (contoh).", "PKS/7", "2 orang"):
        assert told in text
    assert f'href="{page_of(row.partner)}"' not in text
    assert client.get(page_of(row.partner)).status_code == 403
    assert client.get(LIST).status_code == 403


def test_national_staff_keep_a_partner_and_its_agreement_with_the_paper(client, papers_folder):
    client.force_login(IncubatorReviewerFactory())
    add = {"name": "Universitas Contoh (contoh)", "kind": "university", "is_active": "on"}
    assert client.post(reverse("admin:accounts_partner_add"), add).status_code == 302
    again = client.post(reverse("admin:accounts_partner_add"), add | {"name": add["name"].upper()})
    assert "Mitra dengan nama dan jenis ini sudah ada." in again.content.decode()
    partner = Partner.objects.get()
    scan = small_pdf("mou.pdf")
    agreement = {
        "partner": partner.pk, "institution": "", "number": "MOU/9", "starts_on": "2022-01-01",
        "ends_on": "2025-01-01", "purpose": "Pendampingan", "file": scan,
    }  # fmt: skip
    assert client.post(reverse("admin:institutions_partnership_add"), agreement).status_code == 302
    paper = Document.objects.get()
    assert Partnership.objects.get().paper == paper
    assert (paper.kind.code, paper.expires_on) == ("perjanjian-kemitraan", date(2025, 1, 1))


def test_area_reviewer_adds_what_came_to_its_institutions_only(client):
    own, foreign = (InstitutionFactory(operational=True) for _each in range(2))
    partner = PartnerBodyFactory()
    reviewer = AreaReviewerFactory(office=own.office)
    client.force_login(reviewer)
    address = reverse("admin:institutions_contribution_add")
    data = {"partner": partner.pk, "kind": "mentors", "given_on": "2022-08-01", "quantity": 2}
    client.post(address, data | {"institution": foreign.pk})
    assert not Contribution.objects.exists()
    assert client.post(address, data | {"institution": own.pk}).status_code == 302
    assert Contribution.objects.get().recorded_by == reviewer


@pytest.mark.parametrize("role", [Role.AREA_REVIEWER, Role.LEADERSHIP, Role.OBSERVER, Role.AUDITOR])
def test_readers_are_offered_nothing_that_they_may_not_do(client, role):
    row = ContributionFactory()
    client.force_login(user_of(role, row.institution))
    text = client.get(page_of(row.partner)).content.decode()
    assert "Perbaiki data mitra" not in text
    assert "Catat perjanjian" not in text
    assert ("Catat kontribusi" in text) == (role == Role.AREA_REVIEWER)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: PartnershipFactory(ends_on=date(2021, 1, 1)), "dates_in_order"),
        (lambda: [PartnershipFactory(partner=PartnershipFactory(number="1").partner, number="1")],
         "unique_number"),
        (lambda: ContributionFactory(quantity=0), "quantity_is_positive"),
        (lambda: ContributionFactory(kind="other", note=""), "other_is_explained"),
        (lambda: [PartnerBodyFactory(name=name) for name in ("Bank A", "bank a")],
         "unique_name_of_a_kind"),
    ],
)  # fmt: skip
def test_the_database_refuses_what_cannot_be(make, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make()


def test_the_same_name_may_stand_under_two_kinds():
    for kind in (Partner.Kind.BANK, Partner.Kind.OTHER):
        PartnerBodyFactory(name="Nama Sama (contoh)", kind=kind)
    assert Partner.objects.visible_to(NationalAdminFactory()).count() == 2
