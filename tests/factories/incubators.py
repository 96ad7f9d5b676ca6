"""Selection rounds and incubators, moved through their stages by the real verbs, and evidence."""

from datetime import date, timedelta
from itertools import count

import factory
from django.db.models import Max

from blk_portal.formats import today_in_jakarta
from incubators.models import Criterion, Evidence, Incubator, SelectionRound
from incubators.stages import Stage
from tests.factories.accounts import IncubatorReviewerFactory, OperatorFactory
from tests.factories.documents import small_pdf
from tests.factories.institutions import InstitutionFactory, ProgrammeYearFactory

WAY_TO = {
    Stage.SHORTLISTED: (),
    Stage.SELECTED: ("select",),
    Stage.VALIDATED: ("select", "validate"),
    Stage.MENTORED: ("select", "validate", "mentor"),
    Stage.ESTABLISHED: ("select", "validate", "mentor", "establish"),
    Stage.INDEPENDENT: ("select", "validate", "mentor", "establish", "release"),
    Stage.STRUCK_OFF: ("select", "strike_off"),
}
# Long before any round, so that evidence may prove a past day.
LAW_BEGAN = date(2013, 1, 1)
WIDTHS = count(100)


class SelectionRoundFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SelectionRound
        django_get_or_create = ("programme_year",)

    programme_year = factory.SubFactory(ProgrammeYearFactory)
    decree = "SK/100/2022"


class IncubatorCriterionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Criterion
        django_get_or_create = ("code",)

    code = "tanda-daftar"
    name = factory.LazyAttribute(lambda row: f"Kriteria {row.code}")
    legal_basis = "PP 7/2021"
    valid_from = LAW_BEGAN


class IncubatorFactory(factory.django.DjangoModelFactory):
    """An incubator; `stage` is reached by the real verbs, with its log.

    One that gets beyond the short list has the next rank of its round where it is given none.
    proved: whether every criterion has evidence in force, since before the first step.
    """

    class Meta:
        model = Incubator

    institution = factory.SubFactory(InstitutionFactory, operational=True)
    round = factory.SubFactory(SelectionRoundFactory)
    stage = Stage.SHORTLISTED
    on = factory.LazyAttribute(
        lambda row: min(
            date(row.round.programme_year.year, 9, 1), today_in_jakarta() - timedelta(days=10)
        )
    )
    listed_on = factory.SelfAttribute("on")
    by = None
    proved = factory.LazyAttribute(lambda row: row.stage in (Stage.ESTABLISHED, Stage.INDEPENDENT))

    @classmethod
    def _create(cls, model_class, *args, stage, on, by, proved, **kwargs) -> Incubator:
        way = WAY_TO[stage]
        if "select" in way and not (kwargs.get("rank") or kwargs.get("reserve_position")):
            kwargs["rank"] = next_rank(kwargs["round"])
        incubator = super()._create(model_class, *args, **kwargs)
        incubator.announce()
        if way:
            by = by or IncubatorReviewerFactory()
        if proved:
            prove(incubator, on=on, by=by or IncubatorReviewerFactory())
        for days, verb in enumerate(way):
            reason = "Alasan contoh." if verb == "strike_off" else ""
            incubator.move(verb, by=by, on=on + timedelta(days=days), reason=reason)
        return incubator


def next_rank(round_: SelectionRound) -> int:
    """The rank behind the last one of a round."""
    return (round_.incubators.aggregate(last=Max("rank"))["last"] or 0) + 1


def prove(incubator: Incubator, *, on: date, by=None) -> list[Evidence]:
    """Verified evidence without an end for each criterion; the first one is made where none is."""
    criteria = list(Criterion.objects.all()) or [IncubatorCriterionFactory()]
    return [
        EvidenceFactory(incubator=incubator, criterion=one, valid_from=on, verified_on=on, by=by)
        for one in criteria
    ]


class EvidenceFactory(factory.django.DjangoModelFactory):
    """Evidence as an operator hands it in; `verified_on` has a reviewer verify it as of a day.

    Each has a paper of its own.
    """

    class Meta:
        model = Evidence

    incubator = factory.SubFactory(IncubatorFactory)
    criterion = factory.SubFactory(IncubatorCriterionFactory)
    valid_from = date(2022, 1, 1)
    valid_to = None
    submitted_by = factory.SubFactory(OperatorFactory)
    verified_on = None
    by = None

    @classmethod
    def _create(cls, model_class, *args, submitted_by, verified_on, by, **kwargs) -> Evidence:
        paper = small_pdf(width=next(WIDTHS))
        evidence = Evidence.objects.submit(file=paper, by=submitted_by, **kwargs)
        if verified_on:
            evidence.verify(by=by or IncubatorReviewerFactory(), on=verified_on)
        return evidence
