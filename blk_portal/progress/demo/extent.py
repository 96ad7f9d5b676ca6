"""How much sample data is made: the small sample, and the nation in full size."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from incubators.stages import Stage
from institutions.lifecycle import InstitutionStatus as Status


class Fate:
    """How a closing report stands: the story that its log tells."""

    EMPTY, PARTIAL, COMPLETE = "no roster", "partial roster", "complete roster"
    SUBMITTED, RETURNED, VERIFIED, REOPENED = "submitted", "returned", "verified", "reopened"


# Institutions by budget year and main status, thought of for 300.
COMPOSITION: dict[tuple[int, str], int] = {
    (2019, Status.OPERATIONAL): 30, (2019, Status.INDEPENDENT): 6,
    (2020, Status.OPERATIONAL): 31, (2020, Status.INDEPENDENT): 3,
    (2021, Status.OPERATIONAL): 27,
    (2022, Status.OPERATIONAL): 74, (2022, Status.BUILT): 58, (2022, Status.SIGNED): 38,
    (2022, Status.CANCELLED): 3, (2022, Status.WITHDRAWN): 4, (2022, Status.REJECTED): 4,
    (2023, Status.PROPOSED): 10, (2023, Status.VERIFIED): 6, (2023, Status.DETERMINED): 6,
}  # fmt: skip
# The same for the nation at the end of TA 2022: 3,757 in all, 850 with a standing PKB of the year.
NATION: dict[tuple[int, str], int] = {
    (2017, Status.OPERATIONAL): 28, (2017, Status.INDEPENDENT): 22,
    (2018, Status.OPERATIONAL): 58, (2018, Status.INDEPENDENT): 17,
    (2019, Status.OPERATIONAL): 850, (2019, Status.INDEPENDENT): 125,
    (2020, Status.OPERATIONAL): 920, (2020, Status.INDEPENDENT): 60,
    (2021, Status.OPERATIONAL): 765,
    (2022, Status.OPERATIONAL): 430, (2022, Status.BUILT): 280, (2022, Status.SIGNED): 140,
    (2022, Status.CANCELLED): 8, (2022, Status.WITHDRAWN): 10, (2022, Status.REJECTED): 14,
    (2023, Status.PROPOSED): 14, (2023, Status.VERIFIED): 8, (2023, Status.DETERMINED): 8,
}  # fmt: skip
INSTITUTIONS_OF_NATION = sum(NATION.values())

# The stories of a year's reports by weight; the youngest cohorts are the unfinished ones.
FATES = {
    2021: {Fate.VERIFIED: 96, Fate.REOPENED: 4},
    2022: {
        Fate.VERIFIED: 72, Fate.REOPENED: 3, Fate.SUBMITTED: 8, Fate.RETURNED: 5,
        Fate.COMPLETE: 4, Fate.PARTIAL: 4, Fate.EMPTY: 4,
    },
    2023: {
        Fate.VERIFIED: 40, Fate.SUBMITTED: 26, Fate.RETURNED: 6, Fate.COMPLETE: 8,
        Fate.PARTIAL: 10, Fate.EMPTY: 10,
    },
}  # fmt: skip
FATES_OF_NATION = {
    Fate.VERIFIED: 690, Fate.REOPENED: 4, Fate.SUBMITTED: 96, Fate.RETURNED: 60,
    Fate.COMPLETE: 60, Fate.PARTIAL: 45, Fate.EMPTY: 45,
}  # fmt: skip

# Incubators by the stage they have reached: 30 selected among 300 institutions, 100 in the nation.
STAGES = {
    Stage.MENTORED: 8, Stage.SELECTED: 6, Stage.VALIDATED: 8, Stage.ESTABLISHED: 6,
    Stage.INDEPENDENT: 2, Stage.SHORTLISTED: 6, Stage.STRUCK_OFF: 2,
}  # fmt: skip
STAGES_OF_NATION = {
    Stage.MENTORED: 30, Stage.SELECTED: 20, Stage.VALIDATED: 30, Stage.ESTABLISHED: 16,
    Stage.INDEPENDENT: 4, Stage.SHORTLISTED: 15, Stage.STRUCK_OFF: 8,
}  # fmt: skip
COHORTS = {2021: 45, 2022: 330, 2023: 45}
SEASONS = {
    2021: (date(2021, 2, 15), date(2021, 10, 29)),
    2022: (date(2022, 2, 7), date(2022, 10, 31)),
    2023: (date(2023, 2, 6), date(2023, 3, 31)),
}
COHORTS_OF_NATION = 14_500
SEATS = 16
FIRST_FULL_YEAR = 2022


@dataclass(frozen=True)
class Extent:
    """How many institutions, of which kinds, with how many cohorts in each budget year.

    thought_of_for: the number of institutions that `cohorts` and `stages` are meant for.
    participants_per_cohort: the average that a year keeps to; None where cohorts fill as they do.
    shows_all_kinds: whether some cohorts have opening, certification and placement reports as well.
    """

    institutions: int
    thought_of_for: int
    composition: Mapping[tuple[int, str], int]
    cohorts: Mapping[int, int]
    seasons: Mapping[int, tuple[date, date]]
    fates: Mapping[int, Mapping[str, int]]
    stages: Mapping[Stage, int]
    participants_per_cohort: int | None = None
    shows_all_kinds: bool = False

    def scaled(self, number: int) -> int:
        """A number of these tables, for the institutions asked for."""
        return max(1, round(number * self.institutions / self.thought_of_for))


def small(institutions: int) -> Extent:
    """A sample to look around in."""
    return Extent(
        institutions=institutions,
        thought_of_for=sum(COMPOSITION.values()),
        composition=COMPOSITION,
        cohorts=COHORTS,
        seasons=SEASONS,
        fates=FATES,
        stages=STAGES,
        shows_all_kinds=True,
    )


def full(*, years: int = 1, share: int = 1, institutions: int = INSTITUTIONS_OF_NATION) -> Extent:
    """The nation with 232,000 participants a year; `share` 10 makes a tenth of it.

    Years after the first repeat it: they are there to try out size, and reach into the future. So
    is another number of institutions: as many people as before are trained in them.
    """
    trained = range(FIRST_FULL_YEAR, FIRST_FULL_YEAR + years)
    return Extent(
        institutions=institutions // share,
        thought_of_for=institutions,
        composition=NATION,
        cohorts=dict.fromkeys(trained, COHORTS_OF_NATION),
        seasons={year: (date(year, 2, 7), date(year, 10, 31)) for year in trained},
        fates=dict.fromkeys(trained, FATES_OF_NATION),
        stages=STAGES_OF_NATION,
        participants_per_cohort=SEATS,
    )
