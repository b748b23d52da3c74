"""Sessions that ended while access tokens of theirs may still be about: known here within two seconds."""

import asyncio
import time
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool

_LOOK_S = 2.0  # the promise is five seconds from one process to all others


class Revocations:
    """The ended sessions of the last minutes, read from the database now and then."""

    def __init__(self, load: Callable[[], frozenset[str]]) -> None:
        self._load, self._ended = load, frozenset[str]()
        self._looked_at, self._lock = float("-inf"), asyncio.Lock()

    async def has(self, session_id: str) -> bool:
        """Whether a session ended; a look at the database every two seconds, whoever asks first."""
        if time.monotonic() - self._looked_at > _LOOK_S:
            async with self._lock:
                if time.monotonic() - self._looked_at > _LOOK_S:
                    asked_at = time.monotonic()
                    self._ended = await run_in_threadpool(self._load)
                    self._looked_at = asked_at
        return session_id in self._ended

    def look_again(self) -> None:
        """Something ended here: the next one who asks is told."""
        self._looked_at = float("-inf")
