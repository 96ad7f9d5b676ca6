"""Which family an indicator belongs to."""

from blk_portal.progress.explaining.family import Family
from blk_portal.progress.explaining.incubators import FIGURES as OF_ROUNDS
from blk_portal.progress.explaining.incubators import Incubators
from blk_portal.progress.explaining.register import KINDS, Register
from blk_portal.progress.explaining.reports import LATER, PARTS, Reports
from blk_portal.progress.explaining.tenants import FIGURES as OF_TENANTS
from blk_portal.progress.explaining.tenants import Tenants

FAMILIES: dict[str, Family] = {
    **dict.fromkeys([*PARTS, *LATER], Reports()),
    **dict.fromkeys(KINDS, Register()),
    **dict.fromkeys(OF_ROUNDS, Incubators()),
    **dict.fromkeys(OF_TENANTS, Tenants()),
}
