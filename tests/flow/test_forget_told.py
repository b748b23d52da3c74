"""What was delivered long ago is forgotten, with its attempts; what was not, never."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flow_world import RUC, World
from hook_receiver import BAD, OK, Receivers, endpoint, with_receivers
from sqlalchemy import func, select, text

from onapi.errors import NotFound
from onapi.flows import forget_told as flow
from onapi.flows import webhooks
from onapi.flows.announce import News, announce_all, forget
from onapi.flows.forget_told import forget_told
from onapi.flows.tidy import tidy
from onapi.store import deliveries
from onapi.store.tables import webhook_attempts, webhook_deliveries, webhook_messages
from onapi.values.scope import Environment

A, B = "https://a.ejemplo.pe/hook", "https://b.ejemplo.pe/hook"
DAY = 86_400


@pytest.fixture
def receivers(here: World) -> Iterator[Receivers]:
    """Receivers in the world of this test."""
    return with_receivers(here)


def tell(here: World, n: int = 1) -> None:
    scope = here.platform.scope(RUC)
    forget(here.platform, scope)
    with here.platform.database.transaction() as connection:
        announce_all(here.platform, connection, scope, [News("document.accepted", {"n": i}) for i in range(n)])


def counts(here: World) -> list[int]:
    """Messages, deliveries, attempts."""
    with here.platform.database.reading() as connection:
        tables = (webhook_messages, webhook_deliveries, webhook_attempts)
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


def test_what_was_delivered_goes_after_its_days_and_what_was_not_stays(here: World, receivers: Receivers) -> None:
    endpoint(here, A)
    lost, _ = endpoint(here, B)
    receivers.answer(B, BAD)
    tell(here, 3)
    here.run(most=200)  # B's are given up after three days
    assert counts(here) == [3, 6, 3 + 30]
    here.clock.forward(26 * DAY)
    assert forget_told(here.platform) == 0
    here.clock.forward(2 * DAY)
    assert forget_told(here.platform) == 3
    assert counts(here) == [3, 3, 30]  # the messages are still to be told to B
    here.clock.forward(3000 * DAY)
    assert forget_told(here.platform) == 0
    receivers.answer(B, OK)
    scope = here.platform.scope(RUC)
    (first, *_) = webhooks.log_of(here.platform, scope, lost)
    webhooks.replay(here.platform, scope, lost, first.delivery.id)
    here.run()
    here.clock.forward(31 * DAY)
    assert forget_told(here.platform) == 1
    assert counts(here) == [3, 3, 30]  # the replay is gone, and what it repeated stays


def test_what_waits_is_never_old(here: World, receivers: Receivers) -> None:
    endpoint(here, A)
    tell(here)
    here.clock.forward(400 * DAY)
    tidy(here.platform)
    assert counts(here) == [1, 1, 0]
    here.run()
    assert len(receivers.came[A]) == 1


def test_the_days_are_a_setting_and_others_keep_theirs(here: World, receivers: Receivers) -> None:
    assert receivers.came == {}
    endpoint(here, A)
    tell(here, 450)  # more than fit into one transaction
    here.run(most=1000)
    here.platform = replace(here.platform, keep_told=timedelta(days=1))
    here.clock.forward(DAY + 60)
    assert forget_told(replace(here.platform, environment=Environment.BETA)) == 0
    assert forget_told(here.platform) == 450
    assert counts(here) == [0, 0, 0]


def test_a_death_on_the_way_leaves_all_or_nothing(
    here: World, receivers: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert receivers.came == {}
    endpoint(here, A)
    tell(here)
    here.run()
    here.clock.forward(31 * DAY)
    plain = deliveries.forget

    def die(*args: object) -> None:
        plain(*args)  # type: ignore[arg-type]  # as it was called
        raise KeyboardInterrupt

    monkeypatch.setattr(flow.deliveries, "forget", die)
    with pytest.raises(KeyboardInterrupt):
        forget_told(here.platform)
    assert counts(here) == [1, 1, 1]
    monkeypatch.undo()
    assert forget_told(here.platform) == 1


def test_what_is_forgotten_cannot_be_replayed(
    here: World, receivers: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert receivers.came == {}
    made, _ = endpoint(here, A)
    tell(here)
    here.run()
    scope = here.platform.scope(RUC)
    (seen,) = webhooks.log_of(here.platform, scope, made)
    here.clock.forward(31 * DAY)
    assert forget_told(here.platform) == 1
    with pytest.raises(NotFound):
        webhooks.replay(here.platform, scope, made, seen.delivery.id)
    monkeypatch.setattr(webhooks, "delivery_told", lambda *_: seen)  # it went while it was looked at
    with pytest.raises(NotFound, match="ya no se guarda"):
        webhooks.replay(here.platform, scope, made, seen.delivery.id)


def test_they_are_found_by_an_index(here: World) -> None:
    said: list[str] = []
    with here.platform.database.reading() as connection:
        query = (
            "EXPLAIN QUERY PLAN SELECT * FROM webhook_deliveries WHERE environment = 'sandbox'"
            " AND ended_at < '2026' AND state = 'DELIVERED' ORDER BY ended_at LIMIT 200"
        )
        said += [row[-1] for row in connection.execute(text(query))]
    assert any("ix_webhook_deliveries_told" in line for line in said), said
