"""The nation in full size, tried out on a fiftieth of it; and writing by COPY."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Sum
from django.test.utils import CaptureQueriesContext

from blk_portal.progress import rollup
from blk_portal.progress.audit import run_audit
from blk_portal.progress.demo.extent import full, small
from blk_portal.progress.demo.seeding import make_sample
from blk_portal.progress.management.commands.seed_demo import extent_asked_for
from blk_portal.progress.models import Actual
from blk_portal.reporting.models import Obligation, Receipt, digest_of
from institutions.copying import write
from institutions.models import Foundation, Institution
from trainings.models import Cohort, CohortReport, Participant

SHARE, YEARS = 50, 2
STANDING = ("signed", "built", "operational", "independent")


@pytest.fixture(scope="module")
def nation(django_db_setup, django_db_blocker):
    """A fiftieth of the nation in two budget years, which the tests only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference", verbosity=0)
        make_sample(seed=2022, extent=full(years=YEARS, share=SHARE))
        rollup.rebuild()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def _nation(nation, db):
    """The sample, with the test's own savepoint around what it changes."""


def test_the_nation_is_as_large_as_the_targets_are():
    extent = full()
    assert extent.institutions == sum(extent.composition.values()) == 3757
    signed = [n for (year, status), n in extent.composition.items()
              if year == 2022 and status in STANDING]  # fmt: skip
    assert sum(signed) == 850
    assert sum(extent.cohorts.values()) * extent.participants_per_cohort == 232_000
    assert len(full(years=10).cohorts) == 10


@pytest.mark.usefixtures("_nation")
class TestNation:
    def test_every_year_has_its_participants_to_the_last_one(self):
        extent = full(years=YEARS, share=SHARE)
        assert Institution.objects.count() == extent.institutions
        cohorts = {year: extent.scaled(number) for year, number in extent.cohorts.items()}
        years = Cohort.objects.values_list("programme_year__year").annotate(Count("pk"))
        assert dict(years.order_by()) == cohorts
        people = Participant.objects.values_list("cohort__programme_year__year").annotate(
            Count("pk")
        )
        assert dict(people.order_by()) == {year: 16 * number for year, number in cohorts.items()}
        filled = Cohort.objects.annotate(n=Count("participants"))
        assert not filled.filter(n__gt=F("seats")).exists()

    def test_a_nik_belongs_to_one_person_who_may_come_again_within_the_year(self):
        holders = Participant.objects.exclude(nik_index=None).values("nik_index")
        same = holders.annotate(
            names=Count("name", distinct=True),
            births=Count("birth_date", distinct=True),
            years=Count("cohort__programme_year", distinct=True),
            cohorts=Count("cohort"),
        )
        assert not same.exclude(names=1, births=1, years=1).exists()
        assert same.filter(cohorts__gt=1).exists()
        serials = {int(row._open_nik()[12:]) for row in Participant.objects.exclude(
            nik_index=None)[:300]}  # fmt: skip
        assert min(serials) > 9000

    def test_reports_obligations_and_receipts_agree(self):
        for report in CohortReport.objects.prefetch_related("transitions").select_related(
            "obligation", "cohort"
        ):
            steps = sorted(report.transitions.all(), key=lambda step: step.version)
            assert [step.version for step in steps] == list(range(1, report.version + 1))
            assert report.status == (steps[-1].to_status if steps else "draft")
            assert report.obligation.subject == f"cohort:{report.cohort_id}"
            assert report.obligation.institution_id == report.cohort.institution_id
        verified = CohortReport.objects.verified()
        assert 0.6 < verified.count() / CohortReport.objects.count() < 0.8
        assert Obligation.objects.outstanding().exists()
        for report in verified.order_by("-pk")[:3]:
            receipt = Receipt.objects.filter(obligation=report.obligation).latest("report_version")
            assert receipt.digest == digest_of(report.receipt_content())

    def test_the_figures_equal_the_rows(self):
        assert run_audit() == []
        nation = Actual.objects.filter(province=None, office=None, breakdown="")
        assert nation.filter(indicator="completed").count() == YEARS
        signed = nation.filter(indicator="institutions_pkb").aggregate(n=Sum("value"))
        assert signed["n"] == Institution.objects.filter(status__in=STANDING).count()

    def test_a_name_is_found_by_the_beginnings_of_its_words(self):
        name = Participant.objects.filter(name__contains=" ").first().name
        first, last = name.split()[0], name.split()[-1]
        found = Participant.objects.named(f"{last[:3].upper()} {first}")
        assert name in set(found.values_list("name", flat=True))
        assert not Participant.objects.named(f"{first} x9x").exists()
        assert not Participant.objects.named("'&!").exists()
        with CaptureQueriesContext(connection) as queries:
            list(Participant.objects.named(first)[:1])
        assert "to_tsvector" in queries[0]["sql"]


@pytest.mark.parametrize(
    "options",
    [
        {"full": True, "institutions": 100, "years": 1},
        {"full": True, "institutions": None, "years": 0},
        {"full": True, "institutions": None, "years": 11},
        {"full": False, "institutions": None, "years": 2},
        {"full": False, "institutions": 59, "years": 1},
    ],
)
def test_options_that_do_not_fit_together_are_refused(options):
    with pytest.raises(CommandError):
        extent_asked_for(options)


def test_options_say_how_much_is_made():
    nothing = {"full": False, "institutions": None, "years": 1}
    assert extent_asked_for(nothing) == small(300)
    nation = nothing | {"full": True}
    assert extent_asked_for(nation | {"years": 3}) == full(years=3)
    larger = extent_asked_for(nation | {"institutions": 5_000})
    assert larger == full(institutions=5_000)
    assert larger.institutions == 5_000
    assert larger.scaled(larger.cohorts[2022]) == full().cohorts[2022]


@pytest.mark.django_db
def test_copied_rows_hold_what_was_given_and_leave_their_ids_to_nobody_else():
    texts = ["tab\there", "new\nline\r", r"back\slash \N \. \t", "", "“kutip”, koma; é", r"\N"]
    rows = [Foundation(name=text, tax_number="") for text in texts]
    write(Foundation, rows)
    stored = Foundation.objects.in_bulk([row.pk for row in rows])
    assert [stored[row.pk].name for row in rows] == texts
    assert Foundation.objects.create(name="later").pk > rows[-1].pk
    write(Foundation, [])


@pytest.mark.django_db
def test_a_reference_to_nothing_is_refused_at_once():
    day = date(2022, 1, 3)
    orphan = Cohort(
        institution_id=0, programme_id=0, programme_year_id=0, field_id=0, batch=1,
        starts_on=day, ends_on=day + timedelta(days=5), hours=40, funding="apbn", seats=16,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(Exception, match="foreign key"), transaction.atomic():
        write(Cohort, [orphan])
