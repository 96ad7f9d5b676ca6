"""Sample certificates: the first institutions have made theirs, one was revoked and made anew."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from blk_portal.progress.demo.register import Sample
from blk_portal.progress.demo.world import World
from trainings.models import Certificate, Cohort, CohortReport

INSTITUTIONS = 12
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
DAYS_AFTER = 3
REASON = "Nama pada sertifikat keliru; diterbitkan ulang (contoh)."


def make_certificates(world: World, samples: Sequence[Sample]) -> None:
    """Certificates of verified cohorts; the demo operator's first report is left for its click."""
    first = [sample.institution.pk for sample in samples[:INSTITUTIONS]]
    reports = CohortReport.objects.closing().verified().filter(cohort__institution__in=first)
    cohorts = list(Cohort.objects.filter(reports__in=reports).order_by("pk"))
    left = next((cohort for cohort in cohorts if cohort.institution_id == first[0]), None)
    for cohort in cohorts:
        if cohort != left:
            _make(world, cohort)


def _make(world: World, cohort: Cohort) -> None:
    report = cohort.closing
    assert report.verified_by, "only verified reports are asked for"
    made = Certificate.objects.issue(cohort, by=report.verified_by)
    _date(world, made, report)
    if made and not Certificate.objects.exclude(revoked_at=None).exists():
        at = world.at_work(made[0].issued_on + timedelta(days=DAYS_AFTER))
        made[0].revoke(by=report.verified_by, because=REASON)
        Certificate.objects.filter(pk=made[0].pk).update(revoked_at=at)
        _date(world, Certificate.objects.issue(cohort, by=report.verified_by), report)


def _date(world: World, made: list[Certificate], report: CohortReport) -> None:
    """The day and the code of the sample: the same at every seeding."""
    assert report.verified_at, "only verified reports are asked for"
    for certificate in made:
        day = timezone.localdate(report.verified_at) + timedelta(days=DAYS_AFTER)
        certificate.issued_on = day
        certificate.code = "".join(world.rng.choices(LETTERS, k=16))
    Certificate.objects.bulk_update(made, ["issued_on", "code"])
