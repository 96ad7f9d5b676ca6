"""A replacement takes a place that was held: the last gate of the verbs learns it."""

from django.db import migrations

# Of the link as it is made: a row that was written before this rule holds nobody else up, and the
# integrity checks name it.
MAKE = """
CREATE FUNCTION incubators_check_place_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.replaces_id IS NOT DISTINCT FROM OLD.replaces_id THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM incubators_incubator
            WHERE id = NEW.id AND replaces_id = NEW.replaces_id)
        AND NOT EXISTS (
            SELECT FROM incubators_incubatortransition step
            WHERE step.incubator_id = NEW.replaces_id AND step.withdrawn_at IS NULL
                AND step.to_stage = 'struck_off' AND step.from_stage IN
                    ('selected', 'validated', 'mentored', 'established', 'independent'))
    THEN
        RAISE EXCEPTION 'incubator_replaced_held_a_place'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incubator_replaced_held_a_place';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER check_place_held AFTER INSERT OR UPDATE OF replaces_id
    ON incubators_incubator DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.replaces_id IS NOT NULL)
    EXECUTE FUNCTION incubators_check_place_held();
"""
REMOVE = """
DROP TRIGGER check_place_held ON incubators_incubator;
DROP FUNCTION incubators_check_place_held();
"""


class Migration(migrations.Migration):

    dependencies = [('incubators', '0007_changes')]

    operations = [migrations.RunSQL(MAKE, REMOVE)]
