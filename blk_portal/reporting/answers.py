"""A write that is repeated is carried out once: its first answer is kept and given again.

A key (`Idempotency-Key`) belongs to one client and to one request: method, address and body. The
answer is stored in the transaction of the write itself, so that there is never one without the
other; it is kept encrypted, since it speaks of rows with people in them.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from blk_portal.accounts.requests import person_of
from blk_portal.privacy import keys
from blk_portal.privacy.models import SealedRow
from blk_portal.rest.problems import (
    ContentRefused,
    InProgress,
    KeyMissing,
    KeyReused,
    problem_response,
)

KEY = re.compile(r"[!-~]{8,128}")
KEPT_FOR = timedelta(hours=48)
TOLD_HEADERS = ("ETag", "Location")
REPLAYED = "Idempotency-Replayed"
WAIT_SECONDS = 1


def _digest(*parts: bytes) -> bytes:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.digest()


class KeptAnswerQuerySet(models.QuerySet["KeptAnswer"]):
    def expired(self) -> Self:
        return self.filter(at__lt=timezone.now() - KEPT_FOR)


class KeptAnswer(SealedRow):
    """The answer to one write of a client, kept for 48 hours for those who ask again.

    Neither the key nor the request are kept, only their digests: clients write what they like into
    them. Written by `answered_once`, removed every night.
    """

    SEALED_FIELD = "answer_sealed"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user")
    )
    key_digest = models.BinaryField(_("digest of the key"))
    request_digest = models.BinaryField(_("digest of the request"))
    answer_sealed = models.BinaryField(_("answer, encrypted"))
    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key_digest"], name="keptanswer_once_a_key")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}, {self.at:%Y-%m-%d %H:%M}"

    @property
    def _binding(self) -> str:
        return f"reporting.keptanswer:{self.user_id}:{bytes(self.key_digest).hex()}"

    def seal(self, answer: Response) -> None:
        """Keep status, headers, language and body of an answer."""
        told = {name: answer[name] for name in TOLD_HEADERS if name in answer}
        told["Content-Language"] = get_language()
        whole = JSONRenderer().render(
            {
                "status": answer.status_code, "headers": told, "kind": answer.content_type,
                "data": answer.data,
            }
        )  # fmt: skip
        self.answer_sealed = keys.encrypt(whole, bound_to=self._binding)

    def open(self) -> Response:
        """The answer as it was given first."""
        kept = self._open()
        headers = kept["headers"] | {REPLAYED: "true"}
        return Response(
            kept["data"], status=kept["status"], headers=headers, content_type=kept["kind"]
        )

    def _open(self) -> dict[str, Any]:
        kept: dict[str, Any] = json.loads(keys.decrypt(self.answer_sealed, bound_to=self._binding))
        return kept

    def seal_anew(self) -> None:
        """Seal the same under the newest key. The caller saves the row."""
        whole = keys.decrypt(self.answer_sealed, bound_to=self._binding)
        self.answer_sealed = keys.encrypt(whole, bound_to=self._binding)


def answered_once(
    request: Request, act: Callable[[], Response], *, is_required: bool = True
) -> Response:
    """The answer to a write, which is carried out for the first request with its key only.

    What the body's own faults refuse is an answer like any other; what the moment refuses (a sent
    report, a changed draft) is not kept, so that the same request may be tried again. Raises
    KeyMissing, KeyReused, and InProgress while the first request runs.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key and not is_required:
        with transaction.atomic():
            return act()
    if not KEY.fullmatch(key):
        raise KeyMissing
    user = person_of(request._request)
    asked = f"{request.method} {request.get_full_path()}".encode()
    key_digest = _digest(key.encode())
    request_digest = _digest(asked, request._request.body)
    with transaction.atomic():
        if not _is_alone(user.pk, key_digest):
            raise InProgress(wait=WAIT_SECONDS)
        kept = KeptAnswer.objects.filter(user=user, key_digest=key_digest).first()
        if kept is not None:
            if bytes(kept.request_digest) != request_digest:
                raise KeyReused
            return kept.open()
        try:
            with transaction.atomic():
                answer = act()
        except ContentRefused as refusal:
            answer = problem_response(refusal, {"request": request})
        kept = KeptAnswer(user=user, key_digest=key_digest, request_digest=request_digest)
        kept.seal(answer)
        kept.save()
    return answer


def _is_alone(user: int, key_digest: bytes) -> bool:
    """Take the key until the transaction ends; whoever is second is told so at once.

    A process that dies lets go of it, so that nothing is left in progress for ever.
    """
    number = int.from_bytes(_digest(str(user).encode(), key_digest)[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        (is_alone,) = cursor.fetchone()
    return bool(is_alone)


def sweep() -> None:
    """Remove the answers that nobody asks for again."""
    KeptAnswer.objects.expired().delete()
