"""The cache, which may be down: nobody is kept from working for want of it."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ReadOnlyError
from redis.exceptions import TimeoutError as RedisTimeoutError

logger = logging.getLogger(__name__)

CACHE_AWAY = (RedisConnectionError, RedisTimeoutError, OutOfMemoryError, ReadOnlyError, OSError)
PAUSE = 5.0
LOG_EVERY = 60.0

Answer = TypeVar("Answer")


class FailOpenRedisCache(RedisCache):
    """Django's Redis cache; while its server is away it remembers nothing and stops nobody.

    After a failure the server is left alone for a few seconds: a server that hangs then costs one
    timeout, not one per call.
    """

    left_alone_until = 0.0
    last_logged = float("-inf")

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._or_else(default, super().get, key, default, version=version)

    def set(self, key: str, value: Any, *args: Any, **kwargs: Any) -> None:
        self._or_else(None, super().set, key, value, *args, **kwargs)

    def add(self, key: str, value: Any, *args: Any, **kwargs: Any) -> bool:
        return self._or_else(True, super().add, key, value, *args, **kwargs)

    def touch(self, key: str, *args: Any, **kwargs: Any) -> bool:
        return self._or_else(False, super().touch, key, *args, **kwargs)

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._or_else(False, super().delete, key, version=version)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        return self._or_else({}, super().get_many, keys, version=version)

    def has_key(self, key: str, version: int | None = None) -> bool:
        return self._or_else(False, super().has_key, key, version=version)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return self._or_else(delta, super().incr, key, delta, version=version)

    def set_many(self, data: dict[str, Any], *args: Any, **kwargs: Any) -> list[str]:
        return self._or_else([], super().set_many, data, *args, **kwargs)

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        self._or_else(None, super().delete_many, keys, version=version)

    def clear(self) -> None:
        self._or_else(None, super().clear)

    def _or_else(
        self, fallback: Answer, operation: Callable[..., Answer], *args: Any, **kwargs: Any
    ) -> Answer:
        cls = type(self)
        now = time.monotonic()
        if now < cls.left_alone_until:
            return fallback
        try:
            return operation(*args, **kwargs)
        except CACHE_AWAY as error:
            cls.left_alone_until = time.monotonic() + PAUSE
            if now - cls.last_logged >= LOG_EVERY:
                cls.last_logged = now
                logger.warning("Cache is away, going on without it: %s", type(error).__name__)
            return fallback
