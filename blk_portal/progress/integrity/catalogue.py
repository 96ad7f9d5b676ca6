"""All checks, in the order in which pages show them."""

from blk_portal.progress.integrity.check import Check
from blk_portal.progress.integrity.figures import FIGURES
from blk_portal.progress.integrity.files import FILES
from blk_portal.progress.integrity.incubation import INCUBATION
from blk_portal.progress.integrity.ledger import LEDGER
from blk_portal.progress.integrity.machinery import MACHINERY
from blk_portal.progress.integrity.register import REGISTER

CHECKS: dict[str, Check] = {
    check.code: check for check in (*FIGURES, *LEDGER, *REGISTER, *INCUBATION, *MACHINERY, *FILES)
}
