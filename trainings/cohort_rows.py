"""Cohorts as other systems are told of them: which columns, from which tables."""

from django.db.models import FilteredRelation, Q, QuerySet

from blk_portal.rest.rows import Rows, Told
from trainings.models import Cohort, ExternalId

EXTERNAL_IDS = (ExternalId.System.SKILLHUB.value, ExternalId.System.PROGLAT.value)


def cohort_rows() -> QuerySet[Cohort]:
    """All cohorts, with what a row tells of other tables."""
    of_system = {
        name: FilteredRelation("external_ids", condition=Q(external_ids__system=name))
        for name in EXTERNAL_IDS
    }
    return Cohort.objects.with_closing().annotate(**of_system)


def finish_cohorts(rows: list[Told]) -> None:
    """What is told of a cohort beside its columns."""
    for row in rows:
        row["external_ids"] = {name: row.pop(f"of_{name}") for name in EXTERNAL_IDS}
        row["is_cancelled"] = row.pop("cancelled_at") is not None


COHORT_ROWS = Rows(
    source=cohort_rows,
    columns={
        "id": "id", "institution": "institution__code", "institution_name": "institution__name",
        "programme": "programme__name", "programme_year": "programme_year__year",
        "field": "field__code", "batch": "batch", "starts_on": "starts_on", "ends_on": "ends_on",
        "hours": "hours", "method": "method", "funding": "funding", "seats": "seats",
        "report_status": "closing__status",
    },
    beside={"cancelled_at": "cancelled_at"}
    | {f"of_{name}": f"{name}__value" for name in EXTERNAL_IDS},
    finish=finish_cohorts,
)  # fmt: skip
