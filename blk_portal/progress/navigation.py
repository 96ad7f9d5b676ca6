"""The frame of every page: sample data or not, and the main menu of the person's role."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from blk_portal.accounts.roles import Reach, RoleSpec

PUBLIC, HOME, GUIDE = "progress:public", "progress:home", "progress:guide"


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context of every page: `demo_mode`, the addresses of the frame, and `menu`; asks no table."""
    user: Visitor | None = getattr(request, "user", None)
    entries = menu_of(user.spec) if user and user.is_authenticated else []
    is_known = bool(user and user.is_authenticated)
    return {
        **frame(),
        "home_url": address(HOME if is_known else PUBLIC) or "/",
        "menu": marked(entries, request.path),
    }


def frame() -> dict[str, object]:
    """What the frame of a page needs even where nobody is known, as on the page of a failure."""
    return {
        "demo_mode": settings.DEMO_MODE,
        "public_url": address(PUBLIC) or "/",
        "home_url": "/",
        "guide_url": address(GUIDE),
    }


def menu_of(spec: RoleSpec) -> list[tuple[object, str]]:
    """The entries of a role in order, as words and address; an address not served is left out."""
    is_operator = spec.reach == Reach.OWN
    has_pages = spec.reach != Reach.NOTHING
    entries = [
        (_("Home"), HOME, True),
        (_("Progress"), "progress:dashboard", has_pages and not is_operator),
        (_("Incoming reports"), "trainings:review-list", spec.reviews_trainings),
        (_("Trainings"), "trainings:cohort-list", is_operator),
        (_("My institution"), "institutions:institution-list", is_operator),
        (_("Incubators"), "incubators:incubator-list", is_operator),
        (_("Tenants"), "tenants:tenant-list", is_operator),
        (_("Institutions"), "institutions:institution-list", has_pages and not is_operator),
        (_("Trainings"), "trainings:cohort-list", spec.sees_cohorts and not is_operator),
        (_("Incubators"), "incubators:incubator-list", has_pages and not is_operator),
        # Staff and the others find them on the dashboard; only leadership has room for them here.
        (_("Partners"), "partners:partner-list", spec.reach == Reach.NATION and not spec.is_staff),
        (_("Overdue reports"), "progress:outstanding", spec.reach == Reach.REGION),
        # Others who see money find it on the list of institutions: their menu is full.
        (
            _("Funds"),
            "money:owed-list",
            spec.sees_money and spec.reach == Reach.NATION and not spec.is_staff,
        ),
        (_("Administration"), "admin:index", spec.is_staff),
        # Staff find it at the foot of every page: their menu is full.
        (_("Guide"), GUIDE, not spec.is_staff),
    ]
    found = [(label, address(name)) for label, name, is_shown in entries if is_shown]
    return [(label, url) for label, url in found if url]


def marked(entries: list[tuple[object, str]], path: str) -> list[tuple[object, str, bool]]:
    """The entries with the one that holds the path marked as current: the longest that fits."""
    fitting = [url for _label, url in entries if path.startswith(url)]
    if not fitting and path.startswith(address("tenants:tenant-list") or "//"):
        # Who has no entry for tenants came to them by way of the incubators.
        fitting = [url for _label, url in entries if url == address("incubators:incubator-list")]
    current = max(fitting, key=len, default=None)
    return [(label, url, url == current) for label, url in entries]


def address(name: str) -> str:
    """The address of a named page, or nothing where it is not served."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
