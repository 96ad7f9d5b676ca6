"""Checks of the register: the status of institutions and their milestones."""

from django.utils.translation import gettext_lazy as _

from blk_portal.progress.integrity.check import Check

INSTITUTION = "institutions:institution-detail"

MILESTONES_ORDER = """
SELECT later.id, i.name, i.id
FROM institutions_milestone later
JOIN institutions_institution i ON i.id = later.institution_id
WHERE later.withdrawn_at IS NULL AND later.kind IN ('built', 'operational')
  AND EXISTS (SELECT FROM institutions_milestone earlier
    WHERE earlier.institution_id = later.institution_id AND earlier.withdrawn_at IS NULL
      AND earlier.happened_on > later.happened_on
      AND (earlier.kind = 'pkb' OR earlier.kind = 'built' AND later.kind = 'operational'))
"""

AGREEMENT_LACKING = """
SELECT i.id, i.name, i.id
FROM institutions_institution i
WHERE i.status IN ('signed', 'built', 'operational', 'independent')
  AND NOT EXISTS (SELECT FROM institutions_milestone m
    WHERE m.institution_id = i.id AND m.kind = 'pkb' AND m.withdrawn_at IS NULL)
"""

# The row of a merged institution keeps the log of the status it had.
STATUS_LOG = """
SELECT i.id, i.name, i.id
FROM institutions_institution i
JOIN LATERAL (
    SELECT t.to_status FROM institutions_institutiontransition t
    WHERE t.institution_id = i.id AND t.withdrawn_at IS NULL
    ORDER BY t.recorded_at DESC, t.id DESC LIMIT 1
) last ON last.to_status <> i.status
WHERE i.merged_into_id IS NULL
"""

ENDED_COUNTING = """
SELECT m.id, i.name, i.id
FROM institutions_milestone m
JOIN institutions_institution i ON i.id = m.institution_id
WHERE m.withdrawn_at IS NULL AND m.kind IN ('pkb', 'built', 'operational')
  AND i.status IN ('rejected', 'withdrawn', 'cancelled', 'merged')
"""

REPLACED_COUNTING = """
SELECT gone.id, gone.name, gone.id
FROM institutions_institution taken
JOIN institutions_institution gone ON gone.id = taken.replaces_id
WHERE gone.status NOT IN ('rejected', 'withdrawn', 'cancelled', 'merged')
  AND EXISTS (SELECT FROM institutions_milestone m
    WHERE m.institution_id = taken.id AND m.kind = 'pkb' AND m.withdrawn_at IS NULL)
  AND EXISTS (SELECT FROM institutions_milestone m
    WHERE m.institution_id = gone.id AND m.kind = 'pkb' AND m.withdrawn_at IS NULL)
"""

REGISTER = (
    Check(
        "milestones-order",
        name=_("Milestones out of order"),
        why=_("A hand-over before the PKB, or training before the hand-over, puts the institution"
              " into the wrong year."),
        remedy=_("Look at the papers, undo the step with the wrong date and record it again."),
        rows=MILESTONES_ORDER,
        address=INSTITUTION,
    ),
    Check(
        "agreement-lacking",
        name=_("At work without a PKB"),
        why=_("The institution has been signed, built or opened, yet no PKB of it counts."),
        remedy=_("Record the PKB with its number and date, or correct the status."),
        rows=AGREEMENT_LACKING,
        address=INSTITUTION,
    ),
    Check(
        "status-log",
        name=_("Status unlike its log"),
        why=_("The status is not where the last recorded step led: it was changed outside the"
              " portal."),
        remedy=_("Have technical staff find out who changed it, and set it after the log."),
        rows=STATUS_LOG,
        address=INSTITUTION,
    ),
    Check(
        "ended-counting",
        name=_("Ended and still counted"),
        why=_("The institution has left the programme, yet its milestones still count."),
        remedy=_("Have technical staff withdraw the milestones with the reason of the ending."),
        rows=ENDED_COUNTING,
        address=INSTITUTION,
    ),
    Check(
        "replaced-counting",
        name=_("Replaced and replacing both counted"),
        why=_("One place of the programme counts twice among the signed PKB."),
        remedy=_("Cancel the agreement of the replaced institution, or remove the replacement."),
        rows=REPLACED_COUNTING,
        address=INSTITUTION,
    ),
)  # fmt: skip
