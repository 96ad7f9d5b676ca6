"""Erasing what identifies a person once the papers of a training need no longer be kept.

Basis: the personal data act (UU 27/2022) asks for erasure when the retention has ended; accounts of
state money are kept ten years (RETENTION_YEARS). What is left counts as before: sex, result,
disability, and of the birth date the year, with a day that keeps the age at the start of training.
"""

import logging
import os
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from blk_portal.privacy import retention
from institutions.models import Document, ProgrammeYear
from trainings.models import (
    CertificateFile,
    Cohort,
    ConsentSheet,
    Erasure,
    FormDraft,
    GuardianConsent,
    PendingRow,
    ReportedRow,
    RosterUpload,
)

logger = logging.getLogger(__name__)
# Between the announcement and the erasure somebody can still object.
NOTICE = timedelta(days=14)
# The people of a budget year are taken in so many pieces, all rows of one person in the same.
PIECES = 256
ERASED_NAME = "–"

# A person's participations of one budget year go together: which of them counts must stay true.
DUE = """
SELECT p.id FROM trainings_participant p JOIN trainings_cohort c ON c.id = p.cohort_id
WHERE p.erased_at IS NULL AND c.ends_on < %(cutoff)s {narrowed}
  AND NOT EXISTS (
    SELECT FROM trainings_participant q JOIN trainings_cohort d ON d.id = q.cohort_id
    WHERE q.nik_index = p.nik_index AND d.programme_year_id = c.programme_year_id
      AND d.ends_on >= %(cutoff)s)
"""
ONE_PIECE = """AND c.programme_year_id = %(year)s
  AND coalesce(get_byte(p.nik_index, 0), p.id %% 256) = %(piece)s"""

# The index becomes a token that nobody can make again: rows of one person still meet, and no NIK
# leads to them any more.
EMPTY_PARTICIPANTS = """
UPDATE trainings_participant p SET
    name = %(name)s, name_key = '', birth_place = '', education = '', address = '', phone = '',
    late_reason = '', is_santri = NULL, warnings = '[]', nik_sealed = NULL,
    nik_index = sha256(%(salt)s || p.nik_index), erased_at = %(at)s,
    birth_date = CASE
        WHEN extract(year FROM age(c.starts_on, date_trunc('year', p.birth_date)::date))
           = extract(year FROM age(c.starts_on, p.birth_date))
        THEN date_trunc('year', p.birth_date)::date
        ELSE (date_trunc('year', p.birth_date) + interval '1 year - 1 day')::date END
FROM trainings_cohort c WHERE c.id = p.cohort_id AND p.id = ANY(%(people)s)
"""
EMPTY_COUNTED = """
UPDATE trainings_countedperson n SET nik_index = p.nik_index
FROM trainings_participant p WHERE p.id = n.participant_id AND p.id = ANY(%(people)s)
"""
EMPTY_FLAGS = """
UPDATE trainings_cohortreportflag SET was = '', was_digest = '', became = ''
WHERE participant_id = ANY(%(people)s)
"""
# What was handed in of them, also of those who were taken off the roster (`_drop_what_is_left`).
EMPTY_REPORTED = """
UPDATE trainings_reportedrow r SET name = '', birth_date = NULL, nik_digest = '', values = '{}'
FROM trainings_participant p WHERE p.uid = r.uid AND p.id = ANY(%(people)s)
"""
EMPTY_CERTIFICATIONS = """
UPDATE trainings_certification SET number = '' WHERE participant_id = ANY(%(people)s)
"""
EMPTY_PLACEMENTS = """
UPDATE trainings_placement SET workplace = '' WHERE participant_id = ANY(%(people)s)
"""
EMPTY_CONSENTS = """
UPDATE trainings_guardianconsent SET guardian_name = %(name)s,
    withdrawn_because = CASE WHEN withdrawn_at IS NULL THEN '' ELSE %(name)s END
WHERE participant_id = ANY(%(people)s)
"""
EMPTY_CHANGES = """
UPDATE trainings_participantchange SET old = '', new = '' WHERE participant_id = ANY(%(people)s)
"""
EMPTY_REQUESTS = """
UPDATE trainings_unlockrequest SET reason = %(name)s,
    decision_reason = CASE WHEN decision_reason = '' THEN '' ELSE %(name)s END
WHERE participant_id = ANY(%(people)s)
"""
# That one person was in two cohorts at once is no longer told; that staff decided something is.
EMPTY_DECISIONS = """
UPDATE trainings_overlapdecision d SET reason = %(name)s
FROM trainings_overlap o
WHERE o.id = d.overlap_id AND (o.first_id = ANY(%(people)s) OR o.second_id = ANY(%(people)s))
"""
PART_OVERLAPS = """
UPDATE trainings_overlap SET ended_at = coalesce(ended_at, %(at)s),
    first_id = CASE WHEN first_id = ANY(%(people)s) THEN NULL ELSE first_id END,
    second_id = CASE WHEN second_id = ANY(%(people)s) THEN NULL ELSE second_id END
WHERE first_id = ANY(%(people)s) OR second_id = ANY(%(people)s)
"""

EMPTYING = (
    EMPTY_PARTICIPANTS, EMPTY_COUNTED, EMPTY_FLAGS, EMPTY_CERTIFICATIONS, EMPTY_PLACEMENTS,
    EMPTY_REPORTED, EMPTY_CHANGES, EMPTY_CONSENTS, EMPTY_REQUESTS, EMPTY_DECISIONS, PART_OVERLAPS,
)  # fmt: skip


def cutoff(today: date) -> date:
    """Cohorts that ended before this day need no longer be kept by name."""
    year = today.year - settings.RETENTION_YEARS
    return date(year, today.month, 28 if (today.month, today.day) == (2, 29) else today.day)


def due(cutoff_on: date) -> int:
    """How many participations are due: the dry run."""
    with connection.cursor() as cursor:
        cursor.execute(DUE.format(narrowed=""), {"cutoff": cutoff_on})
        return int(cursor.rowcount)


def erase(cutoff_on: date) -> int:
    """Empty all that is due, a piece of a budget year at a time; returns how many participations.

    A piece is one transaction, so what has ended with its process goes on at the next call.
    """
    erased = 0
    years = ProgrammeYear.objects.filter(cohorts__ends_on__lt=cutoff_on).distinct().order_by("year")
    for year in years:
        erased += sum(_erase_piece(year, piece, cutoff_on) for piece in range(PIECES))
        _drop_what_is_left(year, cutoff_on)
    logger.info("erased %s participations of cohorts that ended before %s", erased, cutoff_on)
    return erased


@transaction.atomic
def _erase_piece(year: ProgrammeYear, piece: int, cutoff_on: date) -> int:
    """The people whose index begins with one byte, under one salt that is then forgotten."""
    # As verifying and reopening hold it: nobody is counted anew meanwhile.
    ProgrammeYear.objects.select_for_update(no_key=True).get(pk=year.pk)
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"cutoff": cutoff_on, "year": year.pk, "piece": piece}
        cursor.execute(DUE.format(narrowed=ONE_PIECE), given)
        people = [pk for (pk,) in cursor.fetchall()]
        if not people:
            return 0
        given |= {"people": people, "salt": os.urandom(32), "at": timezone.now()}
        given["name"] = ERASED_NAME
        for statement in EMPTYING:
            cursor.execute(statement, given)
    CertificateFile.objects.filter(cohort__participants__in=people).discard()
    return len(people)


@transaction.atomic
def _drop_what_is_left(year: ProgrammeYear, cutoff_on: date) -> None:
    """What else of ended cohorts tells of people: rows that never became participants, typing that
    nobody stored, rows of those who left, and sheets of which every minor is erased."""
    ended = Cohort.objects.filter(programme_year=year, ends_on__lt=cutoff_on)
    PendingRow.objects.filter(cohort__in=ended).delete()
    FormDraft.objects.filter(cohort__in=ended).delete()
    gone = ReportedRow.objects.filter(submission__report__cohort__in=ended, participant=None)
    gone.exclude(name="").forget()
    RosterUpload.objects.filter(cohort__in=ended).update(filename=ERASED_NAME)
    named = GuardianConsent.objects.filter(participant__erased_at=None)
    sheets = ConsentSheet.objects.filter(cohort__in=ended).exclude(consents__in=named)
    Document.objects.filter(pk__in=sheets.values("document")).erase()


def carry_out(cutoff_on: date) -> Erasure:
    """Erase at once, with what other rooms offer, and keep a row that says so."""
    begun = timezone.now()
    people, others = erase(cutoff_on), retention.erase(cutoff_on)
    return Erasure.objects.create(
        cutoff_on=cutoff_on, people=people, others=others, announced_at=begun,
        done_at=timezone.now(),
    )  # fmt: skip


def nightly(now: datetime) -> Erasure | None:
    """Announce what is due; carry out what was announced 14 days ago. Returns what it did."""
    announced = Erasure.objects.filter(done_at=None).first()
    if announced is None:
        cutoff_on = cutoff(timezone.localdate(now))
        people, others = due(cutoff_on), retention.due(cutoff_on)
        if not people and not others:
            return None
        logger.warning(
            "%s participations and %s others are erased after %s", people, others, now + NOTICE
        )
        return Erasure.objects.create(
            cutoff_on=cutoff_on, people=people, others=others, announced_at=now
        )
    if announced.announced_at > now - NOTICE:
        return None
    announced.people = erase(announced.cutoff_on)
    announced.others = retention.erase(announced.cutoff_on)
    announced.done_at = now
    announced.save(update_fields=["people", "others", "done_at"])
    return announced
