"""Operators propose corrections of their own institution; staff of the area decide on them."""

from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blk_portal.accounts.roles import Role
from institutions.models import ChangeProposal
from institutions.models.proposal import ProposalRefused, propose
from tests.factories import (
    AreaReviewerFactory,
    ChangeProposalFactory,
    InstitutionFactory,
    NationalAdminFactory,
    OperatorFactory,
    user_of,
)
from tests.reporting.concurrency import at_once

pytestmark = pytest.mark.django_db
OLD, NEW = "0812 1111 2222", "0813 3333 4444"
DECIDERS = {Role.NATIONAL_ADMIN, Role.NATIONAL_TRAINING_REVIEWER, Role.AREA_REVIEWER}


@pytest.fixture
def institution():
    return InstitutionFactory(
        operational=True, contact_name="Ibu Lama", contact_phone=OLD, address="Jl. Lama 1"
    )


@pytest.fixture
def operator(institution):
    return OperatorFactory(institution=institution)


@pytest.fixture
def reviewer(institution):
    return AreaReviewerFactory(office=institution.office, name="Petugas Contoh")


def page(institution) -> str:
    return reverse("institutions:proposal-list", args=[institution.pk])


def decide(proposal) -> str:
    return reverse("institutions:proposal-decide", args=[proposal.institution_id, proposal.pk])


def withdraw(proposal) -> str:
    return reverse("institutions:proposal-withdraw", args=[proposal.institution_id, proposal.pk])


def filled(institution, **changes) -> dict:
    """The form as the page gives it, with what was typed anew."""
    names = ("name", "address", "contact_name", "contact_phone")
    present = {name: getattr(institution, name) for name in names}
    seen = {f"seen-{name}": value for name, value in present.items()}
    return present | seen | {"reason": "Nomor lama sudah mati."} | changes


def test_operator_proposes_a_phone_and_the_register_stays(client, institution, operator):
    client.force_login(operator)
    answer = client.post(page(institution), filled(institution, contact_phone=f" {NEW} "))
    assert answer.status_code == 302
    proposal = ChangeProposal.objects.get()
    assert (proposal.field, proposal.old_value, proposal.new_value) == ("contact_phone", OLD, NEW)
    institution.refresh_from_db()
    assert institution.contact_phone == OLD
    text = client.get(page(institution)).content.decode()
    assert f"<del>{OLD}</del>" in text
    assert f"<ins>{NEW}</ins>" in text
    assert 'name="contact_phone"' not in text
    assert 'name="address"' in text


def test_staff_accept_and_the_operator_is_told(client, institution, operator, reviewer):
    proposal = ChangeProposalFactory(institution=institution, proposed_by=operator, new_value=NEW)
    client.force_login(reviewer)
    sent = {"verb": "accept", "seen": OLD, "note": "Sudah kami hubungi."}
    assert client.post(decide(proposal), sent).status_code == 302
    institution.refresh_from_db()
    assert institution.contact_phone == NEW
    client.force_login(operator)
    for address in (page(institution), reverse("progress:home")):
        text = client.get(address).content.decode()
        assert "Sudah kami hubungi." in text
        assert "Diterima" in text


def test_staff_refuse_with_a_sentence_and_never_without(client, institution, operator, reviewer):
    proposal = ChangeProposalFactory(institution=institution, proposed_by=operator)
    client.force_login(reviewer)
    silent = client.post(decide(proposal), {"verb": "refuse", "seen": OLD, "note": " "})
    assert silent.status_code == 400
    assert "Sebutkan alasannya: operator membacanya." in silent.content.decode()
    assert client.post(decide(proposal), {"verb": "refuse", "seen": OLD, "note": "Nomor salah."})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.note) == ("refused", "Nomor salah.")
    institution.refresh_from_db()
    assert institution.contact_phone == OLD


def test_what_changed_meanwhile_is_shown_and_not_written_over(
    client, institution, operator, reviewer
):
    proposal = ChangeProposalFactory(institution=institution, proposed_by=operator, new_value=NEW)
    institution.contact_phone = "0899 0000 0000"
    institution.save(update_fields=["contact_phone"])
    client.force_login(reviewer)
    sent = {"verb": "accept", "seen": OLD, "note": "Baik."}
    stale = client.post(decide(proposal), sent)
    assert stale.status_code == 409
    text = stale.content.decode()
    assert "<del>0899 0000 0000</del>" in text
    assert f"Saat diusulkan tercatat: {OLD}" in text
    assert 'value="Baik."' in text
    institution.refresh_from_db()
    assert institution.contact_phone == "0899 0000 0000"
    assert client.post(decide(proposal), sent | {"seen": "0899 0000 0000"}).status_code == 302
    institution.refresh_from_db()
    assert institution.contact_phone == NEW


def test_second_decision_hears_of_the_first_and_keeps_its_note(
    client, institution, operator, reviewer
):
    proposal = ChangeProposalFactory(institution=institution, proposed_by=operator)
    proposal.refuse(by=reviewer, note="Nomor salah.")
    client.force_login(NationalAdminFactory())
    late = client.post(decide(proposal), {"verb": "accept", "seen": OLD, "note": "Setuju saja."})
    assert late.status_code == 409
    assert "Ditolak oleh Petugas Contoh" in late.content.decode()
    assert "Setuju saja." in late.content.decode()


def test_operator_withdraws_once(client, institution, operator):
    proposal = ChangeProposalFactory(institution=institution, proposed_by=operator)
    client.force_login(operator)
    assert client.post(withdraw(proposal)).status_code == 302
    assert client.post(withdraw(proposal)).status_code == 409
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("withdrawn", operator)


def test_double_click_makes_one_proposal(client, institution, operator):
    client.force_login(operator)
    sent = filled(institution, address="Jl. Baru 2")
    assert [client.post(page(institution), sent).status_code for _click in "ab"] == [302, 302]
    assert ChangeProposal.objects.count() == 1


def test_another_value_for_what_waits_is_refused_and_stays_in_the_form(
    client, institution, operator
):
    ChangeProposalFactory(institution=institution, proposed_by=operator, new_value=NEW)
    client.force_login(operator)
    answer = client.post(page(institution), filled(institution, contact_phone="0877 1234 5678"))
    assert answer.status_code == 409
    assert "0877 1234 5678" in answer.content.decode()
    assert ChangeProposal.objects.count() == 1


def test_value_that_staff_changed_meanwhile_is_not_proposed_back(client, institution, operator):
    sent = filled(institution, address="Jl. Baru 2")
    institution.contact_name = "Bapak Baru"
    institution.save(update_fields=["contact_name"])
    client.force_login(operator)
    client.post(page(institution), sent)
    assert [row.field for row in ChangeProposal.objects.all()] == ["address"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Belum ada yang berbeda dari data tercatat."),
        ({"contact_phone": "telepon saya"}, "Tulis angka, spasi, dan tanda hubung"),
        ({"contact_phone": ""}, "Tulis nilai yang baru"),
        ({"contact_name": "Budi 3204055705019777"}, "Tulis tanpa NIK"),
        ({"address": "Jl. Baru", "reason": ""}, "Sebutkan alasannya agar dapat diputuskan."),
        ({"address": "x" * 301}, "300"),
        ({"address": "Jl.\x00Baru"}, ""),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_is_lost(
    client, institution, operator, changes, sentence
):
    client.force_login(operator)
    answer = client.post(page(institution), filled(institution, **changes))
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert "Nomor lama sudah mati." in answer.content.decode() or "reason" in changes
    assert not ChangeProposal.objects.exists()


@pytest.mark.parametrize("role", Role.values)
def test_only_staff_who_keep_the_register_decide(client, institution, operator, role):
    proposal = ChangeProposalFactory(institution=institution, proposed_by=operator)
    user = user_of(role, institution)
    client.force_login(user)
    client.post(decide(proposal), {"verb": "accept", "seen": OLD, "note": ""})
    proposal.refresh_from_db()
    assert proposal.state == ("accepted" if role in DECIDERS else "open")
    assert ChangeProposal.objects.editable_by(user).exists() == (role in DECIDERS)
    readers = DECIDERS | {Role.OPERATOR}
    assert ChangeProposal.objects.visible_to(user).exists() == (role in readers)


def test_reviewer_of_another_area_sees_and_decides_nothing(client, institution, operator):
    proposal = ChangeProposalFactory(institution=institution, proposed_by=operator)
    client.force_login(AreaReviewerFactory(office=InstitutionFactory().office))
    assert client.post(decide(proposal), {"verb": "accept", "seen": OLD}).status_code == 404
    queue = client.get(reverse("institutions:proposal-queue"))
    assert proposal.new_value not in queue.content.decode()


def test_queue_shows_the_oldest_first_and_leads_back_after_a_decision(
    client, institution, operator, reviewer
):
    first = ChangeProposalFactory(institution=institution, proposed_by=operator)
    ChangeProposalFactory(institution=institution, proposed_by=operator, field="address")
    client.force_login(reviewer)
    queue = reverse("institutions:proposal-queue")
    rows = [card.proposal for card in client.get(queue).context["cards"]]
    assert rows[0] == first
    assert len(rows) == 2
    sent = {"verb": "accept", "seen": OLD, "note": "", "dari": "antrean"}
    assert client.post(decide(first), sent)["Location"] == queue


def test_pages_ask_as_often_for_one_proposal_as_for_many(client, reviewer):
    client.force_login(reviewer)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("institutions:proposal-queue"))
        return len(queries)

    ChangeProposalFactory(institution__office=reviewer.area_assignments.get().office)
    asked()
    one = asked()
    for _each in range(5):
        ChangeProposalFactory(institution__office=reviewer.area_assignments.get().office)
    assert asked() == one <= 12


def test_nobody_decides_what_they_proposed_themselves(institution, reviewer):
    proposal = ChangeProposalFactory(institution=institution, proposed_by=reviewer)
    with pytest.raises(ProposalRefused):
        proposal.accept(by=reviewer, seen=OLD)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeProposal.objects.filter(pk=proposal.pk).update(
            state="accepted", decided_by=reviewer, decided_at=proposal.proposed_at
        )


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_settle_once(institution, operator):
    for _round in range(4):
        proposal = ChangeProposalFactory(
            institution=institution, proposed_by=operator, field="address", new_value="Jl. Baru 2"
        )
        institution.refresh_from_db()
        first, second = NationalAdminFactory(), NationalAdminFactory()
        copy = ChangeProposal.objects.get(pk=proposal.pk)
        results = at_once(
            partial(proposal.accept, by=first, seen=institution.address),
            partial(copy.refuse, by=second, note="Tidak benar."),
        )
        assert sum(isinstance(result, ProposalRefused) for result in results) == 1
        proposal.refresh_from_db()
        institution.refresh_from_db()
        expected = "Jl. Baru 2" if proposal.state == "accepted" else "Jl. Lama 1"
        assert institution.address == expected
        institution.address = "Jl. Lama 1"
        institution.save()


@pytest.mark.django_db(transaction=True)
def test_two_operators_who_propose_at_once_make_one_open_proposal(institution, operator):
    calls = [
        partial(propose, institution, {"address": f"Jl. Baru {n}"}, reason="Pindah.", by=operator)
        for n in (1, 2)
    ]
    results = at_once(*calls)
    assert sum(isinstance(result, ProposalRefused) for result in results) == 1
    assert ChangeProposal.objects.open().count() == 1
