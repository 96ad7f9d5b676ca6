"""The plan of a cohort as JSON, checked by the form that the pages show."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext

from blk_portal.accounts.models import Partner, User
from blk_portal.rest.shapes import value_class
from institutions.models import Institution, ProgrammeYear
from trainings.exchange.found import Found
from trainings.models import Cohort, ExternalId, Instructor, Programme
from trainings.plan_forms import CohortForm, InstructorsField, beside

Plan = Mapping[str, Any]
# The form's names of what the JSON calls otherwise.
NAMES = {
    "taught_by": "instructors",
    **{system.value: f"external_ids.{system.value}" for system in ExternalId.System},
}


class InstructorRows(InstructorsField):
    """The instructors as rows with names of their own instead of lines."""

    def clean(self, value: Any) -> list[Instructor]:
        if isinstance(value, str):
            return super().clean(value)
        rows = [
            (" ".join(row["name"].split()), row.get("competence_number", "").strip())
            for row in value or ()
        ]
        return self.checked(rows)

    def has_changed(self, initial: Any, data: Any) -> bool:
        if isinstance(data, str):
            return super().has_changed(initial, data)
        written = [
            Instructor(name=row["name"], competence_number=row.get("competence_number", ""))
            for row in data or ()
        ]
        return self.written(written) != (initial or "")


class DraftPlanForm(CohortForm):
    """The form of the plan, filled in by another system."""

    taught_by = InstructorRows()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # What was read is said by If-Match, not by hidden fields.
            field.show_hidden_initial = False


def form_of(plan: Plan, *, by: User, cohort: Cohort | None) -> tuple[DraftPlanForm, list[Found]]:
    """The form with what the plan says, and the codes in it that name nothing.

    What the plan of a known cohort leaves out is as it was.
    """
    data: dict[str, Any] = {}
    if cohort is not None:
        blank = DraftPlanForm(user=by, instance=cohort)
        data = {name: blank.get_initial_for_field(one, name) for name, one in blank.fields.items()}
        data = {name: "" if value is None else value for name, value in data.items()}
    for name, value in plan.items():
        if name == "external_ids":
            data |= {system: text or "" for system, text in (value or {}).items()}
        elif name == "instructors":
            data["taught_by"] = value
        elif name not in ("institution", "programme_year", "field", "programme",
                          "programme_version", "partner"):  # fmt: skip
            data[name] = "" if value is None else str(value)
    rows, faults = _named_rows(plan, by, cohort)
    data |= rows
    return DraftPlanForm(data, user=by, instance=cohort), faults


def _named_rows(
    plan: Plan, by: User, cohort: Cohort | None
) -> tuple[dict[str, object], list[Found]]:
    """The rows that the plan names by their codes, each looked for among those one may see."""
    sought: dict[str, tuple[QuerySet[Any], object, str]] = {}
    if plan.get("institution") is not None:
        own = Institution.objects.visible_to(by).filter(code=plan["institution"])
        if cohort is not None:
            own = own.filter(pk=cohort.institution_id)
        sought["institution"] = (
            own,
            plan["institution"],
            gettext("Use the code of an institution in your area; that of a known cohort stays."),
        )
    if plan.get("programme_year") is not None:
        years = ProgrammeYear.objects.filter(year=plan["programme_year"])
        sought["programme_year"] = (
            years,
            plan["programme_year"],
            gettext("Use a year of the list programme-years that is not closed."),
        )
    if {"programme", "field", "programme_version"} & plan.keys():
        named = _programme(plan, by, cohort)
        sought["programme"] = (
            named,
            plan.get("programme"),
            gettext("Use field and name of a programme of the catalogue."),
        )
    if plan.get("partner") is not None:
        partners = Partner.objects.visible_to(by).filter(pk=plan["partner"])
        sought["partner"] = partners, plan["partner"], gettext("Use an id of the list partners.")
    data: dict[str, object] = {"partner": ""} if "partner" in plan else {}
    faults = []
    for name, (rows, written, cure) in sought.items():
        row: Model | None = rows.first()
        data[name] = row.pk if row else ""
        if row is None:
            detail = gettext("There is nothing of this code or name.")
            faults.append(Found(name, "unknown_code", detail, cure, value_class(written)))
    return data, faults


def _programme(plan: Plan, by: User, cohort: Cohort | None) -> QuerySet[Programme]:
    named = {
        "field__code": cohort.field.code if cohort else "",
        "name": cohort.programme.name if cohort else "",
    }
    named |= {"field__code": plan["field"]} if "field" in plan else {}
    named |= {"name": plan["programme"]} if "programme" in plan else {}
    rows = Programme.objects.visible_to(by).filter(**named)
    if version := plan.get("programme_version"):
        return rows.filter(version=version)
    if cohort is not None and rows.filter(pk=cohort.programme_id).exists():
        return rows.filter(pk=cohort.programme_id)
    return rows.current()


def faults_of(form: DraftPlanForm, plan: Plan, told: Sequence[Found]) -> Iterator[Found]:
    """What the form refuses, besides what was told already."""
    known = {one.field for one in told}
    for name, errors in form.errors.get_json_data().items():
        field = NAMES.get(name, name)
        if field in known:
            continue
        outer, _dot, inner = field.partition(".")
        written = plan.get(outer)
        written = written.get(inner) if inner and isinstance(written, dict) else written
        for error in errors:
            yield Found(
                None if name == "__all__" else field, error["code"] or "invalid", error["message"],
                gettext("Mend the field and send the draft again."), value_class(written),
            )  # fmt: skip


def plan_of(cohort: Cohort) -> dict[str, Any]:
    """The plan as JSON; wants `for_plan()`."""
    ids = beside(cohort)
    return {
        "institution": cohort.institution.code,
        "programme_year": cohort.programme_year.year,
        "field": cohort.field.code,
        "programme": cohort.programme.name,
        "programme_version": cohort.programme.version,
        "batch": cohort.batch,
        "starts_on": cohort.starts_on,
        "ends_on": cohort.ends_on,
        "hours": cohort.hours,
        "method": cohort.method,
        "seats": cohort.seats,
        "instructors": [
            {"name": row.name, "competence_number": row.competence_number}
            for row in cohort.instructors.all()
        ],
        "funding": cohort.funding,
        "partner": cohort.partner_id,
        "cost_planned": cohort.cost_planned,
        "external_ids": {system.value: ids[system.value] or None for system in ExternalId.System},
    }
