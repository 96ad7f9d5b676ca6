"""The filters of the list of partners, and what a row of it shows."""

from typing import Any

import django_filters
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import Partner, today
from blk_portal.accounts.requests import Visitor
from institutions.filters import StrictFilterSet, choice
from institutions.models import Contribution, Partnership

AGREEMENTS = (
    ("berlaku", _("In force")),
    ("berakhir", _("Expiring within 90 days")),
    ("tanpa", _("None in force")),
)


def for_lists(user: Visitor) -> QuerySet[Partner]:
    """The partners with how many agreements are in force and how many institutions they reached.

    Both as far as the person may see.
    """
    day = today()
    agreements = Partnership.objects.visible_to(user).filter(partner=OuterRef("pk"))
    brought = Contribution.objects.visible_to(user)
    return Partner.objects.visible_to(user).annotate(
        has_agreement=Exists(agreements.in_force(on=day)),
        is_expiring=Exists(agreements.expiring(on=day)),
        reached=Count(
            "contributions__institution", distinct=True,
            filter=Q(contributions__in=brought.order_by().values("pk")),
        ),
    )  # fmt: skip


class PartnerFilter(StrictFilterSet):
    """By words of the name, kind, and how the agreements stand today."""

    kata = django_filters.CharFilter(method="filter_words", label=_("Name"), max_length=100)
    jenis = choice(_("Kind"), choices=Partner.Kind.choices, field_name="kind")
    perjanjian = choice(_("Agreement"), choices=AGREEMENTS, method="filter_agreement")

    class Meta:
        model = Partner
        fields: list[str] = []

    def filter_words(self, queryset: QuerySet[Partner], name: str, value: str) -> QuerySet[Partner]:
        for word in value.split():
            queryset = queryset.filter(name__icontains=word)
        return queryset

    def filter_agreement(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "berakhir":
            return queryset.filter(is_expiring=True)
        return queryset.filter(has_agreement=value == "berlaku")
