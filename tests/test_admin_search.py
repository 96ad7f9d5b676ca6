"""The search box of the administration: which rows the words find, and how often it asks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blk_portal.reporting.models import Obligation, Receipt
from institutions.models import Membership, VocationalField
from tests.admin_pages import changelist
from tests.factories import (
    CohortFactory,
    CohortReportFactory,
    FieldAliasFactory,
    InstitutionFactory,
    MembershipFactory,
    NationalAdminFactory,
    VocationalFieldFactory,
)
from trainings.models import Cohort, CohortReport

pytestmark = pytest.mark.django_db
FIND_THE_COHORT = (
    "nurul", "HUDA nurul", '"Nurul Huda"', "BLKK-0471", "nurul BLKK-0471 jahit", "nurul\x01",
)  # fmt: skip
FIND_NOTHING = ('"Huda Nurul"', "0471", "nurul iman", "'", '"')


@pytest.fixture
def admin_client(client):
    client.force_login(NationalAdminFactory())
    return client


def found(client, model, words: str) -> set[int]:
    response = client.get(changelist(model), {"q": words})
    assert response.status_code == 200
    return {row.pk for row in response.context["cl"].result_list}


def test_every_word_stands_in_a_field_of_the_row_or_of_its_relations(admin_client):
    institution = InstitutionFactory(name="BLKK Nurul Huda", code="BLKK-0471")
    cohort = CohortFactory(institution=institution, programme__name="Menjahit dasar")
    CohortFactory(institution__name="BLKK Darul Ulum", institution__code="BLKK-0472")
    for words in FIND_THE_COHORT:
        assert found(admin_client, Cohort, words) == {cohort.pk}, words
    for words in FIND_NOTHING:
        assert found(admin_client, Cohort, words) == set(), words


def test_words_may_be_split_over_two_relations_of_two_steps(admin_client):
    membership = MembershipFactory(institution__name="BLKK Al-Falah", user__name="Siti Aminah")
    MembershipFactory(institution__name="BLKK Al-Falah", user__name="Budi Santoso")
    assert found(admin_client, Membership, "falah siti") == {membership.pk}
    report = CohortReportFactory(cohort__institution__name="BLKK Al-Ikhlas")
    CohortReportFactory(cohort__institution__name="BLKK Al-Falah")
    assert found(admin_client, CohortReport, "ikhlas") == {report.pk}


def _receipt() -> Receipt:
    # No digit in the names: a receipt is looked for by its number, by the institution's name and
    # by its regency's.
    CohortReportFactory(
        submitted=True,
        cohort__institution__name="BLKK Al-Falah",
        cohort__institution__regency__name="Kabupaten Contoh",
    )
    return Receipt.objects.latest("pk")


def test_row_with_two_spellings_that_match_stands_once_in_the_list(admin_client):
    field = VocationalFieldFactory()
    for spelling in ("Las ujian", "Ujian las"):
        FieldAliasFactory(field=field, spelling=spelling)
    response = admin_client.get(changelist(VocationalField), {"q": "ujian"})
    assert [row.pk for row in response.context["cl"].result_list] == [field.pk]


def test_receipt_is_found_by_its_number_as_printed_or_bare(admin_client):
    receipt, _other = (_receipt(), _receipt())
    institution = receipt.obligation.institution.code
    for words in (str(receipt.pk), receipt.number, receipt.number.lower(), institution):
        assert found(admin_client, Receipt, words) == {receipt.pk}, words
    for words in ("9" * 30, "1e3", "٣", "BT-2022-999999999999"):
        assert found(admin_client, Receipt, words) == set(), words


def test_obligation_is_found_by_its_subject_or_its_institution(admin_client):
    own, _other = (_receipt().obligation, _receipt().obligation)
    assert found(admin_client, Obligation, own.subject) == {own.pk}
    assert found(admin_client, Obligation, own.institution.code) == {own.pk}


def test_search_asks_as_often_for_one_institution_as_for_many(admin_client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            found(admin_client, Cohort, "serupa")
        return len(captured)

    CohortFactory(institution__name="BLKK Serupa 1")
    few = queries()
    for number in range(2, 12):
        CohortFactory(institution__name=f"BLKK Serupa {number}")
    assert queries() == few


def test_related_rows_are_chosen_by_their_keys_before_the_list_is_read(admin_client):
    """The statement over the long table names no words: it would read all its rows."""
    CohortFactory(institution__name="BLKK Serupa")
    with CaptureQueriesContext(connection) as captured:
        found(admin_client, Cohort, "serupa")
    long = [one["sql"] for one in captured if 'FROM "trainings_cohort"' in one["sql"]]
    assert long
    assert not [sql for sql in long if "serupa" in sql.lower().split("where")[-1]]
