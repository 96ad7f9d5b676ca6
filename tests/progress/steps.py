"""Short forms of what people and workers do, and of what the cells then hold."""

from blk_portal.progress import rollup
from blk_portal.progress.models import Actual
from tests.factories import AreaReviewerFactory


def cell(indicator, *, province=None, office=None, breakdown="", bucket=""):
    """The value of one stored cell; None where there is none."""
    return (
        Actual.objects.filter(
            indicator=indicator, province=province, office=office, breakdown=breakdown,
            bucket=bucket,
        ).values_list("value", flat=True).first()
    )  # fmt: skip


def verify(report):
    """A reviewer of some area verifies."""
    report.verify(by=AreaReviewerFactory(), version=report.version)
    return report


def reopen(report):
    """A reviewer of some area reopens."""
    report.reopen(by=AreaReviewerFactory(), version=report.version, comment="Salah data.")
    return report


def settle_all():
    """All that is owed is recounted."""
    for year in rollup.owed_years():
        rollup.settle(year)
