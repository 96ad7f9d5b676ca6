"""Whether the JSON of a request has the shape that its serializer declares.

The serializer is what the documentation is made from; here only names, kinds and limits are looked
at, in one pass that ten thousand rows can afford. What the values mean, the domain checks.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

Shape = type[serializers.Serializer[Any]]
KINDS: tuple[tuple[type[Any], tuple[type, ...]], ...] = (
    (serializers.BooleanField, (bool,)),
    (serializers.IntegerField, (int,)),
    (serializers.ListSerializer, (list,)),
    (serializers.BaseSerializer, (dict,)),
    (serializers.Field, (str,)),
)
WANTED: dict[type, object] = {
    bool: _("true or false"),
    int: _("a whole number, without quotation marks"),
    str: _("a text, in quotation marks"),
    list: _("a list, in [ ]"),
    dict: _("an object, in { }"),
}
TEXTS = {
    "missing": (_("The field is missing."), _("Send it.")),
    "unknown_field": (
        _("The field is not known here."),
        _("Leave it out, or compare its name with the documentation."),
    ),
    "wrong_type": (
        _("The value is of another type than the field."),
        _("Send %(wanted)s."),
    ),
    "not_a_date": (
        _("This is no date of the calendar as year, month and day."),
        _("Send it like 2022-08-31."),
    ),
    "placeholder": (
        _("The value stands for “none”."),
        _("Send null while there is none."),
    ),
    "unknown_code": (
        _("The value is not among the codes of this field."),
        _("Use one of: %(codes)s."),
    ),
    "out_of_range": (_("The number is too small or too large."), _("Use one from %(range)s.")),
    "too_long": (_("The text or the list is too long."), _("Use at most %(most)s.")),
    "unreadable_signs": (
        _("The text holds signs that cannot be stored."),
        _("Send the text as valid UTF-8, without the sign of value 0."),
    ),
}
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")


@dataclass(frozen=True)
class Misfit:
    """A place of the body that has another shape. path: names and positions from the top down."""

    path: tuple[str | int, ...]
    code: str
    value: object = None
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return str(TEXTS[self.code][0])

    @property
    def cure(self) -> str:
        return str(TEXTS[self.code][1]) % self.params


@dataclass(frozen=True)
class _Rule:
    """What is looked at of one field."""

    kinds: tuple[type, ...]
    is_required: bool
    may_be_null: bool
    must_say: bool
    is_date: bool
    choices: frozenset[str] | None
    least: int | None
    most: int | None
    longest: int | None
    inner: Shape | None

    @classmethod
    def of(cls, one: serializers.Field[Any, Any, Any, Any]) -> "_Rule":
        kinds = next(kinds for kind, kinds in KINDS if isinstance(one, kind))
        choices = getattr(one, "choices", None)
        inner = getattr(one, "child", one)
        return cls(
            kinds, bool(one.required), bool(one.allow_null),
            isinstance(one, serializers.CharField) and not one.allow_blank,
            isinstance(one, serializers.DateField),
            frozenset(choices) if choices is not None else None,
            getattr(one, "min_value", None), getattr(one, "max_value", None),
            getattr(one, "max_length", None),
            type(inner) if isinstance(inner, serializers.Serializer) else None,
        )  # fmt: skip


@lru_cache
def _rules(shape: Shape) -> dict[str, _Rule]:
    return {name: _Rule.of(one) for name, one in shape().fields.items()}


def misfits(data: object, shape: Shape) -> Iterator[Misfit]:
    """Every place in which the data have another shape."""
    if not isinstance(data, dict):
        yield _of_another_type(data, dict, ())
        return
    yield from _of_object(data, shape, ())


def _of_object(data: dict[str, Any], shape: Shape, path: tuple[str | int, ...]) -> Iterator[Misfit]:
    rules = _rules(shape)
    for name, value in data.items():
        rule = rules.get(name)
        if rule is None:
            yield Misfit((*path, _printable(name)), "unknown_field", value)
        elif value is None and rule.may_be_null:
            continue
        elif found := _of_value(value, rule, (*path, name)):
            yield found
        elif rule.inner and isinstance(value, list):
            for place, one in enumerate(value, start=1):
                here = (*path, name, place)
                if isinstance(one, dict):
                    yield from _of_object(one, rule.inner, here)
                else:
                    yield _of_another_type(one, dict, here)
        elif rule.inner:
            yield from _of_object(value, rule.inner, (*path, name))
    for name, rule in rules.items():
        if rule.is_required and name not in data:
            yield Misfit((*path, name), "missing")


def _of_value(value: Any, rule: _Rule, path: tuple[str | int, ...]) -> Misfit | None:
    if value is None:
        return Misfit(path, "missing")
    if type(value) not in rule.kinds:
        return _of_another_type(value, rule.kinds[0], path)
    if isinstance(value, str) and not _can_be_stored(value):
        return Misfit(path, "unreadable_signs", value)
    if rule.must_say and not value.strip():
        return Misfit(path, "missing", value)
    if rule.is_date and not is_date(value):
        return Misfit(path, "not_a_date", value)
    if rule.choices is not None:
        if value not in rule.choices:
            told = {"codes": ", ".join(sorted(map(str, rule.choices)))}
            return Misfit(path, "unknown_code", value, told)
    elif rule.longest is not None and len(value) > rule.longest:
        return Misfit(path, "too_long", value, {"most": rule.longest})
    elif rule.least is not None and not rule.least <= value <= (rule.most or 0):
        span = gettext("%(least)s to %(most)s") % {"least": rule.least, "most": rule.most}
        return Misfit(path, "out_of_range", value, {"range": span})
    return None


def _of_another_type(value: Any, wanted: type, path: tuple[str | int, ...]) -> Misfit:
    return Misfit(path, "wrong_type", value, {"wanted": WANTED[wanted]})


def is_date(text: str) -> bool:
    """Whether a text is a day of the calendar, written as year-month-day."""
    if not ISO_DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _can_be_stored(text: str) -> bool:
    if text.isascii():
        return "\0" not in text
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _printable(name: str) -> str:
    return name[:60].encode("ascii", "backslashreplace").decode()


def value_class(value: object) -> str:
    """What a value is by its kind: enough to find the mistake, and nothing of the value itself."""
    if value in (None, "", [], {}):
        return "empty"
    if not isinstance(value, str):
        names = {bool: "boolean", int: "integer", float: "number", list: "list"}
        return names.get(type(value), "object")
    text = value.strip()
    if text.isdigit():
        return f"digits({len(text)})"
    if DATE.fullmatch(text):
        return "date"
    is_plain = all(char.isalpha() or char in " .,'-" for char in text)
    return f"{'letters' if is_plain else 'mixed'}({len(text)})"
