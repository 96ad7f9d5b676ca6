"""The targets of the nation in the sample, split over the provinces by their institutions."""

from blk_portal.accounts.roles import Role
from blk_portal.progress.demo.world import World
from blk_portal.progress.splitting import Key, proposal, split
from blk_portal.progress.targets import Target


def split_targets(world: World) -> None:
    """Give every province its part of each target of the nation."""
    staff = world.users[Role.NATIONAL_ADMIN]
    for target in Target.objects.in_force().filter(province=None).order_by("pk"):
        split(target, proposal(target, Key.INSTITUTIONS).parts, by=staff)
