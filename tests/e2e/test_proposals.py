"""An operator proposes another phone on a phone, staff accept it, and the operator reads of it."""

import pytest
from django.urls import reverse

from institutions.models import Institution
from tests.e2e.conftest import DESK, PASSWORD, PHONE
from tests.factories import AreaReviewerFactory, InstitutionFactory, OperatorFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "0813 5555 6666"


def test_operator_proposes_staff_accept_and_the_operator_is_told(person):
    institution = InstitutionFactory(
        operational=True, contact_name="Ibu Contoh", contact_phone="0812 1111 2222",
        address="Jl. Contoh 1",
    )  # fmt: skip
    operator = person(
        OperatorFactory(institution=institution, password=PASSWORD),
        viewport=PHONE,
        javascript=False,
    )
    page = reverse("institutions:institution-detail", args=[institution.pk])
    operator.visit(page)
    operator.press("text=Usulkan perubahan")
    operator.page.fill("[name=contact_phone]", NEW)
    operator.page.fill("[name=reason]", "Nomor lama sudah tidak dipakai.")
    operator.press("text=Kirim usulan")
    assert "1 perubahan menunggu keputusan" in operator.text()

    reviewer = person(
        AreaReviewerFactory(office=institution.office, password=PASSWORD), viewport=DESK
    )
    reviewer.visit(reverse("institutions:proposal-queue"))
    assert NEW in reviewer.text()
    assert reviewer.barriers() == []
    reviewer.page.fill("input[name=note]", "Nomor sudah kami hubungi.")
    reviewer.press("text=Terima dan ubah data")
    assert "Tidak ada perubahan yang menunggu keputusan" in reviewer.text()
    assert Institution.objects.get(pk=institution.pk).contact_phone == NEW

    for address in (reverse("progress:home"), f"{page}usulan/", page):
        operator.visit(address)
        assert operator.overflow() <= 0
        assert NEW in operator.text() or "Nomor sudah kami hubungi." in operator.text()
    reviewer.page.set_viewport_size(PHONE)
    for address in (f"{page}usulan/", page):
        reviewer.visit(address)
        assert reviewer.barriers() == []
        assert reviewer.overflow() <= 0
