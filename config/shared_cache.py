"""The cache in Redis, and in memory while Redis is away: a page waits a second for it, not longer (docs/adr/0009).

What stands here may always be forgotten. Limits of logging in, which do stand here, go on while Redis is away, but are
counted by each process on its own.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 1.0
PAUSE_SECONDS = 10.0  # how long a process does not ask again after a fault, so that few requests wait at all
MEMORY_ENTRIES = 10_000

# When a server may be asked again, by its address; all threads of a process go by it.
_ask_again_at: dict[str, float] = {}


def _or_memory(name: str) -> Callable[..., Any]:
    """An operation of the cache that Redis does, or this process's memory while Redis is away."""
    in_redis = getattr(RedisCache, name)

    def operation(self: "SharedCache", *arguments: Any, **options: Any) -> Any:
        if time.monotonic() >= _ask_again_at.get(self.server, 0):
            try:
                answer = in_redis(self, *arguments, **options)
            except RedisError as error:
                _ask_again_at[self.server] = time.monotonic() + PAUSE_SECONDS
                logger.warning("cache is away (%s), not asked for %s s", type(error).__name__, PAUSE_SECONDS)
            else:
                if _ask_again_at.pop(self.server, None):
                    self.memory.clear()  # the next time without Redis must not begin with what was counted in this one
                    logger.warning("cache is back")
                return answer
        return getattr(self.memory, name)(*arguments, **options)

    return operation


class SharedCache(RedisCache):
    """Django's cache in Redis that never raises because of the server."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        at_once_after_a_restart = Retry(NoBackoff(), 1, supported_errors=(ConnectionError,))
        patience = {"socket_timeout": ANSWER_SECONDS, "socket_connect_timeout": ANSWER_SECONDS}
        super().__init__(server, params | {"OPTIONS": {**patience, "retry": at_once_after_a_restart}})
        self.server = server
        self.memory = LocMemCache(f"instead of {server}", params | {"OPTIONS": {"MAX_ENTRIES": MEMORY_ENTRIES}})

    add = _or_memory("add")
    get = _or_memory("get")
    set = _or_memory("set")
    touch = _or_memory("touch")
    delete = _or_memory("delete")
    get_many = _or_memory("get_many")
    has_key = _or_memory("has_key")
    incr = _or_memory("incr")
    set_many = _or_memory("set_many")
    delete_many = _or_memory("delete_many")
    clear = _or_memory("clear")
