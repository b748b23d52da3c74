"""Anything in any order: news are announced or rolled back, receivers fail, hang, go and come back, processes die.

Whatever happens: what was committed is delivered at least once or ends by a rule that says so (I10), each repeat bears
the same id and the same text, what was rolled back is never told, nothing that waits is without a next action, and one
company's endpoint never hears of another's. `ONAPI_MACHINE_EXAMPLES` and `ONAPI_MACHINE_STEPS` make it longer.
"""

import json
import os
import shutil
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flow_sunat import Died
from flow_world import BORN, RUC, Clock, Desk, World
from hook_receiver import BAD, GONE, OK, SILENT, Receivers, endpoint
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from onapi.api.shapes.record import record
from onapi.flows import webhooks
from onapi.flows.announce import EVENTS, News, announce_all, forget
from onapi.flows.deliver import put_back
from onapi.flows.platform import Platform
from onapi.flows.webhooks import Wish
from onapi.gateways.channels.webhook import Call
from onapi.gateways.egress import Answer
from onapi.lifecycle.patience import PATIENT
from onapi.store import Blobs, open_database
from onapi.store.tables import webhook_attempts, webhook_deliveries, webhook_endpoints, webhook_messages
from onapi.store.vault import Vault
from onapi.values.scope import Environment

EXAMPLES = int(os.environ.get("ONAPI_MACHINE_EXAMPLES", "30"))
STEPS = int(os.environ.get("ONAPI_MACHINE_STEPS", "30"))
OTHER = "20000000010"
RUCS = (RUC, OTHER)
MOOD: dict[str, Answer] = {
    "ok": OK,
    "bad": BAD,
    "silent": SILENT,
    "gone": GONE,
    "redirect": Answer(3, 307, (("location", "https://x.pe/"),)),
    "busy": Answer(3, 503, (("retry-after", "7200"),)),
}
URLS = tuple(f"https://{name}.ejemplo.pe/" for name in "abc")


@dataclass
class Model:
    """What was promised."""

    promised: dict[tuple[str, str], str] = field(default_factory=dict)  # (mark, endpoint): its company
    rolled_back: set[str] = field(default_factory=set)


class Outbox(RuleBasedStateMachine):
    """The outbox of two companies with three receivers each."""

    empty: ClassVar[Path]

    @initialize()
    def begin(self) -> None:
        """Two companies, nobody subscribed."""
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        shutil.copy(self.empty, folder / "onapi.sqlite3")
        clock, ids = Clock(), count(1)
        clock.now = BORN
        database = open_database(f"sqlite:///{folder / 'onapi.sqlite3'}", durable=False)
        self.stack.callback(database.close)
        self.receivers, self.model, self.marks = Receivers(), Model(), count(1)
        platform = Platform(
            environment=Environment.SANDBOX,
            database=database,
            blobs=Blobs(str(folder / "blobs")),
            queue=Desk(clock, database),  # type: ignore[arg-type]  # all that flows ask of a queue
            vault=Vault([bytes(32)]),
            sunat=None,  # type: ignore[arg-type]  # nothing goes there
            pace=PATIENT,
            clock=clock,
            new_id=lambda: f"00000000-0000-7000-8000-{next(ids):012d}",
            record_of=record,
            webhooks=self.receivers,
        )
        self.world = World(platform, clock, None)  # type: ignore[arg-type]  # nothing goes there
        with database.transaction() as connection:
            connection.exec_driver_sql(
                "CREATE TABLE desk (id TEXT PRIMARY KEY, due TEXT, environment TEXT, ruc TEXT,"
                " submission TEXT, step INTEGER, key TEXT, priority INTEGER)"
            )

    def teardown(self) -> None:
        """In the end everybody is well, and all is told that had not ended by a rule."""
        if not hasattr(self, "stack"):
            return
        with self.stack:
            self.receivers.answers.clear()
            self.world.clock.forward(600)
            put_back(self.world.platform)
            self.world.run(most=3000)
            waits = [row for row in self.rows(webhook_deliveries) if row.next_action_at is not None]
            assert not waits
            self.check_promises(at_end=True)

    def rows(self, table: Any) -> list[Any]:
        """All of a table."""
        with self.world.platform.database.reading() as connection:
            return list(connection.execute(select(table).order_by(table.c.id)))

    def scope(self, ruc: str) -> Any:
        """A company."""
        forget(self.world.platform, self.world.platform.scope(ruc))
        return self.world.platform.scope(ruc)

    def live(self, ruc: str) -> list[Any]:
        """Its endpoints as they are."""
        return list(webhooks.all_of(self.world.platform, self.scope(ruc)))

    @rule(ruc=st.sampled_from(RUCS), url=st.sampled_from(URLS), kind=st.sampled_from(["*", "document.voided"]))
    def subscribe(self, ruc: str, url: str, kind: str) -> None:
        """Somebody wants to be told."""
        endpoint(self.world, f"{url}{ruc}", kind, ruc=ruc)

    @rule(ruc=st.sampled_from(RUCS), n=st.integers(0, 2), what=st.sampled_from(["remove", "disable", "rotate", "test"]))
    def change(self, ruc: str, n: int, what: str) -> None:
        """A person does something to an endpoint."""
        found = self.live(ruc)
        if not found:
            return
        one, platform, scope = found[n % len(found)], self.world.platform, self.scope(ruc)
        match what:
            case "remove":
                webhooks.remove(platform, scope, one.id)
            case "disable":
                webhooks.change(platform, scope, one.id, Wish(one.url, one.events, enabled=not one.enabled))
            case "rotate":
                webhooks.rotate(platform, scope, one.id)
            case _:
                with suppress(Died):
                    webhooks.test(platform, scope, one.id)
        forget(platform, scope)

    @rule(
        ruc=st.sampled_from(RUCS),
        kind=st.sampled_from(["document.accepted", "document.voided"]),
        about=st.sampled_from(["", "d1", "d2"]),
        many=st.sampled_from([1, 1, 1, 3, 25]),
        is_kept=st.booleans(),
    )
    def announce(self, ruc: str, kind: str, about: str, many: int, *, is_kept: bool) -> None:
        """Something happens, or is rolled back."""
        scope = self.scope(ruc)
        marks = [f"m{next(self.marks)}" for _ in range(many)]
        wanting = [each.id for each in self.live(ruc) if each.is_live and {"*", kind} & set(each.events)]
        news = [News(kind, {"mark": mark}, about, n) for n, mark in enumerate(marks)]
        with suppress(Died), self.world.platform.database.transaction() as connection:
            announce_all(self.world.platform, connection, scope, news)
            if not is_kept:
                raise Died
        if is_kept:
            self.model.promised |= {(mark, name): ruc for mark in marks for name in wanting}
        else:
            self.model.rolled_back |= set(marks)

    @rule(url=st.sampled_from(URLS), ruc=st.sampled_from(RUCS), mood=st.sampled_from(sorted(MOOD)))
    def feel(self, url: str, ruc: str, mood: str) -> None:
        """A receiver answers otherwise from now on."""
        self.receivers.answer(f"{url}{ruc}", MOOD[mood])

    @rule(most=st.integers(1, 8))
    def work(self, most: int) -> None:
        """The worker works."""
        for _ in range(most):
            self.world.step()

    @rule(after_call=st.booleans())
    def die(self, *, after_call: bool) -> None:
        """The worker dies at the call or after it; its work is there still."""
        here = self.receivers

        def dies(call: Call) -> Answer:
            if after_call:
                here.came.setdefault(call.url, []).append(call)
            raise Died

        plain, here.post = here.post, dies  # type: ignore[method-assign]  # a death
        try:
            with suppress(Died):
                self.world.step()
        finally:
            here.post = plain  # type: ignore[method-assign]  # as it was

    @rule()
    def lose_work(self) -> None:
        """The queue forgets a piece of work; the safety net looks a while later."""
        waiting = self.world.waiting()
        if waiting:
            self.world.drop(waiting[0][1])
        self.world.clock.forward(90)
        put_back(self.world.platform)

    @rule(hours=st.sampled_from([0.01, 1, 12, 30, 130]))
    def later(self, hours: float) -> None:
        """Time goes by, with nobody at work."""
        self.world.clock.forward(hours * 3600)

    @rule(ruc=st.sampled_from(RUCS))
    def replay(self, ruc: str) -> None:
        """A person has something told again."""
        for one in self.live(ruc):
            log = webhooks.log_of(self.world.platform, self.scope(ruc), one.id, most=1)
            if log and one.enabled:
                webhooks.replay(self.world.platform, self.scope(ruc), one.id, log[0].delivery.id)

    @invariant()
    def nothing_idle(self) -> None:
        """What waits has a next action; what has ended has none."""
        for row in self.rows(webhook_deliveries):
            assert (row.state == "PENDING") == (row.next_action_at is not None) == (row.ended_at is None)

    @invariant()
    def told_rightly(self) -> None:
        """Repeats are the same; nobody hears what was taken back or is another's."""
        bodies: dict[str, str] = {}
        for url, calls in self.receivers.came.items():
            for call in calls:
                told = json.loads(call.body)
                assert bodies.setdefault(call.id, call.body) == call.body
                assert told["data"].get("mark") not in self.model.rolled_back
                assert url.endswith(told["ruc"])
                assert told["type"] in EVENTS

    @invariant()
    def promises(self) -> None:
        """Each promise is kept, under way, or ended by a rule."""
        self.check_promises(at_end=False)

    def check_promises(self, *, at_end: bool) -> None:
        """I10, of every announcement and endpoint."""
        marks = {row.id: json.loads(row.body)["data"].get("mark") for row in self.rows(webhook_messages)}
        found: dict[tuple[str, str], list[Any]] = {}
        for row in self.rows(webhook_deliveries):
            found.setdefault((marks[row.message_id], row.endpoint_id), []).append(row)
        tried: dict[str, list[Any]] = {}
        for row in self.rows(webhook_attempts):
            tried.setdefault(row.delivery_id, []).append(row)
        ends = {row.id: row for row in self.rows(webhook_endpoints)}
        came = {(url, call.id) for url, calls in self.receivers.came.items() for call in calls}
        for promise in self.model.promised:
            rows = found[promise]
            for row in rows:
                self.check_one(row, tried.get(row.id, []), ends[row.endpoint_id], came, at_end=at_end)

    def check_one(self, row: Any, tried: list[Any], its: Any, came: set[tuple[str, str]], *, at_end: bool) -> None:
        """One delivery stands where what happened to it says."""
        assert [each.number for each in tried] == list(range(1, row.attempts + 1))
        match row.state:
            case "DELIVERED":
                assert tried[-1].status == 200
                assert (its.url, row.message_id) in came
            case "FAILED":
                assert tried[-1].status == 410 or row.attempts == 10
                assert row.attempts < 10 or row.ended_at - row.created_at >= timedelta(hours=75)
            case "CANCELLED":
                pass  # its endpoint was disabled or removed when its turn came
            case _:
                assert not at_end


@pytest.fixture(autouse=True)
def _empty(empty_database: Path) -> None:
    Outbox.empty = empty_database


def run(**more: Any) -> None:
    """Play the machine; the same each time unless it is to be long."""
    is_long = "ONAPI_MACHINE_EXAMPLES" in os.environ
    chosen = {"max_examples": EXAMPLES, "stateful_step_count": STEPS, "derandomize": not is_long, **more}
    phases = (Phase.generate, Phase.shrink) if is_long else (Phase.generate,)
    calm = settings(
        deadline=None,
        database=None,
        phases=phases,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        **chosen,
    )
    run_state_machine_as_test(Outbox, settings=calm)  # type: ignore[no-untyped-call]  # hypothesis gives it no types


def test_whatever_happens_all_is_told() -> None:
    run()
