"""Which evidence the news of a refusal is about: its words name criterion and reason when read."""

from collections.abc import Iterable

from blk_portal.accounts.models import User
from blk_portal.reporting.models import Notice
from blk_portal.reporting.notices import NoticeKind
from incubators.models import Evidence
from incubators.models.evidence import EvidenceState


def with_evidence(notices: Iterable[Notice], user: User) -> list[tuple[Notice, Evidence | None]]:
    """Each piece of news with the evidence that it tells was refused; None for other news.

    The news is written with the decision, just after it: of the institution's refusals it is the
    last one before.
    """
    rows = list(notices)
    about = {row.institution_id for row in rows if row.kind == NoticeKind.EVIDENCE_REFUSED}
    refused: list[Evidence] = []
    if about:
        visible = Evidence.objects.visible_to(user).filter(state=EvidenceState.REFUSED)
        refused = list(
            visible.filter(incubator__institution__in=about)
            .select_related("criterion", "incubator")
            .order_by("-decided_at", "-pk")
        )
    return [(row, _refused_for(row, refused)) for row in rows]


def _refused_for(notice: Notice, refused: list[Evidence]) -> Evidence | None:
    if notice.kind != NoticeKind.EVIDENCE_REFUSED:
        return None
    own = (one for one in refused if one.incubator.institution_id == notice.institution_id)
    told = (one for one in own if one.decided_at and one.decided_at <= notice.created_at)
    return next(told, None)
