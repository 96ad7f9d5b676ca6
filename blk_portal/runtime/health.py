"""What a load balancer asks: does the process live, and may it get requests?

The answers name checks and say ok or failed, nothing about the inside. Each check is bounded, so
that a hanging database or broker makes a probe fail instead of piling up requests.
"""

import datetime
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from celery import current_app
from django.contrib.auth.decorators import login_not_required
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blk_portal.runtime.models import Heartbeat

logger = logging.getLogger(__name__)

PATIENCE = 2
HEARTBEAT_MAX_AGE = datetime.timedelta(seconds=120)


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives and answers."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Everything a request needs is there, and beat rings."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        broker = beside.submit(_holds, "broker", broker_answers)
        checks = database_checks()
        checks["broker"] = broker.result()
    answer = {name: "ok" if holds else "failed" for name, holds in sorted(checks.items())}
    return JsonResponse(answer, status=200 if all(checks.values()) else 503)


def database_checks() -> dict[str, bool]:
    """The three questions to the database, over one connection of their own with short limits."""
    checks = dict.fromkeys(("database", "migrations", "heartbeat"), False)
    connection = _bounded_connection()
    try:
        checks["database"] = _holds("database", connection.ensure_connection)
        if checks["database"]:
            checks["migrations"] = _holds("migrations", lambda: migrations_applied(connection))
            checks["heartbeat"] = _holds("heartbeat", lambda: beat_rings(connection))
    finally:
        connection.close()
    return checks


def migrations_applied(connection: BaseDatabaseWrapper) -> bool:
    """Nothing is left to migrate; a squashed migration counts when all it replaces is there."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    return all(
        key in applied or (replaced and applied.issuperset(replaced))
        for key, replaced in _migrations_on_disk().items()
    )


def beat_rings(connection: BaseDatabaseWrapper) -> bool:
    """A worker wrote what beat rang not long ago."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT beaten_at FROM runtime_heartbeat WHERE name = %s", [Heartbeat.BEAT])
        row = cursor.fetchone()
    return row is not None and timezone.now() - row[0] < HEARTBEAT_MAX_AGE


def broker_answers() -> None:
    """Open a channel to the broker; the limits are those of the Celery settings."""
    with current_app.connection_for_write(connect_timeout=PATIENCE) as connection:
        connection.ensure_connection(max_retries=1, timeout=PATIENCE)
        with connection.channel():
            pass


def _holds(name: str, check: Callable[[], bool | None]) -> bool:
    try:
        return check() is not False
    except Exception:
        logger.warning("Readiness check failed: %s", name, exc_info=True)
        return False


def _bounded_connection() -> BaseDatabaseWrapper:
    connection = connections[DEFAULT_DB_ALIAS].copy()
    options = connection.settings_dict.setdefault("OPTIONS", {})
    options["connect_timeout"] = PATIENCE
    options["tcp_user_timeout"] = PATIENCE * 1000
    options["options"] = f"-c statement_timeout={PATIENCE}s -c lock_timeout={PATIENCE}s"
    return connection


@cache
def _migrations_on_disk() -> dict[tuple[str, str], list[tuple[str, str]]]:
    loader = MigrationLoader(None)
    return {key: list(migration.replaces) for key, migration in loader.disk_migrations.items()}
