"""A person's NIK at rest: sealed to its row, masked for readers, revealed only with a log row."""

import logging

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import construct_change_message
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db import IntegrityError, connection, transaction
from django.forms import modelform_factory

from blk_portal.privacy import keys
from blk_portal.privacy.models import AccessLog
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    OperatorFactory,
    ParticipantFactory,
    PendingRowFactory,
)
from trainings.models import Participant

pytestmark = pytest.mark.django_db

NIK = "3273051705019001"
OTHER = "3273051705019002"


def stored(table: str, row) -> str:
    """A row as PostgreSQL holds it, all columns written out."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t WHERE id = %s", [row.pk])
        return cursor.fetchone()[0]


def test_sealed_nik_opens_after_a_round_trip_and_is_masked():
    person = Participant.objects.get(pk=ParticipantFactory(nik=NIK).pk)
    assert person._open_nik() == NIK
    assert person.masked_nik == "3273••••••••9001"
    assert bytes(person.nik_index) == keys.index_of(NIK)


def test_person_without_a_nik_has_none_of_it():
    person = ParticipantFactory(nik=None)
    assert (person.nik_index, person.nik_sealed, person.masked_nik) == (None, None, "")
    assert person.reveal_nik(by=AreaReviewerFactory(), reason="Pemeriksaan") == ""


def test_nik_may_be_corrected_and_taken_away():
    person = ParticipantFactory(nik=NIK)
    person.set_nik(OTHER)
    assert person._open_nik() == OTHER
    person.set_nik("")
    assert (person.nik_index, person.nik_sealed) == (None, None)


def test_ciphertext_copied_to_another_row_does_not_open():
    owner, thief = ParticipantFactory(nik=NIK), ParticipantFactory(nik=OTHER)
    Participant.objects.filter(pk=thief.pk).update(nik_sealed=owner.nik_sealed)
    thief.refresh_from_db()
    with pytest.raises(keys.KeyProblem):
        thief.reveal_nik(by=AreaReviewerFactory(), reason="Pemeriksaan")
    with pytest.raises(keys.KeyProblem):
        _ = thief.masked_nik
    owner.refresh_from_db()
    assert owner._open_nik() == NIK


def test_ciphertext_of_a_waiting_row_opens_only_there():
    one, two = PendingRowFactory(cells={"nik": NIK}), PendingRowFactory()
    two.cells_sealed = one.cells_sealed
    with pytest.raises(keys.KeyProblem):
        two.open_cells()
    one.refresh_from_db()
    assert one.open_cells() == {"nik": NIK}


def test_database_refuses_a_nik_that_is_sealed_and_not_indexed():
    person = ParticipantFactory(nik=NIK)
    for half in ({"nik_sealed": None}, {"nik_index": None}):
        with pytest.raises(IntegrityError, match="sealed_and_indexed"), transaction.atomic():
            Participant.objects.filter(pk=person.pk).update(**half)


def test_database_refuses_the_same_nik_twice_in_a_cohort_and_allows_none_twice():
    cohort = CohortFactory()
    ParticipantFactory(cohort=cohort, nik=NIK)
    with pytest.raises(IntegrityError, match="once_per_cohort"), transaction.atomic():
        ParticipantFactory(cohort=cohort, nik=NIK)
    ParticipantFactory.create_batch(2, cohort=cohort, nik=None)
    assert ParticipantFactory(nik=NIK)


def test_reviewer_reveals_a_nik_and_the_log_says_who_why_and_whose():
    person, reviewer = ParticipantFactory(nik=NIK), AreaReviewerFactory()
    assert person.reveal_nik(by=reviewer, reason="Dobel data") == NIK
    row = AccessLog.objects.get()
    assert (row.user, row.action, row.reason) == (reviewer, "reveal_nik", "Dobel data")
    assert row.subject == f"trainings.participant:{person.uid}"
    assert NIK not in stored("privacy_accesslog", row)
    assert NIK not in f"{row!r}{row}"
    person.reveal_nik(by=reviewer, reason="Sekali lagi")
    assert AccessLog.objects.count() == 2


def test_nik_that_cannot_be_logged_is_not_revealed():
    person = ParticipantFactory(nik=NIK)
    with pytest.raises(IntegrityError), transaction.atomic():
        person.reveal_nik(by=None, reason="Tanpa nama")
    assert not AccessLog.objects.exists()


def test_masked_reading_writes_no_log():
    assert ParticipantFactory(nik=NIK).masked_nik
    assert not AccessLog.objects.exists()


def test_nik_stands_nowhere_in_the_open():
    person = ParticipantFactory(nik=NIK)
    pending = PendingRowFactory(cells={"nik": NIK, "name": "Sri Contoh"})
    shown = [
        repr(person), str(person), repr(pending), str(pending), str(vars(person)),
        serializers.serialize("json", [person]), serializers.serialize("json", [pending]),
        stored("trainings_participant", person), stored("trainings_pendingrow", pending),
    ]  # fmt: skip
    for text in shown:
        assert NIK not in text
        assert NIK.encode().hex() not in text
    assert "Sri" not in stored("trainings_pendingrow", pending)


def test_admin_log_and_forms_hold_no_nik():
    person = ParticipantFactory(nik=NIK)
    form_class = modelform_factory(Participant, fields="__all__")
    assert not {"nik_sealed", "nik_index", "uid"} & set(form_class.base_fields)
    form = form_class({"name": "Nama Baru", "sex": "L"}, instance=person)
    message = construct_change_message(form, [], add=False)
    LogEntry.objects.create(
        user=AreaReviewerFactory(), content_type=ContentType.objects.get_for_model(Participant),
        object_id=person.pk, object_repr=str(person), action_flag=2, change_message=message,
    )  # fmt: skip
    assert NIK not in stored("django_admin_log", LogEntry.objects.get())


def test_refusals_and_logs_never_quote_the_nik(caplog):
    person = ParticipantFactory(nik=NIK)
    with (
        caplog.at_level(logging.DEBUG),
        pytest.raises(IntegrityError) as refusal,
        transaction.atomic(),
    ):
        ParticipantFactory(cohort=person.cohort, nik=NIK)
    assert NIK not in f"{refusal.value}{refusal.value!r}{caplog.text}"


def test_operator_sees_own_participants_and_no_others():
    own, foreign = ParticipantFactory(nik=NIK), ParticipantFactory(nik=OTHER)
    operator = OperatorFactory(institution=own.cohort.institution)
    assert list(Participant.objects.visible_to(operator)) == [own]
    assert foreign not in Participant.objects.editable_by(operator)
