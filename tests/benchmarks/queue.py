"""The reviewers' queue when every closing report of a year waits in it: 14,500 of them."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.urls import reverse

from blk_portal.accounts.demo import demo_users
from blk_portal.accounts.roles import Role
from tests.benchmarks.measure import Line
from tests.benchmarks.pages import Visit, client_of, measure_visit
from trainings.models import CohortReport

MOST_SECONDS = 0.15
# Every third report is looked after by the reviewer of the demo office.
OPEN_ALL = """
UPDATE trainings_cohortreport SET status = 'submitted', verified_at = NULL, verified_by_id = NULL,
    submitted_at = coalesce(submitted_at, now()),
    submitted_by_id = coalesce(submitted_by_id, %(sender)s),
    officer_id = CASE WHEN id % 3 = 0 THEN %(officer)s END,
    assigned_at = CASE WHEN id % 3 = 0 THEN coalesce(submitted_at, now()) END,
    assigned_by_id = CASE WHEN id % 3 = 0 THEN %(officer)s END
WHERE kind = 'closing'
"""
QUERIES = (
    "", "?petugas=saya", "?petugas=belum", "?jenis=closing", "?jenis=opening", "?provinsi=35",
    "?uptp=bbpvp-bandung",
)  # fmt: skip
NATIONAL = Role.NATIONAL_TRAINING_REVIEWER


def measure_queue() -> Iterator[Line]:
    """Each page of the queue, for the nation and for one office; all is taken back afterwards."""
    users = demo_users()
    with transaction.atomic():
        with connection.cursor() as cursor:
            people = {"officer": Role.AREA_REVIEWER, "sender": Role.OPERATOR}
            ids = {name: users[role].pk for name, role in people.items()}
            cursor.execute(OPEN_ALL.replace("% 3", "%% 3"), ids)
            cursor.execute("ANALYZE trainings_cohortreport")
        waiting = CohortReport.objects.awaiting()
        yield Line(f"open reports: {waiting.count():,}", 0, 0)
        clients = {role: client_of(users[role]) for role in (NATIONAL, Role.AREA_REVIEWER)}
        for visit in _visits(clients[NATIONAL]):
            yield measure_visit(visit, clients[visit.role])
        transaction.set_rollback(True)


def _visits(client) -> Iterator[Visit]:
    queue, together = reverse("trainings:review-list"), reverse("trainings:verify-several")
    for role in (NATIONAL, Role.AREA_REVIEWER):
        for query in QUERIES:
            yield Visit(role, f"{queue}{query}", MOST_SECONDS)
        yield Visit(role, together, MOST_SECONDS)
    answer = client.get(queue)
    for _page in range(20):
        answer = client.get(f"{queue}{answer.context['page'].next_url}")
    yield Visit(NATIONAL, answer.wsgi_request.get_full_path(), MOST_SECONDS)
