"""Flags beside the rows they are about, as the tables of participants show them."""

from collections.abc import Iterable

from trainings.models import CohortReportFlag, Participant

# The columns of the table of participants; other flags stand beside the name.
COLUMNS = ("name", "nik", "sex", "birth_date", "education", "result", "attendance")
# A template that looks for what is not there takes long: rosters hold thousands of rows.
UNFLAGGED = dict.fromkeys(COLUMNS)


def note_flags(participants: Iterable[Participant], flags: Iterable[CohortReportFlag]) -> None:
    """Note the flags of each row on it: `flagged` by column, `flagged_row` those without one.

    `standing_flags` are all of them.

    `marking` are flags that are being written; a reviewer's page puts its own there.
    """
    by_person: dict[int, list[CohortReportFlag]] = {}
    for flag in flags:
        by_person.setdefault(flag.participant_id or 0, []).append(flag)
    for person in participants:
        person.standing_flags = own = by_person.get(person.pk, ())
        person.flagged = UNFLAGGED | {flag.field: flag for flag in own if flag.field in COLUMNS}
        person.flagged_row = [flag for flag in own if flag.field not in COLUMNS]
        person.marking = ()
