"""Sample tranches with their accounts, cases, and the milestones that run beside the status."""

from collections.abc import Iterator
from datetime import date, timedelta

from blk_portal.accounts.roles import Role
from blk_portal.progress.demo import naming, plan
from blk_portal.progress.demo.register import Sample
from blk_portal.progress.demo.world import World
from institutions.copying import copy_rows, write, write_over
from institutions.due import working_days_after
from institutions.lifecycle import CaseKind, MilestoneKind
from institutions.models import Case, Disbursement, DisbursementStep, Milestone

Purpose, Verb = Disbursement.Purpose, DisbursementStep.Verb
MILLION = 1_000_000
# After which step, how many days, what for, which tranche, how much at least and at most.
TRANCHES = (
    ("sign", 20, Purpose.BUILDING, 1, 350, 350),
    ("sign", 75, Purpose.BUILDING, 2, 150, 150),
    ("hand_over", 10, Purpose.EQUIPMENT, 1, 300, 346),
    ("open", 5, Purpose.OPERATIONS, 1, 80, 120),
)
# Of a hundred tranches of older years and of the last one: accepted, filed, sent back; the others
# are still owed. The auditor once found 132 recipients of about 3,000 without a last account.
OLDER, LATEST = (955, 15, 5), (700, 120, 30)
REASONS = {
    CaseKind.STALLED: ("Pembangunan berhenti sejak pelaksana mundur (contoh).",),
    CaseKind.INACTIVE: ("Tidak ada pelatihan selama satu tahun (contoh).",),
    CaseKind.LEGAL: ("Sengketa tanah sedang diperiksa pengadilan (contoh).",),
    CaseKind.MONEY_BACK: ("Perjanjian berakhir; sisa dana wajib dikembalikan (contoh).",),
}
OUTCOME = "Diselesaikan menurut berita acara (contoh)."
LAST = plan.LAST_DAY


def make_money(world: World, samples: list[Sample]) -> None:
    """Write what was paid and how it was accounted for, then the cases and the milestones."""
    paid = [row for sample in samples for row in _tranches(world, sample)]
    write(Disbursement, paid)
    copy_rows(DisbursementStep, (step for row in paid for step in _steps(world, row)))
    # What the steps come to is written after them, as the verbs do.
    write_over(
        Disbursement,
        [row for row in paid if row.accounted or row.returned],
        ["accounted", "returned", "filed_on", "accepted_on"],
    )
    copy_rows(Case, (row for sample in samples for row in _cases(world, sample)))
    copy_rows(Milestone, (row for sample in samples for row in _beside(world, sample)))


def _tranches(world: World, sample: Sample) -> Iterator[Disbursement]:
    year = sample.institution.programme_year
    end = sample.ended.happened_on if sample.ended else LAST
    for verb, days, purpose, number, least, most in TRANCHES:
        step = sample.steps.get(verb)
        if step is None or (day := step + timedelta(days=days)) > end:
            continue
        yield Disbursement(
            institution=sample.institution, programme_year=year, purpose=purpose, tranche=number,
            amount=world.rng.randint(least, most) * MILLION,
            sp2d_number=f"SP2D-{sample.number:04d}{purpose[0].upper()}{number} {naming.SAMPLE}",
            sp2d_on=day, lpj_due_on=working_days_after(day, year.lpj_due_days),
            recorded_at=world.at_work(day + timedelta(days=1)),
            recorded_by=world.users[Role.NATIONAL_ADMIN],
        )  # fmt: skip


def _steps(world: World, row: Disbursement) -> Iterator[DisbursementStep]:
    """The account of a tranche; writes what it comes to into the row."""
    shares = OLDER if row.programme_year.year < 2022 else LATEST
    filed_on = row.lpj_due_on + timedelta(days=world.rng.randint(-8, 25))
    dice = world.rng.randint(1, 1000)
    fate = next((n for n in range(3) if dice <= sum(shares[: n + 1])), 3)
    if fate == 3 or filed_on > LAST - timedelta(days=40):
        return
    filer = world.operators.get(row.institution_id, world.users[Role.NATIONAL_ADMIN])
    reviewer = world.reviewer_of(row.institution)
    unspent = world.rng.choice((0, 0, 0, 0, 1, 2, 5)) * MILLION

    def step(verb: str, days: int, amount: int, **told: object) -> DisbursementStep:
        day = filed_on + timedelta(days=days)
        return DisbursementStep(
            disbursement=row, verb=verb, happened_on=day, amount=amount,
            recorded_at=world.at_work(day), **told,
        )  # fmt: skip

    proof = f"LPJ-{row.sp2d_number[5:]}"
    yield step(Verb.FILED, 0, row.amount - unspent, number=proof, by=filer)
    if fate == 2:
        yield step(Verb.SENT_BACK, 9, 0, reason="Bukti belanja kurang (contoh).", by=reviewer)
        return
    row.accounted, row.filed_on = row.amount - unspent, filed_on
    if fate == 1:
        return
    if unspent:
        number = f"NTPN-{row.sp2d_number[5:]}"
        yield step(Verb.RETURNED, 6, unspent, number=number, by=reviewer)
        row.returned = unspent
    yield step(Verb.ACCEPTED, 12, row.accounted, by=reviewer)
    row.accepted_on = filed_on + timedelta(days=12)


def _cases(world: World, sample: Sample) -> Iterator[Case]:
    institution = sample.institution
    if sample.ended:
        if "sign" in sample.steps:
            yield _case(world, sample, CaseKind.MONEY_BACK, sample.ended.happened_on)
        return
    if institution.status == plan.Status.SIGNED and sample.number % 9 == 0:
        day = sample.steps["sign"] + timedelta(days=200)
        yield _case(world, sample, CaseKind.STALLED, min(day, LAST))
    if institution.status == plan.Status.OPERATIONAL and sample.number % 23 == 0:
        yield _case(
            world, sample, CaseKind.INACTIVE, date(2023, 2, 1) + timedelta(sample.number % 90)
        )
    if institution.status == plan.Status.OPERATIONAL and sample.number % 61 == 0:
        yield _case(world, sample, CaseKind.LEGAL, date(2022, 8, 1) + timedelta(sample.number % 90))


def _case(world: World, sample: Sample, kind: CaseKind, day: date) -> Case:
    by = world.reviewer_of(sample.institution)
    case = Case(
        institution=sample.institution, kind=kind, opened_on=day, opened_by=by,
        opened_at=world.at_work(day), reason=world.rng.choice(REASONS[kind]),
        grace_until=day + timedelta(days=180) if kind == CaseKind.INACTIVE else None,
    )  # fmt: skip
    closing = day + timedelta(days=60)
    if world.rng.random() < 0.3 and closing <= LAST:
        case.closed_on, case.closed_by, case.outcome = closing, by, OUTCOME
        case.closed_at = world.at_work(closing)
    return case


def _beside(world: World, sample: Sample) -> Iterator[Milestone]:
    """Building under way, equipment received, instructors ready."""
    signed, built = sample.steps.get("sign"), sample.steps.get("hand_over")
    opened = sample.steps.get("open")
    facts: list[tuple[MilestoneKind, date, int | None]] = []
    if signed and not sample.ended:
        days = (built - signed).days if built else 120
        facts += [
            (MilestoneKind.PROGRESS, signed + timedelta(days=days * share // 100), percent)
            for share, percent in ((40, 35), (70, 75), (98, 100))
            if built or percent < 100
        ]
    if opened:
        facts.append((MilestoneKind.INSTRUCTORS, opened - timedelta(days=25), None))
        facts.append((MilestoneKind.EQUIPMENT, opened - timedelta(days=12), None))
    for kind, day, percent in facts:
        if day > LAST:
            continue
        number = f"BAST-P{sample.number:04d}/{day.year} {naming.SAMPLE}"
        yield Milestone(
            institution=sample.institution, kind=kind, percent=percent,
            programme_year=sample.institution.programme_year, happened_on=day,
            document_number=number if kind == MilestoneKind.EQUIPMENT else "",
            recorded_at=world.at_work(day + timedelta(days=1)),
            recorded_by=world.reviewer_of(sample.institution),
        )  # fmt: skip
