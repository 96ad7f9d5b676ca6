"""The page of an institution tells its story in one order, and where it stands in two trees."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from institutions.chronology import SOURCES, Entry, chronology
from institutions.happenings import happenings
from institutions.standing import by_guidance, by_region
from tests.factories import (
    AreaReviewerFactory,
    AssessmentFactory,
    ChangeProposalFactory,
    DisbursementFactory,
    InstitutionFactory,
    MilestoneFactory,
    NationalAdminFactory,
    ObserverFactory,
    OperatorFactory,
    TrainingOfficeFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db


def page(client, institution) -> str:
    address = reverse("institutions:institution-detail", args=[institution.pk])
    return client.get(address).content.decode()


def test_story_holds_steps_papers_and_corrections_newest_first():
    institution = InstitutionFactory(signed=True, by=NationalAdminFactory(name="Ani Contoh"))
    MilestoneFactory(institution=institution, happened_on=date(2022, 2, 1), document_number="IZIN")
    proposal = ChangeProposalFactory(institution=institution)
    reviewer = AreaReviewerFactory(office=institution.office)
    proposal.accept(by=reviewer, seen=institution.contact_phone)
    story = chronology(institution, reviewer)
    assert [entry.title for entry in story] == [
        "Data diperbaiki: Telepon narahubung",
        "Ditetapkan → PKB ditandatangani",
        "Terverifikasi → Ditetapkan",
        "Diusulkan → Terverifikasi",
        "Izin LPK",
    ]
    assert story[0].by == str(reviewer)
    assert story[1].detail == institution.milestones.get(kind="pkb").document_number
    assert str(story[1].by) == "Ani Contoh"


def test_withdrawn_milestone_stays_in_the_story_with_its_reason():
    institution = InstitutionFactory(cancelled=True)
    story = chronology(institution, NationalAdminFactory())
    [withdrawal] = [entry for entry in story if entry.title.startswith("Tidak lagi dihitung")]
    assert withdrawal.words == "Alasan contoh."
    assert withdrawal.on == timezone.localdate()


def test_same_paper_recorded_anew_is_told_twice():
    institution = InstitutionFactory()
    twice = {"institution": institution, "kind": "licence", "happened_on": date(2022, 2, 1)}
    MilestoneFactory(
        **twice, document_number="A", withdrawn_at=timezone.now(), withdrawn_because="Salah ketik."
    )
    MilestoneFactory(**twice, document_number="B")
    story = chronology(institution, NationalAdminFactory())
    assert sorted(entry.detail for entry in story) == ["", "A", "B"]
    assert [entry.is_undone for entry in story if entry.detail == "A"] == [True]


def test_readers_without_a_part_in_proposals_do_not_read_of_them(client):
    institution = InstitutionFactory(contact_phone="0812 0000 1111")
    proposal = ChangeProposalFactory(institution=institution)
    proposal.accept(by=NationalAdminFactory(), seen="0812 0000 1111")
    client.force_login(ObserverFactory(province=institution.regency.province))
    text = page(client, institution)
    assert "Data diperbaiki" not in text
    assert proposal.new_value in text


def test_assessments_visits_and_money_are_told_to_those_who_see_them(client):
    national = NationalAdminFactory(name="Ani Contoh")
    institution = InstitutionFactory(operational=True, by=national)
    AssessmentFactory(institution=institution, by=national, reaching="tumbuh")
    visit = VisitFactory(institution=institution, officer=national)
    visit.withdraw(by=national, reason="Salah lembaga.")
    DisbursementFactory(institution=institution, by=national, filed_by=OperatorFactory())
    story = chronology(institution, national)
    told = {entry.title: entry for entry in story}
    tranche = str(institution.disbursements.get())
    paid = told[f"Rp\xa0100.000.000 dibayarkan: {tranche}"]
    assert (paid.on, paid.by) == (date(2022, 5, 9), "Ani Contoh")
    assert told[f"LPJ disampaikan, Rp\xa0100.000.000: {tranche}"].on == date(2022, 5, 11)
    assert told["Dinilai: Tumbuh"].by == "Ani Contoh"
    kind = visit.get_kind_display()
    assert told[f"Kunjungan: {kind}"].is_undone
    assert told[f"Tidak lagi dihitung: Kunjungan: {kind}"].words == "Salah lembaga."
    observer = ObserverFactory(province=institution.regency.province)
    seen = [entry.title for entry in chronology(institution, observer)]
    assert "Dinilai: Tumbuh" in seen
    assert not [title for title in seen if "Kunjungan" in title or "LPJ" in title or "Rp" in title]
    client.force_login(national)
    assert "Rp\xa0100.000.000 dibayarkan" in page(client, institution)


def test_story_is_asked_for_in_as_many_questions_however_long_it_is(django_assert_num_queries):
    national = NationalAdminFactory()
    institution = InstitutionFactory(operational=True, by=national)
    with django_assert_num_queries(1):
        happenings(institution, national)
    DisbursementFactory(institution=institution, by=national)
    VisitFactory(institution=institution, officer=national)
    with django_assert_num_queries(1):
        assert len(happenings(institution, national)) == 2


def test_another_subject_adds_its_part_in_one_line(client, monkeypatch):
    def cases(institution, reader):
        return [Entry(on=date(2022, 5, 1), title="Mangkrak", recorded_at=timezone.now())]

    monkeypatch.setattr("institutions.chronology.SOURCES", [*SOURCES, cases])
    client.force_login(NationalAdminFactory())
    text = page(client, InstitutionFactory())
    assert "Mangkrak" in text
    assert "1 Mei 2022" in text


def test_both_trees_lead_to_the_lists_of_each_level(client):
    above = TrainingOfficeFactory(kind="bbpvp", name="BBPVP Contoh")
    branch = TrainingOfficeFactory(kind="satpel", parent=above, name="Satpel Contoh")
    institution = InstitutionFactory(office=branch)
    regency = institution.regency
    region, guidance = by_region(institution), by_guidance(institution)
    assert [level.name for level in region[1:]] == [regency.province.name, regency.name]
    assert [level.name for level in guidance[1:]] == ["BBPVP Contoh", "Satpel Contoh"]
    client.force_login(NationalAdminFactory())
    for level in (*region, *guidance):
        answer = client.get(level.url)
        assert answer.status_code == 200
        if level.name not in ("BBPVP Contoh",):
            assert institution.name in answer.content.decode()
        assert level.url.replace("&", "&amp;") in page(client, institution)


def test_institution_without_an_office_is_guided_by_the_ministry(client):
    institution = InstitutionFactory(office=None)
    assert len(by_guidance(institution)) == 1
    client.force_login(NationalAdminFactory())
    assert "Belum ada balai pembina" in page(client, institution)


def test_sisters_of_the_owner_are_named_as_far_as_one_sees(client):
    institution = InstitutionFactory()
    sister = InstitutionFactory(foundation=institution.foundation, name="BLKK Saudara (contoh)")
    client.force_login(NationalAdminFactory())
    assert sister.name in page(client, institution)
    client.force_login(AreaReviewerFactory(office=institution.office))
    assert sister.name not in page(client, institution)


def test_readers_are_told_who_checks_and_operators_whom_to_call(client):
    institution = InstitutionFactory()
    AreaReviewerFactory(office=institution.office, name="Peninjau Contoh")
    for reader in (NationalAdminFactory(), OperatorFactory(institution=institution)):
        client.force_login(reader)
        assert page(client, institution).count("Peninjau Contoh") == 1
