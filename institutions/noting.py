"""The triggers that note which rows told to other systems have changed, as text for migrations.

A migration rests on this text: what changes here does not change a database that is migrated.
"""

from collections.abc import Sequence
from typing import Literal

# What is told of a row, by the kind of row, see `Change.Kind`.
EVERYTHING, INSTITUTION, COHORT, COHORT_REPORT, PARTICIPANT, INCUBATOR = range(6)
# A row was changed, or it left the place where it was: by being deleted or by moving.
TOUCHED, LEFT = "touched", "left"

Note = tuple[int, str, str]
Operation = Literal["INSERT", "UPDATE", "DELETE"]

TABLES = {
    "INSERT": "NEW TABLE AS changed",
    "UPDATE": "OLD TABLE AS former NEW TABLE AS changed",
    "DELETE": "OLD TABLE AS changed",
}
# One row for each statement, row told and transaction: nobody waits for anybody else here.
FUNCTION = """
CREATE FUNCTION institutions_note_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own text := pg_current_xact_id()::text;
    has_left boolean;
    n integer;
BEGIN
    FOR n IN 0 .. TG_NARGS / 3 - 1 LOOP
        has_left := TG_ARGV[n * 3 + 1] = 'left';
        EXECUTE format('INSERT INTO institutions_change
            (kind, row_id, xid, has_left, institution%s)
            SELECT %s, row_id, %s, %L, institution%s FROM (%s) AS noted ON CONFLICT DO NOTHING',
            CASE WHEN has_left THEN ', foundation_id, office_id, regency_id' END,
            TG_ARGV[n * 3], own, has_left,
            CASE WHEN has_left THEN ', foundation_id, office_id, regency_id' END,
            TG_ARGV[n * 3 + 2]);
    END LOOP;
    RETURN NULL;
END $$;
"""
# While rows come by the hundred thousand, to be noted in one: a trigger that looks at nothing would
# still have PostgreSQL collect the rows for it. Both need references that are checked at once.
SWITCH = """
DO $$
DECLARE one record;
BEGIN
    FOR one IN
        SELECT tgrelid::regclass AS place, tgname FROM pg_trigger
        WHERE tgfoid = 'institutions_note_changes'::regproc
    LOOP
        EXECUTE format('ALTER TABLE %s {} TRIGGER %I', one.place, one.tgname);
    END LOOP;
END $$
"""
PAUSE, RESUME = SWITCH.format("DISABLE"), SWITCH.format("ENABLE")
NOTE_EVERYTHING = (
    "INSERT INTO institutions_change (kind, row_id, xid, has_left)"
    f" SELECT {EVERYTHING}, 0, pg_current_xact_id()::text::bigint, false ON CONFLICT DO NOTHING"
)
DROP_FUNCTION = "DROP FUNCTION institutions_note_changes();"


def trigger(
    table: str, operation: Operation, notes: Sequence[Note], *, app: str
) -> tuple[str, str]:
    """The statements that make and remove one trigger on a table.

    notes: what of which kind is noted, and the query that finds it: `row_id` and `institution`,
    of what left also the place. It reads `changed`, and `former` where rows are updated.
    """
    name = f"{app}_note_{operation.lower()}"
    arguments = ", ".join(
        f"'{kind}', '{how}', '{query.strip().replace(chr(39), chr(39) * 2)}'"
        for kind, how, query in notes
    )
    make = (
        f"CREATE TRIGGER {name} AFTER {operation} ON {table} REFERENCING {TABLES[operation]} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION institutions_note_changes({arguments});"
    )
    return make, f"DROP TRIGGER {name} ON {table};"


def of_parent(table: str, column: str, kind: int, query: str, *, app: str) -> list[tuple[str, str]]:
    """Triggers on a table whose every change is told with the row that `column` points to.

    query: finds that row, from `{parents}` with one column `id`.
    """
    sources = {
        "INSERT": f"(SELECT {column} AS id FROM changed)",  # noqa: S608, names of our own
        "UPDATE": f"(SELECT {column} AS id FROM changed "  # noqa: S608, as above
        f"UNION SELECT {column} FROM former)",
        "DELETE": f"(SELECT {column} AS id FROM changed)",  # noqa: S608, as above
    }
    operations: tuple[Operation, ...] = ("INSERT", "UPDATE", "DELETE")
    return [
        trigger(table, operation,
                [(kind, TOUCHED, query.format(parents=f"{sources[operation]} AS parents"))],
                app=app)
        for operation in operations
    ]  # fmt: skip


def differs(*columns: str) -> str:
    """Whether one of these columns is another one after an update."""
    after, before = (", ".join(f"{row}.{name}" for name in columns) for row in ("now", "was"))
    return f"ROW({after}) IS DISTINCT FROM ROW({before})"


# An updated row after and before.
UPDATED = "changed now JOIN former was ON was.id = now.id"
MOVED = differs("foundation_id", "office_id", "regency_id")


def where_it_was(key: str, joins: str = "") -> str:
    """What is told of an institution, with the place where that was until now."""
    return (
        f"SELECT {key} AS row_id, was.id AS institution, was.foundation_id, was.office_id, "  # noqa: S608, names of our own
        f"was.regency_id FROM {UPDATED} {joins} WHERE {MOVED}"
    )


def reference(table: str, *columns: str) -> tuple[str, str]:
    """A trigger on a list of reference: a new name or place there concerns all that is told."""
    query = (
        "SELECT 0::bigint AS row_id, NULL::bigint AS institution "  # noqa: S608, as above
        f"FROM {UPDATED} WHERE {differs(*columns)}"
    )
    return trigger(table, "UPDATE", [(EVERYTHING, TOUCHED, query)], app="institutions")


# What every request asks first; within a function PostgreSQL plans it once a connection.
NOW = """
CREATE FUNCTION institutions_changes_now(of_kind smallint, of_row bigint, of_all smallint,
    of_places smallint, OUT settled bigint, OUT snapshot text, OUT database bigint,
    OUT timeline integer, OUT latest bigint, OUT latest_of_all bigint, OUT latest_place bigint)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    snapshot := pg_current_snapshot()::text;
    settled := pg_snapshot_xmin(snapshot::pg_snapshot)::text::bigint;
    database := (SELECT system_identifier FROM pg_control_system());
    timeline := (SELECT timeline_id FROM pg_control_checkpoint());
    IF of_row IS NULL THEN
        latest := (SELECT xid FROM institutions_change WHERE kind = of_kind
                   ORDER BY xid DESC LIMIT 1);
    ELSE
        latest := (SELECT xid FROM institutions_change WHERE kind = of_kind AND row_id = of_row
                   ORDER BY xid DESC LIMIT 1);
    END IF;
    latest_of_all := (SELECT xid FROM institutions_change WHERE kind = of_all
                      ORDER BY xid DESC LIMIT 1);
    latest_place := (SELECT xid FROM institutions_change WHERE kind = of_places
                     ORDER BY xid DESC LIMIT 1);
END $$;
"""
DROP_NOW = "DROP FUNCTION institutions_changes_now(smallint, bigint, smallint, smallint);"
