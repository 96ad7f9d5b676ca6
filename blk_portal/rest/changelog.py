"""What has changed in the interface, and how something in it comes to its end."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime

from django.utils.translation import gettext_lazy as _

# So long before its end a partner hears of it.
LEAST_MONTHS = 12


@dataclass(frozen=True)
class Change:
    """One version of the interface: the day it came, and what is new for other systems."""

    version: str
    on: date
    text: object


CHANGES = (
    Change(
        "1.2.1",
        date(2026, 11, 27),
        _(
            "Dates are taken as year-month-day only, and null instead of a sign for a NIK that is "
            "lacking. With partial, what no operator can mend is refused. Lines refuse what is "
            "asked of pages. A body of another format is told so (415). Of the nation’s figures "
            "“recorded” is null for those who read a part of it."
        ),
    ),
    Change(
        "1.2.0",
        date(2026, 11, 26),
        _(
            "The list of the drafts that a system wrote; drafts of certification and placement; "
            "figures by province, office or part with group_by; explanations of the figures of a "
            "regency; of participants the LSP, line of business and domicile; the catalogue of "
            "programmes; the codes of BPS beside those of Kemendagri; clients that ask from agreed "
            "networks only."
        ),
    ),
    Change(
        "1.1.0",
        date(2026, 11, 26),
        _(
            "Client credentials for partners' systems; drafts of cohorts with their rosters; what "
            "changed since, for those who keep a copy; participants, assessments, certificates and "
            "code lists; lists as lines of JSON."
        ),
    ),
    Change("1.0.0", date(2026, 11, 24), _("The lists, read with a session of the portal.")),
)


@dataclass(frozen=True)
class Ending:
    """An address that goes away: since when it is announced, and when it goes."""

    announced_on: date
    ends_on: date

    def __post_init__(self) -> None:
        months = (self.ends_on.year - self.announced_on.year) * 12
        months += self.ends_on.month - self.announced_on.month
        if (months, self.ends_on.day) < (LEAST_MONTHS, self.announced_on.day):
            raise ValueError(f"An address is announced {LEAST_MONTHS} months before it goes.")

    @property
    def headers(self) -> dict[str, str]:
        """As RFC 9745 and RFC 8594 write it."""
        since, end = (
            datetime.combine(day, time.min, UTC) for day in (self.announced_on, self.ends_on)
        )
        return {
            "Deprecation": f"@{int(since.timestamp())}",
            "Sunset": format_datetime(end, usegmt=True),
        }
