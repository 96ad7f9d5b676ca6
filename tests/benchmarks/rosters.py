"""Reading a long roster, beside what its file alone costs."""

import datetime
import io
from collections.abc import Iterator

from python_calamine import CalamineWorkbook

from blk_portal.sheets.export import write_xlsx
from tests.benchmarks.measure import Line, median_of_pairs
from tests.factories.trainings import synthetic_nik
from trainings.roster_sheet import read_roster

ROWS = 5_000
TODAY = datetime.date(2022, 10, 1)


def roster_file() -> bytes:
    rows = []
    for number in range(ROWS):
        born = datetime.date(1980, 1, 1) + datetime.timedelta(days=number % 9_000)
        sex = "LP"[number % 2]
        rows.append((number + 1, f"Peserta {chr(65 + number % 26)}{chr(97 + number // 26 % 26)}",
                     synthetic_nik(number % 999, born=born, sex=sex), sex, "Bandung",
                     f"{born:%d/%m/%Y}", "SMA", "Kp. Contoh", "084000000000"))  # fmt: skip
    headers = ("NO", "NAMA", "NIK", "L/P", "TEMPAT LAHIR", "TANGGAL LAHIR", "PENDIDIKAN", "ALAMAT",
               "NO HP")  # fmt: skip
    return write_xlsx(headers, rows)


def _sheet_alone(data: bytes) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    book.get_sheet_by_index(0).to_python()


def measure_rosters() -> Iterator[Line]:
    data = roster_file()
    yield Line(
        f"reading a roster of {ROWS:,} rows, beside its file alone",
        *median_of_pairs(
            lambda: read_roster(data, "peserta.xlsx", today=TODAY), lambda: _sheet_alone(data)
        ),
    )
