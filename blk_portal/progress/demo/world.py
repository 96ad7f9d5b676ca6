"""What every part of the sample data draws from: the dice, the reference rows and the people."""

import random
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from blk_portal.accounts.demo import add_missing_users, demo_users, new_account
from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Role
from blk_portal.progress.demo import words
from blk_portal.progress.demo.extent import Extent
from institutions.models import (
    AreaAssignment,
    Holiday,
    Institution,
    Membership,
    ProgrammeYear,
    Province,
    Regency,
    TrainingOffice,
    VocationalField,
)

OFFICE_TIME = ZoneInfo("Asia/Jakarta")
FIRST_CODE = "BLKK-0001"
DEMO_OFFICE = "bbpvp-bandung"
OBSERVED = ("32",)
AUDITED = ("32", "35")

Key = TypeVar("Key", bound=Hashable)


@dataclass
class World:
    """The dice of one seed, and what is already in the database."""

    rng: random.Random
    extent: Extent
    years: dict[int, ProgrammeYear]
    regencies: dict[str, list[Regency]]
    offices: dict[str, TrainingOffice]
    fields: dict[str, VocationalField]
    users: dict[str, User]
    reviewers: dict[int, User] = field(default_factory=dict)
    operators: dict[int, User] = field(default_factory=dict)

    def reviewer_of(self, institution: Institution) -> User:
        """Who decides on an institution's reports: its office, else the ministry."""
        office = institution.office_id
        if office in self.reviewers:
            return self.reviewers[office]
        return self.users[Role.NATIONAL_TRAINING_REVIEWER]

    def pick(self, weights: Mapping[Key, float]) -> Key:
        """One key of a table, by its weight."""
        # One throw, placed by hand: `random.choices` readies its lists for many.
        throw = self.rng.random() * sum(weights.values())
        for key, weight in weights.items():
            throw -= weight
            if throw < 0:
                return key
        return key

    def at_work(self, day: date) -> datetime:
        """A moment of that day within office hours in Jakarta."""
        clock = time(self.rng.randint(8, 15), self.rng.randint(0, 59), self.rng.randint(0, 59))
        return datetime.combine(day, clock, OFFICE_TIME)


def open_world(*, seed: int, extent: Extent) -> World:
    """Read the reference rows, add the people, and cast the dice."""
    add_missing_users()
    ProgrammeYear.objects.bulk_create(
        [ProgrammeYear(year=year) for year in extent.cohorts], ignore_conflicts=True
    )
    provinces: dict[str, list[Regency]] = {}
    for regency in Regency.objects.select_related("province").order_by("code"):
        provinces.setdefault(regency.province.code, []).append(regency)
    world = World(
        rng=random.Random(seed),  # noqa: S311 sample data, not secrets
        extent=extent,
        years={year.year: year for year in ProgrammeYear.objects.all()},
        regencies=provinces,
        offices={office.code: office for office in TrainingOffice.objects.order_by("code")},
        fields={row.code: row for row in VocationalField.objects.all()},
        users=demo_users(),
    )
    _add_reviewers(world)
    _add_lines(world)
    _add_holidays()
    return world


def _add_holidays() -> None:
    """The long holiday of the pesantren in each year."""
    Holiday.objects.bulk_create(
        [
            Holiday(name=name, starts_on=first, ends_on=last, host_type=host)
            for host, name, first, last in words.HOLIDAYS
        ],
        ignore_conflicts=True,
    )


def _add_lines(world: World) -> None:
    """A made-up phone number and address for each office that has none; nobody answers there."""
    silent = [office for office in world.offices.values() if not (office.phone or office.email)]
    for office in silent:
        office.phone = f"0840 2022 {office.pk % 10_000:04}"
        office.email = f"{office.code}@contoh.invalid"
    TrainingOffice.objects.bulk_update(silent, ["phone", "email"])


def _add_reviewers(world: World) -> None:
    """One area reviewer for each office; that of the demo office is the demo login itself."""
    present = {user.username: user for user in User.objects.filter(username__startswith="uptp.")}
    fresh = []
    for code, office in world.offices.items():
        if code == DEMO_OFFICE:
            world.reviewers[office.pk] = world.users[Role.AREA_REVIEWER]
            continue
        username = f"uptp.{code}"
        user = present.get(username)
        if user is None:
            user = new_account(
                username=username,
                name=f"Peninjau {office.name}",
                role=Role.AREA_REVIEWER,
                title=office.name,
            )
            fresh.append(user)
        world.reviewers[office.pk] = user
    User.objects.bulk_create(fresh)
    AreaAssignment.objects.bulk_create(
        [AreaAssignment(user=user, office_id=pk) for pk, user in world.reviewers.items()],
        ignore_conflicts=True,
    )


def place_demo_users() -> None:
    """Give the demo logins their areas, and the demo operator an institution where there is one."""
    users = demo_users()
    provinces = Province.objects.in_bulk([*OBSERVED, *AUDITED], field_name="code")
    offices = TrainingOffice.objects.in_bulk([DEMO_OFFICE], field_name="code").values()
    areas = [AreaAssignment(user=users[Role.AREA_REVIEWER], office=office) for office in offices]
    for role, codes in ((Role.OBSERVER, OBSERVED), (Role.AUDITOR, AUDITED)):
        areas += [
            AreaAssignment(user=users[role], province=provinces[code])
            for code in codes
            if code in provinces
        ]
    AreaAssignment.objects.bulk_create(areas, ignore_conflicts=True)
    Membership.objects.bulk_create(
        [
            Membership(user=users[Role.OPERATOR], institution=institution)
            for institution in Institution.objects.filter(code=FIRST_CODE)
        ],
        ignore_conflicts=True,
    )


def apportion(total: int, weights: Mapping[Key, float], *, least: int = 0) -> dict[Key, int]:
    """Divide a total by weights into whole numbers (largest remainder).

    A part below `least` is raised to it, at the cost of the largest part.
    """
    whole = sum(weights.values())
    exact = {key: total * weight / whole for key, weight in weights.items()}
    parts = {key: int(value) for key, value in exact.items()}
    by_remainder = sorted(exact, key=lambda key: parts[key] - exact[key])
    for key in by_remainder[: total - sum(parts.values())]:
        parts[key] += 1
    for key, part in parts.items():
        if part < least:
            parts[max(parts, key=parts.__getitem__)] -= least - part
            parts[key] = least
    return parts
