"""Criteria and assessments, visits, partners and what they brought."""

from datetime import date, timedelta

import factory

from blk_portal.accounts.models import Partner
from institutions.maturity import REACHED_BY_CRITERIA, Maturity
from institutions.models import (
    Assessment,
    AssessmentCriterion,
    Contribution,
    Partnership,
    ProgrammeYear,
    Visit,
)
from institutions.models.assessment import Answer
from tests.factories.accounts import NationalAdminFactory
from tests.factories.institutions import InstitutionFactory, ProgrammeYearFactory


class CriterionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AssessmentCriterion
        django_get_or_create = ("programme_year", "code")

    programme_year = factory.SubFactory(ProgrammeYearFactory)
    maturity = Maturity.GROWING
    code = factory.LazyAttribute(lambda row: f"{row.maturity}-1")
    text = factory.LazyAttribute(lambda row: f"Kriteria {row.code} (contoh)")


def criteria_of(year: ProgrammeYear) -> list[AssessmentCriterion]:
    """One required criterion a class."""
    return [
        CriterionFactory(programme_year=year, maturity=maturity, position=position)
        for position, maturity in enumerate(REACHED_BY_CRITERIA, start=1)
    ]


class AssessmentFactory(factory.django.DjangoModelFactory):
    """An assessment made by the real verbs; `reaching` is the class it comes to, final at once.

    `draft=True` leaves it a draft. `by`: the assessor, the national admin if not said.
    """

    class Meta:
        model = Assessment

    institution = factory.SubFactory(InstitutionFactory, operational=True)
    programme_year = factory.SelfAttribute("institution.programme_year")
    assessed_on = date(2022, 10, 3)
    reaching = Maturity.GROWING
    draft = False
    by = None

    @classmethod
    def _create(cls, model_class, *args, reaching, draft, by, assessed_on, **kwargs) -> Assessment:
        by = by or NationalAdminFactory()
        assessment = model_class(**kwargs)
        classes = list(Maturity)
        upto = classes[: classes.index(Maturity(reaching)) + 1]
        answers = {
            one.pk: Answer(is_met=one.maturity in upto, evidence="Dilihat di tempat (contoh).")
            for one in criteria_of(assessment.programme_year)
        }
        assessment.record(answers, by=by, assessed_on=assessed_on)
        if not draft:
            assessment.finalise(by=by, version=assessment.version)
        return assessment


class VisitFactory(factory.django.DjangoModelFactory):
    """A visit; with `open=True` a follow-up is agreed, due a month later."""

    class Meta:
        model = Visit

    class Params:
        open = factory.Trait(
            follow_up="Lengkapi daftar peralatan (contoh).",
            follow_up_due_on=factory.LazyAttribute(lambda row: row.visited_on + timedelta(days=30)),
        )

    institution = factory.SubFactory(InstitutionFactory, operational=True)
    officer = factory.SubFactory(NationalAdminFactory)
    visited_on = date(2022, 9, 5)
    kind = Visit.Kind.MONITORING
    findings = "Pelatihan berjalan, peralatan terawat (contoh)."


class PartnerBodyFactory(factory.django.DjangoModelFactory):
    """A partner organisation; a partner's system is a user (PartnerFactory)."""

    class Meta:
        model = Partner

    name = factory.Sequence(lambda n: f"Bank Contoh {n:03} (contoh)")
    kind = Partner.Kind.BANK


class PartnershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Partnership

    partner = factory.SubFactory(PartnerBodyFactory)
    institution = None
    number = factory.Sequence(lambda n: f"MOU/{n:04}")
    starts_on = date(2022, 1, 1)
    purpose = "Pembiayaan pelatihan (contoh)."


class ContributionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Contribution

    partner = factory.SubFactory(PartnerBodyFactory)
    institution = factory.SubFactory(InstitutionFactory, operational=True)
    kind = Contribution.Kind.MENTORS
    given_on = date(2022, 8, 1)
    quantity = 2
