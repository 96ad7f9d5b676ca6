"""The training of a tenant's owner, for the page of the tenant."""

from django import template
from django.template import RequestContext

from blk_portal.progress.alumni import training_of
from incubators.models import Tenant

register = template.Library()


@register.inclusion_tag("incubators/_alumnus.html", takes_context=True)
def alumnus(context: RequestContext, tenant: Tenant) -> dict[str, object]:
    """{% alumnus tenant %}: one line of the pairs about the business."""
    return {
        "is_alumnus": tenant.alumnus_uid is not None,
        "cohort": training_of(tenant, context["user"]),
    }
