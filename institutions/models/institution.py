"""The institution (BLKK), its legal owner, its people, and how it moves through the programme."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self, TypeVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import long_date
from institutions.due import months_before
from institutions.lifecycle import (
    ENDED,
    HELD_BY_CASES,
    MOVED_MILESTONES,
    MOVES,
    InstitutionStatus,
    MilestoneKind,
    Move,
)
from institutions.maturity import Maturity
from institutions.models.areas import Regency, TrainingOffice
from institutions.models.foundation import Foundation
from institutions.models.programme import ProgrammeYear, VocationalField
from institutions.models.reach import in_reach
from institutions.models.transition import InstitutionTransition
from institutions.names import name_key, name_key_of
from institutions.signals import institution_moved

VIN_FORMAT = RegexValidator(
    r"^[0-9A-Z.\-/]{4,20}$", _("VIN holds digits, capitals, dots and dashes.")
)


Rows = TypeVar("Rows", bound=models.QuerySet[Any, Any])


class MoveRefused(Exception):
    """The institution is not in a status from which the verb may start, or a needed fact lacks."""


class InstitutionQuerySet(models.QuerySet["Institution"]):
    def visible_to(self, user: Visitor) -> Self:
        """The institutions a person may see: the one rule that every other model delegates to."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(in_reach(user))

    def narrow(self, rows: Rows, by: str = "institution") -> Rows:
        """Those of the rows that belong to these institutions; by: the way from a row to its own.

        Where these are all there are, the rows stay as they are: to look up each one's institution
        only to find it takes longer than many a question about millions of rows.
        """
        is_everything = not self.query.where and not self.query.is_sliced
        return rows if is_everything else rows.filter(**{f"{by}__in": self})

    def editable_by(self, user: Visitor) -> Self:
        """The institutions a person may move or correct; an operator edits none of the register."""
        if not user.is_authenticated or not user.has_perm("institutions.change_institution"):
            return self.none()
        return self.visible_to(user)

    def guided(self) -> Self:
        """Institutions that have an office; the others wait in the queue of unassigned ones."""
        return self.exclude(office=None)

    def unassigned(self) -> Self:
        """The queue of those that no office guides, though they are on their way or at work."""
        return self.filter(office=None).exclude(status__in=ENDED)

    def unbuilt(self, *, on: date) -> Self:
        """Signed for longer than BUILDING_MONTHS on that day and not handed over, with the day of
        the PKB (`signed_on`)."""
        holds = Q(milestones__kind=MilestoneKind.PKB, milestones__withdrawn_at=None)
        signed = self.filter(status=InstitutionStatus.SIGNED).annotate(
            pkb=models.FilteredRelation("milestones", condition=holds),
            signed_on=F("pkb__happened_on"),
        )
        return signed.filter(signed_on__lt=months_before(on, settings.BUILDING_MONTHS))

    def hold(self, keys: Iterable[int]) -> Self:
        """Lock these rows until the transaction ends, always in the same order."""
        rows = self.filter(pk__in=keys).select_related("regency").order_by("pk")
        return rows.select_for_update(of=["self"], no_key=True)

    def by_status(self) -> dict[str, int]:
        """How many there are in each status that occurs."""
        return dict(self.order_by().values_list("status").annotate(models.Count("pk")))

    def with_status_on(self, day: date, *, known_at: datetime | None = None) -> Self:
        """With `status_then`, the status as of the end of a day by the dates of the steps.

        known_at: as the portal knew the steps at this moment; now, where none is given. Before its
        first step an institution has the status from which that step started.
        """
        steps = InstitutionTransition.objects.filter(institution=models.OuterRef("pk"))
        held = steps.standing() if known_at is None else steps.known_at(known_at)
        # In the order of recording: steps of one day follow one another, and no step is dated
        # before the one before it.
        reached = held.filter(happened_on__lte=day).order_by("-recorded_at", "-pk")
        first = steps.order_by("recorded_at", "pk")
        return self.annotate(
            status_then=Coalesce(
                models.Subquery(reached.values("to_status")[:1]),
                models.Subquery(first.values("from_status")[:1]),
                "status",
                output_field=models.CharField(),
            )
        )

    def by_status_then(self) -> dict[str, int]:
        """How many there were in each status, after `with_status_on`."""
        rows = self.order_by().values(*["status_then"])
        return {row["status_then"]: row["total"] for row in rows.annotate(total=models.Count("pk"))}

    def by_status_shown(self) -> dict[str, int]:
        """How many there are in each status on the day that the list was asked about."""
        is_past = "status_then" in self.query.annotations
        return self.by_status_then() if is_past else self.by_status()

    def matching(self, words: str) -> Self:
        """Institutions that every word names, in any order; see `named`.

        A dash or an apostrophe that stands alone is no word; where nothing else stands, none is
        found.
        """
        spoken = [word for word in words.split() if name_key(word)]
        for word in spoken:
            self = self.named(word)
        return self if spoken or not words.strip() else self.none()

    def named(self, phrase: str) -> Self:
        """Institutions that hold the phrase in their name, however it is spelt (`names`), whose
        code or VIN begins with it, or in whose regency's name a word does."""
        key = name_key(phrase)
        if not key:
            return self.none()
        regencies = Regency.objects.filter(
            Q(name__istartswith=phrase) | Q(name__icontains=f" {phrase}")
        )
        return self.filter(
            Q(name_key__contains=key)
            | Q(code__istartswith=phrase)
            | Q(vin__istartswith=phrase)
            | Q(regency__in=regencies.order_by().values("pk"))
        )

    def for_lists(self) -> Self:
        """With all that a list row shows, in one query."""
        return self.select_related("regency__province", "office", "field", "programme_year")

    def for_page(self, user: Visitor) -> Self:
        """With all that the page of one shows of itself, and whether the person may edit it."""
        editable = Institution.objects.editable_by(user).filter(pk=models.OuterRef("pk"))
        return (
            self.for_lists()
            .select_related("foundation", "office__parent", "replaced_by")
            .annotate(may_edit=models.Exists(editable))
        )


class Institution(models.Model):
    """A BLK Komunitas: one workshop of one legal owner, guided by one UPTP."""

    class HostType(models.TextChoices):
        PESANTREN = "pesantren", _("Pesantren")
        RELIGIOUS = "religious", _("Other religious body")
        UNION = "union", _("Workers' union")
        COMMUNITY = "community", _("Community body")

    Status = InstitutionStatus

    code = models.CharField(_("code"), max_length=16, unique=True)
    name = models.CharField(_("name"), max_length=200)
    foundation = models.ForeignKey(
        Foundation, models.PROTECT, related_name="institutions", verbose_name=_("legal owner")
    )
    host_type = models.CharField(_("host type"), max_length=16, choices=HostType)
    regency = models.ForeignKey(
        Regency, models.PROTECT, related_name="institutions", verbose_name=_("regency or city")
    )
    office = models.ForeignKey(
        TrainingOffice, models.PROTECT, null=True, blank=True, related_name="institutions",
        verbose_name=_("guided by"),
    )  # fmt: skip
    field = models.ForeignKey(
        VocationalField, models.PROTECT, related_name="institutions",
        verbose_name=_("vocational field"),
    )  # fmt: skip
    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, related_name="institutions", verbose_name=_("budget year")
    )
    status = models.CharField(
        _("status"), max_length=16, choices=InstitutionStatus, default=InstitutionStatus.PROPOSED
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by",
        verbose_name=_("takes the place of"),
    )  # fmt: skip
    vin = models.CharField(
        _("VIN"), max_length=20, blank=True,
        validators=[VIN_FORMAT],
    )  # fmt: skip
    nspp = models.CharField(
        _("NSPP"), max_length=12, blank=True,
        validators=[RegexValidator(r"^[0-9]{12}$", _("An NSPP has 12 digits."))],
    )  # fmt: skip
    npsn = models.CharField(
        _("NPSN"), max_length=8, blank=True,
        validators=[RegexValidator(r"^[0-9A-Z]{8}$", _("An NPSN has 8 digits or capitals."))],
    )  # fmt: skip
    address = models.CharField(_("address"), max_length=300, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=150, blank=True)
    contact_phone = models.CharField(_("phone of the contact"), max_length=20, blank=True)
    # Written by the database, so that rows that come by COPY or in bulk have it as well.
    name_key = models.GeneratedField(
        expression=name_key_of(F("name")), output_field=models.CharField(max_length=200),
        db_persist=True, verbose_name=_("name as it is compared"),
    )  # fmt: skip

    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged_from",
        verbose_name=_("merged into"),
    )  # fmt: skip
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)

    objects = InstitutionQuerySet.as_manager()
    # Of rows that came by `for_page`.
    may_edit: bool

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["name", "id"]
        permissions = [
            ("move_institution", "May move an institution through its life cycle"),
            ("import_institution", "May take in lists of institutions"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(replaces=models.F("id")),
                name="institution_not_its_own_replacement",
                violation_error_message=_("An institution cannot take its own place."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) ^ Q(status="merged"),
                name="institution_merged_names_the_other",
                violation_error_message=_("A merged institution names the one that stays."),
            ),
            models.UniqueConstraint(
                fields=["vin"], condition=~Q(vin=""), name="institution_unique_vin",
                violation_error_message=_("Another institution already has this VIN."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["status", "programme_year"], name="institution_status_year"),
            models.Index(fields=["name", "id"], name="institution_name_order"),
            models.Index(fields=["nspp"], condition=~Q(nspp=""), name="institution_nspp"),
            models.Index(fields=["npsn"], condition=~Q(npsn=""), name="institution_npsn"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def time_zone(self) -> str:
        """The time zone of its province, beside which moments are said in WIB."""
        return self.regency.province.time_zone

    @property
    def status_shown(self) -> str:
        """The status on the day that a list was asked about; the present one where none was."""
        status: str = getattr(self, "status_then", self.status)
        return status

    @property
    def status_shown_label(self) -> str:
        return str(InstitutionStatus(self.status_shown).label)

    @property
    def class_shown_label(self) -> str:
        """The maturity class of the day that a list was asked about, of rows of its filter."""
        held: str | None = getattr(self, "class_then", None)
        return str(Maturity(held).label) if held else gettext("Not assessed yet")

    def held(self) -> "Institution":
        """This row as it is stored now, locked until the transaction ends."""
        return Institution.objects.hold([self.pk]).get()

    def possible_moves(self) -> dict[str, Move]:
        """The verbs that may start from the present status."""
        return {verb: move for verb, move in MOVES.items() if self.status in move.sources}

    def last_step(self) -> InstitutionTransition | None:
        """The step that led to the present status."""
        return self.transitions.standing().order_by("-recorded_at", "-pk").first()

    def refuse_early(self, on: date) -> None:
        """Raises MoveRefused where a new step would be dated before the last one."""
        last = self.last_step()
        if last is not None and on < last.happened_on:
            text = gettext(
                "The step before it, “%(step)s”, is dated %(last)s; this one cannot be dated "
                "%(on)s."
            )
            told = {
                "step": last.get_to_status_display(),
                "last": long_date(last.happened_on),
                "on": long_date(on),
            }
            raise MoveRefused(text % told)

    @transaction.atomic
    def move(
        self,
        verb: str,
        *,
        by: User | None,
        on: date,
        document_number: str = "",
        reason: str = "",
    ) -> InstitutionTransition:
        """Carry out one verb of the life cycle and log it; a compare-and-set on the status.

        Raises MoveRefused when the status has changed meanwhile, a reason or number lacks, the step
        is dated before the one before it, or an open case holds it up.
        """
        move = MOVES[verb]
        if move.needs_reason and not reason.strip():
            raise MoveRefused(gettext("Say why: the reason is kept in the history."))
        if move.milestone == MilestoneKind.PKB and not document_number.strip():
            raise MoveRefused(gettext("A PKB needs its number."))
        source = self.status
        updated = Institution.objects.filter(
            pk=self.pk, status=source, status__in=move.sources
        ).update(status=move.target)
        if not updated:
            self.refresh_from_db(fields=["status"])
            raise MoveRefused(
                gettext("Not possible from the status “%(status)s”.")
                % {"status": self.get_status_display()}
            )
        # Asked behind the update, which lets only one at a time come so far.
        self.refuse_early(on)
        if verb in HELD_BY_CASES and (case := self.cases.open().first()):
            raise MoveRefused(
                gettext("First close the open case: %(case)s.") % {"case": case.get_kind_display()}
            )
        self.status = move.target
        now = timezone.now()
        transition = self.transitions.create(
            verb=verb, from_status=source, to_status=move.target,
            by=by, happened_on=on, recorded_at=now, reason=reason,
        )  # fmt: skip
        if move.milestone:
            self.milestones.create(
                kind=move.milestone, programme_year=self.programme_year, happened_on=on,
                document_number=document_number, recorded_at=now, recorded_by=by,
            )  # fmt: skip
        if move.ends_agreement:
            self.milestones.standing().filter(kind__in=MOVED_MILESTONES).update(
                withdrawn_at=now, withdrawn_by=by, withdrawn_because=reason
            )
        institution_moved.send(
            Institution, institution=self, years=[self.programme_year_id], places=[]
        )
        return transition

    @transaction.atomic
    def relocate(
        self,
        *,
        regency: Regency,
        office: TrainingOffice | None,
        host_type: str,
        field: VocationalField,
    ) -> bool:
        """Correct the place, the office or the kind; its figures are recounted here and there.

        Which budget years have figures is known only further up, so every year is named: a recount
        of nothing costs milliseconds. Returns whether anything differed.
        """
        before = (
            Institution.objects.select_for_update(of=["self"], no_key=True)
            .select_related("regency")
            .get(pk=self.pk)
        )
        self.regency, self.office, self.host_type, self.field = regency, office, host_type, field
        names = ("regency_id", "office_id", "host_type", "field_id")
        if all(getattr(self, name) == getattr(before, name) for name in names):
            return False
        self.save(update_fields=names)
        left = (before.regency.province_id, before.office_id)
        stays = left == (regency.province_id, self.office_id)
        institution_moved.send(
            Institution,
            institution=self,
            years=list(ProgrammeYear.objects.values_list("pk", flat=True)),
            places=[] if stays else [left],
        )
        return True
