"""What the portal holds of one person and who has read it: to look at, and to hand over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.conf import settings
from django.db.models import Model, Prefetch, Q, Subquery
from django.utils import timezone
from django.utils.translation import get_language, gettext

from blk_portal.accounts.models import User
from blk_portal.formats import UNKNOWN, date_range, long_date, moment
from blk_portal.privacy.models import AccessLog
from trainings.models import (
    Certificate,
    Certification,
    Participant,
    ParticipantChange,
    Placement,
)
from trainings.person_records import KeptRecord, records_of

# Keys and ciphertext say nothing to a person; the NIK is written masked.
INNER = {
    "id", "uid", "cohort", "name_key", "nik_sealed", "nik_index", "warnings", "roster_row",
}  # fmt: skip
MOST_READINGS = 500


def subject_of(person: Participant) -> str:
    """How the access log names a person's row."""
    return person.nik_binding(person.uid)


@dataclass(frozen=True)
class Elsewhere:
    """What another room keeps of the same person.

    url: its page; subject: how the access log names it; changes: as those of a participation.
    """

    title: str
    url: str
    facts: list[tuple[str, str]]
    phone: str
    changes: list[list[str]]
    subject: str

    def held(self, *, is_masked: bool = False) -> list[tuple[str, str]]:
        """Every value with its label; is_masked as for a participation."""
        phone = _masked_phone(self.phone) if is_masked else self.phone
        return [*self.facts, (gettext("Phone"), phone or UNKNOWN)]


class Finder(Protocol):
    """Finds what another room keeps of these people; is_whole: with permits, changes and all."""

    def __call__(
        self, rows: Sequence[Participant], *, reader: User, is_whole: bool
    ) -> list[Elsewhere]: ...


# Rooms above that keep something of the same people add what finds it.
ELSEWHERE: list[Finder] = []


@dataclass(frozen=True)
class PersonFile:
    """One person: the participations with the same NIK that the reader may see, and the log."""

    person: Participant
    participations: list[Participant]
    records: Mapping[int, list[KeptRecord]]
    elsewhere: list[Elsewhere]
    readings: list[AccessLog]

    @property
    def is_restricted(self) -> bool:
        return any(one.restricted_at for one in self.participations)


def file_of(pk: int, *, reader: User, is_whole: bool = False) -> PersonFile | None:
    """The file of a participant over all cohorts the reader may see; None where nothing is seen.

    is_whole: to hand over, with all that other rooms keep.
    """
    on_file = Participant.objects.file_visible_to(reader)
    # Who has no NIK is compared with nobody.
    nik = on_file.filter(pk=pk).values("nik_index")
    same = on_file.filter(Q(pk=pk) | Q(nik_index=Subquery(nik)))
    certificates = Certificate.objects.visible_to(reader).with_report()
    changes = ParticipantChange.objects.visible_to(reader).select_related("by")
    rows = list(
        same.select_related(
            "cohort__institution", "cohort__programme", "cohort__programme_year", "certification"
        )
        .prefetch_related(
            "placements",
            Prefetch("certificates", certificates),
            Prefetch("changes", changes),
        )
        .order_by("-cohort__starts_on", "-pk")
    )
    person = next((row for row in rows if row.pk == pk), None)
    if person is None:
        return None
    for row in rows:
        for certificate in row.certificates.all():
            certificate.participant = row
    subjects = [f"trainings.cohort:{row.cohort_id}" for row in rows]
    subjects += [subject_of(row) for row in rows]
    elsewhere = [one for find in ELSEWHERE for one in find(rows, reader=reader, is_whole=is_whole)]
    subjects += [one.subject for one in elsewhere]
    readings = AccessLog.objects.filter(subject__in=subjects).select_related("user")
    records = records_of(rows, reader=reader)
    return PersonFile(person, rows, records, elsewhere, list(readings[:MOST_READINGS]))


def held(row: Participant, *, is_masked: bool = False) -> list[tuple[str, str]]:
    """Every value of a participation that says something of the person, with its label.

    is_masked: for a screen, which shows no phone number in full.
    """
    facts = []
    for field in row._meta.concrete_fields:
        if field.name not in INNER:
            text = written(row, field)
            if is_masked and field.name == "phone":
                text = _masked_phone(row.phone) or text
            facts.append((str(field.verbose_name).capitalize(), text))
        if field.name == "name":
            facts.append(("NIK", row.masked_nik or UNKNOWN))
    later: list[Certification | Placement] = [*row.placements.all()]
    if certification := getattr(row, "certification", None):
        later.insert(0, certification)
    for outcome in later:
        texts = [written(outcome, outcome._meta.get_field(name)) for name in outcome.ENTERED]
        label = str(outcome._meta.verbose_name).capitalize()
        if isinstance(outcome, Placement):
            label = f"{label}, {outcome.get_wave_display()}"
        facts.append((label, ", ".join(text for text in texts if text != UNKNOWN)))
    return facts


def _masked_phone(phone: str) -> str:
    return f"{phone[:2]}••••{phone[-2:]}" if phone else ""


def written(row: Model, field: Any) -> str:
    """The value of a field in words."""
    value = getattr(row, field.attname)
    if value is None or value == "":
        return UNKNOWN
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return moment(value)
    return long_date(value) if isinstance(value, date) else str(value)


def training_of(row: Participant) -> str:
    """Which training a participation was in, in one line."""
    cohort = row.cohort
    days = date_range(cohort.starts_on, cohort.ends_on)
    return f"{cohort}, {cohort.institution.name}, {days}"


def as_json(file: PersonFile) -> dict[str, object]:
    """The file as data, with the labels of the page."""
    return {
        gettext("Written"): timezone.localtime().isoformat(timespec="seconds"),
        gettext("Participations"): [
            {
                gettext("Training"): training_of(row),
                gettext("Data"): dict(held(row)),
                gettext("Certificates"): _certificates(row),
                gettext("Changes"): _changes(row),
                gettext("Also kept"): _records(file, row),
            }
            for row in file.participations
        ],
        gettext("Kept elsewhere"): [
            {
                gettext("Where"): one.title,
                gettext("Data"): dict(one.held()),
                gettext("Changes"): one.changes,
            }
            for one in file.elsewhere
        ],
        gettext("Readings"): _readings(file),
    }


def as_page(file: PersonFile) -> dict[str, object]:
    """The file as data to print."""
    ministry = gettext("Ministry of Manpower")
    sample = gettext("SAMPLE DATA. All names and figures on this page are made up.")
    parts: list[dict[str, object]] = []
    for row in file.participations:
        parts.append(_part(training_of(row), held(row), kind="facts"))
        head = [gettext("Number"), gettext("Issued on"), gettext("Status")]
        parts.append(_part(gettext("Certificates"), _certificates(row), head))
        head = [gettext("At"), gettext("What"), gettext("Before"), gettext("After"),
                gettext("Reason"), gettext("By")]  # fmt: skip
        parts.append(_part(gettext("Changes"), _changes(row), head))
        head = [gettext("At"), gettext("What"), gettext("Content"), gettext("By")]
        parts.append(_part(gettext("Also kept"), _records(file, row), head))
    for one in file.elsewhere:
        parts.append(_part(one.title, one.held(), kind="facts"))
        head = [gettext("At"), gettext("What"), gettext("Before"), gettext("After"), gettext("By")]
        parts.append(_part(gettext("Changes"), one.changes, head))
    head = [gettext("At"), gettext("Who"), gettext("What"), gettext("Reason")]
    parts.append(_part(gettext("Who has read these data"), _readings(file), head))
    return {
        "title": file.person.name,
        "description": gettext("File of a person"),
        "author": ministry,
        "language": get_language() or settings.LANGUAGE_CODE,
        "kicker": gettext("File of a person"),
        "subtitle": gettext("What the portal holds of you, and who has read it (UU 27/2022)."),
        "sample": sample if settings.DEMO_MODE else "",
        "parts": [part for part in parts if part["rows"]],
        "footer": [
            f"{ministry} · BLK Komunitas",
            gettext("Printed %(at)s") % {"at": moment(timezone.now())},
        ],
        "flows": True,
    }


def _part(
    title: str, rows: list[Any], head: list[str] | None = None, kind: str = "table"
) -> dict[str, object]:
    return {
        "title": title, "rows": rows, "kind": kind, "head": head or [], "note": "", "words": True,
        "size": 8,
    }  # fmt: skip


def _certificates(row: Participant) -> list[list[str]]:
    return [
        [one.number, long_date(one.issued_on), str(one.state.label)]
        for one in row.certificates.all()
    ]


def _changes(row: Participant) -> list[list[str]]:
    return [
        [moment(one.at), str(one.get_field_display()), one.old or UNKNOWN, one.new or UNKNOWN,
         one.because, str(one.by)]
        for one in row.changes.all()
    ]  # fmt: skip


def _records(file: PersonFile, row: Participant) -> list[list[str]]:
    return [
        [moment(one.at), one.what, one.text, one.by or UNKNOWN]
        for one in file.records.get(row.cohort_id, ())
    ]


def _readings(file: PersonFile) -> list[list[str]]:
    return [
        [moment(one.at), str(one.user), str(one.get_action_display()), one.reason or UNKNOWN]
        for one in file.readings
    ]
