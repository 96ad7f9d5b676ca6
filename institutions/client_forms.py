"""The credentials of a partner's system as staff fill them in: what it may, and where."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import PartnerClient
from blk_portal.accounts.networks import is_network
from blk_portal.accounts.scopes import Scope
from blk_portal.formats import today_in_jakarta
from institutions.models import AreaAssignment

AREAS = ("office", "province", "regency", "foundation")


def _area_field(name: str) -> forms.ModelMultipleChoiceField:
    """Areas of one kind, to be searched for by name."""
    relation: Any = AreaAssignment._meta.get_field(name)
    return forms.ModelMultipleChoiceField(
        queryset=relation.remote_field.model._default_manager.all(),
        label=relation.verbose_name,
        required=False,
        widget=AutocompleteSelectMultiple(relation, admin.site),
    )


class ClientForm(forms.ModelForm):
    """What was agreed with the partner; the areas are those of the client's service account."""

    scopes = forms.MultipleChoiceField(
        label=_("scopes"),
        choices=Scope,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "As few as the purpose needs. Reference lists are open to every client without any."
        ),
    )

    office = _area_field("office")
    province = _area_field("province")
    regency = _area_field("regency")
    foundation = _area_field("foundation")

    class Meta:
        model = PartnerClient
        fields = (
            "partner", "name", "purpose", "scopes", "expires_on", "requests_per_minute",
            "networks", "is_national",
        )  # fmt: skip
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assigned = list(self._assigned())
        for name in AREAS:
            chosen = [getattr(row, f"{name}_id") for row in assigned]
            self.initial.setdefault(name, [key for key in chosen if key])

    def _assigned(self) -> Any:
        if self.instance.pk is None:
            return AreaAssignment.objects.none()
        return AreaAssignment.objects.filter(user=self.instance.user)

    def clean_networks(self) -> list[str]:
        """Looked at here: of what the model says of one of several only its number is told."""
        networks: list[str] = self.cleaned_data["networks"]
        for network in networks:
            is_network(network)
        return networks

    def clean_expires_on(self) -> date:
        """Credentials are not issued for days that are over; later an end may be set to any day."""
        last_day: date = self.cleaned_data["expires_on"]
        if self.instance.pk is None and last_day < today_in_jakarta():
            raise ValidationError(gettext("This day is over. Choose today or a later one."))
        return last_day

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        named = [name for name in AREAS if cleaned.get(name)]
        if cleaned.get("is_national") and named:
            self.add_error(
                "is_national",
                gettext("Choose either the whole nation or single areas, not both."),
            )
        if not cleaned.get("is_national") and not named:
            self.add_error(
                "is_national",
                gettext("Choose the whole nation, or at least one area below."),
            )
        return cleaned

    def save_areas(self) -> None:
        """Make the areas of the service account those that were chosen."""
        for name in AREAS:
            chosen = {row.pk for row in self.cleaned_data[name]}
            had = self._assigned().exclude(**{name: None})
            had.exclude(**{f"{name}__in": chosen}).delete()
            for key in chosen - set(had.values_list(name, flat=True)):
                AreaAssignment.objects.create(user=self.instance.user, **{f"{name}_id": key})
