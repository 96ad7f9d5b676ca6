"""The forms of partners and of agreements with them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import Partner, User
from institutions.entry_forms import keep_paper
from institutions.models import Partnership


class PartnerForm(forms.ModelForm):
    """A partner; an address without its scheme is read as https."""

    website = forms.URLField(label=_("website"), required=False, assume_scheme="https")

    class Meta:
        model = Partner
        fields = ("name", "kind", "phone", "website", "is_active")


class PartnershipForm(forms.ModelForm):
    """An agreement with its dates; a paper chosen here becomes its paper."""

    file = forms.FileField(
        label=_("Paper (PDF, JPG or PNG)"), required=False,
        help_text=_("A new file takes the place of the one before, which is kept."),
    )  # fmt: skip

    class Meta:
        model = Partnership
        fields = ("partner", "institution", "number", "starts_on", "ends_on", "purpose")

    def keep_paper(self, *, by: User) -> None:
        """Store the chosen file and hang it on the agreement."""
        paper = keep_paper(
            self.cleaned_data.get("file"), kind="partnership",
            institution=self.instance.institution, by=by, number=self.instance.number,
            dated_on=self.instance.starts_on, expires_on=self.instance.ends_on,
        )  # fmt: skip
        if paper:
            self.instance.paper = paper
