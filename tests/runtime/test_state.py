import base64
import os
import stat

import pytest

from blk_portal.runtime import state


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch):
    """A state folder of the test's own, in a path with spaces, and nothing set by an operator."""
    folder = tmp_path / "ruang kerja"
    folder.mkdir()
    monkeypatch.setenv("PORTAL_STATE_DIR", str(folder))
    for name in ("DATABASE_URL", "REDIS_URL", "CACHE_URL", *state.OPERATOR_MUST_SET):
        monkeypatch.delenv(name, raising=False)
    return folder


def test_nothing_is_local_before_the_first_start():
    assert state.local_environment() == {}


def test_the_note_is_readable_by_its_owner_only(own_state):
    state.note_environment(state.socket_directory())

    assert stat.S_IMODE((own_state / "environment.json").stat().st_mode) == 0o600
    assert state.local_environment()["DEMO_MODE"] == "1"


def test_keys_are_made_once_and_differ():
    first = state.note_environment(state.socket_directory())
    second = state.note_environment(state.socket_directory())

    version, key = first["NIK_ENCRYPTION_KEYS"].split(":")
    assert (version, len(base64.b64decode(key, validate=True))) == ("1", 32)
    assert first["NIK_ENCRYPTION_KEYS"] != first["NIK_INDEX_KEYS"]
    assert second == first


def test_a_named_database_gets_nothing_from_the_note(monkeypatch):
    state.note_environment(state.socket_directory())
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/portal")

    assert state.local_environment() == {}


def test_only_the_database_is_embedded_where_the_operator_names_a_broker(monkeypatch):
    state.note_environment(state.socket_directory())
    monkeypatch.setenv("REDIS_URL", "redis://somewhere")

    noted = state.note_environment(state.socket_directory())

    assert "DATABASE_URL" in noted
    assert not {"REDIS_URL", "CACHE_URL"} & set(noted)


def test_what_the_settings_filled_in_is_told_from_what_the_operator_set(monkeypatch):
    noted = state.note_environment(state.socket_directory())
    for name, value in noted.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SECRET_KEY", "the operator's own")

    state.forget_noted()

    assert "DATABASE_URL" not in os.environ
    assert os.environ["SECRET_KEY"] == "the operator's own"


def test_beside_a_named_database_nothing_is_taken_for_filled_in(monkeypatch):
    noted = state.note_environment(state.socket_directory())
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/portal")
    monkeypatch.setenv("REDIS_URL", noted["REDIS_URL"])

    state.forget_noted()

    assert os.environ["REDIS_URL"] == noted["REDIS_URL"]


def test_real_data_need_the_operators_keys(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "x")

    assert state.missing_from_operator() == ["NIK_ENCRYPTION_KEYS", "NIK_INDEX_KEYS"]


def test_sockets_have_short_paths_wherever_the_state_lies(monkeypatch):
    monkeypatch.setenv("PORTAL_STATE_DIR", "/" + "sangat-panjang/" * 30)

    assert len(str(state.socket_directory() / ".s.PGSQL.5432.lock")) < 100
