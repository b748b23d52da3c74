"""One attempt to hand a message to its provider: begin it, send, write down what came of it, say when to try again.

Each attempt is written down before the call, with the moment until which nobody else may begin one: two never run at
once. A process that dies between the provider's yes and our record leaves a message that is tried again once that
moment has passed, under the same id, which goes along as its mark: the receiver's server can tell the two are one.
"""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from hashlib import sha256

import structlog
from sqlalchemy import Connection

from onapi.engine import Work
from onapi.errors import Conflict, Misconfigured, OnapiError
from onapi.flows import message_budget
from onapi.flows.message import work_of
from onapi.flows.message_content import Content, opened, seal, without_receivers
from onapi.flows.message_news import tell
from onapi.flows.parcel import parcel_of
from onapi.flows.platform import Platform
from onapi.flows.put_work import put_each, put_lost
from onapi.gateways.channels.channel import Handover
from onapi.lifecycle.standing import Standing, after
from onapi.store import message_report, messages, receipts
from onapi.store.messages import Message, Move
from onapi.values.scope import Environment, Scope

WAITS_S = (30, 120, 600, 1800, 3600, 7200)  # after each attempt; the last of them from then on
GAVE_UP, BUDGET, SOME_REFUSED = "gave_up", "budget_used_up", "some_refused"
_TROUBLE = frozenset({Standing.QUEUED, Standing.FAILED})
_JITTER = 0.1
_UNOPENED_S = 600.0
_LONGEST_WAIT_S = 6 * 3600.0
_BEHIND = timedelta(seconds=1)
_GRACE = timedelta(seconds=60)
_LONGEST_WORDS, _LONGEST_CODE, _LONGEST_ID, _LONGEST_PROVIDER = 500, 60, 255, 40
_AT_ONCE = 50
_MOST = 500

_log = structlog.get_logger(__name__)


def hand_over(platform: Platform, work: Work) -> None:
    """Do a piece of work. A stale one does nothing."""
    scope = Scope(Environment(work.environment), work.ruc)
    if not work.submission_id:
        put_all(platform, scope)
        return
    with platform.database.reading() as connection:
        message = messages.find(connection, scope, work.submission_id)
    if message is None or message.step != work.step or message.next_action_at is None:
        return
    try:
        _hand_over(platform, message)
    except Conflict:
        return  # another worker moved it, or somebody told that it arrived


def _hand_over(platform: Platform, message: Message) -> None:
    now = platform.clock()
    if message.trying_until is not None and message.trying_until > now:
        _wait(platform, message, (message.trying_until - now + _BEHIND).total_seconds())
    elif now >= message.give_up_at or message.content is None:
        _give_up(platform, message)
    elif (content := _content(platform, message, message.content)) is None:
        _wait(platform, message, _UNOPENED_S)
    elif not message.counted and not _counts(platform, message, content.many):
        _wait(platform, message, (message_budget.resets_at(now) - now).total_seconds(), BUDGET)
    else:
        _try(platform, message, content)


def _content(platform: Platform, message: Message, sealed: bytes) -> Content | None:
    """None while the vault cannot open it; its keys may be mended."""
    try:
        return opened(platform, message.scope, message.id, sealed)
    except Misconfigured as error:
        _log.error("a message cannot be opened", message=message.id, words=str(error))
        return None


def _counts(platform: Platform, message: Message, many: int) -> bool:
    """Take its share of the day's budget, once."""
    with platform.database.transaction() as connection:
        now = messages.locked(connection, message.scope, message.id)
        if now is None or now.step != message.step:
            raise Conflict("it moved on", key="in_progress")
        if now.counted:
            return True
        if not message_budget.is_left(platform, connection, message.scope, message.channel, many):
            return False
        messages.change(connection, message.scope, message.id, {"counted": True})
    return True


def _try(platform: Platform, message: Message, content: Content) -> None:
    now = platform.clock()
    with platform.database.transaction() as connection:
        until = now + timedelta(seconds=platform.messaging.hold_s)
        trying = messages.begin(connection, message.scope, message, now, until)
    came = _sent(platform, trying, content)
    conclude(platform, trying, content, came)


def _sent(platform: Platform, message: Message, content: Content) -> Handover:
    """The call itself; what we cannot do ourselves now is told as an attempt that came to nothing."""
    try:
        with platform.database.reading() as connection:
            kept = receipts.get(connection, message.scope, message.document_id)
        if kept is None:
            raise AssertionError("a message about no receipt")  # the database holds a foreign key on it
        channel = platform.messaging.channel_of(platform, message.scope, message.channel)
        return channel.send(parcel_of(platform, kept, message, content))
    except OnapiError as error:
        _log.warning("a message cannot be handed over", message=message.id, code=error.key)
        return Handover(Standing.QUEUED, message.provider, code=error.key, words=str(error))


def conclude(platform: Platform, trying: Message, content: Content, came: Handover) -> Message | None:
    """Write down what came of an attempt, and put the next one; gives the message as it is then.

    Whoever comes back after another attempt began only adds that the provider took it, or nothing.
    """
    sealed = None
    if came.refused:
        sealed = seal(platform, trying.scope, trying.id, replace(content, refused=came.refused))
    words = without_receivers(came.words, content)[:_LONGEST_WORDS].replace("\x00", "�") or None
    platform.queue.open()
    with platform.database.transaction() as connection:
        now = messages.locked(connection, trying.scope, trying.id)
        if now is None:
            return None
        changes, wait_s = _changes(platform, now, trying, came)
        if sealed is not None and now.content is not None:
            changes["content"] = sealed
        if changes["code"] or changes["standing"] in _TROUBLE:
            changes["error"] = words
        moved = messages.change(connection, trying.scope, trying.id, changes)
        line = Move(platform.clock(), moved.standing, trying.attempts, came.code[:_LONGEST_CODE] or None, words)
        messages.note(connection, trying.scope, trying.id, line)
        if moved.standing != now.standing:
            tell(platform, connection, moved)
        if wait_s is not None:
            platform.queue.put(connection, work_of(moved), delay_s=wait_s)
    return moved


def _changes(
    platform: Platform, now: Message, trying: Message, came: Handover
) -> tuple[dict[str, object], float | None]:
    """What changes in a message, and in how many seconds it is tried again; None for never, or by somebody else."""
    at, standing, code = platform.clock(), after(Standing(now.standing), came.standing), came.code
    is_last = (now.attempts, now.trying_until) == (trying.attempts, trying.trying_until)
    wait_s = None
    if standing is Standing.QUEUED and is_last and now.next_action_at is not None:
        wait_s = next_wait_s(trying.id, trying.attempts, came.wait_s)
        if at + timedelta(seconds=wait_s) >= now.give_up_at:
            standing, code, wait_s = Standing.FAILED, code or GAVE_UP, None
    if standing not in _TROUBLE:
        code = SOME_REFUSED if came.refused else ""
    changes: dict[str, object] = {
        "standing": standing,
        "updated_at": at,
        "provider": (came.provider or now.provider)[:_LONGEST_PROVIDER],
        "provider_id": came.provider_id[:_LONGEST_ID] or now.provider_id,
        "code": code[:_LONGEST_CODE] or None,
        "error": None,
        "trying_until": None if is_last else now.trying_until,
    }
    if wait_s is not None:
        changes |= {"next_action_at": at + timedelta(seconds=wait_s), "step": now.step + 1}
    elif standing is not Standing.QUEUED and now.next_action_at is not None:
        changes |= {"next_action_at": None, "ended_at": at, "step": now.step + 1}
    return changes, wait_s


def next_wait_s(message_id: str, tries: int, asked_s: float) -> float:
    """How long to wait after so many attempts, seconds; what the provider asks for counts where it is longer."""
    chance = int.from_bytes(sha256(f"{message_id}:{tries}".encode()).digest()[:4]) / 2**32
    usual = WAITS_S[min(tries, len(WAITS_S)) - 1] * (1 + _JITTER * chance)
    return max(usual, min(asked_s, _LONGEST_WAIT_S))


def _wait(platform: Platform, was: Message, wait_s: float, code: str = "") -> None:
    """No attempt was made: look again later. Who waits for another day's budget does not lose time by it."""
    changes: dict[str, object] = {"next_action_at": platform.clock() + timedelta(seconds=wait_s)}
    if code:
        changes |= {"code": code, "give_up_at": was.give_up_at + timedelta(seconds=wait_s)}
    platform.queue.open()
    with platform.database.transaction() as connection:
        moved = messages.move(connection, was.scope, was, changes)
        platform.queue.put(connection, work_of(moved), delay_s=wait_s)


def _give_up(platform: Platform, was: Message) -> None:
    """Nobody took it in time."""
    now, code = platform.clock(), was.code or GAVE_UP
    over: dict[str, object] = {"standing": Standing.FAILED, "next_action_at": None, "ended_at": now, "updated_at": now}
    platform.queue.open()
    with platform.database.transaction() as connection:
        moved = messages.move(connection, was.scope, was, over | {"code": code, "trying_until": None})
        messages.note(connection, was.scope, was.id, Move(now, Standing.FAILED, None, code))
        tell(platform, connection, moved)


def put_all(platform: Platform, scope: Scope) -> None:
    """Put the work of every message of a company that nobody has tried yet."""
    put_each(platform, lambda connection, last: messages.due_of(connection, scope, after=last, most=_AT_ONCE), work_of)


def put_back(platform: Platform) -> int:
    """The safety net: what is overdue and has no work waiting for it gets new work; gives how many there were."""
    now = platform.clock()
    with platform.database.reading() as connection:
        late = message_report.overdue(connection, platform.environment, now - _GRACE, most=_MOST)
    at_rest = [each for each in late if each.trying_until is None or each.trying_until + _GRACE < now]
    return put_lost(platform, at_rest, work_of, partial(_due_now, platform))


def _due_now(platform: Platform, connection: Connection, was: Message) -> Message:
    return messages.move(connection, was.scope, was, {"next_action_at": platform.clock()})
