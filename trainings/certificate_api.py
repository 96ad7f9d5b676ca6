"""Certificates through the interface: what the certificate of a code is worth."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from blk_portal.accounts.scopes import Scope
from blk_portal.formats import today_in_jakarta
from blk_portal.rest.serializers import ReadSerializer
from blk_portal.rest.views import PortalView
from trainings.models import Certificate
from trainings.models.certificate import CertificateState


class CertificateSerializer(ReadSerializer):
    """No more than the page for checking shows."""

    number = serializers.CharField(label=_("number"))
    state = serializers.ChoiceField(choices=CertificateState.choices, label=_("state"))
    holder = serializers.SerializerMethodField(
        label=_("holder"), help_text=_("Shortened, as S*** A***; empty for minors.")
    )
    programme = serializers.CharField(source="participant.cohort.programme.name")
    institution = serializers.CharField(source="participant.cohort.institution.code")
    institution_name = serializers.CharField(source="participant.cohort.institution.name")
    starts_on = serializers.DateField(source="participant.cohort.starts_on")
    ends_on = serializers.DateField(source="participant.cohort.ends_on")

    class Meta:
        model = Certificate
        fields = (
            "number", "state", "issued_on", "holder", "programme", "institution",
            "institution_name", "starts_on", "ends_on",
        )  # fmt: skip

    def get_holder(self, certificate: Certificate) -> str:
        return certificate.holder_shortened(today=today_in_jakarta())


class CertificateViewSet(PortalView, viewsets.GenericViewSet[Any]):
    """What the certificate of a code is worth, for whoever has the code."""

    title = title_of_one = _("Certificate of a code")
    about = _(
        "What a certificate is worth, by the code that is printed on it. An unknown code is "
        "answered like an address without anything."
    )
    read_scope = Scope.CERTIFICATES
    serializer_class = CertificateSerializer
    lookup_field = "code"
    lookup_value_regex = "[A-Za-z0-9-]{1,40}"
    queryset = Certificate.objects.none()

    def retrieve(self, request: Request, code: str) -> Response:
        # The code itself is the right: anybody who is shown a certificate may check it.
        certificate = Certificate.objects.of_code(code)
        if certificate is None:
            raise Http404
        return Response(self.get_serializer(certificate).data)
