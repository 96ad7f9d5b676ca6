"""The closed list of what the checks say of a cohort as a whole, each with sentence and cure.

What they say of single rows is in `faults`. Documented for users in docs/roster-codes.md.
"""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class CohortCode(StrEnum):
    """What can be wrong with a cohort; the warnings ask for an explanation, all others block."""

    SEATS_EXCEEDED = "seats_exceeded"
    COHORT_NOT_ENDED = "cohort_not_ended"
    YEAR_CLOSED = "year_closed"
    INSTITUTION_NOT_OPERATIONAL = "institution_not_operational"
    CONSENT_MISSING = "consent_missing"
    INSTITUTION_NOT_OPENED = "institution_not_opened"
    HOURS_TOO_MANY = "hours_too_many"
    HOURS_TOO_FEW = "hours_too_few"
    HOURS_DIFFER = "hours_differ"
    ATTENDANCE_FULL = "attendance_full"
    ROSTER_REPEATED = "roster_repeated"
    ROSTER_ALIKE = "roster_alike"


class NotChecked(StrEnum):
    """What could not be looked at, and why."""

    PERSON_WITHOUT_NIK = "not_checked_without_nik"
    ROSTER_NOT_COMPARED = "not_checked_roster"


COHORT_WARNINGS = frozenset(
    {
        CohortCode.INSTITUTION_NOT_OPENED, CohortCode.HOURS_TOO_MANY, CohortCode.HOURS_TOO_FEW,
        CohortCode.HOURS_DIFFER, CohortCode.ATTENDANCE_FULL, CohortCode.ROSTER_REPEATED,
        CohortCode.ROSTER_ALIKE,
    }
)  # fmt: skip

_ASK_UPTP = _("Ask your UPTP to record the steps that lack.")
_COMPARE_HOURS = _("Compare dates and hours with the schedule, and correct what is wrong.")
_COMPARE_ROSTERS = _("Make sure that the roster of the right cohort was uploaded.")

COHORT_TEXTS = {
    CohortCode.SEATS_EXCEEDED: (
        _("%(n)s participants, but only %(seats)s seats."),
        _("Take off who does not take part, or ask your UPTP about the seats."),
    ),
    CohortCode.COHORT_NOT_ENDED: (
        _("The cohort runs until %(date)s."),
        _("Send the closing report after its last day, or correct the dates."),
    ),
    CohortCode.YEAR_CLOSED: (
        _("The budget year %(year)s is closed."),
        _("Ask the ministry whether it opens the year again."),
    ),
    CohortCode.INSTITUTION_NOT_OPERATIONAL: (
        _("The institution is not in operation: its status is “%(status)s”."),
        _ASK_UPTP,
    ),
    CohortCode.CONSENT_MISSING: (
        _("Guardians' consents that lack: %(n)s."),
        _("Upload the signed sheet and mark whom it covers; one sheet per cohort will do."),
    ),
    CohortCode.INSTITUTION_NOT_OPENED: (
        _("The building is handed over, but the begin of training is not recorded yet."),
        _ASK_UPTP,
    ),
    CohortCode.HOURS_TOO_MANY: (
        _("%(hours)s JP in %(days)s days are more than %(limit)s JP a day."),
        _COMPARE_HOURS,
    ),
    CohortCode.HOURS_TOO_FEW: (
        _("%(hours)s JP in %(days)s days are less than %(limit)s JP a week."),
        _COMPARE_HOURS,
    ),
    CohortCode.HOURS_DIFFER: (
        _("The cohort has %(hours)s JP, its programme %(programme)s JP."),
        _("Say why the hours differ, for example a shortened programme."),
    ),
    CohortCode.ATTENDANCE_FULL: (
        _("Everybody has an attendance of 100 %%."),
        _("Compare with the attendance list, and say if nobody was ever absent."),
    ),
    CohortCode.ROSTER_REPEATED: (
        _("The same people stand in the roster of %(cohort)s."),
        _COMPARE_ROSTERS,
    ),
    CohortCode.ROSTER_ALIKE: (
        _("%(shared)s of %(n)s participants stand in the roster of %(cohort)s too."),
        _COMPARE_ROSTERS,
    ),
    NotChecked.PERSON_WITHOUT_NIK: (
        _("Participants without a NIK: %(n)s. They cannot be compared with other cohorts."),
        _("Add the NIK from the KTP or KK."),
    ),
    NotChecked.ROSTER_NOT_COMPARED: (
        _("The roster has not been compared with other cohorts yet."),
        _("That is done when the roster is stored again and when the report is sent."),
    ),
}  # fmt: skip
