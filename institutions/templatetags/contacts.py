"""The responsible reviewer's contact on the pages of operators, and numbers to call."""

from dataclasses import replace

from django import template
from django.template import Context

from blk_portal.accounts.roles import Reach
from institutions import phones
from institutions.contacts import Contact, contacts_of
from institutions.models import Institution

register = template.Library()
register.filter("tel_url", phones.tel_url)
register.filter("whatsapp_url", phones.whatsapp_url)


@register.inclusion_tag("institutions/_contacts.html", takes_context=True)
def responsible(
    context: Context,
    about: Institution | list[Institution] | None = None,
    *,
    with_reviewers: bool = True,
) -> dict[str, list[Contact]]:
    """{% responsible cohort.institution %}: whom the operator asks; nothing for other roles.

    Also of several institutions; where none is given, of all that belong to the operator.
    with_reviewers: who checks its trainings as well, where the page is about them.
    """
    user = context["user"]
    if user.spec.reach != Reach.OWN:
        return {"contacts": []}
    if about is None:
        about = list(Institution.objects.visible_to(user).select_related("office"))
    contacts = contacts_of([about] if isinstance(about, Institution) else about)
    if not with_reviewers:
        contacts = [replace(contact, reviewers=[]) for contact in contacts]
    return {"contacts": contacts}
