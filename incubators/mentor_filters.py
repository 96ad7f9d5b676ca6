"""The filters of the list of mentors."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import Partner, today
from blk_portal.accounts.requests import Visitor
from incubators.models import Mentor, MentoringSession, MentoringSessionQuerySet, MentorQuerySet
from incubators.models.quarterly import FIRST_YEAR
from institutions.filters import StrictFilterSet, choice

ACTIVITY = (("ya", _("Mentors now")), ("tidak", _("No longer")))


def years() -> list[tuple[int, str]]:
    """The calendar years of the programme, the latest first."""
    return [(year, str(year)) for year in range(today().year, FIRST_YEAR - 1, -1)]


def sessions_of(user: Visitor, year: str) -> MentoringSessionQuerySet:
    """The sessions that a person may see, of one calendar year or of all."""
    sessions = MentoringSession.objects.visible_to(user).standing()
    return sessions.filter(held_on__year=int(year)) if year else sessions


class MentorFilter(StrictFilterSet):
    """By words of name and expertise, partner, and whether they mentor now.

    `tahun` chooses the sessions whose hours are summed, not the mentors.
    """

    kata = django_filters.CharFilter(
        method="filter_words", label=_("Name or expertise"), max_length=100
    )
    mitra = choice(_("Comes from"), queryset=Partner.objects.all(), key="pk", field_name="partner")
    aktif = choice(_("Mentors now"), choices=ACTIVITY, method="filter_active")
    tahun = choice(_("Hours of the year"), choices=years, method="keep_all")

    class Meta:
        model = Mentor
        fields: list[str] = []

    @property
    def year(self) -> str:
        """The year whose hours are asked about; empty for all."""
        return str(self.form.cleaned_data.get("tahun") or "")

    def filter_queryset(self, queryset: Any) -> Any:
        if not self.form.errors and self.request is not None:
            queryset = queryset.with_hours(sessions_of(self.request.user, self.year))
        return super().filter_queryset(queryset)

    def filter_words(self, queryset: MentorQuerySet, name: str, value: str) -> MentorQuerySet:
        for word in value.split():
            own = queryset.filter(name__icontains=word)
            queryset = own | queryset.filter(expertise__icontains=word)
        return queryset

    def filter_active(self, queryset: MentorQuerySet, name: str, value: str) -> MentorQuerySet:
        active = queryset.active(on=today())
        return active if value == "ya" else queryset.exclude(pk__in=active.values("pk"))
