"""What is the same for everybody: code lists, and certificates by their code."""

import pytest

from blk_portal.accounts.roles import Role
from tests.api.asking import ask, rows
from tests.factories import CohortReportFactory, NationalAdminFactory, user_of
from trainings.models import Certificate

pytestmark = pytest.mark.django_db


def test_every_code_of_a_row_stands_in_its_list():
    admin = NationalAdminFactory()
    CohortReportFactory(people=2, verified=True)
    lists = {one["name"]: one for one in rows(admin, "code-lists/")}
    assert lists["kbli-section"]["source"] != lists["sex"]["source"]
    told = 0
    for one in lists.values():
        codes = {value["code"] for value in one["values"]}
        for name, _dot, field in (used.partition(".") for used in one["used_in"]):
            if "." in field or name == "certificates":
                continue
            for row in rows(admin, f"{name}/"):
                found = row[field]
                told += 1
                assert found in codes or found in (None, "", []), (name, field, found)
    assert told > 10


@pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.OPERATOR])
def test_whoever_has_the_code_learns_what_a_certificate_is_worth(role):
    report = CohortReportFactory(people=1, verified=True)
    (certificate,) = Certificate.objects.issue(report.cohort, by=NationalAdminFactory())
    user = user_of(role, CohortReportFactory().cohort.institution)
    answer = ask(user, f"certificates/{certificate.grouped_code}/").json()
    assert (answer["number"], answer["state"]) == (certificate.number, "valid")
    assert answer["institution"] == report.cohort.institution.code
    assert certificate.participant.name not in str(answer)
    certificate.revoke(by=NationalAdminFactory(), because="Salah nama.")
    assert ask(user, f"certificates/{certificate.code}/").json()["state"] == "revoked"
    assert ask(user, "certificates/AAAABBBBCCCCDDDD/").status_code == 404
