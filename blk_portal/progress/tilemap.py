"""The tile-grid map of the 38 provinces: one tile a province, two halves that stack on a phone."""

from dataclasses import dataclass

from blk_portal.progress.figures import ProvinceRow
from institutions.models import Province

PITCH = 52
GAP_COLUMN = 7
LONG_LABEL = 5
# Round limits, chosen by the largest province, so that a shade rarely changes by itself.
SCALES = (
    (3, 6, 12, 24),
    (25, 50, 100, 250),
    (100, 250, 500, 1_000),
    (500, 1_000, 2_500, 5_000),
    (2_500, 5_000, 10_000, 25_000),
)


@dataclass(frozen=True)
class Tile:
    """One province on the map: its place in the half, its shade (0 = nothing counted) and value."""

    province: Province
    x: int
    y: int
    shade: int
    value: int | None
    is_long: bool

    @property
    def is_dark(self) -> bool:
        return self.shade >= 4


@dataclass(frozen=True)
class TileMap:
    """Both halves and the limits of the five shades."""

    limits: tuple[int, ...]
    halves: list["Half"]

    @property
    def classes(self) -> list[tuple[int, int, int | None]]:
        """(shade, from, below) of each class; the last has no upper limit."""
        starts = (1, *self.limits)
        return list(zip(range(1, 6), starts, (*self.limits, None), strict=True))


@dataclass(frozen=True)
class Half:
    """The western or the eastern half of the map."""

    is_west: bool
    height: int
    tiles: list[Tile]


def shade_of(value: int, limits: tuple[int, ...]) -> int:
    """The class of a value, 1 to 5."""
    return 1 + sum(value >= limit for limit in limits)


def scale_for(rows: list[ProvinceRow], indicator: str) -> tuple[int, ...]:
    """The limits that suit the largest value."""
    largest = max((row.values.get(indicator, 0) for row in rows), default=0)
    return next((scale for scale in SCALES if largest <= 2 * scale[-1]), SCALES[-1])


def tile_map(rows: list[ProvinceRow], indicator: str) -> TileMap:
    """The map of these provinces, shaded by one indicator."""
    limits = scale_for(rows, indicator)
    halves = []
    for is_west in (True, False):
        own = [row for row in rows if (row.province.map_column < GAP_COLUMN) == is_west]
        if not own:
            continue
        top = 0 if is_west else 1
        left = 0 if is_west else GAP_COLUMN + 1
        placed = [
            Tile(
                province=row.province,
                x=(row.province.map_column - left) * PITCH,
                y=(row.province.map_row - top) * PITCH,
                value=row.values.get(indicator),
                shade=shade_of(row.values[indicator], limits) if indicator in row.values else 0,
                is_long=len(row.province.label) > LONG_LABEL,
            )
            for row in own
        ]
        halves.append(Half(is_west=is_west, height=361 if is_west else 309, tiles=placed))
    return TileMap(limits=limits, halves=halves)
