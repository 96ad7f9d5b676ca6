"""A reviewer strikes one off with its replacement; the number stays and the bridge shows why."""

from datetime import date

import pytest

from incubators.models import Incubator
from tests.e2e.conftest import DESK, PASSWORD, PHONE
from tests.factories.accounts import IncubatorReviewerFactory, OperatorFactory
from tests.factories.documents import small_pdf
from tests.factories.incubators import (
    IncubatorCriterionFactory,
    IncubatorFactory,
    SelectionRoundFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_reviewer_strikes_off_with_replacement_and_the_bridge_shows_it(person, javascript):
    round_ = SelectionRoundFactory(places=3)
    first, *_others = [
        IncubatorFactory(round=round_, stage="selected", on=date(2022, 3, 1)) for _n in range(3)
    ]
    next_ = IncubatorFactory(round=round_, reserve_position=1, on=date(2022, 3, 1))
    viewport = DESK if javascript else PHONE
    reviewer = person(
        IncubatorReviewerFactory(password=PASSWORD), viewport=viewport, javascript=javascript
    )
    reviewer.visit(f"/inkubator/{first.pk}/")
    reviewer.press("text=Coret, dengan pengganti")
    assert str(next_) in reviewer.text()
    assert reviewer.overflow() <= 0
    reviewer.page.fill("[name=reason]", "Pengelola tidak ada (contoh).")
    reviewer.page.fill("[name=on]", "2022-05-02")
    reviewer.press("form.panel button[type=submit]")
    assert "telah mengambil tempat" in reviewer.text()
    reviewer.visit("/inkubator/putaran/2022/?dari=2022-04-01&sampai=2022-06-01")
    shown = [cell.inner_text().strip() for cell in reviewer.page.locator("#jembatan td.num").all()]
    assert shown == ["3", "−1", "+1", "3"]
    assert "3 dari 3 tempat terisi" in reviewer.text()
    assert reviewer.overflow() <= 0
    assert Incubator.objects.get(replaces=first) == next_


def test_operator_hands_in_evidence_on_a_phone_and_the_reviewer_verifies(person):
    criterion = IncubatorCriterionFactory(name="Kurikulum inkubasi")
    incubator = IncubatorFactory(stage="mentored")
    operator = OperatorFactory(institution=incubator.institution, password=PASSWORD)
    phone = person(operator, viewport=PHONE)
    phone.visit("/beranda/")
    phone.press("text=Lihat yang kurang")
    assert "1 kriteria belum terbukti" in phone.text()
    phone.press("text=Serahkan bukti")
    phone.page.fill("[name=valid_from]", "2022-01-01")
    phone.page.set_input_files(
        "[name=file]",
        {"name": "bukti.pdf", "mimeType": "application/pdf", "buffer": small_pdf().read()},
    )
    phone.press("form.panel button[type=submit]")
    assert "Menunggu verifikasi" in phone.text()
    assert phone.overflow() <= 0
    desk = person(IncubatorReviewerFactory(password=PASSWORD), viewport=DESK)
    desk.visit("/inkubator/bukti/?antrean=menunggu")
    desk.press(f"table >> text={criterion.name}")
    desk.press("text=Verifikasi bukti")
    assert criterion.name in desk.text()
    desk.visit(f"/inkubator/{incubator.pk}/")
    assert "Setiap kriteria terbukti" in desk.text()
    assert incubator.standing_changes.get().is_granted
