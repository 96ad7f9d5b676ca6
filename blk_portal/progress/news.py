"""What the rooms below report upward, noted as recounts that are owed."""

from collections.abc import Iterable

from django.dispatch import receiver

from blk_portal.progress.rollup import owe
from blk_portal.progress.tasks import ring
from blk_portal.reporting.models import Report, Transition
from blk_portal.reporting.signals import report_moved
from incubators.models import Incubator, IncubatorTransition
from incubators.signals import incubator_moved, standing_changed, tenants_recounted
from institutions.models import Institution
from institutions.signals import institution_moved, register_moved

FIGURE_VERBS = {"verify", "reopen"}


@receiver(report_moved)
def on_report_moved(
    sender: type[Report],
    report: Report,
    transition: Transition,
    institutions: Iterable[int],
    **kwargs: object,
) -> None:
    if transition.verb in FIGURE_VERBS:
        year = report.obligation.programme_year_id
        owe([year], institutions=institutions, why=f"report {transition.verb}", ring=ring)


@receiver(institution_moved)
def on_institution_moved(
    sender: type[Institution],
    institution: Institution,
    years: Iterable[int],
    places: Iterable[tuple[int | None, int | None]],
    **kwargs: object,
) -> None:
    owe(years, institutions=[institution.pk], places=places, why="institution moved", ring=ring)


@receiver(register_moved)
def on_register_moved(
    sender: type[Institution],
    years: Iterable[int],
    places: Iterable[tuple[int | None, int | None]],
    **kwargs: object,
) -> None:
    owe(years, places=list(places), why="register import", ring=ring)


@receiver(incubator_moved)
def on_incubator_moved(
    sender: type[Incubator],
    incubator: Incubator,
    transition: IncubatorTransition | None,
    **kwargs: object,
) -> None:
    verb = transition.verb if transition else "enter"
    _owe_incubator(incubator, f"incubator {verb}")


@receiver(standing_changed)
def on_standing_changed(sender: type[Incubator], incubator: Incubator, **kwargs: object) -> None:
    _owe_incubator(incubator, "incubator standing")


def _owe_incubator(incubator: Incubator, why: str) -> None:
    owe(
        [incubator.round.programme_year_id],
        institutions=[incubator.institution_id],
        why=why,
        ring=ring,
    )


@receiver(tenants_recounted)
def on_tenants_recounted(
    sender: object, institution: int, years: Iterable[int], **kwargs: object
) -> None:
    owe(years, institutions=[institution], why="tenants recounted", ring=ring)
