"""How many persons a company may write to in a day of Lima, by channel (reliability H12).

What one company spends is its own: another's budget is untouched. Counted where it is taken, in the transaction that
makes or tries the message, so that many requests at once do not take more than there is.
"""

import math
from datetime import datetime, timedelta

from sqlalchemy import Connection

from onapi.errors import Throttled
from onapi.flows.platform import Platform
from onapi.store import notices
from onapi.values.moment import end_of_day, in_lima, stamp
from onapi.values.scope import Scope


def is_left(platform: Platform, connection: Connection, scope: Scope, channel: str, many: int) -> bool:
    """Take so many from today's budget; False, and nothing is taken, if that is more than is left."""
    day, most = in_lima(platform.clock()).date(), platform.messaging.budgets.get(channel, 0)
    return notices.spend(connection, scope, channel, day, many=many, most=most)


def take(platform: Platform, connection: Connection, scope: Scope, channel: str, many: int) -> None:
    """The same for who waits for an answer: Throttled says when there is more."""
    if is_left(platform, connection, scope, channel, many):
        return
    now = platform.clock()
    reset, most = resets_at(now), platform.messaging.budgets.get(channel, 0)
    sentence = (
        f"La empresa puede escribir a {most} destinatarios por día por {channel} y no le quedan {many}; "
        f"podrá de nuevo desde {stamp(reset)}."
    )
    seconds = max(1, math.ceil((reset - now).total_seconds()))
    raise Throttled(sentence, key="rate_limited", retry_after_s=seconds)


def resets_at(now: datetime) -> datetime:
    """When the next day of Lima begins."""
    return end_of_day(in_lima(now).date()) + timedelta(seconds=1)
