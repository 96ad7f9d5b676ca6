"""The journal: what PostgreSQL and Python quote of a row reaches no line of it."""

import io
import json
import logging
import uuid

import pytest
from celery import shared_task
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.utils import DatabaseError, OperationalError
from gunicorn.config import Config
from psycopg2 import Error as PostgresError

from blk_portal.runtime.journal import JournalFormatter, without_rows
from blk_portal.runtime.webserver import WebServerLogger
from tests.factories import ParticipantFactory
from trainings.models import Participant

NAME = "Kenari Contoh"
PHONE = "081299990001"
NIK = "3204051705019001"
ADDRESS = 'Jl. "Mawar" 7\nRT 02\nTraceback (most recent call last):'
CANARIES = (NAME, "Kenari", PHONE, NIK, "Mawar", "RT 02")
logger = logging.getLogger("blk_portal.tests")


@pytest.fixture
def journal():
    """What the portal's own handler writes while a test runs."""
    [console] = [
        handler
        for handler in logging.root.handlers
        if isinstance(handler.formatter, JournalFormatter)
    ]
    before = console.setStream(text := io.StringIO())
    yield text
    console.setStream(before)


def the_line(journal: io.StringIO) -> dict:
    """The only event, which must be one line and hold no canary."""
    [line] = journal.getvalue().splitlines()
    assert not [canary for canary in CANARIES if canary in line]
    return json.loads(line)


def refused_check():
    ParticipantFactory(name=NAME, phone=PHONE, address=ADDRESS, sex="X")


def refused_double():
    first = ParticipantFactory(name=NAME, phone=PHONE)
    again = Participant(cohort=first.cohort, name=NAME, sex="L", birth_date=first.birth_date)
    again.nik_index, again.nik_sealed = first.nik_index, first.nik_sealed
    again.save()


def refused_phone():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE person (phone text UNIQUE, name text) ON COMMIT DROP")
        cursor.execute("INSERT INTO person VALUES (%s, %s)", [PHONE, NAME])
        cursor.execute("INSERT INTO person VALUES (%s, %s)", [PHONE, NAME])


def refused_null():
    ParticipantFactory(name=NAME, phone=PHONE, address=ADDRESS, birth_date=None, nik=None)


def refused_length():
    ParticipantFactory(name=NAME, phone=f"{PHONE} {NAME}" * 9)


def refused_type():
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::integer", [f'{NAME} "{PHONE}"\n{ADDRESS}'])


def refused_date():
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::date", [f"{NAME} {PHONE}"])


def refused_number():
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::integer", [NIK])


def refused_copy():
    lines = f"{NAME} {PHONE}\t{NIK}\n"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE staged (id integer, nik text) ON COMMIT DROP")
        cursor.copy_expert("COPY staged FROM STDIN", io.StringIO(lines))


def refused_by_python():
    Participant.objects.filter(pk=f"{NAME} {PHONE}").exists()


REFUSALS = (
    refused_check, refused_double, refused_phone, refused_null, refused_length, refused_type,
    refused_date, refused_number, refused_copy, refused_by_python,
)  # fmt: skip
EVERY_REFUSAL = pytest.mark.parametrize("refuse", REFUSALS, ids=lambda call: call.__name__)


@shared_task
def failing_task(number: int) -> None:
    with transaction.atomic():
        REFUSALS[number]()


@pytest.mark.django_db
class TestDatabaseErrors:
    @EVERY_REFUSAL
    def test_traceback_of_a_refused_row_tells_the_place_and_not_the_row(self, journal, refuse):
        with (
            pytest.raises((DatabaseError, PostgresError, ValueError)) as refusal,
            transaction.atomic(),
        ):
            refuse()
        quoted = str(refusal.value)
        if refuse not in (refused_double, refused_length):
            assert [canary for canary in CANARIES if canary in quoted], quoted
        logger.error("upload failed", exc_info=refusal.value)
        line = the_line(journal)
        assert line["event"] == "upload failed"
        assert refuse.__name__ in line["exception"]
        assert "test_journal.py" in line["exception"]

    @EVERY_REFUSAL
    def test_error_told_in_another_message_or_chained_is_cut_as_well(self, journal, refuse):
        try:
            try:
                with transaction.atomic():
                    refuse()
            except Exception as error:
                raise RuntimeError(f"roster not stored: {error}") from error
        except RuntimeError as error:
            logger.exception("task %r failed: %s", "upload", error.__cause__)
            logger.error("%(why)s", {"why": error.__cause__})
        for line in journal.getvalue().splitlines():
            assert not [canary for canary in CANARIES if canary in line]
            assert json.loads(line)["level"] == "error"
        assert refuse.__name__ in journal.getvalue()

    @EVERY_REFUSAL
    def test_celery_tells_of_a_failed_task_without_the_row(self, journal, refuse):
        failing_task.apply(args=[REFUSALS.index(refuse)])
        line = the_line(journal)
        assert line["logger"] == "celery.app.trace"
        assert "failing_task" in line["event"]
        assert refuse.__name__ in line["exception"]

    def test_constraint_and_state_are_still_told(self, journal):
        with pytest.raises(DatabaseError), transaction.atomic():
            refused_double()
        try:
            with transaction.atomic():
                refused_double()
        except DatabaseError:
            logger.exception("not stored")
        exception = the_line(journal)["exception"]
        assert '"participant_once_per_cohort" (23505)' in exception
        assert exception.count("django.db.utils.IntegrityError: ") == 1
        assert exception.count("psycopg2.errors.UniqueViolation: ") == 1

    def test_page_that_fails_leaves_no_row_in_the_journal(self, journal, client, monkeypatch):
        def fail(*args, **kwargs):
            refused_type()

        monkeypatch.setattr("blk_portal.progress.views.render", fail)
        client.raise_request_exception = False
        with transaction.atomic():
            assert client.get("/", {"q": NAME}).status_code == 500
            transaction.set_rollback(True)
        line = the_line(journal)
        assert line["logger"] == "django.request"
        assert "InvalidTextRepresentation (22P02)" in line["exception"]


class TestOtherErrors:
    @pytest.mark.parametrize(
        "error",
        [
            ValueError(f"invalid literal for int() with base 10: '{NAME}'"),
            KeyError(NAME),
            ValidationError(f"“{NAME}” harus berupa angka."),
            RuntimeError(f"sent to {PHONE}"),
            OperationalError(f"deadlock detected\nDETAIL:  Process 1\nCONTEXT:  tuple {NAME}"),
            ExceptionGroup("two", [KeyError(NAME), ValueError(f"'{PHONE}'")]),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_quoted_values_are_cut(self, journal, error):
        logger.error("failed: %s", error, exc_info=error)
        assert type(error).__name__ in the_line(journal)["exception"]

    def test_what_says_nothing_of_a_row_stays(self, journal):
        task = str(uuid.UUID(int=12345678901234567890))
        error = TypeError("'NoneType' object is not subscriptable")
        logger.error("task %s failed in %s s", task, 0.25, exc_info=error)
        line = the_line(journal)
        assert line["event"] == f"task {task} failed in 0.25 s"
        assert line["exception"] == "builtins.TypeError: 'NoneType' object is not subscriptable"

    def test_errors_that_name_each_other_end(self, journal):
        first, second = RuntimeError("again"), RuntimeError("again")
        first.__context__, second.__context__ = second, first
        logger.error("round", exc_info=first)
        assert the_line(journal)["exception"].count("RuntimeError") == 2

    def test_logging_an_error_where_there_is_none_says_so(self, journal):
        logger.error("nothing", exc_info=(None, None, None))
        assert the_line(journal)["event"] == "nothing"


class TestLines:
    @pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\x00"])
    def test_line_breaks_in_a_name_make_no_line_of_their_own(self, journal, end):
        forged = f'file{end}{{"event": "verified", "level": "info"}}'
        logger.warning("refused: %s", forged)
        line = the_line(journal)
        assert line["event"] == f"refused: {forged}"
        assert line["level"] == "warning"

    @pytest.mark.parametrize(
        "text",
        [
            f"IntegrityError('new row violates\\nDETAIL:  Failing row contains (1, {NAME})\\n')",
            f"duplicate key value\nDETAIL:  Key (phone)=({PHONE}) already exists.\n{NAME}",
            f'invalid input syntax for type integer: "{NAME}"',
            f'value "{NIK}" is out of range for type integer',
            f'date/time field value out of range: "{NAME}"',
            f"COPY failed CONTEXT:  COPY staged, line 1, column name: {NAME}",
            f"GET /peserta/?q={NAME.replace(' ', '+')}&nama={NAME.replace(' ', '%20')}",
            f"telepon +62{PHONE[1:]}",
        ],
    )
    def test_text_that_another_program_made_of_an_error_is_cut(self, text):
        cut = without_rows(text)
        assert not [canary for canary in (*CANARIES, "6281299990001") if canary in cut]
        assert cut.strip("… ")


def test_gunicorn_tells_of_a_failed_request_in_the_same_form(capsys):
    own = logging.getLogger("gunicorn.error")
    config = Config()
    config.set("errorlog", "-")
    try:
        log = WebServerLogger(config)
        try:
            raise ValueError(f"'{NAME}'")
        except ValueError:
            log.exception("Error handling request %s %s", "GET", f"/peserta/?q={NAME}")
        log.info("Listening at: %s", "http://127.0.0.1:8000")
    finally:
        own.handlers.clear()
        own.propagate = True
    failed, listening = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert NAME not in str(failed)
    assert (failed["logger"], failed["level"]) == ("gunicorn.error", "error")
    assert "/peserta/" in failed["event"]
    assert listening["event"] == "Listening at: http://127.0.0.1:8000"
