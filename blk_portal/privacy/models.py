"""National identity numbers at rest, the keys they need, and who read them."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.privacy import keys
from blk_portal.privacy.nik import mask_nik


class KeyFingerprint(models.Model):
    """The fingerprint of a key the data were written with; made once and never changed."""

    class Purpose(models.TextChoices):
        ENCRYPTION = "encryption", _("encryption")
        INDEX = "index", _("index")

    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose)
    version = models.PositiveSmallIntegerField(_("version"))
    fingerprint = models.CharField(_("fingerprint"), max_length=32)

    class Meta:
        verbose_name = _("key fingerprint")
        verbose_name_plural = _("key fingerprints")
        ordering = ["purpose", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "version"], name="keyfingerprint_unique_purpose_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class AccessLog(models.Model):
    """Who read whose identity, when and why. Rows are added, never changed (UU 27/2022)."""

    class Action(models.TextChoices):
        REVEAL_NIK = "reveal_nik", _("NIK revealed")
        READ_NAMES = "read_names", _("names read")
        READ_PAPER = "read_paper", _("paper opened")

    at = models.DateTimeField(_("at"), auto_now_add=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("user")
    )
    action = models.CharField(_("action"), max_length=16, choices=Action)
    subject = models.CharField(_("subject"), max_length=100)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("access log row")
        verbose_name_plural = _("access log")
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject"], name="accesslog_subject")]
        permissions = [("reveal_nik", "May reveal a NIK, with a reason")]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.subject}"


def reason_of(user: User, said: str = "") -> str:
    """Why somebody reads, as the log keeps it: what was said, and what was agreed with a partner
    whose system it is."""
    agreed = user.client.purpose if user.lent else ""
    length: int = AccessLog._meta.get_field("reason").max_length or 0
    return (f"{said} ({agreed})" if said and agreed else said or agreed)[:length]


def note_reading(user: User, subject: str, action: str = AccessLog.Action.READ_NAMES) -> None:
    """Note that somebody opened names or a paper, where the role asks for it: auditors, and the
    systems of partners, whose reason is the purpose that was agreed."""
    if user.spec.logs_reading:
        AccessLog.objects.create(user=user, action=action, subject=subject, reason=reason_of(user))


class SealedRow(models.Model):
    """A row that keeps something under the encryption keys, in the field it names."""

    SEALED_FIELD: ClassVar[str]

    class Meta:
        abstract = True

    def seal_anew(self) -> None:
        """Seal the same under the newest key; the caller saves the row."""
        raise NotImplementedError


class NikHolder(SealedRow):
    """A person whose NIK is kept encrypted and found only through the keyed index.

    The ciphertext is bound to the row's `uid`: copied to another row it does not open. Readers get
    the masked form; the number itself only through `reveal_nik`, which writes a log row first.
    """

    SEALED_FIELD = "nik_sealed"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    nik_sealed = models.BinaryField(_("NIK, encrypted"), null=True, editable=False)
    nik_index = models.BinaryField(_("NIK, keyed index"), null=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def nik_binding(cls, uid: uuid.UUID) -> str:
        """What the ciphertext is bound to."""
        return f"{cls._meta.label_lower}:{uid}"

    def set_nik(self, nik: str | None) -> None:
        """Seal a NIK of 16 digits into this row, or note that there is none yet."""
        self.nik_index = keys.index_of(nik) if nik else None
        self.nik_sealed = (
            keys.encrypt(nik.encode(), bound_to=self.nik_binding(self.uid)) if nik else None
        )

    def holds_nik(self, nik: str) -> bool:
        """Whether this is the NIK of the row, by its keyed index."""
        return self.nik_index is not None and bytes(self.nik_index) == keys.index_of(nik)

    @classmethod
    def open_sealed(cls, sealed: bytes | memoryview, uid: uuid.UUID) -> str:
        """The NIK in full of a row that was read as values; the caller has noted who reads it."""
        return keys.decrypt(sealed, bound_to=cls.nik_binding(uid)).decode()

    def _open_nik(self) -> str:
        return "" if self.nik_sealed is None else self.open_sealed(self.nik_sealed, self.uid)

    def seal_anew(self) -> None:
        """Seal the same NIK under the newest key; the index stays. The caller saves the row."""
        binding = self.nik_binding(self.uid)
        if self.nik_sealed is None:
            return
        plain = keys.decrypt(self.nik_sealed, bound_to=binding)
        self.nik_sealed = keys.encrypt(plain, bound_to=binding)

    @property
    def masked_nik(self) -> str:
        """The form shown on screens: 3204••••••••0001, empty where there is none yet."""
        return mask_nik(self._open_nik()) if self.nik_sealed is not None else ""

    def reveal_nik(self, *, by: User, reason: str) -> str:
        """The NIK in full, after noting who read it and why. The caller has checked the right."""
        AccessLog.objects.create(
            user=by,
            action=AccessLog.Action.REVEAL_NIK,
            subject=self.nik_binding(self.uid),
            reason=reason,
        )
        return self._open_nik()
