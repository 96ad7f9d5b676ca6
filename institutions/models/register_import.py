"""A list of institutions that was uploaded: what would become of each row, and what has."""

from datetime import timedelta
from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.accounts.roles import Reach
from blk_portal.sheets.cells import printable
from institutions.models.document import documents_storage
from institutions.models.institution import Institution
from institutions.register_faults import Code, Fault, stored_fault

MOST_ATTEMPTS = 5
# So long the file and its rows are kept; how many rows came to what stays.
KEPT_FOR = timedelta(days=30)


class ImportRefused(Exception):
    """The import is not in a state from which the verb may start."""


class RegisterImportQuerySet(models.QuerySet["RegisterImport"]):
    def visible_to(self, user: Visitor) -> Self:
        """All of them for the nation's administrators, one's own for an office."""
        if not user.is_authenticated or not user.has_perm("institutions.import_institution"):
            return self.none()
        return self if user.spec.reach == Reach.NATION else self.filter(uploaded_by=user)

    def failed(self) -> Self:
        """Imports that came to no end, until a later list of the same person does."""
        read = (RegisterImport.State.CHECKED, RegisterImport.State.DONE)
        mended = RegisterImport.objects.filter(
            uploaded_by=models.OuterRef("uploaded_by"), pk__gt=models.OuterRef("pk"), state__in=read
        )
        return self.filter(state=RegisterImport.State.FAILED).exclude(models.Exists(mended))

    def owed(self) -> Self:
        """Imports that a worker has still to check or to apply."""
        return self.filter(state__in=RegisterImport.AT_WORK).order_by("pk")

    def expired(self) -> Self:
        """Imports whose file and rows have been kept for long enough; none that a worker is at."""
        late = self.filter(uploaded_at__lte=timezone.now() - KEPT_FOR, swept_at=None)
        return late.exclude(state__in=RegisterImport.AT_WORK).order_by("pk")

    def accept(self, data: bytes, *, name: str, by: User) -> "RegisterImport":
        """Keep an uploaded list under a random name, to be checked by a worker."""
        kept = self.model(uploaded_by=by, name=printable(name)[-200:], size=len(data))
        kept.uploaded_at = timezone.now()
        kept.file.save("", ContentFile(data), save=False)
        kept.save()
        return kept


def import_path(kept: "RegisterImport", filename: str) -> str:
    """A name that tells nothing and cannot be guessed."""
    return f"imports/{timezone.now():%Y/%m}/{uuid4().hex}"


class RegisterImport(models.Model):
    """An uploaded list of institutions: first checked, then applied by whoever uploaded it.

    The check writes no row of the register. Both are carried out by a worker, in pieces that are
    either done whole or not at all, and may be begun again at any time.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the check")
        CHECKED = "checked", _("Checked")
        APPLYING = "applying", _("Being applied")
        DONE = "done", _("Applied")
        FAILED = "failed", _("Failed")

    AT_WORK = (State.WAITING, State.APPLYING)

    file = models.FileField(_("file"), upload_to=import_path, storage=documents_storage)
    name = models.CharField(_("name of the file"), max_length=200)
    size = models.PositiveIntegerField(_("size in bytes"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    total = models.PositiveIntegerField(_("rows"), null=True, blank=True)
    # The latest institution that the check knew: later ones were made by others meanwhile.
    known_until = models.PositiveBigIntegerField(default=0, editable=False)
    notes = models.JSONField(_("notes"), default=list)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("applied by"),
    )  # fmt: skip
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    refusal_code = models.CharField(_("reason of failure"), max_length=40, blank=True)
    refusal_message = models.CharField(_("what was wrong"), max_length=300, blank=True)
    refusal_cure = models.CharField(_("how to mend it"), max_length=300, blank=True)
    swept_at = models.DateTimeField(
        _("file and rows removed at"), null=True, blank=True, editable=False
    )
    swept_counts = models.JSONField(default=dict, editable=False)

    objects = RegisterImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of the register")
        verbose_name_plural = _("imports of the register")
        ordering = ["-uploaded_at", "-id"]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(state__in=("waiting", "applying")),
                name="registerimport_owed",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has still to do something with it."""
        return self.state in self.AT_WORK

    @property
    def failure(self) -> tuple[str, str]:
        """Why it came to no end, and what helps."""
        if self.refusal_message:
            return self.refusal_message, self.refusal_cure
        return (
            gettext("The portal tried several times and could not finish."),
            gettext("Nothing is half written. Start it again, or tell the administrator."),
        )

    @property
    def note_faults(self) -> list[Fault]:
        return [stored_fault(note, note["row"]) for note in self.notes]

    def counts(self) -> dict[str, int]:
        """How many rows there are by outcome, and of how many each is settled; sum is the total."""
        if self.swept_at:
            return dict(self.swept_counts)
        counted = self.rows.order_by().values("outcome", "settled").annotate(n=models.Count("pk"))
        found: dict[str, int] = dict.fromkeys(RegisterImportRow.Outcome.values, 0) | {"settled": 0}
        for row in counted:
            found[row["outcome"]] += row["n"]
            if row["settled"]:
                found["settled"] += row["n"]
        return found

    def apply(self, *, by: User) -> None:
        """Let a worker write the rows that are to be created or changed; a compare-and-set.

        Raises ImportRefused when there is nothing to write, or somebody has begun already.
        """
        if not self.rows.to_apply().exists():
            raise ImportRefused(gettext("There is nothing to apply: no row creates or changes."))
        begun = RegisterImport.objects.filter(
            pk=self.pk, state__in=(self.State.CHECKED, self.State.DONE, self.State.FAILED)
        ).exclude(checked_at=None)
        if not begun.update(state=self.State.APPLYING, applied_by=by, attempts=0, refusal_code="",
                            refusal_message="", refusal_cure=""):  # fmt: skip
            raise ImportRefused(gettext("The list is already being applied."))
        self.refresh_from_db()

    @transaction.atomic
    def sweep(self) -> None:
        """Remove the file and the rows, which hold contacts of people; the counts stay."""
        storage, path = self.file.storage, self.file.name
        self.swept_counts, self.swept_at = self.counts(), timezone.now()
        self.file = ""
        self.save(update_fields=["swept_counts", "swept_at", "file"])
        self.rows.all().delete()
        if path:
            transaction.on_commit(lambda: storage.delete(path))

    def fail(self, code: str, message: str, cure: str) -> None:
        """End it: it cannot go on without somebody."""
        RegisterImport.objects.filter(pk=self.pk).update(
            state=self.State.FAILED, refusal_code=code, refusal_message=message[:300],
            refusal_cure=cure[:300],
        )  # fmt: skip


class RegisterImportRowQuerySet(models.QuerySet["RegisterImportRow"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(register_import__in=RegisterImport.objects.visible_to(user))

    def to_apply(self) -> Self:
        """Rows that would write to the register and have not yet."""
        writing = (RegisterImportRow.Outcome.CREATED, RegisterImportRow.Outcome.CHANGED)
        return self.filter(outcome__in=writing, settled="")


class RegisterImportRow(models.Model):
    """One row of an uploaded list: what was read, what it means for the register, what was done.

    The outcome is an intention until the row is settled. `basis` is the register's own row as the
    check saw it: a row that has changed since is not overwritten.
    """

    class Outcome(models.TextChoices):
        CREATED = "created", _("New")
        CHANGED = "changed", _("Changed")
        UNCHANGED = "unchanged", _("Unchanged")
        REFUSED = "refused", _("Refused")
        UNDECIDED = "undecided", _("To be decided")

    class Settled(models.TextChoices):
        APPLIED = "applied", _("Applied")

    register_import = models.ForeignKey(
        RegisterImport, models.CASCADE, related_name="rows", verbose_name=_("import")
    )
    number = models.PositiveIntegerField(_("row"))
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome)
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, related_name="+", verbose_name=_("institution")
    )
    digest = models.CharField(max_length=64, editable=False)
    cells = models.JSONField(_("cells"), default=dict)
    values = models.JSONField(_("values"), default=dict)
    changes = models.JSONField(_("changes"), default=dict)
    faults = models.JSONField(_("faults"), default=list)
    warnings = models.JSONField(_("warnings"), default=list)
    candidates = models.JSONField(_("similar institutions"), default=list)
    basis = models.CharField(max_length=64, blank=True, editable=False)
    settled = models.CharField(_("settled"), max_length=8, choices=Settled, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("decided by"),
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided at"), null=True)

    objects = RegisterImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ["register_import_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["register_import", "number"], name="registerimportrow_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["register_import", "outcome", "settled", "number"],
                name="registerimportrow_outcome",
            ),
            models.Index(
                fields=["digest"], condition=models.Q(institution__isnull=False),
                name="registerimportrow_digest",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.register_import}, {self.number}"

    @property
    def label(self) -> str:
        """How a person calls the row: the name in it."""
        return str(self.cells.get("name") or self.cells.get("code") or self.number)

    @property
    def found_faults(self) -> list[Fault]:
        return [stored_fault(kept, self.number) for kept in self.faults]

    @property
    def found_warnings(self) -> list[Fault]:
        return [stored_fault(kept, self.number) for kept in self.warnings]

    def refuse(self, code: Code, **params: Any) -> None:
        """Turn the row into a refused one, with a reason about the whole row."""
        self.outcome = self.Outcome.REFUSED
        self.changes = {}
        self.faults = [*self.faults, Fault(self.number, "", "", code, params).to_store()]
