"""Sealing: a seal over every new line of the records now and then, and once a day a signed head over all seals.

Beside the road, not on it: a line is added without any seal, and is under one some minutes later. The head of a day is
said in the log, too: whoever keeps the log elsewhere can prove later what the database held.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog

from onapi.flows.platform import Platform
from onapi.store import record_lines, seals
from onapi.store.seals import BEGINNING, Head, Seal, sealed
from onapi.store.token_keys import read_keys
from onapi.values.moment import in_lima
from onapi.values.scope import Environment

_AT_ONCE = 1000  # lines under one seal
_EVERY = timedelta(minutes=5)  # or so soon as there are as many
_SLICE_S = 5.0  # then the worker's other duties have their turn

_log = structlog.get_logger(__name__)


def seal(platform: Platform, monotonic: Callable[[], float] = time.monotonic) -> int:
    """Seal what is new, if it is time; gives how many seals were made. Each day the newest seal is signed."""
    with platform.database.reading() as connection:
        ends = seals.ends(connection, platform.environment)
        is_time = _is_time(platform, ends, record_lines.tops(connection))
    made = seal_all(platform, ends, monotonic() + _SLICE_S, monotonic) if is_time else 0
    _sign_day(platform)
    return made


def seal_all(
    platform: Platform, ends: Mapping[str, int], until: float, monotonic: Callable[[], float] = time.monotonic
) -> int:
    """Seal all that is new above these ids, until a moment of the machine's clock."""
    with platform.database.transaction() as connection:
        tops = record_lines.settled(connection)
    if tops is None:
        return 0
    made = 0
    for record, after in ends.items():
        upto = after
        while upto < tops[record] and monotonic() < until:
            new = _seal_next(platform, record, upto, tops[record])
            if new is None:
                break
            upto, made = new.upto_id, made + 1
    return made


def head_digest(environment: Environment, day: str, key: str, last: Seal, before: bytes) -> bytes:
    """What the head of a day signs: the day, the key, the last seal and the head before it."""
    said = f"OnAPI head 1 {environment.value} {day} {key} {last.number} ".encode()
    return hashlib.sha256(said + last.digest + before).digest()


def _is_time(platform: Platform, ends: Mapping[str, int], tops: Mapping[str, int]) -> bool:
    many = max(tops[record] - end for record, end in ends.items())
    if many <= 0 or many >= _AT_ONCE:
        return many > 0
    with platform.database.reading() as connection:
        at = seals.last_at(connection, platform.environment)
    return at is None or platform.clock() - at >= _EVERY


def _seal_next(platform: Platform, record: str, after: int, top: int) -> Seal | None:
    """The next seal of a record; None if there is nothing to seal, or another worker is at it."""
    with platform.database.reading() as connection:
        found = [*record_lines.lines(connection, platform.environment, record, after, top, most=_AT_ONCE)]
    if not found:
        return None
    with platform.database.transaction() as connection:
        # the last seal before the ends: what another worker adds in between shows in the ends, or has this very number
        last = seals.last(connection, platform.environment)
        if seals.ends(connection, platform.environment)[record] != after:
            return None
        number, before = (last.number + 1, last.digest) if last else (1, BEGINNING)
        new = sealed(platform.environment, number, record, after, lines=found, before=before)
        return new if seals.add(connection, new, platform.clock()) else None


def _sign_day(platform: Platform) -> None:
    """Sign the newest seal, once a day."""
    day = in_lima(platform.clock()).date().isoformat()
    with platform.database.reading() as connection:
        before, last = seals.last_head(connection, platform.environment), seals.last(connection, platform.environment)
    is_new = last is not None and (before is None or (before.day < day and before.number < last.number))
    if last is None or not is_new or platform.head_keys is None:
        return
    key = read_keys(platform.head_keys)[0]
    digest = head_digest(platform.environment, day, key.kid, last, before.digest if before else BEGINNING)
    signature = key.private.sign(digest)
    head = Head(platform.environment, day, last.number, digest, key.kid, signature)
    with platform.database.transaction() as connection:
        is_ours = seals.add_head(connection, head, platform.clock())
    if is_ours:
        _log.info("head of the records", day=day, seal=last.number, digest=digest.hex(), key=key.kid)
