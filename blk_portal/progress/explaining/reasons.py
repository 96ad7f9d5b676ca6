"""Why a row does not count: the codes that pages and interface tell, in the order of the rules."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

# What lines say that count: as rows that can be opened, or as an opening balance.
COUNTED, OPENING = "", "opening"
COUNTING = (COUNTED, OPENING)


@dataclass(frozen=True)
class Reason:
    """Why rows do not count, and what may change that."""

    code: str
    label: object
    cure: object = ""


_AS_RULED = _("By the rule; nothing is to be done.")
_OPERATOR = _("Waits for the operator.")
_OFFICER = _("Waits for an officer to verify it.")
_MENDING = _("Waits for the operator to mend it.")

REASONS: dict[str, Reason] = {
    reason.code: reason
    for reason in (
        # Any kind of row
        Reason("other_year", _("Belongs to another budget year"), _("Counts in that budget year.")),
        # Closing reports
        Reason("cancelled", _("The cohort was cancelled"), _AS_RULED),
        Reason("not_submitted", _("The closing report has not been submitted yet"), _OPERATOR),
        Reason("taken_back", _("The closing report was taken back before a decision"), _OPERATOR),
        Reason("not_verified", _("The closing report awaits verification"), _OFFICER),
        Reason("returned", _("The closing report was returned"), _MENDING),
        Reason("reopened", _("The closing report was verified once and is open again"), _MENDING),
        # Participants
        Reason("withdrew", _("The participant withdrew"), _AS_RULED),
        Reason("not_passed", _("The participant did not pass"), _AS_RULED),
        Reason(
            "no_nik",
            _("Without a NIK: a participation, not a person"),
            _("Counts once the NIK is in the report."),
        ),
        Reason(
            "elsewhere",
            _("The person counts at an earlier participation of the year"),
            _AS_RULED,
        ),
        # Reports that rest on closing reports
        Reason("result_not_submitted", _("The later report has not been submitted yet"), _OPERATOR),
        Reason("result_not_verified", _("The later report awaits verification"), _OFFICER),
        Reason("result_returned", _("The later report was returned"), _MENDING),
        Reason(
            "untold",
            _("The verified report does not tell of the participant"),
            _("Counts once the later report is reopened and tells of them."),
        ),
        Reason("other_outcome", _("The verified report tells something else"), _AS_RULED),
        # Opening balances
        Reason(
            "opening_waiting",
            _("The opening balance awaits approval"),
            _("Waits for a second person to approve it."),
        ),
        Reason("opening_covered", _("Verified reports stand in its place"), _AS_RULED),
        # Institutions
        Reason("replaced", _("Another institution took its place"), _AS_RULED),
        Reason("agreement_cancelled", _("The agreement was cancelled"), _AS_RULED),
        Reason("institution_withdrew", _("The institution withdrew"), _AS_RULED),
        Reason("rejected", _("The proposal was rejected"), _AS_RULED),
        Reason("merged", _("Merged into another row of the register"), _AS_RULED),
        Reason("corrected", _("The record was withdrawn as a mistake"), _AS_RULED),
        Reason("not_yet", _("Has not come so far yet"), _("Counts from the day of its paper.")),
        # Incubators
        Reason("struck_off", _("Struck off"), _AS_RULED),
        Reason("place_taken", _("Struck off, its place was taken by another"), _AS_RULED),
        Reason("reserve", _("On the reserve list"), _AS_RULED),
        Reason("shortlisted", _("Short-listed only"), _AS_RULED),
        Reason("not_reached", _("Has not reached this stage"), _("Counts from that step on.")),
        Reason(
            "lapsed",
            _("Its standing is not in force"),
            _("Counts again once its evidence is renewed and verified."),
        ),
        Reason("not_struck_off", _("Was not struck off"), _AS_RULED),
        # Tenants
        Reason("left_before", _("Left before this budget year"), _AS_RULED),
        Reason("no_quarter", _("No quarterly report is expected in this budget year yet"), ""),
        Reason("quarter_not_submitted", _("No quarterly report was submitted yet"), _OPERATOR),
        Reason("quarter_not_verified", _("The quarterly report awaits verification"), _OFFICER),
        Reason("quarter_returned", _("The quarterly report was returned"), _MENDING),
        Reason("other_stage", _("In another stage at the end of the newest quarter"), _AS_RULED),
        Reason("not_graduated", _("Did not graduate in this budget year"), _AS_RULED),
        Reason("had_business", _("Ran a business before"), _AS_RULED),
        Reason("not_admitted", _("Is not admitted to incubation yet"), _("Counts after that.")),
        Reason("no_turnover", _("Without turnover in a verified quarter"), _AS_RULED),
        Reason("no_pair", _("Without turnover in two verified quarters in a row"), _AS_RULED),
        Reason("older_quarter", _("A newer verified quarter of the year counts"), _AS_RULED),
        Reason("nothing_told", _("Verified, with nothing to count in it"), _AS_RULED),
        Reason(
            "months_not_reached", _("So many months were not reached in a verified quarter"), ""
        ),
        Reason("not_running", _("The business did not run any more"), _AS_RULED),
    )
}
ORDER = {code: place for place, code in enumerate([COUNTED, *REASONS])}
