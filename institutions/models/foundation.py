"""The legal owner of institutions."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Foundation(models.Model):
    """The legal owner (yayasan, pesantren, union) of one or several institutions."""

    name = models.CharField(_("name"), max_length=200)
    tax_number = models.CharField(
        _("NPWP"), max_length=16, blank=True,
        validators=[RegexValidator(r"^(\d{15}|\d{16})$", _("NPWP has 15 or 16 digits."))],
    )  # fmt: skip

    class Meta:
        verbose_name = _("legal owner")
        verbose_name_plural = _("legal owners")
        ordering = ["name", "id"]
        indexes = [
            # Lists of institutions name an owner in whatever spelling.
            models.Index(
                Lower(
                    models.Func(
                        "name", models.Value("[^0-9A-Za-z]"), models.Value(""), models.Value("g"),
                        function="regexp_replace", output_field=models.CharField(),
                    )
                ),
                name="foundation_name_letters",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
