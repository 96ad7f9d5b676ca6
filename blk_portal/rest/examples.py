"""An example for every body that the description tells of, made from its own schema.

So that none is forgotten and none speaks of a field that is gone. Values are synthetic.
"""

from collections.abc import Mapping
from typing import Any

from blk_portal.rest.problems import MEDIA_TYPE, PROBLEMS, Problem, body_of

Schema = Mapping[str, Any]
# Values by the name of the field, where its kind says too little.
VALUES: dict[str, object] = {
    "address": "Kp. Contoh RT 01",
    "attendance": 95,
    "batch": 1,
    "birth_date": "2001-05-17",
    "birth_place": "Bandung",
    "business": "Usaha Contoh",
    "competence_number": "",
    "cost_planned": 45_000_000,
    "cure": "Ketik 16 digit dari KTP atau KK.",
    "detail": "NIK berisi 15 digit; seharusnya 16.",
    "education": "SMA",
    "ends_on": "2022-08-31",
    "external_id": "KLS-2022-014",
    "field": "TIK",
    "foundation": "Yayasan Contoh",
    "hours": 160,
    "explanations.code": "phone_unreadable",
    "explanations.text": "Belum punya telepon.",
    "institution": "BLKK-0001",
    "institution_name": "BLKK Contoh (contoh)",
    "instructors.name": "Instruktur Contoh",
    "kbli": "62010",
    "name": "Peserta Contoh",
    "nik": "3204051705019001",
    "participants.external_id": "peserta-1",
    "plan.partner": None,
    "page": "https://portal.invalid/pelatihan/1/",
    "phone": "084000000000",
    "pre_test": 60,
    "post_test": 85,
    "proglat": "PL-0001",
    "programme": "Desain Grafis",
    "programme_version": "1",
    "programme_year": 2022,
    "province": "32",
    "regency": "3204",
    "score": "87.50",
    "seats": 16,
    "skillhub": "SH-0001",
    "starts_on": "2022-08-01",
    "units.code": "C.141110.001.01",
    "units.title": "Mengoperasikan perangkat (contoh)",
    "value_class": "digits(15)",
    "year": 2022,
}
FORMATS = {
    "date": "2022-08-01",
    "date-time": "2022-09-01T09:00:00+07:00",
    "uri": "https://portal.invalid/",
    "uuid": "00000000-0000-4000-8000-000000000001",
}
KINDS: dict[str, type] = {
    "string": str, "integer": int, "number": float, "boolean": bool, "array": list,
    "object": dict, "null": type(None),
}  # fmt: skip
FAULT = {
    "row": 2, "external_id": "peserta-2", "field": "nik", "code": "nik_length", "is_warning": False,
    "value_class": "digits(15)", "detail": VALUES["detail"], "cure": VALUES["cure"],
}  # fmt: skip


def with_examples(result: dict[str, Any], **kwargs: object) -> dict[str, Any]:
    """Add an example to every request and answer that has none."""
    parts = result["components"]["schemas"]
    for path in result["paths"].values():
        for method, operation in path.items():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                _give(content, example_of(content["schema"], parts))
            for status, answer in operation["responses"].items():
                for kind, content in answer.get("content", {}).items():
                    if kind == MEDIA_TYPE:
                        is_writing = method not in ("get", "head")
                        _give(content, _refusal(int(status), is_writing=is_writing))
                    else:
                        _give(content, example_of(content["schema"], parts))
    return result


def _give(content: dict[str, Any], example: object) -> None:
    if "examples" not in content:
        content.setdefault("example", example)


def _refusal(status: int, *, is_writing: bool) -> dict[str, object]:
    """A problem of this status; of several, one that only such a request meets."""
    fitting: list[Problem] = [one for one in PROBLEMS.values() if int(one.status) == status]
    fitting.sort(key=lambda one: one.of_writing is not is_writing)
    problem = fitting[0]
    told = body_of(problem, str(problem.detail))
    if problem.code == "invalid-content":
        told["faults"] = [FAULT]
    return told


def example_of(
    schema: Schema, parts: Mapping[str, Schema], name: str = "", within: str = ""
) -> Any:
    """A value that fits the schema. parts: the named schemas. name: of the field, if it is one.
    within: the name of the field around it."""
    if "$ref" in schema:
        return example_of(parts[schema["$ref"].rpartition("/")[2]], parts, name, within)
    for word in ("allOf", "oneOf", "anyOf"):
        if word in schema:
            return example_of(schema[word][0], parts, name, within)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return next((value for value in schema["enum"] if value not in (None, "")), None)
    kind = _kind(schema)
    if kind == "object":
        inner = schema.get("properties", {})
        return {one: example_of(part, parts, one, name) for one, part in inner.items()}
    if kind == "array":
        return [example_of(schema.get("items", {}), parts, name, within)]
    for known in (f"{within}.{name}", name):
        if known in VALUES and _fits(VALUES[known], schema):
            return VALUES[known]
    return _plain(kind, schema)


def _fits(value: object, schema: Schema) -> bool:
    return any(type(value) is KINDS[kind] for kind in _kinds(schema))


def _kinds(schema: Schema) -> list[str]:
    kinds = schema.get("type", "object")
    return [kinds] if isinstance(kinds, str) else kinds


def _kind(schema: Schema) -> str:
    return next((kind for kind in _kinds(schema) if kind != "null"), "null")


def _plain(kind: str, schema: Schema) -> object:
    if kind == "string":
        text = FORMATS.get(schema.get("format", ""), "contoh")
        return text[: schema.get("maxLength", len(text))]
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    return kind == "boolean" or None
