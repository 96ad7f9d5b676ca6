"""Erasing who the owner of a tenant was, once the papers of the incubation need no longer be kept.

Offered to the scheduled erasure. The business, its steps and its quarters stay, and so does what
they count.
"""

from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from blk_portal.privacy import retention
from incubators.models import IncubatorTransition, Tenant, TenantChange
from incubators.models.tenant_change import OWNER
from incubators.stages import Stage
from incubators.tenancy import IN_CARE
from institutions.models import Document
from institutions.models.document import ERASED_NAME


def expired(cutoff_on: date) -> QuerySet[Tenant]:
    """Tenants who left before a day, or whose incubator was struck off before it."""
    later = IncubatorTransition.objects.filter(
        incubator=OuterRef("incubator"), happened_on__gte=cutoff_on
    )
    is_over = ~Q(stage__in=IN_CARE) | Q(~Exists(later), incubator__stage=Stage.STRUCK_OFF)
    return Tenant.objects.filter(is_over, erased_at=None, stage_since__lt=cutoff_on)


def due(cutoff_on: date) -> int:
    """How many owners are due."""
    return expired(cutoff_on).count()


@transaction.atomic
def erase(cutoff_on: date) -> int:
    """Empty what tells who the owners were, the paper of the contract included; how many."""
    rows = list(expired(cutoff_on).select_for_update(of=("self",), no_key=True).order_by("pk"))
    papers = [row.contract_paper_id for row in rows if row.contract_paper_id]
    Tenant.objects.filter(pk__in=[row.pk for row in rows]).update(
        owner_name=ERASED_NAME, phone="", nik_sealed=None, nik_index=None, alumnus_uid=None,
        erased_at=timezone.now(),
    )  # fmt: skip
    TenantChange.objects.filter(tenant__in=rows, field__in=OWNER).update(old="", new="")
    Document.objects.filter(pk__in=papers).erase()
    return len(rows)


retention.offer("owners of tenants", retention.Kept(due=due, erase=erase))
