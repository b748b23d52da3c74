"""Endpoints and the outbox, on both databases: each company sees its own, and a delivery is moved by one worker."""

from dataclasses import replace
from datetime import timedelta

import pytest
from store_rows import MINE, NOW, OTHERS

from onapi.errors import Conflict
from onapi.store import Database, deliveries, webhooks
from onapi.store.deliveries import Attempt, Delivery, Message
from onapi.store.webhooks import Endpoint
from onapi.values.scope import Scope

URL = "https://erp.ejemplo.pe/"


def endpoint(name: str, scope: Scope = MINE, url: str = URL, *, enabled: bool = True) -> Endpoint:
    return Endpoint(name, scope, url, "ERP", ("document.voided",), enabled, b"sealed", NOW, NOW)


def delivery(name: str, scope: Scope = MINE, about: str = "d1") -> Delivery:
    return Delivery(name, scope, f"m-{name}", "e1", about, "PENDING", NOW, NOW)


def told(database: Database, *rows: Delivery) -> None:
    with database.transaction() as connection:
        webhooks.add(connection, MINE, endpoint("e1"))
        messages = [Message(row.message_id, "document.voided", row.about, 1, "{}", NOW) for row in rows]
        deliveries.add_messages(connection, MINE, messages)
        deliveries.add(connection, MINE, rows)


def test_an_endpoint_is_kept_and_is_its_companys(database: Database) -> None:
    with database.transaction() as connection:
        webhooks.add(connection, MINE, endpoint("e1"))
        webhooks.add(connection, OTHERS, endpoint("e2", OTHERS))
        webhooks.add(connection, MINE, endpoint("e3", url=URL + "x", enabled=False))
        assert webhooks.find(connection, MINE, "e1") == endpoint("e1")
        assert webhooks.find(connection, OTHERS, "e1") is None
        assert [each.id for each in webhooks.all_of(connection, MINE)] == ["e1", "e3"]
        assert [each.id for each in webhooks.subscribers(connection, MINE)] == ["e1"]
        webhooks.change(connection, OTHERS, "e1", {"description": "ajeno"})
        assert not webhooks.disable(connection, OTHERS, "e1", "gone", NOW)
        assert webhooks.find(connection, MINE, "e1") == endpoint("e1")
        assert webhooks.disable(connection, MINE, "e1", "gone", NOW)
        assert not webhooks.disable(connection, MINE, "e1", "gone", NOW)
        assert webhooks.subscribers(connection, MINE) == ()


def test_an_address_is_there_once_until_it_is_deleted(database: Database) -> None:
    with database.transaction() as connection:
        webhooks.add(connection, MINE, endpoint("e1"))
    with pytest.raises(Conflict), database.transaction() as connection:
        webhooks.add(connection, MINE, endpoint("e2"))
    with database.transaction() as connection:
        webhooks.change(connection, MINE, "e1", {"deleted_at": NOW})
        webhooks.add(connection, MINE, endpoint("e2"))
        found = webhooks.find_by_url(connection, MINE, URL)
        assert found is not None
        assert found.id == "e2"


def test_a_delivery_is_moved_once(database: Database) -> None:
    told(database, delivery("1"))
    with database.transaction() as connection:
        was = deliveries.find(connection, MINE, "1")
        assert was == delivery("1")
        moved = deliveries.move(connection, MINE, was, {"attempts": 1})
        assert (moved.step, moved.attempts) == (1, 1)
        for scope, stale in ((MINE, was), (OTHERS, moved)):
            with pytest.raises(Conflict):
                deliveries.move(connection, scope, stale, {"attempts": 2})
        ended = {"state": "DELIVERED", "next_action_at": None, "ended_at": NOW}
        over = deliveries.move(connection, MINE, moved, ended)
        with pytest.raises(Conflict):
            deliveries.move(connection, MINE, over, {"attempts": 3})
        assert deliveries.find(connection, OTHERS, "1") is None


def test_what_is_to_be_told_before_is_found(database: Database) -> None:
    told(database, delivery("1"), delivery("2"), delivery("3", about="d2"), delivery("4", about=""))
    with database.transaction() as connection:
        before = deliveries.earlier(connection, MINE, delivery("2"), 3)
        assert before == delivery("1")
        assert deliveries.earlier(connection, MINE, delivery("1"), 3) is None
        assert deliveries.earlier(connection, MINE, delivery("3", about="d2"), 3) is None
        assert deliveries.earlier(connection, MINE, delivery("4", about=""), 3) is None
        assert deliveries.earlier(connection, OTHERS, delivery("2"), 3) is None
        deliveries.move(connection, MINE, delivery("1"), {"attempts": 3})
        assert deliveries.earlier(connection, MINE, delivery("2"), 3) is None


def test_the_log_tells_each_attempt(database: Database) -> None:
    told(database, delivery("1"), delivery("2"))
    tried = Attempt(1, NOW, 12, 500, "", "no")
    with database.transaction() as connection:
        deliveries.note(connection, MINE, "1", tried)
        deliveries.note(connection, MINE, "1", replace(tried, number=2, status=None, trouble="timeout: x"))
        log = deliveries.of_endpoint(connection, MINE, "e1")
        assert [(each.id, message.id, message.body) for each, message in log] == [
            ("2", "m-2", "{}"),
            ("1", "m-1", "{}"),
        ]
        assert [each.id for each, _ in deliveries.of_endpoint(connection, MINE, "e1", before="2", state="PENDING")] == [
            "1"
        ]
        assert deliveries.of_endpoint(connection, OTHERS, "e1") == []
        found = deliveries.attempts_of(connection, MINE, ["1", "2"])
        assert [(each.number, each.status) for each in found["1"]] == [(1, 500), (2, None)]
        assert deliveries.attempts_of(connection, OTHERS, ["1"]) == {}


def test_what_is_due_is_found(database: Database) -> None:
    told(database, delivery("1"), delivery("2"))
    later = NOW + timedelta(minutes=2)
    with database.transaction() as connection:
        assert [each.id for each in deliveries.overdue(connection, MINE.environment, later, most=9)] == ["1", "2"]
        assert deliveries.overdue(connection, MINE.environment, NOW, most=9) == []
        deliveries.move(connection, MINE, delivery("1"), {"next_action_at": later})
        assert [each.id for each in deliveries.due_of(connection, MINE, after="", most=9)] == ["2"]
        assert deliveries.due_of(connection, OTHERS, after="", most=9) == []
        assert deliveries.counts_by_state(connection, MINE.environment) == {"PENDING": 2}
