"""News of incubators, sent inside the transaction that made it.

incubator_moved(sender, incubator, transition)
tenant_moved(sender, tenant, transition)
owner_entered(sender, tenant): a tenant was stored with its owner's NIK, new or corrected
"""

from django.dispatch import Signal

incubator_moved = Signal()
tenant_moved = Signal()
owner_entered = Signal()
