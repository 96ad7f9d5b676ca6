"""The administration under the house's rules: own rows only, capped counts, no deleting."""

import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeVar, cast

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import lookup_spawns_duplicates
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.fields.related import RelatedField
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext

from blk_portal.accounts.admin_search import search
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import number

COUNT_LIMIT = 1_000
ROW_ID = re.compile("[0-9]{1,18}")

Row = TypeVar("Row", bound=models.Model)


class CappedPaginator(Paginator):
    """Counts up to a limit: behind it one searches or filters, nobody turns twenty pages."""

    limit = COUNT_LIMIT

    @cached_property
    def count(self) -> int:
        rows = cast("models.QuerySet[models.Model]", self.object_list)
        return rows.order_by()[: self.limit].count()

    @property
    def is_cut(self) -> bool:
        """Whether there may be more rows than were counted."""
        return self.count >= self.limit


def visible(queryset: models.QuerySet[Row], user: Visitor) -> models.QuerySet[Row]:
    """The rows the person may see, where the model says which; reference rows are for all staff."""
    return queryset.visible_to(user) if hasattr(queryset, "visible_to") else queryset


class ScopedInlineMixin(admin.options.BaseModelAdmin):
    """Choices of related rows are those the person may see."""

    def get_field_queryset(
        self, db: str | None, db_field: RelatedField, request: HttpRequest
    ) -> models.QuerySet:
        queryset = super().get_field_queryset(db, db_field, request)
        if queryset is None:
            queryset = db_field.remote_field.model._default_manager.all()
        return visible(queryset, request.user)


class ReadableMixin(admin.ModelAdmin):
    """Yes and no in words and large numbers with separators, wherever a field is only read.

    Django's icons say True and False in every language, and it groups no digits.
    """

    def get_list_display(self, request: HttpRequest) -> list:
        return self._readable(super().get_list_display(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list:
        fields = list(super().get_fields(request, obj))
        if obj is None or not self._readers or self.has_change_permission(request, obj):
            return fields
        return self._readable(fields)

    def _readable(self, names: Iterable) -> list:
        return [self._readers.get(name, name) for name in names]

    @cached_property
    def _readers(self) -> dict[str, Callable]:
        kinds = (models.BooleanField, models.PositiveIntegerField, models.BigIntegerField)
        return {
            field.name: _reader(field)
            for field in self.opts.fields
            if isinstance(field, kinds) and not (field.choices or field.primary_key)
        }


def _reader(field: models.Field) -> Callable:
    """A column of the administration that says the value of the field as people write it."""

    @admin.display(description=field.verbose_name, ordering=field.name)
    def read(row: models.Model) -> str:
        value = getattr(row, field.name)
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        return number(value)

    read.__name__ = field.name
    return read


class ScopedAdmin(ReadableMixin, ScopedInlineMixin, admin.ModelAdmin):
    """Administration of the rows a person may see; changed only where `editable_by` says so.

    scope_path: for a model without `visible_to`, the relation whose rows decide, for example
    "institution". count_limit: how many rows a list turns to at most. Foreign rows are 404.
    Nothing is deleted unless a subclass allows it.
    """

    scope_path = ""
    paginator = CappedPaginator
    count_limit = COUNT_LIMIT
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        queryset = super().get_queryset(request)
        if not self.scope_path:
            return visible(queryset, request.user)
        related = self.opts.get_field(self.scope_path).related_model
        assert related is not None, "scope_path names a relation"
        allowed = visible(related._default_manager.all(), request.user)
        return queryset.filter(**{f"{self.scope_path}__in": allowed})

    def get_paginator(self, *args: Any, **kwargs: Any) -> CappedPaginator:
        paginator = cast("CappedPaginator", super().get_paginator(*args, **kwargs))
        paginator.limit = self.count_limit
        return paginator

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """400 for an address or a choice of rows that no page of ours has written."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        asked = [value for _name, values in request.GET.lists() for value in values]
        is_written_by_us = all(ROW_ID.fullmatch(key) for key in chosen)
        if any("\x00" in value for value in asked) or not is_written_by_us:
            raise BadRequest(gettext("The address of this page is incomplete."))
        return super().changelist_view(request, extra_context)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        # Django lets an address ask about any field of the row itself, so that the length of a list
        # would tell what no page shows; only the filters of this list may be asked.
        asked = lookup.removesuffix("__exact").removesuffix("__isnull").removesuffix("__id")
        named = {one if isinstance(one, str) else one[0] for one in self.named_filters()}
        return asked in named | {getattr(one, "parameter_name", None) for one in self.list_filter}

    def named_filters(self) -> list:
        """The filters that name a field; a filter of our own reads its parameter itself."""
        return [one for one in self.list_filter if isinstance(one, str | tuple)]

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        fields = self.get_search_fields(request)
        repeats = any(lookup_spawns_duplicates(self.opts, name.lstrip("^=")) for name in fields)
        return search(queryset, fields, search_term), repeats

    def editable(self, queryset: models.QuerySet[Row], user: Visitor) -> models.QuerySet[Row]:
        """Of these rows those that the person may change."""
        return queryset.editable_by(user) if hasattr(queryset, "editable_by") else queryset

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may_change = super().has_change_permission(request, obj)
        return may_change and (obj is None or self.is_editable(request, obj))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """The row of a page or None, and in the same question whether the person may change it."""
        if from_field:
            return super().get_object(request, object_id, from_field)
        rows = self.get_queryset(request)
        editable = self.editable(rows, request.user).filter(pk=OuterRef("pk"))
        try:
            key = self.opts.pk.to_python(object_id)
            row = rows.annotate(is_editable_row=Exists(editable)).get(pk=key)
        except (self.model.DoesNotExist, ValidationError, ValueError):
            return None
        self._answers(request)[(row._meta.label_lower, row.pk)] = row.is_editable_row
        return row

    def _answers(self, request: HttpRequest) -> dict[tuple[str, int], bool]:
        answers: dict[tuple[str, int], bool]
        answers = request.__dict__.setdefault("_editable_rows", {})
        return answers

    def is_editable(self, request: HttpRequest, obj: models.Model) -> bool:
        """Whether the person may change this row; a page asks it many times, the database once."""
        answers = self._answers(request)
        key = (obj._meta.label_lower, obj.pk)
        if key not in answers:
            rows = self.editable(self.get_queryset(request), request.user)
            answers[key] = rows.filter(pk=obj.pk).exists()
        return answers[key]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> NoReturn:
        raise Http404


class ReadOnlyMixin:
    """Rows that verbs and machinery write: to be read here, never typed."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnlyMixin, ScopedAdmin):
    """Scoped rows to be read."""


class LogInline(ReadOnlyMixin, admin.TabularInline):
    """The log under its subject; rows are added by verbs and stay."""

    extra = 0
    can_delete = False
    related_names: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related(*self.related_names)
