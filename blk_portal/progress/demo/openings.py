"""Sample opening balances: some that count, partly covered by reports, and a list that waits."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from blk_portal.accounts.roles import Role
from blk_portal.progress.demo.register import Sample
from blk_portal.progress.demo.world import OFFICE_TIME, World
from blk_portal.progress.models import OpeningBalance
from blk_portal.progress.opening.balances import COLUMNS

YEAR, YEAR_BEFORE = 2022, 2021
ENTERED_AT = datetime(2022, 8, 15, 9, 40, tzinfo=OFFICE_TIME)
APPROVED_AT = ENTERED_AT + timedelta(days=1, hours=2)
WAITING_SINCE = datetime(2023, 6, 26, 10, 5, tzinfo=OFFICE_TIME)
SOURCE = "Laporan tahunan Dit. Bina Lemlatvok, tabel 4, 12 Januari 2022 (contoh)"
LATER_SOURCE = "Rekap manual UPTP, 20 Juni 2023 (contoh)"
# In the order of COLUMNS.
FIGURES = ((34, 32, 30, 28, 24), (18, 16, 15, 0, 0), (50, 47, 44, 40, 33), (16, 16, 14, 14, 11))
# Every so many institutions of the register has one; the others have reported from the beginning.
EVERY = 6


def make_openings(world: World, samples: Sequence[Sample]) -> None:
    """Write balances of two budget years as lists and their approval would have left them."""
    if not world.extent.shows_all_kinds:
        return
    chosen = [sample.institution for sample in samples[1::EVERY] if sample.institution.vin]
    by, approver = world.users[Role.NATIONAL_TRAINING_REVIEWER], world.users[Role.NATIONAL_ADMIN]
    approved, later = uuid.UUID(int=1), uuid.UUID(int=2)
    rows = []
    for turn, institution in enumerate(chosen):
        figures = FIGURES[(turn + turn // 4) % len(FIGURES)]
        is_waiting = turn % 4 == 3
        rows.append(OpeningBalance(
            institution=institution,
            programme_year=world.years[YEAR if turn % 2 else YEAR_BEFORE],
            **dict(zip(COLUMNS, figures, strict=True)),
            source=LATER_SOURCE if is_waiting else SOURCE,
            upload=later if is_waiting else approved,
            entered_at=WAITING_SINCE if is_waiting else ENTERED_AT, entered_by=by,
            counted_from=None if is_waiting else APPROVED_AT,
            approved_by=None if is_waiting else approver,
        ))  # fmt: skip
    OpeningBalance.objects.bulk_create(rows)
