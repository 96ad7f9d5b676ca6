"""The portal starts only with the keys its data were written with."""

import base64

import pytest
from django.db import DatabaseError

from blk_portal.privacy import guard, keys
from blk_portal.privacy.models import KeyFingerprint
from tests.factories import ParticipantFactory

pytestmark = pytest.mark.django_db


def entries(**versions: str) -> list[str]:
    """`v1="a"` -> the entry of version 1 with a key of thirty-two a."""
    return [
        f"{name[1:]}:{base64.b64encode(letter.encode() * 32).decode()}"
        for name, letter in versions.items()
    ]


@pytest.fixture
def started(settings):
    """A portal that has started once with version 1 of each key."""
    settings.NIK_ENCRYPTION_KEYS = entries(v1="a")
    settings.NIK_INDEX_KEYS = entries(v1="b")
    guard.check_keys()
    return settings


def noted():
    return set(KeyFingerprint.objects.values_list("purpose", "version", "fingerprint"))


def test_first_start_notes_the_keys_and_the_next_finds_them(started):
    before = noted()
    assert {row[:2] for row in before} == {("encryption", 1), ("index", 1)}
    guard.require_keys()
    assert noted() == before


def test_fingerprints_hold_nothing_of_the_keys(started):
    for _purpose, _version, fingerprint in noted():
        assert "a" * 8 not in fingerprint
        assert b"a".hex() * 8 not in fingerprint


@pytest.mark.parametrize("name", ["NIK_ENCRYPTION_KEYS", "NIK_INDEX_KEYS"])
def test_wrong_key_stops_the_start_with_one_line(started, name, capsys):
    before = noted()
    setattr(started, name, entries(v1="x"))
    with pytest.raises(SystemExit) as stop:
        guard.require_keys()
    assert stop.value.code == guard.HALT
    [line] = capsys.readouterr().err.splitlines()
    assert "1" in line
    assert noted() == before


@pytest.mark.parametrize("value", [[], [""], ["1:kurang"]])
def test_missing_or_malformed_key_stops_the_start_and_names_the_setting(started, value, capsys):
    started.NIK_INDEX_KEYS = value
    with pytest.raises(SystemExit):
        guard.require_keys()
    assert "NIK_INDEX_KEYS" in capsys.readouterr().err


def test_another_index_key_stops_the_start_while_data_are_indexed_with_the_first(started):
    """Else the same person would be found under one key and written under the other."""
    before = noted()
    started.NIK_INDEX_KEYS = entries(v2="c", v1="b")
    with pytest.raises(SystemExit):
        guard.require_keys()
    assert noted() == before


def test_new_version_beside_the_old_is_noted_and_may_lead(started):
    started.NIK_ENCRYPTION_KEYS = entries(v2="c", v1="a")
    guard.require_keys()
    assert {row[:2] for row in noted()} == {("encryption", 1), ("encryption", 2), ("index", 1)}


def test_version_that_the_data_need_and_the_environment_lacks_stops_the_start(started):
    ParticipantFactory()
    before = noted()
    started.NIK_ENCRYPTION_KEYS = entries(v2="c")
    with pytest.raises(keys.KeyProblem):
        guard.check_keys()
    assert noted() == before


def test_refused_start_leaves_nothing_and_the_right_keys_start_again(started):
    started.NIK_ENCRYPTION_KEYS = entries(v2="c", v1="a")
    started.NIK_INDEX_KEYS = entries(v1="x")
    with pytest.raises(keys.KeyProblem):
        guard.check_keys()
    started.NIK_ENCRYPTION_KEYS = entries(v1="a")
    started.NIK_INDEX_KEYS = entries(v1="b")
    guard.require_keys()


def test_start_waits_for_the_database_that_the_keys_are_compared_with(started, monkeypatch):
    def away():
        raise DatabaseError

    monkeypatch.setattr(guard, "check_keys", away)
    with pytest.raises(SystemExit) as stop:
        guard.require_keys()
    assert stop.value.code == guard.TRY_AGAIN
