"""The forms of partners and of agreements with them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import Partner, User
from institutions.entry_forms import keep_paper, paper_field
from institutions.models import Partnership


class PartnerForm(forms.ModelForm):
    """A partner; an address without its scheme is read as https."""

    website = forms.URLField(label=_("website"), required=False, assume_scheme="https")

    class Meta:
        model = Partner
        fields = ("name", "kind", "phone", "website", "is_active")


class PartnershipForm(forms.ModelForm):
    """An agreement with its dates; a paper chosen here becomes its paper."""

    by: User
    file = paper_field(help_text=_("A new file takes the place of the one before, which is kept."))

    class Meta:
        model = Partnership
        fields = ("partner", "institution", "number", "starts_on", "ends_on", "purpose")

    def full_clean(self) -> None:
        """Store the chosen file and hang it on the agreement, once all else is right.

        Here and not in `clean`: only now has the database's own say been heard, so that no paper
        is kept of an agreement that is refused.
        """
        super().full_clean()
        cleaned = getattr(self, "cleaned_data", {})
        if self.errors or not cleaned.get("file"):
            return
        try:
            self.instance.paper = keep_paper(
                cleaned["file"], kind="perjanjian-kemitraan", by=self.by,
                institution=cleaned["institution"], number=cleaned["number"],
                dated_on=cleaned["starts_on"], expires_on=cleaned["ends_on"],
            )  # fmt: skip
        except forms.ValidationError as refusal:
            self.add_error("file", refusal)
