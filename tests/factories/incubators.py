"""Selection rounds and incubators, moved through their stages by the real verbs."""

from datetime import date, timedelta

import factory

from incubators.models import Incubator, SelectionRound
from incubators.stages import Stage
from tests.factories.accounts import IncubatorReviewerFactory
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


class SelectionRoundFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SelectionRound
        django_get_or_create = ("programme_year",)

    programme_year = factory.SubFactory(ProgrammeYearFactory)
    decree = "SK/100/2022"


class IncubatorFactory(factory.django.DjangoModelFactory):
    """An incubator; `stage` is reached by the real verbs, with its log."""

    class Meta:
        model = Incubator

    institution = factory.SubFactory(InstitutionFactory, operational=True)
    round = factory.SubFactory(SelectionRoundFactory)
    stage = Stage.SHORTLISTED
    on = factory.LazyAttribute(lambda row: date(row.round.programme_year.year, 9, 1))
    by = None

    @classmethod
    def _create(cls, model_class, *args, stage, on, by, **kwargs) -> Incubator:
        incubator = super()._create(model_class, *args, **kwargs)
        if way := WAY_TO[stage]:
            by = by or IncubatorReviewerFactory()
        for days, verb in enumerate(way):
            reason = "Alasan contoh." if verb == "strike_off" else ""
            incubator.move(verb, by=by, on=on + timedelta(days=days), reason=reason)
        return incubator
