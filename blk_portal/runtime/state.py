"""Where this checkout keeps its state, and the environment that its embedded servers need.

Standard library only: the settings import this module before anything is set up.
"""

import base64
import hashlib
import json
import os
import secrets
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
OPERATOR_MUST_SET = ("SECRET_KEY", "NIK_ENCRYPTION_KEYS", "NIK_INDEX_KEYS")


class StateError(Exception):
    """The state cannot be used; the message says in one line why and what cures it."""


def state_directory() -> Path:
    """The folder of everything that outlives a run: data, logs, keys, locks.

    For root it lies outside the checkout: PostgreSQL runs as an unprivileged user there, who could
    not enter a checkout under a private home. A fresh clone at an old path starts afresh.
    """
    if chosen := os.environ.get("PORTAL_STATE_DIR"):
        return Path(chosen).absolute()
    if os.geteuid() != 0:
        return CHECKOUT / "var"
    return Path("/var/lib/blk-portal") / _digest(f"{CHECKOUT}\0{_clone_id()}")


def socket_directory() -> Path:
    """A short private folder for the sockets: a socket's path has at most 104 characters."""
    name = _digest(str(state_directory()))
    if os.geteuid() == 0:
        return Path("/run") / f"blk-portal-{name}"
    return Path("/tmp") / f"blk-portal-{os.geteuid()}-{name}"  # noqa: S108 ownership is checked


def prepare_directories() -> None:
    """Make the state folder, once, and the mark that tells one clone from the next."""
    directory = CHECKOUT / "var"
    try:
        directory.mkdir(exist_ok=True)
        if not (mark := directory / "clone-id").exists():
            mark.write_text(secrets.token_hex(8))
        state_directory().mkdir(mode=0o711, parents=True, exist_ok=True)
        (state_directory() / "log").mkdir(mode=0o700, exist_ok=True)
        (state_directory() / "up.lock").touch(mode=0o600)
    except PermissionError as error:
        raise StateError(
            f"{error.filename} tidak dapat ditulis. Jalankan portal sebagai pemiliknya."
        ) from error


def database_address(sockets: Path) -> str:
    return f"postgresql://postgres@/portal?host={sockets}"


def broker_address(sockets: Path) -> str:
    return f"redis+socket://{sockets}/valkey.sock?virtual_host=1"


def cache_address(sockets: Path) -> str:
    return f"unix://{sockets}/valkey.sock?db=0"


def new_secrets() -> dict[str, str]:
    """Keys for synthetic data, made once. Keys of real data come from the operator."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "NIK_ENCRYPTION_KEYS": _new_key(),
        "NIK_INDEX_KEYS": _new_key(),
    }


def noted_environment() -> dict[str, str]:
    """What `make run` noted last: addresses of the embedded servers, and the demo keys."""
    try:
        noted: dict[str, str] = json.loads(_environment_file().read_text())
        return noted
    except FileNotFoundError:
        return {}
    except PermissionError as error:
        raise StateError(
            f"{error.filename} milik pengguna lain. Jalankan perintah ini sebagai pengguna yang"
            " menjalankan `make run`, atau isi DATABASE_URL."
        ) from error


def local_environment() -> dict[str, str]:
    """The values that fill the gaps of the environment; none where DATABASE_URL is set."""
    if os.environ.get("DATABASE_URL"):
        return {}
    try:
        return noted_environment()
    except StateError as error:
        raise SystemExit(str(error)) from error


def forget_noted() -> None:
    """Take out of this process's environment what the settings filled in from the note."""
    noted = noted_environment()
    if os.environ.get("DATABASE_URL") != noted.get("DATABASE_URL"):
        return
    for name, value in noted.items():
        if os.environ.get(name) == value:
            del os.environ[name]


def missing_from_operator() -> list[str]:
    """What must be set beside DATABASE_URL before real data may be touched."""
    return [name for name in OPERATOR_MUST_SET if not os.environ.get(name)]


def note_environment(sockets: Path) -> dict[str, str]:
    """Note the addresses of the servers to embed now, and keep the keys already made.

    Only what the operator left open is noted; with the database named, nothing of it is needed.
    """
    noted = noted_environment()
    made = {**new_secrets(), **{name: noted[name] for name in OPERATOR_MUST_SET if name in noted}}
    values = {
        "DATABASE_URL": database_address(sockets),
        **made,
        "DEMO_MODE": "1",
        "DOCUMENTS_ROOT": str(state_directory() / "documents"),
    }
    if not os.environ.get("REDIS_URL"):
        values |= embedded_broker(sockets)
    if values != noted:
        _write_private(_environment_file(), json.dumps(values, indent=2) + "\n")
    return values


def embedded_broker(sockets: Path) -> dict[str, str]:
    return {"REDIS_URL": broker_address(sockets), "CACHE_URL": cache_address(sockets)}


def _environment_file() -> Path:
    return state_directory() / "environment.json"


def _write_private(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _clone_id() -> str:
    try:
        return (CHECKOUT / "var" / "clone-id").read_text()
    except FileNotFoundError:
        return ""


def _new_key() -> str:
    return "1:" + base64.b64encode(secrets.token_bytes(32)).decode()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
