"""The schema told to people: one section a subject, one table a list of parameters or fields."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

# The schema or a part of it, as JSON.
Described = dict[str, Any]
JSON = "application/json"
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
    """A parameter or a field: its name, what it is, and its values where they are fixed."""

    name: str
    kind: str
    text: str
    values: list[tuple[str, str]]


@dataclass(frozen=True)
class Operation:
    """One method of one address: what it takes, what it answers, and what that looks like."""

    method: str
    path: str
    title: str
    about: str
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


def _operation(method: str, path: str, operation: Described, schema: Described) -> Operation:
    sent = operation.get("requestBody", {}).get("content", {}).get(JSON, {})
    shape = _resolved(sent["schema"], schema) if sent else {}
    return Operation(
        method=method,
        path=path,
        title=operation["summary"],
        about=operation["description"],
        parameters=list(_parameters(operation)),
        sent=list(_inner(shape, schema)),
        sent_example=_example(sent),
        answers=[(code, one["description"]) for code, one in operation["responses"].items()],
        example=_example(_success(operation)),
    )


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
        yield line(
            parameter["name"],
            {"description": parameter.get("description", "")} | parameter["schema"],
        )


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
    """The part itself, or what its reference names."""
    if "$ref" not in part:
        return part
    name = part["$ref"].rpartition("/")[2]
    named: Described = schema["components"]["schemas"][name]
    return named | {k: v for k, v in part.items() if k != "$ref"}


def _fields(operation: Described, schema: Described) -> Iterator[Line]:
    """The fields of one row of the answer."""
    row = _resolved(_success(operation)["schema"], schema)
    if "results" in row.get("properties", {}):
        row = _resolved(row["properties"]["results"]["items"], schema)
    yield from _inner(row, schema)


def _inner(row: Described, schema: Described, prefix: str = "") -> Iterator[Line]:
    for name, part in row.get("properties", {}).items():
        part = _resolved(part, schema)
        yield line(prefix + name, part)
        inner = _resolved(part["items"], schema) if part.get("type") == "array" else part
        yield from _inner(inner, schema, f"{prefix}{name}.")
