"""The project package: wiring, and the concerns that belong to no single domain."""

from blk_portal.celery import app as celery_app

__all__ = ["celery_app"]
