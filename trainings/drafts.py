"""Typing that is not stored yet: kept while somebody types, and when a form meets a closed door.

Each form of a cohort or of its review carries a mark, signed by the portal, that says whose form it
is. A form sent after the session has ended, or with the token of another session, is not let
through; but the mark tells for whom what was typed may be kept, encrypted, until that person is
logged in again.
"""

from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Any, Self

from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import View
from trainings.filing import REVIEW
from trainings.models import Cohort, CohortReport, FormDraft, Participant, ReportKind

MARK = "ketikan"
SALT = "trainings.drafts"
# A form that lay open for longer is no longer taken up without a session.
OPEN_FOR = timedelta(days=7)
KEPT_FOR = timedelta(days=30)
MOST_CHARACTERS = 2_000_000
NOT_TYPED = frozenset({MARK, "csrfmiddlewaretoken"})
CONTINUE = "lanjut"
PAGES = {
    FormDraft.Kind.PASTE: "trainings:roster-paste",
    FormDraft.Kind.MEND: "trainings:roster-paste",
    FormDraft.Kind.RESULTS: "trainings:cohort-results",
}
ANCHORS: dict[str, str] = {FormDraft.Kind.ANSWERS: "#tanda", FormDraft.Kind.DECISION: "#keputusan"}


@dataclass(frozen=True)
class FormOf:
    """One form of one person: what a draft belongs to."""

    user: int
    cohort: int
    kind: str
    participant: int | None = None
    report: int | None = None

    @property
    def mark(self) -> str:
        """What the form carries, so that its typing finds its way back."""
        return signing.dumps(astuple(self), salt=SALT)

    @classmethod
    def of_mark(cls, mark: str) -> Self | None:
        """The form that a mark speaks of; nothing for a mark that is not ours or too old."""
        try:
            return cls(*signing.loads(mark, salt=SALT, max_age=OPEN_FOR))
        except (signing.BadSignature, TypeError):
            return None

    @classmethod
    def of_draft(cls, draft: FormDraft) -> Self:
        """The form that a draft was typed into."""
        return cls(
            draft.user_id, draft.cohort_id, draft.kind, draft.participant_id, draft.report_id
        )  # fmt: skip

    @property
    def page(self) -> str:
        """Where the form stands."""
        if self.kind == FormDraft.Kind.DECISION:
            return reverse("trainings:report-review", args=[self.report])
        if self.report is not None:
            return CohortReport.objects.get(pk=self.report).get_absolute_url()
        if self.kind in ReportKind.values:
            return reverse("trainings:part-detail", args=[self.cohort, ReportKind(self.kind)])
        if self.kind != FormDraft.Kind.PARTICIPANT:
            return reverse(PAGES[FormDraft.Kind(self.kind)], args=[self.cohort])
        if self.participant is None:
            return reverse("trainings:participant-create", args=[self.cohort])
        return reverse("trainings:participant-update", args=[self.cohort, self.participant])

    @property
    def page_as_typed(self) -> str:
        """The same page, with the typing that was kept back in its fields."""
        return f"{self.page}?{CONTINUE}=1{ANCHORS.get(self.kind, '')}"

    def _is_open(self) -> bool:
        """Whether the person may still file or decide this, and what it is about is still there."""
        user = User.objects.filter(pk=self.user, is_active=True).first()
        if user is None:
            return False
        if self.kind == FormDraft.Kind.DECISION:
            reports = CohortReport.objects.visible_to(user).filter(cohort=self.cohort)
            return user.has_perm(REVIEW) and reports.filter(pk=self.report or 0).exists()
        if not Cohort.objects.editable_by(user).filter(pk=self.cohort).exists():
            return False
        if self.report is not None:
            return CohortReport.objects.filter(cohort=self.cohort, pk=self.report).exists()
        if self.participant is None:
            return True
        return Participant.objects.filter(cohort=self.cohort, pk=self.participant).exists()

    @transaction.atomic
    def keep(self, posted: Mapping[str, Any]) -> FormDraft | None:
        """Keep what was typed in place of what was kept before; nothing where it may not be."""
        fields = posted.lists() if isinstance(posted, QueryDict) else posted.items()
        typed = {name: _kept(value) for name, value in fields if name not in NOT_TYPED}
        if sum(map(_length, typed.values())) > MOST_CHARACTERS or not self._is_open():
            return None
        sealed = FormDraft(**self._row)
        sealed.seal(typed)
        values = {"typed_sealed": sealed.typed_sealed, "saved_at": timezone.now()}
        return FormDraft.objects.update_or_create(defaults=values, **self._row)[0]

    @property
    def _row(self) -> dict[str, Any]:
        return {
            "user_id": self.user, "cohort_id": self.cohort, "kind": self.kind,
            "participant_id": self.participant, "report_id": self.report,
        }  # fmt: skip

    def kept(self) -> FormDraft | None:
        """What was kept of the form."""
        return FormDraft.objects.filter(**self._row).first()

    def beside(self, report: CohortReport) -> FormDraft | None:
        """What was kept of the form, as it was read with its report (`with_draft`)."""
        if report.draft_at is None:
            return None
        return FormDraft(**self._row, typed_sealed=report.draft_sealed, saved_at=report.draft_at)

    def forget(self) -> None:
        """Remove what was kept: it is stored, or not wanted."""
        FormDraft.objects.filter(**self._row).delete()


def _kept(value: Any) -> str | list[str]:
    """A field as it is kept: a list only where it stands in its form repeatedly."""
    if isinstance(value, list):
        return value[0] if len(value) == 1 else value
    return str(value)


def _length(value: str | list[str]) -> int:
    return sum(map(len, value))


def as_sent(draft: FormDraft) -> QueryDict:
    """A draft as if its form had just been sent, to show it as it was typed."""
    sent = QueryDict(mutable=True)
    for name, values in draft.open_lists().items():
        sent.setlist(name, values)
    return sent


def keeps_typing(view: View) -> View:
    """A view whose form carries a mark: what is typed into it outlives the session."""
    vars(view)["keeps_typing"] = True  # read before the login turns the request away
    return view


def keep_of_refused(request: HttpRequest) -> HttpResponse | None:
    """For a form that is turned away: keep its typing, and lead to where it waits."""
    if not _may_hold_typing(request):
        return None
    form = FormOf.of_mark(request.POST.get(MARK, ""))
    if form is None or form.keep(request.POST) is None:
        return None
    return redirect(form.page_as_typed)


def _may_hold_typing(request: HttpRequest) -> bool:
    match = request.resolver_match
    return request.method == "POST" and getattr(match and match.func, "keeps_typing", False)


class KeepTypingMiddleware:
    """Stands before the login: a form of a session that has ended is kept for its person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        if not _may_hold_typing(request) or request.user.is_authenticated:
            return None
        return keep_of_refused(request)


def sweep() -> int:
    """Remove drafts that nobody came back for; returns how many."""
    old = FormDraft.objects.filter(saved_at__lt=timezone.now() - KEPT_FOR)
    return old.delete()[0]
