"""The page that explains a figure, from the nation down to the rows."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import number
from blk_portal.progress.explaining.explanation import Explanation, explain
from blk_portal.progress.explaining.forms import QuestionForm
from blk_portal.progress.explaining.question import Question
from blk_portal.progress.explaining.reasons import REASONS
from blk_portal.progress.indicators import HEADLINES, INDICATORS
from institutions.keyset import CURSOR


@require_safe
def explain_figure(request: SignedInRequest) -> HttpResponse:
    """A figure with its rule, and the parts that count in it or do not, a page at a time."""
    form = QuestionForm(request.GET, user=request.user)
    unknown = sorted(set(request.GET) - set(form.fields))
    if unknown or not form.is_valid():
        context = {"unknown": unknown, "form": form}
        return render(request, "progress/explain_refusal.html", context, status=400)
    question = form.question()
    if question is None:
        return render(request, "progress/explain.html", {})
    answer = explain(question)
    context = {
        "question": question,
        "answer": answer,
        "indicator": question.indicator,
        "target": answer.target(),
        "freshness": answer.freshness(),
        "crumbs": _crumbs(question),
        "cut": form.part(),
        "reasons": [
            (reason, tally, f"?{question.but(reason=reason.code).query}")
            for reason, tally in answer.left
        ],
        "reason": REASONS.get(question.reason),
        "all_url": f"?{question.but(reason='').query}",
        "related": _related(question),
        "pages": _pages(answer),
    }
    return render(request, "progress/explain.html", context)


def _pages(answer: Explanation) -> dict[str, object]:
    """The addresses of the first page and of the next, and how many parts there are in all."""
    query = answer.question.query
    after = ".".join(map(str, answer.after or ()))
    told = ngettext("%(n)s part in all", "%(n)s parts in all", answer.count)
    return {
        "previous_url": f"?{query}" if answer.question.after else "",
        "next_url": f"?{query}&{CURSOR}={after}" if after else "",
        "summary": told % {"n": number(answer.count)},
    }


def _related(question: Question) -> list[Question]:
    """The same question of the figures that stand beside this one."""
    code = question.indicator.code
    beside = [question.indicator.base, *HEADLINES.get(code, ())]
    beside += [headline for headline, companions in HEADLINES.items() if code in companions]
    return [question.but(indicator=INDICATORS[other], reason="") for other in beside if other]


def _crumbs(question: Question) -> list[tuple[object, str]]:
    """The way back up, as words and address: the pages of figures, then the questions above."""
    year = f"?tahun={question.year.year}"
    links: list[tuple[object, str]] = [
        (gettext("National progress"), reverse("progress:dashboard") + year)
    ]
    above = question.but(reason="", institution=None, cohort=None, tenant=None)
    if question.province:
        links.append((gettext("All provinces"), f"?{above.but(province=None).query}"))
        page = reverse("progress:province-detail", args=[question.province.code])
        links.append((question.province.name, page + year))
    if question.regency:
        province = question.regency.province
        whole = above.but(regency=None, province=province)
        links.append((province.name, f"?{whole.query}"))
        page = reverse("progress:regency-detail", args=[question.regency.code])
        links.append((question.regency.name, page + year))
    if question.institution:
        links.append((question.indicator.label, f"?{above.query}"))
    if question.cohort or question.tenant:
        above = question.but(reason="", cohort=None, tenant=None)
        links.append((question.institution, f"?{above.query}"))
    return links
