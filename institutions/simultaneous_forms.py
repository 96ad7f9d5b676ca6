"""Two who correct one row at once: the later one sees both versions and loses no typing.

Each field carries along, hidden, the value that its page showed. What is stored by the time of
saving is compared with it, so that every way of changing a row is noticed and no row needs a
version. Where they differ nothing is saved yet: the page comes back with both values.
"""

from typing import Any, cast

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext

from blk_portal.formats import long_date


class SimultaneousForm(forms.ModelForm):
    """A form of one row that saves only what was decided with the stored values in sight.

    `stored_row()` is asked inside the transaction that saves, and holds the row until its end.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for field in self.fields.values():
                field.show_hidden_initial = True

    def stored_row(self) -> models.Model:
        """The row as it is stored now, locked."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.instance.pk:
            self._compare_with(self.stored_row())
        return self.cleaned_data

    def _compare_with(self, stored: models.Model) -> None:
        """Bring the form up to date where somebody else has changed a field since it was opened."""
        data = cast("QueryDict", self.data).copy()
        for name, field in self.fields.items():
            hidden, bound = self.add_initial_prefix(name), self[name]
            now = field.prepare_value(stored.serializable_value(name))
            # A page that sent no hidden value is not one of ours: there is nothing to compare.
            if hidden not in data or not field.has_changed(now, data[hidden]):
                continue
            seen, written = str(data[hidden]), data.get(bound.html_name, "")
            data[hidden] = "" if now is None else str(now)
            if not field.has_changed(now, written):
                continue
            told = {"stored": self._said(name, now), "seen": self._said(name, seen)}
            if _differs(field, seen, written):
                text = gettext(
                    "Somebody else has changed this meanwhile. Stored now: “%(stored)s”; before: "
                    "“%(seen)s”. Your entry still stands here: keep it or take over what is "
                    "stored, then save again."
                )
            else:
                data[bound.html_name] = str(data[hidden])
                text = gettext(
                    "Somebody else has changed this meanwhile from “%(seen)s” to “%(stored)s”. "
                    "You had not touched it; the new value stands here."
                )
            self.add_error(name, text % told)
        self.data = data

    def _said(self, name: str, value: Any) -> str:
        """A value in words: the name of a related row or of a choice."""
        field = self.fields[name]
        if value in (None, ""):
            return "–"
        if isinstance(field, forms.DateField):
            return long_date(field.to_python(value))
        if isinstance(field, forms.ModelChoiceField):
            rows = field.queryset.model._base_manager if field.queryset is not None else None
            return str(rows.filter(pk=value).first() if rows else value)
        return str(dict(getattr(field, "choices", [])).get(value, value))


def _differs(field: forms.Field, seen: str, written: Any) -> bool:
    """Whether what was written means something else than what the page showed."""
    try:
        return field.has_changed(field.to_python(seen), written)
    except forms.ValidationError:
        return True
