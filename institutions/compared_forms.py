"""Forms that carry along what their page showed, so that nobody writes over another's change."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext


class ComparedForm(forms.Form):
    """A form whose `initial` is what is stored now; what its page showed comes back hidden.

    A page that does not say what it showed is compared with nothing.
    """

    def carry_shown(self, *names: str) -> None:
        """Let the page say what it showed in these fields."""
        for name in names:
            self.fields[name].show_hidden_initial = True

    def compare(self, name: str) -> None:
        """Name a field that somebody else has changed since the page was opened, with both values.

        Where only they changed it, theirs is taken over.
        """
        field, written = self.fields[name], self.add_prefix(name)
        hidden, now = self.add_initial_prefix(name), self.initial.get(name)
        seen = self.data.get(hidden)
        if seen is None or written not in self.data or not field.has_changed(now, seen):
            return
        mine, is_mine = self.data[written], field.has_changed(seen, self.data[written])
        self.data = cast("QueryDict", self.data).copy()
        self.data[hidden] = "" if now is None else str(now)
        if not is_mine:
            self.data[written] = str(self.data[hidden])
            self.cleaned_data[name] = now
        elif field.has_changed(now, mine):
            text = gettext(
                "Somebody else has stored “%(stored)s” meanwhile; you chose “%(chosen)s”. Choose "
                "what holds, then save again."
            )
            told = {"stored": self.said(name, now), "chosen": self.said(name, mine)}
            self.add_error(name, text % told)

    def said(self, name: str, value: Any) -> str:
        """A value in words."""
        if value in (None, ""):
            return "–"
        return str(dict(getattr(self.fields[name], "choices", [])).get(value, value))
