"""The form by which an officer fills in a report on an operator's behalf."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from trainings.models import StandIn


class StandInForm(forms.ModelForm):
    """On whose behalf an officer fills in a report, and how the operator told it."""

    class Meta:
        model = StandIn
        fields = ["on_behalf_of", "channel", "reason"]
        widgets = {"channel": forms.RadioSelect, "reason": forms.Textarea(attrs={"rows": 3})}
        error_messages = {
            "on_behalf_of": {"required": _("Choose the operator.")},
            "channel": {"required": _("Choose how the operator told you.")},
            "reason": {"required": _("Write the reason in one sentence.")},
        }

    def __init__(self, *args: Any, operators: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["on_behalf_of"].queryset = operators
        fields["channel"].choices = StandIn.Channel.choices
