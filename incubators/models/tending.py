"""Which incubators a person keeps the tenants of."""

from blk_portal.accounts.requests import Visitor
from incubators.models.incubator import Incubator, IncubatorQuerySet


def tended_by(user: Visitor) -> IncubatorQuerySet:
    """The incubators whose tenants, mentoring and quarters a person enters: an operator its own."""
    if not user.is_authenticated or not user.has_perm("incubators.change_tenant"):
        return Incubator.objects.none()
    return Incubator.objects.visible_to(user)
