"""Drafts of cohorts by the interface: whole or not at all, once a key, from what was read."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from blk_portal.accounts.scopes import Scope
from blk_portal.reporting.answers import KEPT_FOR
from blk_portal.reporting.models import KeptAnswer
from blk_portal.reporting.tasks import sweep_answers
from tests.api.asking import client_of
from tests.api.drafting import DRAFTS, faults, person, plan_for, send
from tests.factories import (
    AuditorFactory,
    CohortFactory,
    CohortReportFactory,
    InstitutionFactory,
    LeadershipFactory,
    NationalAdminFactory,
    OperatorFactory,
)
from tests.factories.clients import partner_api_client
from tests.reporting.concurrency import at_once
from trainings.exchange.shapes import DraftShape, ParticipantShape, PlanShape
from trainings.models import Cohort, CohortReport, Participant

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    return OperatorFactory(institution=InstitutionFactory(operational=True))


def test_an_operator_writes_a_cohort_with_its_roster_as_a_draft(operator):
    content = {
        "external_id": "KLS-1",
        "plan": plan_for(operator, instructors=[{"name": "Instruktur Satu (contoh)"}]),
        "participants": [person(n) for n in range(3)],
    }
    answer = send(operator, content)
    assert answer.status_code == 201, answer.content
    told, cohort = answer.json(), Cohort.objects.get()
    assert (told["id"], told["external_id"], told["is_new"]) == (cohort.pk, "KLS-1", True)
    assert answer["Location"].endswith(f"/api/v1/cohort-drafts/{cohort.pk}/")
    assert told["report"] == {"status": "draft", "version": 0, "due_on": told["report"]["due_on"]}
    assert told["roster"] == {
        "created": 3, "changed": 0, "unchanged": 0, "rejected": 0, "absent": 0,
    }  # fmt: skip
    people = {one.pk: one for one in Participant.objects.all()}
    assert [people[row["participant"]].roster_row for row in told["rows"]] == [1, 2, 3]
    assert [row["external_id"] for row in told["rows"]] == ["peserta-0", "peserta-1", "peserta-2"]
    assert {one.attendance for one in people.values()} == {20}
    assert cohort.instructors.get().name == "Instruktur Satu (contoh)"
    assert cohort.hours == cohort.programme.hours
    stored = client_of(operator).get(answer["Location"])
    assert stored["ETag"] == answer["ETag"]
    assert stored.json().items() <= told.items()


def written(operator, **other) -> tuple[dict, object]:
    """A draft that stands, and the answer to its writing."""
    content = {"external_id": "KLS-1", "plan": plan_for(operator), "participants": [person()]}
    answer = send(operator, content | other)
    assert answer.status_code == 201, answer.content
    return content, answer


def test_a_draft_that_exists_wants_what_was_read(operator):
    content, first = written(operator)
    content["plan"]["seats"] = 12
    blind = send(operator, content)
    assert blind.status_code == 428
    assert blind["ETag"] == first["ETag"]
    changed = send(operator, content, if_match=first["ETag"])
    assert (changed.status_code, changed.json()["is_new"]) == (200, False)
    assert changed.json()["roster"]["unchanged"] == 1
    assert changed["ETag"] != first["ETag"]
    late = send(operator, content, if_match=first["ETag"])
    assert (late.status_code, late["ETag"]) == (412, changed["ETag"])
    assert send(operator, content, if_match="*").status_code == 200
    assert (Cohort.objects.get().seats, Participant.objects.count()) == (12, 1)


def test_what_an_operator_changes_on_the_page_makes_another_draft(operator):
    content, first = written(operator)
    cohort = Cohort.objects.get()
    before = first["ETag"]
    client, text = client_of(operator), "NAMA\tL/P\tTANGGAL LAHIR\nPeserta Lain\tL\t12/03/1999"
    client.post(f"/pelatihan/{cohort.pk}/tempel/", {"text": text})
    pasted = client.get(f"{DRAFTS}{cohort.pk}/")["ETag"]
    Participant.objects.update(post_test=90)
    scored = client.get(f"{DRAFTS}{cohort.pk}/")["ETag"]
    assert len({before, pasted, scored}) == 3
    assert send(operator, content, if_match=first["ETag"]).status_code == 412


def test_a_change_leaves_what_it_does_not_name(operator):
    _content, first = written(operator)
    told = send(
        operator, {"plan": {"seats": 10}}, f"{first.json()['id']}/", method="patch",
        if_match=first["ETag"], key="",
    )  # fmt: skip
    assert told.status_code == 200, told.content
    before, after = first.json()["plan"], told.json()["plan"]
    assert after == before | {"seats": 10}
    assert told.json()["roster"] is None
    path = f"{first.json()['id']}/"
    assert send(operator, {"plan": {"seats": 9}}, path, method="patch").status_code == 428
    assert Cohort.objects.get().steps.get().changed == ["seats"]


def test_trying_stores_nothing_and_says_what_would_be(operator):
    content = {"plan": plan_for(operator), "participants": [person(0)]}
    tried = send(operator, content, query="?dry_run=true", key="")
    assert tried.status_code == 200
    told = tried.json()
    assert (told["id"], told["page"], told["is_dry_run"], told["is_new"]) == (
        None, None, True, True,
    )  # fmt: skip
    assert (told["roster"]["created"], told["rows"][0]["participant"]) == (1, None)
    assert "ETag" not in tried
    assert not Cohort.objects.exists()
    assert send(operator, content, query="?dry_run=yes").status_code == 400


def test_a_repeated_request_gets_the_first_answer_and_another_body_none(operator):
    content = {"plan": plan_for(operator), "participants": [person(0)]}
    first = send(operator, content, key="satu-kunci")
    again = send(operator, content, key="satu-kunci")
    assert (again.status_code, again.content) == (201, first.content)
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    english = send(operator, content, key="satu-kunci", accept_language="en")
    assert (english["Content-Language"], english.content) == ("id", first.content)
    assert (again["Idempotency-Replayed"], "Idempotency-Replayed" in first) == ("true", False)
    other = send(operator, content | {"participants": []}, key="satu-kunci")
    assert (other.status_code, other.json()["type"]) == (422, "/api/v1/docs/#key-reused")
    assert send(operator, content, query="?partial=true", key="satu-kunci").status_code == 422
    assert Cohort.objects.count() == 1


def test_a_key_belongs_to_who_sent_it_and_holds_no_word_of_the_request(operator):
    colleague = OperatorFactory(institution=operator.memberships.get().institution)
    content = {"plan": plan_for(operator), "participants": [person(0)]}
    assert send(operator, content, key="satu-kunci").status_code == 201
    assert send(colleague, content, key="satu-kunci").status_code == 428
    kept = KeptAnswer.objects.get()
    stored = b"".join(bytes(getattr(kept, one.attname)) for one in kept._meta.fields[2:5])
    for canary in (b"satu-kunci", b"peserta-0", person(0)["nik"].encode()):
        assert canary not in stored
    KeptAnswer.objects.update(at=timezone.now() - KEPT_FOR - timedelta(minutes=1))
    sweep_answers()
    assert not KeptAnswer.objects.exists()


def test_what_the_content_refused_is_kept_and_what_the_moment_refused_is_not(operator):
    bad = {"plan": plan_for(operator), "participants": [person(0, nik="1")]}
    first, again = (send(operator, bad, key="kunci-salah") for _n in range(2))
    assert (again.status_code, again.content) == (422, first.content)
    assert again["Content-Type"] == "application/problem+json"
    content, draft = written(operator)
    assert send(operator, content, key="kunci-buta").status_code == 428
    answer = send(operator, content, key="kunci-buta", if_match=draft["ETag"])
    assert answer.status_code == 200


@pytest.mark.parametrize("key", ["", "pendek", "x" * 129, "dengan spasi dalam"])
def test_a_write_without_a_usable_key_is_refused(operator, key):
    answer = send(operator, {"plan": plan_for(operator)}, key=key)
    assert (answer.status_code, answer.json()["type"]) == (400, "/api/v1/docs/#key-missing")


def test_nobody_writes_into_an_institution_that_is_not_theirs(operator):
    foreign = OperatorFactory(institution=InstitutionFactory(operational=True))
    theirs, unknown = plan_for(foreign), plan_for(foreign, institution="TIDAK-ADA")
    answers = [send(operator, {"plan": plan}).json()["faults"] for plan in (theirs, unknown)]
    assert answers[0] == [answers[1][0] | {"value_class": answers[0][0]["value_class"]}]
    cohort = CohortFactory(institution=foreign.memberships.get().institution)
    for pk in (cohort.pk, 987654321):
        answer = send(operator, {"plan": {"seats": 3}}, f"{pk}/", method="patch", if_match="*")
        assert answer.status_code == 404
        assert client_of(operator).get(f"{DRAFTS}{pk}/").status_code == 404
    _content, draft = written(operator)
    path = f"{draft.json()['id']}/"
    moved = send(operator, {"plan": theirs}, path, method="patch", if_match="*")
    assert (None, "institution", "unknown_code") in faults(moved)
    assert Cohort.objects.get(pk=draft.json()["id"]).institution != cohort.institution


def test_a_client_that_knows_a_cohort_by_its_own_id_finds_it_again_and_no_other_does(operator):
    content, draft = written(operator)
    content["plan"] |= {"batch": 7}
    renamed = send(operator, content, if_match=draft["ETag"])
    assert renamed.json()["plan"]["batch"] == 7
    content["external_id"] = "KLS-2"
    second = send(operator, content, if_match="*")
    assert faults(second) == {(None, "external_id", "known_by_another_id")}
    colleague = OperatorFactory(institution=operator.memberships.get().institution)
    told = client_of(colleague).get(f"{DRAFTS}{renamed.json()['id']}/").json()
    assert told["external_id"] is None
    own = send(colleague, content | {"external_id": "KLS-1"}, if_match="*")
    assert own.json()["external_id"] == "KLS-1"


def test_no_field_of_a_model_can_be_slipped_in(operator):
    names = {one.name for model in (Cohort, CohortReport, Participant)
             for one in model._meta.get_fields()}  # fmt: skip
    plan, row = plan_for(operator), person(0)
    unknown = names - set(DraftShape().fields)
    answer = send(operator, {"plan": plan} | dict.fromkeys(unknown, "x"))
    assert {field for _row, field, _code in faults(answer)} == unknown
    of_plan = names - set(PlanShape().fields)
    answer = send(operator, {"plan": plan | dict.fromkeys(of_plan, "x")})
    assert {field for _row, field, _code in faults(answer)} == of_plan
    of_row = names - set(ParticipantShape().fields)
    answer = send(operator, {"plan": plan, "participants": [row | dict.fromkeys(of_row, "x")]})
    assert {field for _row, field, _code in faults(answer)} == of_row
    assert not Cohort.objects.exists()


def test_a_report_that_was_sent_or_cancelled_is_no_draft_any_more(operator):
    institution = operator.memberships.get().institution
    sent = CohortReportFactory(cohort__institution=institution, submitted=True, operator=operator)
    cancelled = CohortFactory(institution=institution, cancelled_by=operator)
    for cohort in (sent.cohort, cancelled):
        told = client_of(operator).get(f"{DRAFTS}{cohort.pk}/").json()
        assert told["missing"] == []
        answer = send(operator, {"participants": [person(0)]}, f"{cohort.pk}/", method="patch",
                      if_match="*")  # fmt: skip
        assert (answer.status_code, answer.json()["type"]) == (409, "/api/v1/docs/#conflict")
        assert operator.name not in answer.content.decode()
    assert sent.cohort.participants.count() == 2


def test_what_no_reviewer_flagged_stays_and_nobody_is_named(operator):
    institution = operator.memberships.get().institution
    report = CohortReportFactory(cohort__institution=institution, flagged=True, operator=operator)
    answer = send(operator, {"participants": [person(0)]}, f"{report.cohort_id}/", method="patch",
                  if_match="*")  # fmt: skip
    assert answer.status_code == 409
    text = answer.content.decode()
    assert not any(one.name in text for one in report.cohort.participants.all())
    assert person(0)["name"] not in text


def test_warnings_are_explained_and_told_without_a_name(operator):
    twins = [person(0, nik=None), person(1, nik=None, name=person(0)["name"], sex="L")]
    twins[1]["phone"] = "bukan nomor"
    content = {"plan": plan_for(operator), "participants": twins[:1]}
    answer = send(operator, content | {"explanations": [{"code": "apa", "text": "x"}]})
    assert faults(answer) == {(None, "explanations.1.code", "unknown_code")}
    content["participants"] = [person(0, phone="bukan nomor")]
    draft = send(operator, content)
    (warning,) = draft.json()["warnings"]
    assert (warning["code"], warning["rows"], warning["is_explained"]) == (
        "phone_unreadable", [1], False,
    )  # fmt: skip
    assert draft.json()["rows"][0]["faults"][0]["is_warning"]
    explained = send(
        operator, {"explanations": [{"code": "phone_unreadable", "text": "Belum punya telepon."}]},
        f"{draft.json()['id']}/", method="patch", if_match=draft["ETag"],
    )  # fmt: skip
    assert explained.json()["warnings"][0]["is_explained"]
    assert person(0)["name"] not in explained.content.decode()


def test_only_who_writes_drafts_may(operator):
    content = {"plan": plan_for(operator)}
    for factory in (NationalAdminFactory, AuditorFactory, LeadershipFactory):
        answer = send(factory(), content)
        assert answer.status_code == 403, factory
        override = send(factory(), content, "1/", method="post", x_http_method_override="PATCH")
        assert override.status_code in (403, 405)
    assert send(None, content).status_code == 401
    assert not Cohort.objects.exists()


def test_a_partners_system_writes_within_its_scopes_and_area_and_never_sends(operator):
    institution = operator.memberships.get().institution
    content = {"external_id": "UNIV-1", "plan": plan_for(operator), "participants": [person(0)]}
    system = partner_api_client([Scope.DRAFTS], institution.regency)
    answer = send(system, content)
    assert answer.status_code == 201, answer.content
    cohort = Cohort.objects.get()
    assert cohort.uploads.get().uploaded_by == system.credentials.user
    assert system.get(answer["Location"]).status_code == 200
    assert client_of(operator).get(f"{DRAFTS}{cohort.pk}/").json()["external_id"] is None
    for path in (f"/pelatihan/{cohort.pk}/", f"/pelatihan/{cohort.pk}/ajukan/"):
        assert system.post(path, {"version": 0}).status_code in (302, 403, 404, 405)
    assert cohort.closing.status == "draft"
    content["plan"]["batch"], content["external_id"] = 2, "UNIV-2"
    reader = partner_api_client([Scope.COHORTS, Scope.PARTICIPANTS], institution.regency)
    assert send(reader, content).json()["type"].endswith("#missing-scope")
    assert reader.post(f"{DRAFTS}1.json", {}, headers={"x-http-method-override": "PATCH"}
                       ).status_code in (403, 404, 405)  # fmt: skip
    elsewhere = partner_api_client([Scope.DRAFTS], InstitutionFactory().regency)
    assert (None, "institution", "unknown_code") in faults(send(elsewhere, content))
    assert elsewhere.get(f"{DRAFTS}{cohort.pk}/").status_code == 404
    second = partner_api_client([Scope.DRAFTS], institution.regency)
    assert send(second, content, key="kunci-uji-0000").status_code == 201
    assert Cohort.objects.count() == 2


HOSTILE = ["\x00", "\ud800", "a" * 100_000, "\u202eterbalik", "'; DROP TABLE x; --", "=1+1", "😀"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_refused_or_stored_as_they_are(operator, text):
    for content in (
        {"plan": plan_for(operator, programme=text)},
        {"plan": plan_for(operator), "external_id": text},
        {"plan": plan_for(operator), "participants": [person(0, name=text, address=text)]},
        {"plan": plan_for(operator, instructors=[{"name": text}])},
        {"plan": plan_for(operator), text: 1},
    ):
        answer = send(operator, json.dumps(content), query="?dry_run=true")
        assert answer.status_code in (200, 422), answer.content


@pytest.mark.parametrize(
    ("body", "status"),
    [("", 422), ("null", 422), ("[]", 422), ('"x"', 422), ("{", 400), ("[" * 100_000, 400),
     ('{"plan": NaN}', 400), (" " * 6_300_000, 413), ('{"plan": {"batch": 1e400}}', 422)],
    ids=range(9),
)  # fmt: skip
def test_a_body_that_is_no_draft_is_refused(operator, body, status):
    assert send(operator, body).status_code == status


@pytest.mark.django_db(transaction=True)
def test_a_hundred_requests_with_one_key_make_one_report(operator):
    content = {"plan": plan_for(operator), "participants": [person(0)]}
    session = client_of(operator).cookies
    waves = []

    def one() -> tuple[int, bytes]:
        client = Client(raise_request_exception=False)
        client.cookies = session
        headers = {"idempotency-key": "satu-untuk-semua"}
        answer = client.post(DRAFTS, content, "application/json", headers=headers)
        if answer.status_code == 409:
            assert answer["Retry-After"] == "1"
        return answer.status_code, answer.content

    for _wave in range(5):
        waves += at_once(*[one] * 20)
    assert {status for status, _body in waves} <= {201, 409}
    assert len({body for status, body in waves if status == 201}) == 1
    assert one()[0] == 201
    assert (Cohort.objects.count(), CohortReport.objects.closing().count()) == (1, 1)
    assert Participant.objects.count() == 1
