"""What a mail of the portal is on its way: a row that waits, is tried with pauses, or given up."""

from datetime import datetime, timedelta
from typing import Self, TypeVar

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# With these pauses a mail outlives a mail server that is down for more than a day.
MOST_ATTEMPTS = 15
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)


class MailState(models.TextChoices):
    """Where a mail stands; what it tells of stands on the pages of the portal in any case."""

    WAITING = "waiting", _("To be mailed")
    SENT = "sent", _("Mailed")
    SILENT = "silent", _("Not mailed: no longer needed, no address, or not wanted")
    STOPPED = "stopped", _("Could not be mailed")


Mail = TypeVar("Mail", bound="Outgoing")


class OutgoingQuerySet(models.QuerySet[Mail]):
    def due(self, *, at: datetime) -> Self:
        """Those whose mail is to be tried now, the longest waiting first."""
        waiting = self.filter(state=MailState.WAITING, next_attempt_at__lte=at)
        return waiting.order_by("next_attempt_at", "pk")

    def send_again(self) -> int:
        """Put those that were given up back into the outbox; returns how many."""
        return self.filter(state=MailState.STOPPED).update(
            state=MailState.WAITING, attempts=0, next_attempt_at=timezone.now()
        )


class Outgoing(models.Model):
    """A row that is to be mailed: how its mail fares. Its words are chosen when it is sent."""

    State = MailState

    state = models.CharField(_("mail"), max_length=8, choices=MailState, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"))
    sent_at = models.DateTimeField(_("mailed at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def pause(self) -> timedelta:
        """How long to wait after the present attempt: doubled each time, up to four hours."""
        doubled: timedelta = FIRST_PAUSE * 2 ** min(self.attempts, 10)
        return min(doubled, LONGEST_PAUSE)

    def claim(self, *, at: datetime) -> bool:
        """Take the mail on for one attempt, counted before it is made; false where another did.

        A mail that takes its worker down with it is thereby counted as well.
        """
        rows = type(self)._default_manager
        own = rows.filter(pk=self.pk, state=MailState.WAITING, attempts=self.attempts)
        if self.attempts >= MOST_ATTEMPTS:
            own.update(state=MailState.STOPPED)
            return False
        taken = own.update(attempts=F("attempts") + 1, next_attempt_at=at + self.pause())
        self.attempts += 1
        return bool(taken)

    def settle(self, state: str, *, error: str = "") -> None:
        """Note how the attempt ended; the last one that fails ends them all."""
        if state == MailState.WAITING and self.attempts >= MOST_ATTEMPTS:
            state = MailState.STOPPED
        self.state, self.last_error = state, error[:200]
        self.sent_at = timezone.now() if state == MailState.SENT else None
        self.save(update_fields=["state", "last_error", "sent_at"])
