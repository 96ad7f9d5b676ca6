"""What fields mean whose serializer says nothing of them: mostly those that many lists share.

So that no field of the description is without words, and the same field is told in the same ones.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

Schema = dict[str, Any]

# By the name of the field, whichever list it is in.
FIELDS: dict[str, object] = {
    "address": _("Street and village, as text."),
    "business": _("The name of the business."),
    "cohort": _("The id of the cohort."),
    "count.is_at_least": _("Whether there are more rows than were counted."),
    "count.rows": _("How many rows the whole list has."),
    "criterion": _("The code of the criterion."),
    "criterion_name": _("The criterion in words."),
    "due_on": _("The last day on which the report is in time."),
    "education": _("The highest school that was finished, for example SMA."),
    "ends_on": _("The last day of the training."),
    "faults": _("What is wrong in the row, place by place."),
    "id": _("The number of the row in the portal; it never changes."),
    "incubator": _("The id of the incubator."),
    "institution": _("The code of the institution."),
    "institution_name": _("The name of the institution."),
    "plan": _("What is planned: where, what, when, and who pays."),
    "post_test": _("Points of 0 to 100 in the test after the training."),
    "pre_test": _("Points of 0 to 100 in the test before the training."),
    "programme": _("The name of the programme in the catalogue."),
    "programme_year": _("The budget year (TA)."),
    "province": _("The Kemendagri code of the province."),
    "report": _("How the report stands."),
    "results": _("The rows of this page."),
    "row": _("Which row of the roster, counted from 1."),
    "rows_to_mend": _("Rows of the roster that wait for the operator, with their faults."),
    "starts_on": _("The first day of the training."),
    "submitted_at": _("When it was last sent; null while nobody has sent it."),
    "valid_from": _("Since when it holds; null where that is not recorded."),
    "valid_to": _("Until when it holds; null while it does."),
    "verified_at": _("When an officer verified it; null while it is not verified."),
    "version": _("Grows by one with each step of the report; 0 before the first."),
}

# By schema and field, where the name alone would say too little or something else.
FIELDS_OF: dict[str, object] = {
    "Actual.province": _("Its Kemendagri code; null for a figure of the nation or of an office."),
    "Actual.value": _("The figure itself; what it counts, the indicator says."),
    "Agreement.purpose": _("What the partner does, in the words of the agreement."),
    "Agreement.starts_on": _("The first day on which it is in force."),
    "Candidate.eligible": _("Whether the register lets it be a candidate today."),
    "Case.grace_until": _(
        "The last day on which an inactive institution may return; null for other cases."
    ),
    "Case.opened_on": _("The day since which the case is open."),
    "Certificate.issued_on": _("The day of the certificate."),
    "Certificate.number": _("The number printed on the certificate."),
    "Code.code": _("What stands in the field."),
    "Code.label": _("What it means, in the language asked for."),
    "CodeList.name": _("What the list is called, for a program."),
    "CodeList.title": _("What the list is called, for people."),
    "CodeList.values": _("Every code of the list."),
    "CodeLists.results": _("All code lists."),
    "Cohort.external_ids.proglat": _("Its code in ProgLat; null where there is none."),
    "Cohort.external_ids.skillhub": _("The id of its class in Skillhub; null where there is none."),
    "Cohort.seats": _("How many people it is planned for."),
    "CohortReport.counted.completed": _("Of those enrolled, who did not leave before the end."),
    "CohortReport.counted.enrolled": _("Participants on the roster."),
    "CohortReport.counted.female": _("Women among those enrolled."),
    "CohortReport.counted.male": _("Men among those enrolled."),
    "CohortReport.counted.passed": _("Of those who completed it, who passed."),
    "CohortReport.counted.people": _(
        "Of those who completed it, for whom this cohort is the one that counts in the budget "
        "year: a person in several cohorts is counted in one of them."
    ),
    "DraftRowShape.participants": _("How many people are on the roster."),
    "Evidence.submitted_at": _("When it was handed in."),
    "Evidence.valid_from": _("The first day on which it proves its criterion."),
    "Evidence.valid_to": _("The last day on which it proves its criterion; null without an end."),
    "Evidence.verified_on": _("The day on which it was verified; null while it is not."),
    "Evidence.withdrawn_on": _("The day on which it was withdrawn; null while it stands."),
    "Explanation.audited_at": _(
        "When the figures of the budget year were last compared with their rows; null before the "
        "first time."
    ),
    "Explanation.bucket": _("The value of the breakdown; empty for the whole."),
    "Explanation.counted_at": _("When the figures of the budget year were last recounted."),
    "Explanation.excluded": _("What the rule leaves out, in words."),
    "Explanation.institution": _("The institution asked about, by its code; null for all."),
    "Explanation.label": _("The name of the indicator."),
    "Explanation.office": _("The training office asked about, by its code; null for none."),
    "Explanation.owed_since": _(
        "Since when a recount is owed; null while the figures hold everything that is verified."
    ),
    "Explanation.parts": _("What the figure is the sum of, a page at a time."),
    "Explanation.province": _("The province asked about, by its code; null for all."),
    "Explanation.reasons": _("Why rows do not count, each reason with its number of rows."),
    "Explanation.regency": _("The regency or city asked about, by its code; null for all."),
    "Explanation.rule": _("How the indicator is counted, in words."),
    "Explanation.unit": _("What is counted, in words."),
    "Field.code": _("The code of the vocational field."),
    "Field.name": _("The name of the vocational field."),
    "Found.text": _("The criterion in words."),
    "Identity.birth_date": _("The date of birth."),
    "Identity.birth_place": _("The place of birth."),
    "Identity.name": _("The full name."),
    "Identity.phone": _("The phone number; empty where none is known."),
    "Incubator.decree": _("The number of the decree of the round; empty before there is one."),
    "Incubator.rank": _("Its place in the order of the selection; null where it has none."),
    "Institution.code": _("Its code in the portal; plans and filters name it by this."),
    "Institution.name": _("Its name."),
    "Institution.province_name": _("The name of the province."),
    "Institution.regency_name": _("The name of the regency or city."),
    "Institution.vin": _(
        "The VIN, its number in the register of training institutions; empty while it has none."
    ),
    "InstructorShape.name": _("The name of the instructor."),
    "Milestone.document_number": _(
        "The number of the paper that records it, for example of the PKB; empty where none is."
    ),
    "MissingShape.text": _("What lacks, in one sentence."),
    "Office.code": _("The code of the training office."),
    "Office.name": _("The name of the training office."),
    "Part.counted": _("How much the part adds to the figure."),
    "Part.detail": _("What tells it apart from its neighbours, for example its place; or empty."),
    "Part.name": _("What the part is called."),
    "Part.reasons": _("Why rows of it do not count, by code."),
    "ParticipantShape.birth_date": _("The date of birth."),
    "ParticipantShape.birth_place": _("The place of birth."),
    "ParticipantShape.name": _("The full name, as on the identity card."),
    "ParticipantShape.phone": _("The phone number."),
    "Partner.name": _("The name of the partner."),
    "Partner.website": _("The address of its pages; empty where none is known."),
    "Problem.detail": _("What to do, in one or two sentences."),
    "Problem.status": _("The status of the answer once more."),
    "Problem.title": _("What happened, in a few words."),
    "Programme.name": _("Its name; a plan names it by this and its vocational field."),
    "Programme.version": _("Which version of the programme; a name may have several."),
    "Province.code": _("The Kemendagri code."),
    "Province.name": _("The name of the province."),
    "Province.successor": _("The code of the province that took its place; null where none did."),
    "Reason.label": _("The reason in words."),
    "Reason.rows": _("How many rows do not count for this reason."),
    "Reason.what_follows": _("What is waited for or helps, in words; or empty."),
    "Regency.code": _("The Kemendagri code, written without its dot."),
    "Regency.former_code": _(
        "The Kemendagri code that it had in another province; empty where it had none."
    ),
    "Regency.former_province": _(
        "The code of the province that it belonged to before; null where it never changed."
    ),
    "Regency.name": _("The name of the regency or city."),
    "Regency.successor": _("The code of the regency that took its place; null where none did."),
    "Rest.counted": _("How much they add to the figure."),
    "RosterResultShape.changed": _("Participants that are different now."),
    "RosterResultShape.unchanged": _("Participants that were as they were sent."),
    "RowResultShape.external_id": _("The id that your system gave the row."),
    "StateShape.participants": _("How many people are on the roster."),
    "Target.legal_basis": _("The law or plan that the target rests on."),
    "Target.set_at": _("When this version was set."),
    "Target.source": _("Where the target can be read."),
    "Tenant.permits": _("Which permits the business has, by code; see the code list “permit”."),
    "WarningShape.code": _("What is doubted, for a program."),
    "WarningShape.cure": _("What helps, in one sentence."),
    "WarningShape.is_explained": _("Whether an explanation of it is stored."),
    "WarningShape.rows": _(
        "Rows of the roster that it is about; empty where it is about them all."
    ),
    "WarningShape.title": _("What is doubted, in one sentence."),
    "WrittenShape.page": _(
        "Where the operator looks over the draft and sends it; null for a new cohort that was "
        "only tried."
    ),
    "WrittenShape.participants": _("How many people are on the roster."),
    "WrittenShape.rows": _("What became of each row that was sent."),
}

# By the name of the place in an address.
PLACES: dict[str, object] = {
    "code": _("The code of the row, as the list tells it."),
    "id": _("The id of the row, as the list tells it."),
    "year": _("The budget year, as the list tells it."),
}
PRINTED_CODE = _("The code printed on the certificate, with or without dashes.")


def with_meanings(result: Schema, **kwargs: object) -> Schema:
    """Say what each field and each place in an address means, where nothing does yet."""
    for name, component in result["components"]["schemas"].items():
        _tell_fields(component, name, "")
    for path, operations in result["paths"].items():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    meaning = (
                        PRINTED_CODE if "/certificates/" in path else PLACES[parameter["name"]]
                    )
                    parameter.setdefault("description", str(meaning))
    return result


def _tell_fields(part: Schema, of: str, within: str) -> None:
    for name, field in part.get("properties", {}).items():
        here = f"{within}{name}"
        meaning = FIELDS_OF.get(f"{of}.{here}") or FIELDS.get(here)
        if meaning and "description" not in field:
            # The generator leaves a title out where it is the name again, but in English alone.
            field.pop("title", None)
            if "$ref" in field:
                field["allOf"] = [{"$ref": field.pop("$ref")}]
            field["description"] = str(meaning)
        _tell_fields(field, of, f"{here}.")
