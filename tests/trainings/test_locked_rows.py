"""What a returned report locks, in the form of one row and among the rows to be mended."""

import pytest
from django.urls import reverse

from tests.factories import CohortReportFactory, PendingRowFactory
from tests.trainings.test_unlocking import people_of, returned
from trainings.models import Participant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]
GRID = {"grid": "1"}


def form_page(report, person) -> str:
    return reverse("trainings:participant-update", args=[report.cohort_id, person.pk])


class TestOneRow:
    def test_operator_types_into_the_flagged_field_and_reads_why_the_rest_is_closed(self, client):
        report = returned((0, "birth_place"))
        first, second, _third = people_of(report)
        client.force_login(report.submitted_by)
        shown = client.get(form_page(report, first)).text
        fields = {
            name: shown.split(f'name="{name}"')[1].split(">")[0]
            for name in ("name", "sex", "birth_place", "nik")
        }
        assert [name for name, tag in fields.items() if "readonly" in tag] == ["name", "sex", "nik"]
        assert "disabled" not in "".join(fields.values())
        assert "Terkunci: tidak ditandai peninjau." in shown
        assert first.masked_nik in fields["nik"]
        assert first._open_nik() not in shown
        ask = reverse("trainings:unlock-ask", args=[report.cohort_id])
        assert f"{ask}?baris={first.pk}" in shown
        assert f'<option value="{first.pk}" selected>' in client.get(f"{ask}?baris={first.pk}").text
        typed = {"name": first.name, "birth_place": "Garut"}
        assert client.post(form_page(report, first), typed).status_code == 302
        first.refresh_from_db()
        assert first.birth_place == "Garut"

    def test_locked_row_is_shown_without_a_way_to_save_it(self, client):
        report = returned((0, "birth_place"))
        _first, second, _third = people_of(report)
        client.force_login(report.submitted_by)
        shown = client.get(form_page(report, second)).text
        assert "Baris ini terkunci" in shown
        assert "Simpan perubahan" not in shown
        assert f"baris={second.pk}" in shown

    def test_new_row_is_asked_for_where_none_may_be_added(self, client):
        report = returned((0, "birth_place"))
        client.force_login(report.submitted_by)
        create = reverse("trainings:participant-create", args=[report.cohort_id])
        shown = client.get(create).text
        assert "Baris baru belum dapat ditambahkan" in shown
        assert 'name="birth_date"' not in shown
        ask = reverse("trainings:unlock-ask", args=[report.cohort_id]) + "?baris=laporan"
        assert ask in shown
        assert '<option value="laporan" selected>' in client.get(ask).text

    def test_report_without_flags_leaves_every_field_open(self, client):
        report = returned()
        client.force_login(report.submitted_by)
        shown = client.get(form_page(report, people_of(report)[0])).text
        assert "readonly" not in shown
        assert "Simpan perubahan" in shown


class TestWaitingRows:
    CELLS = {"name": "Orang Baru", "sex": "L", "birth_date": "31/02/2001"}

    @pytest.fixture
    def report(self):
        report = returned((0, "birth_place"))
        PendingRowFactory(cohort=report.cohort, cells=self.CELLS)
        return report

    @pytest.mark.parametrize("where", [{}, GRID], ids=["cohort page", "grid"])
    @pytest.mark.parametrize("address", ["roster-mend", "roster-row-drop"])
    def test_operator_who_mends_into_a_locked_place_keeps_what_was_typed(
        self, client, report, where, address
    ):
        other = PendingRowFactory(cohort=report.cohort, upload=report.cohort.uploads.first())
        pending = report.cohort.pending_rows.exclude(pk=other.pk).get()
        client.force_login(report.submitted_by)
        args = [report.cohort_id, other.pk] if address == "roster-row-drop" else [report.cohort_id]
        typed = {f"{pending.pk}-birth_date": "17-05-2001", **where}
        answer = client.post(reverse(f"trainings:{address}", args=args), typed)
        assert answer.status_code == 409
        assert "Hanya bagian yang ditandai" in answer.text
        assert "Orang Baru" in answer.text
        assert 'value="17-05-2001"' in answer.text
        assert 'role="alert"' in answer.text
        assert "baris=laporan" in answer.text
        assert report.cohort.pending_rows.count() == 2
        assert Participant.objects.filter(cohort=report.cohort).count() == 3

    def test_operator_of_an_open_report_mends_the_same_row(self, client):
        report = CohortReportFactory(returned=True)
        pending = PendingRowFactory(cohort=report.cohort, cells=self.CELLS)
        client.force_login(report.submitted_by)
        mend = reverse("trainings:roster-mend", args=[report.cohort_id])
        assert client.post(mend, {f"{pending.pk}-birth_date": "17-05-2001"}).status_code == 302
        assert not report.cohort.pending_rows.exists()
