"""The project's own source files, and what stands in them."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("blk_portal", "institutions", "trainings", "incubators")
LAYERS = (
    ("blk_portal.urls",),
    ("blk_portal.api",),
    ("blk_portal.progress",),
    ("trainings", "incubators"),
    ("blk_portal.reporting",),
    ("institutions",),
    ("blk_portal.privacy",),
    ("blk_portal.accounts",),
    (
        "blk_portal.sheets", "blk_portal.runtime", "blk_portal.rest", "blk_portal.formats",
        "blk_portal.printing",
    ),
)  # fmt: skip


@cache
def tracked_files() -> tuple[Path, ...]:
    """The files that belong to the project, also those not committed yet."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(path for name in listed.stdout.splitlines() if (path := ROOT / name).exists())


def python_files(*, with_tests: bool = False) -> list[Path]:
    """Our modules; migrations are written by a program."""
    roots = (*PACKAGES, "tests") if with_tests else PACKAGES
    return [
        path
        for path in tracked_files()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in roots
        and "migrations" not in path.parts
    ]


def templates() -> list[Path]:
    return [path for path in tracked_files() if path.is_relative_to(ROOT / "templates")]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def layer_of(module: str) -> int | None:
    """How far below the top a module lives; None for what belongs to no layer."""
    for depth, names in enumerate(LAYERS):
        if any(module == name or module.startswith(f"{name}.") for name in names):
            return depth
    return None


def room_of(module: str) -> str:
    """The package of the layers that a module belongs to."""
    names = [name for names in LAYERS for name in names]
    return next((name for name in names if f"{module}.".startswith(f"{name}.")), "")
