"""What one process remembers of what it handed to WhatsApp: uploads, and parts of messages that have gone already.

It forgets the oldest, and all when the process ends: then a file goes up again, and a message that had gone in part
goes whole. Both are harmless beside the other way, in which something would be lost.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Final, TypeAlias

from onapi.gateways.channels.graph import Upload

_KEEP_S: Final = 20 * 86400.0  # Meta keeps a file for thirty days
_MOST: Final = 10_000  # of each sort

_Key: TypeAlias = tuple[str, str, str, str]  # number, media type, name and digest


class Memory:
    """Bounded; its methods may be called from any thread."""

    def __init__(self, monotonic: Callable[[], float], most: int = _MOST) -> None:
        self._monotonic, self._most, self._lock = monotonic, most, Lock()
        self._media: OrderedDict[_Key, tuple[str, float, bool]] = OrderedDict()  # id, since when, of an earlier try
        self._sent: OrderedDict[str, dict[int, str]] = OrderedDict()

    def media(self, number_id: str, file: Upload, *, is_new_try: bool = False) -> str:
        """Meta's name of a file that went up; "" if it is to. What a new try finds is noted as an older one's."""
        key = _key(number_id, file)
        with self._lock:
            held = self._media.get(key)
            if held is None or self._monotonic() - held[1] > _KEEP_S:
                return ""
            self._media[key] = (held[0], held[1], held[2] or is_new_try)
            self._media.move_to_end(key)
            return held[0]

    def keep_media(self, number_id: str, file: Upload, media_id: str) -> None:
        """A file went up."""
        with self._lock:
            self._media[_key(number_id, file)] = (media_id, self._monotonic(), False)
            _bound(self._media, self._most)

    def lose_media(self, number_id: str, file: Upload) -> bool:
        """Meta does not take the name of a file; whether it is worth going up again: not if it just did."""
        key = _key(number_id, file)
        with self._lock:
            held = self._media.pop(key, None)
        return held is not None and held[2]

    def sent(self, parcel_id: str) -> Mapping[int, str]:
        """The parts of a message that have gone, each with WhatsApp's name of it."""
        with self._lock:
            return dict(self._sent.get(parcel_id, {}))

    def keep_sent(self, parcel_id: str, number: int, message_id: str) -> None:
        """A part went."""
        with self._lock:
            self._sent.setdefault(parcel_id, {})[number] = message_id
            self._sent.move_to_end(parcel_id)
            _bound(self._sent, self._most)

    def forget(self, parcel_id: str) -> None:
        """A message is done with."""
        with self._lock:
            self._sent.pop(parcel_id, None)


def _key(number_id: str, file: Upload) -> _Key:
    return (number_id, file.media_type, file.name, hashlib.sha256(file.content).hexdigest())


def _bound(held: OrderedDict[_Key, tuple[str, float, bool]] | OrderedDict[str, dict[int, str]], most: int) -> None:
    while len(held) > most:
        held.popitem(last=False)
