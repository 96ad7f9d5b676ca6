"""From a bare machine to a running portal, or to any other target of the Makefile.

`bootstrap.py run|test|check|bench|messages|pictures|lock`. Standard library only, and run by path:
it makes the virtual environment that everything else, the package it lies in included, needs. Then
the environment's own Python takes over.
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = CHECKOUT / "requirements.lock"
INSTALLED = VENV / "installed.txt"
UNFINISHED = VENV / "unfinished.txt"
OLDEST, NEWEST = (3, 11), (3, 13)
PR_SET_PDEATHSIG = 1
TAKES_OVER = {
    "run": ["manage.py", "up"],
    "test": ["-m", "blk_portal.runtime.testing", "test"],
    "check": ["-m", "blk_portal.runtime.testing", "check"],
    "bench": ["-m", "blk_portal.runtime.testing", "bench"],
    "messages": ["-m", "tests.house.catalogue"],
    "pictures": ["-m", "blk_portal.runtime.testing", "pictures"],
}


def require_python() -> None:
    """One clear sentence for a Python that is too old or too new."""
    found = sys.version_info[:2]
    if not OLDEST <= found <= NEWEST:
        sys.exit(
            f"Portal ini memerlukan Python 3.11, 3.12 atau 3.13; {sys.executable} adalah"
            f" {found[0]}.{found[1]}. Pilih yang lain, misalnya: make run PYTHON=python3.12"
        )


def ensure_environment() -> None:
    """A virtual environment that holds exactly what the lock names; quick when it already does."""
    if _read(INSTALLED) == _wanted():
        return
    if UNFINISHED.exists() or not _has_pip():
        make_environment()
    INSTALLED.unlink(missing_ok=True)
    UNFINISHED.touch()
    print("Memasang paket dari requirements.lock ...", flush=True)  # noqa: T201
    options = ["-qq", "--no-input", "--disable-pip-version-check", "--require-hashes"]
    options += ["--no-deps", "--no-compile", "-r", str(LOCK)]
    run(
        [str(PYTHON), "-m", "pip", "install", *options],
        "Paket tidak dapat dipasang. Periksa jaringan (atau PIP_INDEX_URL), lalu ulangi.",
    )
    UNFINISHED.unlink()
    INSTALLED.write_text(_wanted())


def make_environment() -> None:
    """A fresh .venv; one that an interruption left half made is replaced."""
    if importlib.util.find_spec("ensurepip") is None:
        install_venv_package()
    print("Membuat lingkungan Python di .venv ...", flush=True)  # noqa: T201
    run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        f"Lingkungan Python tidak dapat dibuat di {VENV}.",
    )


def install_venv_package() -> None:
    """Debian's python3 comes without ensurepip: install it as root, else say what cures it."""
    package = f"python3.{sys.version_info[1]}-venv"
    command = ["apt-get", "install", "-y", "-q", package]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(f"Python ini tanpa ensurepip. Pasang sekali: sudo {' '.join(command)}")
    print(f"Memasang {package} ...", flush=True)  # noqa: T201
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if subprocess.call(command, env=env, stdout=subprocess.DEVNULL):
        subprocess.call(["apt-get", "update", "-q"], stdout=subprocess.DEVNULL)
        run(command, f"{package} tidak dapat dipasang; pasang sendiri lalu ulangi.", env=env)


def renew_lock() -> None:
    """Resolve the lock again for every supported Python, with hashes and without any address."""
    with tempfile.TemporaryDirectory() as folder:
        python = str(Path(folder) / "bin" / "python")
        run([sys.executable, "-m", "venv", folder], "Lingkungan sementara tidak dapat dibuat.")
        run([python, "-m", "pip", "install", "--quiet", "uv"], "uv tidak dapat dipasang.")
        options = ["--group", "dev", "--universal", "--python-version", "3.11"]
        options += ["--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"]
        options += ["--no-header", "--quiet", "-o", LOCK.name]
        run(
            [python, "-m", "uv", "pip", "compile", "pyproject.toml", *options, *sys.argv[2:]],
            "requirements.lock tidak dapat disusun ulang.",
        )


def keep_compiled() -> None:
    """Where the machine asks Python to keep nothing compiled beside the sources, keep it apart.

    Otherwise each process of the portal and of its tests compiles all of it anew at its start.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "compiled"))


def hand_over(action: str, arguments: "list[str]") -> None:
    """Go on as the environment's Python; a portal that make started ends when make is killed."""
    keep_compiled()
    if action == "run" and os.environ.get("MAKELEVEL") and sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    sys.stdout.flush()
    os.chdir(CHECKOUT)
    os.execv(PYTHON, [str(PYTHON), *TAKES_OVER[action], *arguments])  # noqa: S606


def run(command: "list[str]", failure: str, env: "dict[str, str] | None" = None) -> None:
    try:
        failed = subprocess.call(command, cwd=CHECKOUT, env=env)
    except KeyboardInterrupt:
        sys.exit(130)
    if failed:
        sys.exit(failure)


def _wanted() -> str:
    """The lock's digest and the interpreter: either one changing asks for a new installation."""
    return f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()}\n{os.path.realpath(PYTHON)}\n"


def _read(path: Path) -> "str | None":
    return path.read_text() if path.exists() else None


def _has_pip() -> bool:
    try:
        return not subprocess.call(
            [str(PYTHON), "-m", "pip", "--version"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return False


def main() -> None:
    action, *arguments = sys.argv[1:] or ["run"]
    if action not in {*TAKES_OVER, "lock"}:
        sys.exit("Pilihan: run, test, check, bench, messages, pictures, lock")
    require_python()
    if action == "lock":
        renew_lock()
        return
    ensure_environment()
    hand_over(action, arguments)


if __name__ == "__main__":
    main()
