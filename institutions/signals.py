"""News of the register, sent inside the transaction that made it.

institution_moved(sender, institution, years, places): figures of these budget years may have
changed; `places` are (province id, office id) pairs the institution has left, if any.
"""

from django.dispatch import Signal

institution_moved = Signal()
