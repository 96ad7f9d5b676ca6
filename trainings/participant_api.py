"""Participants through the interface: what counts of them, and who they are if that is asked."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    ExpressionWrapper,
    FilteredRelation,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.http import StreamingHttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request

from blk_portal.accounts.models import User
from blk_portal.accounts.scopes import Scope
from blk_portal.privacy.models import AccessLog, reason_of
from blk_portal.rest.problems import MissingScope
from blk_portal.rest.rows import Rows, Told, Written, opened
from blk_portal.rest.scopes import lacks
from blk_portal.rest.serializers import ReadSerializer
from institutions.chosen import Chosen, Whole
from institutions.filters import StrictFilterSet, by_year, choice
from institutions.kbli import Section
from institutions.models import Change, Institution
from trainings.api import ROW_ID, OfCohortViewSet
from trainings.models import Certification, Cohort, Participant, Placement
from trainings.models.cohort import open_institutions, sees_every_cohort
from trainings.models.count import AgeBand

IDENTITY = "identity"
MOST_PURPOSE = 200
BANDS = ((18, AgeBand.UNDER_18), (25, AgeBand.FROM_18), (35, AgeBand.FROM_25),
         (45, AgeBand.FROM_35))  # fmt: skip
WAVES = {f"placement_{wave.value}": wave for wave in Placement.Wave}


def institutions_to_choose(request: Request | None) -> QuerySet[Institution]:
    """Those whose trainings the person sees."""
    return open_institutions(request.user) if request else Institution.objects.none()


def cohorts_to_choose(request: Request | None) -> QuerySet[Cohort]:
    """Those that the person sees."""
    return Cohort.objects.visible_to(request.user) if request else Cohort.objects.none()


class ParticipantFilter(StrictFilterSet):
    """By cohort, institution, budget year and result."""

    kohort = choice(_("Cohort"), queryset=cohorts_to_choose, key="id", field_name="cohort")
    lembaga = choice(
        _("Institution"), queryset=institutions_to_choose, field_name="cohort__institution"
    )
    tahun = by_year("cohort__programme_year")
    hasil = choice(_("Result"), choices=Participant.Result, field_name="result")

    class Meta:
        model = Participant
        fields: list[str] = []


class IdentitySerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    nik = serializers.CharField(
        allow_null=True, label="NIK", help_text=_("Null where there is none, or not for you.")
    )
    birth_place = serializers.CharField(allow_blank=True)
    birth_date = serializers.DateField()
    education = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)


def _section(label: object) -> serializers.ChoiceField:
    return serializers.ChoiceField(
        choices=Section.choices, allow_null=True, allow_blank=True, label=cast(str, label),
        help_text=_("A section of KBLI; empty for who does not work."),
    )  # fmt: skip


def _domicile(label: object) -> serializers.CharField:
    return serializers.CharField(
        allow_null=True, allow_blank=True, label=cast(str, label),
        help_text=_("A province; empty for that of the institution, null while not reported."),
    )  # fmt: skip


class ParticipantSerializer(ReadSerializer):
    """A participation as it counts; who it is stands in `identity` alone."""

    institution = serializers.CharField(source="cohort.institution.code", label=_("institution"))
    age_band = serializers.ChoiceField(
        choices=AgeBand.choices, label=_("Age at the start of the cohort")
    )
    competency = serializers.ChoiceField(
        choices=Certification.Competency.choices, allow_null=True, label=_("competency"),
        help_text=_("By the judgement of an LSP; null while it is not reported."),
    )  # fmt: skip
    certified_by = serializers.ChoiceField(
        choices=Certification.Body.choices, allow_null=True, allow_blank=True,
        label=_("certified by"), help_text=_("The LSP; empty for who was not assessed."),
    )  # fmt: skip
    placement_3 = serializers.ChoiceField(
        choices=Placement.Outcome.choices, allow_null=True, label=_("after 3 months")
    )
    section_3 = _section(_("line of business after 3 months"))
    domicile_3 = _domicile(_("lives in, after 3 months"))
    placement_6 = serializers.ChoiceField(
        choices=Placement.Outcome.choices, allow_null=True, label=_("after 6 months")
    )
    section_6 = _section(_("line of business after 6 months"))
    domicile_6 = _domicile(_("lives in, after 6 months"))
    is_erased = serializers.BooleanField(
        label=_("Erased"), help_text=_("What identified the person is removed for good.")
    )
    identity = IdentitySerializer(
        allow_null=True, help_text=_("Null unless it is asked for, see the parameter of this name.")
    )

    class Meta:
        model = Participant
        fields = (
            "id", "cohort", "institution", "sex", "age_band", "disability", "is_santri", "result",
            "attendance", "pre_test", "post_test", "competency", "certified_by", "placement_3",
            "section_3", "domicile_3", "placement_6", "section_6", "domicile_6", "is_erased",
            "identity",
        )  # fmt: skip


class Years(Func):
    """Full years of age on a day: the day, and the birth date."""

    template = "extract(year FROM age(%(expressions)s))"
    output_field = IntegerField()


def people() -> QuerySet[Participant]:
    """All participants, with what a row tells of other tables."""
    waves = {
        name: FilteredRelation("placements", condition=Q(placements__wave=wave))
        for name, wave in WAVES.items()
    }
    bands = (When(years__lt=limit, then=Value(band.value)) for limit, band in BANDS)
    return (
        Participant.objects.annotate(**waves)
        .annotate(years=Years("cohort__starts_on", "birth_date"))
        .annotate(
            age_band=Case(*bands, default=Value(AgeBand.FROM_45.value), output_field=CharField()),
            is_gone=ExpressionWrapper(Q(erased_at__isnull=False), output_field=BooleanField()),
            identity=Value(None, output_field=CharField()),
        )
    )


PEOPLE = Rows(
    source=people,
    columns={
        "id": "id", "cohort": "cohort_id", "institution": "cohort__institution__code",
        "sex": "sex", "age_band": "age_band", "disability": "disability", "is_santri": "is_santri",
        "result": "result", "attendance": "attendance", "pre_test": "pre_test",
        "post_test": "post_test", "competency": "certification__competency",
        "certified_by": "certification__body",
        "placement_3": "placement_3__outcome", "section_3": "placement_3__section",
        "domicile_3": "placement_3__domicile", "placement_6": "placement_6__outcome",
        "section_6": "placement_6__section", "domicile_6": "placement_6__domicile",
        "is_erased": "is_gone", "identity": "identity",
    },
)  # fmt: skip
WHOLE = Whole(Participant.objects.shown())
# Who somebody is, read beside a row where it is asked for.
PERSON = ("name", "birth_place", "birth_date", "education", "address", "phone")


class ParticipantViewSet(OfCohortViewSet):
    """The participants of the trainings a person may see, without a name unless that is asked."""

    title = _("Participants")
    title_of_one = _("One participant")
    about = _(
        "Each participation with what counts of it: sex, age band, disability, result and what "
        "became of it. Who somebody is, is told only with the parameter `identity`, to those who "
        "may read it, and each reading is noted with its purpose."
    )
    read_scope = Scope.PARTICIPANTS
    kind = Change.Kind.PARTICIPANT
    serializer_class = ParticipantSerializer
    filterset_class = ParticipantFilter
    order = first_walk = ("cohort_id", "id")
    with_walk = OfCohortViewSet.with_walk | {IDENTITY}
    lookup_value_regex = ROW_ID
    queryset = Participant.objects.none()

    def get_queryset(self) -> QuerySet[Participant]:
        return Participant.objects.told_to(self.request.user, known=self.known_institutions)

    def chosen(self) -> Chosen:
        is_whole = sees_every_cohort(self.request.user) and not self.is_filtered
        return WHOLE if is_whole else super().chosen()

    @cached_property
    def rows(self) -> Rows:  # type: ignore[override]  # what is read depends on the question
        if not self.purpose:
            return PEOPLE
        return replace(PEOPLE, finish=self.with_identity)

    @cached_property
    def purpose(self) -> str:
        """What identity is asked for; empty where it is not. Raises PermissionDenied."""
        text: str = self.request.query_params.get(IDENTITY, "").strip()
        if not text:
            return ""
        if len(text) > MOST_PURPOSE or "\x00" in text:
            fault = gettext("Say what the identity is read for, in at most 200 characters.")
            raise ValidationError({IDENTITY: [fault]})
        if not self.may_read_identity():
            if self.request.auth is not None:
                raise MissingScope(lacks(Scope.IDENTITY))
            raise PermissionDenied(gettext("Who participants are is not told to you."))
        return text

    def may_read_identity(self) -> bool:
        """A system with the scope for it, or a person who sees names."""
        token: Any = self.request.auth
        if token is not None:
            return bool(token.allow_scopes([Scope.IDENTITY]))
        return cast(User, self.request.user).spec.sees_names

    def may_read_nik(self) -> bool:
        """Asked after `may_read_identity`: of people, only those who may reveal a NIK."""
        return self.request.auth is not None or self.request.user.has_perm("privacy.reveal_nik")

    def with_identity(self, rows: dict[int, Written]) -> Mapping[int, Told]:
        """The rows with who they are, after noting that it is read, by whom and what for."""
        own = self.get_queryset().filter(pk__in=rows)
        people = list(own.values("pk", "uid", "nik_sealed", *PERSON))
        with_nik = self.may_read_nik()
        action = AccessLog.Action.REVEAL_NIK if with_nik else AccessLog.Action.READ_NAMES
        user = cast(User, self.request.user)
        reason = reason_of(user, self.purpose)
        AccessLog.objects.bulk_create(
            AccessLog(user=user, action=action, reason=reason,
                      subject=Participant.nik_binding(person["uid"]))
            for person in people
        )  # fmt: skip
        told = {}
        for person in people:
            key, uid, sealed = (person.pop(name) for name in ("pk", "uid", "nik_sealed"))
            nik = Participant.open_sealed(sealed, uid) if with_nik and sealed else None
            told[key] = opened(rows[key]) | {"identity": person | {"nik": nik}}
        return told

    def parameter_names(self) -> list[str]:
        return [*super().parameter_names(), IDENTITY]

    def described_parameters(self) -> list[OpenApiParameter]:
        about = _(
            "What you read the identity for, in a few words: with it, each row tells who it is, "
            "and the reading is noted. A partner's system needs the scope participants:identity "
            "as well. Not with lines of JSON."
        )
        schema = {"type": "string", "pattern": r"\S", "maxLength": MOST_PURPOSE}
        parameter = OpenApiParameter(
            IDENTITY, type=schema, location="query", description=str(about)
        )
        return [*super().described_parameters(), parameter]

    def reader(self) -> str:
        return f"{super().reader()}{'+' if self.purpose else ''}"

    def lines(self, request: Request, names: list[str] | None) -> StreamingHttpResponse:
        if self.purpose:
            fault = gettext("Identity is told a page at a time, not as lines.")
            raise ValidationError({IDENTITY: [fault]})
        return super().lines(request, names)
