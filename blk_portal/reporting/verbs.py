"""The life of a report: its four states and the verbs between them, in one table."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReportStatus(models.TextChoices):
    """Where a report stands. Only verified reports count."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Awaiting verification")
    RETURNED = "returned", _("Returned")
    VERIFIED = "verified", _("Verified")


@dataclass(frozen=True)
class Verb:
    """One verb: where it may start, where it leads, what it says of the obligation.

    done: what happened, as the timeline says it. flags_suffice: flags with their notes stand for
    the comment.
    """

    sources: tuple[str, ...]
    target: str
    obligation_state: str
    done: object
    needs_comment: bool = False
    flags_suffice: bool = False
    issues_receipt: bool = False


VERBS: dict[str, Verb] = {
    "submit": Verb(
        (ReportStatus.DRAFT, ReportStatus.RETURNED),
        ReportStatus.SUBMITTED,
        "reported",
        pgettext_lazy("event", "Submitted"),
        issues_receipt=True,
    ),
    "withdraw": Verb(
        (ReportStatus.SUBMITTED,),
        ReportStatus.DRAFT,
        "expected",
        pgettext_lazy("event", "Withdrawn by the operator"),
    ),
    "verify": Verb(
        (ReportStatus.SUBMITTED,),
        ReportStatus.VERIFIED,
        "reported",
        pgettext_lazy("event", "Verified"),
    ),
    "send_back": Verb(
        (ReportStatus.SUBMITTED,),
        ReportStatus.RETURNED,
        "expected",
        pgettext_lazy("event", "Returned"),
        needs_comment=True,
        flags_suffice=True,
    ),
    "set_aside": Verb(
        (ReportStatus.SUBMITTED,),
        ReportStatus.DRAFT,
        "not_expected",
        pgettext_lazy("event", "Set aside: no longer expected"),
        needs_comment=True,
    ),
    "reopen": Verb(
        (ReportStatus.VERIFIED,),
        ReportStatus.RETURNED,
        "expected",
        pgettext_lazy("event", "Reopened"),
        needs_comment=True,
    ),
}
