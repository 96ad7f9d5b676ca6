import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('privacy', '0001_initial'),
        ('privacy', '0002_paper_readings'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed_0004_mail_wish'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeyFingerprint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('encryption', 'encryption'), ('index', 'index')], max_length=16, verbose_name='purpose')),
                ('version', models.PositiveSmallIntegerField(verbose_name='version')),
                ('fingerprint', models.CharField(max_length=32, verbose_name='fingerprint')),
            ],
            options={
                'verbose_name': 'key fingerprint',
                'verbose_name_plural': 'key fingerprints',
                'ordering': ['purpose', 'version'],
                'constraints': [models.UniqueConstraint(fields=('purpose', 'version'), name='keyfingerprint_unique_purpose_version')],
            },
        ),
        migrations.CreateModel(
            name='AccessLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('action', models.CharField(choices=[('reveal_nik', 'NIK revealed'), ('read_names', 'names read'), ('read_paper', 'paper opened')], max_length=16, verbose_name='action')),
                ('subject', models.CharField(max_length=100, verbose_name='subject')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'access log row',
                'verbose_name_plural': 'access log',
                'ordering': ['-id'],
                'permissions': [('reveal_nik', 'May reveal a NIK, with a reason')],
                'indexes': [models.Index(fields=['subject'], name='accesslog_subject')],
            },
        ),
    ]
