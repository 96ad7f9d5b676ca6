"""News of the register, sent inside the transaction that made it.

institution_moved(sender, institution, years, places): figures of these budget years may have
changed; `places` are (province id, office id) pairs the institution has left, if any.
register_moved(sender, years, places): many institutions were written at once; `places` are all the
pairs whose figures may have changed, those that were left included.
paper_withdrawn(sender, paper, by): a paper was taken back, and proves nothing any longer.
"""

from django.dispatch import Signal

institution_moved = Signal()
register_moved = Signal()
paper_withdrawn = Signal()
