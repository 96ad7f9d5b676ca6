"""The Celery app and its beat schedule. Tasks live in the apps whose work they ring for."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blk_portal.settings")

app = Celery("blk_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "blk_portal.accounts",
        "blk_portal.progress",
        "blk_portal.reporting",
        "blk_portal.runtime",
        "institutions",
        "trainings",
        "incubators",
    ]
)
app.conf.beat_schedule = {
    # The reconciler takes what no bell announced: a broker that was down, a worker that was killed.
    "reconcile-pending-rollups": {
        "task": "blk_portal.progress.tasks.reconcile",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "reconcile-register-imports": {
        "task": "institutions.tasks.reconcile_imports",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "reconcile-list-exports": {
        "task": "institutions.tasks.reconcile_exports",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "reconcile-certificates": {
        "task": "trainings.tasks.reconcile_certificates",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "reconcile-notices": {
        "task": "blk_portal.reporting.tasks.send_notices",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    # Before the reminders, so that a period that ends is known to them.
    "open-reporting-periods": {
        "task": "trainings.tasks.open_periods",
        "schedule": crontab(hour=1, minute=7),
    },
    # Soon after midnight, so that the day's figures know which standings lapsed with it.
    "keep-standings": {
        "task": "incubators.tasks.keep_standings",
        "schedule": crontab(hour=0, minute=5),
    },
    "open-incubation-quarters": {
        "task": "incubators.tasks.open_quarters",
        "schedule": crontab(hour=1, minute=19),
    },
    "remind-of-reports": {
        "task": "blk_portal.reporting.tasks.remind",
        "schedule": crontab(hour=6, minute=11),
    },
    # Late enough in the month for the reports of the month before.
    "freeze-monthly-tables": {
        "task": "trainings.tasks.freeze_months",
        "schedule": crontab(day_of_month=10, hour=3, minute=41),
    },
    "audit-progress": {
        "task": "blk_portal.progress.tasks.audit",
        "schedule": crontab(hour=2, minute=14),
    },
    # After the audit, the sweeps and the freezing, so that only what they left is found.
    "check-integrity": {
        "task": "blk_portal.progress.tasks.check_integrity",
        "schedule": crontab(hour=4, minute=43),
    },
    "go-on-checking": {
        "task": "blk_portal.progress.tasks.go_on_checking",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "reconcile-meeting-packs": {
        "task": "blk_portal.progress.tasks.reconcile_packs",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    # A night without the clock is made up in the next ones; who has the month's mail gets no other.
    "mail-meeting-packs": {
        "task": "blk_portal.progress.tasks.open_packs",
        "schedule": crontab(day_of_month="2-5", hour=6, minute=23),
    },
    "sweep-meeting-packs": {
        "task": "blk_portal.progress.tasks.sweep_packs",
        "schedule": crontab(hour=3, minute=53),
    },
    # Files of papers whose row never came to be.
    "sweep-papers": {
        "task": "institutions.tasks.sweep_papers",
        "schedule": crontab(hour=3, minute=23),
    },
    "forget-changes": {
        "task": "institutions.tasks.forget_changes",
        "schedule": crontab(hour=3, minute=29),
    },
    "sweep-certificates": {
        "task": "trainings.tasks.sweep_certificates",
        "schedule": crontab(hour=3, minute=37),
    },
    "erase-expired-people": {
        "task": "trainings.tasks.erase_expired_people",
        "schedule": crontab(hour=4, minute=19),
    },
    # Typing in forms that nobody came back for.
    "sweep-drafts": {
        "task": "trainings.tasks.sweep_drafts",
        "schedule": crontab(hour=3, minute=47),
    },
    # Tokens of partners' systems that are over, and the log of what these asked.
    "sweep-clients": {
        "task": "blk_portal.accounts.tasks.sweep_clients",
        "schedule": crontab(hour=3, minute=59),
    },
    # Uploaded lists of institutions, with the contacts in them, after a month.
    "sweep-register-imports": {
        "task": "institutions.tasks.sweep_imports",
        "schedule": crontab(hour=3, minute=41),
    },
    "sweep-kept-answers": {
        "task": "blk_portal.reporting.tasks.sweep_answers",
        "schedule": crontab(hour=3, minute=29),
    },
    "beat-heartbeat": {
        "task": "blk_portal.runtime.tasks.heartbeat",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
}
