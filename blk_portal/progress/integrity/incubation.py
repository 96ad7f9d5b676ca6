"""Checks of incubators: places, stages, standing, and what their tenants count."""

from django.utils.translation import gettext_lazy as _

from blk_portal.progress.integrity.check import MENDED_NIGHTLY, Check

INCUBATOR = "incubators:incubator-detail"

ROUND_OVERFULL = """
SELECT s.id, y.year::text, y.year
FROM incubators_selectionround s
JOIN institutions_programmeyear y ON y.id = s.programme_year_id
WHERE s.places < (SELECT count(*) FROM incubators_incubator u
    WHERE u.round_id = s.id
      AND u.stage IN ('selected', 'validated', 'mentored', 'established', 'independent'))
"""

REPLACED_INCUBATOR = """
SELECT gone.id, i.name, gone.id
FROM incubators_incubator taken
JOIN incubators_incubator gone ON gone.id = taken.replaces_id
JOIN institutions_institution i ON i.id = gone.institution_id
WHERE gone.stage <> 'struck_off' AND taken.stage NOT IN ('shortlisted', 'struck_off')
"""

PLACE_NEVER_HELD = """
SELECT taken.id, i.name, taken.id
FROM incubators_incubator taken
JOIN incubators_incubator gone ON gone.id = taken.replaces_id
JOIN institutions_institution i ON i.id = taken.institution_id
WHERE gone.stage = 'struck_off' AND NOT EXISTS (
    SELECT FROM incubators_incubatortransition t
    WHERE t.incubator_id = gone.id AND t.withdrawn_at IS NULL AND t.to_stage = 'struck_off'
      AND t.from_stage IN ('selected', 'validated', 'mentored', 'established', 'independent'))
"""

STAGE_LOG = """
SELECT u.id, i.name, u.id
FROM incubators_incubator u
JOIN institutions_institution i ON i.id = u.institution_id
LEFT JOIN LATERAL (
    SELECT t.to_stage FROM incubators_incubatortransition t
    WHERE t.incubator_id = u.id AND t.withdrawn_at IS NULL
    ORDER BY t.recorded_at DESC, t.id DESC LIMIT 1
) last ON true
WHERE u.stage <> coalesce(last.to_stage, 'shortlisted')
"""

STANDING_UNPROVED = """
SELECT held.id, i.name, u.id
FROM incubators_incubator u
JOIN institutions_institution i ON i.id = u.institution_id
JOIN LATERAL (
    SELECT c.id, c.is_granted FROM incubators_standingchange c
    WHERE c.incubator_id = u.id AND c.withdrawn_at IS NULL AND c.day <= %(today)s
    ORDER BY c.day DESC, c.id DESC LIMIT 1
) held ON held.is_granted
WHERE EXISTS (SELECT FROM incubators_criterion c
    WHERE c.valid_from <= %(today)s AND coalesce(c.valid_to, 'infinity') >= %(today)s
      AND NOT EXISTS (SELECT FROM incubators_evidence e
        WHERE e.incubator_id = u.id AND e.criterion_id = c.id AND e.verified_on <= %(today)s
          AND e.valid_from <= %(today)s AND coalesce(e.valid_to, 'infinity') >= %(today)s
          AND coalesce(e.withdrawn_on, 'infinity') > %(today)s))
"""

TENANT_VOID = """
SELECT n.id, i.name, u.id
FROM incubators_tenantcount n
JOIN incubators_incubationreport r ON r.id = n.report_id
JOIN incubators_incubator u ON u.id = r.incubator_id
JOIN institutions_institution i ON i.id = u.institution_id
WHERE n.counted_to IS NULL AND r.status <> 'verified'
"""

INCUBATION = (
    Check(
        "round-overfull",
        name=_("More incubators than places"),
        why=_("More incubators count than the decree of the round names."),
        remedy=_("Compare the round with its decree; strike off, or correct the number of places."),
        rows=ROUND_OVERFULL,
        address="incubators:round-detail",
    ),
    Check(
        "replaced-incubator",
        name=_("Replaced and replacing incubator both counted"),
        why=_("One place of the decree counts twice."),
        remedy=_("Strike off the replaced incubator, or undo the selection of its replacement."),
        rows=REPLACED_INCUBATOR,
        address=INCUBATOR,
    ),
    Check(
        "place-never-held",
        name=_("Replacement of one that held no place"),
        why=_("The replaced one was struck off the short list: the number went up by one, and the"
              " bridge calls it a replacement."),
        remedy=_("Undo the selection of the replacement; select it anew where a place is free."),
        rows=PLACE_NEVER_HELD,
        address=INCUBATOR,
    ),
    Check(
        "stage-log",
        name=_("Stage unlike its log"),
        why=_("The stage is not where the last recorded step led: it was changed outside the"
              " portal."),
        remedy=_("Have technical staff find out who changed it, and set it after the log."),
        rows=STAGE_LOG,
        address=INCUBATOR,
    ),
    Check(
        "standing-unproved",
        name=_("Standing without evidence"),
        why=_("The incubator stands by the records, yet a criterion in force has no evidence in"
              " force."),
        remedy=MENDED_NIGHTLY,
        rows=STANDING_UNPROVED,
        address=INCUBATOR,
    ),
    Check(
        "tenant-void",
        name=_("Tenants counted without a verified report"),
        why=_("Stages, workers or turnover of tenants stand in the figures though nobody has"
              " verified the quarter."),
        remedy=MENDED_NIGHTLY,
        rows=TENANT_VOID,
        address=INCUBATOR,
    ),
)  # fmt: skip
