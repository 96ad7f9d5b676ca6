"""What a worker does for certificates: draw and print a cohort's file, and sweep the old ones."""

import logging

from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone, translation

from blk_portal.printing.typesetting import Busy, Unprintable, typeset
from trainings.certificate_paper import LANGUAGE, paper, sheet
from trainings.models import Certificate, CertificateFile, Cohort
from trainings.models.certificate import MOST_ATTEMPTS

logger = logging.getLogger(__name__)
State = CertificateFile.State
# So many are drawn between two words to those who wait.
STEP = 10


def write_file(pk: int) -> bool:
    """Print the certificates that a file waits for; false where another worker has it or none is
    needed. Whoever is overtaken by another worker leaves the result to that one.
    """
    owed = CertificateFile.objects.owed().filter(pk=pk)
    CertificateFile.objects.owed().filter(pk=pk, attempts__gte=MOST_ATTEMPTS).update(
        state=State.FAILED
    )
    claimed = owed.order_by().update(
        leased_at=timezone.now(), attempts=models.F("attempts") + 1, done=0
    )
    if not claimed:
        return False
    kept = CertificateFile.objects.get(pk=pk)
    own = CertificateFile.objects.filter(pk=pk, attempts=kept.attempts, state=State.WAITING)
    try:
        with translation.override(LANGUAGE):
            content = typeset("certificate", _paper(kept, own))
    except (Busy, Unprintable) as problem:
        logger.warning("certificates of file %s were not printed: %s", pk, problem or "busy")
        own.update(leased_at=None)
        return False
    _keep(kept, own, content)
    return True


def _paper(kept: CertificateFile, own: models.QuerySet[CertificateFile]) -> dict[str, object]:
    """The cohort's certificates as data; says on the way how far it has come."""
    cohort = Cohort.objects.select_related(
        "programme", "field", "institution__regency__province"
    ).get(pk=kept.cohort_id)
    standing = (
        Certificate.objects.standing()
        .filter(participant__cohort=cohort, participant__restricted_at=None)
        .select_related("participant")
    )
    sheets = []
    for certificate in standing:
        certificate.participant.cohort = cohort
        sheets.append(sheet(certificate))
        if len(sheets) % STEP == 0:
            own.update(done=len(sheets), leased_at=timezone.now())
    own.update(done=len(sheets), total=len(sheets), leased_at=timezone.now())
    return paper(cohort, sheets)


def _keep(kept: CertificateFile, own: models.QuerySet[CertificateFile], content: bytes) -> None:
    kept.file.save("", ContentFile(content), save=False)
    path = str(kept.file.name)
    written = own.update(file=path, state=State.READY, ready_at=timezone.now())
    if not written:
        # The row has gone, or another worker was faster: nothing names this file.
        kept.file.storage.delete(path)


def sweep() -> int:
    """Remove files that are older than 30 days; how many."""
    return CertificateFile.objects.expired().discard()
