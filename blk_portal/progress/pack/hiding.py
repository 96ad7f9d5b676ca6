"""Which figures of few persons strangers do not see, so that none of them can be worked out.

A figure of 1 to 4 persons is hidden, and as many others beside it as keep it from being computed
from totals of rows and columns. Several indicators of the same persons (participations, people) are
hidden together: what one of them shows would nearly tell the other. Where one figure is a part of
another (passed, of all who took part), what is left of the whole is a figure as well: where that is
few, the part is hidden.

A table is read as a net: rows and columns are its knots, hidden cells (hidden totals included) the
threads between them. Sums tell a hidden cell exactly where it is the only way between its two
knots; on a ring of hidden cells one can always add to one and take from the next.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

FEWEST = 5

Row = TypeVar("Row", bound=Hashable)
Key = TypeVar("Key", bound=Hashable)


def is_few(value: int) -> bool:
    return 0 < value < FEWEST


def left_of(whole: Mapping[Key, int], part: Mapping[Key, int]) -> dict[Key, int]:
    """What is left of figures without a part of each."""
    return {key: value - part.get(key, 0) for key, value in whole.items()}


def hidden_parts(columns: Sequence[Mapping[Key, int]], given: Iterable[Key] = ()) -> set[Key]:
    """The parts of known totals that are hidden; columns: the same parts by several indicators.

    What is hidden stands for five persons or more together, and never for one part alone.
    given: parts that are hidden whatever they hold.
    """
    hidden = {key for column in columns for key, value in column.items() if is_few(value)}
    hidden.update(given)
    # What few parts have decides first: often its choice serves the others as well.
    order = sorted(columns, key=lambda column: sum(1 for value in column.values() if value))
    weights = _weights(columns)
    while found := [one for one in order if _lacks(one, hidden)]:
        more = [key for column in found if (key := _smallest(column, hidden, weights)) is not None]
        if not more:
            break
        hidden.add(more[0])
    return hidden


def _weights(columns: Iterable[Mapping[Key, int]]) -> dict[Key, int]:
    """What each part holds in all columns, so that the smallest of all is hidden beside others."""
    weights: dict[Key, int] = {}
    for column in columns:
        for key, value in column.items():
            weights[key] = weights.get(key, 0) + value
    return weights


def _lacks(column: Mapping[Key, int], hidden: Collection[Key]) -> bool:
    """Whether what is hidden of a column is few together, or one part alone."""
    held = [value for key in hidden if (value := column.get(key, 0))]
    return bool(held) and (len(held) < 2 or sum(held) < FEWEST)


def _smallest(
    column: Mapping[Key, int], hidden: Collection[Key], weights: Mapping[Key, int]
) -> Key | None:
    """The smallest part that may be hidden as well; none where all are."""
    left = [key for key, value in column.items() if value and key not in hidden]
    return min(left, key=lambda key: (weights[key], str(key)), default=None)


@dataclass
class Table(Generic[Row, Key]):
    """Areas by the parts of one breakdown, for several indicators at once.

    cells: for each indicator, row and part -> value. rows, parts: those whose totals are hidden.
    hidden: cells that are hidden whatever they hold.
    """

    cells: Sequence[Mapping[tuple[Row, Key], int]]
    rows: set[Row]
    parts: set[Key]
    hidden: set[tuple[Row, Key]] = field(default_factory=set)
    weights: Mapping[tuple[Row, Key], int] = field(init=False, default_factory=dict)

    def hide(self) -> set[tuple[Row, Key]]:
        """The cells that are hidden: all of hidden totals, the few, and what would tell them.

        In a table of few cells that is not enough: then totals of parts join those in `parts`.
        """
        few = {key for column in self.cells for key, value in column.items() if is_few(value)}
        self.hidden |= few
        self.weights = _weights(self.cells)
        while True:
            self.hidden |= {
                (row, part)
                for column in self.cells
                for row, part in column
                if row in self.rows or part in self.parts
            }
            more = self._sums_lack() or self._rings_lack()
            if not more and not self._hide_parts():
                return self.hidden
            self.hidden |= more

    def _hide_parts(self) -> bool:
        """Hide the totals of parts where sums still tell a few and no cell is left to hide."""
        for column in self.cells:
            net = self._net(column)
            for (row, part), value in column.items():
                if not is_few(value) or self._has_ring(net, (row, part)):
                    continue
                beside = {p for (r, p), count in column.items() if r == row and count}
                every = {p for (_r, p), count in column.items() if count}
                for parts in (beside, every):
                    if not parts <= self.parts:
                        self.parts |= parts
                        return True
        return False

    def _sums_lack(self) -> set[tuple[Row, Key]]:
        """What rows and columns with a visible total lack."""
        more = set()
        for column in self.cells:
            by_row: dict[Row, dict[tuple[Row, Key], int]] = {}
            by_part: dict[Key, dict[tuple[Row, Key], int]] = {}
            for (row, part), value in column.items():
                if row not in self.rows:
                    by_row.setdefault(row, {})[row, part] = value
                if part not in self.parts:
                    by_part.setdefault(part, {})[row, part] = value
            for line in (*by_row.values(), *by_part.values()):
                hidden = self.hidden & line.keys()
                if _lacks(line, hidden):
                    lacking = _smallest(line, hidden, self.weights)
                    more |= set() if lacking is None else {lacking}
        return more

    def _rings_lack(self) -> set[tuple[Row, Key]]:
        """One more cell for each few that sums would still tell, so that it lies on a ring."""
        more = set()
        for column in self.cells:
            net = self._net(column)
            for key, value in column.items():
                if is_few(value) and (one := self._to_close(column, net, key)) is not None:
                    more.add(one)
        return more

    def _net(self, column: Mapping[tuple[Row, Key], int]) -> dict[object, set[object]]:
        """The hidden cells of an indicator that are not zero, as threads between knots."""
        net: dict[object, set[object]] = {}
        for row, part in self.hidden:
            if not column.get((row, part)):
                continue
            threads: list[tuple[object, object]] = [(("row", row), ("part", part))]
            if row in self.rows:
                threads.append((("row", row), "totals"))
            if part in self.parts:
                threads.append(("total", ("part", part)))
            for one, other in threads:
                net.setdefault(one, set()).add(other)
                net.setdefault(other, set()).add(one)
        return net

    def _has_ring(self, net: Mapping[object, set[object]], key: tuple[Row, Key]) -> bool:
        one, other = ("row", key[0]), ("part", key[1])
        return other in _reached(net, one, without=(one, other))

    def _to_close(
        self,
        column: Mapping[tuple[Row, Key], int],
        net: Mapping[object, set[object]],
        key: tuple[Row, Key],
    ) -> tuple[Row, Key] | None:
        """The smallest visible cell that makes a ring of what is only a thread; else none."""
        if self._has_ring(net, key):
            return None
        one, other = ("row", key[0]), ("part", key[1])
        near = _reached(net, one, without=(one, other))
        far = _reached(net, other, without=(one, other))
        left = [cell for cell, value in column.items() if value and cell not in self.hidden]
        closing = [
            (row, part)
            for row, part in left
            if (("row", row) in near and ("part", part) in far)
            or (("row", row) in far and ("part", part) in near)
        ]
        # Without one, what lies in its row or column brings a ring nearer.
        pool = closing or [(row, part) for row, part in left if row == key[0] or part == key[1]]
        return min(pool, key=lambda cell: (self.weights[cell], str(cell)), default=None)


def _reached(
    net: Mapping[object, set[object]], start: object, *, without: tuple[object, object]
) -> set[object]:
    """The knots that hang together with one, but for one thread."""
    seen, waiting = {start}, [start]
    while waiting:
        knot = waiting.pop()
        for other in net.get(knot, ()):
            if other not in seen and {knot, other} != {*without}:
                seen.add(other)
                waiting.append(other)
    return seen
