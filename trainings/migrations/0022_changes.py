"""Changes of what other systems are told of trainings, noted by triggers."""

from django.db import migrations

from institutions.noting import (
    COHORT,
    COHORT_REPORT,
    LEFT,
    PARTICIPANT,
    TOUCHED,
    UPDATED,
    differs,
    of_parent,
    trigger,
    where_it_was,
)

APP = 'trainings'
# From a cohort to what is told of it.
REPORTS = 'JOIN trainings_cohortreport r ON r.cohort_id = c.id'
PEOPLE = 'JOIN trainings_participant p ON p.cohort_id = c.id'
ROWS = ((COHORT, 'c.id', ''), (COHORT_REPORT, 'r.id', REPORTS), (PARTICIPANT, 'p.id', PEOPLE))
OF_INSTITUTION = 'JOIN trainings_cohort c ON c.institution_id = now.id'
PLACE = 'i.id AS institution, i.foundation_id, i.office_id, i.regency_id'

INSTITUTION_UPDATED = [
    (kind, TOUCHED, f'SELECT {key} AS row_id, c.institution_id AS institution '
                    f'FROM {UPDATED} {OF_INSTITUTION} {join} WHERE {differs("code", "name")}')
    for kind, key, join in ROWS
] + [(kind, LEFT, where_it_was(key, f'{OF_INSTITUTION} {join}')) for kind, key, join in ROWS]

COHORT_ITSELF = 'SELECT id AS row_id, institution_id AS institution FROM changed'
# Both row and cohort here: `now` stands where the tables above have `c`.
COHORT_UPDATED = [(COHORT, TOUCHED, COHORT_ITSELF)] + [
    (kind, TOUCHED, f'SELECT {key} AS row_id, now.institution_id AS institution '
                    f'FROM {UPDATED} {join.replace("c.id", "now.id")} '
                    f'WHERE {differs("institution_id", "programme_year_id", "starts_on")}')
    for kind, key, join in ROWS[1:]
] + [
    (kind, LEFT, f'SELECT {key.replace("c.id", "now.id")} AS row_id, {PLACE} '
                 f'FROM {UPDATED} JOIN institutions_institution i ON i.id = was.institution_id '
                 f'{join.replace("c.id", "now.id")} WHERE {differs("institution_id")}')
    for kind, key, join in ROWS
]
COHORT_DELETED = (f'SELECT gone.id AS row_id, {PLACE} FROM changed gone '
                  'JOIN institutions_institution i ON i.id = gone.institution_id')

# The cohort of a report or a participant, and the institution of that.
OF_COHORT = 'JOIN trainings_cohort c ON c.id = {row}.cohort_id'
AT = 'JOIN institutions_institution i ON i.id = c.institution_id'
CHILD = ('SELECT one.id AS row_id, c.institution_id AS institution FROM changed one '
         + OF_COHORT.format(row='one'))
CHILD_DELETED = (f'SELECT one.id AS row_id, {PLACE} FROM changed one '
                 + OF_COHORT.format(row='one') + f' {AT}')
# A cohort tells the status of its closing report.
ITS_COHORT = ("SELECT DISTINCT c.id AS row_id, c.institution_id AS institution FROM changed one "
              + OF_COHORT.format(row='one') + " WHERE one.kind = 'closing'")
ITS_COHORT_UPDATED = (f"SELECT c.id AS row_id, c.institution_id AS institution FROM {UPDATED} "
                      + OF_COHORT.format(row='now')
                      + f" WHERE now.kind = 'closing' AND {differs('status')}")
DUE = (f'SELECT r.id AS row_id, c.institution_id AS institution FROM {UPDATED} '
       'JOIN trainings_cohortreport r ON r.obligation_id = now.id '
       + OF_COHORT.format(row='r') + f' WHERE {differs("due_on")}')
RENAMED = (f'SELECT c.id AS row_id, c.institution_id AS institution FROM {UPDATED} '
           f'JOIN trainings_cohort c ON c.programme_id = now.id WHERE {differs("name")}')

# What is told of a participant; keys that are sealed anew or texts of checks are not.
TOLD = (
    'cohort_id', 'name', 'sex', 'birth_place', 'birth_date', 'education', 'address', 'phone',
    'disability', 'is_santri', 'result', 'attendance', 'pre_test', 'post_test', 'restricted_at',
    'erased_at', 'nik_index',
)
PERSON_UPDATED = (f'SELECT now.id AS row_id, c.institution_id AS institution FROM {UPDATED} '
                  + OF_COHORT.format(row='now') + f' WHERE {differs(*TOLD)}')
PERSON_MOVED = (f'SELECT now.id AS row_id, {PLACE} FROM {UPDATED} '
                + OF_COHORT.format(row='was') + f' {AT} WHERE {differs("cohort_id")}')
# A report tells how many people its cohort has.
COHORT_REPORTS = ('SELECT r.id AS row_id, c.institution_id AS institution FROM ({cohorts}) AS n '
                  'JOIN trainings_cohort c ON c.id = n.cohort_id '
                  'JOIN trainings_cohortreport r ON r.cohort_id = c.id')
ROSTER = COHORT_REPORTS.format(cohorts='SELECT DISTINCT cohort_id FROM changed')
ROSTER_MOVED = COHORT_REPORTS.format(cohorts=(
    f'SELECT now.cohort_id FROM {UPDATED} WHERE {differs("cohort_id")} UNION '
    f'SELECT was.cohort_id FROM {UPDATED} WHERE {differs("cohort_id")}'
))

OWN_COHORT = ('SELECT c.id AS row_id, c.institution_id AS institution FROM {parents} '
              'JOIN trainings_cohort c ON c.id = parents.id')
OWN_REPORT = ('SELECT DISTINCT r.id AS row_id, c.institution_id AS institution FROM {parents} '
              'JOIN trainings_cohortreport r ON r.id = parents.id '
              + OF_COHORT.format(row='r'))
FLAGGED = OWN_REPORT.replace(
    'JOIN trainings_cohortreport r ON r.id = parents.id',
    'JOIN trainings_cohortreporttransition t ON t.id = parents.id '
    'JOIN trainings_cohortreport r ON r.id = t.report_id',
)
OWN_PERSON = ('SELECT DISTINCT p.id AS row_id, c.institution_id AS institution FROM {parents} '
              'JOIN trainings_participant p ON p.id = parents.id ' + OF_COHORT.format(row='p'))

TRIGGERS = [
    trigger('institutions_institution', 'UPDATE', INSTITUTION_UPDATED, app=APP),
    trigger('trainings_cohort', 'INSERT', [(COHORT, TOUCHED, COHORT_ITSELF)], app=APP),
    trigger('trainings_cohort', 'UPDATE', COHORT_UPDATED, app=APP),
    trigger('trainings_cohort', 'DELETE', [(COHORT, LEFT, COHORT_DELETED)], app=APP),
    *of_parent('trainings_externalid', 'cohort_id', COHORT, OWN_COHORT, app=APP),
    trigger('trainings_programme', 'UPDATE', [(COHORT, TOUCHED, RENAMED)], app=APP),
    trigger('trainings_cohortreport', 'INSERT',
            [(COHORT_REPORT, TOUCHED, CHILD), (COHORT, TOUCHED, ITS_COHORT)], app=APP),
    trigger('trainings_cohortreport', 'UPDATE',
            [(COHORT_REPORT, TOUCHED, CHILD), (COHORT, TOUCHED, ITS_COHORT_UPDATED)], app=APP),
    trigger('trainings_cohortreport', 'DELETE',
            [(COHORT_REPORT, LEFT, CHILD_DELETED), (COHORT, TOUCHED, ITS_COHORT)], app=APP),
    trigger('reporting_obligation', 'UPDATE', [(COHORT_REPORT, TOUCHED, DUE)], app=APP),
    trigger('trainings_participant', 'INSERT',
            [(PARTICIPANT, TOUCHED, CHILD), (COHORT_REPORT, TOUCHED, ROSTER)], app=APP),
    trigger('trainings_participant', 'UPDATE', [
        (PARTICIPANT, TOUCHED, PERSON_UPDATED),
        (PARTICIPANT, LEFT, PERSON_MOVED),
        (COHORT_REPORT, TOUCHED, ROSTER_MOVED),
    ], app=APP),
    trigger('trainings_participant', 'DELETE',
            [(PARTICIPANT, LEFT, CHILD_DELETED), (COHORT_REPORT, TOUCHED, ROSTER)], app=APP),
    *of_parent('trainings_cohortreportflag', 'transition_id', COHORT_REPORT, FLAGGED, app=APP),
    *of_parent('trainings_cohortcount', 'report_id', COHORT_REPORT, OWN_REPORT, app=APP),
    *of_parent('trainings_certification', 'participant_id', PARTICIPANT, OWN_PERSON, app=APP),
    *of_parent('trainings_placement', 'participant_id', PARTICIPANT, OWN_PERSON, app=APP),
]


class Migration(migrations.Migration):

    dependencies = [
        ('trainings', '0021_partner_drafts'),
        ('institutions', '0020_changes'),
        ('reporting', '0008_incubation_quarters'),
    ]

    operations = [migrations.RunSQL(make, remove) for make, remove in TRIGGERS]
