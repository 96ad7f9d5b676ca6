"""News of incubators, sent inside the transaction that made it.

incubator_moved(sender, incubator, transition)
tenant_moved(sender, tenant, transition)
tenants_recounted(sender, institution, years): what quarters count has changed in these budget years
"""

from django.dispatch import Signal

incubator_moved = Signal()
tenant_moved = Signal()
tenants_recounted = Signal()
