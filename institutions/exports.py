"""The register's own lists as tables."""

from django.utils.translation import gettext_lazy as _

from institutions.exporting import Column, Exportable, offer
from institutions.filters import InstitutionFilter
from institutions.models import Institution

offer(
    Exportable(
        name="lembaga",
        title=_("Institutions"),
        rows=lambda user: (
            Institution.objects.visible_to(user).for_lists().select_related("foundation")
        ),
        filters=InstitutionFilter,
        columns=(
            Column(_("code"), "code"),
            Column(_("name"), "name"),
            Column(_("legal owner"), "foundation.name"),
            Column(_("host type"), lambda row: row.get_host_type_display()),
            Column(_("province"), "regency.province.name"),
            Column(_("regency or city"), "regency.name"),
            Column(_("guided by"), "office.name"),
            Column(_("vocational field"), "field.name"),
            Column(_("budget year"), "programme_year.year"),
            Column(_("status"), lambda row: row.get_status_display()),
            Column(_("VIN"), "vin"),
            Column(_("NSPP"), "nspp"),
            Column(_("NPSN"), "npsn"),
            Column(_("address"), "address"),
            Column(_("contact person"), "contact_name"),
            Column(_("phone of the contact"), "contact_phone"),
        ),
        order=("name", "id"),
    )
)
