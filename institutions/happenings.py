"""What people did about an institution beside its steps and cases, asked for in one question.

Corrections of the register, assessments, visits, tranches and their accounts: each a plain row of
when, what, which words and who, of those rows only that the reader may see.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    F,
    Func,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, NullIf, TruncDate

from blk_portal.accounts.requests import Visitor
from blk_portal.formats import WESTERN_TIME
from institutions.models import (
    Assessment,
    ChangeProposal,
    Disbursement,
    DisbursementStep,
    Institution,
    Visit,
)
from institutions.models.proposal import ProposalState

# So much of what somebody wrote is told; the page of the subject holds the whole of it.
WORDS_TOLD = 300


class Happening(NamedTuple):
    """One row of the question: a subject, and what is to be said of it.

    what, number, amount: whatever names it, for example the purpose and number of a tranche.
    """

    subject: str
    what: str
    number: int | None
    amount: int | None
    detail: str
    on: date
    words: str
    by: str | None
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_because: str | None


NOTHING: dict[str, Any] = {
    "number": Cast(Value(None), BigIntegerField()),
    "amount": Cast(Value(None), BigIntegerField()),
    "detail": Value(""),
    "words": Value(""),
    "withdrawn_at": Cast(Value(None), DateTimeField()),
    "withdrawn_by": Cast(Value(None), TextField()),
    "withdrawn_because": Cast(Value(None), TextField()),
}
WITHDRAWN = {"withdrawn_at": F("withdrawn_at"), "withdrawn_because": F("withdrawn_because")}


def happenings(institution: Institution, reader: Visitor) -> list[Happening]:
    """All of them that the reader may see, in no order."""
    its = {"institution": institution}
    tranches = Disbursement.objects.visible_to(reader).filter(**its)
    rows = _corrections(ChangeProposal.objects.visible_to(reader).filter(**its)).union(
        _assessments(Assessment.objects.visible_to(reader).filter(**its)),
        _visits(Visit.objects.visible_to(reader).filter(**its)),
        _tranches(tranches),
        _accounts(tranches),
        all=True,
    )
    return [Happening(*row) for row in rows]


def _told(rows: QuerySet[Any], **told: Any) -> QuerySet[Any, Any]:
    """The rows with these columns, each as text or number of the same kind in every part."""
    columns = NOTHING | told
    texts = ("subject", "what", "detail", "words", "by", "withdrawn_by", "withdrawn_because")
    cast = {
        name: Cast(value, TextField()) if name in texts else value
        for name, value in columns.items()
    }
    return rows.order_by().values_list(*(cast[name] for name in Happening._fields))


def _name_of(person: str) -> Coalesce:
    """As an account calls itself."""
    return Coalesce(NullIf(F(f"{person}__name"), Value("")), F(f"{person}__username"))


def _start_of(text: str) -> Func:
    return Func(F(text), Value(WORDS_TOLD), function="LEFT", output_field=CharField())


def _corrections(rows: QuerySet[ChangeProposal]) -> QuerySet[Any, Any]:
    decided_at = Coalesce("decided_at", "proposed_at")
    return _told(
        rows.filter(state=ProposalState.ACCEPTED), subject=Value("correction"), what=F("field"),
        detail=F("new_value"), on=TruncDate(decided_at, tzinfo=WESTERN_TIME), words=F("reason"),
        by=_name_of("decided_by"), recorded_at=decided_at,
    )  # fmt: skip


def _assessments(rows: QuerySet[Assessment]) -> QuerySet[Any, Any]:
    return _told(
        rows.exclude(finalised_at=None), subject=Value("assessment"), what=F("maturity"),
        on=F("assessed_on"), words=_start_of("note"), by=_name_of("assessor"),
        recorded_at=F("finalised_at"), withdrawn_by=_name_of("withdrawn_by"), **WITHDRAWN,
    )  # fmt: skip


def _visits(rows: QuerySet[Visit]) -> QuerySet[Any, Any]:
    return _told(
        rows, subject=Value("visit"), what=F("kind"), on=F("visited_on"),
        words=_start_of("findings"), by=_name_of("officer"), recorded_at=F("recorded_at"),
        withdrawn_by=_name_of("withdrawn_by"), **WITHDRAWN,
    )  # fmt: skip


def _tranches(rows: QuerySet[Disbursement]) -> QuerySet[Any, Any]:
    return _told(
        rows, subject=Value("tranche"), what=F("purpose"), number=F("tranche"), amount=F("amount"),
        detail=F("sp2d_number"), on=F("sp2d_on"), by=_name_of("recorded_by"),
        recorded_at=F("recorded_at"), withdrawn_by=_name_of("withdrawn_by"), **WITHDRAWN,
    )  # fmt: skip


def _accounts(rows: QuerySet[Disbursement]) -> QuerySet[Any, Any]:
    steps = DisbursementStep.objects.filter(disbursement__in=rows)
    return _told(
        steps, subject=F("verb"), what=F("disbursement__purpose"),
        number=F("disbursement__tranche"), amount=F("amount"), detail=F("number"),
        on=F("happened_on"), words=F("reason"), by=_name_of("by"), recorded_at=F("recorded_at"),
    )  # fmt: skip
