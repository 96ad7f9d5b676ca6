"""The networks from which a partner's system may ask."""

import django.contrib.postgres.fields
from django.db import migrations, models

import blk_portal.accounts.networks


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_partner_clients'),
    ]

    operations = [
        migrations.AddField(
            model_name='partnerclient',
            name='networks',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=43, validators=[blk_portal.accounts.networks.is_network]), blank=True, default=list, help_text='Addresses or networks from which it may ask, with commas between them, for example 203.0.113.0/24; empty for any.', size=None, verbose_name='networks'),
        ),
    ]
