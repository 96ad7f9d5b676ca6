"""Writing the whole sample, in the order in which its parts need one another."""

from django.db import connection, transaction

from blk_portal.progress.demo.certificates import make_certificates
from blk_portal.progress.demo.doubts import make_doubts
from blk_portal.progress.demo.evidence import make_evidence
from blk_portal.progress.demo.extent import Extent
from blk_portal.progress.demo.incubators import make_incubators
from blk_portal.progress.demo.later import make_later_reports
from blk_portal.progress.demo.money import make_money
from blk_portal.progress.demo.openings import make_openings
from blk_portal.progress.demo.papers import make_papers
from blk_portal.progress.demo.partners import make_partners
from blk_portal.progress.demo.periods import make_periods
from blk_portal.progress.demo.planning import make_plans
from blk_portal.progress.demo.proposals import make_proposals
from blk_portal.progress.demo.quality import make_assessments, make_visits
from blk_portal.progress.demo.register import make_register
from blk_portal.progress.demo.reports import make_reports
from blk_portal.progress.demo.reviews import make_reviews
from blk_portal.progress.demo.rosters import make_rosters
from blk_portal.progress.demo.targets import split_targets
from blk_portal.progress.demo.tenant_quarters import make_quarters
from blk_portal.progress.demo.tenants import make_tenants
from blk_portal.progress.demo.trainings import make_cohorts
from blk_portal.progress.demo.world import open_world, place_demo_users
from institutions import noting

# Below this the provinces and the statuses cannot all be there.
FEWEST_INSTITUTIONS = 60


@transaction.atomic
def make_sample(*, seed: int, extent: Extent) -> None:
    """Write the sample of a seed beside the reference data; there is no institution yet.

    A budget year is written before the next one is made up, so that memory holds one of them.
    """
    with connection.cursor() as cursor:
        # Each statement's references are checked at its end instead of queueing for the commit.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # A budget year is made up in memory while the transaction waits.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        # Whoever keeps a copy reads it all again, instead of being told of each row.
        cursor.execute(noting.PAUSE)
        cursor.execute(noting.NOTE_EVERYTHING)
    _make_parts(seed=seed, extent=extent)
    with connection.cursor() as cursor:
        cursor.execute(noting.RESUME)


def _make_parts(*, seed: int, extent: Extent) -> None:
    world = open_world(seed=seed, extent=extent)
    samples = make_register(world)
    place_demo_users()
    make_proposals(world, samples[0])
    for runs in make_cohorts(world, samples):
        make_rosters(world, runs)
        make_reports(world, runs)
        if world.extent.shows_all_kinds:
            make_later_reports(world, runs)
    make_periods(world)
    make_openings(world, samples)
    make_incubators(world, samples)
    make_papers(world, samples)
    make_evidence(world)
    make_doubts(world)
    make_money(world, samples)
    make_assessments(world, samples)
    make_visits(world, samples)
    make_partners(world, samples)
    make_plans(world, samples)
    make_certificates(world, samples)
    make_reviews(world)
    make_quarters(world, make_tenants(world))
    split_targets(world)
