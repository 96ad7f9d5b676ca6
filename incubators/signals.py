"""News of incubators, sent inside the transaction that made it.

incubator_moved(sender, incubator, transition): a step was taken or undone; transition is None for
one that was put on the short list. standing_changed(sender, incubator): its standing was granted or
lapsed.
tenant_moved(sender, tenant, transition)
tenants_recounted(sender, institution, years): what quarters count has changed in these budget years
owner_entered(sender, tenant): a tenant was stored with its owner's NIK, new or corrected
"""

from django.dispatch import Signal

incubator_moved = Signal()
standing_changed = Signal()
tenant_moved = Signal()
tenants_recounted = Signal()
owner_entered = Signal()
