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
