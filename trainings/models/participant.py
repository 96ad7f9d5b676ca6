"""Participants, the uploads they came from, and the rows that still wait to be mended."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorExact
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from blk_portal.privacy import keys
from blk_portal.privacy.models import NikHolder, SealedRow
from blk_portal.rest.arrays import AnyOf
from trainings.faults import Fault, note_texts, stored_fault
from trainings.models.cohort import Cohort, sees_every_cohort

if TYPE_CHECKING:
    from trainings.models.flag import CohortReportFlag
    from trainings.roster import Merge


NAME_LENGTH = 150


def name_key(name: str) -> str:
    """The form by which names are compared: letters only, however they are written."""
    return "".join(filter(str.isalpha, name.casefold()))


NAME_WORDS = SearchVector("name", config="simple")


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def visible_to(self, user: Visitor) -> Self:
        if not user.is_authenticated or not user.spec.sees_names:
            return self.none()
        return self.shown().filter(cohort__in=Cohort.objects.visible_to(user))

    def told_to(self, user: Visitor, *, known: Callable[[], Iterable[int]]) -> Self:
        """Participations as they count, whoever the person is: for all who see their cohorts.

        known: the keys of `open_institutions`, as a long list wants it.
        """
        if sees_every_cohort(user):
            return self.shown()
        return self.shown().filter(AnyOf("cohort__institution", known()))

    def editable_by(self, user: Visitor) -> Self:
        return self.filter(cohort__in=Cohort.objects.editable_by(user))

    def shown(self) -> Self:
        """Those whose processing is not restricted: only they stand in lists and exports."""
        return self.filter(restricted_at=None)

    def file_visible_to(self, user: Visitor) -> Self:
        """Those whose file staff may open, restricted ones too."""
        if not user.has_perm("trainings.keep_participant"):
            return self.none()
        return self.filter(cohort__in=Cohort.objects.visible_to(user))

    def named(self, words: str) -> Self:
        """Those whose name has words that begin like each of these, in any order."""
        beginnings = re.findall(r"\w+", words)
        if not beginnings:
            return self.none()
        text = " & ".join(f"{beginning}:*" for beginning in beginnings)
        query = SearchQuery(text, config="simple", search_type="raw")
        # To compare letters costs a hundredth of taking a name apart: most rows go by it, and the
        # planner learns how rare the words are.
        for beginning in beginnings:
            self = self.filter(name__icontains=beginning)
        return self.filter(SearchVectorExact(NAME_WORDS, query))

    def summary(self) -> dict[str, int]:
        """How many there are by sex and result, and how many would count."""
        return self.aggregate(
            total=models.Count("pk"),
            male=models.Count("pk", filter=models.Q(sex=Participant.Sex.MALE)),
            female=models.Count("pk", filter=models.Q(sex=Participant.Sex.FEMALE)),
            passed=models.Count("pk", filter=models.Q(result="passed")),
            failed=models.Count("pk", filter=models.Q(result="failed")),
            withdrawn=models.Count("pk", filter=models.Q(result="withdrawn")),
            counting=models.Count("pk", filter=~models.Q(result="withdrawn")),
        )


class Participant(NikHolder):
    """One person in one cohort: a participation. Rows are the truth; counts come from them."""

    class Sex(models.TextChoices):
        MALE = "L", _("Male")
        FEMALE = "P", _("Female")

    class Disability(models.TextChoices):
        NONE = "none", _("None")
        PHYSICAL = "fisik", _("Physical")
        INTELLECTUAL = "intelektual", _("Intellectual")
        MENTAL = "mental", _("Mental")
        SENSORY = "sensorik", _("Sensory")
        MULTIPLE = "ganda", _("More than one")

    class Result(models.TextChoices):
        PASSED = "passed", _("Passed")
        FAILED = "failed", _("Not passed")
        WITHDRAWN = "withdrawn", _("Withdrew")

    cohort = models.ForeignKey(
        Cohort, models.PROTECT, related_name="participants", verbose_name=_("cohort")
    )
    name = models.CharField(_("name"), max_length=150)
    name_key = models.CharField(max_length=150, editable=False)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex)
    birth_place = models.CharField(_("birth place"), max_length=100, blank=True)
    birth_date = models.DateField(_("birth date"))
    education = models.CharField(_("education"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    disability = models.CharField(
        _("disability"), max_length=12, choices=Disability, default=Disability.NONE
    )
    is_santri = models.BooleanField(_("santri"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=10, choices=Result, blank=True)
    attendance = models.PositiveSmallIntegerField(_("attendance (%)"), null=True, blank=True)
    pre_test = models.PositiveSmallIntegerField(_("pre-test"), null=True, blank=True)
    post_test = models.PositiveSmallIntegerField(_("post-test"), null=True, blank=True)
    late_reason = models.CharField(
        _("why added after the opening report"), max_length=300, blank=True
    )
    roster_row = models.PositiveIntegerField(_("row in the roster"), null=True, blank=True)
    warnings = models.JSONField(_("warnings"), default=list, blank=True)
    restricted_at = models.DateTimeField(
        _("processing restricted at"), null=True, blank=True, editable=False
    )
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    objects = ParticipantQuerySet.as_manager()

    # What the tables of participants put beside a row: flags that stand, and those being written.
    standing_flags: Sequence["CohortReportFlag"]
    flagged: dict[str, "CohortReportFlag | None"]
    flagged_row: list["CohortReportFlag"]
    may_change: bool
    may_take_off: bool
    marking: Sequence[object]
    # What `checks.people_of` puts beside a row.
    has_consent: bool
    is_in_question: bool

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["roster_row", "id"]
        permissions = [
            ("keep_participant", "May open the file of a person, correct it, restrict it")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "nik_index"], name="participant_once_per_cohort",
                violation_error_message=_("This NIK is already in the cohort."),
            ),
            models.CheckConstraint(
                condition=models.Q(nik_index=None, nik_sealed=None)
                | models.Q(nik_index__isnull=False, nik_sealed__isnull=False)
                | models.Q(nik_sealed=None, erased_at__isnull=False),
                name="participant_nik_sealed_and_indexed",
                violation_error_message=_("A NIK is kept encrypted and indexed, or not at all."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(attendance=None) | models.Q(attendance__lte=100),
                    models.Q(pre_test=None) | models.Q(pre_test__lte=100),
                    models.Q(post_test=None) | models.Q(post_test__lte=100),
                ),
                name="participant_scores_to_100",
                violation_error_message=_("Attendance and tests are numbers from 0 to 100."),
            ),
            models.CheckConstraint(
                condition=models.Q(sex__in=["L", "P"]), name="participant_sex_known",
                violation_error_message=_("Sex is L or P."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["nik_index"],
                condition=models.Q(nik_index__isnull=False),
                name="participant_nik",
            ),
            GinIndex(NAME_WORDS, name="participant_name_words"),
            models.Index(
                fields=["disability", "-id"],
                condition=~models.Q(disability="none"),
                name="participant_disability",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)

    def as_cells(self) -> dict[str, str]:
        """The row as it would stand in a roster, the NIK in full: for checks, never for a page."""
        written = {
            "nik": self._open_nik(),
            "birth_date": self.birth_date.strftime("%d/%m/%Y"),
            "is_santri": {None: "", True: "ya", False: "tidak"}[self.is_santri],
        }
        values = {name: getattr(self, name) for name in FIELD_LABELS.keys() - written.keys()}
        return written | {name: "" if v is None else str(v) for name, v in values.items()}

    @property
    def warning_texts(self) -> list[str]:
        """What the checks found doubtful, one sentence each."""
        return [stored_fault(warning).message for warning in self.warnings]


FIELD_LABELS = {
    "name": _("Name"),
    "nik": "NIK",
    "sex": _("Sex"),
    "birth_place": _("Birth place"),
    "birth_date": _("Birth date"),
    "education": _("Education"),
    "address": _("Address"),
    "phone": _("Phone"),
    "disability": _("Disability"),
    "result": _("Result"),
    "attendance": _("Attendance (%)"),
    "pre_test": _("Pre-test"),
    "post_test": _("Post-test"),
}
# What is known of a participant after the training only.
RESULT_FIELDS = ("result", "attendance", "pre_test", "post_test")
FIELD_CHOICES = {"sex": Participant.Sex.choices}


class RosterUpload(models.Model):
    """One roster file an operator handed in, and what became of its rows."""

    cohort = models.ForeignKey(
        Cohort, models.PROTECT, related_name="uploads", verbose_name=_("cohort")
    )
    # Empty where the rows were pasted and came in no file.
    filename = models.CharField(_("file name"), max_length=200, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    created = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveIntegerField(_("to mend"), default=0)
    absent = models.JSONField(_("participants the file lacks"), default=list)
    notes = models.JSONField(_("notes on the file"), default=list)

    # What `roster.store_upload` puts beside the row: whose rows were stored, and what sent others
    # back.
    outcome: "Merge"
    faults: Sequence[Fault]

    class Meta:
        verbose_name = _("roster upload")
        verbose_name_plural = _("roster uploads")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.filename or gettext("Pasted rows")

    @property
    def is_pasted(self) -> bool:
        return not self.filename

    @property
    def note_texts(self) -> list[str]:
        """What the operator should know of the file beside its rows, one sentence each."""
        return note_texts(self.notes)

    @property
    def rows(self) -> int:
        """How many rows the file held."""
        return self.accepted + self.rejected

    @property
    def accepted(self) -> int:
        return self.created + self.changed + self.unchanged


class PendingRow(SealedRow):
    """A roster row that was returned with its faults, kept until it is mended or removed.

    The cells as written may hold a NIK, so they are kept encrypted; the faults never quote them.
    """

    SEALED_FIELD = "cells_sealed"

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="pending_rows")
    upload = models.ForeignKey(RosterUpload, models.CASCADE, related_name="pending_rows")
    row = models.PositiveIntegerField(_("row"))
    name_key = models.CharField(max_length=NAME_LENGTH, blank=True)
    cells_sealed = models.BinaryField()
    faults = models.JSONField(default=list)

    # What a page that comes back puts beside a row: its fields as typed, by their names.
    typed: Mapping[str, str] = MappingProxyType({})

    class Meta:
        verbose_name = _("row to mend")
        verbose_name_plural = _("rows to mend")
        ordering = ["upload_id", "row", "id"]

    def __str__(self) -> str:
        return str(self.row)

    @staticmethod
    def _binding(upload_id: int, row: int) -> str:
        return f"trainings.pendingrow:{upload_id}:{row}"

    def seal_anew(self) -> None:
        """Seal the same cells under the newest key. The caller saves the row."""
        self.seal(self.open_cells())

    @staticmethod
    def key_of(cells: Mapping[str, str]) -> str:
        """By which name the row is found again; a name that is too long is cut."""
        return name_key(cells.get("name", ""))[:NAME_LENGTH]

    def seal(self, cells: dict[str, str]) -> None:
        """Keep the cells as written, by field, and the name to find the row by."""
        self.name_key = self.key_of(cells)
        self.cells_sealed = keys.encrypt(
            json.dumps(cells, ensure_ascii=False).encode(),
            bound_to=self._binding(self.upload_id, self.row),
        )

    @property
    def shown_name(self) -> str:
        """The name as written, for the heading of the row."""
        return self.open_cells().get("name", "")

    @property
    def open_faults(self) -> list[dict[str, Any]]:
        """The faults with what is written in their cells, ready to be mended in place."""
        cells, shown, faults = self.open_cells(), set(), []
        for kept in self.faults:
            fault = stored_fault(kept)
            written = cells.get(fault.field, "")
            faults.append(
                {
                    **asdict(fault),
                    "written": written,
                    "typed": self.typed.get(f"{self.pk}-{fault.field}", written),
                    "label": FIELD_LABELS.get(fault.field, fault.column),
                    "choices": FIELD_CHOICES.get(fault.field),
                    "is_mended_here": fault.field in FIELD_LABELS and fault.field not in shown,
                }
            )
            shown.add(fault.field)
        return faults

    def open_cells(self) -> dict[str, str]:
        """The cells as written, by field."""
        cells: dict[str, str] = json.loads(
            keys.decrypt(self.cells_sealed, bound_to=self._binding(self.upload_id, self.row))
        )
        return cells
