"""Which rows told to other systems have changed: what a system that keeps a copy asks for."""

from datetime import timedelta
from typing import Self

from django.db import connection, models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Reach
from institutions import noting
from institutions.models.areas import Regency, TrainingOffice
from institutions.models.foundation import Foundation
from institutions.models.institution import Institution
from institutions.models.reach import in_reach

SETTLED = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


class ChangeQuerySet(models.QuerySet["Change"]):
    def between(self, since: int, until: int) -> Self:
        """Changes of the transactions from one number up to another, without that one."""
        return self.filter(xid__gte=since, xid__lt=until)

    def told_to(self, user: User, institutions: QuerySet[Institution]) -> Self:
        """Changes of what the person sees, or saw until then.

        institutions: those whose rows of this kind the person sees.
        """
        if user.spec.reach == Reach.NATION:
            return self
        was_seen = Q(has_left=True) & in_reach(user, key="institution")
        if user.spec.reach == Reach.OFFICE:
            # What waits in the queue without an office shows nobody its trainings.
            was_seen &= Q(office__isnull=False) | Q(kind__in=Change.IN_QUEUE)
        return self.filter(was_seen | Q(institution__in=institutions.values("pk")))


class Change(models.Model):
    """That a transaction changed what is told of one row, or took it from the place where it was.

    Written by triggers, whoever writes; it holds no word of the row, so that nothing of somebody
    who is erased stays in it. `xid` is the number of the transaction: unlike a time or a serial
    number it tells which changes can no longer be overtaken by one that is still under way.
    """

    class Kind(models.IntegerChoices):
        EVERYTHING = noting.EVERYTHING, _("everything")
        INSTITUTION = noting.INSTITUTION, _("institution")
        COHORT = noting.COHORT, _("cohort")
        COHORT_REPORT = noting.COHORT_REPORT, _("cohort report")
        PARTICIPANT = noting.PARTICIPANT, _("participant")
        INCUBATOR = noting.INCUBATOR, _("incubator")

    IN_QUEUE = (Kind.INSTITUTION, Kind.INCUBATOR)

    pk = models.CompositePrimaryKey("kind", "row_id", "xid", "has_left")
    kind = models.PositiveSmallIntegerField(_("kind"), choices=Kind)
    row_id = models.BigIntegerField(_("row"))
    xid = models.BigIntegerField(_("number of the transaction"))
    # A number and no relation: what a merge moves are rows of an institution, not news of them.
    institution = models.BigIntegerField(_("institution"), null=True)
    has_left = models.BooleanField(_("has left its place"))
    # The place that it left, named as on an institution so that the same rule says who saw it.
    foundation = models.ForeignKey(
        Foundation, models.DO_NOTHING, null=True, related_name="+", db_constraint=False,
        db_index=False, verbose_name=_("legal owner"),
    )  # fmt: skip
    office = models.ForeignKey(
        TrainingOffice, models.DO_NOTHING, null=True, related_name="+", db_constraint=False,
        db_index=False, verbose_name=_("guided by"),
    )  # fmt: skip
    regency = models.ForeignKey(
        Regency, models.DO_NOTHING, null=True, related_name="+", db_constraint=False,
        db_index=False, verbose_name=_("regency or city"),
    )  # fmt: skip

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["xid", "row_id"]
        indexes = [models.Index(fields=["kind", "xid", "row_id"], name="change_order")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.row_id}: {self.xid}"


class ChangeMarkQuerySet(models.QuerySet["ChangeMark"]):
    @transaction.atomic
    def set_and_forget(self, *, kept: timedelta) -> int:
        """Mark how far the changes are settled, and forget those from before the marks that are
        kept so long. Returns how many were forgotten."""
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(SETTLED)
            self.create(at=now, xid=cursor.fetchone()[0])
        last = self.filter(at__lt=now - kept).first()
        if last is None:
            return 0
        self.filter(at__lt=last.at).delete()
        return Change.objects.filter(xid__lt=last.xid)._raw_delete(self.db)

    def forgotten_below(self) -> int:
        """From which number on the changes are kept; 0 while all are."""
        return self.aggregate(lowest=models.Min("xid"))["lowest"] or 0


class ChangeMark(models.Model):
    """How far the changes were settled at a moment: every number below it was over and done.

    Set each night; what is older than the oldest mark that is kept is forgotten (CHANGES_KEPT).
    """

    at = models.DateTimeField(_("at"))
    xid = models.BigIntegerField(_("number of the transaction"))

    objects = ChangeMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark of changes")
        verbose_name_plural = _("marks of changes")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return str(self.xid)
