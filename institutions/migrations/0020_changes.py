"""Changes of what other systems are told, noted by triggers."""

import django.db.models.deletion
from django.db import migrations, models

from institutions.noting import (
    DROP_FUNCTION,
    DROP_NOW,
    FUNCTION,
    INSTITUTION,
    LEFT,
    MOVED,
    NOW,
    TOUCHED,
    UPDATED,
    differs,
    of_parent,
    reference,
    trigger,
    where_it_was,
)

APP = 'institutions'
TABLE = 'institutions_institution'
ITSELF = 'SELECT id AS row_id, id AS institution FROM changed'
# One that takes the place of another tells the other's code, where the reader may see it.
TAKES_ITS_PLACE = f"""
SELECT other.id AS row_id, other.id AS institution
FROM {UPDATED} JOIN {TABLE} other ON other.replaces_id = now.id
WHERE {differs('code')} OR {MOVED}
"""
PARENT = 'SELECT DISTINCT id AS row_id, id AS institution FROM {parents}'
OF_FOUNDATION = f"""
SELECT i.id AS row_id, i.id AS institution
FROM {UPDATED} JOIN {TABLE} i ON i.foundation_id = now.id WHERE {differs('name')}
"""
TRIGGERS = [
    trigger(TABLE, 'INSERT', [(INSTITUTION, TOUCHED, ITSELF)], app=APP),
    trigger(TABLE, 'UPDATE', [
        (INSTITUTION, TOUCHED, ITSELF),
        (INSTITUTION, TOUCHED, TAKES_ITS_PLACE),
        (INSTITUTION, LEFT, where_it_was('now.id')),
    ], app=APP),
    trigger(TABLE, 'DELETE', [
        (INSTITUTION, LEFT, ITSELF.replace(' FROM', ', foundation_id, office_id, regency_id FROM')),
    ], app=APP),
    *of_parent('institutions_milestone', 'institution_id', INSTITUTION, PARENT, app=APP),
    *of_parent('institutions_case', 'institution_id', INSTITUTION, PARENT, app=APP),
    *of_parent('institutions_assessment', 'institution_id', INSTITUTION, PARENT, app=APP),
    trigger('institutions_foundation', 'UPDATE', [(INSTITUTION, TOUCHED, OF_FOUNDATION)], app=APP),
    reference('institutions_province', 'code', 'name'),
    reference('institutions_regency', 'code', 'name', 'province_id'),
    reference('institutions_trainingoffice', 'code', 'parent_id'),
    reference('institutions_vocationalfield', 'code'),
]


class Migration(migrations.Migration):

    dependencies = [
        ('institutions', '0019_areas_of_owners'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangeMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('xid', models.BigIntegerField(verbose_name='number of the transaction')),
            ],
            options={
                'verbose_name': 'mark of changes',
                'verbose_name_plural': 'marks of changes',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('pk', models.CompositePrimaryKey('kind', 'row_id', 'xid', 'has_left', blank=True, editable=False, primary_key=True, serialize=False)),
                ('kind', models.PositiveSmallIntegerField(choices=[(0, 'everything'), (1, 'institution'), (2, 'cohort'), (3, 'cohort report'), (4, 'participant'), (5, 'incubator')], verbose_name='kind')),
                ('row_id', models.BigIntegerField(verbose_name='row')),
                ('xid', models.BigIntegerField(verbose_name='number of the transaction')),
                ('institution', models.BigIntegerField(null=True, verbose_name='institution')),
                ('has_left', models.BooleanField(verbose_name='has left its place')),
                ('foundation', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='institutions.foundation', verbose_name='legal owner')),
                ('office', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='institutions.trainingoffice', verbose_name='guided by')),
                ('regency', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='institutions.regency', verbose_name='regency or city')),
            ],
            options={
                'verbose_name': 'change',
                'verbose_name_plural': 'changes',
                'ordering': ['xid', 'row_id'],
                'indexes': [models.Index(fields=['kind', 'xid', 'row_id'], name='change_order')],
            },
        ),
        migrations.RunSQL(FUNCTION, DROP_FUNCTION),
        migrations.RunSQL(NOW, DROP_NOW),
        *(migrations.RunSQL(make, remove) for make, remove in TRIGGERS),
    ]
