"""mypy checks every module of ours, under the same rules, and what it overlooks says why."""

import re

import pytest
from mypy.build import BuildSource
from mypy.main import process_options
from mypy.options import Options

from blk_portal.runtime.testing import CHECKS
from tests.house.sources import ROOT, name_of, python_files

STRICT = (
    "disallow_untyped_defs", "disallow_incomplete_defs", "disallow_any_generics",
    "check_untyped_defs", "strict_equality", "warn_return_any",
    "warn_redundant_casts", "warn_unused_ignores", "warn_unreachable",
)  # fmt: skip
# Which rule a module may do without: Django's own classes take no types when the program runs.
RELAXED = {"disallow_any_generics"}
MAY_RELAX = re.compile(r"admin(_\w+)?|(\w+_)?forms")
IGNORE = re.compile(r"# type: ignore")
IGNORE_WITH_REASON = re.compile(r"# type: ignore\[[a-z-]+\]  # \S")
MOST_IGNORES = 20


@pytest.fixture(scope="module")
def configuration() -> tuple[list[BuildSource], Options]:
    """What mypy makes of pyproject.toml: the files it will check, and with which rules."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return process_options([])


def test_make_check_runs_mypy():
    assert ("mypy",) in CHECKS


def test_every_module_of_ours_is_checked(configuration):
    sources, _options = configuration
    checked = {(ROOT / source.path).resolve() for source in sources}
    assert {*python_files(), ROOT / "manage.py"} <= checked


def test_models_and_querysets_are_known_by_the_plugin(configuration):
    _sources, options = configuration
    assert "mypy_django_plugin.main" in options.plugins


def test_every_module_is_checked_under_the_rules_of_all(configuration):
    sources, options = configuration
    modules = {(ROOT / source.path).resolve(): source.module for source in sources}
    for path in python_files():
        rules = options.clone_for_module(modules[path])
        assert not rules.ignore_errors, path
        assert not rules.disabled_error_codes, path
        assert not rules.implicit_optional, path
        assert rules.follow_imports == "normal", path
        assert "# mypy:" not in path.read_text(), path
        is_relaxed = path.parent.name == "admin" or MAY_RELAX.fullmatch(path.stem)
        dropped = {name for name in STRICT if not getattr(rules, name)}
        assert dropped <= (RELAXED if is_relaxed else set()), path


def test_what_mypy_overlooks_says_why_and_stays_rare():
    lines = [
        (name_of(path), line)
        for path in python_files()
        for line in path.read_text().splitlines()
        if IGNORE.search(line)
    ]
    assert not [line for line in lines if not IGNORE_WITH_REASON.search(line[1])]
    assert len(lines) <= MOST_IGNORES
