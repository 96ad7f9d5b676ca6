"""The bootstrap is run by path with the system's Python, so it is loaded by path here too."""

import importlib.util
import os
import subprocess
import sys

import pytest

from blk_portal.runtime.state import CHECKOUT

PATH = CHECKOUT / "blk_portal" / "runtime" / "bootstrap.py"


@pytest.fixture
def bootstrap(tmp_path, monkeypatch):
    """The bootstrap with a .venv of the test's own, and a record instead of commands run."""
    spec = importlib.util.spec_from_file_location("bootstrap", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    venv = tmp_path / "ruang kerja" / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.setattr(module, "VENV", venv)
    monkeypatch.setattr(module, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(module, "INSTALLED", venv / "installed.txt")
    monkeypatch.setattr(module, "UNFINISHED", venv / "unfinished.txt")
    # The test's .venv is a link to a Python that, as Debian's own, may have no pip.
    monkeypatch.setattr(module, "_has_pip", lambda: True)
    module.commands = []
    monkeypatch.setattr(module, "run", lambda command, failure: module.commands.append(command))
    return module


def test_another_python_is_refused_with_one_sentence(bootstrap, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 0))

    with pytest.raises(SystemExit, match=r"memerlukan Python 3\.11, 3\.12 atau 3\.13"):
        bootstrap.require_python()


def test_packages_are_installed_once_with_hashes_and_without_an_index(bootstrap):
    bootstrap.ensure_environment()
    bootstrap.ensure_environment()

    (install,) = bootstrap.commands
    assert {"--require-hashes", "--no-deps"} <= set(install)
    assert not any("index" in part or "://" in part for part in install)


def test_a_changed_lock_is_installed(bootstrap, tmp_path, monkeypatch):
    bootstrap.ensure_environment()
    (tmp_path / "requirements.lock").write_text("changed")
    monkeypatch.setattr(bootstrap, "LOCK", tmp_path / "requirements.lock")

    bootstrap.ensure_environment()

    assert len(bootstrap.commands) == 2


def test_an_interrupted_installation_starts_from_a_fresh_environment(bootstrap):
    bootstrap.UNFINISHED.touch()

    bootstrap.ensure_environment()

    made, installed = bootstrap.commands
    assert "--clear" in made
    assert "--require-hashes" in installed
    assert not bootstrap.UNFINISHED.exists()


def test_without_ensurepip_one_line_cures(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(SystemExit, match=r"sudo apt-get install -y -q python3\.\d+-venv"):
        bootstrap.make_environment()


def test_compiled_code_is_kept_apart_where_the_machine_wants_none_beside_the_sources(
    bootstrap, monkeypatch
):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    bootstrap.keep_compiled()

    ask = "import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)"
    answer = subprocess.check_output([sys.executable, "-c", ask], text=True)
    assert answer.split(maxsplit=1) == ["False", f"{bootstrap.VENV / 'compiled'}\n"]


def test_it_needs_nothing_but_the_standard_library():
    answer = subprocess.run(
        [sys.executable, "-I", "-S", str(PATH), "?"], capture_output=True, text=True, check=False
    )

    assert answer.stderr.strip() == "Pilihan: run, test, check, bench, messages, pictures, lock"
    assert answer.returncode == 1
