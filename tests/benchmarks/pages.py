"""Every kind of page and list, as the people of the sample open them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib import admin
from django.db import connection
from django.template import Template
from django.test import Client
from django.urls import reverse

from blk_portal.accounts.demo import demo_users
from blk_portal.accounts.models import Partner, User
from blk_portal.accounts.roles import Role
from incubators.models import Incubator
from institutions.keyset import CURSOR
from institutions.models import Document, Institution
from tests.benchmarks.measure import Line, Statements, median_of_pairs
from trainings.models import Cohort, CohortReport, Participant

MOST_QUERIES, MOST_SECONDS = 12, 0.2
OF_DASHBOARDS, OF_EXPLANATIONS = 0.06, 0.15
ADMIN = Role.NATIONAL_ADMIN
OFFICIALS = (ADMIN, Role.AREA_REVIEWER, Role.OBSERVER, Role.LEADERSHIP, Role.AUDITOR)
HOMES = (*OFFICIALS, Role.OPERATOR, Role.NATIONAL_TRAINING_REVIEWER,
         Role.NATIONAL_INCUBATOR_REVIEWER)  # fmt: skip
SEES_COHORTS = (ADMIN, Role.AREA_REVIEWER, Role.AUDITOR, Role.OPERATOR)
# What people look for in the lists of the administration.
SEARCHES = {
    "trainings.participant": ("Siti Amin", "BLKK-0001", "zzzz"),
    "institutions.institution": (
        "Nurul Huda", "huda nurul", "al-huda", "BLKK-0100", "CONTOH-2019", "Bandung",
        "nurul bandung", "zzzz",
    ),
    "institutions.document": ("Nurul Huda", "BLKK-0100", "Bandung", "PKB", "zzzz"),
    "trainings.cohortreport": ("Nurul Huda",),
    "trainings.cohort": ("BLKK-0100",),
    "accounts.user": ("Siti",),
    "reporting.receipt": ("4711",),
    "reporting.obligation": ("Nurul",),
}  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """One page as one person opens it. most: the seconds that it may take."""

    role: str | None
    path: str
    most: float = MOST_SECONDS

    def __str__(self) -> str:
        return f"{self.path} ({self.role or 'anonymous'})"


def visits() -> Iterator[Visit]:
    """All that is measured, with rows that the sample surely holds."""
    yield Visit(None, reverse("progress:public"))
    yield from (Visit(role, reverse("progress:home")) for role in HOMES)
    yield from _figures()
    yield from _lists()
    yield from _rows()
    yield from _administration()
    yield from _interface()


def _figures() -> Iterator[Visit]:
    for role in OFFICIALS:
        yield Visit(role, reverse("progress:dashboard"), OF_DASHBOARDS)
        yield Visit(role, reverse("progress:province-detail", args=["32"]), OF_DASHBOARDS)
        yield Visit(role, reverse("progress:independence"))
        yield Visit(role, reverse("progress:pace"))
    explain = reverse("progress:explain")
    for query in (
        "", "?indikator=people", "?indikator=completed&rincian=age&bagian=18-24",
        "?indikator=people&provinsi=35", "?indikator=passed&uptp=bbpvp-bandung",
        "?indikator=people&kabupaten=3578", "?indikator=certified",
        "?indikator=institutions_pkb", "?indikator=finance",
    ):  # fmt: skip
        yield Visit(ADMIN, f"{explain}{query}", OF_EXPLANATIONS)
    yield Visit(ADMIN, reverse("progress:regency-list", args=["35"]))
    yield Visit(ADMIN, reverse("progress:regency-detail", args=["3578"]), OF_DASHBOARDS)
    yield Visit(ADMIN, f"{reverse('progress:regency-detail', args=['3578'])}?per=2022-11-30")
    yield Visit(ADMIN, reverse("progress:province-profile", args=["35"]))
    yield Visit(ADMIN, reverse("progress:independence-of-province", args=["35"]))
    yield Visit(ADMIN, reverse("progress:office-detail", args=["bbpvp-bandung"]), OF_DASHBOARDS)


def _lists() -> Iterator[Visit]:
    institutions = reverse("institutions:institution-list")
    for role in (*OFFICIALS, Role.OPERATOR):
        yield Visit(role, institutions)
    for query in (
        "kata=nurul+huda",
        "kata=zzzz",
        "provinsi=32&status=operational",
        "kejuruan=TER",
        "kelas=mandiri",
        "kelas=mandiri&provinsi=35",
        "kelas=belum&pada=2022-12-31",
        "tonggak=licence",
        "kata=alhuda+bandung",
        "kata=huda+nurul",
        "kata=BLKK-0100",
        "kata=CONTOH-2019",
        "kata=bandung",
        "pada=2021-12-31",
    ):
        yield Visit(ADMIN, f"{institutions}?{query}")
    owed = reverse("money:owed-list")
    for role in (ADMIN, Role.AREA_REVIEWER):
        for query in ("", "?keadaan=overdue", "?provinsi=35", "?pada=2022-06-30"):
            yield Visit(role, f"{owed}{query}")
    for role in (ADMIN, Role.AREA_REVIEWER, Role.LEADERSHIP):
        yield Visit(role, reverse("partners:partner-list"))
    for role in (ADMIN, Role.AREA_REVIEWER):
        yield Visit(role, reverse("institutions:duplicate-list"))
    cohorts = reverse("trainings:cohort-list")
    for role in SEES_COHORTS:
        yield Visit(role, cohorts)
    for query in ("tahun=2022", "status=returned", "status=verified&dana=partner"):
        yield Visit(ADMIN, f"{cohorts}?{query}")
        yield Visit(Role.AREA_REVIEWER, f"{cohorts}?{query}")
    for role in (ADMIN, Role.AREA_REVIEWER):
        yield Visit(role, reverse("trainings:review-list"))
    for role in (ADMIN, Role.OBSERVER):
        yield Visit(role, reverse("incubators:incubator-list"))
    yield from _ledger()


def _ledger() -> Iterator[Visit]:
    owed = reverse("progress:outstanding")
    for role in (*OFFICIALS, Role.OPERATOR):
        yield Visit(role, owed)
        yield Visit(role, reverse("progress:completeness"))
    for query in (
        "tahun=2022&jenis=training_period",
        "keadaan=reported",
        "keadaan=confirmed_zero&provinsi=35",
        "keadaan=semua&uptp=bbpvp-bandung",
        "sejak=2022-12-31",
    ):
        yield Visit(ADMIN, f"{owed}?{query}")


def _rows() -> Iterator[Visit]:
    operator, reviewer = demo_users()[Role.OPERATOR], demo_users()[Role.AREA_REVIEWER]
    own = Cohort.objects.visible_to(operator).with_closing().filter(closing__status="returned")[0]
    waiting = CohortReport.objects.visible_to(reviewer).awaiting().first()
    verified = CohortReport.objects.visible_to(reviewer).verified().first()
    institution = Institution.objects.visible_to(operator).first()
    for role in (ADMIN, Role.OPERATOR, Role.AUDITOR):
        yield Visit(role, reverse("institutions:institution-detail", args=[institution.pk]))
        for name in ("assessment-list", "visit-list", "institution-partners"):
            yield Visit(role, reverse(f"institutions:{name}", args=[institution.pk]))
    yield Visit(Role.OPERATOR, reverse("progress:institution-profile", args=[institution.pk]))
    yield Visit(Role.OPERATOR, reverse("institutions:proposal-list", args=[institution.pk]))
    yield Visit(ADMIN, reverse("institutions:proposal-queue"))
    partner = Partner.objects.visible_to(reviewer).first()
    for role in (ADMIN, Role.AREA_REVIEWER):
        yield Visit(role, reverse("partners:partner-detail", args=[partner.pk]))
    yield Visit(Role.OPERATOR, reverse("trainings:cohort-detail", args=[own.pk]))
    yield Visit(Role.OPERATOR, reverse("trainings:cohort-results", args=[own.pk]))
    yield Visit(Role.OPERATOR, reverse("trainings:cohort-create"))
    for report in (waiting, verified):
        yield Visit(Role.AREA_REVIEWER, reverse("trainings:report-review", args=[report.pk]))
    yield Visit(ADMIN, reverse("incubators:incubator-detail", args=[Incubator.objects.first().pk]))


def _administration() -> Iterator[Visit]:
    yield Visit(ADMIN, reverse("admin:index"))
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label):
        label = model._meta.label_lower
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        yield Visit(ADMIN, path)
        yield Visit(ADMIN, f"{path}?p=3")
        for term in SEARCHES.get(label, ()):
            yield Visit(ADMIN, f"{path}?q={term}")
        row = model._default_manager.order_by("pk").first()
        if row is not None:
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
            yield Visit(ADMIN, reverse(name, args=[row.pk]))
    yield from _filtered()


def _filtered() -> Iterator[Visit]:
    institutions = reverse("admin:institutions_institution_changelist")
    for queue in ("tanpa-uptp", "belum-dibangun"):
        yield Visit(ADMIN, f"{institutions}?antrean={queue}")
    participants = reverse("admin:trainings_participant_changelist")
    for query in ("sex__exact=P", "result__exact=failed", "disability__exact=mental",
                  "disability__exact=none"):  # fmt: skip
        yield Visit(ADMIN, f"{participants}?{query}")
        yield Visit(Role.AREA_REVIEWER, f"{participants}?{query}")
    yield Visit(Role.AREA_REVIEWER, f"{participants}?q=Siti")
    papers = reverse("admin:institutions_document_changelist")
    for query in ("?berlaku=segera", "?berlaku=dicabut", "?q=Nurul", "?q=BLKK-0100"):
        yield Visit(Role.AREA_REVIEWER, f"{papers}{query}")
        yield Visit(ADMIN, f"{papers}{query}")
    for model in (Cohort, CohortReport, Document, Institution, Participant):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        yield Visit(Role.AREA_REVIEWER, reverse(name))
    yield Visit(ADMIN, f"{reverse('admin:reporting_obligation_changelist')}?state__exact=expected")
    yield Visit(
        ADMIN, f"{reverse('admin:trainings_cohortreport_changelist')}?status__exact=submitted"
    )


def _interface() -> Iterator[Visit]:
    names = ("institution", "cohort", "cohort-report", "incubator", "target", "actual", "regency")
    for name in names:
        for role in (ADMIN, Role.AREA_REVIEWER):
            yield Visit(role, f"{reverse(f'api:{name}-list')}?jumlah=100")
    yield Visit(ADMIN, f"{reverse('api:institution-list')}?kata=nurul&jumlah=100")
    yield Visit(ADMIN, f"{reverse('api:actual-list')}?tahun=2022&rincian=field&wilayah=province")


def last_pages() -> Iterator[Visit]:
    """The pages of long lists far from their start: as fast as the first."""
    client = client_of(demo_users()[ADMIN])
    for path in (reverse("institutions:institution-list"), reverse("trainings:cohort-list")):
        answer = client.get(path)
        for _page in range(20):
            if not (url := answer.context["page"].next_url):
                break
            answer = client.get(f"{path}{url}")
        if CURSOR in answer.wsgi_request.GET:
            yield Visit(ADMIN, answer.wsgi_request.get_full_path())


def client_of(user: User | None) -> Client:
    client = Client(raise_request_exception=True)
    if user is not None:
        client.force_login(user)
    return client


def measure_pages(only: str = "") -> Iterator[Line]:
    """Each page: its time on the server, and that of its bare statements."""
    # As the web server does once it is loaded.
    gc.freeze()
    users = demo_users()
    clients = {role: client_of(user) for role, user in users.items()} | {None: client_of(None)}
    for visit in (*visits(), *last_pages()):
        if any(text in str(visit) for text in only.split(",")):
            yield measure_visit(visit, clients[visit.role])


@contextmanager
def as_served() -> Iterator[None]:
    """Templates as a server renders them: the test environment notes each of their parts."""
    noting = Template._render
    Template._render = lambda template, context: template.nodelist.render(context)
    try:
        yield
    finally:
        Template._render = noting


def measure_visit(visit: Visit, client: Client) -> Line:
    """One page beside its bare statements; marked where it is over the limits."""
    statements = Statements()

    def open_page() -> None:
        assert client.get(visit.path, follow=True).status_code == 200, visit

    open_page()
    with connection.execute_wrapper(statements):
        open_page()
    with as_served():
        seconds, raw = median_of_pairs(open_page, statements.replay)
    is_slow = seconds > visit.most or len(statements.asked) > MOST_QUERIES
    return Line(str(visit), seconds, raw, len(statements.asked), "!" if is_slow else "")
