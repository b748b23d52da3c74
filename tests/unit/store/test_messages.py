"""Messages to persons on both databases: one attempt at a time, each notice taken once, budgets kept exactly."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from store_rows import MINE, NOW, OTHERS, TODAY, document, enrol, keep

from onapi.errors import Conflict
from onapi.store import Database, message_report, messages, notices
from onapi.store.acting import acting_for_all
from onapi.store.messages import Message, Move, Wanted
from onapi.store.notices import Notice
from onapi.values.scope import Environment, Scope

HERE = Environment.SANDBOX


def message(name: str = "m", scope: Scope = MINE, **more: Any) -> Message:
    plain = Message(
        name, scope, document(1, scope).id, "email", ("pdf", "xml"), {"to": ["a"]}, b"sealed", NOW, NOW, NOW, NOW
    )
    return replace(plain, **more)


@pytest.fixture
def kept(database: Database) -> Database:
    """Two companies with a document each."""
    with acting_for_all("tests"), database.transaction() as connection:
        enrol(connection, MINE, OTHERS)
        for scope in (MINE, OTHERS):
            keep(connection, document(1, scope))
    return database


@acting_for_all("tests")
def test_it_comes_back_as_it_went_in(kept: Database) -> None:
    with kept.transaction() as connection:
        messages.add(connection, MINE, message(provider_id="p", provider="smtp", request_key="k"))
        found = messages.find(connection, MINE, "m")
        assert found == message(provider_id="p", provider="smtp", request_key="k")
        assert messages.find_by_key(connection, MINE, "k") == found == messages.locked(connection, MINE, "m")
        assert message_report.waiting(connection, HERE) == {"email": 1}
        assert messages.find(connection, OTHERS, "m") is None
        assert messages.page(connection, MINE, Wanted(channel="email"), 9) == [found]
    with pytest.raises(Conflict), kept.transaction() as connection:
        messages.add(connection, MINE, message("other", request_key="k"))


@acting_for_all("tests")
def test_of_many_attempts_at_once_one_begins(kept: Database) -> None:
    with kept.transaction() as connection:
        messages.add(connection, MINE, message())

    def begin(_: int) -> bool:
        try:
            with kept.transaction() as connection:
                messages.begin(connection, MINE, message(), NOW, NOW + timedelta(seconds=9))
        except Conflict:
            return False
        return True

    assert sum(_at_once(begin, 8)) == 1
    with kept.transaction() as connection:
        again = messages.begin(connection, MINE, message(), NOW + timedelta(seconds=9), NOW + timedelta(seconds=18))
    assert again.attempts == 2


@acting_for_all("tests")
def test_each_notice_is_taken_once(kept: Database) -> None:
    found = [Notice(f"n{n}", document(1).id, "email", ("pdf",), {"to": ["a"]}, b"x", NOW) for n in range(3)]
    with kept.transaction() as connection:
        notices.add(connection, MINE, found)

    def take(_: int) -> int:
        with kept.transaction() as connection:
            return len(notices.take(connection, MINE, [document(1).id]))

    assert sorted(_at_once(take, 4)) == [0, 0, 0, 3]


@acting_for_all("tests")
def test_no_more_is_spent_than_there_is(kept: Database) -> None:
    def spend(_: int) -> bool:
        with kept.transaction() as connection:
            return notices.spend(connection, MINE, "email", TODAY, many=3, most=10)

    assert sum(_at_once(spend, 8)) == 3
    with kept.transaction() as connection:
        assert notices.spend(connection, MINE, "email", TODAY, many=1, most=10)
        assert not notices.spend(connection, MINE, "email", TODAY, many=1, most=10)
        assert notices.spend(connection, OTHERS, "email", TODAY, many=10, most=10)
        assert notices.spend(connection, MINE, "email", TODAY + timedelta(days=1), many=1, most=10)
        assert not notices.spend(connection, MINE, "whatsapp", TODAY, many=11, most=10)


@acting_for_all("tests")
def test_what_happened_is_counted_from_where_one_looked(kept: Database) -> None:
    with kept.transaction() as connection:
        messages.add(connection, MINE, message())
        messages.note(connection, MINE, "m", Move(NOW, "QUEUED"))
        last = message_report.last_move(connection)
        messages.note(connection, MINE, "m", Move(NOW, "SENT", 1, "c", "w"))
        assert message_report.happened(connection, HERE, last) == (last + 1, {("email", "SENT"): 1})
        assert message_report.happened(connection, HERE, last + 1) == (last + 1, {})
        assert messages.moves_of(connection, MINE, ["m"])["m"][1] == Move(NOW, "SENT", 1, "c", "w")


def _at_once(do: Callable[[int], Any], many: int) -> list[Any]:
    with ThreadPoolExecutor(many) as pool:
        return [each.result() for each in [pool.submit(copy_context().run, do, n) for n in range(many)]]
