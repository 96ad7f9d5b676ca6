"""A long list that a worker writes for a person to take away."""

from datetime import timedelta
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from institutions.models.document import documents_storage

KEPT_FOR = timedelta(hours=24)
MOST_ATTEMPTS = 3


def export_path(kept: "ListExport", filename: str) -> str:
    """A name that tells nothing and cannot be guessed."""
    return f"exports/{uuid4().hex}"


class ListExportQuerySet(models.QuerySet["ListExport"]):
    def visible_to(self, user: Visitor) -> Self:
        """One's own; who took which list away is for the national administration."""
        if not user.is_authenticated:
            return self.none()
        sees_all = user.has_perm("institutions.view_listexport")
        return self if sees_all else self.filter(asked_by=user)

    def kept_for(self, user: Visitor) -> Self:
        """One's own, as long as their files are kept."""
        return self.filter(asked_by=user.pk, asked_at__gt=timezone.now() - KEPT_FOR)

    def owed(self) -> Self:
        """Those that a worker has still to write."""
        return self.filter(state=ListExport.State.WAITING).order_by("pk")

    def expired(self) -> Self:
        """Those whose file has been kept for long enough, or that were never written."""
        State = ListExport.State
        late = self.filter(asked_at__lte=timezone.now() - KEPT_FOR)
        return late.filter(state__in=(State.WAITING, State.READY)).order_by("pk")


class ListExport(models.Model):
    """One list with its filters, written as the person may see it.

    Its file is kept for a day; that it was taken away, by whom and how many rows, stays.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Being written")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        SWEPT = "swept", _("Removed")

    kind = models.SlugField(_("list"), max_length=30)
    form = models.CharField(_("form"), max_length=4)
    query = models.CharField(_("filters"), max_length=2000, blank=True)
    language = models.CharField(_("language"), max_length=5)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)
    total = models.PositiveIntegerField(_("rows"), null=True, blank=True)
    refusal_message = models.CharField(_("what was wrong"), max_length=300, blank=True)
    file = models.FileField(
        _("file"), upload_to=export_path, storage=documents_storage, blank=True
    )  # fmt: skip

    objects = ListExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("list to take away")
        verbose_name_plural = _("lists to take away")
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["asked_at"], name="listexport_asked")]

    def __str__(self) -> str:
        return f"{self.kind}.{self.form}"

    @property
    def filename(self) -> str:
        return f"{self.kind}-{timezone.localtime(self.asked_at):%Y-%m-%d}.{self.form}"
