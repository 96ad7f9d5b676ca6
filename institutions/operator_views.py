"""How staff of an area keep the operators of an institution: invite, link anew, remove."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from blk_portal.accounts import letters
from blk_portal.accounts.models import InvitationRefused
from blk_portal.accounts.requests import SignedInRequest
from blk_portal.accounts.roles import Role
from institutions.forms import OperatorForm
from institutions.models import Institution, Membership
from institutions.models.membership import LastOperator, OperatorKnown, appoint


def institution_to_keep(request: SignedInRequest, pk: int) -> Institution:
    """The institution whose operators the person keeps; 404 outside the area, 403 without right."""
    institution = get_object_or_404(Institution.objects.visible_to(request.user), pk=pk)
    if not Institution.objects.editable_by(request.user).contains(institution):
        raise PermissionDenied(gettext("Your role does not keep the operators of institutions."))
    return institution


def membership_to_keep(request: SignedInRequest, pk: int, membership: int) -> Membership:
    institution = institution_to_keep(request, pk)
    return get_object_or_404(institution.memberships.for_lists(), pk=membership)


def operators_of(institution: Institution) -> str:
    """The part of the institution's page that lists its operators."""
    address = reverse("institutions:institution-detail", args=[institution.pk])
    return f"{address}#h-operator"


@require_http_methods(["GET", "HEAD", "POST"])
def operator_invite(request: SignedInRequest, pk: int) -> HttpResponse:
    """A new operator: account, membership and invitation at once; then the link, once."""
    institution = institution_to_keep(request, pk)
    form = OperatorForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            with transaction.atomic():
                member = appoint(institution, **form.cleaned_data, by=request.user)
                letter = letters.write(request, member.user)
        except OperatorKnown as refusal:
            form.add_error("name", str(refusal))
        else:
            return letters.page(request, letter, back_url=operators_of(institution))
    context = {"institution": institution, "form": form}
    status = 400 if form.is_bound else 200
    return render(request, "institutions/operator_form.html", context, status=status)


@require_POST
def operator_reissue(request: SignedInRequest, pk: int, membership: int) -> HttpResponse:
    """A new link for an operator who has lost the first one, or the password."""
    member = membership_to_keep(request, pk, membership)
    try:
        if member.user.role != Role.OPERATOR:
            raise InvitationRefused(gettext("Only operators get their link here."))
        letter = letters.write(request, member.user)
    except InvitationRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(operators_of(member.institution))
    return letters.page(request, letter, back_url=operators_of(member.institution))


@require_http_methods(["GET", "HEAD", "POST"])
def operator_remove(request: SignedInRequest, pk: int, membership: int) -> HttpResponse:
    """Ask, then take the person out of the institution; the last operator stays."""
    member = membership_to_keep(request, pk, membership)
    refusal, status = None, 200
    if request.method == "POST":
        try:
            member.remove(by=request.user)
        except LastOperator as last:
            refusal, status = last, 409
        else:
            text = gettext("%(name)s is no longer an operator of this institution.")
            messages.success(request, text % {"name": member.user})
            return redirect(operators_of(member.institution))
    context = {"member": member, "institution": member.institution, "refusal": refusal}
    return render(request, "institutions/operator_remove.html", context, status=status)
