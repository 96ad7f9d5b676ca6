"""The schema told to people: one section a subject, one table a list of parameters or fields."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from blk_portal.rest.lines import LINES

# The schema or a part of it, as JSON.
Described = dict[str, Any]
JSON = "application/json"
# How the schema calls the login of partners' systems.
CLIENT = "client"
TYPES = {
    "string": gettext_lazy("text"),
    "integer": gettext_lazy("whole number"),
    "boolean": gettext_lazy("yes or no"),
    "array": gettext_lazy("list"),
    "object": gettext_lazy("object"),
}
FORMATS = {
    "date": gettext_lazy("date"),
    "date-time": gettext_lazy("date and time"),
    "uri": gettext_lazy("address"),
}


@dataclass(frozen=True)
class Line:
    """A parameter or a field: its name, what it is, and its values where they are fixed.

    limits: of what is sent, how small, large or long it may be, and what holds where it lacks.
    """

    name: str
    kind: str
    text: str
    values: list[tuple[str, str]]
    limits: str = ""


@dataclass(frozen=True)
class Operation:
    """One method of one address: what it takes, what it answers, and what that looks like.

    access: which scope it needs, or who else it is for.
    """

    method: str
    path: str
    title: str
    about: str
    access: str
    parameters: list[Line]
    sent: list[Line]
    sent_example: str
    answers: list[tuple[str, str]]
    example: str


@dataclass(frozen=True)
class Subject:
    """A list and its single rows: its operations, and the fields of a row."""

    name: str
    title: str
    about: str
    operations: list[Operation]
    fields: list[Line]


def subjects(schema: Described) -> list[Subject]:
    """Everything the schema describes, in its order."""
    found: dict[str, Subject] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            (name,) = operation["tags"]
            if name not in found:
                found[name] = Subject(
                    name=name,
                    title=operation["summary"],
                    about=operation["description"],
                    operations=[],
                    fields=list(_fields(operation, schema)),
                )
            described = _operation(method.upper(), path, operation, schema)
            found[name].operations.append(described)
    return list(found.values())


@dataclass(frozen=True)
class CopiedList:
    """A list that also comes as lines. name: of its section."""

    name: str
    path: str


def copied_lists(schema: Described) -> list[CopiedList]:
    """The lists that other systems keep a copy of, in the order of the schema."""
    return [
        CopiedList(operations["get"]["tags"][0], path)
        for path, operations in schema["paths"].items()
        if "get" in operations and LINES in _contents(operations["get"])
    ]


def _contents(operation: Described) -> Described:
    contents: Described = operation["responses"]["200"]["content"]
    return contents


def _operation(method: str, path: str, operation: Described, schema: Described) -> Operation:
    sent = operation.get("requestBody", {}).get("content", {}).get(JSON, {})
    shape = _resolved(sent["schema"], schema) if sent else {}
    return Operation(
        method=method,
        path=path,
        title=operation["summary"],
        about=operation["description"],
        access=_access(operation),
        parameters=list(_parameters(operation)),
        sent=[with_limits(one, part) for one, part in _parts(shape, schema)],
        sent_example=_example(sent),
        answers=[(code, one["description"]) for code, one in operation["responses"].items()],
        example=_example(_success(operation)),
    )


def _access(operation: Described) -> str:
    """Who may ask, by the logins that the operation names; the first of them is that of systems."""
    login, *_others = operation["security"]
    if CLIENT not in login:
        return gettext("For people who are logged in, not for partners' systems.")
    if scopes := login[CLIENT]:
        return gettext("Scope: %(scopes)s") % {"scopes": ", ".join(scopes)}
    return gettext("For every partner's system, whatever its scopes.")


def _success(operation: Described) -> Described:
    """The JSON of the first answer that is no refusal."""
    first = min(operation["responses"])
    told: Described = operation["responses"][first]["content"][JSON]
    return told


def _example(content: Described) -> str:
    if "example" not in content:
        return ""
    return json.dumps(content["example"], ensure_ascii=False, indent=2)


def _parameters(operation: Described) -> Iterator[Line]:
    for parameter in operation.get("parameters", []):
        part = {"description": parameter.get("description", "")} | parameter["schema"]
        yield with_limits(line(parameter["name"], part), part)


def with_limits(told: Line, part: Described) -> Line:
    """The line with what the schema says of size, length and default."""
    words = [*_sizes(part)]
    if "default" in part:
        shown = json.dumps(part["default"])
        words.append(gettext("%(value)s if it is left out") % {"value": shown})
    return replace(told, limits="; ".join(words))


def _sizes(part: Described) -> Iterator[str]:
    if "minimum" in part and "maximum" in part:
        yield gettext("%(least)s to %(most)s") % {"least": part["minimum"], "most": part["maximum"]}
    if "maxLength" in part:
        yield gettext("at most %(most)s signs") % {"most": part["maxLength"]}


def line(name: str, part: Described) -> Line:
    """One parameter or field as words."""
    text, _gap, listed = part.get("description", "").partition("\n\n")
    if text.startswith("* `"):
        text, listed = "", text
    values = [
        tuple(entry.removeprefix("* `").split("` - ", 1))
        for entry in listed.splitlines()
        if entry.startswith("* `")
    ]
    title = part.get("title", "")
    words = ". ".join(capfirst(word.rstrip(".")) for word in (title, text) if word)
    return Line(name, _kind(part), words, values)


def _kind(part: Described) -> str:
    names = part.get("type", "object")
    if "oneOf" in part:
        names = [one.get("type", "object") for one in part["oneOf"]]
    names = [names] if isinstance(names, str) else names
    words = [
        str(FORMATS.get(part.get("format", "")) or TYPES[name]) for name in names if name != "null"
    ]
    return " / ".join([*words, gettext("or null")] if "null" in names else words)


def _resolved(part: Described, schema: Described) -> Described:
    """The part itself, or what its reference names, with the words of the part."""
    several = [*part.get("allOf", ()), *part.get("oneOf", ())]
    references = [one["$ref"] for one in (part, *several) if "$ref" in one]
    if not references:
        return part
    named: Described = schema["components"]["schemas"][references[0].rpartition("/")[2]]
    kept = {key: value for key, value in part.items() if key not in ("$ref", "allOf", "oneOf")}
    if {"type": "null"} in several:
        kept["type"] = [named["type"], "null"]
    return named | kept


def _fields(operation: Described, schema: Described) -> Iterator[Line]:
    """The fields of one row of the answer."""
    row = _resolved(_success(operation)["schema"], schema)
    if "results" in row.get("properties", {}):
        row = _resolved(row["properties"]["results"]["items"], schema)
    for told, _part in _parts(row, schema):
        yield told


def _parts(row: Described, schema: Described, prefix: str = "") -> Iterator[tuple[Line, Described]]:
    """The fields of an object and of those within it, each with what the schema says of it."""
    for name, part in row.get("properties", {}).items():
        part = _resolved(part, schema)
        yield line(prefix + name, part), part
        inner = _resolved(part["items"], schema) if part.get("type") == "array" else part
        yield from _parts(inner, schema, f"{prefix}{name}.")
