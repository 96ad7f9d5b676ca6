"""News of incubators, sent inside the transaction that made it.

incubator_moved(sender, incubator, transition)
tenant_moved(sender, tenant, transition)
"""

from django.dispatch import Signal

incubator_moved = Signal()
tenant_moved = Signal()
