"""Cohorts as other systems are told of them: which columns, from which tables."""

from django.db.models import BooleanField, ExpressionWrapper, FilteredRelation, Q, QuerySet
from django.db.models.functions import JSONObject

from blk_portal.rest.rows import Rows
from trainings.models import Cohort, ExternalId

EXTERNAL_IDS = (ExternalId.System.SKILLHUB.value, ExternalId.System.PROGLAT.value)


def cohort_rows() -> QuerySet[Cohort]:
    """All cohorts, with what a row tells of other tables."""
    of_system = {
        name: FilteredRelation("external_ids", condition=Q(external_ids__system=name))
        for name in EXTERNAL_IDS
    }
    is_cancelled = ExpressionWrapper(Q(cancelled_at__isnull=False), output_field=BooleanField())
    return (
        Cohort.objects.with_closing()
        .annotate(**of_system)
        .annotate(
            ids=JSONObject(**{name: f"{name}__value" for name in EXTERNAL_IDS}),
            cancelled=is_cancelled,
        )
    )


COHORT_ROWS = Rows(
    source=cohort_rows,
    columns={
        "id": "id", "institution": "institution__code", "institution_name": "institution__name",
        "programme": "programme__name", "programme_year": "programme_year__year",
        "field": "field__code", "batch": "batch", "starts_on": "starts_on", "ends_on": "ends_on",
        "hours": "hours", "method": "method", "funding": "funding", "seats": "seats",
        "external_ids": "ids", "is_cancelled": "cancelled", "report_status": "closing__status",
    },
)  # fmt: skip
