"""Verbs for several rows at once in the administration, each after a page that asks and shows."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext

from blk_portal.accounts.admin_scope import ScopedAdmin
from blk_portal.formats import number

ROWS_AT_ONCE = 200


class MovesAdmin(ScopedAdmin):
    """Offers each verb of a table of moves as an action.

    moves: verb -> move with `sources` and `label`. state_field: where the row's state stands.
    move_form: made with `move` and `rows`; its `arguments(row)` go to `row.move()`.
    refusals: what `row.move()` raises when it may not be carried out. notes: what is to be known
    before a verb is carried out here. move_order: in which order rows take a step, where the
    step of one depends on another's; else that of the list.
    """

    moves: Mapping[str, Any] = {}
    state_field = "status"
    move_permission = ""
    move_form: Callable[..., Any]
    refusals: tuple[type[Exception], ...] = ()
    notes: Mapping[str, Any] = {}
    move_order: tuple[Any, ...] = ()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        if request.user.has_perm(self.move_permission):
            for verb, move in self.moves.items():
                name = f"move_{verb}"
                actions[name] = (partial(ask_and_move, verb=verb), name, move.label)
        return actions

    def state_of(self, row: models.Model) -> str:
        return str(getattr(row, self.state_field))

    def name_of(self, row: Any) -> str:
        """What a row is called in the list; subclasses tell rows of the same name apart."""
        return str(row)

    def refusal_of(self, row: models.Model) -> str:
        """Why a row cannot take the step, in words for the list."""
        state = getattr(row, f"get_{self.state_field}_display")()
        return gettext("Not possible from “%(state)s”.") % {"state": state}


def ask_and_move(
    modeladmin: MovesAdmin, request: HttpRequest, queryset: models.QuerySet, *, verb: str
) -> HttpResponse | None:
    """Ask for date and reason, show which rows can take the step and why others cannot; do it."""
    move = modeladmin.moves[verb]
    found = modeladmin.editable(queryset, request.user)
    if modeladmin.move_order:
        found = found.order_by(*modeladmin.move_order)
    rows = list(found[: ROWS_AT_ONCE + 1])
    if len(rows) > ROWS_AT_ONCE:
        text = gettext("At most %(n)s rows can take a step at once. Choose fewer.")
        messages.error(request, text % {"n": number(ROWS_AT_ONCE)})
        return None
    ready = [row for row in rows if modeladmin.state_of(row) in move.sources]
    blocked = [
        (modeladmin.name_of(row), modeladmin.refusal_of(row)) for row in rows if row not in ready
    ]
    given = request.POST if "confirmed" in request.POST else None
    form = modeladmin.move_form(given, move=move, rows=ready)
    if form.is_valid():
        carry_out(modeladmin, request, verb, ready, form, blocked)
        return None
    context = {
        **modeladmin.admin_site.each_context(request),
        "title": move.label,
        "opts": modeladmin.opts,
        "form": form,
        "note": modeladmin.notes.get(verb, ""),
        "ready": [(row.pk, modeladmin.name_of(row), form.number_field(row)) for row in ready],
        "blocked": blocked,
        "action": f"move_{verb}",
        "checkbox_name": ACTION_CHECKBOX_NAME,
        "media": modeladmin.media + form.media,
    }
    status = 400 if form.is_bound else 200
    return TemplateResponse(request, "admin/move_confirmation.html", context, status=status)


def carry_out(
    modeladmin: MovesAdmin,
    request: HttpRequest,
    verb: str,
    rows: Iterable[Any],
    form: Any,
    blocked: Iterable[tuple[str, str]],
) -> None:
    """Move the rows one by one: what one of them refuses does not hold the others back."""
    moved, refused = 0, [f"{name}: {why}" for name, why in blocked]
    for row in rows:
        try:
            row.move(verb, by=request.user, **form.arguments(row))
            moved += 1
        except modeladmin.refusals as refusal:
            refused.append(f"{modeladmin.name_of(row)}: {refusal}")
    if moved:
        text = ngettext("%(n)s row has taken the step.", "%(n)s rows have taken the step.", moved)
        messages.success(request, text % {"n": number(moved)})
    for text in refused:
        messages.warning(request, gettext("Unchanged: %(row)s") % {"row": text})
