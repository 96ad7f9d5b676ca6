"""What each family of indicators says of its rows."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Model

from blk_portal.progress.explaining.question import Question
from blk_portal.progress.explaining.tally import Place, Tallies


@dataclass(frozen=True)
class Named:
    """A part of a figure as a reader may see it.

    row: what the part is. url: its own page. state: how the report stands, where it is one.
    is_last: whether it has no rows to ask for, though its neighbours have.
    """

    row: Model
    label: object
    detail: object = ""
    url: str = ""
    state: str = ""
    is_last: bool = False


class Family:
    """Indicators that are counted from the same kind of rows.

    units, rows: what the levels below the institution hold, as the interface names them; without
    `rows` the units are the last level. cuts: by what the figures are broken down; those of
    `institution_cuts` are facts of the institution.
    """

    units = ""
    rows = ""
    institution_cuts: frozenset[str] = frozenset({"field", "host"})

    def cuts(self, code: str) -> frozenset[str]:
        """By what an indicator is broken down."""
        return self.institution_cuts

    def tallies(self, question: Question, place: Place, *, by_unit: bool) -> Tallies:
        """What counts and what does not, by the keys of the place or by unit."""
        raise NotImplementedError

    def named(self, question: Question, units: Collection[int]) -> dict[int, Named]:
        """The units that the reader may see, of these."""
        raise NotImplementedError

    def row_tallies(self, question: Question) -> Tallies:
        """What counts and what does not of one unit, by row."""
        raise NotImplementedError

    def named_rows(self, question: Question, rows: Collection[int]) -> dict[int, Named]:
        """The rows that the reader may see, of these."""
        raise NotImplementedError
