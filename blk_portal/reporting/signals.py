"""News of a report or an obligation, sent inside the transaction that moved it.

report_moved(sender, report, transition, institutions): `institutions` are the ids whose figures the
verb touches; sent after the compare-and-set, the log row and the
report's own changes; a receiver that raises undoes the whole verb.

obligation_moved(sender, obligation, step): sent after the change and its row of history; a receiver
that raises undoes both.
"""

from django.dispatch import Signal

report_moved = Signal()
obligation_moved = Signal()
