"""What lacks before a report can be sent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext

from blk_portal.formats import long_date, number, today_in_jakarta
from trainings.cohort_codes import CohortCode
from trainings.models.kind import ReportKind
from trainings.models.participant import Participant
from trainings.models.parts import Entries, Outcome, entries, opens_on

if TYPE_CHECKING:
    from trainings.checks import Examination
    from trainings.models.report import CohortReport

# Where on the cohort's page a finding is cured; the others stand among the checks.
PLACES: dict[str, str] = {
    CohortCode.SEATS_EXCEEDED: "peserta",
    CohortCode.CONSENT_MISSING: "persetujuan",
}


@dataclass(frozen=True)
class Missing:
    """Something that lacks before submission: what, and where on the page it is mended."""

    text: str
    anchor: str

    def __str__(self) -> str:
        return self.text


def missing_of_roster(report: "CohortReport", examined: "Examination") -> list[Missing]:
    """What lacks in an opening or a closing report.

    examined: what the checks found.
    """
    pending = report.cohort.pending_rows.count()
    count = len(examined.people)
    blank = sum(not person.result for person in examined.people)
    unattended = sum(
        person.attendance is None and person.result != Participant.Result.WITHDRAWN
        for person in examined.people
    )
    found = []
    if not count:
        found.append(Missing(gettext("Upload the roster."), "unggah"))
    if pending:
        text = ngettext("Mend %(n)s row.", "Mend %(n)s rows.", pending)
        found.append(Missing(text % {"n": number(pending)}, "perbaikan"))
    found += [Missing(each.message, PLACES.get(each.code, "pemeriksaan"))
              for each in examined.blocking]  # fmt: skip
    if report.kind == ReportKind.OPENING:
        return [*found, *missing_answers(report)]
    if unexplained := [person for person in report.latecomers if not person.late_reason]:
        n = len(unexplained)
        text = ngettext(
            "Give %(n)s reason for a late entry.", "Give %(n)s reasons for late entries.", n
        )
        found.append(Missing(text % {"n": number(n)}, "menyusul"))
    found += missing_answers(report)
    if blank:
        text = ngettext("Fill in %(n)s result.", "Fill in %(n)s results.", blank)
        found.append(Missing(text % {"n": number(blank)}, "hasil"))
    if unattended:
        text = ngettext(
            "Fill in the attendance of %(n)s participant.",
            "Fill in the attendance of %(n)s participants.", unattended,
        )  # fmt: skip
        found.append(Missing(text % {"n": number(unattended)}, "hasil"))
    if owed := len(examined.unexplained):
        text = ngettext("Explain %(n)s warning.", "Explain %(n)s warnings.", owed)
        found.append(Missing(text % {"n": number(owed)}, "peringatan"))
    return found


def missing_of_outcomes(report: "CohortReport", entered: Entries | None = None) -> list[Missing]:
    """What lacks in a certification or placement report."""
    if report.cohort.closing.is_open:
        return [Missing(gettext("Send the closing report first."), "penutupan")]
    first = opens_on(report)
    if first and today_in_jakarta() < first:
        text = gettext("This is asked from %(date)s on.") % {"date": long_date(first)}
        return [Missing(text, "isian")]
    rows = [row for _person, row in (entries(report) if entered is None else entered)]
    lacking = _counted("isian", {_of_nothing: rows.count(None), _of_part: _incomplete(rows)})
    return [*missing_answers(report), *lacking]


def missing_answers(report: "CohortReport") -> list[Missing]:
    """The flags of the last return that the operator has still to answer."""
    return _counted("tanda", {_of_flags: report.unanswered()})


def _incomplete(rows: list[Outcome | None]) -> int:
    return sum(row is not None and not row.is_complete for row in rows)


def _of_nothing(n: int) -> str:
    return ngettext("Fill in %(n)s participant.", "Fill in %(n)s participants.", n)


def _of_part(n: int) -> str:
    return ngettext("Complete %(n)s participant.", "Complete %(n)s participants.", n)


def _of_flags(n: int) -> str:
    return ngettext("Answer %(n)s flag.", "Answer %(n)s flags.", n)


def _counted(anchor: str, counts: dict[Callable[[int], str], int]) -> list[Missing]:
    return [Missing(say(n) % {"n": number(n)}, anchor) for say, n in counts.items() if n]
