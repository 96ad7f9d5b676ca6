"""The systems of partners that read and write through the interface, and their credentials."""

from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AbstractApplication

from blk_portal.accounts.networks import is_network, stands_in
from blk_portal.accounts.roles import Role
from blk_portal.accounts.scopes import Scope, rights_of
from blk_portal.formats import today_in_jakarta

if TYPE_CHECKING:
    from blk_portal.accounts.models import User
    from blk_portal.accounts.requests import Visitor

LONGEST = timedelta(days=2 * 366)
NOTED_EVERY = timedelta(minutes=1)
USERNAME = "klien-"


class PartnerClientQuerySet(models.QuerySet["PartnerClient"]):
    def visible_to(self, user: "Visitor") -> Self:
        """Credentials are for those who issue them: the national administration."""
        if not user.is_authenticated or not user.has_perm("accounts.view_partnerclient"):
            return self.none()
        return self

    @transaction.atomic
    def issue(self, client: "PartnerClient", *, by: "User | None") -> str:
        """Give a new client its service account and its credentials.

        Returns the secret, of which only a hash is kept.
        """
        accounts = client._meta.get_field("user").related_model
        account = accounts(
            username=f"{USERNAME}{get_random_string(10, 'abcdefghijkmnpqrstuvwxyz23456789')}",
            name=f"{client.partner}: {client.name}"[: accounts._meta.get_field("name").max_length],
            role=Role.PARTNER,
            wants_mail=False,
        )
        account.set_unusable_password()
        account.save()
        client.user, client.issued_by = account, by
        client.client_type = PartnerClient.CLIENT_CONFIDENTIAL
        client.authorization_grant_type = PartnerClient.GRANT_CLIENT_CREDENTIALS
        client.is_test = settings.DEMO_MODE
        secret: str = generate_client_secret()
        client.client_secret = secret
        client.save()
        return secret


class PartnerClient(AbstractApplication):
    """The credentials of one system of a partner: issued, renewed and revoked by the ministry.

    It acts through an account of its own (role: partner system), so that its area and its rows
    follow the same rule as everybody's; what it may, its scopes say. The secret is shown once.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="client",
        verbose_name=_("service account"),
    )  # fmt: skip
    partner = models.ForeignKey(
        "accounts.Partner", models.PROTECT, related_name="+", verbose_name=_("partner")
    )
    name = models.CharField(
        _("system"), max_length=100, help_text=_("As the partner calls it, for example SIAPkerja.")
    )
    purpose = models.CharField(
        _("purpose"),
        max_length=300,
        help_text=_("What the data are used for, as agreed. The access log repeats it."),
    )
    scopes = ArrayField(models.CharField(max_length=32), verbose_name=_("scopes"), default=list)
    is_national = models.BooleanField(
        _("whole nation"),
        default=False,
        help_text=_("Else only the areas named below; without any area it reads no rows."),
    )
    expires_on = models.DateField(
        _("last day"), help_text=_("Of use (WIB), at most two years from now.")
    )
    requests_per_minute = models.PositiveIntegerField(
        _("requests a minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        help_text=_("At most; empty for the limit that everybody has."),
    )
    networks = ArrayField(
        models.CharField(max_length=43, validators=[is_network]),
        verbose_name=_("networks"),
        default=list,
        blank=True,
        help_text=_(
            "Addresses or networks from which it may ask, with commas between them, for example "
            "203.0.113.0/24; empty for any."
        ),
    )
    is_test = models.BooleanField(
        _("for synthetic data"),
        default=False,
        editable=False,
        help_text=_("Issued where the data are synthetic; it works nowhere else."),
    )
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("issued by"),
    )  # fmt: skip
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("revoked by"),
    )  # fmt: skip
    revoked_because = models.CharField(
        _("revoked because"), max_length=300, blank=True, editable=False
    )

    objects = PartnerClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner client")
        verbose_name_plural = _("partner clients")
        ordering = ["partner__name", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    client_type=AbstractApplication.CLIENT_CONFIDENTIAL,
                    authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS,
                    hash_client_secret=True,
                ),
                name="partnerclient_only_client_credentials",
                violation_error_message=_("A partner's system logs in with its own secret only."),
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_because="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_because="")),
                name="partnerclient_revoked_with_a_reason",
                violation_error_message=_("Say why the client is revoked."),
            ),
            models.CheckConstraint(
                condition=~Q(scopes__contains=[Scope.IDENTITY])
                | Q(scopes__contains=[Scope.PARTICIPANTS]),
                name="partnerclient_identity_needs_participants",
                violation_error_message=_(
                    "Names of participants need the scope of participants as well. Choose both."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:accounts_partnerclient_change", args=[self.pk])

    def clean(self) -> None:
        super().clean()
        if self.expires_on and self.expires_on > today_in_jakarta() + LONGEST:
            raise ValidationError({"expires_on": gettext("At most two years from now.")})
        if unknown := ", ".join(sorted(set(self.scopes) - set(Scope.values))):
            raise ValidationError(
                {"scopes": gettext("There is no scope %(name)s.") % {"name": unknown}}
            )

    @property
    def has_ended(self) -> bool:
        return self.expires_on < today_in_jakarta()

    @property
    def state(self) -> str:
        """Where the client stands, in words for a list."""
        if self.revoked_at:
            return gettext("revoked")
        if self.has_ended:
            return gettext("expired")
        if not self.partner.is_active:
            return gettext("partner not active")
        if not self.user.may_log_in:
            return gettext("account switched off")
        return gettext("in force")

    def is_usable(self, request: Any = None) -> bool:
        """Whether it gets tokens, and whether those it has are still worth anything.

        Asked at every request: credentials, partner and account end at once.
        """
        return bool(
            self.revoked_at is None
            and not self.has_ended
            and self.is_test == settings.DEMO_MODE
            and self.partner.is_active
            and self.user.may_log_in
        )

    def may_ask_from(self, address: str) -> bool:
        """Whether it may ask from an address, where networks were agreed at all."""
        return not self.networks or stands_in(address, self.networks)

    def acting(self, scopes: Collection[str] | None = None) -> "User":
        """The service account with the rights that these scopes lend (None: all the client has).

        Without this the account has no rights at all: they come with the client, not the login.
        """
        has = set(self.scopes)
        granted = has if scopes is None else has.intersection(scopes)
        user: User = self.user
        user.lent = rights_of(granted, is_national=self.is_national) if self.is_usable() else None
        return user

    def note_use(self) -> None:
        """Note that it was used, at most once a minute."""
        now = timezone.now()
        if self.last_used_at is None or self.last_used_at < now - NOTED_EVERY:
            PartnerClient.objects.filter(pk=self.pk).update(last_used_at=now)
            self.last_used_at = now

    @transaction.atomic
    def renew_secret(self) -> str:
        """A new secret; the old one and every token that it got are worth nothing from now on.

        Returns the secret, of which only a hash is kept.
        """
        secret: str = generate_client_secret()
        self.client_secret = secret
        self.save(update_fields=["client_secret", "updated"])
        self.end_tokens()
        return secret

    @transaction.atomic
    def revoke(self, *, by: "User", because: str) -> None:
        """End the credentials for good; a client that is revoked already stays as it is."""
        revoked = PartnerClient.objects.filter(pk=self.pk, revoked_at=None)
        revoked.update(revoked_at=timezone.now(), revoked_by=by, revoked_because=because)
        self.end_tokens()
        self.refresh_from_db()

    def end_tokens(self) -> None:
        self.accesstoken_set.all().delete()
