"""What stands on the certificates of a cohort, as data to print. Official papers are Indonesian."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from blk_portal.formats import date_range, long_date, number
from blk_portal.printing.codes import qr_svg
from trainings.models import Certificate, Cohort

LANGUAGE = "id"


def sheet(certificate: Certificate) -> dict[str, str]:
    """What stands on one certificate only; wants the participant and the cohort's institution."""
    person, cohort = certificate.participant, certificate.participant.cohort
    born = {"place": person.birth_place, "date": long_date(person.birth_date)}
    code = certificate.grouped_code
    check = settings.PORTAL_URL + reverse("trainings:certificate-check")
    link = settings.PORTAL_URL + reverse("trainings:certificate-verify", args=[code])
    return {
        "number": gettext("Number %(number)s") % {"number": certificate.number},
        "name": person.name,
        "born": gettext("born in %(place)s, %(date)s") % born
        if person.birth_place
        else gettext("born %(date)s") % born,
        "place": f"{cohort.institution.regency.name}, {long_date(certificate.issued_on)}",
        "address": check,
        "code": code,
        "qr": qr_svg(link),
    }


def paper(cohort: Cohort, sheets: list[dict[str, str]]) -> dict[str, object]:
    """The whole file: what all certificates of the cohort share, and each one's sheet."""
    institution = cohort.institution
    regency = institution.regency
    ministry = gettext("Ministry of Manpower of the Republic of Indonesia")
    sample = gettext("SAMPLE DATA. All names and figures on this page are made up.")
    field = {"field": cohort.field.name, "hours": number(cohort.hours)}
    return {
        "title": f"{gettext('Training certificates')}: {cohort}, {institution.name}",
        "description": gettext("Training certificates"),
        "author": ministry,
        "language": LANGUAGE,
        "sample": sample if settings.DEMO_MODE else "",
        "ministry": ministry,
        "directorate": gettext(
            "Directorate General of Vocational Training and Productivity Development"
        ),
        "heading": gettext("Training certificate"),
        "given-to": gettext("given to"),
        "has-passed": gettext("who has passed the training"),
        "programme": cohort.programme.name,
        "lines": [
            gettext("Vocational field %(field)s, %(hours)s training hours (JP)") % field,
            date_range(cohort.starts_on, cohort.ends_on),
            f"{institution.name}, {regency.name}, {regency.province.name}",
        ],
        "qr-alt": gettext("QR code of the page that says whether this certificate is valid"),
        "check": gettext("Scan the code to check this certificate, or type the code at"),
        "code-word": gettext("Code:"),
        "signer": gettext("Head of the training institution"),
        "signature": gettext("Name, signature and stamp"),
        "certificates": sheets,
    }
