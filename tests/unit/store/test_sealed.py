"""What a master key has sealed itself is found in every place, on both databases; envelopes are left alone."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from store_rows import MINE, NOW, OTHERS, TODAY, document, enrol, keep

from onapi.store import Database, companies, deliveries, in_line, sealed, submissions, webhooks
from onapi.store.acting import acting_for_all
from onapi.store.deliveries import DELIVERED, PENDING, Attempt, Delivery, Message
from onapi.store.tables import webhook_attempts, webhook_deliveries, webhook_messages
from onapi.store.vault import MARK
from onapi.store.webhooks import Endpoint
from onapi.values.scope import Scope

OLD, NEW = b"\x01" * 8 + b"old", MARK + b"envelope"


def hook(name: str, scope: Scope, **more: object) -> Endpoint:
    plain = Endpoint(
        name, scope, f"https://a.pe/{name}", "", ("*",), enabled=True, secret=OLD, created_at=NOW, updated_at=NOW
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # given by name


@acting_for_all("a test of what is about all companies")
def test_every_place_is_read_page_by_page_and_changed_once(database: Database) -> None:
    with database.transaction() as connection:
        enrol(connection, MINE, OTHERS)
        companies.keep_sol(connection, MINE, "U", OLD, NOW)
        companies.keep_sol(connection, OTHERS, "U", NEW, NOW)
        for n in range(5):
            webhooks.add(connection, MINE, hook(f"h{n}", MINE))
            webhooks.change(connection, MINE, f"h{n}", {"old_secret": OLD if n % 2 else None})
        webhooks.add(connection, OTHERS, hook("h9", OTHERS, secret=NEW))
    found = []
    with database.reading() as connection:
        for place in sealed.PLACES:
            after: tuple[object, ...] = ()
            while page := sealed.page(connection, place, after, most=2):
                found += page
                after = page[-1].key
    told = [(each.place, each.name, each.scope.ruc) for each in found]
    assert told == [
        ("companies.sol_password", "sol_password", MINE.ruc),
        *(("webhook_endpoints.secret", f"webhook_secret:h{n}", MINE.ruc) for n in range(5)),
        *(("webhook_endpoints.old_secret", f"webhook_secret:h{n}", MINE.ruc) for n in (1, 3)),
    ]
    assert {each.value for each in found} == {OLD}
    with database.transaction() as connection:
        assert [sealed.reseal(connection, each, NEW) for each in found] == [True] * 8
        assert not sealed.reseal(connection, found[1], b"late")  # it was changed meanwhile
        assert [sealed.page(connection, place, (), most=9) for place in sealed.PLACES] == [[]] * len(sealed.PLACES)


@acting_for_all("a test of what is about all companies")
def test_what_was_delivered_is_forgotten_with_what_nobody_else_is_told(database: Database) -> None:
    with database.transaction() as connection:
        enrol(connection, MINE)
        for name in ("a", "b"):
            webhooks.add(connection, MINE, hook(name, MINE))
        deliveries.add_messages(connection, MINE, [Message(f"m{n}", "k", "", n, "{}", NOW) for n in range(3)])
        for n in range(3):
            told = Delivery(f"d{n}", MINE, f"m{n}", "a", "", DELIVERED, NOW, None, ended_at=NOW + timedelta(n))
            deliveries.add(connection, MINE, [told])
            deliveries.note(connection, MINE, f"d{n}", Attempt(1, NOW, 5, 200, "", ""))
        deliveries.add(connection, MINE, [Delivery("w0", MINE, "m0", "b", "", PENDING, NOW, NOW)])
    with database.transaction() as connection:
        old = deliveries.told_before(connection, MINE.environment, NOW + timedelta(2), most=10)
        assert [each.delivery_id for each in old] == ["d0", "d1"]
        deliveries.forget(connection, OTHERS, old)  # not theirs
        deliveries.forget(
            connection, MINE, [*old, replace(old[0], delivery_id="w0")]
        )  # what waits stays whatever is said
    with database.reading() as connection:
        left = [
            sorted(connection.execute(select(column)).scalars())
            for column in (webhook_deliveries.c.id, webhook_messages.c.id, webhook_attempts.c.delivery_id)
        ]
    assert left == [["d2", "w0"], ["m0", "m2"], ["d2"]]


@acting_for_all("a test of what is about all companies")
def test_those_in_line_wait_for_another_hour(database: Database) -> None:
    later, hour = NOW + timedelta(hours=5), NOW + timedelta(hours=9)
    with database.transaction() as connection:
        enrol(connection, MINE, OTHERS)
        waits = keep(connection, document(1), "WAITING", next_action_at=later)
        others = keep(connection, document(1, OTHERS), "WAITING", next_action_at=later)
        ready = keep(connection, document(2), "READY", next_action_at=later)
        due = keep(connection, document(3), "WAITING", next_action_at=NOW)
        assert in_line.days(connection, MINE, NOW) == [TODAY]
        in_line.wait_until(connection, MINE, TODAY, hour, NOW)
        found = [
            submissions.get(connection, each.scope, each.id).next_action_at for each in (waits, others, ready, due)
        ]
        assert found == [hour, later, later, NOW]
        in_line.wait_until(connection, MINE, TODAY - timedelta(1), later, NOW)
        assert submissions.get(connection, MINE, waits.id).next_action_at == hour
