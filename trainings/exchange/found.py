"""What is wrong with a draft, place by place, without a word of what stood there."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from blk_portal.rest.shapes import Misfit, value_class
from trainings.faults import TEXTS, Code, Fault, stored_fault

# Of what the shape refuses too, in the words of the roster.
SAID_BY_ROSTER = {
    ("sex", "missing"): Code.SEX_MISSING,
    ("sex", "unknown_code"): Code.SEX_UNKNOWN,
    ("name", "missing"): Code.NAME_MISSING,
    ("name", "too_long"): Code.NAME_TOO_LONG,
    ("birth_date", "missing"): Code.BIRTH_DATE_MISSING,
    ("birth_place", "too_long"): Code.BIRTH_PLACE_TOO_LONG,
    ("education", "too_long"): Code.EDUCATION_TOO_LONG,
    ("address", "too_long"): Code.ADDRESS_TOO_LONG,
}


@dataclass(frozen=True)
class Found:
    """One fault as it is told; see `FaultSerializer`."""

    field: str | None
    code: str
    detail: str
    cure: str = ""
    value_class: str = "empty"
    row: int | None = None
    external_id: str | None = None
    is_warning: bool = False

    def told(self) -> dict[str, Any]:
        return asdict(self)


def of_misfit(misfit: Misfit, *, names: Mapping[int, str | None]) -> Found:
    """A place of another shape. names: what the other system calls its rows."""
    if misfit.path[:1] != ("participants",) or len(misfit.path) < 2:
        field = ".".join(map(str, misfit.path)).removeprefix("plan.") or None
        return Found(field, misfit.code, misfit.message, misfit.cure, value_class(misfit.value))
    row, inner = int(misfit.path[1]), ".".join(map(str, misfit.path[2:])) or None
    code, detail, cure = misfit.code, misfit.message, misfit.cure
    if same := SAID_BY_ROSTER.get((inner or "", code)):
        code, (detail, cure) = str(same), map(str, TEXTS[same])
    of_value = value_class(misfit.value)
    return Found(inner, code, detail, cure, of_value, row, names.get(row))


def of_fault(fault: Fault, *, names: Mapping[int, str | None]) -> Found:
    """A fault or a warning of the roster."""
    return Found(
        fault.field or None, str(fault.code), fault.message, fault.cure, value_class(fault.written),
        fault.row, names.get(fault.row), fault.is_warning,
    )  # fmt: skip


def of_kept(kept: Mapping[str, Any], row: int) -> Found:
    """A fault of a row that waits to be mended; what stood there is kept encrypted only."""
    fault = stored_fault(kept)
    return Found(fault.field or None, fault.code, fault.message, fault.cure, "unknown", row)
