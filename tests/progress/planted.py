"""One fault for each integrity check, planted behind the portal's back in the sample data."""

import os
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import connection
from django.db.models import Count, F
from django.utils import timezone

from blk_portal.privacy.models import KeyFingerprint
from blk_portal.progress import rollup
from blk_portal.progress.models import Actual, OpeningBalance, PendingRollup, RollupRun
from blk_portal.reporting.models import Obligation
from incubators.models import (
    Evidence,
    IncubationReport,
    Incubator,
    IncubatorTransition,
    SelectionRound,
    StandingChange,
    TenantCount,
)
from incubators.stages import COUNTING
from institutions.models import Document, Institution, InstitutionTransition, Milestone
from institutions.models.document import documents_storage
from tests.factories import NoticeFactory
from trainings.models import CohortCount, CohortReport, CountedPerson, OutcomeCount, Participant


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def copied(row, **changes):
    """The row once more, with another content here and there."""
    row.pk = None
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def closing(status, **filters):
    return CohortReport.objects.closing().filter(status=status, **filters).order_by("pk").first()


def live():
    """A count row that holds and counts persons."""
    return CohortCount.objects.filter(counted_to=None, people__gt=0).earliest("pk")


def single(**filters):
    """Participants whose NIK stands once in the portal."""
    once = Participant.objects.exclude(nik_index=None).values("nik_index")
    once = once.annotate(n=Count("pk")).filter(n=1).values("nik_index")
    return Participant.objects.filter(nik_index__in=once, **filters).order_by("pk")


def one_person_less(report):
    row = CohortCount.objects.filter(report=report, counted_to=None, people__gt=0).first()
    CohortCount.objects.filter(pk=row.pk).update(people=F("people") - 1)


def operational():
    return Institution.objects.filter(
        status="operational", replaces=None, replaced_by=None
    ).order_by("pk")


def counted_unverified():
    copied(live(), report=closing("draft"))


def verified_uncounted():
    report = closing("verified", counts__counted_to=None)
    CohortCount.objects.filter(report=report).update(counted_to=timezone.now())


def counted_twice():
    row = live()
    nothing = {"enrolled": 0, "completed": 0, "passed": 0, "people": 0, "without_nik": 0}
    earlier = row.counted_from - timedelta(days=1)
    copied(row, disability="multiple", age_band="45+", counted_from=earlier, **nothing)


def counts_differ():
    CohortCount.objects.filter(pk=live().pk).update(enrolled=F("enrolled") + 1)


def people_differ():
    one_person_less(live().report)


def person_twice():
    sql("ALTER TABLE trainings_countedperson DROP CONSTRAINT countedperson_once_a_year")
    first, *others = CountedPerson.objects.filter(participant__in=single()).order_by("pk")
    other = next(
        one for one in others
        if one.programme_year_id == first.programme_year_id and one.report_id != first.report_id
    )  # fmt: skip
    for rows in (
        CountedPerson.objects.filter(pk=other.pk),
        Participant.objects.filter(pk=other.participant_id),
    ):
        rows.update(nik_index=first.nik_index)


def person_void():
    draft = single(cohort__reports__kind="closing", cohort__reports__status="draft").first()
    CountedPerson.objects.create(
        programme_year_id=draft.cohort.programme_year_id, nik_index=draft.nik_index,
        participant=draft, report=draft.cohort.reports.closing().get(),
    )  # fmt: skip


def person_lacking():
    person = CountedPerson.objects.filter(participant__in=single()).earliest("pk")
    one_person_less(person.report)
    person.delete()


def outcome_void():
    draft = CohortReport.objects.filter(kind="certification", status="draft").first()
    copied(OutcomeCount.objects.filter(counted_to=None).earliest("pk"), report=draft)


def settled_unreported():
    Obligation.objects.filter(pk=closing("draft").obligation_id).update(state="reported")


def report_unsettled():
    Obligation.objects.filter(pk=closing("verified").obligation_id).update(state="expected")


def unreceipted():
    sql("DELETE FROM reporting_receipt WHERE obligation_id = %s", closing("verified").obligation_id)


def report_log():
    CohortReport.objects.filter(pk=closing("verified").pk).update(version=F("version") + 1)


def cohort_unreported():
    draft = closing("draft", cohort__cancelled_at=None)
    sql("DELETE FROM trainings_cohortreport WHERE id = %s", draft.pk)


def pkb_of(institution):
    return Milestone.objects.standing().filter(institution=institution, kind="pkb")


def milestones_order():
    pkb_of(operational().first()).update(happened_on="2030-01-01")


def agreement_lacking():
    withdrawn = {"withdrawn_at": timezone.now(), "withdrawn_because": "Contoh."}
    pkb_of(operational().first()).update(**withdrawn)


def status_log():
    Institution.objects.filter(pk=operational().first().pk).update(status="built")


def ended_counting():
    place = operational().first()
    last = InstitutionTransition.objects.filter(institution=place).first()
    copied(last, to_status="cancelled", recorded_at=timezone.now())
    Institution.objects.filter(pk=place.pk).update(status="cancelled")


def replaced_counting():
    gone, taken = operational()[:2]
    Institution.objects.filter(pk=taken.pk).update(replaces=gone)


def round_overfull():
    incubator = Incubator.objects.counting().first()
    SelectionRound.objects.filter(pk=incubator.round_id).update(places=0)


def replaced_incubator():
    gone, taken = Incubator.objects.filter(stage__in=COUNTING, replaces=None, replaced_by=None)[:2]
    Incubator.objects.filter(pk=taken.pk).update(replaces=gone)


def place_never_held():
    taken = Incubator.objects.filter(stage__in=COUNTING, replaces=None).first()
    gone = Incubator.objects.filter(stage="shortlisted").first()
    today = timezone.localdate()
    IncubatorTransition.objects.create(
        incubator=gone, verb="strike_off", from_stage="shortlisted", to_stage="struck_off",
        happened_on=today, recorded_at=timezone.now(), reason="Mundur.",
    )  # fmt: skip
    Incubator.objects.filter(pk=gone.pk).update(stage="struck_off")
    Incubator.objects.filter(pk=taken.pk).update(replaces=gone)


def stage_log():
    row = Incubator.objects.filter(stage="validated").first()
    Incubator.objects.filter(pk=row.pk).update(stage="mentored")


def standing_unproved():
    today = timezone.localdate()
    stands = Incubator.objects.with_standing(on=today).filter(in_force=True).first()
    Evidence.objects.filter(incubator=stands).update(withdrawn_on=None, valid_to=F("valid_from"))
    assert StandingChange.objects.standing().filter(incubator=stands).exists()


def tenant_void():
    unsure = IncubationReport.objects.exclude(status="verified").first()
    row = TenantCount.objects.live().first()
    TenantCount.objects.filter(pk=row.pk).update(report=unsure)


def rollup_given_up():
    year = Actual.objects.first().programme_year
    PendingRollup.objects.create(programme_year=year, why="contoh", attempts=rollup.MAX_ATTEMPTS)


def rollup_behind():
    RollupRun.objects.update(finished_at="2001-01-01T00:00Z")


def cells_differ():
    cell = Actual.objects.filter(province=None, office=None, indicator="completed").first()
    Actual.objects.filter(pk=cell.pk).update(value=F("value") + 1)


def mail_stuck():
    NoticeFactory(state="stopped")


def nik_half():
    sql("ALTER TABLE trainings_participant DROP CONSTRAINT participant_nik_sealed_and_indexed")
    row = Participant.objects.filter(erased_at=None).exclude(nik_sealed=None).first()
    Participant.objects.filter(pk=row.pk).update(nik_sealed=None)


def key_foreign():
    KeyFingerprint.objects.create(purpose="index", version=9, fingerprint="lain")


def file_unnamed():
    storage = documents_storage()
    path = storage.path(storage.save("2022/10/tanpa-baris", ContentFile(b"contoh")))
    os.utime(path, (0, 0))


def file_missing():
    Document.objects.filter(pk=Document.objects.first().pk).update(file="2022/10/tiada")


# The fault, and whether the stored cells follow it before the checks look.
def opening_twice():
    row = OpeningBalance.objects.live().earliest("pk")
    copied(
        row, counted_to=row.counted_from + timedelta(microseconds=1), ended_by=row.approved_by,
        ended_because="Dua entri digabung.",
    )  # fmt: skip


FAULTS = {
    "counted-unverified": (counted_unverified, True),
    "verified-uncounted": (verified_uncounted, True),
    "counted-twice": (counted_twice, False),
    "counts-differ": (counts_differ, True),
    "people-differ": (people_differ, True),
    "person-twice": (person_twice, False),
    "person-void": (person_void, False),
    "person-lacking": (person_lacking, True),
    "outcome-void": (outcome_void, True),
    "opening-twice": (opening_twice, False),
    "settled-unreported": (settled_unreported, False),
    "report-unsettled": (report_unsettled, False),
    "unreceipted": (unreceipted, False),
    "report-log": (report_log, False),
    "cohort-unreported": (cohort_unreported, False),
    "milestones-order": (milestones_order, False),
    "agreement-lacking": (agreement_lacking, True),
    "status-log": (status_log, False),
    "ended-counting": (ended_counting, False),
    "replaced-counting": (replaced_counting, False),
    "round-overfull": (round_overfull, False),
    "replaced-incubator": (replaced_incubator, False),
    "place-never-held": (place_never_held, True),
    "stage-log": (stage_log, False),
    "standing-unproved": (standing_unproved, False),
    "tenant-void": (tenant_void, False),
    "rollup-given-up": (rollup_given_up, False),
    "rollup-behind": (rollup_behind, False),
    "cells-differ": (cells_differ, False),
    "mail-stuck": (mail_stuck, False),
    "nik-half": (nik_half, False),
    "key-foreign": (key_foreign, False),
    "file-unnamed": (file_unnamed, False),
    "file-missing": (file_missing, False),
}
