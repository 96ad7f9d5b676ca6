"""Numbers of papers by how they begin, and lists whose files are removed after a time."""

from django.conf import settings
from django.db import migrations, models

# Django knows this class of operators only with an app of its own installed.
NUMBER_BEGINS = """
CREATE INDEX document_number_begins ON institutions_document (upper(number) text_pattern_ops);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('institutions', '0011_latest_papers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(NUMBER_BEGINS, 'DROP INDEX document_number_begins'),
        migrations.AddField(
            model_name='listexport',
            name='refusal_message',
            field=models.CharField(blank=True, max_length=300, verbose_name='what was wrong'),
        ),
        migrations.AddField(
            model_name='listexport',
            name='total',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='rows'),
        ),
        migrations.AddField(
            model_name='registerimport',
            name='swept_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='file and rows removed at'),
        ),
        migrations.AddField(
            model_name='registerimport',
            name='swept_counts',
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AlterField(
            model_name='listexport',
            name='state',
            field=models.CharField(choices=[('waiting', 'Being written'), ('ready', 'Ready'), ('failed', 'Failed'), ('swept', 'Removed')], default='waiting', max_length=8, verbose_name='state'),
        ),
    ]
