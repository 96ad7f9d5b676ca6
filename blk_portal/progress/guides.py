"""The guides: one template a group of roles, and the pictures of our own pages in them.

`make pictures` draws the pictures anew; run it when a page that is shown has changed.
"""

from dataclasses import dataclass

from blk_portal.accounts.roles import Role

# By role; None is who has not logged in.
GUIDES: dict[str | None, str] = {
    None: "guide/public.html",
    Role.OPERATOR: "guide/operator.html",
    Role.AREA_REVIEWER: "guide/reviewer.html",
    Role.NATIONAL_TRAINING_REVIEWER: "guide/reviewer.html",
    Role.NATIONAL_INCUBATOR_REVIEWER: "guide/incubator_reviewer.html",
    Role.NATIONAL_ADMIN: "guide/admin.html",
    Role.OBSERVER: "guide/reader.html",
    Role.LEADERSHIP: "guide/reader.html",
    Role.AUDITOR: "guide/auditor.html",
    Role.PARTNER: "guide/partner.html",
}
PICTURE_FOLDER = "portal/guide"
PHONE = 360


@dataclass(frozen=True)
class Picture:
    """A picture of one of our pages: how large it is, and how large the screen it was taken of."""

    width: int
    height: int
    screen: int

    @property
    def is_of_a_phone(self) -> bool:
        return self.screen == PHONE


def _phone(height: int) -> Picture:
    return Picture(PHONE, height, PHONE)


def _narrow(height: int) -> Picture:
    """A page of running text on a desk."""
    return Picture(800, height, 800)


def _wide(height: int) -> Picture:
    """A page of tables on a desk."""
    return Picture(960, height, 1100)


PICTURES: dict[str, Picture] = {
    "operator-home": _phone(640),
    "operator-upload": _phone(560),
    "operator-mend": _phone(640),
    "operator-results": _phone(560),
    "operator-send": _phone(560),
    "operator-returned": _phone(680),
    "reviewer-home": _narrow(540),
    "reviewer-queue": _wide(420),
    "reviewer-report": _wide(600),
    "reviewer-overdue": _wide(520),
    "incubator-home": _narrow(380),
    "incubator-list": _wide(600),
    "admin-home": _narrow(620),
    "admin-user": _wide(500),
    "observer-home": _wide(620),
    "leadership-home": _wide(620),
    "dashboard": _wide(600),
    "auditor-home": _narrow(620),
    "public": _phone(560),
}
