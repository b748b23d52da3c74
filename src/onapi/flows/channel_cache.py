"""Channels that were made, kept while their settings stay: a WhatsApp number remembers its uploads."""

from collections.abc import Callable
from threading import Lock
from typing import Final

from onapi.gateways.channels.channel import Channel
from onapi.values.scope import Scope

_MOST: Final = 1000


class ChannelCache:
    """One process's channels; its methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: dict[tuple[Scope, str], tuple[object, Channel]] = {}

    def of(self, scope: Scope, name: str, settings: object, make: Callable[[], Channel]) -> Channel:
        """The channel of these very settings, made if there is none."""
        with self._lock:
            found = self._made.get((scope, name))
            if found is not None and found[0] == settings:
                return found[1]
            if len(self._made) >= _MOST:
                del self._made[next(iter(self._made))]
            made = make()
            self._made[scope, name] = (settings, made)
            return made
