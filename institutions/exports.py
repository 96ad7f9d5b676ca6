"""The register's own lists as tables: institutions, and who owes an account of money."""

from django.utils.translation import gettext_lazy as _

from institutions.exporting import Column, Exportable, offer
from institutions.filters import InstitutionFilter
from institutions.models import Disbursement, Institution
from institutions.money_filters import ORDER, OwedFilter, days_overdue

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
            Column(_("status"), "status_shown_label"),
            Column(_("maturity class"), "class_shown_label"),
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
offer(
    Exportable(
        name="pertanggungjawaban-dana",
        title=_("Accounts of money"),
        rows=lambda user: Disbursement.objects.visible_to(user).for_lists(),
        filters=OwedFilter,
        columns=(
            Column(_("code"), "institution.code"),
            Column(_("institution"), "institution.name"),
            Column(_("province"), "institution.regency.province.name"),
            Column(_("regency or city"), "institution.regency.name"),
            Column(_("guided by"), "institution.office.name"),
            Column(_("budget year"), "programme_year.year"),
            Column(_("purpose"), lambda row: row.get_purpose_display()),
            Column(_("tranche"), "tranche"),
            Column(_("SP2D number"), "sp2d_number"),
            Column(_("SP2D date"), "sp2d_on"),
            Column(_("Paid (Rp)"), "amount"),
            Column(_("Accounted for (Rp)"), "accounted_then"),
            Column(_("Returned (Rp)"), "returned_then"),
            Column(_("Still open (Rp)"), "outstanding_then"),
            Column(_("Due date of the LPJ"), "lpj_due_on"),
            Column(_("Days overdue"), days_overdue),
            Column(_("As of"), "as_of_day"),
        ),
        order=ORDER,
        is_open_to=lambda user: user.spec.sees_money,
    )
)
