"""The journal: one line of JSON for each event, and nothing in it that stood in a row.

PostgreSQL quotes the refused row beside an error, and Python quotes the value it could not read.
Both are cut wherever an error is told: in its traceback with all errors before it, in a message it
was put into, and in text that another program made of it.
"""

import re
import traceback
from collections.abc import Iterator
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db.utils import Error as DjangoDatabaseError
from psycopg2 import Error as PostgresError
from structlog.typing import EventDict, ExcInfo

DATABASE_ERRORS = (DjangoDatabaseError, PostgresError)
# Errors that say which value they did not like; the others name types, attributes and files.
QUOTING_ERRORS = (ValueError, LookupError, ValidationError)
# SQLSTATE class 22, "data exception": already the first line quotes the value.
DATA_EXCEPTION = "22"

CUT = "…"
# A value may hold quotation marks of its own, so the cut goes from the first to the last.
QUOTED = re.compile(r"""['"“].*['"”]""", re.DOTALL)
# What PostgreSQL adds below its first line. A value may hold line breaks, so all that follows goes;
# in the repr of an error the line breaks are written as \n.
ADDED = re.compile(
    r"(?:\s|\\n)*\b(?:DETAIL|HINT|CONTEXT|QUERY|STATEMENT|LINE \d+): .*|Failing row contains.*",
    re.DOTALL,
)
VALUE = re.compile(
    r'((?:invalid input \w+ for [^\n]*|out of range|malformed \w+ literal): |\bvalue )".*',
    re.DOTALL,
)
# A NIK or a telephone number, but no part of a task's id or of an address in memory.
LONG_NUMBER = re.compile(r"(?<![\w-])\+?\d{9,}(?![\w-])")
# A link by which a password is set: its key must open nothing for who reads the journal.
KEYED_LINK = re.compile(r"(/undangan/|/akun/password/reset/key/)[^/\s\"'?]+")
# Of an address: searches hold names.
QUERY = re.compile(r"\?[\w.%-]+=[^\s'\"]*")


def without_rows(text: str) -> str:
    """A text as the journal may hold it, whoever wrote it."""
    text = VALUE.sub(rf"\1{CUT}", ADDED.sub(f" {CUT}", text))
    text = KEYED_LINK.sub(rf"\1{CUT}", text)
    return LONG_NUMBER.sub(CUT, QUERY.sub(f"?{CUT}", text))


def message_of(error: BaseException) -> str:
    """What an error says, without the row or the value that it, or what led to it, speaks of."""
    return without_rows(_retold(_own_words(error), *_led_to(error)))


def _own_words(error: BaseException) -> str:
    if isinstance(error, DATABASE_ERRORS):
        return _database_message(error)
    return QUOTED.sub(CUT, str(error)) if isinstance(error, QUOTING_ERRORS) else str(error)


def _before(error: BaseException) -> BaseException | None:
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _led_to(error: BaseException) -> list[BaseException]:
    """The errors before an error, the nearest first."""
    errors = [error]
    while (before := _before(errors[-1])) is not None and before not in errors:
        errors.append(before)
    return errors[1:]


def _retold(text: str, *errors: BaseException) -> str:
    """A text that may hold what errors say, with what may be told of them instead."""
    for error in errors:
        for words in filter(None, (repr(error), str(error))):
            text = text.replace(words, _own_words(error))
    return text


def _database_message(error: BaseException) -> str:
    cause = error if isinstance(error, PostgresError) else error.__cause__
    diagnosis = getattr(cause, "diag", None)
    if diagnosis is None or diagnosis.sqlstate is None:
        return str(error)
    if diagnosis.sqlstate.startswith(DATA_EXCEPTION):
        return f"{type(cause).__name__} ({diagnosis.sqlstate})"
    return f"{diagnosis.message_primary} ({diagnosis.sqlstate})"


def traceback_of(exc_info: ExcInfo) -> str:
    """The traceback of an error and of all that led to it, as Python writes it but for the cuts."""
    return "".join(_told(exc_info[1], set())).rstrip() if exc_info[1] else ""


def _told(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = _before(error)
    if before is not None and id(before) not in seen:
        yield from _told(before, seen)
        word = "caused" if error.__cause__ else "was being handled when there came"
        yield f"\nThe error above {word} the next one:\n\n"
    if error.__traceback__:
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}: {message_of(error)}\n"
    for inner in getattr(error, "exceptions", ()):
        if id(inner) not in seen:
            yield from _told(inner, seen)


def cut_event(logger: object, method: str, event: EventDict) -> EventDict:
    """The message of an event, also where it tells of an error in that error's own words."""
    text = str(event["event"])
    for error in _errors_in(event.pop("positional_args", ()), event.get("exc_info")):
        text = _retold(text, error, *_led_to(error))
    event["event"] = without_rows(text)
    return event


def _errors_in(arguments: object, exc_info: ExcInfo | None) -> Iterator[BaseException]:
    values: Any = arguments.values() if isinstance(arguments, dict) else arguments
    yield from (value for value in values or () if isinstance(value, BaseException))
    if exc_info and exc_info[1]:
        yield exc_info[1]


class JournalFormatter(structlog.stdlib.ProcessorFormatter):
    """Writes one JSON object per event for every logger of web, worker, beat and commands."""

    def __init__(self) -> None:
        super().__init__(
            pass_foreign_args=True,
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso"),
            ],
            processors=[
                cut_event,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(traceback_of),
                structlog.processors.JSONRenderer(),
            ],
        )
