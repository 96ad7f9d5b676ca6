"""Triggers by which PostgreSQL keeps history: written rows are neither changed nor deleted.

Migrations use what stands here, so it is added to, never changed.
"""

from collections.abc import Mapping, Sequence

KEEP_HISTORY = """
CREATE FUNCTION institutions_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    argument text;
    name text;
    was jsonb := to_jsonb(OLD);
    becomes jsonb;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'history is kept: rows of % are not deleted', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    becomes := to_jsonb(NEW);
    FOREACH argument IN ARRAY TG_ARGV LOOP
        name := ltrim(argument, '?');
        IF was -> name IS DISTINCT FROM becomes -> name
            AND NOT (argument LIKE '?%' AND coalesce(was ->> name, '') = '')
        THEN
            RAISE EXCEPTION 'history is kept: %.% is not changed', TG_TABLE_NAME, name
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""


def kept(tables: Mapping[str, Sequence[str]]) -> str:
    """The statements that hold the columns of each table; one marked with ? is filled once."""
    return "".join(
        f"CREATE TRIGGER keep_history BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION institutions_keep_history({', '.join(map(repr, columns))});\n"
        for table, columns in tables.items()
    )


def let_go(tables: Mapping[str, Sequence[str]]) -> str:
    """The statements that take those triggers away."""
    return "".join(f"DROP TRIGGER keep_history ON {table};\n" for table in tables)
