"""Sample publications of TA 2022: two, a correction, and the last one at the end of the sample."""

from datetime import date

from blk_portal.accounts.demo import demo_users
from blk_portal.accounts.roles import Role
from blk_portal.progress import publishing
from blk_portal.progress.demo.plan import LAST_DAY
from institutions.models import ProgrammeYear

YEAR = 2022
FIRST = (date(2022, 9, 30), "September 2022 (contoh)")
SECOND = (date(2022, 12, 31), "Desember 2022 (contoh)")
CORRECTED = (date(2023, 1, 16), "Laporan Desember yang diverifikasi terlambat ikut dihitung.")
LAST = (LAST_DAY, "Juni 2023 (contoh)")


def make_publications() -> None:
    """Publish the figures of past days, after the count rows are dated."""
    year = ProgrammeYear.objects.get(year=YEAR)
    by = demo_users()[Role.NATIONAL_ADMIN]
    for day, title in (FIRST, SECOND):
        last = publishing.publish(year, day=day, title=title, by=by)
    publishing.correct(last, day=CORRECTED[0], note=CORRECTED[1], by=by)
    publishing.publish(year, day=LAST[0], title=LAST[1], by=by)
