"""The code lists behind the fields of the interface, with the metadata that Satu Data asks for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from blk_portal.reporting.verbs import ReportStatus
from blk_portal.rest.scopes import EVERY_CLIENT
from blk_portal.rest.views import PortalView
from incubators.models import Legality
from incubators.stages import Stage
from institutions.kbli import Section
from institutions.lifecycle import CaseKind, MilestoneKind
from institutions.maturity import Maturity
from institutions.models import Institution
from trainings.models import Certification, Cohort, Participant, Placement, ReportKind
from trainings.models.certificate import CertificateState
from trainings.models.count import AgeBand

OWN = _("Ministry of Manpower, BLK Komunitas portal")


@dataclass(frozen=True)
class CodeList:
    """A closed list of codes: what it is of, the fields that use it, and who keeps it."""

    name: str
    title: object
    used_in: tuple[str, ...]
    choices: Iterable[tuple[Any, object]]
    source: object = OWN


LISTS = (
    CodeList("host-type", _("Host type"), ("institutions.host_type",),
             Institution.HostType.choices),
    CodeList("institution-status", _("Status of an institution"), ("institutions.status",),
             Institution.Status.choices),
    CodeList("maturity", _("Maturity class"), ("institutions.maturity",), Maturity.choices),
    CodeList("milestone", _("Milestone"), ("institutions.milestones.kind",),
             MilestoneKind.choices),
    CodeList("case", _("Case"), ("institutions.cases.kind",), CaseKind.choices),
    CodeList("funding", _("Funding"), ("cohorts.funding",), Cohort.Funding.choices),
    CodeList("method", _("Method"), ("cohorts.method",), Cohort.Method.choices),
    CodeList("report-kind", _("Kind of report"), ("cohort-reports.kind",), ReportKind.choices),
    CodeList("report-status", _("Status of a report"),
             ("cohorts.report_status", "cohort-reports.status"), ReportStatus.choices),
    CodeList("sex", _("Sex"), ("participants.sex",), Participant.Sex.choices),
    CodeList("age-band", _("Age band"), ("participants.age_band",), AgeBand.choices),
    CodeList("disability", _("Disability"), ("participants.disability",),
             Participant.Disability.choices),
    CodeList("result", _("Result"), ("participants.result",), Participant.Result.choices),
    CodeList("competency", _("Competency"), ("participants.competency",),
             Certification.Competency.choices),
    CodeList("certification-body", _("Certified by"), ("participants.certified_by",),
             Certification.Body.choices),
    CodeList("placement", _("Placement"),
             ("participants.placement_3", "participants.placement_6"), Placement.Outcome.choices),
    CodeList("certificate-state", _("State of a certificate"), ("certificates.state",),
             CertificateState.choices),
    CodeList("incubator-stage", _("Stage of an incubator"), ("incubators.stage",), Stage.choices),
    CodeList("permit", _("Permit of a tenant"), ("tenants.permits",), Legality.Kind.choices),
    CodeList("kbli-section", _("Line of business (KBLI)"),
             ("participants.section_3", "participants.section_6"), Section.choices,
             _("Regulation of BPS 2/2020 (KBLI 2020)")),
)  # fmt: skip


class CodeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field called as a property


class CodeListSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    used_in = serializers.ListField(
        child=serializers.CharField(),
        help_text=_("The fields that hold these codes: list and field."),
    )
    source = serializers.CharField(  # type: ignore[assignment]  # as above
        help_text=_("Who keeps the list.")
    )
    values = CodeSerializer(many=True)


@extend_schema_serializer(many=False)
class CodeListsSerializer(serializers.Serializer[Any]):
    results = CodeListSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("Always null: there is one page."))


class CodeListViewSet(PortalView, viewsets.GenericViewSet[Any]):
    """The closed lists of codes, the same for everybody."""

    title = _("Code lists")
    about = _(
        "Every closed list of codes with its labels in the language asked for, the fields that "
        "use it and who keeps it. Regions, offices and vocational fields are lists of their own."
    )
    read_scope = EVERY_CLIENT
    serializer_class = CodeListsSerializer
    pagination_class = None

    def list(self, request: Request) -> Response:
        results = [
            {
                "name": one.name, "title": one.title, "used_in": one.used_in,
                "source": one.source,
                "values": [{"code": code, "label": label} for code, label in one.choices],
            }
            for one in LISTS
        ]  # fmt: skip
        return Response(CodeListsSerializer({"results": results, "next": None}).data)
