"""Which tenants are alumni of a training: found by the NIK, as the two rooms know nothing of it."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Prefetch
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import UNKNOWN, moment
from blk_portal.privacy import retention
from incubators.models import Tenant, TenantChange
from incubators.signals import owner_entered
from trainings import person_file
from trainings.models import Cohort, Participant

# Said in other words, or of the incubator; keys and ciphertext say nothing to a person.
INNER = {
    "id", "uid", "incubator", "alumnus_uid", "nik_sealed", "nik_index", "phone", "contract_paper",
    "erased_at",
}  # fmt: skip


@receiver(owner_entered)
def on_owner_entered(sender: type[Tenant], tenant: Tenant, **kwargs: object) -> None:
    """Note the latest training that the owner passed, in the own institution before others."""
    found = None
    if tenant.nik_index is not None:
        passed = Participant.objects.shown().filter(
            nik_index=bytes(tenant.nik_index), result=Participant.Result.PASSED, erased_at=None
        )
        home = tenant.incubator.institution_id
        known = passed.order_by("-cohort__ends_on", "-pk").values_list("uid", "cohort__institution")
        found = min(known, key=lambda row: row[1] != home, default=(None, None))[0]
    if found != tenant.alumnus_uid:
        tenant.alumnus_uid = found
        tenant.save(update_fields=["alumnus_uid"])


def training_of(tenant: Tenant, user: Visitor) -> Cohort | None:
    """The training of the owner, where there is one and the person may see it."""
    if tenant.alumnus_uid is None:
        return None
    return (
        Cohort.objects.visible_to(user)
        .for_lists()
        .filter(participants__uid=tenant.alumnus_uid)
        .first()
    )


def tenancies_of(
    rows: Sequence[Participant], *, reader: User, is_whole: bool
) -> list[person_file.Elsewhere]:
    """What is kept of the same person as the owner of tenants, for those who see owners."""
    indexes = {bytes(row.nik_index) for row in rows if row.nik_index is not None}
    if not indexes or not reader.spec.sees_owners:
        return []
    tenants = (
        Tenant.objects.visible_to(reader)
        .filter(nik_index__in=indexes)
        .select_related("incubator__institution", "contract_paper")
        .order_by("-entered_on", "-pk")
    )
    if is_whole:
        changes = TenantChange.objects.visible_to(reader).select_related("by")
        tenants = tenants.prefetch_related("legalities", Prefetch("changes", changes))
    return [_tenancy(tenant, is_whole=is_whole) for tenant in tenants]


def _tenancy(tenant: Tenant, *, is_whole: bool) -> person_file.Elsewhere:
    facts = [
        (str(field.verbose_name).capitalize(), person_file.written(tenant, field))
        for field in tenant._meta.concrete_fields
        if field.name not in INNER
    ]
    facts.append(("NIK", tenant.masked_nik))
    paper = tenant.contract_paper
    facts.append((gettext("Paper of the contract"), paper.name if paper else UNKNOWN))
    permits = tenant.legalities.all() if is_whole else ()
    facts += [(permit.get_kind_display(), permit.in_words()) for permit in permits]
    told = {"business": tenant.business, "institution": tenant.incubator.institution.name}
    return person_file.Elsewhere(
        title=gettext("Tenant “%(business)s” of %(institution)s") % told,
        url=reverse("tenants:tenant-detail", args=[tenant.pk]),
        facts=facts,
        phone=tenant.phone,
        changes=[
            [moment(one.at), str(one), one.before, one.after, str(one.by)]
            for one in (tenant.changes.all() if is_whole else ())
        ],
        subject=tenant.nik_binding(tenant.uid),
    )


def forget_erased(cutoff_on: date) -> int:
    """Take the way from a tenant to an erased participant away; nobody's name is counted here."""
    erased = Participant.objects.exclude(erased_at=None).values("uid")
    Tenant.objects.filter(alumnus_uid__in=erased).update(alumnus_uid=None)
    return 0


person_file.ELSEWHERE.append(tenancies_of)
retention.offer("alumni", retention.Kept(due=lambda cutoff_on: 0, erase=forget_erased))
