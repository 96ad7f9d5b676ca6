"""All that a pack says, read once: on paper and in cells it is the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext, ngettext

from blk_portal.formats import long_date, moment, number, today_in_jakarta
from blk_portal.progress import figures
from blk_portal.progress.breakdowns import PARTICIPATIONS, PEOPLE, Section, sections
from blk_portal.progress.figures import Freshness, Headline
from blk_portal.progress.indicators import INDICATORS
from blk_portal.progress.models import MeetingPack
from blk_portal.progress.pace import Pace, paces
from blk_portal.progress.pack.charts import thinned
from blk_portal.progress.pack.hiding import is_few
from blk_portal.progress.pack.shown import HIDDEN, PUBLIC, Shown
from blk_portal.progress.published import OF_PERSONS
from blk_portal.progress.tenancy import Tenancy, tenancy_of

# The columns of the table of provinces; those of persons in the middle.
OF_PROVINCES = (
    "institutions_pkb", "institutions_operational", PARTICIPATIONS, PEOPLE, "passed",
    "incubators_selected", "incubators_established",
)  # fmt: skip


@dataclass(frozen=True)
class Contents:
    """All that a pack says, before it is put on paper or into cells."""

    pack: MeetingPack
    shown: Shown
    headlines: list[Headline]
    paces: list[Pace]
    freshness: Freshness

    @cached_property
    def sections(self) -> list[Section]:
        """The breakdowns of the nation's participations."""
        return sections(self.shown.nation)

    @property
    def tenancy(self) -> Tenancy | None:
        """The tenants of incubators: for the ministry only."""
        return None if self.pack.is_public else tenancy_of(self.shown.nation)

    def parts_of(self, breakdown: str) -> list[tuple[str, str]]:
        """The parts of a breakdown that there are, each with its name."""
        found = [one for one in self.sections if one.breakdown == breakdown]
        return [(part.code, str(part.label)) for one in found for part in one.parts]

    @property
    def indicators(self) -> list[str]:
        """The indicators that the pack speaks of, in their own order."""
        spoken = set(PUBLIC) | set(OF_PROVINCES)
        if self.tenancy:
            spoken |= {one.code for one in self.tenancy.rules}
        return [code for code in INDICATORS if code in spoken]

    @property
    def day(self) -> date:
        """The day from which its pace is judged."""
        return self.pack.as_of or today_in_jakarta()


def contents(pack: MeetingPack) -> Contents:
    """Read what a pack says; a bounded number of questions, however many provinces there are."""
    shown = Shown.of(pack)
    year, values = pack.programme_year, shown.nation.values
    found = paces(
        year, today=pack.as_of or today_in_jakarta(), visible=shown.provinces,
        then=values if pack.as_of else None,
    )  # fmt: skip
    if pack.is_public:
        found = [
            thinned(one) if one.indicator.code in OF_PERSONS else one
            for one in found
            if not (one.indicator.code in OF_PERSONS and is_few(one.value))
        ]
    return Contents(
        pack=pack,
        shown=shown,
        headlines=figures.headlines(year, shown.nation),
        paces=found,
        freshness=figures.freshness(year),
    )


def age(held: Contents) -> str:
    """How old the figures are."""
    pack = held.pack
    if pack.publication:
        told = {
            "day": long_date(pack.publication.day), "at": moment(pack.publication.published_at),
        }  # fmt: skip
        return gettext("Figures at the end of %(day)s, published on %(at)s") % told
    if pack.day:
        return gettext("Figures at the end of %(day)s") % {"day": long_date(pack.day)}
    if held.freshness.counted_at is None:
        return gettext("Nothing has been counted yet.")
    return gettext("Data as of %(at)s") % {"at": moment(held.freshness.counted_at)}


def audit(freshness: Freshness) -> str:
    """What the last audit found."""
    if freshness.audited_at is None:
        return gettext("Not checked by a nightly audit yet")
    n = freshness.differences
    text = ngettext(
        "Last checked %(at)s: %(shown)s difference", "Last checked %(at)s: %(shown)s differences", n
    ) % {"at": moment(freshness.audited_at), "shown": number(n)}
    return f"{text}, {gettext('mended')}" if n and freshness.repaired else text


def hidden_note(held: Contents) -> str:
    """What the sign of a hidden figure means; nothing on the paper of the ministry."""
    if not held.pack.is_public:
        return ""
    return gettext(
        "%(sign)s: fewer than five persons, or a figure that would give such a figure away."
    ) % {"sign": HIDDEN}


def definitions(held: Contents) -> list[list[str]]:
    """What each figure of the pack means: name with unit, what counts, what does not."""
    return [
        [f"{one.label} ({one.unit})", str(one.rule), str(one.excluded)]
        for one in (INDICATORS[code] for code in held.indicators)
    ]


def method(held: Contents) -> Sequence[str]:
    """How the figures come about, in a few sentences."""
    told = [
        gettext(
            "Figures are counted from rows: participants of verified reports, dated papers of "
            "institutions and steps of incubators."
        ),
        gettext(
            "A figure stands in the budget year (TA) of its cohort, paper or round, which is not "
            "the calendar year. Rates are two counts, divided."
        ),
        gettext(
            "People and participations are two figures: a person counts once in a budget year, at "
            "the earliest verified participation with a NIK."
        ),
        gettext(
            "Every night an audit counts anew from the participants themselves, compares every "
            "figure in both directions and names each difference."
        ),
    ]
    if any(not one.has_ended for one in held.paces):
        told.append(
            gettext(
                "The projection goes on with two paces, the average since the period began and "
                "that of the last weeks. With too few data there is none."
            )
        )
    if held.pack.as_of:
        told.append(
            gettext(
                "These figures are as they were known at the end of that day; what was verified, "
                "reopened or recorded later is not in them."
            )
        )
    told += [hidden_note(held)] if held.pack.is_public else []
    told += [
        gettext("Target %(name)s: %(rule)s (%(source)s)")
        % {"name": one.indicator.label, "rule": one.target.rule, "source": one.target.source}
        for one in held.headlines
        if one.target
    ]
    return told
