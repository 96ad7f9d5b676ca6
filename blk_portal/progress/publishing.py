"""Publishing the figures of a budget year as of a day, and correcting what was published."""

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.formats import long_date, today_in_jakarta
from blk_portal.progress.models import Publication, PublishedFigure
from blk_portal.progress.past import end_of, figures_at
from blk_portal.reporting.refusals import Incomplete, Refused
from institutions.copying import copy_rows
from institutions.models import ProgrammeYear


@transaction.atomic
def publish(year: ProgrammeYear, *, day: date, title: str, note: str = "", by: User) -> Publication:
    """Freeze the figures of a budget year as known at the end of a day, under the next number.

    Raises Refused for a day that is not over or lies before the last publication.
    """
    _hold(year)
    last = Publication.objects.filter(programme_year=year).aggregate(Max("number"))
    number = (last["number__max"] or 0) + 1
    return _freeze(year, day, number=number, correction=0, title=title, note=note, by=by)


@transaction.atomic
def correct(publication: Publication, *, day: date, note: str, by: User) -> Publication:
    """Freeze the figures anew under the same number, as the next correction of the last one.

    Raises Refused as `publish` does, for an older publication, and without a note.
    """
    year = publication.programme_year
    _hold(year)
    last = Publication.objects.filter(programme_year=year).latest_first().first()
    if last is None or last.number != publication.number:
        raise Refused(
            gettext("Only the last publication is corrected."),
            cure=gettext("What has changed since stands in the last one."),
        )
    if not note.strip():
        raise Incomplete(
            gettext("A correction says what it corrects."), cure=gettext("Write the note.")
        )
    return _freeze(
        year, day, number=last.number, correction=last.correction + 1, title=last.title,
        note=note, by=by,
    )  # fmt: skip


def _hold(year: ProgrammeYear) -> None:
    """Two who publish at once get two numbers, one after the other."""
    ProgrammeYear.objects.select_for_update(no_key=True).get(pk=year.pk)


def _freeze(
    year: ProgrammeYear,
    day: date,
    *,
    number: int,
    correction: int,
    title: str,
    note: str,
    by: User,
) -> Publication:
    if day >= today_in_jakarta():
        raise Refused(
            gettext("Figures are published of a day that is over."),
            cure=gettext("Choose yesterday or an earlier day."),
        )
    last = Publication.objects.filter(programme_year=year).aggregate(Max("day"))["day__max"]
    if last and day < last:
        raise Refused(
            gettext("Figures as of %(day)s are published already.") % {"day": long_date(last)},
            cure=gettext("Choose that day or a later one."),
        )
    found = figures_at(year, end_of(day), offices=False).cells
    if not found:
        raise Refused(
            gettext("Nothing was counted yet on that day."), cure=gettext("Choose a later day.")
        )
    publication = Publication.objects.create(
        programme_year=year, number=number, correction=correction, day=day, title=title.strip(),
        note=note.strip(), published_at=timezone.now(), published_by=by,
    )  # fmt: skip
    copy_rows(
        PublishedFigure,
        [
            PublishedFigure(
                publication=publication, province_id=cell.province, indicator=cell.indicator,
                breakdown=cell.breakdown, bucket=cell.bucket, value=cell.value,
            )
            for cell in found
        ],
    )  # fmt: skip
    return publication
