"""The filter of the list of imports."""

from django.utils.translation import gettext_lazy as _

from institutions.filters import StrictFilterSet, choice
from institutions.models import RegisterImport
from institutions.models.register_import import RegisterImportQuerySet


class ImportFilter(StrictFilterSet):
    """By state; of those that failed only what no later list of the same person has mended."""

    keadaan = choice(_("State"), choices=RegisterImport.State.choices, method="filter_state")

    class Meta:
        model = RegisterImport
        fields: list[str] = []

    def filter_state(
        self, queryset: RegisterImportQuerySet, name: str, value: str
    ) -> RegisterImportQuerySet:
        is_failed = value == RegisterImport.State.FAILED
        return queryset.failed() if is_failed else queryset.filter(state=value)
