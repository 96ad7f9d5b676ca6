"""New entrepreneurs: which tenants the programme has made into one, and on which day.

The rule (docs/decisions/0020): a tenant counts once, on the last day of the first quarter of a
verified report in which its business had turnover, provided that the quarter ended after the tenant
was admitted to incubation, and that the business is new: there was none when the tenant entered, or
its first NIB was issued after it entered and by the end of that quarter. Who is dropped later stays
counted; whether the business lives on is another figure.
"""

from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Greatest

from incubators.models import Legality, TenantQuarter, TenantQuerySet, TenantTransition


def with_day(tenants: TenantQuerySet) -> TenantQuerySet:
    """With `entrepreneur_on`, the day on which each became a new entrepreneur; empty for none."""
    of_tenant = {"tenant": OuterRef("pk")}
    admitted = TenantTransition.objects.filter(**of_tenant, verb="admit").values("happened_on")[:1]
    nib = Legality.objects.filter(**of_tenant, kind=Legality.Kind.NIB).values("issued_on")[:1]
    sold = (
        TenantQuarter.objects.verified()
        .filter(
            **of_tenant, turnover__gt=0, report__obligation__period_to__gte=OuterRef("new_from")
        )
        .order_by("report__obligation__period_to")
        .values("report__obligation__period_to")[:1]
    )
    return (
        tenants.annotate(admitted_on=Subquery(admitted), nib_on=Subquery(nib))
        .annotate(
            new_from=Case(
                When(had_business=False, then=F("admitted_on")),
                # The later of two days is the one that is there where the other lacks.
                When(
                    admitted_on__isnull=False,
                    nib_on__gt=F("entered_on"),
                    then=Greatest("admitted_on", "nib_on"),
                ),
            )
        )
        .annotate(entrepreneur_on=Subquery(sold))
    )


def new_entrepreneurs(tenants: TenantQuerySet) -> TenantQuerySet:
    """Those of the tenants who have become new entrepreneurs."""
    return with_day(tenants).filter(Q(("entrepreneur_on__isnull", False)))
