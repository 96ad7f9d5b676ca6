"""What no free text may hold."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from blk_portal.privacy.nik import stands_in


def without_nik(text: str) -> None:
    """Refuse a text that holds a NIK: texts are read by more people than a NIK may be."""
    if stands_in(text):
        raise ValidationError(_("Leave out the NIK: more people read this than may read a NIK."))
