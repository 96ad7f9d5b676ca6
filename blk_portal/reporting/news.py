"""What operators are told of: written in the transaction of the event, whatever moved it."""

from django.dispatch import receiver

from blk_portal.reporting.models import Report, Transition
from blk_portal.reporting.notices import Notice, NoticeKind
from blk_portal.reporting.obligation import Obligation, ObligationStep, ObligationVerb
from blk_portal.reporting.signals import obligation_moved, report_moved
from blk_portal.reporting.tasks import ring_on_commit

NEWS_OF_REPORTS = {
    "send_back": NoticeKind.REPORT_RETURNED,
    "verify": NoticeKind.REPORT_VERIFIED,
    "reopen": NoticeKind.REPORT_REOPENED,
}
NEWS_OF_OBLIGATIONS: dict[str, NoticeKind] = {
    ObligationVerb.EXTENDED: NoticeKind.EXTENDED,
    ObligationVerb.EXCUSED: NoticeKind.EXCUSED,
    ObligationVerb.EXPECTED_AGAIN: NoticeKind.EXPECTED_AGAIN,
    ObligationVerb.ZERO_OVERTAKEN: NoticeKind.ZERO_OVERTAKEN,
}


@receiver(report_moved)
def tell_of_report(
    sender: type[Report], report: Report, transition: Transition, **kwargs: object
) -> None:
    if kind := NEWS_OF_REPORTS.get(transition.verb):
        told = Notice.objects.tell(
            kind, institution_id=report.obligation.institution_id, obligation=report.obligation,
            but=transition.by,
        )  # fmt: skip
        if told:
            ring_on_commit()


@receiver(obligation_moved)
def tell_of_obligation(
    sender: type[Obligation], obligation: Obligation, step: ObligationStep, **kwargs: object
) -> None:
    if kind := NEWS_OF_OBLIGATIONS.get(step.verb):
        told = Notice.objects.tell(
            kind, institution_id=obligation.institution_id, obligation=obligation, but=step.by
        )
        if told:
            ring_on_commit()
