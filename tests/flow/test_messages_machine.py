"""Anything in any order: messages are asked for, providers say yes or no, tell news late and twice, workers die.

Whatever happens: a standing never goes back, no two attempts run at once, each repeat bears the same mark, what waits
has a next action and what does not wait has none, and in the end each message has come to a standing that says why.
`ONAPI_MACHINE_EXAMPLES` and `ONAPI_MACHINE_STEPS` make it longer.
"""

import os
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flow_sunat import Died
from flow_world import BORN, RUC, Clock, Desk, World
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine
from message_world import ADDRESS, BUSY, PHONE, PROVIDERS, REFUSED, Providers, accepted, with_providers
from sqlalchemy import select

from onapi.api.shapes.record import record
from onapi.errors import Conflict
from onapi.flows import hand_over
from onapi.flows.message import EMAIL, WHATSAPP, Wish, ask, find, hear, resend
from onapi.flows.message_content import Content
from onapi.flows.platform import Platform
from onapi.flows.work import do_work
from onapi.gateways.channels.channel import Handover, Parcel, Standing
from onapi.lifecycle.patience import PATIENT
from onapi.lifecycle.standing import after
from onapi.store import Blobs, open_database
from onapi.store.tables import message_moves, messages
from onapi.store.vault import Vault
from onapi.values.number import ReceiptId
from onapi.values.scope import Environment

EXAMPLES = int(os.environ.get("ONAPI_MACHINE_EXAMPLES", "30"))
STEPS = int(os.environ.get("ONAPI_MACHINE_STEPS", "30"))
MOODS = ("yes", "busy", "asks to wait", "refuses", "is read at once", "dies after the yes", "dies before")
HEARD = st.sampled_from([Standing.SENT, Standing.DELIVERED, Standing.READ, Standing.FAILED])


class Letters(RuleBasedStateMachine):
    """The messages of one company about one factura."""

    empty: ClassVar[Path]
    receipt: ClassVar[ReceiptId]

    @initialize()
    def begin(self) -> None:
        """A company with an accepted factura."""
        self.stack, ids, clock = ExitStack(), count(10_000), Clock()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory())) / "home"
        shutil.copytree(self.empty, folder)
        clock.now = BORN
        database = open_database(f"sqlite:///{folder / 'onapi.sqlite3'}", durable=False)
        self.stack.callback(database.close)
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
        )
        self.world = World(platform, clock, None)  # type: ignore[arg-type]  # nothing goes there
        self.persons: Providers = with_providers(self.world)
        self.mood, self.calls = "yes", count(1)
        self.known: dict[str, Standing] = {}
        self.trying: set[str] = set()
        for provider in (self.persons.email, self.persons.whatsapp):
            provider.answer = self.answer

    def answer(self, parcel: Parcel) -> Handover:
        """What a provider makes of it in its mood; nobody else may be at the same message meanwhile."""
        assert parcel.id not in self.trying, "two attempts at once"
        self.trying.add(parcel.id)
        try:
            return self._answer(parcel)
        finally:
            self.trying.discard(parcel.id)

    def _answer(self, parcel: Parcel) -> Handover:
        due = [work for _, work in self.world.waiting() if work.submission_id == parcel.id]
        for work in due:  # the engine may do the same work a second time, or that of a later step
            before = self.tries(parcel.id)
            hand_over.hand_over(self.world.platform, work)
            assert self.tries(parcel.id) == before
        name = f"theirs-{next(self.calls)}"
        match self.mood:
            case "busy":
                return BUSY
            case "asks to wait":
                return replace(BUSY, wait_s=9000.0)
            case "refuses":
                return REFUSED
            case "is read at once":
                self.tell(parcel.id, Standing.READ)
            case "dies before" | "dies after the yes":
                raise Died
        return Handover(Standing.SENT, self.provider_of(parcel.id), name)

    def provider_of(self, message_id: str) -> str:
        """Whose message it is."""
        return PROVIDERS[next(row.channel for row in self.rows(messages) if row.id == message_id)]

    def tries(self, message_id: str) -> int:
        """How often it was tried."""
        return next(int(row.attempts) for row in self.rows(messages) if row.id == message_id)

    def rows(self, table: Any) -> list[Any]:
        """All of a table."""
        with self.world.platform.database.reading() as connection:
            return list(connection.execute(select(table).order_by(table.c.id)))

    def tell(self, message_id: str, standing: Standing) -> None:
        """The provider tells news, under our own mark."""
        platform, provider = self.world.platform, self.provider_of(message_id)
        assert hear(platform, platform.environment, provider, "x", standing, self.world.clock(), message_id=message_id)

    @rule(channel=st.sampled_from([EMAIL, WHATSAPP]), key=st.sampled_from([None, "a", "b"]))
    def wish(self, channel: str, key: str | None) -> None:
        """Somebody asks for a message."""
        content = Content(to=(ADDRESS if channel == EMAIL else PHONE,), text="canario")
        wish = Wish(channel, self.receipt, content, ("xml",), request_key=key and f"{channel}{key}")
        found = ask(self.world.platform, self.world.platform.scope(RUC), wish)
        self.known.setdefault(found.id, Standing.QUEUED)

    @rule(mood=st.sampled_from(MOODS))
    def change(self, mood: str) -> None:
        """Providers change their mood."""
        self.mood = mood

    @rule()
    def work(self) -> None:
        """A worker does what is due next, and may die of it; then another does the same."""
        waiting = self.world.waiting()
        if not waiting:
            return
        due, work = waiting[0]
        self.world.clock.now = max(self.world.clock.now, due)
        for _ in range(2):
            try:
                do_work(self.world.platform, work)
            except Died:
                continue
            break
        self.world.drop(work)

    @rule(hours=st.sampled_from([0.01, 1, 25]))
    def wait(self, hours: float) -> None:
        """Time goes by, and the safety net is cast."""
        self.world.clock.forward(hours * 3600)
        hand_over.put_back(self.world.platform)

    @precondition(lambda self: self.known)
    @rule(data=st.data(), standing=HEARD)
    def news(self, data: st.DataObject, standing: Standing) -> None:
        """News of any message, early, late or again."""
        self.tell(data.draw(st.sampled_from(sorted(self.known))), standing)

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def again(self, data: st.DataObject) -> None:
        """Somebody wants one again."""
        message = data.draw(st.sampled_from(sorted(self.known)))
        try:
            found = resend(self.world.platform, find(self.world.platform, {RUC}, message))
        except Conflict:
            assert any(row.id == message and row.next_action_at for row in self.rows(messages))
        else:
            self.known[found.id] = Standing.QUEUED

    @invariant()
    def nothing_goes_back(self) -> None:
        """Neither in its row nor in its history."""
        if not hasattr(self, "world"):
            return
        for row in self.rows(messages):
            now, was = Standing(row.standing), self.known[row.id]
            assert after(was, now) == now, f"{was} became {now}"
            self.known[row.id] = now
            assert (row.next_action_at is not None) == (now is Standing.QUEUED)
            assert (row.ended_at is None) == (now is Standing.QUEUED)
        reached: dict[str, Standing] = {}
        for line in self.rows(message_moves):
            news, was = Standing(line.standing), reached.get(line.message_id, Standing.QUEUED)
            assert after(was, news) == news
            reached[line.message_id] = news
        assert reached == self.known

    @invariant()
    def receivers_are_nowhere_in_clear(self) -> None:
        """Neither addresses nor words."""
        if hasattr(self, "world"):
            told = str(self.rows(messages)) + str(self.rows(message_moves))
            assert not any(secret in told for secret in (ADDRESS, PHONE, "canario"))

    def teardown(self) -> None:
        """In the end everybody says yes, and each message has its end."""
        if not hasattr(self, "stack"):
            return
        with self.stack:
            self.mood = "yes"
            self.world.clock.forward(600)
            hand_over.put_back(self.world.platform)
            self.world.run(most=3000)
            assert not [row for row in self.rows(messages) if row.standing == Standing.QUEUED]
            self.nothing_goes_back()


@pytest.mark.slow
def test_anything_in_any_order(here: World, tmp_path: Path) -> None:
    Letters.receipt = accepted(here).document.receipt
    Letters.empty = tmp_path / "empty"
    Letters.empty.mkdir()
    with here.platform.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM desk")
    here.platform.database.close()
    shutil.copy(tmp_path / "onapi.sqlite3", Letters.empty)
    shutil.copytree(tmp_path / "blobs", Letters.empty / "blobs")
    is_long = "ONAPI_MACHINE_EXAMPLES" in os.environ
    calm = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        derandomize=not is_long,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink) if is_long else (Phase.generate,),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_machine(Letters, settings=calm)  # type: ignore[no-untyped-call]  # hypothesis gives it no types
