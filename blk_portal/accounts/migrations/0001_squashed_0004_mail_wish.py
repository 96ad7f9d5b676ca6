import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_invitations'),
        ('accounts', '0003_partners'),
        ('accounts', '0004_mail_wish'),
    ]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('role', models.CharField(choices=[('national_admin', 'National administrator'), ('national_training_reviewer', 'National training reviewer'), ('national_incubator_reviewer', 'National incubator reviewer'), ('area_reviewer', 'Area reviewer (UPTP)'), ('observer', 'Local observer (Dinas)'), ('leadership', 'Leadership'), ('auditor', 'Auditor'), ('operator', 'BLKK operator'), ('partner', 'Partner system')], max_length=32, verbose_name='role')),
                ('title', models.CharField(blank=True, help_text='Shown beside the name, for example an office.', max_length=150, verbose_name='title')),
                ('valid_until', models.DateField(blank=True, help_text='The last day of use (WIB). For an auditor: as in the assignment letter.', null=True, verbose_name='valid until')),
                ('wants_mail', models.BooleanField(default=True, help_text='News of reports also by e-mail; on the home page it stands in any case.', verbose_name='news by e-mail')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'ordering': ['username'],
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['national_admin', 'national_training_reviewer', 'national_incubator_reviewer', 'area_reviewer', 'observer', 'leadership', 'auditor', 'operator', 'partner'])), name='user_role_known', violation_error_message='Choose one of the listed roles.'), models.CheckConstraint(condition=models.Q(('is_superuser', False)), name='user_no_superuser', violation_error_message='Rights come from the role alone.'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'auditor'), _negated=True), ('valid_until__isnull', False), _connector='OR'), name='user_auditor_has_an_end', violation_error_message="An auditor's account needs its last day. Take it from the assignment letter.")],
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True, verbose_name='digest of the link')),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('expires_at', models.DateTimeField(verbose_name='usable until')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='invited by')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'ordering': ['-made_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('used_at', None), ('withdrawn_at', None)), fields=('user',), name='invitation_one_standing_a_person', violation_error_message='This person already has an open invitation.'), models.CheckConstraint(condition=models.Q(('used_at', None), ('withdrawn_at', None), _connector='OR'), name='invitation_used_or_withdrawn', violation_error_message='An invitation is used or withdrawn, not both.'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='invitation_expires_after_it_is_made', violation_error_message='An invitation expires after it is made.')],
            },
        ),
        migrations.CreateModel(
            name='Partner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('kind', models.CharField(choices=[('ministry_unit', 'Unit of the ministry'), ('other_ministry', 'Other ministry'), ('bank', 'Bank'), ('university', 'University'), ('industry', 'Industry'), ('other', 'Other')], max_length=16, verbose_name='kind')),
                ('phone', models.CharField(blank=True, help_text='Of the office, not of a person.', max_length=30, validators=[django.core.validators.RegexValidator('^[+(]?[0-9][0-9 ()./-]{2,28}$', 'Write digits, spaces and dashes, for example 0812 3456 7890.')], verbose_name='office line')),
                ('website', models.URLField(blank=True, verbose_name='website')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'partner',
                'verbose_name_plural': 'partners',
                'ordering': ['name', 'id'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), models.F('kind'), name='partner_unique_name_of_a_kind', violation_error_message='There is already a partner of this name and kind.')],
            },
        ),
    ]
