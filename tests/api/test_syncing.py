"""Keeping a copy: nothing is missed, nothing comes twice, and what is out of sight goes."""

import random
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone

from institutions.models import AreaAssignment, Change, ChangeMark, Institution, Province
from institutions.syncing import State, Walk, changed_rows
from tests.api.asking import ROOT, SYNCED, ask, settle
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    IncubatorFactory,
    InstitutionFactory,
    MilestoneFactory,
    NationalAdminFactory,
    ParticipantFactory,
)
from tests.reporting.concurrency import at_once, elsewhere
from trainings.models import Cohort, ExternalId, Participant

COMMITTED = pytest.mark.django_db(transaction=True)
SEED = 20261126


class Copy:
    """What another system keeps of one list, and how it is brought up to date."""

    def __init__(self, user, path: str, **query: str) -> None:
        self.path, self.query = path, query
        self.client = Client()
        self.client.force_login(user)
        self.rows: dict[int, dict] = {}
        self.since = "0"
        self.told: list[int] = []

    def update(self) -> "Copy":
        """One walk. Told: the ids in it, rows and gone ones, in their order."""
        self.told = []
        query = {"updated_since": self.since, **self.query}
        answer = self.client.get(f"{ROOT}{self.path}/", query)
        while True:
            assert answer.status_code == 200, answer.content
            page = answer.json()
            self.rows |= {row["id"]: row for row in page["results"]}
            for key in page["gone"]:
                self.rows.pop(key, None)
            self.told += [*(row["id"] for row in page["results"]), *page["gone"]]
            if page["next"] is None:
                break
            parts = urlsplit(page["next"])
            answer = self.client.get(f"{parts.path}?{parts.query}")
        self.since = page["updated_since"]
        return self


def wait_until_settled() -> None:
    """A transaction of any test that runs beside this one keeps the changes from being settled."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (own,) = cursor.fetchone()
    ends = time.monotonic() + 60
    while State.now(Change.Kind.COHORT).settled <= own:
        assert time.monotonic() < ends, "a transaction stays open"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05)")


@COMMITTED
def test_writers_at_work_make_a_copy_neither_miss_nor_double_a_row():
    cohorts = CohortFactory.create_batch(3, institution=InstitutionFactory(operational=True))
    for cohort in cohorts:
        ParticipantFactory.create_batch(8, cohort=cohort)
    wait_until_settled()
    copy = Copy(NationalAdminFactory(), "participants", jumlah="7").update()
    assert len(copy.rows) == 24
    ends = time.monotonic() + 4
    walks = []

    def write(seed: int) -> None:
        chance = random.Random(seed)
        while time.monotonic() < ends:
            # Some are under way for long, so that later ones end before them; of two who wait for
            # each other one is taken back.
            with suppress(OperationalError), transaction.atomic():
                for _n in range(chance.randint(1, 3)):
                    change(chance, cohorts)
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT pg_sleep(%s)", [chance.choice((0, 0.01, 0.08))])
                if chance.random() < 0.2:
                    transaction.set_rollback(True)

    def read() -> None:
        while time.monotonic() < ends:
            copy.update()
            assert len(copy.told) == len(set(copy.told))
            walks.append(len(copy.told))

    results = at_once(*(partial(write, SEED + n) for n in range(3)), read)
    assert not [result for result in results if isinstance(result, Exception)], results
    wait_until_settled()
    copy.update()
    truth = {
        row.pk: (row.cohort_id, row.attendance)
        for row in Participant.objects.filter(restricted_at=None)
    }
    assert {key: (row["cohort"], row["attendance"]) for key, row in copy.rows.items()} == truth
    assert walks, "nobody read while they wrote"


def change(chance: random.Random, cohorts: list[Cohort]) -> None:
    """One of the things that happen to a participant."""
    keys = list(Participant.objects.order_by("pk").values_list("pk", flat=True))
    some = Participant.objects.filter(pk=chance.choice(keys))
    match chance.randint(0, 4):
        case 0:
            ParticipantFactory(cohort=chance.choice(cohorts), nik=None)
        case 1 if len(keys) > 12:
            some.delete()
        case 2:
            some.update(cohort=chance.choice(cohorts))
        case 3:
            some.update(restricted_at=chance.choice((None, timezone.now())))
        case _:
            some.update(attendance=chance.randint(0, 100))


@COMMITTED
def test_a_change_that_ends_after_a_later_one_is_told_and_changes_the_etag():
    slow, quick = CohortFactory.create_batch(2)
    admin = NationalAdminFactory()
    wait_until_settled()
    copy = Copy(admin, "cohorts").update()
    with transaction.atomic():
        Cohort.objects.filter(pk=slow.pk).update(seats=11)
        elsewhere(lambda: Cohort.objects.filter(pk=quick.pk).update(seats=12))
        elsewhere(copy.update)
        before = elsewhere(lambda: State.now(Change.Kind.COHORT))
    wait_until_settled()
    copy.update()
    assert {key: row["seats"] for key, row in copy.rows.items()} == {slow.pk: 11, quick.pk: 12}
    after = State.now(Change.Kind.COHORT)
    assert after.latest == before.latest
    assert after.version != before.version
    assert copy.update().told == []


@pytest.mark.django_db
def test_what_moves_to_another_area_goes_here_and_comes_there():
    institution = InstitutionFactory(operational=True)
    report = CohortReportFactory(cohort__institution=institution, people=2)
    incubator = IncubatorFactory(institution=institution)
    mine = AreaReviewerFactory(office=institution.office)
    elsewhere_ = InstitutionFactory(operational=True)
    others = AreaReviewerFactory(office=elsewhere_.office)
    third = AreaReviewerFactory(office=InstitutionFactory().office)
    copies = {
        (user, path): Copy(user, path).update() for user in (mine, others, third) for path in SYNCED
    }
    people = set(report.cohort.participants.values_list("pk", flat=True))
    assert copies[mine, "participants"].rows.keys() == people
    Change.objects.all().delete()
    Institution.objects.filter(pk=institution.pk).update(office=elsewhere_.office)
    settle()
    for copy in copies.values():
        copy.since = begun_at_one(copy.since)
        copy.update()
    moved = {
        "institutions": {institution.pk},
        "cohorts": {report.cohort_id},
        "cohort-reports": set(report.cohort.reports.values_list("pk", flat=True)),
        "participants": people,
        "incubators": {incubator.pk},
    }
    for path, keys in moved.items():
        assert set(copies[mine, path].told) == keys, path
        assert not keys & copies[mine, path].rows.keys(), path
        assert set(copies[others, path].told) == keys, path
        assert keys <= copies[others, path].rows.keys(), path
        assert copies[third, path].told == [], path


@pytest.mark.django_db
def test_a_row_comes_where_it_changed_last_and_no_page_is_empty():
    kind, (often, once) = Change.Kind.PARTICIPANT, (7, 8)
    Change.objects.bulk_create(
        Change(kind=kind, row_id=row, xid=xid, has_left=False)
        for row, xid in ((often, 10), (often, 11), (once, 12), (often, 13), (once, 30))
    )
    walk: Walk | None = Walk(since=10, until=20, database="", reader="")
    pages = []
    while walk:
        found, walk = changed_rows(
            walk, kind, user=NationalAdminFactory(), institutions=Institution.objects.none(), size=1
        )
        pages.append(found)
    assert pages == [[once], [often]]


def begun_at_one(since: str) -> str:
    """A value of updated_since as if its walk had ended before anything was changed."""
    return replace(Walk.read(since), since=1).text


@pytest.mark.django_db
def test_every_table_that_a_row_tells_of_notes_its_changes():
    admin = NationalAdminFactory()
    institution = InstitutionFactory(signed=True)
    report = CohortReportFactory(people=1, submitted=True)
    cohort, person = report.cohort, report.cohort.participants.get()
    incubator = IncubatorFactory(stage="mentored", by=admin)
    own = cohort.institution
    transition = report.transitions.first()
    steps = {
        "institution": (lambda: touch(Institution, institution, address="Baru"), 1, institution),
        "milestone": (lambda: MilestoneFactory(institution=institution), 1, institution),
        "owner": (lambda: touch(type(own.foundation), institution.foundation, name="Baru"),
                  1, institution),
        "name": (lambda: touch(Institution, own, name="Baru"), 2, cohort),
        "code": (lambda: touch(Institution, own, code="BLKK-BARU"), 4, person),
        "programme": (lambda: touch(type(cohort.programme), cohort.programme, name="Baru"),
                      2, cohort),
        "id": (lambda: ExternalId.objects.create(cohort=cohort, system="skillhub", value="1"),
               2, cohort),
        "status": (lambda: touch(type(report), report, status="draft"), 2, cohort),
        "report": (lambda: touch(type(report), report, version=9), 3, report),
        "due": (lambda: touch(type(report.obligation), report.obligation, due_on="2030-01-01"),
                3, report),
        "roster": (lambda: ParticipantFactory(cohort=cohort), 3, report),
        "flag": (lambda: transition.flags.create(field="report", note="Perbaiki."), 3, report),
        "result": (lambda: touch(Participant, person, result="failed"), 4, person),
        "start": (lambda: touch(Cohort, cohort, starts_on="2022-08-02"), 4, person),
        "stage": (lambda: touch(type(incubator), incubator, rank=3), 5, incubator),
        "decree": (lambda: touch(type(incubator.round), incubator.round, decree="SK 9"),
                   5, incubator),
    }  # fmt: skip
    for name, (step, kind, row) in steps.items():
        Change.objects.all().delete()
        step()
        assert Change.objects.filter(kind=kind, row_id=row.pk).exists(), name
    Change.objects.all().delete()
    touch(Participant, person, name_key="x", warnings=[])
    assert not Change.objects.exists(), "what nobody is told is no news"
    touch(Province, own.regency.province, name="Baru")
    assert Change.objects.get().kind == Change.Kind.EVERYTHING


def touch(model, row, **values) -> None:
    model.objects.filter(pk=row.pk).update(**values)


@COMMITTED
def test_a_copy_that_cannot_be_brought_up_to_date_is_made_anew():
    office = InstitutionFactory(operational=True).office
    reviewer = AreaReviewerFactory(office=office)
    wait_until_settled()
    copy = Copy(reviewer, "cohorts").update()
    query = {"updated_since": copy.since}
    assert ask(reviewer, "cohorts/", query).status_code == 200
    # The value belongs to one reader and one list.
    for user, path in (
        (AreaReviewerFactory(office=office), "cohorts/"),
        (reviewer, "institutions/"),
    ):
        assert ask(user, path, query).status_code == 410
    AreaAssignment.objects.create(user=reviewer, office=InstitutionFactory().office)
    assert ask(reviewer, "cohorts/", query).status_code == 410
    query = {"updated_since": Copy(reviewer, "cohorts").update().since}
    assert ask(reviewer, "cohorts/", query).status_code == 200
    Province.objects.update(name="Lain")
    wait_until_settled()
    answer = ask(reviewer, "cohorts/", query)
    assert answer.status_code == 410
    assert answer.json()["type"].endswith("#copy-outdated")


@COMMITTED
def test_changes_are_forgotten_after_their_time_and_old_copies_told_so():
    admin = NationalAdminFactory()
    early = Copy(admin, "institutions").update().since
    InstitutionFactory()
    wait_until_settled()
    ChangeMark.objects.set_and_forget(kept=timedelta(days=90))
    late = Copy(admin, "institutions").update().since
    ChangeMark.objects.update(at=timezone.now() - timedelta(days=91))
    assert ChangeMark.objects.set_and_forget(kept=timedelta(days=90)) > 0
    assert ask(admin, "institutions/", {"updated_since": early}).status_code == 410
    assert ask(admin, "institutions/", {"updated_since": late}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["1", "x", "WzFd", "2026-11-01", "é", "W1tbW1s", "9" * 300])
def test_a_value_that_was_not_given_out_is_refused(value):
    admin = NationalAdminFactory()
    for name in ("updated_since", "sesudah"):
        query = {"updated_since": "0", name: value}
        answer = ask(admin, "cohorts/", query)
        assert answer.status_code == 400, (name, answer.content)
        assert list(answer.json()["errors"]) == [name]


@pytest.mark.django_db
def test_a_walk_goes_with_no_filter():
    answer = ask(NationalAdminFactory(), "cohorts/", {"updated_since": "0", "tahun": "2022"})
    assert list(answer.json()["errors"]) == ["tahun"]
