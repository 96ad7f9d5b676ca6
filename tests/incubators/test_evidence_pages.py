"""The pages of evidence: handed in, taken back, decided on, and queued."""

from datetime import timedelta

import pytest
from django.urls import reverse

from blk_portal.formats import today_in_jakarta
from incubators.models import Evidence
from institutions.models import Document
from tests.factories import (
    EvidenceFactory,
    IncubatorCriterionFactory,
    IncubatorFactory,
    IncubatorReviewerFactory,
    InstitutionFactory,
    LeadershipFactory,
    OperatorFactory,
)
from tests.factories.documents import small_pdf

pytestmark = pytest.mark.django_db
EVIDENCE = reverse("incubators:evidence-list")


def page(incubator):
    return reverse("incubators:incubator-detail", args=[incubator.pk])


class TestEvidence:
    @pytest.fixture
    def criterion(self):
        return IncubatorCriterionFactory()

    def test_operator_hands_in_and_reviewer_verifies_and_the_gap_closes(self, client, criterion):
        incubator = IncubatorFactory(stage="mentored")
        operator = OperatorFactory(institution=incubator.institution)
        client.force_login(operator)
        shown = client.get(page(incubator))
        assert [line.criterion for line in shown.context["missing"]] == [criterion]
        add = reverse("incubators:evidence-add", args=[incubator.pk])
        assert f"{add}?kriteria={criterion.pk}" in shown.content.decode()
        data = {"criterion": criterion.pk, "valid_from": "2022-01-01", "number": "TD-1"}
        assert client.post(add, data).status_code == 400
        assert client.post(add, data | {"file": small_pdf()}).status_code == 302
        evidence = Evidence.objects.get()
        detail = reverse("incubators:evidence-detail", args=[evidence.pk])
        assert client.post(detail, {"putusan": "verifikasi"}).status_code == 403
        reviewer = IncubatorReviewerFactory()
        client.force_login(reviewer)
        queue = client.get(f"{EVIDENCE}?antrean=menunggu")
        assert list(queue.context["page"]) == [evidence]
        assert client.post(detail, {"putusan": "verifikasi"}).status_code == 302
        context = client.get(page(incubator)).context
        assert (context["missing"], context["stands"]) == ([], True)
        yesterday = today_in_jakarta() - timedelta(days=1)
        past = client.get(f"{page(incubator)}?pada={yesterday}").context
        assert (len(past["missing"]), past["stands"]) == (1, False)
        assert not client.get(f"{EVIDENCE}?antrean=menunggu").context["page"].rows

    def test_refusal_needs_a_reason_and_a_second_decision_is_told_so(
        self, client, criterion, reviewer
    ):
        evidence = EvidenceFactory(criterion=criterion)
        detail = reverse("incubators:evidence-detail", args=[evidence.pk])
        assert client.post(detail, {"putusan": "tolak", "reason": ""}).status_code == 400
        assert client.post(detail, {"putusan": "jual"}).status_code == 409
        sent = {"putusan": "tolak", "reason": "Tidak terbaca."}
        assert client.post(detail, sent).status_code == 302
        assert client.post(detail, sent).status_code == 409
        assert "Tidak terbaca." in client.get(detail).content.decode()

    def test_evidence_is_not_for_those_who_see_no_papers_or_other_areas(self, client, criterion):
        evidence = EvidenceFactory(criterion=criterion)
        detail = reverse("incubators:evidence-detail", args=[evidence.pk])
        for user, status in (
            (LeadershipFactory(), 404),
            (OperatorFactory(institution=InstitutionFactory()), 404),
            (OperatorFactory(institution=evidence.incubator.institution), 200),
        ):
            client.force_login(user)
            assert client.get(detail).status_code == status

    def test_queue_lists_what_ends_and_can_be_taken_away(self, client, criterion, reviewer):
        incubator = IncubatorFactory(stage="mentored")
        today = today_in_jakarta()
        soon = EvidenceFactory(
            incubator=incubator, criterion=criterion, verified_on=today,
            valid_to=today + timedelta(days=30),
        )  # fmt: skip
        assert list(client.get(f"{EVIDENCE}?antrean=berakhir").context["page"]) == [soon]
        assert not client.get(f"{EVIDENCE}?antrean=mendesak").context["page"].rows
        address = reverse("institutions:list-export", args=["bukti-inkubator", "csv"])
        taken = client.get(f"{address}?antrean=berakhir")
        assert taken.status_code == 200
        assert incubator.institution.name in b"".join(taken).decode()

    def test_longest_waiting_comes_first_and_a_decision_leads_back_to_the_queue(
        self, client, criterion, reviewer
    ):
        incubator = IncubatorFactory(stage="mentored")
        other = IncubatorCriterionFactory(code="dua")
        first, second = (
            EvidenceFactory(incubator=incubator, criterion=one) for one in (criterion, other)
        )
        queue = f"{EVIDENCE}?antrean=menunggu"
        response = client.get(queue)
        assert [(row.pk, days) for row, days in response.context["rows"]] == [
            (first.pk, 0), (second.pk, 0),
        ]  # fmt: skip
        detail = reverse("incubators:evidence-detail", args=[first.pk])
        assert client.post(detail, {"putusan": "verifikasi"}).url == queue

    def test_operator_takes_back_what_waits_and_hands_in_again_what_was_refused(
        self, client, criterion
    ):
        incubator = IncubatorFactory(stage="mentored")
        operator = OperatorFactory(institution=incubator.institution)
        stranger = OperatorFactory(institution=InstitutionFactory(operational=True))
        waiting = EvidenceFactory(incubator=incubator, criterion=criterion, submitted_by=operator)
        detail = reverse("incubators:evidence-detail", args=[waiting.pk])
        sent = {"putusan": "tarik", "reason": "Salah unggah."}
        client.force_login(stranger)
        assert client.post(detail, sent).status_code == 404
        client.force_login(operator)
        assert client.post(detail, {"putusan": "verifikasi"}).status_code == 403
        assert client.post(detail, {"putusan": "tarik", "reason": ""}).status_code == 400
        assert client.post(detail, sent).status_code == 302
        assert client.post(detail, sent).status_code == 403
        waiting.refresh_from_db()
        assert (waiting.state, waiting.withdrawn_by) == ("withdrawn", operator)
        text = client.get(detail).content.decode()
        assert "Ditarik" in text
        assert "Mengundurkan diri" not in text
        refused = EvidenceFactory(incubator=incubator, criterion=criterion, submitted_by=operator)
        refused.refuse(by=IncubatorReviewerFactory(), reason="Tidak terbaca.")
        again = reverse("incubators:evidence-add", args=[incubator.pk])
        shown = client.get(reverse("incubators:evidence-detail", args=[refused.pk]))
        assert f"{again}?kriteria={criterion.pk}" in shown.content.decode()

    def test_news_of_a_refusal_names_criterion_and_reason(self, client, criterion):
        incubator = IncubatorFactory(stage="mentored")
        operator = OperatorFactory(institution=incubator.institution)
        evidence = EvidenceFactory(incubator=incubator, criterion=criterion)
        evidence.refuse(by=IncubatorReviewerFactory(), reason="Tidak terbaca.")
        client.force_login(operator)
        for address in (reverse("progress:home"), reverse("progress:news")):
            text = client.get(address).content.decode()
            assert reverse("incubators:evidence-detail", args=[evidence.pk]) in text
            assert f"{criterion}: Tidak terbaca." in text

    def test_same_paper_for_the_same_criterion_is_told_so(self, client, criterion):
        incubator = IncubatorFactory(stage="mentored")
        client.force_login(OperatorFactory(institution=incubator.institution))
        add = reverse("incubators:evidence-add", args=[incubator.pk])
        data = {"criterion": criterion.pk, "valid_from": "2022-01-01"}
        assert client.post(add, data | {"file": small_pdf()}).status_code == 302
        twin = client.post(add, data | {"file": small_pdf()})
        assert twin.status_code == 409
        assert "Menunggu verifikasi" in twin.content.decode()
        assert Evidence.objects.get().paper.name
        assert Document.objects.count() == 1
        other = IncubatorCriterionFactory(code="dua")
        data |= {"criterion": other.pk, "file": small_pdf()}
        assert client.post(add, data).status_code == 302
