"""The pages of imports: upload a list, look at what it would do, decide, apply, take rows away."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blk_portal.accounts.requests import SignedInRequest, takes_up_to
from blk_portal.sheets.archive import MEGABYTE
from institutions.import_filters import ImportFilter
from institutions.import_forms import DecisionForm, ImportForm
from institutions.importing.deciding import decide
from institutions.importing.showing import Section, ShownRow, sections, shown_rows
from institutions.importing.workbooks import MOST_ROWS, empty_workbook, mending_workbook
from institutions.keyset import Page, keyset_page
from institutions.listing import listing
from institutions.models import Institution, RegisterImport, RegisterImportRow
from institutions.models.register_import import ImportRefused
from institutions.register_sheet.reader import LIMITS
from institutions.tasks import ring

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
import_institutions = permission_required("institutions.import_institution", raise_exception=True)
Outcome = RegisterImportRow.Outcome


def _import(request: SignedInRequest, pk: int) -> RegisterImport:
    visible = RegisterImport.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("uploaded_by", "applied_by"), pk=pk)


@takes_up_to(LIMITS.size + MEGABYTE)
@require_http_methods(["GET", "HEAD", "POST"])
@import_institutions
def import_list(request: SignedInRequest) -> HttpResponse:
    """The lists that were uploaded, and the form for the next one."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["file"].name
        kept = RegisterImport.objects.accept(form.data_of_file, name=name, by=request.user)
        transaction.on_commit(lambda: ring(kept))
        return redirect("institutions:import-detail", kept.pk)
    visible = RegisterImport.objects.visible_to(request.user).select_related("uploaded_by")
    found = listing(request, ImportFilter(request.GET, queryset=visible), order=("-id",))
    context = {
        "form": form, "page": found.page, "count": found.count(), "is_filtered": found.is_filtered,
    }  # fmt: skip
    status = 400 if form.is_bound else found.status
    return render(request, "institutions/import_list.html", context, status=status)


@require_safe
@import_institutions
def import_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """What becomes of each row, by outcome; while a worker is at it, how far it is."""
    kept = _import(request, pk)
    counts = kept.counts()
    found = sections(counts, request.GET.get("bagian", ""))
    shown = next(section for section in found if section.is_shown)
    rows = kept.rows.filter(outcome=shown.outcome).select_related("institution")
    page = keyset_page(request, rows, order=("number", "id"))
    context = {
        "kept": kept, "counts": counts, "sections": found, "shown": shown, "page": page,
        "rows": _rows(request, page, shown), "to_apply": _left(counts), "most_rows": MOST_ROWS,
    }  # fmt: skip
    return render(request, "institutions/import_detail.html", context | _progress(counts))


def _rows(
    request: SignedInRequest, page: Page[RegisterImportRow], shown: Section
) -> list[tuple[ShownRow, DecisionForm | None]]:
    """The rows of a page, those to be decided each with its form."""
    rows = shown_rows(page.rows)
    if shown.outcome != Outcome.UNDECIDED:
        return [(row, None) for row in rows]
    ids = {pk for row in page.rows for pk in row.candidates}
    alike = Institution.objects.visible_to(request.user).for_lists().in_bulk(list(ids))
    return [
        (row, DecisionForm(row=row.row, alike=[alike[pk] for pk in row.row.candidates
                                               if pk in alike]))
        for row in rows
    ]  # fmt: skip


def _left(counts: dict[str, int]) -> int:
    """How many rows wait to be written."""
    return counts["created"] + counts["changed"] - counts["settled"]


def _progress(counts: dict[str, int]) -> dict[str, object]:
    whole = counts["created"] + counts["changed"]
    return {"whole": whole, "percent": 100 * counts["settled"] // whole if whole else 0}


@never_cache
@require_safe
@import_institutions
def import_progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far the worker is; once it is through, the whole page is asked for again."""
    kept = _import(request, pk)
    counts = kept.counts()
    context = {"kept": kept, "counts": counts, **_progress(counts)}
    answer = render(request, "institutions/_import_progress.html", context)
    if not kept.is_at_work:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@import_institutions
def import_apply(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let a worker write the rows that are new or changed."""
    kept = _import(request, pk)
    try:
        kept.apply(by=request.user)
    except ImportRefused as refusal:
        messages.error(request, str(refusal))
    else:
        transaction.on_commit(lambda: ring(kept))
    return redirect("institutions:import-detail", pk)


@require_POST
@import_institutions
def import_decide(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    """Say which institution a row means."""
    kept = _import(request, pk)
    undecided = get_object_or_404(kept.rows, pk=row)
    visible = Institution.objects.visible_to(request.user).for_lists()
    alike = list(visible.filter(pk__in=undecided.candidates))
    form = DecisionForm(request.POST, row=undecided, alike=alike)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["decision"])))
    else:
        try:
            decided = decide(undecided.pk, form.cleaned_data["decision"], by=request.user)
        except ImportRefused as refusal:
            messages.error(request, str(refusal))
        else:
            text = gettext("Row %(row)s: %(outcome)s.")
            told = {"row": decided.number, "outcome": decided.get_outcome_display()}
            messages.success(request, text % told)
    back = reverse("institutions:import-detail", args=[pk])
    return redirect(f"{back}?bagian=undecided" if _has_undecided(kept) else back)


def _has_undecided(kept: RegisterImport) -> bool:
    return kept.rows.filter(outcome=Outcome.UNDECIDED).exists()


@never_cache
@require_safe
@import_institutions
def import_mending(request: SignedInRequest, pk: int) -> HttpResponse:
    """The refused rows as a workbook to mend and upload again."""
    kept = _import(request, pk)
    rows = list(kept.rows.filter(outcome=Outcome.REFUSED).order_by("number")[:MOST_ROWS])
    if not rows:
        return redirect("institutions:import-detail", pk)
    return _download(mending_workbook(kept, rows), f"perbaikan-impor-{pk}.xlsx")


@require_safe
@import_institutions
def import_template(request: SignedInRequest) -> HttpResponse:
    """An empty list with the headings that the portal knows."""
    return _download(empty_workbook(), "daftar-lembaga.xlsx")


def _download(workbook: bytes, name: str) -> HttpResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(workbook, content_type=XLSX, headers=disposition)
