"""The budget years and the guidelines (Juknis) that ruled them, as far as they are public."""

FIRST_YEAR, LAST_YEAR = 2017, 2026
COHORT_SIZE = 16

GUIDELINES = {
    2019: "KEP.359/LATTAS/XI/2018 (pembangunan); KEP.10/LATTAS/I/2019 (bantuan pelatihan)",
    2022: "2/631/LP.01.3/III/2022; 2/801/LP.03.02/IV/2022",
    2024: "2/10/HK.01.02/I/2024",
}


def years() -> range:
    return range(FIRST_YEAR, LAST_YEAR + 1)
