"""Lists that other systems keep a copy of: all rows, then what changed, and nothing sent twice."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.http import Http404, StreamingHttpResponse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.http import parse_etags
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from blk_portal.accounts.models import User, today
from blk_portal.rest.lines import (
    FIELDS,
    LINES,
    LinesRenderer,
    RowsRenderer,
    as_lines,
    fields_asked,
    only,
)
from blk_portal.rest.problems import CopyOutdated
from blk_portal.rest.rows import Keys, Rows, Told
from blk_portal.rest.views import ReadViewSet
from institutions.chosen import Chosen
from institutions.keyset import CURSOR, beyond, keys_of
from institutions.models import Change, Institution
from institutions.models.reach import reach_of
from institutions.pagination import COUNT, SIZE, YES, SyncedPagination
from institutions.syncing import (
    START,
    Outdated,
    State,
    Unreadable,
    Walk,
    changed_rows,
    digest,
)

SINCE = "updated_since"
# Within the class below `list` is a method.
ManyTold = list[Told]
ListOfNames = list[str]
ListOfKeys = list[int]
Names = list[str] | None
Parameters = list[OpenApiParameter]
Renderers = list[BaseRenderer]
LINES_A_READ = 2000
# What may be asked together with a walk: a filter would hide that a row has left it.
WITH_WALK = frozenset({SINCE, CURSOR, SIZE, FIELDS})
# What is asked of pages, and lines have none.
OF_PAGES = frozenset({SINCE, CURSOR, SIZE, COUNT})


class SyncedViewSet(ReadViewSet):
    """A list and its rows, of which triggers note every change (see `Change`).

    kind: as which the changes are noted. rows: how the database writes them; where it is None,
    the serializer tells them. first_walk: the keys by which all rows are read, which no
    change of a row changes.
    """

    is_synced = True
    kind: ClassVar[Change.Kind]
    rows: Rows | None = None
    first_walk: tuple[str, ...] = ("id",)
    with_walk = WITH_WALK
    pagination_class = SyncedPagination

    def parameter_names(self) -> ListOfNames:
        return [*super().parameter_names(), FIELDS, *(() if self.detail else (SINCE, COUNT))]

    def described_parameters(self) -> Parameters:
        """The parameters of this class, for the description of the interface."""
        name = f"({'|'.join(self.field_names())})"
        told: dict[str, tuple[dict[str, Any], object]] = {
            FIELDS: (
                {"type": "string", "pattern": f"^{name}(,{name})*$"},
                _("Names of fields with commas between them: only these are told."),
            ),
            SINCE: (
                {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
                _(
                    "Asks for what changed: 0 for everything, afterwards the value that the last "
                    "page of the time before gave as “updated_since”. Goes with no filter. A page "
                    "may be shorter than asked for: go on as long as there is a “next”."
                ),
            ),
            COUNT: (
                {"type": "string", "enum": [YES]},
                _("Counts the rows of the whole list, up to 10,000."),
            ),
        }
        names = self.parameter_names()
        return [
            OpenApiParameter(name, type=schema, location="query", description=str(text))
            for name, (schema, text) in told.items()
            if name in names
        ]

    def get_renderers(self) -> Renderers:
        return [RowsRenderer()] if self.detail else [RowsRenderer(), LinesRenderer()]

    @property
    def pages(self) -> SyncedPagination:
        """The pages of this list: it always has some."""
        return cast(SyncedPagination, self.paginator)

    def seen_institutions(self) -> QuerySet[Institution]:
        """The institutions whose rows of this kind the person sees."""
        return Institution.objects.visible_to(self.request.user)

    def field_names(self) -> ListOfNames:
        """The fields of a row, as its serializer names them."""
        return list(cast(Any, self.serializer_class).Meta.fields)

    @property
    def is_filtered(self) -> bool:
        """Whether the address asks for a part of the list."""
        filters = self.filterset_class.base_filters if self.filterset_class else {}
        return bool(filters.keys() & self.request.query_params.keys())

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        # Reading the filters costs more than reading the rows where none is asked for.
        if self.rows and not self.is_filtered:
            return queryset
        return super().filter_queryset(queryset)

    def chosen(self) -> Chosen:
        """The rows that the address asks for."""
        return Chosen(self.filter_queryset(self.get_queryset()))

    def list(  # type: ignore[override]  # lines are no Response of DRF
        self, request: Request, *args: Any, **kwargs: Any
    ) -> Response | StreamingHttpResponse:
        names = fields_asked(request, self.field_names())
        if request.accepted_renderer.media_type == LINES:
            return self.lines(request, names)
        if SINCE in request.query_params:
            return self.changes(request, names)
        return self.unless_known(request, lambda: self.page(request, names))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        names = fields_asked(request, self.field_names())
        key = self.get_object_key()

        def row() -> Response:
            told = self.told([key])
            if not told:  # Gone since it was looked up.
                raise Http404
            return Response(only(names, [told[key]])[0])

        return self.unless_known(request, row, row=key)

    def get_object_key(self) -> int:
        """The key of the row that is asked for; a row out of sight is as if it were not there."""
        given = self.kwargs[self.lookup_url_kwarg or self.lookup_field]
        found = self.get_queryset().filter(**{self.lookup_field: given}).order_by()
        key: int | None = found.values_list("pk", flat=True).first()
        if key is None:
            raise Http404
        return key

    def told(self, keys: ListOfKeys) -> Mapping[int, Told]:
        """The rows with these keys that the person sees, by key."""
        visible = self.get_queryset().filter(pk__in=keys)
        if self.rows:
            return self.rows.of_keys(visible.order_by().values_list("pk", flat=True))
        return {row["id"]: row for row in self.get_serializer(visible, many=True).data}

    def page(self, request: Request, names: Names) -> Response:
        """A page of the list."""
        chosen = self.chosen()
        if self.rows is None:
            told = self.get_serializer(self.paginate_queryset(chosen.queryset), many=True).data
        else:
            told = self.pages.paginate_values(chosen, request, self, self.rows)
        return self.get_paginated_response(only(names, told))

    def unless_known(
        self, request: Request, answer: Callable[[], Response], *, row: int | None = None
    ) -> Response:
        """The answer with its validator; 304 where the caller has it already.

        The validator is read before the rows: a change between the two only costs one answer more.
        """
        version = (self.state if row is None else State.now(self.kind, row)).version
        asked = (request.get_full_path(), translation.get_language(), today())
        tag = f'W/"{digest(self.reader(), version, *asked)}"'
        if tag in parse_etags(request.headers.get("If-None-Match", "")):
            response = Response(status=status.HTTP_304_NOT_MODIFIED)
        else:
            response = answer()
        response["ETag"] = tag
        return response

    def reader(self) -> str:
        """For whom, and as what, the rows are told."""
        return digest(self.reach, self.kind, self.field_names())

    @cached_property
    def reach(self) -> str:
        """Who asks, and which part of the country that is."""
        user = cast(User, self.request.user)
        return digest(user.pk, reach_of(user))

    @cached_property
    def state(self) -> State:
        """How far the changes were when the request came."""
        return State.now(self.kind)

    # Keeping a copy

    def changes(self, request: Request, names: Names) -> Response:
        """A page of what changed: rows as they are now, and keys of those that are gone."""
        if unfit := sorted(request.query_params.keys() - self.with_walk):
            text = gettext("With updated_since the list is read without filters.")
            raise ValidationError({name: [text] for name in unfit})
        size = self.pages.size_of(request)
        walk = self.walk_asked(request)
        if walk.since == 0:
            told, keys = self.next_rows(self.chosen(), walk.after, size)
            goes_on = walk.beyond(*keys) if keys else None
            gone: ListOfKeys = []
        else:
            user, institutions = cast(User, self.request.user), self.seen_institutions()
            changed, goes_on = changed_rows(
                walk, self.kind, user=user, institutions=institutions, size=size
            )
            found = self.told(changed)
            told = [found[key] for key in changed if key in found]
            gone = [key for key in changed if key not in found]
        return Response(
            {
                "results": only(names, told),
                "gone": gone,
                "next": self.address_of(request, goes_on) if goes_on else None,
                "updated_since": None if goes_on else walk.next_time().text,
            }
        )

    def walk_asked(self, request: Request) -> Walk:
        """The walk of the address, begun now where it has not begun. Raises CopyOutdated."""
        reader, state = self.reader(), self.state
        asked, cursor = request.query_params[SINCE], request.query_params.get(CURSOR)
        begun = Walk(0, state.settled, state.database, reader)
        name = CURSOR if cursor else SINCE
        try:
            if cursor:
                walk = Walk.read(cursor)
                walk.ensure_keys(len(self.first_walk))
            elif asked == START:
                walk = begun
            else:
                walk = Walk.read(asked).until_now(state)
            walk.ensure_answerable(state, reader)
        except Unreadable as error:
            text = gettext("Take over the value as it was given, or begin with 0.")
            raise ValidationError({name: [text]}) from error
        except Outdated as error:
            raise CopyOutdated from error
        return walk

    def next_rows(self, chosen: Chosen, keys: Keys, size: int) -> tuple[ManyTold, Keys]:
        """Rows after one with these keys, and the keys of the last where there are more."""
        order = self.first_walk
        if self.rows:
            return self.rows.told(chosen.keys(keys, order, size + 1), size)
        queryset = beyond(chosen.queryset, keys, order) if keys else chosen.queryset
        found = list(queryset.order_by(*order)[: size + 1])
        told: ManyTold = self.get_serializer(found[:size], many=True).data
        return told, tuple(keys_of(found[size - 1], order)) if len(found) > size else ()

    def address_of(self, request: Request, walk: Walk) -> str:
        query = request.query_params.copy()
        query[CURSOR] = walk.text
        return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")

    # Everything at once

    def lines(self, request: Request, names: Names) -> StreamingHttpResponse:
        """The whole list as lines of JSON, read some thousand rows at a time.

        The header `Updated-Since` says from where to ask for changes afterwards.
        """
        if unfit := sorted(request.query_params.keys() & OF_PAGES):
            text = gettext("Lines tell the whole list. Ask for pages and changes as JSON.")
            raise ValidationError({name: [text] for name in unfit})
        state = self.state
        begun = Walk(0, state.settled, state.database, self.reader())
        chosen = self.chosen()

        def rows() -> Iterator[Told]:
            told, keys = self.next_rows(chosen, (), LINES_A_READ)
            yield from only(names, told)
            while keys:
                told, keys = self.next_rows(chosen, keys, LINES_A_READ)
                yield from only(names, told)

        headers = {"Updated-Since": begun.next_time().text}
        return StreamingHttpResponse(as_lines(rows()), content_type=LINES, headers=headers)
