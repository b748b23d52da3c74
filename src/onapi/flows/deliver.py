"""One attempt to tell an endpoint of something: sign, call, write down what came, and say when to try again.

A step may be run twice (the process may die between the call and its record): the receiver then gets the same message
again, under the same `webhook-id`. Nothing is held open around the call.
"""

from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

import structlog
from sqlalchemy import Connection

from onapi.engine import Work
from onapi.errors import Conflict, Misconfigured
from onapi.flows.announce import announce, forget, work_of
from onapi.flows.platform import Platform
from onapi.flows.put_work import put_each, put_lost
from onapi.gateways.channels.webhook import Call, is_delivered, is_gone, retry_after_s
from onapi.gateways.egress import Answer
from onapi.store import deliveries, webhooks
from onapi.store.deliveries import CANCELLED, DELIVERED, FAILED, PENDING, Attempt, Delivery, Message
from onapi.store.webhooks import Endpoint, secret_field
from onapi.values.moment import stamp
from onapi.values.scope import Environment, Scope

HOUR_S = 3600
WAITS_S = (5, 300, 1800, *(hours * HOUR_S for hours in (2, 5, 10, 14, 20, 24)))  # after each attempt: 75 h 35 min
FAILING_DAYS = 5  # without one success: then the endpoint is told nothing more
GONE, FAILING = "gone", "failing"
_JITTER = 0.1  # of each wait, so that a receiver that comes back is not overrun
_IN_ORDER_TRIES = 3  # so long does news wait for what the endpoint was to be told before of the same document
_BEHIND = timedelta(seconds=1)
_AT_ONCE = 50
_ANSWER_BYTES = 1024
_GRACE = timedelta(seconds=60)
_MOST = 500

_log = structlog.get_logger(__name__)


def deliver(platform: Platform, work: Work) -> None:
    """Do a piece of work. A stale one does nothing."""
    scope = Scope(Environment(work.environment), work.ruc)
    if not work.submission_id:
        put_all(platform, scope)
        return
    with platform.database.reading() as connection:
        delivery = deliveries.find(connection, scope, work.submission_id)
    if delivery is None or delivery.state != PENDING or delivery.step != work.step:
        return
    try:
        _deliver(platform, delivery)
    except Conflict:
        return  # another worker moved it


def _deliver(platform: Platform, delivery: Delivery) -> None:
    scope = delivery.scope
    with platform.database.reading() as connection:
        endpoint = webhooks.find(connection, scope, delivery.endpoint_id)
        message = deliveries.message(connection, scope, delivery.message_id)
        before = deliveries.earlier(connection, scope, delivery, _IN_ORDER_TRIES)
    if endpoint is None or not endpoint.is_live:
        _end(platform, delivery, CANCELLED)
    elif before is not None and delivery.replay_of is None:
        _wait_behind(platform, delivery, before)
    else:
        attempt(platform, endpoint, message, delivery)


def attempt(
    platform: Platform, endpoint: Endpoint, message: Message, delivery: Delivery, *, only_once: bool = False
) -> Delivery:
    """Call once, and write down what came of it; gives the delivery as it is then."""
    at = platform.clock()
    answer = _post(platform, endpoint, message, at)
    tried = Attempt(delivery.attempts + 1, at, answer.duration_ms, answer.status, answer.trouble, _beginning(answer))
    return _conclude(platform, endpoint, delivery, answer, tried, only_once=only_once)


def secrets_of(platform: Platform, endpoint: Endpoint, now: datetime) -> tuple[str, ...]:
    """The secret in force, and the one before for as long as it signs along."""
    found = [endpoint.secret]
    if endpoint.old_secret is not None and endpoint.old_secret_until is not None and endpoint.old_secret_until > now:
        found.append(endpoint.old_secret)
    return tuple(platform.vault.open(endpoint.scope, secret_field(endpoint.id), each).decode() for each in found)


def _post(platform: Platform, endpoint: Endpoint, message: Message, at: datetime) -> Answer:
    """The call itself; what the vault cannot open is told as a failed attempt, and may be mended."""
    try:
        keys = secrets_of(platform, endpoint, at)
    except Misconfigured as error:
        _log.error("a webhook cannot be signed", endpoint=endpoint.id, words=str(error))
        return Answer(0, trouble="unsent: el secreto de este endpoint no se puede abrir; rótelo")
    return platform.webhooks.post(Call(endpoint.url, keys, message.id, message.body, at))


def _conclude(
    platform: Platform, endpoint: Endpoint, was: Delivery, answer: Answer, tried: Attempt, *, only_once: bool
) -> Delivery:
    now = platform.clock()
    wait_s = None if only_once else next_wait_s(was.id, tried.number, answer, now)
    changes: dict[str, object] = {"attempts": tried.number}
    if is_delivered(answer):
        changes |= {"state": DELIVERED, "next_action_at": None, "ended_at": now}
    elif is_gone(answer) or wait_s is None:
        changes |= {"state": FAILED, "next_action_at": None, "ended_at": now}
    else:
        changes |= {"next_action_at": now + timedelta(seconds=wait_s)}
    platform.queue.open()
    with platform.database.transaction() as connection:
        moved = deliveries.move(connection, was.scope, was, changes)
        deliveries.note(connection, was.scope, was.id, tried)
        why = _mark(connection, endpoint, answer, now)
        if why and webhooks.disable(connection, was.scope, endpoint.id, why, now):
            data = {
                "id": endpoint.id,
                "url": endpoint.url,
                "why": why,
                "failingSince": stamp(endpoint.failing_since or now),
            }
            announce(platform, connection, was.scope, "webhook.disabled", data)
        if moved.next_action_at is not None and wait_s is not None:
            platform.queue.put(connection, work_of(moved), delay_s=wait_s)
    if why:
        forget(platform, was.scope)
        _log.warning("a webhook was disabled", endpoint=endpoint.id, ruc=was.scope.ruc, why=why)
    return moved


def next_wait_s(delivery_id: str, tries: int, answer: Answer, now: datetime) -> float | None:
    """How long to wait after so many attempts, seconds; None where there is no further one.

    What the receiver asks for counts where it is longer.
    """
    if tries > len(WAITS_S):
        return None
    chance = int.from_bytes(sha256(f"{delivery_id}:{tries}".encode()).digest()[:4]) / 2**32
    return max(WAITS_S[tries - 1] * (1 + _JITTER * chance), retry_after_s(answer, now))


def _mark(connection: Connection, endpoint: Endpoint, answer: Answer, now: datetime) -> str:
    """Note whether the endpoint fails, where that is news; gives why it is to be disabled, "" if it is not."""
    if is_delivered(answer):
        if endpoint.failing_since is not None:
            webhooks.change(connection, endpoint.scope, endpoint.id, {"failing_since": None})
        return ""
    if is_gone(answer):
        return GONE
    if endpoint.failing_since is None:
        webhooks.change(connection, endpoint.scope, endpoint.id, {"failing_since": now})
        return ""
    return FAILING if now - endpoint.failing_since >= timedelta(days=FAILING_DAYS) else ""


def _wait_behind(platform: Platform, was: Delivery, before: Delivery) -> None:
    """No attempt was made: look again when the one before has been tried."""
    now = platform.clock()
    due = max(before.next_action_at or now, now) + _BEHIND
    platform.queue.open()
    with platform.database.transaction() as connection:
        moved = deliveries.move(connection, was.scope, was, {"next_action_at": due})
        platform.queue.put(connection, work_of(moved), delay_s=(due - now).total_seconds())


def _end(platform: Platform, was: Delivery, state: str) -> None:
    changes: dict[str, object] = {"state": state, "next_action_at": None, "ended_at": platform.clock()}
    with platform.database.transaction() as connection:
        deliveries.move(connection, was.scope, was, changes)


def put_all(platform: Platform, scope: Scope) -> None:
    """Put the work of every delivery of a company that nobody has tried yet."""
    put_each(
        platform, lambda connection, last: deliveries.due_of(connection, scope, after=last, most=_AT_ONCE), work_of
    )


def put_back(platform: Platform) -> int:
    """The safety net: what is overdue and has no work waiting for it gets new work; gives how many there were."""
    with platform.database.reading() as connection:
        late = deliveries.overdue(connection, platform.environment, platform.clock() - _GRACE, most=_MOST)
    return put_lost(platform, late, work_of, partial(_due_now, platform))


def _due_now(platform: Platform, connection: Connection, was: Delivery) -> Delivery:
    return deliveries.move(connection, was.scope, was, {"next_action_at": platform.clock()})


def _beginning(answer: Answer) -> str:
    """The first KiB of an answer, as a text that every database takes."""
    return answer.body[:_ANSWER_BYTES].decode("utf-8", "replace").replace("\x00", "�")
