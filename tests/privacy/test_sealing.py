"""Sealing anew: after it the old encryption key may go, and no number is lost."""

import base64

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.core.management import call_command

from blk_portal.privacy import guard, keys, sealing
from blk_portal.privacy.second_factor import BOUND_TO
from tests.factories import CohortFactory, ParticipantFactory, PendingRowFactory, UserFactory
from trainings.models import Participant, PendingRow

pytestmark = pytest.mark.django_db

OLD, NEW, NEWER = (
    f"{version}:{base64.b64encode(bytes([version]) * 32).decode()}" for version in (1, 2, 255)
)


@pytest.fixture
def people(settings):
    """Five people sealed under version 1, one without a NIK, and version 2 now in front."""
    settings.NIK_ENCRYPTION_KEYS = [OLD]
    guard.check_keys()
    cohort = CohortFactory()
    made = ParticipantFactory.create_batch(5, cohort=cohort)
    ParticipantFactory(cohort=cohort, nik=None)
    settings.NIK_ENCRYPTION_KEYS = [NEW, OLD]
    guard.check_keys()
    return {person.pk: (person._open_nik(), bytes(person.nik_index)) for person in made}


def versions() -> list[int]:
    sealed = Participant.objects.exclude(nik_sealed=None).values_list("nik_sealed", flat=True)
    return [bytes(value)[0] for value in sealed]


def opened() -> dict:
    return {
        person.pk: (person._open_nik(), bytes(person.nik_index))
        for person in Participant.objects.exclude(nik_sealed=None)
    }


def test_every_nik_is_sealed_anew_and_the_old_key_may_go(people, settings, monkeypatch, capsys):
    monkeypatch.setattr(sealing, "BATCH", 2)
    settings.NIK_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(keys.KeyProblem):
        guard.check_keys()
    settings.NIK_ENCRYPTION_KEYS = [NEW, OLD]
    call_command("reseal")
    assert "5 " in capsys.readouterr().out
    assert versions() == [2] * 5
    settings.NIK_ENCRYPTION_KEYS = [NEW]
    guard.check_keys()
    assert opened() == people


def test_second_run_finds_nothing_to_do(people, capsys):
    call_command("reseal")
    before = set(Participant.objects.values_list("nik_sealed", flat=True))
    capsys.readouterr()
    call_command("reseal")
    assert capsys.readouterr().out.startswith("0 ")
    assert set(Participant.objects.values_list("nik_sealed", flat=True)) == before


def test_run_that_was_ended_is_taken_up_by_the_next(people, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    assert next(sealing.reseal()) == 2
    assert sorted(versions()) == [1, 1, 1, 2, 2]
    assert sum(sealing.reseal()) == 3
    assert opened() == people


def test_highest_version_is_told_apart(people, settings):
    settings.NIK_ENCRYPTION_KEYS = [NEWER, NEW, OLD]
    assert sum(sealing.reseal()) == 5
    assert versions() == [255] * 5
    assert sealing.is_used(255)
    assert not sealing.is_used(1)
    assert not sealing.is_used(2)
    settings.NIK_ENCRYPTION_KEYS = [NEW, NEWER]
    assert sum(sealing.reseal()) == 5
    assert opened() == people


def test_row_that_does_not_open_stops_the_run_and_stays_as_it_was(people, settings):
    first = min(people)
    other = Participant.objects.get(pk=max(people))
    Participant.objects.filter(pk=first).update(nik_sealed=other.nik_sealed)
    with pytest.raises(keys.KeyProblem):
        sum(sealing.reseal())
    assert versions().count(1) == 5


def test_rows_to_mend_and_second_factors_come_under_the_new_key_too(settings):
    settings.NIK_ENCRYPTION_KEYS = [OLD]
    guard.check_keys()
    user, secret = UserFactory(), generate_totp_secret()
    totp = TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user).get_unused_codes()
    cells = PendingRowFactory().open_cells()
    settings.NIK_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(keys.KeyProblem):
        guard.check_keys()
    settings.NIK_ENCRYPTION_KEYS = [NEW, OLD]
    guard.check_keys()
    assert sum(sealing.reseal()) == 3
    settings.NIK_ENCRYPTION_KEYS = [NEW]
    guard.check_keys()
    assert PendingRow.objects.get().open_cells() == cells
    totp.instance.refresh_from_db()
    assert keys.decrypt(base64.b64decode(totp.instance.data["secret"]), bound_to=BOUND_TO) == (
        secret.encode()
    )
    recovery = user.authenticator_set.get(type="recovery_codes").wrap()
    assert recovery.get_unused_codes() == codes


def test_every_table_with_something_sealed_says_so():
    sealed = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.fields
        if field.name.endswith("_sealed")
    }
    assert sealed == {(model, model.SEALED_FIELD) for model in sealing.sealed_tables()}
