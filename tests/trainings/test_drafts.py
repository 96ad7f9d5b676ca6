"""What is typed is kept for the person who typed it, through an ended session and a new token."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    OperatorFactory,
    ParticipantFactory,
    PendingRowFactory,
)
from trainings import drafts
from trainings.drafts import FormOf
from trainings.models import (
    Certification,
    CohortReportFlag,
    FormDraft,
    Placement,
    ReportKind,
)
from trainings.person_records import names_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]

PASSWORD = "kunci-contoh-untuk-uji"
NIK = "3204055705019001"
TEXT = f"NAMA\tNIK\tTANGGAL LAHIR\tL/P\nSiti Aminah\t{NIK}\t17/05/2001\tP"
MARK = re.compile(r'name="ketikan" value="([^"]+)"')


@pytest.fixture
def cohort():
    return CohortFactory()


@pytest.fixture
def operator(cohort):
    return OperatorFactory(institution=cohort.institution, password=PASSWORD)


@pytest.fixture
def person(cohort):
    return ParticipantFactory(cohort=cohort, result="")


@pytest.fixture
def browser():
    """A browser that sends the token of its pages, and is refused without."""
    return Client(enforce_csrf_checks=True)


def token_of(page: str) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]


def open_form(browser, path, *, form="data-draft"):
    """The hidden fields of a form as its page carries them."""
    page = browser.get(path).content.decode()
    part = page[page.index(form) :]
    return {"csrfmiddlewaretoken": token_of(part), "ketikan": MARK.search(part)[1]}


def paste_page(cohort):
    return reverse("trainings:roster-paste", args=[cohort.pk])


def forms_of(cohort, person):
    """Each form that keeps typing: its page, what is typed into it, and what must come back."""
    new = reverse("trainings:participant-create", args=[cohort.pk])
    return [
        (paste_page(cohort), {"text": TEXT}, TEXT.splitlines()[1]),
        (new, {"name": "Siti Diketik", "nik": NIK}, 'value="Siti Diketik"'),
        (new.replace("baru", f"{person.pk}/ubah"), {"name": "Nama Baru"}, 'value="Nama Baru"'),
        (
            reverse("trainings:cohort-results", args=[cohort.pk]),
            {f"result-{person.pk}": "failed", f"initial-result-{person.pk}": ""},
            '<option value="failed" selected>',
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(4))
def test_form_of_an_ended_session_comes_back_as_typed_after_the_login(
    browser, cohort, operator, person, number
):
    path, typed, back = forms_of(cohort, person)[number]
    browser.force_login(operator)
    hidden = open_form(browser, path)
    browser.session.flush()

    sent = browser.post(path, typed | hidden)

    assert sent.url == f"{path}?lanjut=1"
    assert NIK not in sent.url
    assert NIK.encode() not in bytes(FormDraft.objects.get().typed_sealed)
    login = browser.get(sent.url)
    assert login.status_code == 302
    assert login.url.startswith("/akun/login/")
    page = browser.get(login.url).content.decode()
    assert NIK not in page
    entered = browser.post(
        login.url,
        {"login": operator.username, "password": PASSWORD, "csrfmiddlewaretoken": token_of(page)},
    )
    assert entered.url == f"{path}?lanjut=1"
    assert back in browser.get(entered.url).content.decode()
    assert not cohort.participants.filter(result="failed").exists(), "nothing is stored unseen"
    assert cohort.participants.count() == 1


@pytest.fixture
def late():
    """A cohort whose closing report is verified, with the operator who files the later ones."""
    cohort = CohortFactory(kinds=ReportKind)
    CohortReportFactory(cohort=cohort, people=1, verified=True)
    return cohort, OperatorFactory(institution=cohort.institution, password=PASSWORD)


LATE_CELLS = {
    ReportKind.CERTIFICATION: {"competency": "competent", "number": "LSP-7/2022"},
    ReportKind.PLACEMENT_3: {"outcome": "employed", "workplace": "CV Diketik (contoh)"},
    ReportKind.PLACEMENT_6: {"outcome": "employed", "workplace": "CV Diketik (contoh)"},
}


def late_page(cohort, kind):
    return reverse("trainings:part-detail", args=[cohort.pk, kind])


def late_cells(cohort, kind):
    [person] = cohort.participants.all()
    typed = {f"{name}-{person.pk}": text for name, text in LATE_CELLS[kind].items()}
    return typed | {f"initial-{name}": "" for name in typed}


@pytest.mark.parametrize("kind", LATE_CELLS)
def test_late_report_of_an_ended_session_comes_back_as_typed(browser, late, kind):
    cohort, operator = late
    path, typed = late_page(cohort, kind), late_cells(cohort, kind)
    browser.force_login(operator)
    hidden = open_form(browser, path)
    browser.session.flush()
    sent = browser.post(path, typed | hidden)
    assert sent.url == f"{path}?lanjut=1"
    other = Client()
    other.force_login(OperatorFactory(institution=cohort.institution))
    word = list(LATE_CELLS[kind].values())[1]
    assert word not in other.get(sent.url).text
    # On another device, logged in anew.
    device = Client()
    device.force_login(operator)
    assert word in device.get(sent.url).text
    assert not Certification.objects.exists()
    assert not Placement.objects.exists()
    hidden = open_form(device, path)
    assert device.post(path, typed | hidden).status_code == 302
    assert Certification.objects.count() + Placement.objects.count() == 1
    assert not FormDraft.objects.exists()


@pytest.mark.parametrize("kind", LATE_CELLS)
def test_late_report_is_kept_by_the_script_and_by_the_button(client, late, kind):
    cohort, operator = late
    path, typed = late_page(cohort, kind), late_cells(cohort, kind)
    client.force_login(operator)
    hidden = open_form(client, path)
    keep = reverse("trainings:form-draft", args=[cohort.pk])
    answer = client.post(keep, typed | hidden, headers={"accept": "application/json"})
    assert "belum disimpan" in answer.json()["text"]
    assert FormDraft.objects.get().kind == kind
    word = list(LATE_CELLS[kind].values())[1]
    plain = client.get(path).text
    assert word not in plain
    assert "lanjut=1" in plain
    assert word in client.post(keep, typed | hidden, follow=True).text
    client.post(keep, hidden | {"buang": "1"})
    assert not FormDraft.objects.exists()


def test_draft_of_a_late_report_meets_what_somebody_else_has_stored(client, late):
    cohort, operator = late
    kind = ReportKind.CERTIFICATION
    path, typed = late_page(cohort, kind), late_cells(cohort, kind)
    [person] = cohort.participants.all()
    client.force_login(operator)
    FormOf(operator.pk, cohort.pk, kind).keep(typed)
    Certification.objects.create(participant=person, competency="not_yet", body="p2")
    shown = client.get(f"{path}?lanjut=1").text
    assert "“Belum kompeten”" in shown
    assert "“Kompeten”" in shown
    assert "LSP-7/2022" in shown


@pytest.fixture
def flagged():
    """A returned report of two flags, its operator, and the reviewer who returned it."""
    report = CohortReportFactory(flagged=True)
    operator = OperatorFactory(institution=report.cohort.institution, password=PASSWORD)
    return report, operator, report.transitions.get(verb="send_back").by


def test_answers_to_flags_of_an_ended_session_come_back_as_typed(browser, flagged):
    report, operator, _reviewer = flagged
    page = report.get_absolute_url()
    path = reverse("trainings:flags-answer", args=[report.cohort_id])
    one, other = CohortReportFlag.objects.order_by("pk")
    typed = {
        f"tanda-{one.pk}-nik": NIK, f"tanda-{one.pk}-answer": "",
        f"tanda-{other.pk}-result": "failed", f"tanda-{other.pk}-answer": "Sesuai absen.",
    }  # fmt: skip
    browser.force_login(operator)
    hidden = open_form(browser, page)
    browser.session.flush()
    sent = browser.post(path, typed | hidden)
    assert sent.url == f"{page}?lanjut=1#tanda"
    colleague = Client()
    colleague.force_login(OperatorFactory(institution=report.cohort.institution))
    assert "Sesuai absen." not in colleague.get(sent.url).text
    device = Client()
    device.force_login(operator)
    assert "lanjut=1" in device.get(page).text
    back = device.get(sent.url).text
    for shown in ("Sesuai absen.", f'value="{NIK}"', '<option value="failed" selected>'):
        assert shown in back
    assert not report.cohort.participants.filter(result="failed").exists()
    device.post(path, typed | open_form(device, page))
    assert report.cohort.participants.filter(result="failed").exists()
    assert not FormDraft.objects.exists()


def test_decision_of_an_ended_session_comes_back_with_all_its_flags(browser, flagged):
    report, operator, reviewer = flagged
    answered = {"answer": "Sesuai KTP.", "answered_at": timezone.now(), "answered_by": operator}
    CohortReportFlag.objects.update(**answered)
    report.submit(by=operator, version=2)
    one, other = report.cohort.participants.all()
    page = reverse("trainings:report-review", args=[report.pk])
    typed = {
        "verb": "send_back", "comment": "Mohon dicek lagi.", "version": "3",
        "flag_person": [str(one.pk), str(other.pk)], "flag_field": ["nik", "result"],
        "flag_note": ["Setengah tertulis", ""],
    }  # fmt: skip
    browser.force_login(reviewer)
    hidden = open_form(browser, page, form='id="keputusan"')
    browser.session.flush()
    assert browser.post(page, typed | hidden).url == f"{page}?lanjut=1#keputusan"
    browser.force_login(reviewer)
    assert "Mohon dicek lagi." not in browser.get(page).text
    back = browser.get(f"{page}?lanjut=1")
    form = back.context["form"]
    assert [flag["flag_field"].value() for flag in form.flags.forms] == ["nik", "result"]
    for shown in ("Setengah tertulis", "Mohon dicek lagi."):
        assert shown in back.text
    assert "Tulis apa yang" not in back.text, "nothing is judged yet"
    report.refresh_from_db()
    assert report.status == "submitted"
    keep = reverse("trainings:form-draft", args=[report.cohort_id])
    hidden |= open_form(browser, page, form='id="keputusan"')
    said = browser.post(keep, typed | hidden, headers={"accept": "application/json"})
    assert "belum disimpan" in said.json()["text"]
    typed |= {"flag_note": ["Salah.", "Salah."]} | hidden
    assert browser.post(page, typed).status_code == 302
    report.refresh_from_db()
    assert report.status == "returned"
    assert not FormDraft.objects.exists()


def test_decision_is_kept_only_for_who_may_decide(flagged):
    report, operator, reviewer = flagged
    kept = {
        user: FormOf(user.pk, report.cohort_id, "decision", report=report.pk).keep({"comment": "x"})
        for user in (reviewer, operator, AreaReviewerFactory())
    }
    assert [user for user, draft in kept.items() if draft] == [reviewer]
    assert FormDraft.objects.visible_to(reviewer).count() == 1
    assert names_person({"flag_person": [str(report.cohort.participants.first().pk)]},
                        report.cohort.participants.first())  # fmt: skip


def test_what_was_typed_is_shown_to_nobody_else(browser, cohort, operator):
    colleague = OperatorFactory(institution=cohort.institution)
    browser.force_login(operator)
    hidden = open_form(browser, paste_page(cohort))
    browser.session.flush()
    waiting = browser.post(paste_page(cohort), {"text": TEXT} | hidden).url
    other = Client()
    other.force_login(colleague)
    page = other.get(waiting).content.decode()
    assert "Siti Aminah" not in page
    assert "belum disimpan" not in page


def test_form_with_the_token_of_another_session_comes_back_as_typed(browser, cohort, operator):
    browser.force_login(operator)
    hidden = open_form(browser, paste_page(cohort))
    sent = browser.post(
        paste_page(cohort), {"text": TEXT, **hidden, "csrfmiddlewaretoken": "x" * 64}
    )
    assert sent.url == f"{paste_page(cohort)}?lanjut=1"
    assert "Siti Aminah" in browser.get(sent.url).content.decode()
    assert not cohort.participants.exists()


@pytest.mark.parametrize("mark", ["", "nonsense", "forged"])
def test_form_without_a_mark_of_ours_is_turned_away_and_nothing_is_kept(
    client, cohort, operator, mark
):
    if mark == "forged":
        mark = signing.dumps((operator.pk, cohort.pk, "paste", None), salt="other")
    answer = client.post(paste_page(cohort), {"text": TEXT, "ketikan": mark})
    assert answer.url.startswith("/akun/login/")
    assert not FormDraft.objects.exists()


def test_mark_of_a_form_that_lay_open_for_weeks_keeps_nothing(
    client, cohort, operator, time_machine
):
    mark = FormOf(operator.pk, cohort.pk, "paste").mark
    time_machine.move_to(timezone.now() + timedelta(days=8))
    client.post(paste_page(cohort), {"text": TEXT, "ketikan": mark})
    assert not FormDraft.objects.exists()


def test_mark_of_somebody_who_may_no_longer_file_keeps_nothing(client, cohort, operator):
    mark = FormOf(operator.pk, cohort.pk, "paste").mark
    operator.is_active = False
    operator.save()
    client.post(paste_page(cohort), {"text": TEXT, "ketikan": mark})
    assert not FormDraft.objects.exists()


def test_script_keeps_typing_and_is_told_when(client, cohort, operator):
    client.force_login(operator)
    hidden = open_form(client, paste_page(cohort))
    answer = client.post(
        reverse("trainings:form-draft", args=[cohort.pk]), {"text": TEXT} | hidden,
        headers={"accept": "application/json"},
    )  # fmt: skip
    assert "belum disimpan" in answer.json()["text"]
    page = client.get(paste_page(cohort)).content.decode()
    assert "Siti Aminah" not in page, "only asked for does it come back"
    assert "lanjut=1" in page
    assert "Siti Aminah" in client.get(f"{paste_page(cohort)}?lanjut=1").content.decode()


def test_button_keeps_the_form_without_a_script(client, cohort, operator):
    client.force_login(operator)
    hidden = open_form(client, paste_page(cohort))
    path = reverse("trainings:form-draft", args=[cohort.pk])
    answer = client.post(path, {"text": TEXT} | hidden, follow=True)
    assert "Siti Aminah" in answer.content.decode()


def test_operator_discards_what_was_kept(client, cohort, operator):
    form = FormOf(operator.pk, cohort.pk, "paste")
    form.keep({"text": TEXT})
    client.force_login(operator)
    path = reverse("trainings:form-draft", args=[cohort.pk])
    client.post(path, {"ketikan": form.mark, "buang": "1"})
    assert not FormDraft.objects.exists()


def test_draft_of_another_person_is_neither_kept_nor_discarded(client, cohort, operator):
    form = FormOf(operator.pk, cohort.pk, "paste")
    form.keep({"text": TEXT})
    client.force_login(OperatorFactory(institution=cohort.institution))
    path = reverse("trainings:form-draft", args=[cohort.pk])
    for data in ({"text": "x"}, {"buang": "1"}):
        assert client.post(path, data | {"ketikan": form.mark}).status_code == 404
    assert FormDraft.objects.get().open_typed() == {"text": TEXT}


def test_draft_is_gone_once_the_form_is_stored(client, cohort, operator, person):
    client.force_login(operator)
    for path, typed, _back in forms_of(cohort, person)[:1] + forms_of(cohort, person)[3:]:
        hidden = open_form(client, path)
        client.post(reverse("trainings:form-draft", args=[cohort.pk]), typed | hidden)
        assert FormDraft.objects.count() == 1
        client.post(path, typed | hidden)
        assert not FormDraft.objects.exists()


def test_what_was_typed_into_the_grid_of_rows_to_mend_comes_back(browser, cohort, operator):
    pending = PendingRowFactory(cohort=cohort)
    browser.force_login(operator)
    hidden = open_form(browser, paste_page(cohort), form='id="perbaikan"')
    browser.session.flush()
    mend = reverse("trainings:roster-mend", args=[cohort.pk])
    waiting = browser.post(mend, {f"{pending.pk}-birth_date": "17-05-2001"} | hidden).url
    browser.force_login(operator)
    assert 'value="17-05-2001"' in browser.get(waiting).content.decode()
    assert pending.cohort.participants.count() == 0


def test_drafts_nobody_came_back_for_are_swept_after_a_month(cohort, operator):
    old = FormOf(operator.pk, cohort.pk, "paste").keep({"text": "lama"})
    FormOf(operator.pk, cohort.pk, "results").keep({"text": "baru"})
    FormDraft.objects.filter(pk=old.pk).update(saved_at=timezone.now() - timedelta(days=31))
    assert drafts.sweep() == 1
    assert FormDraft.objects.get().kind == "results"


def test_too_long_a_text_is_not_kept(cohort, operator):
    form = FormOf(operator.pk, cohort.pk, "paste")
    assert form.keep({"text": "x" * (drafts.MOST_CHARACTERS + 1)}) is None
    assert form.kept() is None
