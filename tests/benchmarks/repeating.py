"""A budget year that is written once and repeated by the database, and papers without their files.

Made up year by year ten years take ten minutes more. What lists and searches cost depends on how
many rows there are and how they lie, not on the stories in them.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models, transaction

from blk_portal.progress import rollup
from blk_portal.reporting.models import Obligation
from institutions.models import Document, ProgrammeYear
from trainings.models import Cohort, ExternalId, Participant

# Further apart than a year has rows of any kind.
APART = 10_000_000
ROOTS = (Cohort, Obligation)


@transaction.atomic
def repeat_year(first: int, *, years: int) -> None:
    """Let the trainings of a budget year, with all that hangs on them, be there in `years` years,
    the first included."""
    again = list(range(1, years))
    keys = {
        number: ProgrammeYear.objects.get_or_create(year=first + number)[0].pk for number in again
    }
    hanging = set(_hanging_on(ROOTS))
    repeated = {model for model in hanging if not _bound_elsewhere(model, hanging)}
    with connection.cursor() as cursor:
        # What the rows refer to is copied as well, or is there already.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for model in sorted(repeated, key=lambda model: model._meta.label):
            for number, key in keys.items():
                _repeat(cursor, model, repeated, number, key)
    rollup.rebuild()


def _hanging_on(roots: tuple[type[models.Model], ...]) -> Iterator[type[models.Model]]:
    """The models from which a chain of references leads to one of the roots, and these."""
    found: set[type[models.Model]] = set()
    left = list(roots)
    while left:
        model = left.pop()
        if model in found or not model._meta.managed or model not in apps.get_models():
            continue
        found.add(model)
        yield model
        left += [
            relation.related_model
            for relation in model._meta.related_objects
            if isinstance(relation.field, models.ForeignKey)
        ]


def _bound_elsewhere(model: type[models.Model], hanging: set) -> bool:
    """Whether a row of it belongs to one row that is not repeated, as a sheet to its paper."""
    return any(
        isinstance(field, models.OneToOneField)
        and field.related_model not in hanging
        and not field.null
        for field in model._meta.concrete_fields
    )


def _repeat(cursor, model, repeated: set, number: int, year: int) -> None:
    columns, values = [], []
    for field in model._meta.concrete_fields:
        if not field.generated:
            name = f'"{field.column}"'
            columns.append(name)
            values.append(_value(field, name, repeated, number, year))
    table = f'"{model._meta.db_table}"'
    ours = f'WHERE "{model._meta.pk.column}" < {APART}'
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} {ours}"
    )


def _value(field: models.Field, name: str, repeated: set, number: int, year: int) -> str:
    """What a column of a repeated row holds."""
    related = field.related_model if isinstance(field, models.ForeignKey) else None
    if related is ProgrammeYear:
        return str(year)
    if field.primary_key or related in repeated:
        return f"{name} + {number * APART}"
    if field.model is Obligation and field.name == "subject":
        # What is owed of a cohort names its id; of a period, its institution and the year.
        cohort = f"concat('cohort:', split_part({name}, ':', 2)::bigint + {number * APART})"
        return f"CASE WHEN {name} LIKE 'cohort:%' THEN {cohort} ELSE {name} || ':{number}' END"
    if field.model is Participant and field.name in ("nik_sealed", "nik_index"):
        # A NIK is sealed for the one row it stands in.
        return "NULL"
    if field.model is ExternalId and field.name == "value":
        return f"{name} || '-{number}'"
    if field.name == "year":
        # The year that a running number belongs to.
        return f"{name} + {number}"
    if isinstance(field, models.UUIDField):
        return "gen_random_uuid()"
    if isinstance(field, models.DateTimeField):
        return f"{name} + interval '{number} years'"
    if isinstance(field, models.DateField):
        return f"({name} + interval '{number} years')::date"
    if not field.unique:
        return name
    # No longer than the one it is made from.
    return f"left(md5({name} || '-{number}'), length({name}))"


def multiply_papers(number: int) -> None:
    """So many papers, spread over all institutions: copies of the sample's, without files."""
    columns = [
        f'"{field.column}"' for field in Document._meta.concrete_fields if not field.primary_key
    ]
    values = [
        {'"institution_id"': "place.id", '"number"': "concat(paper.number, '/', again)"}.get(
            column, f"paper.{column}"
        )
        for column in columns
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH paper AS (
                SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM institutions_document
            ), place AS (
                SELECT id, row_number() OVER (ORDER BY id) - 1 AS place
                FROM institutions_institution
            )
            INSERT INTO institutions_document ({", ".join(columns)})
            SELECT {", ".join(values)}
            FROM generate_series(1, %s - (SELECT count(*) FROM paper)) AS again
            JOIN paper ON paper.place = again %% (SELECT count(*) FROM paper)
            JOIN place ON place.place = again %% (SELECT count(*) FROM place)
            """,
            [number],
        )
        cursor.execute("ANALYZE")
