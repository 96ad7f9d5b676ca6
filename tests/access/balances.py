"""Opening balances of an institution: one that counts, and one of a list that waits."""

from blk_portal.progress.models import OpeningBalance
from institutions.models import Institution
from tests.factories import NationalAdminFactory, OpeningBalanceFactory, ProgrammeYearFactory


def balances_of(institution: Institution) -> dict[str, OpeningBalance]:
    """By the names under which rows of the table ask for them."""
    by = NationalAdminFactory()
    earlier = ProgrammeYearFactory(year=2021)
    return {
        "balance": OpeningBalanceFactory(institution=institution, approved=True, entered_by=by),
        "balance_list": OpeningBalanceFactory(
            institution=institution, programme_year=earlier, entered_by=by
        ),
    }
