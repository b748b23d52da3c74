"""Forget what was delivered to webhooks long ago, with its attempts; what was not is kept, and may be replayed.

A few hundred at a time, each in a transaction of its own, so that nobody waits for it.
"""

from sqlalchemy import Connection

from onapi.errors import Conflict
from onapi.flows.platform import Platform
from onapi.store import deliveries
from onapi.store.deliveries import Told

_AT_ONCE = 200
_MOST = 10_000  # in a round of half a minute


def forget_told(platform: Platform) -> int:
    """Forget deliveries that went well before the platform's `keep_told`; gives how many."""
    done = 0
    while done < _MOST:
        many = _forget_some(platform)
        done += many
        if many < _AT_ONCE:
            break
    return done


def _forget_some(platform: Platform) -> int:
    before = platform.clock() - platform.keep_told
    with platform.database.reading() as connection:
        found = deliveries.told_before(connection, platform.environment, before, most=_AT_ONCE)
    if not found:
        return 0
    try:
        with platform.database.transaction() as connection:
            _forget(connection, found)
    except Conflict:
        return 0  # one of them is just being replayed: in the next round
    return len(found)


def _forget(connection: Connection, found: list[Told]) -> None:
    for scope in {each.scope for each in found}:
        deliveries.forget(connection, scope, [each for each in found if each.scope == scope])
