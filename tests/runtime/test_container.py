"""The container image: it holds all that runs, and its processes are those of the units."""

import re
import shlex
import subprocess
import tomllib

import pytest

from blk_portal.runtime.state import CHECKOUT
from tests.house.sources import PACKAGES, tracked_files

OPERATIONS = CHECKOUT / "docs" / "operations"
CONTAINERFILE = (OPERATIONS / "Containerfile").read_text().replace("\\\n", " ")
MANUAL = (CHECKOUT / "docs" / "operations.md").read_text()
COPIED = [
    name
    for line in re.findall(r"^COPY (?!--from)(.+)$", CONTAINERFILE, re.M)
    for name in line.split()[:-1]
]
# Stands in for Python and says what it was started with, one line each time.
PYTHON = """#!/bin/sh
printf '%s|' "$STATEMENT_TIMEOUT" "$@" >> "$SAID"
echo >> "$SAID"
"""


def test_every_copied_path_belongs_to_the_project():
    known = {path.relative_to(CHECKOUT) for path in tracked_files()}
    known |= {folder for path in known for folder in path.parents}
    assert {name for name in COPIED if name not in map(str, known)} == set()


def test_image_holds_all_that_runs():
    with_code = {*PACKAGES, "templates", "manage.py"}
    assert with_code <= set(COPIED)
    compiled = {*re.findall(r"compileall -q (.*)", CONTAINERFILE + MANUAL)}
    assert {frozenset(names.split()) for names in compiled} == {frozenset(PACKAGES)}


def test_image_is_made_as_the_manual_makes_a_release():
    command = re.compile(r"production_lock\.py \S*requirements\.lock (.*) > ")
    assert command.findall(CONTAINERFILE) == command.findall(MANUAL)
    table = re.search(r"^\| +\| (Debian .*)\n.*\n\| Python \| (.*)$", MANUAL, re.M)
    python = dict(zip(*(re.findall(r"[\d.]+", row) for row in table.groups()), strict=True))
    bases = re.findall(r"^FROM docker.io/library/debian:(\d+)-slim", CONTAINERFILE, re.M)
    assert len(bases) == 2
    minor = {int(python[debian].removeprefix("3.")) for debian in bases}
    meant = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["requires-python"]
    lowest, above = map(int, re.fullmatch(r">=3\.(\d+),<3\.(\d+)", meant).groups())
    assert minor <= set(range(lowest, above))


@pytest.fixture
def started(tmp_path):
    """What a container runs for the words behind its image, one command after the other."""

    def start(*words: str, **environment: str) -> list[list[str]]:
        said = tmp_path / "said"
        said.unlink(missing_ok=True)
        program = tmp_path / "python"
        program.write_text(PYTHON)
        program.chmod(0o755)
        subprocess.run(
            ["sh", OPERATIONS / "container-start", *words],
            env={"PATH": f"{tmp_path}:/usr/bin:/bin", "SAID": str(said), **environment},
            check=True,
            timeout=60,
        )
        return [line.split("|")[:-1] for line in said.read_text().splitlines()]

    return start


def options(argv: list[str]) -> set[str]:
    """Options with their values, in no order; the address differs between machine and container."""
    return {word.strip() for word in re.split(r" (?=-)", " ".join(argv)) if "--bind" not in word}


@pytest.mark.parametrize("process", ["web", "worker", "beat"])
def test_container_starts_what_the_unit_starts_once_the_keys_are_right(started, process):
    unit = (OPERATIONS / "systemd" / f"blk-portal-{process}.service").read_text()
    [line] = re.findall(r"^ExecStart=\S+ (.*)$", unit.replace("\\\n", " "), re.M)
    check, (limit, *argv) = started(process)
    assert check[1:] == ["-c", "import blk_portal.wsgi"]
    assert options(argv) == options(shlex.split(line))
    # The application itself limits the web's statements.
    assert limit == ("" if process == "web" else "60s")
    assert started(process, "--max", "4")[1][-2:] == ["--max", "4"]


def test_container_listens_where_it_is_told(started):
    assert started("web")[1][-2:] == ["--bind", "0.0.0.0:8000"]
    there = started("web", BIND="127.0.0.1", PORT="81")
    assert there[1][-2:] == ["--bind", "127.0.0.1:81"]


def test_container_does_what_manage_py_does_without_a_limit(started):
    assert started("migrate", "--check") == [["", "manage.py", "migrate", "--check"]]
