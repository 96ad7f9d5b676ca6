import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone


def give_auditors_an_end(apps, schema_editor):
    """Auditors of before get one year; staff put the day of the letter in its place."""
    last_day = timezone.localdate() + datetime.timedelta(days=365)
    auditors = apps.get_model('accounts', 'User').objects.filter(role='auditor', valid_until=None)
    auditors.update(valid_until=last_day)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True, verbose_name='digest of the link')),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('expires_at', models.DateTimeField(verbose_name='usable until')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'ordering': ['-made_at', '-id'],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='valid_until',
            field=models.DateField(blank=True, help_text='The last day of use (WIB). For an auditor: as in the assignment letter.', null=True, verbose_name='valid until'),
        ),
        migrations.RunPython(give_auditors_an_end, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('role', 'auditor'), _negated=True), ('valid_until__isnull', False), _connector='OR'), name='user_auditor_has_an_end', violation_error_message="An auditor's account needs its last day. Take it from the assignment letter."),
        ),
        migrations.AddField(
            model_name='invitation',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='invited by'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(condition=models.Q(('used_at', None), ('withdrawn_at', None)), fields=('user',), name='invitation_one_standing_a_person', violation_error_message='This person already has an open invitation.'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('used_at', None), ('withdrawn_at', None), _connector='OR'), name='invitation_used_or_withdrawn', violation_error_message='An invitation is used or withdrawn, not both.'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='invitation_expires_after_it_is_made', violation_error_message='An invitation expires after it is made.'),
        ),
    ]
