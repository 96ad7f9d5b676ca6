"""What is counted: one small definition an indicator, and the rule a reader is shown."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Indicator:
    """A figure that is rolled up from rows.

    label: what the figure is called. unit: what one of it is. rule: what counts, in plain words.
    excluded: what does not count. base: the figure of which it is a part, and without which nothing
    is known of it.
    """

    code: str
    label: object
    unit: object
    rule: object
    excluded: object
    base: str = ""


_UNTOLD = _(
    "Reports that are not verified, cohorts whose closing report is open again, and participants "
    "who did not pass."
)


INDICATORS: dict[str, Indicator] = {
    indicator.code: indicator
    for indicator in (
        Indicator(
            "institutions_pkb",
            _("Institutions with a signed PKB"),
            _("institutions"),
            _(
                "Institutions whose joint working agreement (PKB) belongs to this budget "
                "year. A replacement counts once."
            ),
            _(
                "Proposals without a determination, and institutions that were cancelled or "
                "withdrew."
            ),
        ),
        Indicator(
            "institutions_built",
            _("Building finished"),
            _("institutions"),
            _("Institutions of this budget year whose building has been handed over (BAST)."),
            _("Institutions that were cancelled or withdrew."),
        ),
        Indicator(
            "institutions_operational",
            _("Operational"),
            _("institutions"),
            _("Institutions of this budget year that have begun to train."),
            _("Institutions that were cancelled or withdrew."),
        ),
        Indicator(
            "enrolled",
            _("Enrolled"),
            _("participations"),
            _("All participant rows in verified closing reports of this budget year."),
            _("Reports that are not verified."),
        ),
        Indicator(
            "completed",
            _("Training participations"),
            _("participations"),
            _(
                "Participations in cohorts of this budget year, from every funding source, "
                "whose closing report is verified. One person in two cohorts is two "
                "participations and one person."
            ),
            _("Reports that are not verified, and participants who withdrew."),
        ),
        Indicator(
            "passed",
            _("Passed"),
            _("participations"),
            _("Participations with the result “passed” in verified closing reports."),
            _("Reports that are not verified."),
        ),
        Indicator(
            "people",
            _("Different people"),
            _("people"),
            _(
                "Persons by NIK, each once in a budget year, at the earliest verified "
                "participation."
            ),
            _("Participants without a NIK, and participants who withdrew."),
        ),
        Indicator(
            "certification_reported",
            _("Certification reported"),
            _("participations"),
            _(
                "Participants who passed and of whom a verified certification report tells, about "
                "three months after the training."
            ),
            _UNTOLD,
        ),
        Indicator(
            "certified",
            _("Certified by an LSP"),
            _("participations"),
            _(
                "Participants who passed and whom an LSP has judged competent, by the verified "
                "certification report. They count in the budget year of their cohort, from the day "
                "on which the report is verified."
            ),
            _UNTOLD,
            base="certification_reported",
        ),
        Indicator(
            "placement_3_reported",
            _("Placement reported after 3 months"),
            _("participations"),
            _(
                "Participants who passed and of whom a verified placement report tells how they "
                "are 3 months after the training."
            ),
            _UNTOLD,
        ),
        Indicator(
            "employed_3",
            _("Employed after 3 months"),
            _("participations"),
            _(
                "Participants who passed and are employed 3 months after the training, by the "
                "verified placement report."
            ),
            _UNTOLD,
            base="placement_3_reported",
        ),
        Indicator(
            "self_employed_3",
            _("Self-employed after 3 months"),
            _("participations"),
            _(
                "Participants who passed and run a business of their own 3 months after the "
                "training, by the verified placement report."
            ),
            _UNTOLD,
            base="placement_3_reported",
        ),
        Indicator(
            "placement_6_reported",
            _("Placement reported after 6 months"),
            _("participations"),
            _(
                "Participants who passed and of whom a verified placement report tells how they "
                "are 6 months after the training."
            ),
            _UNTOLD,
        ),
        Indicator(
            "employed_6",
            _("Employed after 6 months"),
            _("participations"),
            _(
                "Participants who passed and are employed 6 months after the training, by the "
                "verified placement report."
            ),
            _UNTOLD,
            base="placement_6_reported",
        ),
        Indicator(
            "self_employed_6",
            _("Self-employed after 6 months"),
            _("participations"),
            _(
                "Participants who passed and run a business of their own 6 months after the "
                "training, by the verified placement report."
            ),
            _UNTOLD,
            base="placement_6_reported",
        ),
        Indicator(
            "incubators_candidates",
            _("Candidates"),
            _("incubators"),
            _("Institutions on the list of the round, whatever became of them."),
            _("Institutions that were never put on the list."),
        ),
        Indicator(
            "incubators_selected",
            _("Business incubators selected"),
            _("incubators"),
            _(
                "Institutions selected as business incubators in the round of this budget "
                "year, net of those struck off."
            ),
            _("The short list, the reserve list, and institutions that were struck off."),
        ),
        Indicator(
            "incubators_validated",
            _("Validated"),
            _("incubators"),
            _("Selected incubators that passed validation or have come further."),
            _("Institutions that were struck off."),
        ),
        Indicator(
            "incubators_mentored",
            _("Mentored"),
            _("incubators"),
            _("Selected incubators whose mentoring has begun, or that have come further."),
            _("Institutions that were struck off."),
        ),
        Indicator(
            "incubators_established",
            _("Established"),
            _("incubators"),
            _(
                "Selected incubators that were established or are independent, while every "
                "criterion in force is proved by verified evidence."
            ),
            _(
                "Institutions that were struck off, and those whose standing has lapsed until "
                "the evidence is renewed."
            ),
        ),
        Indicator(
            "incubators_independent",
            _("Independent"),
            _("incubators"),
            _("Established incubators that were declared independent, while they stand."),
            _("Institutions that were struck off, and those whose standing has lapsed."),
        ),
        Indicator(
            "incubators_struck_off",
            _("Struck off"),
            _("incubators"),
            _("Institutions of the round that were struck off, whether replaced or not."),
            _("Strike-offs that were undone as a mistake."),
        ),
    )
}

_UNREPORTED = _("Tenants of whom no verified quarterly report tells.")
_NEWEST = _(
    "By the newest verified quarterly report of each incubator in this budget year: who is there "
    "at the end of the quarter counts once."
)
_SURVIVED = _(
    "Tenants who had been in an incubator for so many months in the quarter and whose business "
    "still ran, by the verified report."
)
_REACHED = _(
    "Tenants who reached so many months since they entered in a quarter whose report is verified, "
    "also those who were dropped."
)

# What verified quarterly reports of incubators say of their tenants.
TENANT_INDICATORS: dict[str, Indicator] = {
    indicator.code: indicator
    for indicator in (
        Indicator(
            "tenants_before", _("Tenants in pre-incubation"), _("tenants"), _NEWEST, _UNREPORTED
        ),
        Indicator(
            "tenants_incubation", _("Tenants in incubation"), _("tenants"), _NEWEST, _UNREPORTED
        ),
        Indicator(
            "tenants_after", _("Tenants in post-incubation"), _("tenants"), _NEWEST, _UNREPORTED
        ),
        Indicator(
            "tenants_graduated",
            _("Graduated tenants"),
            _("tenants"),
            _("Tenants who graduated in a quarter of this budget year whose report is verified."),
            _UNREPORTED,
        ),
        Indicator(
            "new_entrepreneurs",
            _("New entrepreneurs"),
            _("tenants"),
            _(
                "Tenants admitted to incubation who ran no business when they entered, or whose "
                "first NIB is from after that. Each counts once, in the first verified quarter "
                "with turnover."
            ),
            _("Businesses from before, and tenants without turnover in a verified quarter."),
        ),
        Indicator("jobs", _("Jobs at tenants"), _("workers"), _NEWEST, _UNREPORTED),
        Indicator(
            "tenant_turnover",
            _("Turnover of tenants"),
            _("rupiah"),
            _("The turnover of all verified quarters of this budget year."),
            _UNREPORTED,
        ),
        Indicator(
            "turnover_now",
            _("Turnover compared with the quarter before"),
            _("rupiah"),
            _("The turnover of tenants of whom the quarter before is verified as well."),
            _UNREPORTED,
        ),
        Indicator(
            "turnover_then",
            _("Turnover in the quarter before"),
            _("rupiah"),
            _("The turnover of the same tenants, one quarter earlier."),
            _UNREPORTED,
        ),
        Indicator(
            "finance",
            _("Finance received by tenants"),
            _("rupiah"),
            _("KUR, TKM, CSR, own and other money of all verified quarters of this budget year."),
            _UNREPORTED,
        ),
        Indicator("reached_6", _("6 months reached"), _("tenants"), _REACHED, _UNREPORTED),
        Indicator(
            "survived_6", _("Running after 6 months"), _("tenants"), _SURVIVED, _UNREPORTED,
            base="reached_6",
        ),
        Indicator("reached_12", _("12 months reached"), _("tenants"), _REACHED, _UNREPORTED),
        Indicator(
            "survived_12", _("Running after 12 months"), _("tenants"), _SURVIVED, _UNREPORTED,
            base="reached_12",
        ),
        Indicator("reached_24", _("24 months reached"), _("tenants"), _REACHED, _UNREPORTED),
        Indicator(
            "survived_24", _("Running after 24 months"), _("tenants"), _SURVIVED, _UNREPORTED,
            base="reached_24",
        ),
    )
}  # fmt: skip
INDICATORS |= TENANT_INDICATORS
# Those that are written in rupiah.
MONEY = {"tenant_turnover", "turnover_now", "turnover_then", "finance"}

# The three headline figures, each with the two that are shown beside it.
HEADLINES: dict[str, tuple[str, str]] = {
    "institutions_pkb": ("institutions_built", "institutions_operational"),
    "completed": ("people", "passed"),
    "incubators_selected": ("incubators_validated", "incubators_established"),
}

# What became of those who passed, as far as it is reported: each group is parts of one base.
AFTER_TRAINING: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("certification_reported", ("certified",)),
    ("placement_3_reported", ("employed_3", "self_employed_3")),
    ("placement_6_reported", ("employed_6", "self_employed_6")),
)
