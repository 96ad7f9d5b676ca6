"""Numbers of papers by how they begin."""

from django.conf import settings
from django.db import migrations

# Django knows this class of operators only with an app of its own installed.
NUMBER_BEGINS = """
CREATE INDEX document_number_begins ON institutions_document (upper(number) text_pattern_ops);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('institutions', '0013_reporting_periods'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(NUMBER_BEGINS, 'DROP INDEX document_number_begins'),
    ]
