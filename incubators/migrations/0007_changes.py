"""Changes of what other systems are told of incubators, noted by triggers."""

from django.db import migrations

from institutions.noting import (
    INCUBATOR,
    LEFT,
    MOVED,
    TOUCHED,
    UPDATED,
    differs,
    of_parent,
    trigger,
    where_it_was,
)

APP = 'incubators'
TABLE = 'incubators_incubator'
ITSELF = 'SELECT id AS row_id, institution_id AS institution FROM changed'
OF_INSTITUTION = f'JOIN {TABLE} b ON b.institution_id = now.id'
RENAMED = (f'SELECT b.id AS row_id, now.id AS institution FROM {UPDATED} {OF_INSTITUTION} '
           f'WHERE {differs("code", "name")}')
# One that takes the place of another names it, where the reader may see it.
TAKES_ITS_PLACE = (f'SELECT other.id AS row_id, other.institution_id AS institution FROM {UPDATED} '
                   f'{OF_INSTITUTION} JOIN {TABLE} other ON other.replaces_id = b.id '
                   f'WHERE {MOVED}')
PLACE = 'i.id AS institution, i.foundation_id, i.office_id, i.regency_id'
MERGED = (f'SELECT now.id AS row_id, {PLACE} FROM {UPDATED} '
          'JOIN institutions_institution i ON i.id = was.institution_id '
          f'WHERE {differs("institution_id")}')
DELETED = (f'SELECT gone.id AS row_id, {PLACE} FROM changed gone '
           'JOIN institutions_institution i ON i.id = gone.institution_id')
OF_ROUND = (f'SELECT b.id AS row_id, b.institution_id AS institution FROM {UPDATED} '
            f'JOIN {TABLE} b ON b.round_id = now.id '
            f'WHERE {differs("decree", "programme_year_id")}')
OWN = ('SELECT b.id AS row_id, b.institution_id AS institution FROM {parents} '
       f'JOIN {TABLE} b ON b.id = parents.id')
TRIGGERS = [
    trigger('institutions_institution', 'UPDATE', [
        (INCUBATOR, TOUCHED, RENAMED),
        (INCUBATOR, TOUCHED, TAKES_ITS_PLACE),
        (INCUBATOR, LEFT, where_it_was('b.id', OF_INSTITUTION)),
    ], app=APP),
    trigger(TABLE, 'INSERT', [(INCUBATOR, TOUCHED, ITSELF)], app=APP),
    trigger(TABLE, 'UPDATE', [(INCUBATOR, TOUCHED, ITSELF), (INCUBATOR, LEFT, MERGED)], app=APP),
    trigger(TABLE, 'DELETE', [(INCUBATOR, LEFT, DELETED)], app=APP),
    trigger('incubators_selectionround', 'UPDATE', [(INCUBATOR, TOUCHED, OF_ROUND)], app=APP),
    *of_parent('incubators_incubatortransition', 'incubator_id', INCUBATOR, OWN, app=APP),
    *of_parent('incubators_standingchange', 'incubator_id', INCUBATOR, OWN, app=APP),
]


class Migration(migrations.Migration):

    dependencies = [
        ('incubators', '0006_rank_changes'),
        ('institutions', '0020_changes'),
    ]

    operations = [migrations.RunSQL(make, remove) for make, remove in TRIGGERS]
