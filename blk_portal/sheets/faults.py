"""What every fault of a file is: a code with its sentence and its cure, and where it stands."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from blk_portal.sheets.cells import printable

Params = Mapping[str, str | int]


class CodedFault:
    """One thing that is wrong, said by its code; each list of codes is a subclass with its texts.

    TEXTS: the sentence and the cure of each code. WARNINGS: the codes that refuse nothing. The
    sentences are made when they are read, in the reader's language.
    """

    TEXTS: ClassVar[Mapping[Any, tuple[Any, Any]]]
    WARNINGS: ClassVar[frozenset[Any]] = frozenset()
    code: Any
    params: Params

    @property
    def message(self) -> str:
        """What is wrong, in one sentence."""
        return str(self.TEXTS[self.code][0]) % self.params

    @property
    def cure(self) -> str:
        """How it is mended, in one sentence."""
        return str(self.TEXTS[self.code][1])

    @property
    def is_warning(self) -> bool:
        """Warnings ask for a look; the row is accepted all the same."""
        return self.code in self.WARNINGS


@dataclass(frozen=True)
class CellFault(CodedFault):
    """One thing wrong with one cell of a table: where, what, and what was written there."""

    row: int
    column: str
    field: str
    code: Any
    params: Params = dataclasses.field(default_factory=dict)
    written: str = ""

    def to_store(self) -> dict[str, Any]:
        """The fault as it is kept: its code and particulars; no sentence, nor what was written,
        which may be a NIK."""
        params = {
            name: printable(value) if isinstance(value, str) else value
            for name, value in self.params.items()
        }
        return {
            "code": str(self.code), "field": self.field, "column": self.column, "params": params,
        }  # fmt: skip
