"""The demo logins: one for each role, with random passwords that only the state directory knows.

Only commands that refuse outside demo mode use this module; with real data it does nothing.
"""

import json
import os
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.contrib.auth.hashers import is_password_usable, make_password

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import ROLES, Role
from blk_portal.runtime.state import prepare_directories, state_directory

FILE_NAME = "demo_logins.json"
# Without the letters and digits that are taken for one another when read from paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 4, 4
# An audit ends; that of the demo must not end while somebody looks at it.
AUDIT_ENDS = date(2099, 12, 31)


@dataclass(frozen=True)
class DemoLogin:
    """A person of the demo: who it is and what the role is called for."""

    role: str
    username: str
    name: str
    title: str


DEMO_LOGINS = (
    DemoLogin(Role.OPERATOR, "operator", "Siti Maesaroh", "BLKK Pesantren Nurul Hikmah (contoh)"),
    DemoLogin(Role.AREA_REVIEWER, "peninjau.uptp", "Ratna Wulandari", "BBPVP Bandung"),
    DemoLogin(
        Role.NATIONAL_TRAINING_REVIEWER,
        "peninjau.pelatihan",
        "Bambang Sutrisno",
        "Ditjen Binalavotas",
    ),
    DemoLogin(
        Role.NATIONAL_INCUBATOR_REVIEWER,
        "peninjau.inkubator",
        "Maria Lumbantobing",
        "Ditjen Binapenta & PKK",
    ),
    DemoLogin(Role.NATIONAL_ADMIN, "admin.nasional", "Hendra Kusuma", "Ditjen Binalavotas"),
    DemoLogin(Role.OBSERVER, "pengamat.dinas", "Yayan Heryana", "Disnakertrans Jawa Barat"),
    DemoLogin(Role.LEADERSHIP, "pimpinan", "Nuraini Prasetyo", "Kementerian Ketenagakerjaan"),
    DemoLogin(Role.AUDITOR, "auditor", "Gede Arya Wibawa", "Inspektorat Jenderal"),
    DemoLogin(Role.PARTNER, "mitra", "Bank Contoh Nusantara", "Sistem mitra (contoh)"),
)


def new_account(*, username: str, name: str, role: str, title: str) -> User:
    """An unsaved account of the demo that nobody can log in to until it is given a password."""
    return User(
        username=username,
        name=name,
        role=role,
        title=title,
        email=f"{username}@contoh.invalid",
        password=make_password(None),
        is_staff=ROLES[role].is_staff,
        valid_until=AUDIT_ENDS if role == Role.AUDITOR else None,
    )


def demo_users() -> dict[str, User]:
    """The accounts of the demo logins that exist, by role."""
    roles = {login.username: login.role for login in DEMO_LOGINS}
    users = User.objects.filter(username__in=roles)
    return {roles[user.username]: user for user in users}


def add_missing_users() -> bool:
    """Add the accounts that lack, without a password; returns whether any did."""
    present = demo_users()
    missing = [
        new_account(username=login.username, name=login.name, role=login.role, title=login.title)
        for login in DEMO_LOGINS
        if login.role not in present
    ]
    User.objects.bulk_create(missing)
    return bool(missing)


def new_password() -> str:
    """A random password of four groups, about 79 bits, easy to read aloud."""
    return "-".join(
        "".join(secrets.choice(ALPHABET) for _letter in range(GROUP_LENGTH))
        for _group in range(GROUPS)
    )


def logins_file() -> Path:
    return state_directory() / FILE_NAME


def noted_logins() -> dict[str, dict[str, str]]:
    """What the file says: username and password by role; empty where there is no file."""
    try:
        noted: dict[str, dict[str, str]] = json.loads(logins_file().read_text())
        return noted
    except FileNotFoundError:
        return {}


def ensure_passwords() -> dict[str, dict[str, str]]:
    """Give every demo login a password that the file knows; returns username and password by role.

    A login whose account can be used and which the file knows is left as it is: nothing is hashed.
    """
    noted, users = noted_logins(), demo_users()
    logins = {
        login.role: noted.get(login.role)
        or {"username": login.username, "password": new_password()}
        for login in DEMO_LOGINS
    }
    stale = [
        user
        for role, user in users.items()
        if role not in noted or not is_password_usable(user.password)
    ]
    for user in stale:
        user.set_password(logins[user.role]["password"])
    if logins != noted:
        _write_private(json.dumps(logins, indent=2) + "\n")
    User.objects.bulk_update(stale, ["password"])
    return logins


def _write_private(text: str) -> None:
    prepare_directories()
    path = logins_file()
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)
