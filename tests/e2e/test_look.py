"""Every page of every role, on phone, tablet and desk: it fits and keeps nobody out."""

import pytest

from blk_portal.accounts.roles import Role
from blk_portal.progress import rollup
from tests.e2e.conftest import DESK, PHONE, TABLET
from tests.e2e.screens import faults_on
from tests.factories import user_of
from tests.factories.checks import OverlapFactory
from tests.factories.incubators import IncubatorFactory
from tests.factories.progress import TargetFactory
from tests.factories.quality import (
    AssessmentFactory,
    ContributionFactory,
    PartnershipFactory,
    VisitFactory,
)
from tests.factories.trainings import (
    CohortReportFactory,
    PendingRowFactory,
    TrainingAidFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    None: (
        "/", "/panduan/", "/akun/login/", "/akun/password/reset/", "/tidak-ada/", "/api/v1/docs/",
        "/api/v1/docs/start/",
    ),
    Role.OPERATOR: (
        "/beranda/", "/pelatihan/", "/pelatihan/baru/", "/lembaga/", "/pelatihan/{draft}/",
        "/pelatihan/{draft}/hasil/", "/pelatihan/{draft}/kirim/", "/pelatihan/{faulty}/",
        "/pelatihan/{sent}/", "/bukti-terima/{receipt}/", "/lembaga/{institution}/",
        "/lembaga/{institution}/penilaian/", "/lembaga/{institution}/kunjungan/",
        "/lembaga/{institution}/mitra/", "/capaian/kemandirian/",
        "/akun/password/change/", "/laporan-masuk/", "/panduan/", "/dana/pelatihan/",
        "/pelatihan/kalender/", "/pelatihan/{draft}/tempel/", "/pelatihan/{draft}/peserta/baru/",
        "/pelatihan/{draft}/persetujuan/", "/pelatihan/{draft}/rencana/",
    ),
    Role.AREA_REVIEWER: (
        "/beranda/", "/capaian/", "/laporan-masuk/", "/laporan-masuk/{report}/", "/lembaga/",
        "/lembaga/{institution}/", "/pelatihan/", "/peserta/{participant}/nik/",
        "/lembaga/{institution}/penilaian/", "/lembaga/{institution}/kunjungan/",
        "/lembaga/{institution}/mitra/", "/mitra/", "/mitra/{partner}/", "/capaian/kemandirian/",
        "/capaian/uptp/{office}/", "/tunggakan/", "/panduan/", "/dana/pelatihan/",
        "/laporan-masuk/tumpang-tindih/", "/peserta/{participant}/berkas/", "/program/",
        "/pelatihan/{sent}/sertifikat/",
    ),
    Role.NATIONAL_ADMIN: (
        "/beranda/", "/capaian/", "/laporan-masuk/", "/lembaga/", "/pelatihan/", "/tunggakan/",
        "/panduan/",
    ),
    Role.NATIONAL_TRAINING_REVIEWER: (
        "/beranda/", "/capaian/", "/laporan-masuk/", "/laporan-masuk/{verified}/",
        "/lembaga/{institution}/",
    ),
    Role.NATIONAL_INCUBATOR_REVIEWER: (
        "/beranda/", "/capaian/", "/inkubator/", "/inkubator/{incubator}/", "/panduan/",
    ),
    Role.OBSERVER: (
        "/beranda/", "/tunggakan/", "/panduan/", "/capaian/", "/capaian/provinsi/{province}/",
        "/lembaga/", "/lembaga/{institution}/",
        "/inkubator/",
    ),
    Role.LEADERSHIP: (
        "/beranda/", "/tunggakan/", "/panduan/", "/capaian/", "/capaian/provinsi/{province}/",
        "/capaian/uptp/{office}/", "/inkubator/", "/mitra/", "/mitra/{partner}/",
        "/capaian/kemandirian/", "/capaian/kemandirian/provinsi/{province}/",
        "/lembaga/{institution}/penilaian/", "/dana/pelatihan/", "/capaian/bahan-rapat/",
        "/inkubator/?tahap=validated", "/inkubator/{struck_off}/",
    ),
    Role.AUDITOR: (
        "/beranda/", "/tunggakan/", "/panduan/", "/capaian/", "/pelatihan/", "/pelatihan/{sent}/",
    ),
    Role.PARTNER: ("/beranda/", "/panduan/"),
}  # fmt: skip

SCREENS = {"phone": PHONE, "tablet": TABLET, "desk": DESK}


@pytest.fixture
def world(transactional_db) -> dict[str, object]:
    sent = CohortReportFactory(submitted=True, people=4)
    draft = CohortReportFactory(cohort__institution=sent.cohort.institution, people=3)
    faulty = CohortReportFactory(cohort__institution=sent.cohort.institution, people=2)
    PendingRowFactory(cohort=faulty.cohort)
    TrainingAidFactory(cohort=sent.cohort)
    OverlapFactory(first_cohort=draft.cohort)
    verified = CohortReportFactory(cohort__institution=sent.cohort.institution, verified=True)
    incubator = IncubatorFactory(stage="validated")
    struck_off = IncubatorFactory(stage="struck_off")
    TargetFactory(indicator="completed", programme_year=sent.cohort.programme_year, value=232_000)
    AssessmentFactory(institution=sent.cohort.institution)
    VisitFactory(institution=sent.cohort.institution, open=True)
    contribution = ContributionFactory(institution=sent.cohort.institution)
    PartnershipFactory(institution=sent.cohort.institution, partner=contribution.partner)
    rollup.settle(sent.cohort.programme_year.pk)
    return {
        "home": sent.cohort.institution,
        "institution": sent.cohort.institution.pk,
        "province": sent.cohort.institution.regency.province.code,
        "office": sent.cohort.institution.office.code,
        "incubator": incubator.pk,
        "struck_off": struck_off.pk,
        "draft": draft.cohort.pk,
        "faulty": faulty.cohort.pk,
        "verified": verified.pk,
        "receipt": sent.obligation.receipts.get().number,
        "participant": sent.cohort.participants.first().pk,
        "sent": sent.cohort.pk,
        "report": sent.pk,
        "partner": contribution.partner_id,
    }


@pytest.mark.parametrize("role", PAGES, ids=lambda role: role or "anonymous")
def test_every_page_fits_its_screens(person, world, role):
    someone = person(user_of(role, world["home"]) if role else None, viewport=PHONE)
    found = []
    for path in PAGES[role]:
        path = path.format(**world)
        someone.page.set_viewport_size(PHONE)
        someone.visit(path)
        found += [f"{path} {fault}" for fault in faults_on(someone, SCREENS)]
    assert found == []
