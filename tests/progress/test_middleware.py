"""Refusals that any page may meet become one sentence and the right status."""

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError
from django.test import RequestFactory

from blk_portal.progress.middleware import BodyLimitMiddleware, RefusalMiddleware
from blk_portal.reporting.refusals import Incomplete, NotYours, Stale


class Cause(Exception):
    """What the driver raised: its code and what it says of the constraint."""

    def __init__(self, said) -> None:
        super().__init__()
        self.pgcode, self.diag = said.pgcode, said.diag


@pytest.fixture
def refuse():
    request = RequestFactory().post(
        "/pelatihan/1/kirim/", headers={"Referer": "http://testserver/x/"}
    )
    request.user = None

    def answer(exception):
        return RefusalMiddleware(lambda request: None).process_exception(request, exception)

    return answer


def test_page_of_too_large_a_body_is_made_for_a_stranger():
    """Nobody is known yet when the body is refused, and templates ask for the person's rights."""
    body = b"0" * (settings.REQUEST_MAX_BYTES + 1)
    request = RequestFactory().post("/pelatihan/1/unggah/", body, "application/octet-stream")
    answer = BodyLimitMiddleware(lambda request: None)(request)
    assert answer.status_code == 413
    assert request.user.is_anonymous


def test_system_with_too_large_a_body_gets_a_problem():
    body = b"0" * (settings.REQUEST_MAX_BYTES + 1)
    request = RequestFactory().post("/api/v1/cohort-drafts/", body, "application/json")
    answer = BodyLimitMiddleware(lambda request: None)(request)
    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("exception", "status"),
    [
        (Stale("Sudah didahului."), 409),
        (Incomplete("Belum lengkap."), 409),
        (NotYours("Bukan milik Anda."), 403),
        (OperationalError("canceling statement due to lock timeout"), 503),
    ],
)
def test_person_gets_a_page_of_the_right_status(refuse, exception, status):
    answer = refuse(exception)
    assert answer.status_code == status
    assert b"duplicate key" not in answer.content
    assert b"lock timeout" not in answer.content


def test_second_of_two_who_save_the_same_is_told_so(refuse, caplog):
    cause = SimpleNamespace(pgcode="23505", diag=SimpleNamespace(constraint_name="cohort_unique"))
    error = IntegrityError("duplicate key value, Key (name)=(Siti) already exists")
    error.__cause__ = Cause(cause)
    answer = refuse(error)
    assert answer.status_code == 409
    assert b"Siti" not in answer.content
    assert "cohort_unique" in caplog.text
    assert "Siti" not in caplog.text


def test_any_other_broken_constraint_stays_a_fault(refuse):
    assert refuse(IntegrityError("null value in column")) is None


def test_person_is_told_when_to_try_again(refuse):
    assert refuse(OperationalError("away"))["Retry-After"] == "5"


def test_other_faults_stay_faults(refuse):
    assert refuse(ValueError("ours")) is None
