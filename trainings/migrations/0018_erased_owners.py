"""Erasures count the owners of tenants too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trainings", "0017_drafts_of_answers_and_decisions"),
    ]

    operations = [
        migrations.AddField(
            model_name="erasure",
            name="others",
            field=models.PositiveIntegerField(default=0, verbose_name="owners of tenants"),
        ),
    ]
