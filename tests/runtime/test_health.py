import datetime

import pytest
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from blk_portal.celery import app
from blk_portal.runtime import health
from blk_portal.runtime.models import Heartbeat
from blk_portal.runtime.tasks import heartbeat


@pytest.fixture
def beating(transactional_db):
    heartbeat()


def test_live_without_a_database(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_read_only(client, path):
    assert client.post(path).status_code == 405


def test_a_probe_is_never_redirected_to_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/healthz").status_code == 200


@pytest.mark.usefixtures("beating")
def test_ready(client):
    answer = client.get("/readyz")

    assert answer.json() == dict.fromkeys(("broker", "database", "heartbeat", "migrations"), "ok")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert client.head("/readyz").status_code == 200


@pytest.mark.usefixtures("beating")
def test_a_dead_broker_is_told(client, tmp_path, monkeypatch):
    monkeypatch.setattr(app.conf, "broker_url", f"redis+socket://{tmp_path}/nobody.sock")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "broker": "failed",
        "database": "ok",
        "heartbeat": "ok",
        "migrations": "ok",
    }


@pytest.mark.django_db(transaction=True)
def test_a_silent_beat_is_told(client):
    long_ago = timezone.now() - datetime.timedelta(seconds=121)
    Heartbeat.objects.create(name=Heartbeat.BEAT, beaten_at=long_ago)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["heartbeat"] == "failed"


@pytest.mark.usefixtures("beating")
def test_a_missing_migration_is_told(client):
    applied = MigrationRecorder.Migration.objects.get(app="runtime", name="0001_initial")
    applied.delete()
    try:
        answer = client.get("/readyz")
    finally:
        applied.save(force_insert=True)

    assert answer.json()["migrations"] == "failed"


def test_a_dead_database_is_told(client, tmp_path, django_db_blocker, monkeypatch):
    lost = connection.copy()
    lost.settings_dict["HOST"] = str(tmp_path)
    lost.settings_dict["OPTIONS"].pop("host", None)
    monkeypatch.setattr(health, "connections", {DEFAULT_DB_ALIAS: lost})

    with django_db_blocker.unblock():
        answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["database"] == "failed"
