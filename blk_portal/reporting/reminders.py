"""Reminders around a due date: only to those who still owe, once each, one mail an institution."""

from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import DateField, F, SmallIntegerField, Value
from django.utils import timezone

from blk_portal.accounts.models import User
from blk_portal.reporting.notices import Notice, NoticeKind
from blk_portal.reporting.obligation import Obligation
from institutions.lifecycle import ENDED
from institutions.models import ProgrammeYear
from institutions.models.programme import reminder_days

# A night without the task is made up within so many days; what is older is not.
CATCH_UP_DAYS = 3
REMEMBER = """
INSERT INTO reporting_reminder (obligation_id, due_on, days, made_on) {owing}
ON CONFLICT DO NOTHING RETURNING obligation_id
"""


@transaction.atomic
def remind(*, on: date) -> int:
    """Write the reminders of a day; returns how many notices that made. May run twice."""
    fresh: list[int] = []
    for year in ProgrammeYear.objects.filter(is_closed=False).exclude(reminders=""):
        for days in reminder_days(year.reminders):
            fresh += _remember(year, days, on)
    return _notify(fresh)


def _remember(year: ProgrammeYear, days: int, on: date) -> list[int]:
    """Note that what is owed was reminded of; returns what was not noted before."""
    latest = on - timedelta(days=days)
    due = [latest - timedelta(days=back) for back in range(CATCH_UP_DAYS)]
    owing = (
        Obligation.objects.outstanding()
        .filter(programme_year=year, due_on__in=due)
        .exclude(institution__status__in=ENDED)
        .order_by()
        .values_list(
            "pk", F("due_on"),
            Value(days, output_field=SmallIntegerField()),
            Value(on, output_field=DateField()),
        )
    )  # fmt: skip
    statement, values = owing.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER.format(owing=statement), values)
        return [row[0] for row in cursor.fetchall()]


def _notify(obligations: list[int]) -> int:
    """One notice for each operator of an institution, however much it owes."""
    institutions = Obligation.objects.filter(pk__in=obligations).order_by().values("institution")
    people = User.objects.filter(
        is_active=True, memberships__institution__in=institutions
    ).values_list("pk", "memberships__institution")
    now = timezone.now()
    rows = [
        Notice(
            recipient_id=person, institution_id=institution, kind=NoticeKind.REMINDER,
            created_at=now, next_attempt_at=now,
        )
        for person, institution in people.distinct()
    ]  # fmt: skip
    Notice.objects.bulk_create(rows, batch_size=1_000)
    return len(rows)
