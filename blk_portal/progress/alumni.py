"""Which tenants are alumni of a training: found by the NIK, as the two rooms know nothing of it."""

from django.dispatch import receiver

from blk_portal.accounts.requests import Visitor
from incubators.models import Tenant
from incubators.signals import owner_entered
from trainings.models import Cohort, Participant


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
