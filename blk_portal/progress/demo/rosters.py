"""Sample participants: who took part in a cohort, and with what result."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from blk_portal.progress.demo import naming, words
from blk_portal.progress.demo.extent import Fate
from blk_portal.progress.demo.trainings import Run
from blk_portal.progress.demo.world import World
from blk_portal.reporting.models import digest_of
from institutions.copying import copy_rows
from institutions.models import Institution, Regency
from institutions.reference.regions import districts
from trainings.models import CohortReport, Participant
from trainings.models.participant import name_key
from trainings.models.report import IN_RECEIPT

Sex, Disability, Result = Participant.Sex, Participant.Disability, Participant.Result

SHARE_WITHOUT_NIK = 0.04
SHARE_TAKING_PART_AGAIN = 0.06
SHARE_OF_SANTRI: dict[str, float] = {Institution.HostType.PESANTREN: 0.79}
SHARE_OF_SANTRI_ELSEWHERE = 0.04
SHARE_FROM_ANOTHER_REGENCY = 0.15
# Of so many of an institution's people some come back for another cohort of the year.
REMEMBERED = 48
YOUNGEST, OLDEST_SANTRI, OLDEST = 15, 24, 45
DISABILITIES = {
    Disability.NONE: 970, Disability.PHYSICAL: 14, Disability.SENSORY: 8,
    Disability.INTELLECTUAL: 4, Disability.MENTAL: 2, Disability.MULTIPLE: 2,
}  # fmt: skip
RESULTS = {Result.PASSED: 88, Result.FAILED: 7, Result.WITHDRAWN: 5}
# Serial numbers of synthetic NIKs, and what a woman's day of birth is raised by.
SERIALS = range(9001, 10_000)
WOMEN = 40
FIRST_ROSTER_ROW = 2
GRADUATE = 23
SCHOOLS = ("SMA", "SMK", "MA", "SMP")
SCHOOLS_AND_MORE = ("SMA", "SMK", "MA", "D3", "S1")


@dataclass(frozen=True, slots=True)
class Person:
    """A synthetic person, who may take part in more than one cohort."""

    name: str
    sex: str
    birth_place: str
    birth_date: date
    address: str
    phone: str
    disability: str
    is_santri: bool
    education: str
    nik: str | None


class Rosters:
    """Makes the rosters of a budget year, and remembers who has been made up already.

    serials: the numbers that its synthetic NIKs may end in; no other year has the same.
    """

    def __init__(self, world: World, serials: range) -> None:
        self.world = world
        self.serials = serials
        self.niks: set[str] = set()
        self.alumni: dict[int, list[Person]] = {}
        self.blank = {
            column.attname: column.get_default() for column in Participant._meta.concrete_fields
        }

    def fill(self, run: Run) -> list[Participant]:
        """The participants of a cohort, as its report's story wants them."""
        roster = []
        for position, person in enumerate(self._people(run)):
            result: str = self.world.pick(RESULTS)
            if run.fate == Fate.PARTIAL and position >= run.participants // 2:
                result = ""
            roster.append(self._participant(run, person, result, FIRST_ROSTER_ROW + position))
        return roster

    def _people(self, run: Run) -> list[Person]:
        number = run.participants
        known = self.alumni.setdefault(run.cohort.institution_id, [])
        again = sum(self.world.rng.random() < SHARE_TAKING_PART_AGAIN for _seat in range(number))
        people = self.world.rng.sample(known, min(again, len(known)))
        fresh = [self._person(run) for _seat in range(number - len(people))]
        known += [person for person in fresh if person.nik]
        del known[:-REMEMBERED]
        people += fresh
        self.world.rng.shuffle(people)
        return people

    def _person(self, run: Run) -> Person:
        world, rng, institution = self.world, self.world.rng, run.institution
        share = SHARE_OF_SANTRI.get(institution.host_type, SHARE_OF_SANTRI_ELSEWHERE)
        is_santri = rng.random() < share
        is_woman = rng.random() < words.SHARE_OF_WOMEN.get(run.cohort.field.code, 0.5)
        sex = Sex.FEMALE if is_woman else Sex.MALE
        oldest = OLDEST_SANTRI if is_santri else OLDEST
        age = int(rng.triangular(YOUNGEST, oldest + 1, YOUNGEST + 4))
        born = self._birthday(run.cohort.starts_on, min(age, oldest))
        home: Regency = institution.regency
        if rng.random() < SHARE_FROM_ANOTHER_REGENCY:
            home = rng.choice(world.regencies[home.province.code])
        district = rng.choice(districts(home.code))
        has_nik = rng.random() >= SHARE_WITHOUT_NIK
        return Person(
            name=naming.person_name(world, sex=sex, institution=institution),
            sex=sex,
            birth_place=home.name.removeprefix("Kabupaten ").removeprefix("Kota "),
            birth_date=born,
            address=f"Kec. {district.name}, {home.name}",
            phone=naming.phone(world) if rng.random() < 0.7 else "",
            disability=world.pick(DISABILITIES),
            is_santri=is_santri,
            education=self._education(age),
            nik=self._nik(district.code, born, sex) if has_nik else None,
        )

    def _birthday(self, on: date, age: int) -> date:
        """A birthday of someone who is exactly so many years old on the day."""
        birthday = date(on.year - age, on.month, min(on.day, 28))
        return birthday - timedelta(days=self.world.rng.randint(0, 360))

    def _education(self, age: int) -> str:
        if age < 18:
            return "SMP"
        return self.world.rng.choice(SCHOOLS if age < GRADUATE else SCHOOLS_AND_MORE)

    def _nik(self, district: str, born: date, sex: str) -> str:
        day = born.day + (WOMEN if sex == Sex.FEMALE else 0)
        while True:
            serial = self.world.rng.choice(self.serials)
            nik = f"{district}{day:02d}{born:%m%y}{serial:04d}"
            if nik not in self.niks:
                self.niks.add(nik)
                return nik

    def _participant(self, run: Run, person: Person, result: str, row: int) -> Participant:
        columns = self.blank | {
            "uid": uuid.UUID(int=self.world.rng.getrandbits(128), version=4),
            "cohort_id": run.cohort.pk,
            "name": person.name,
            "name_key": name_key(person.name),
            "sex": person.sex,
            "birth_place": person.birth_place,
            "birth_date": person.birth_date,
            "education": person.education,
            "address": person.address,
            "phone": person.phone,
            "disability": person.disability,
            "is_santri": person.is_santri,
            "result": result,
            "roster_row": row,
            **_scores(row, run, result),
        }
        # In the order of the columns: by name a row takes Django three times as long to make.
        participant = Participant(*columns.values())
        participant.set_nik(person.nik)
        return participant


def _scores(row: int, run: Run, result: str) -> dict[str, int]:
    """Attendance and tests, told from the row: the dice are not asked for more."""
    if not result:
        return {}
    turn = row * 5 + run.cohort.batch * 3
    attendance = 78 + turn % 23
    if result == Participant.Result.WITHDRAWN:
        return {"attendance": attendance // 2}
    before = 35 + turn % 31
    return {"attendance": attendance, "pre_test": before, "post_test": before + 18 + turn % 17}


def make_rosters(world: World, runs: list[Run]) -> None:
    """Write the participants of a budget year's cohorts, and note what receipts say of them."""
    years = list(world.extent.cohorts)
    each = len(SERIALS) // len(years)
    first = each * years.index(runs[0].cohort.programme_year.year)
    rosters = Rosters(world, SERIALS[first : first + each])
    copy_rows(Participant, _participants(rosters, runs))


def _participants(rosters: Rosters, runs: list[Run]) -> Iterator[Participant]:
    for run in runs:
        roster = rosters.fill(run)
        run.digest = _digest(run, roster)
        yield from roster


def _digest(run: Run, roster: list[Participant]) -> str:
    """What the report of the cohort would say in a receipt."""
    rows = sorted((str(row.uid), *[getattr(row, name) for name in IN_RECEIPT]) for row in roster)
    return digest_of(
        {"cohort": run.cohort.pk, "kind": CohortReport.Kind.CLOSING, "participants": rows}
    )
