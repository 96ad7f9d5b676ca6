"""`manage.py check_integrity`: ask every integrity check; JSON, exit code 1 where one finds."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from blk_portal.progress.integrity.running import run_through
from blk_portal.progress.models import CheckRun


class Command(BaseCommand):
    help = "Runs the integrity checks over the whole database; JSON, exit code 1 on any finding."

    def handle(self, *args: Any, **options: Any) -> None:
        run = run_through(CheckRun.objects.start(by=None))
        results = list(run.results.all())
        told = {
            "asked_at": run.asked_at.isoformat(),
            "finished_at": run.finished_at.isoformat() if run.finished_at else None,
            "checks": [
                {
                    "code": result.code,
                    "seconds": round(result.took.total_seconds(), 3),
                    "found": result.found,
                    "is_capped": result.is_capped,
                    "since": result.since.isoformat() if result.since else None,
                    "error": result.error,
                    "sample": result.sample,
                }
                for result in results
            ],
        }
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        if not all(result.is_sound for result in results):
            raise SystemExit(1)
