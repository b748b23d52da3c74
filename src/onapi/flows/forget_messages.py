"""Forget whom messages went to and what they said, once that is old; that they were sent, and how it went, stays.

A few hundred at a time, each in a transaction of its own, so that nobody waits for it.
"""

from datetime import timedelta

from onapi.flows.platform import Platform
from onapi.store import message_report, messages, notices
from onapi.store.messages import Message
from onapi.values.moment import in_lima

_AT_ONCE = 200
_MOST = 10_000  # in a round of half a minute
_NEVER_ACCEPTED = timedelta(days=90)  # of receipts that SUNAT has not judged by then nobody is told any more
_BUDGETS = timedelta(days=40)


def forget_messages(platform: Platform) -> int:
    """Forget what ended before the platform's `messaging.keep`; gives how many."""
    now, done = platform.clock(), 0
    with platform.database.transaction() as connection:
        notices.forget(connection, platform.environment, now - _NEVER_ACCEPTED)
        notices.forget_budgets(connection, platform.environment, in_lima(now - _BUDGETS).date())
    while done < _MOST:
        many = _forget_some(platform)
        done += many
        if many < _AT_ONCE:
            break
    return done


def _forget_some(platform: Platform) -> int:
    before = platform.clock() - platform.messaging.keep
    with platform.database.reading() as connection:
        found = message_report.told_before(connection, platform.environment, before, most=_AT_ONCE)
    if not found:
        return 0
    with platform.database.transaction() as connection:
        for scope in {each.scope for each in found}:
            messages.forget(connection, scope, _ids_of(found, scope.ruc))
    return len(found)


def _ids_of(found: list[Message], ruc: str) -> list[str]:
    return [each.id for each in found if each.scope.ruc == ruc]
