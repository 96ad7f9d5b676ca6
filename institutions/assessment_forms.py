"""The form of an assessment: facts, then yes or no with evidence for each criterion."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from institutions.entry_forms import day_field, keep_paper, paper_field, text_field
from institutions.maturity import REACHED_BY_CRITERIA, Maturity
from institutions.models import Assessment, AssessmentCriterion, Document, Institution
from institutions.models.assessment import EVIDENCE_LENGTH, Answer

YES, NO = "ya", "tidak"


def _about(words: object, criterion: AssessmentCriterion) -> str:
    """A label that says of which criterion it is, to those who hear it or read it in a list."""
    return format_html('{}<span class="visually-hidden">: {}</span>', words, criterion.text)


class AssessmentForm(forms.Form):
    """The draft of an assessment; `version` is that of the draft which the person had before them.

    With `is_final` every criterion has to be answered.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    assessed_on = day_field(label=_("Date of the assessment"))
    co_assessor = text_field(label=_("Co-assessor"), length=150, rows=1)
    note = text_field(label=_("Note"), length=1000, rows=3)
    file = paper_field()

    def __init__(
        self,
        *args: Any,
        criteria: Sequence[AssessmentCriterion],
        draft: Assessment | None,
        is_final: bool = False,
        **kwargs: Any,
    ) -> None:
        self.criteria = criteria
        self.is_final = is_final
        self.papers: dict[int, Document | None] = {}
        initial: dict[str, Any] = {"version": draft.version if draft else 0}
        if draft:
            initial |= {
                name: getattr(draft, name) for name in ("assessed_on", "co_assessor", "note")
            }
            for answer in draft.answers.all():
                key = answer.criterion_id
                self.papers[key] = answer.paper
                initial[f"met-{key}"] = {True: YES, False: NO, None: ""}[answer.is_met]
                initial[f"evidence-{key}"] = answer.evidence
        super().__init__(*args, **{"initial": initial, **kwargs})
        for criterion in criteria:
            self._ask(criterion)

    def _ask(self, criterion: AssessmentCriterion) -> None:
        self.fields[f"met-{criterion.pk}"] = forms.ChoiceField(
            label=criterion.text, choices=[(YES, _("Met")), (NO, _("Not met"))],
            widget=forms.RadioSelect, required=False,
        )  # fmt: skip
        self.fields[f"evidence-{criterion.pk}"] = text_field(
            label=_about(_("Evidence"), criterion), length=EVIDENCE_LENGTH
        )
        paper = paper_field()
        paper.label = _about(paper.label, criterion)
        self.fields[f"file-{criterion.pk}"] = paper

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        for criterion in self.criteria:
            key = criterion.pk
            met = cleaned.get(f"met-{key}")
            evidence = [cleaned.get(f"evidence-{key}"), cleaned.get(f"file-{key}"),
                        self.papers.get(key)]  # fmt: skip
            if met == YES and not any(evidence) and f"evidence-{key}" not in self.errors:
                self.add_error(
                    f"evidence-{key}",
                    gettext("Write what you saw, or add a paper: a met criterion needs evidence."),
                )
            if self.is_final and not met and f"met-{key}" not in self.errors:
                self.add_error(f"met-{key}", gettext("Answer with met or not met."))
        return cleaned

    def answers(self, *, institution: Institution, by: User) -> dict[int, Answer]:
        """The answers by criterion, their papers stored; a paper stays until another is chosen."""
        cleaned = self.cleaned_data
        found = {}
        for criterion in self.criteria:
            key = criterion.pk
            fresh = self._kept(f"file-{key}", institution=institution, by=by)
            found[key] = Answer(
                is_met={YES: True, NO: False}.get(cleaned[f"met-{key}"]),
                evidence=cleaned[f"evidence-{key}"],
                paper=fresh or self.papers.get(key),
            )
        return found

    def facts(self, *, institution: Institution, by: User) -> dict[str, Any]:
        """What is kept beside the answers."""
        facts = {name: self.cleaned_data[name] for name in ("assessed_on", "co_assessor", "note")}
        paper = self._kept("file", institution=institution, by=by, dated_on=facts["assessed_on"])
        return facts | ({"paper": paper} if paper else {})

    def _kept(self, name: str, **facts: Any) -> Document | None:
        """The stored paper of a field; a refusal of the store becomes an error of the field."""
        file = self.cleaned_data.get(name)
        try:
            return keep_paper(file, kind="penilaian-kemandirian", **facts)
        except forms.ValidationError as refusal:
            self.add_error(name, refusal)
            return None

    def brought_up_to_date(self, draft: Assessment | None) -> "AssessmentForm":
        """The form to try again with: what was typed, over the draft as it is now."""
        again = cast("QueryDict", self.data).copy()
        again["version"] = str(draft.version if draft else 0)
        self.data = again
        return self

    def groups(self) -> Iterator[tuple[Maturity, list[dict[str, Any]]]]:
        """The criteria by class, each with its fields and the paper it already has."""
        for maturity in REACHED_BY_CRITERIA:
            rows = [
                {
                    "criterion": criterion,
                    "met": self[f"met-{criterion.pk}"],
                    "evidence": self[f"evidence-{criterion.pk}"],
                    "file": self[f"file-{criterion.pk}"],
                    "paper": self.papers.get(criterion.pk),
                }
                for criterion in self.criteria
                if criterion.maturity == maturity
            ]
            if rows:
                yield maturity, rows
