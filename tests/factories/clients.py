"""The systems of partners: their credentials, a token at hand, and a test client that sends it."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import factory
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, set_token_value

from blk_portal.accounts.models import PartnerClient
from blk_portal.accounts.scopes import Scope
from blk_portal.formats import today_in_jakarta
from institutions.models import AreaAssignment, Foundation, Province, Regency, TrainingOffice
from tests.factories.quality import PartnerBodyFactory

NATION = "nation"
ALL_SCOPES = tuple(Scope.values)
FIELD_OF = {
    TrainingOffice: "office", Province: "province", Regency: "regency", Foundation: "foundation",
}  # fmt: skip


class PartnerClientFactory(factory.django.DjangoModelFactory):
    """A client in force; `area` is NATION, or an office, province, regency or owner, or several.

    Its secret is `client.secret`, as only its issuer ever sees it.
    """

    class Meta:
        model = PartnerClient

    partner = factory.SubFactory(PartnerBodyFactory)
    name = factory.Sequence(lambda n: f"Sistem {n} (contoh)")
    purpose = "Mencocokkan data contoh."
    scopes = factory.LazyFunction(lambda: list(ALL_SCOPES))
    expires_on = factory.LazyFunction(lambda: today_in_jakarta() + timedelta(days=30))

    @classmethod
    def _create(cls, model_class, *args, area: Any = NATION, by=None, **kwargs) -> PartnerClient:
        client = model_class(*args, is_national=area == NATION, **kwargs)
        client.secret = PartnerClient.objects.issue(client, by=by)
        areas = [] if area == NATION or area is None else area
        for one in areas if isinstance(areas, list | tuple) else [areas]:
            AreaAssignment.objects.create(user=client.user, **{FIELD_OF[type(one)]: one})
        return client


def token_of(
    client: PartnerClient, scopes: Collection[str] | None = None, *, hours: int = 1
) -> str:
    """An access token as the token endpoint gives it; for all of the client's scopes, or these."""
    token = secrets.token_urlsafe(24)
    row = AccessToken(
        application=client,
        expires=timezone.now() + timedelta(hours=hours),
        scope=" ".join(client.scopes if scopes is None else scopes),
    )
    set_token_value(row, token)
    row.save()
    return token


def partner_api_client(
    scopes: Collection[str] = ALL_SCOPES, area: Any = NATION, **kwargs
) -> Client:
    """A test client that asks as a partner's system with these scopes in this area.

    Its credentials are `client.credentials` (a `PartnerClient`).
    """
    credentials = PartnerClientFactory(scopes=list(scopes), area=area, **kwargs)
    client = Client(
        raise_request_exception=False,
        headers={"Authorization": f"Bearer {token_of(credentials)}"},
    )
    client.credentials = credentials
    return client
