"""A whole list: every row accounted for, applied once, and never twice."""

import pytest

from blk_portal.progress.models import PendingRollup
from institutions.importing import applying
from institutions.models import Institution, Milestone
from tests.institutions.importing.lists import make_list

pytestmark = pytest.mark.django_db


def test_list_with_every_fault_is_accounted_for_row_by_row(reference, admin, checked):
    made = make_list(300, share=0.3)
    kept = checked(made.xlsx(), admin)
    assert kept.state == "checked", kept.refusal_message
    counts = kept.counts()
    got = {k: v for k, v in counts.items() if v}
    assert (
        kept.total
        == 300
        == sum(counts[o] for o in ("created", "changed", "unchanged", "refused", "undecided"))
    )
    assert got == dict(made.expected), got
    assert not Institution.objects.exists()
    kept.apply(by=admin)
    assert applying.apply(kept.pk) is False
    kept.refresh_from_db()
    assert kept.state == "done"
    assert Institution.objects.count() == made.expected["created"]
    assert Milestone.objects.filter(kind="pkb").count() == made.expected["created"]
    assert PendingRollup.objects.exists()
    again = checked(made.xlsx(), admin)
    got = {k: v for k, v in again.counts().items() if v}
    assert got == {"unchanged": made.expected["created"], "refused": made.expected["refused"]}
