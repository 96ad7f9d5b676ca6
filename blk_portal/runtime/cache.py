"""The cache, which may be down: nobody is kept from working for want of it."""

import logging
import time

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ReadOnlyError
from redis.exceptions import TimeoutError as RedisTimeoutError

logger = logging.getLogger(__name__)

CACHE_AWAY = (RedisConnectionError, RedisTimeoutError, OutOfMemoryError, ReadOnlyError, OSError)
PAUSE = 5.0
LOG_EVERY = 60.0


class FailOpenRedisCache(RedisCache):
    """Django's Redis cache; while its server is away it remembers nothing and stops nobody.

    After a failure the server is left alone for a few seconds: a server that hangs then costs one
    timeout, not one per call.
    """

    left_alone_until = 0.0
    last_logged = float("-inf")

    def get(self, key, default=None, version=None):
        return self._or_else(default, super().get, key, default, version=version)

    def set(self, key, value, *args, **kwargs):
        return self._or_else(None, super().set, key, value, *args, **kwargs)

    def add(self, key, value, *args, **kwargs):
        return self._or_else(True, super().add, key, value, *args, **kwargs)

    def touch(self, key, *args, **kwargs):
        return self._or_else(False, super().touch, key, *args, **kwargs)

    def delete(self, key, version=None):
        return self._or_else(False, super().delete, key, version=version)

    def get_many(self, keys, version=None):
        return self._or_else({}, super().get_many, keys, version=version)

    def has_key(self, key, version=None):
        return self._or_else(False, super().has_key, key, version=version)

    def incr(self, key, delta=1, version=None):
        return self._or_else(delta, super().incr, key, delta, version=version)

    def set_many(self, data, *args, **kwargs):
        return self._or_else([], super().set_many, data, *args, **kwargs)

    def delete_many(self, keys, version=None):
        return self._or_else(None, super().delete_many, keys, version=version)

    def clear(self):
        return self._or_else(False, super().clear)

    def _or_else(self, fallback, operation, *args, **kwargs):
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
