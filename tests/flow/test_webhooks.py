"""What becomes of documents is told to who subscribed: signed, repeated, in order, never lost or given up early."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from batch_world import begin_batches
from flow_world import RUC, World
from hook_receiver import BAD, GONE, OK, SILENT, Receivers, endpoint, verified, with_receivers
from sqlalchemy import event, select
from standardwebhooks import WebhookVerificationError

from onapi.errors import InvalidDocument, NotFound
from onapi.flows import deliver, webhooks
from onapi.flows.announce import News, announce, announce_all, forget
from onapi.flows.deliver import WAITS_S
from onapi.flows.void import void
from onapi.flows.webhooks import Wish
from onapi.gateways.egress import Answer
from onapi.store import deliveries
from onapi.store.tables import webhook_attempts, webhook_deliveries, webhook_endpoints

A, B = "https://a.ejemplo.pe/hook", "https://b.ejemplo.pe/hook"


@pytest.fixture
def receivers(here: World) -> Iterator[Receivers]:
    """Receivers in the world of this test."""
    return with_receivers(here)


def kinds(receivers: Receivers, url: str = A) -> list[str]:
    return [json.loads(call.body)["type"] for call in receivers.came.get(url, [])]


def tell(world: World, kind: str = "document.accepted", about: str = "", n: int = 1) -> None:
    scope = world.platform.scope(RUC)
    forget(world.platform, scope)
    with world.platform.database.transaction() as connection:
        announce_all(world.platform, connection, scope, [News(kind, {"n": i}, about, i) for i in range(n)])


def rows(world: World, table: Any = webhook_deliveries) -> list[Any]:
    with world.platform.database.reading() as connection:
        return list(connection.execute(select(table).order_by(table.c.id)))


def test_the_road_of_a_factura_is_told_and_verifies(here: World, receivers: Receivers) -> None:
    begin_batches(here)  # in the simulator's memory this test's RA is nobody else's
    _, secret = endpoint(here, A)
    issued = here.issue()
    here.run()
    told = [verified(call, secret) for call in receivers.came[A]]
    assert [each["type"] for each in told] == ["document.accepted"]
    data = told[0]["data"]
    assert (data["name"], data["status"], data["sunat"]["code"]) == (issued.document.receipt.file_name, "ACCEPTED", "0")
    assert (data["total"], data["customer"]["tipoDoc"]) == (236.0, "6")
    assert '"total":236.00' in receivers.came[A][0].body
    assert told[0]["sequence"] == here.now(issued).step
    void(here.platform, issued.document.receipt, "ERROR EN RUC")
    here.run()
    told = [verified(call, secret) for call in receivers.came[A]]
    mine = [each for each in told if each["data"].get("id") == issued.document.id]
    assert [each["type"] for each in mine] == ["document.accepted", "document.void_pending", "document.voided"]
    assert [each["sequence"] for each in mine] == sorted({each["sequence"] for each in mine})
    assert {each["type"] for each in told if each not in mine} == {"document.accepted", "ticket.resolved"}


@pytest.mark.parametrize(
    ("code", "wanted"),
    [("1034", "document.failed"), ("2335", "document.rejected")],
)
def test_what_sunat_says_is_told(here: World, receivers: Receivers, code: str, wanted: str) -> None:
    endpoint(here, A)
    issued = here.issue()
    here.arm({"fault": "F12", "value": code, "name": issued.document.receipt.file_name})
    here.run()
    assert kinds(receivers) == [wanted]
    assert json.loads(receivers.came[A][0].body)["data"]["sunat"]["code"] == code


def test_silence_is_told_and_what_came_of_it(here: World, receivers: Receivers) -> None:
    endpoint(here, A)
    issued = here.issue()
    here.arm({"fault": "F05", "name": issued.document.receipt.file_name})
    here.run()
    assert kinds(receivers) == ["document.unknown", "document.accepted"]


def test_a_company_without_endpoints_costs_a_look_into_memory(here: World) -> None:
    said: list[str] = []
    event.listen(here.platform.database.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    here.issue()
    here.run()
    here.issue()
    here.run()
    asked = [each for each in said if "webhook" in each]
    assert len(asked) <= 2  # at most one a second of real time, none in the transaction that accepts
    assert all(each.lstrip().startswith("SELECT webhook_endpoints.id") for each in asked)


def test_only_what_was_asked_for_is_told(here: World, receivers: Receivers) -> None:
    endpoint(here, A, "document.rejected")
    endpoint(here, B, "document.accepted", "document.voided")
    here.issue()
    here.run()
    assert (kinds(receivers, A), kinds(receivers, B)) == ([], ["document.accepted"])


def test_it_shares_the_fate_of_its_transaction(here: World, receivers: Receivers) -> None:
    endpoint(here, A)
    scope = here.platform.scope(RUC)
    with suppress(RuntimeError), here.platform.database.transaction() as connection:
        announce(here.platform, connection, scope, "document.accepted", {})
        raise RuntimeError
    here.run()
    assert (rows(here), kinds(receivers)) == ([], [])


def test_it_is_repeated_for_75_hours_under_one_id(here: World, receivers: Receivers) -> None:
    _, secret = endpoint(here, A)
    receivers.answer(A, BAD, SILENT, Answer(5, 302), BAD)
    tell(here)
    begun = here.clock()
    here.run()
    calls = receivers.came[A]
    assert len(calls) == len(WAITS_S) + 1 == 10
    assert len({(call.id, call.body) for call in calls}) == 1
    assert all(verified(call, secret)["type"] == "document.accepted" for call in calls)
    gaps = [(b.at - a.at).total_seconds() for a, b in pairwise(calls)]
    assert all(least <= gap <= least * 1.1 + 1 for least, gap in zip(WAITS_S, gaps, strict=True))
    assert 75 <= (here.clock() - begun) / timedelta(hours=1) <= 84
    (row,) = rows(here)
    assert (row.state, row.attempts, row.next_action_at) == ("FAILED", 10, None)
    assert len(rows(here, webhook_attempts)) == 10


def test_who_comes_back_is_told(here: World, receivers: Receivers) -> None:
    endpoint(here, A)
    receivers.answer(A, BAD, SILENT, OK)
    tell(here)
    here.run()
    (row,) = rows(here)
    assert (row.state, row.attempts) == ("DELIVERED", 3)
    (kept,) = rows(here, webhook_endpoints)
    assert kept.failing_since is None


def test_retry_after_counts_where_it_is_longer(here: World, receivers: Receivers) -> None:
    endpoint(here, A)
    soon, date = (("retry-after", "120"),), (("retry-after", "Fri, 20 Nov 2026 15:12:00 GMT"),)
    receivers.answer(A, Answer(5, 429, soon), Answer(5, 503, date), OK)
    tell(here)
    here.run()
    at = [call.at for call in receivers.came[A]]
    assert (at[1] - at[0]).total_seconds() == 120
    assert at[2] >= at[1] + timedelta(seconds=300)
    for text in ("x", "-5", "1e9", "9" * 30, "٣"):
        assert deliver.next_wait_s("d", 1, Answer(5, 503, (("retry-after", text),)), here.clock()) <= 24 * 3600  # type: ignore[operator]  # there is a next one


def test_410_disables_and_says_so_to_others(here: World, receivers: Receivers) -> None:
    gone, _ = endpoint(here, A, "document.accepted")
    endpoint(here, B, "webhook.disabled")
    receivers.answer(A, GONE)
    tell(here)
    tell(here)
    here.run()
    assert len(receivers.came[A]) == 1
    assert json.loads(receivers.came[B][0].body)["data"]["id"] == gone
    found = webhooks.find(here.platform, here.platform.scope(RUC), gone)
    assert (found.enabled, found.disabled_why) == (False, "gone")
    assert sorted(row.state for row in rows(here)) == ["CANCELLED", "DELIVERED", "FAILED"]


def test_five_days_of_failures_disable(here: World, receivers: Receivers) -> None:
    failing, _ = endpoint(here, A, "document.accepted")
    endpoint(here, B, "webhook.disabled")
    receivers.answer(A, BAD)
    scope = here.platform.scope(RUC)
    for _ in range(8):
        tell(here)
        here.clock.forward(24 * 3600)
        here.run(most=200)
        if not webhooks.find(here.platform, scope, failing).enabled:
            break
    found = webhooks.find(here.platform, scope, failing)
    assert (found.enabled, found.disabled_why) == (False, "failing")
    assert found.failing_since is not None
    assert here.clock() - found.failing_since >= timedelta(days=5)
    assert kinds(receivers, B) == ["webhook.disabled"]
    again = webhooks.change(here.platform, scope, failing, Wish(A))
    assert (again.enabled, again.failing_since, again.disabled_why) == (True, None, None)


def test_of_one_document_news_come_in_their_order(here: World, receivers: Receivers) -> None:
    endpoint(here, A)
    receivers.answer(A, BAD, OK)
    tell(here, about="d1", n=3)
    here.run()
    told = [json.loads(call.body)["sequence"] for call in receivers.came[A]]
    assert told == [0, 0, 1, 2]


def test_news_do_not_wait_for_ever_behind_others(here: World, receivers: Receivers) -> None:
    endpoint(here, A)
    first = '"sequence":0'
    receivers.answers[A] = lambda call: BAD if first in call.body else OK
    tell(here, about="d1", n=2)
    begun = here.clock()
    while not any('"sequence":1' in call.body for call in receivers.came.get(A, [])):
        here.step()
    assert here.clock() - begun < timedelta(minutes=10)


def test_many_at_once_are_put_by_one_piece_of_work(here: World, receivers: Receivers) -> None:
    endpoint(here, A)
    tell(here, n=130)
    assert len(here.waiting()) == 1
    here.run(most=300)
    assert len({call.id for call in receivers.came[A]}) == len(receivers.came[A]) == 130


def test_an_old_secret_signs_along_for_a_day(here: World, receivers: Receivers) -> None:
    name, old = endpoint(here, A)
    scope = here.platform.scope(RUC)
    new = webhooks.rotate(here.platform, scope, name).secret
    assert new != old
    tell(here)
    here.run()
    assert verified(receivers.came[A][0], old)["type"] == verified(receivers.came[A][0], new)["type"]
    here.clock.forward(24 * 3600)
    tell(here)
    here.run()
    assert verified(receivers.came[A][1], new)
    with pytest.raises(WebhookVerificationError):
        verified(receivers.came[A][1], old)


def test_secrets_are_sealed(here: World) -> None:
    _, secret = endpoint(here, A)
    (row,) = rows(here, webhook_endpoints)
    assert secret.startswith("whsec_")
    assert secret.encode() not in row.secret
    assert "secret=" not in repr(webhooks.all_of(here.platform, here.platform.scope(RUC))).replace(
        "old_secret_until=", ""
    )


def test_a_test_is_one_call_now(here: World, receivers: Receivers) -> None:
    name, _ = endpoint(here, A, enabled=False)
    receivers.answer(A, Answer(7, 500, (), b"x" * 5000 + b"\x00"))
    told = webhooks.test(here.platform, here.platform.scope(RUC), name)
    assert (told.delivery.state, len(told.attempts), told.attempts[0].status) == ("FAILED", 1, 500)
    assert len(told.attempts[0].answer) == 1024
    assert here.run() == 0


def test_a_message_is_told_again_by_hand(here: World, receivers: Receivers) -> None:
    name, secret = endpoint(here, A)
    tell(here)
    here.run()
    scope = here.platform.scope(RUC)
    (before,) = webhooks.log_of(here.platform, scope, name)
    webhooks.replay(here.platform, scope, name, before.delivery.id)
    here.run()
    first, second = receivers.came[A]
    assert (first.id, first.body) == (second.id, second.body)
    assert verified(second, secret)
    log = webhooks.log_of(here.platform, scope, name)
    assert [(each.delivery.state, each.delivery.replay_of) for each in log] == [
        ("DELIVERED", before.delivery.id),
        ("DELIVERED", None),
    ]
    assert webhooks.log_of(here.platform, scope, name, before=log[0].delivery.id, most=1) == [before]
    assert webhooks.log_of(here.platform, scope, name, state="FAILED") == []


def test_an_endpoint_is_its_companys_alone(here: World) -> None:
    name, _ = endpoint(here, A)
    other = here.platform.scope("20000000010")
    for call in (
        lambda: webhooks.find(here.platform, other, name),
        lambda: webhooks.rotate(here.platform, other, name),
        lambda: webhooks.remove(here.platform, other, name),
        lambda: webhooks.log_of(here.platform, other, name),
        lambda: webhooks.test(here.platform, other, name),
    ):
        with pytest.raises(NotFound):
            call()
    assert webhooks.all_of(here.platform, other) == []


def test_who_is_removed_is_told_nothing_more(here: World, receivers: Receivers) -> None:
    name, _ = endpoint(here, A)
    tell(here)
    webhooks.remove(here.platform, here.platform.scope(RUC), name)
    tell(here)
    here.run()
    assert (kinds(receivers), [row.state for row in rows(here)]) == ([], ["CANCELLED"])
    assert endpoint(here, A)[0] != name


@pytest.mark.parametrize(
    "wish",
    [Wish("http://a.pe/"), Wish("https://10.0.0.1/"), Wish(A, ()), Wish(A, ("document.x",)), Wish("https://a.pe:25/")],
)
def test_a_wish_that_cannot_be_met_is_refused(here: World, wish: Wish) -> None:
    with pytest.raises(InvalidDocument) as refusal:
        webhooks.keep(here.platform, here.platform.scope(RUC), wish)
    assert refusal.value.facts["faults"]


def test_there_are_twenty_at_most(here: World) -> None:
    for n in range(webhooks.MOST_ENDPOINTS):
        endpoint(here, f"https://e{n}.ejemplo.pe/")
    with pytest.raises(InvalidDocument):
        endpoint(here, A)
    assert endpoint(here, "https://e0.ejemplo.pe/", "document.voided")[1] == ""


def test_lost_work_is_put_back(here: World, receivers: Receivers) -> None:
    endpoint(here, A)
    tell(here)
    here.drop(here.waiting()[0][1])
    assert deliver.put_back(here.platform) == 0  # not yet
    here.clock.forward(120)
    assert (deliver.put_back(here.platform), deliver.put_back(here.platform)) == (1, 0)
    here.run()
    assert kinds(receivers) == ["document.accepted"]


def test_work_that_was_done_already_does_nothing(here: World, receivers: Receivers) -> None:
    endpoint(here, A)
    tell(here)
    _, work = here.waiting()[0]
    for _ in range(3):
        deliver.deliver(here.platform, work)
    assert len(receivers.came[A]) == 1


def test_a_death_between_the_call_and_its_record_repeats_the_call(
    here: World, receivers: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint(here, A)
    tell(here)
    _, work = here.waiting()[0]
    with monkeypatch.context() as dying:
        dying.setattr(deliveries, "note", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            deliver.deliver(here.platform, work)
    here.run()
    assert len(receivers.came[A]) == 2
    assert len({call.id for call in receivers.came[A]}) == 1
