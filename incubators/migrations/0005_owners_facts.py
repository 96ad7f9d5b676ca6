"""Owners are erased after their time, and corrections of tenants keep what stood before."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What an erasure empties is left out; the function is that of institutions 0005.
KEEP_HISTORY = """
CREATE TRIGGER keep_history BEFORE UPDATE OR DELETE ON incubators_tenantchange
FOR EACH ROW EXECUTE FUNCTION institutions_keep_history('tenant_id', 'field', 'by_id', 'at');
"""
DROP_HISTORY = 'DROP TRIGGER keep_history ON incubators_tenantchange;'


class Migration(migrations.Migration):

    dependencies = [
        ('incubators', '0004_reviewed_quarters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='tenant',
            name='erased_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='owner erased at'),
        ),
        migrations.CreateModel(
            name='TenantChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(choices=[('owner_name', 'Owner'), ('owner_sex', 'Sex of the owner'), ('nik', 'NIK of the owner'), ('phone', 'Phone'), ('contract_paper', 'Paper of the contract'), ('business', 'Business'), ('division', 'Line of business'), ('kbli', 'KBLI code'), ('contract_number', 'Number of the contract'), ('contract_on', 'Date of the contract'), ('had_business', 'Ran a business when it entered'), ('baseline_turnover', 'Turnover before it entered'), ('baseline_workers_male', 'Male workers at entry'), ('baseline_workers_female', 'Female workers at entry'), ('nib', 'NIB'), ('pirt', 'PIRT'), ('halal', 'Halal certificate'), ('merek', 'Registered brand')], max_length=24, verbose_name='what')),
                ('old', models.CharField(blank=True, max_length=300, verbose_name='before')),
                ('new', models.CharField(blank=True, max_length=300, verbose_name='after')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='incubators.tenant', verbose_name='tenant')),
            ],
            options={
                'verbose_name': 'correction of a tenant',
                'verbose_name_plural': 'corrections of tenants',
                'ordering': ['-id'],
            },
        ),
        migrations.RunSQL(KEEP_HISTORY, DROP_HISTORY),
    ]
