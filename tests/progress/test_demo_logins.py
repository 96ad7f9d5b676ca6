"""The demo logins: made once, kept private, and only in demo mode."""

import json
import stat

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from blk_portal.accounts.demo import logins_file
from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Role


@pytest.fixture(autouse=True)
def _private_state(db, settings, tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_STATE_DIR", str(tmp_path / "state"))
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DEMO_MODE = True


def printed(capsys) -> dict:
    call_command("demo_logins")
    return json.loads(capsys.readouterr().out)


def test_every_role_can_log_in_with_what_is_printed(capsys):
    logins = printed(capsys)
    assert set(logins) == set(Role.values)
    for role, login in logins.items():
        user = authenticate(None, **login)
        assert user is not None
        assert user.role == role
        assert user.is_staff == user.spec.is_staff
        assert len(login["password"]) >= 16
    assert len({login["password"] for login in logins.values()}) == len(logins)


def test_the_file_is_private():
    call_command("demo_logins", ensure=True)
    assert stat.S_IMODE(logins_file().stat().st_mode) == 0o600


def test_later_starts_are_silent_and_hash_nothing(capsys, monkeypatch):
    first = printed(capsys)
    monkeypatch.setattr(User, "set_password", None)
    call_command("demo_logins", ensure=True)
    assert capsys.readouterr().out == ""
    assert printed(capsys) == first


def test_a_lost_file_means_new_passwords(capsys):
    lost = printed(capsys)
    logins_file().unlink()
    call_command("demo_logins", ensure=True)
    found = printed(capsys)
    assert authenticate(None, **lost["operator"]) is None
    assert authenticate(None, **found["operator"]) is not None


def test_a_new_database_takes_the_passwords_of_the_file(capsys):
    first = printed(capsys)
    User.objects.all().delete()
    assert printed(capsys) == first
    assert authenticate(None, **first["auditor"]) is not None


def test_nobody_gets_logins_outside_demo_mode(settings):
    settings.DEMO_MODE = False
    with pytest.raises(CommandError):
        call_command("demo_logins")
    assert not User.objects.exists()
    assert not logins_file().exists()
