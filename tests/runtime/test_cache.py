import contextlib
import itertools
import logging
import socket
import time

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.urls import reverse

from blk_portal.runtime.cache import FailOpenRedisCache


def cache_at(address: str) -> FailOpenRedisCache:
    options = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}
    return FailOpenRedisCache(address, {"OPTIONS": options})


@pytest.fixture(autouse=True)
def _cache_not_yet_missed(monkeypatch):
    monkeypatch.setattr(FailOpenRedisCache, "left_alone_until", 0.0)
    monkeypatch.setattr(FailOpenRedisCache, "last_logged", float("-inf"))


@pytest.fixture
def dead(tmp_path):
    return cache_at(f"unix://{tmp_path}/nobody.sock")


@pytest.fixture
def silent(tmp_path):
    """A server that lets anybody in and then never answers."""
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(str(tmp_path / "hang.sock"))
        server.listen()
        server.setblocking(False)
        yield server


def test_everything_goes_on_without_the_cache(dead):
    assert dead.get("key", "default") == "default"
    assert dead.set("key", 1) is None
    assert dead.add("key", 1) is True
    assert dead.touch("key") is False
    assert dead.delete("key") is False
    assert dead.get_many(["key"]) == {}
    assert dead.set_many({"key": 1}) == []
    assert dead.delete_many(["key"]) is None
    assert dead.has_key("key") is False
    assert "key" not in dead
    assert dead.incr("key", 3) == 3
    assert dead.decr("key", 3) == -3
    assert dead.get_or_set("key", lambda: "made") == "made"
    dead.clear()


def test_a_hanging_cache_costs_one_timeout_and_not_one_per_call(silent):
    hanging = cache_at(f"unix://{silent.getsockname()}")
    for _ in range(20):
        hanging.get("key")

    assert callers_of(silent) == 1


def callers_of(server: socket.socket) -> int:
    """How many connections wait at its door."""
    for number in itertools.count():
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return number


def test_it_is_asked_again_after_a_pause(dead, monkeypatch):
    dead.get("key")
    assert FailOpenRedisCache.left_alone_until > time.monotonic()
    monkeypatch.setattr(FailOpenRedisCache, "left_alone_until", 0.0)
    dead._servers = caches["default"]._servers
    del dead._cache

    dead.set("back", "again")

    assert dead.get("back") == "again"


def test_the_log_says_so_once(dead, monkeypatch, caplog):
    with caplog.at_level(logging.WARNING, "blk_portal.runtime.cache"):
        for _ in range(3):
            monkeypatch.setattr(FailOpenRedisCache, "left_alone_until", 0.0)
            dead.get("key")

    assert len(caplog.records) == 1


@pytest.mark.django_db
def test_a_login_works_without_the_cache(client, settings, tmp_path):
    settings.CACHES = {
        "default": {
            **settings.CACHES["default"],
            "LOCATION": f"unix://{tmp_path}/nobody.sock",
        }
    }
    user = get_user_model()(username="tanpa-cache", email="a@contoh.id", name="A", role="operator")
    user.set_password("kata sandi yang panjang")
    user.save()

    answer = client.post(
        reverse("account_login"),
        {"login": "tanpa-cache", "password": "kata sandi yang panjang"},
    )

    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
