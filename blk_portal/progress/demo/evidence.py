"""Sample evidence of incubators: complete, ending soon, lapsed, missing and waiting."""

from datetime import date, datetime, time, timedelta

from blk_portal.accounts.roles import Role
from blk_portal.formats import today_in_jakarta
from blk_portal.progress.demo import words
from blk_portal.progress.demo.papers import scan
from blk_portal.progress.demo.world import OFFICE_TIME, World
from incubators import expiry, standing
from incubators.models import Criterion, Evidence, Incubator, StandingChange
from incubators.models.evidence import PAPER_KIND, EvidenceState
from incubators.stages import Stage
from institutions.models import Document, DocumentKind

HANDED_IN, VERIFIED = date(2022, 10, 3), date(2022, 10, 17)
STANDING = (Stage.ESTABLISHED, Stage.INDEPENDENT)
# In how many days the first evidence that may end does so, incubator by incubator.
ENDS = (900, 45, 10, 900, 900, -20, 900, 900)
# How many of those on their way have handed in anything, and what became of the last piece.
ON_THE_WAY = 6
FATES = (EvidenceState.WAITING, EvidenceState.REFUSED, EvidenceState.VERIFIED)


def make_evidence(world: World) -> None:
    """Evidence for those that stand, and the beginnings of those on their way; one paper each."""
    kind, _is_new = DocumentKind.objects.get_or_create(
        code=PAPER_KIND[0], defaults={"name": PAPER_KIND[1]}
    )
    criteria = list(Criterion.objects.all())
    rows: list[Evidence] = []
    proved = Incubator.objects.filter(stage__in=STANDING).select_related("institution")
    for position, incubator in enumerate(proved.order_by("pk")):
        paper = _paper(world, incubator, kind)
        ends = ENDS[position % len(ENDS)]
        rows += [_verified(world, incubator, one, paper, ends) for one in criteria]
    mentored = Incubator.objects.filter(stage=Stage.MENTORED).select_related("institution")
    for position, incubator in enumerate(mentored.order_by("pk")[:ON_THE_WAY]):
        paper = _paper(world, incubator, kind)
        begun = criteria[: 1 + position % (len(criteria) - 2)]
        rows += [_verified(world, incubator, one, paper, 900) for one in begun]
        fate = FATES[position % len(FATES)]
        rows.append(_undecided(world, incubator, criteria[len(begun)], paper, fate))
    Evidence.objects.bulk_create(rows)
    _date_standing(criteria)
    expiry.catch_up(on=today_in_jakarta())


def _date_standing(criteria: list[Criterion]) -> None:
    """Write each change of standing as known on its own day; what is due today is there then."""
    rows = [
        StandingChange(
            incubator=incubator, day=change.day, is_granted=change.is_granted,
            criterion_id=change.criterion, evidence_id=change.evidence,
            recorded_at=datetime.combine(change.day, time(9), OFFICE_TIME),
        )
        for incubator in Incubator.objects.exclude(evidence=None).distinct()
        for change in standing.changes(
            criteria, list(incubator.evidence.verified()), today_in_jakarta()
        )
    ]  # fmt: skip
    StandingChange.objects.bulk_create(rows)


def _paper(world: World, incubator: Incubator, kind: DocumentKind) -> Document:
    """One scan that serves for all criteria of an incubator."""
    institution = incubator.institution
    number = f"BI-{incubator.pk:04}/2022"
    paper = Document.objects.store(
        institution=institution, kind=kind, file=scan(kind, number),
        by=world.operators.get(institution.pk) or world.reviewer_of(institution),
        number=number, dated_on=HANDED_IN,
    )  # fmt: skip
    Document.objects.filter(pk=paper.pk).update(uploaded_at=world.at_work(HANDED_IN))
    return paper


def _evidence(
    world: World, incubator: Incubator, criterion: Criterion, paper: Document
) -> Evidence:
    return Evidence(
        incubator=incubator, criterion=criterion, paper=paper, valid_from=HANDED_IN,
        submitted_by=paper.uploaded_by, submitted_at=world.at_work(HANDED_IN),
    )  # fmt: skip


def _verified(
    world: World, incubator: Incubator, criterion: Criterion, paper: Document, ends: int
) -> Evidence:
    """Verified evidence; only the first criterion ends when it is told, the others later."""
    row = _evidence(world, incubator, criterion, paper)
    if criterion.may_expire:
        left = ends if criterion.position == 1 else 900
        row.valid_to = today_in_jakarta() + timedelta(days=left)
    row.state, row.verified_on = EvidenceState.VERIFIED, VERIFIED
    row.decided_at = world.at_work(VERIFIED)
    row.decided_by = world.users[Role.NATIONAL_INCUBATOR_REVIEWER]
    return row


def _undecided(
    world: World, incubator: Incubator, criterion: Criterion, paper: Document, fate: str
) -> Evidence:
    """The latest piece: it waits, was refused, or was verified as well."""
    if fate == EvidenceState.VERIFIED:
        return _verified(world, incubator, criterion, paper, 900)
    row = _evidence(world, incubator, criterion, paper)
    if criterion.may_expire:
        row.valid_to = today_in_jakarta() + timedelta(days=700)
    if fate == EvidenceState.REFUSED:
        row.state, row.refused_because = EvidenceState.REFUSED, words.EVIDENCE_REFUSED
        row.decided_at = world.at_work(VERIFIED)
        row.decided_by = world.users[Role.NATIONAL_INCUBATOR_REVIEWER]
    return row
