"""Sample participants: who took part in a cohort, and with what result."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from blk_portal.progress.demo import naming, words
from blk_portal.progress.demo.trainings import Fate, Run
from blk_portal.progress.demo.world import World
from institutions.models import Institution, Regency
from institutions.reference.regions import districts
from trainings.models import Participant
from trainings.models.participant import name_key

Sex, Disability, Result = Participant.Sex, Participant.Disability, Participant.Result

SHARE_WITHOUT_NIK = 0.04
SHARE_TAKING_PART_AGAIN = 0.06
SHARE_OF_FULL_COHORTS = 0.7
SHARE_OF_SANTRI = {Institution.HostType.PESANTREN: 0.79}
SHARE_OF_SANTRI_ELSEWHERE = 0.04
SHARE_FROM_ANOTHER_REGENCY = 0.15
YOUNGEST, OLDEST_SANTRI, OLDEST = 15, 24, 45
DISABILITIES = {
    Disability.NONE: 970, Disability.PHYSICAL: 14, Disability.SENSORY: 8,
    Disability.INTELLECTUAL: 4, Disability.MENTAL: 2, Disability.MULTIPLE: 2,
}  # fmt: skip
RESULTS = {Result.PASSED: 88, Result.FAILED: 7, Result.WITHDRAWN: 5}
# Serial numbers of synthetic NIKs, and what a woman's day of birth is raised by.
SERIALS = (9001, 9999)
WOMEN = 40
FIRST_ROSTER_ROW = 2
GRADUATE = 23
SCHOOLS = ("SMA", "SMK", "MA", "SMP")
SCHOOLS_AND_MORE = ("SMA", "SMK", "MA", "D3", "S1")


@dataclass(frozen=True)
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
    """Makes rosters one by one, and remembers who has been made up already."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.niks: set[str] = set()
        self.alumni: dict[tuple[int, int], list[Person]] = {}

    def fill(self, run: Run) -> None:
        """Put participants into a cohort, as many as its report's story wants."""
        seats, rng = run.cohort.seats, self.world.rng
        if run.fate == Fate.EMPTY:
            return
        if run.fate == Fate.PARTIAL:
            number = rng.randint(seats // 3, seats * 3 // 4)
        elif rng.random() < SHARE_OF_FULL_COHORTS:
            number = seats
        else:
            number = rng.randint(seats * 3 // 4, seats - 1)
        people = self._people(run, number)
        for position, person in enumerate(people):
            result = self.world.pick(RESULTS)
            if run.fate == Fate.PARTIAL and position >= number // 2:
                result = ""
            row = FIRST_ROSTER_ROW + position
            run.participants.append(self._participant(run, person, result, row))

    def _people(self, run: Run, number: int) -> list[Person]:
        key = (run.cohort.institution_id, run.cohort.programme_year_id)
        known = self.alumni.setdefault(key, [])
        again = sum(self.world.rng.random() < SHARE_TAKING_PART_AGAIN for _seat in range(number))
        people = self.world.rng.sample(known, min(again, len(known)))
        fresh = [self._person(run) for _seat in range(number - len(people))]
        known += [person for person in fresh if person.nik]
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
            serial = self.world.rng.randint(*SERIALS)
            nik = f"{district}{day:02d}{born:%m%y}{serial:04d}"
            if nik not in self.niks:
                self.niks.add(nik)
                return nik

    def _participant(self, run: Run, person: Person, result: str, row: int) -> Participant:
        participant = Participant(
            uid=uuid.UUID(int=self.world.rng.getrandbits(128), version=4),
            cohort=run.cohort,
            name=person.name,
            name_key=name_key(person.name),
            sex=person.sex,
            birth_place=person.birth_place,
            birth_date=person.birth_date,
            education=person.education,
            address=person.address,
            phone=person.phone,
            disability=person.disability,
            is_santri=person.is_santri,
            result=result,
            roster_row=row,
        )
        participant.set_nik(person.nik)
        return participant


def make_rosters(world: World, runs: list[Run]) -> None:
    """Write the participants of all cohorts."""
    rosters = Rosters(world)
    for run in runs:
        rosters.fill(run)
    Participant.objects.bulk_create(
        [participant for run in runs for participant in run.participants], batch_size=2000
    )
