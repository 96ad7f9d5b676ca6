"""From the figure on the dashboard down to the rows of a report, and back."""

import pytest

from blk_portal.progress import rollup
from tests.e2e.conftest import PASSWORD, PHONE
from tests.factories import (
    AreaReviewerFactory,
    CohortReportFactory,
    ProgrammeYearFactory,
    TargetFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_reviewer_goes_from_the_figure_down_to_a_report_and_back(person, transactional_db):
    year = ProgrammeYearFactory()
    TargetFactory(indicator="completed", value=232_000, programme_year=year)
    report = CohortReportFactory(people=3, verified=True)
    institution = report.cohort.institution
    CohortReportFactory(cohort__institution=institution, people=2, submitted=True)
    rollup.settle(year.pk)
    reviewer = AreaReviewerFactory(office=institution.office, password=PASSWORD)
    desk = person(reviewer, viewport=PHONE)
    desk.visit("/capaian/")
    desk.press(".target-fig a[href*='indikator=completed']")
    assert "3" in desk.page.inner_text(".sum-is")
    assert "menunggu verifikasi" in desk.text()
    assert desk.barriers() == []
    for name in (institution.regency.province.name, institution.name, str(report.cohort)):
        desk.press(f"#bagian tbody a:text-is('{name}')")
        assert "3" in desk.page.inner_text(".sum-is")
        assert desk.overflow() <= 0
    for participant in report.cohort.participants.all():
        assert participant.name in desk.text()
    desk.press(f".crumbs a:text-is('{institution.name}')")
    assert "2" in desk.page.inner_text("#tidak tfoot")
    desk.press(".crumbs a:text-is('Capaian nasional')")
    assert desk.page.url.endswith("/capaian/?tahun=2022")
