"""Refusals that any page may meet become one sentence and the right status."""

import pytest
from django.db import IntegrityError, OperationalError
from django.test import RequestFactory

from blk_portal.progress.middleware import RefusalMiddleware
from blk_portal.reporting.refusals import Incomplete, NotYours, Stale


@pytest.fixture
def refuse():
    request = RequestFactory().post(
        "/pelatihan/1/kirim/", headers={"Referer": "http://testserver/x/"}
    )
    request.user = None

    def answer(exception):
        return RefusalMiddleware(lambda request: None).process_exception(request, exception)

    return answer


@pytest.mark.parametrize(
    ("exception", "status"),
    [
        (Stale("Sudah didahului."), 409),
        (Incomplete("Belum lengkap."), 409),
        (NotYours("Bukan milik Anda."), 403),
        (IntegrityError("duplicate key value violates unique constraint"), 409),
        (OperationalError("canceling statement due to lock timeout"), 503),
    ],
)
def test_person_gets_a_page_of_the_right_status(refuse, exception, status):
    answer = refuse(exception)
    assert answer.status_code == status
    assert b"duplicate key" not in answer.content
    assert b"lock timeout" not in answer.content


def test_person_is_told_when_to_try_again(refuse):
    assert refuse(OperationalError("away"))["Retry-After"] == "5"


def test_other_faults_stay_faults(refuse):
    assert refuse(ValueError("ours")) is None
