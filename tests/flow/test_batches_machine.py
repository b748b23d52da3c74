"""Anything in any order: boletas are sent, gathered, judged, voided, corrected; answers get lost, processes die.

Whatever happens, the promises hold, also against what the simulated SUNAT really holds: no request registered twice
(I2), no verdict that is not SUNAT's (I3), nothing registered that we take for free (I4), each series without gap (I5),
each receipt in at most one live batch (I7), none idle (I8), each history a legal path (I9).
`ONAPI_MACHINE_EXAMPLES` and `ONAPI_MACHINE_STEPS` make it as long as one likes.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import httpx2
import pytest
from batch_world import begin_batches, boleta, day_of, kept, lines_of, lives, send
from flow_roads import enrol_everything
from flow_sunat import Died
from flow_world import BORN, RUC, Clock, World, simulated, world
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import event

from onapi.errors import OnapiError
from onapi.flows import look
from onapi.flows.issue import Issued
from onapi.flows.summarise import summarise
from onapi.flows.sweep import sweep
from onapi.flows.void import void
from onapi.flows.wake import wake
from onapi.lifecycle import Event, State
from onapi.lifecycle.moves import MOVES
from onapi.store import documents, members
from onapi.store.receipts import Kept
from onapi.values.moment import LIMA, in_lima

EXAMPLES = int(os.environ.get("ONAPI_MACHINE_EXAMPLES", "10"))
STEPS = int(os.environ.get("ONAPI_MACHINE_STEPS", "25"))
AT_ONCE = 300  # examples that share a simulator
_LED = {State.GATHERED, State.VOIDING}
_TAKEN = {"ACCEPTED", "OBSERVED"}
FAULTS: tuple[dict[str, Any], ...] = (
    {"fault": "F05"},
    {"fault": "F06/after"},
    {"fault": "F04/body"},
    {"fault": "F06"},
    {"fault": "F12"},
    {"fault": "F09"},
    {"fault": "F24", "polls": 2},
    {"fault": "F25"},
    {"fault": "F27"},
    {"fault": "F23/2223"},
    {"fault": "F24/then-99", "operation": "sendSummary", "polls": 0},
)


class Batches(RuleBasedStateMachine):
    """The world, and what a caller, a worker, SUNAT and the night may do to it."""

    clock: ClassVar[Clock]
    simulator: ClassVar[httpx2.Client]
    template: ClassVar[Path]
    starts: ClassVar[Iterator[int]]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.clock.now = BORN
        self.here: World = self.stack.enter_context(world(folder, self.template, self.simulator, self.clock))
        enrol_everything(self.here)
        self.first = begin_batches(self.here, next(self.starts))
        self.here.arm()
        self.issued: list[Issued] = []
        self.fatal = 0

    @contextmanager
    def _mortal(self) -> Iterator[None]:
        """What a caller or worker does: it may be refused, and die before any statement."""
        said, fatal, engine = count(1), self.fatal, self.here.platform.database.engine
        self.fatal = 0

        def die(*_: Any) -> None:
            if next(said) == fatal:
                raise Died

        event.listen(engine, "before_cursor_execute", die)
        try:
            with suppress(Died, OnapiError):
                yield
        finally:
            event.remove(engine, "before_cursor_execute", die)

    def _settled(self, choice: int) -> Issued | None:
        found = [each for each in self.issued if self.here.now(each).state == State.SETTLED]
        return found[choice % len(found)] if found else None

    @rule(in_summary=st.booleans(), many=st.integers(1, 3))
    def emit(self, *, in_summary: bool, many: int) -> None:
        """Boletas without number."""
        for _ in range(many):
            with self._mortal():
                self.issued.append(boleta(self.here, correlativo="#", in_summary=in_summary))

    @initialize()
    def begin(self) -> None:
        """Some that SUNAT knows already, alone and by resumen."""
        for in_summary in (False, True, True):
            self.issued.append(boleta(self.here, correlativo="#", in_summary=in_summary))
        summarise(self.here.platform)
        self.here.run()

    @rule()
    def gather(self) -> None:
        """The worker's round."""
        with self._mortal():
            summarise(self.here.platform)

    @rule(many=st.integers(1, 8))
    def work(self, many: int) -> None:
        """What waits in the queue."""
        for _ in range(many):
            with self._mortal():
                self.here.step()

    @rule()
    def mend(self) -> None:
        """The other duties of a worker."""
        with self._mortal():
            wake(self.here.platform)
            sweep(self.here.platform)

    @rule(fault=st.sampled_from(FAULTS))
    def trouble(self, fault: dict[str, Any]) -> None:
        """SUNAT loses an answer, forgets a ticket, refuses, is away."""
        self.here.arm(fault)

    @rule(statement=st.integers(1, 14))
    def kill(self, statement: int) -> None:
        """The next one to do something dies before this statement of it."""
        self.fatal = statement

    @rule(choice=st.integers(0, 99))
    def void_one(self, choice: int) -> None:
        """By our own choice of batch."""
        if found := self._settled(choice):
            with self._mortal():
                void(self.here.platform, found.document.receipt, "ERROR EN RUC")

    @rule(choice=st.integers(0, 99))
    def void_in_vain(self, choice: int) -> None:
        """SUNAT refuses the batch that voids it."""
        self.here.arm(FAULTS[-1])
        self.void_one(choice)
        self.work(5)

    @rule(choice=st.integers(0, 99), status=st.sampled_from("123"))
    def own_resumen(self, choice: int, status: str) -> None:
        """The caller's own: it reports, corrects or voids two of ours."""
        if self.issued:
            about = [self.issued[(choice + n) % len(self.issued)] for n in range(min(2, len(self.issued)))]
            with self._mortal():
                send(self.here, "RC", {"fecGeneracion": day_of(about[0]), "details": lines_of(about, status)})

    @rule()
    def midnight(self) -> None:
        """The next day of Lima begins."""
        tomorrow = in_lima(self.clock.now).date() + timedelta(days=1)
        self.clock.now = datetime.combine(tomorrow, time(0, 0, 1), LIMA).astimezone(UTC)

    @invariant()
    def each_in_one_batch_and_none_idle(self) -> None:
        """I7 and I8; who is led stands in a live batch, and in a live batch all are led."""
        live, found = lives(self.here), kept(self.here, "03")
        assert set(live.values()) <= {1}
        for each in found:
            state, is_live = State(each.submission.state), each.document.id in live
            assert is_live if state in _LED else (not is_live or state is State.SETTLED), state
            assert state.is_final or state in _LED or each.submission.next_action_at is not None, state

    @invariant()
    def no_batch_outlives_its_verdict(self) -> None:
        """What SUNAT has spoken about holds nobody back."""
        scope = self.here.platform.scope(RUC)
        over = {each.document.id for each in kept(self.here, "RC") if State(each.submission.state).is_final}
        with self.here.platform.database.reading() as connection:
            rows = [row for each in over for row in members.of_batch(connection, scope, each)]
        assert all(row.closed_at is not None for row in rows)

    @invariant()
    def no_gap(self) -> None:
        """I5."""
        scope = self.here.platform.scope(RUC)
        with self.here.platform.database.reading() as connection:
            series = documents.series_in(connection, scope)
            numbers = [documents.numbers_in(connection, scope, *each) for each in series]
        assert all(list(found) == list(range(self.first, self.first + len(found))) for found in numbers)

    def teardown(self) -> None:
        """In the end: what was said of each, and what SUNAT holds of it."""
        try:
            for each in (*kept(self.here, "03"), *kept(self.here, "RC")):
                self._is_legal(each)
                self._is_true(each)
            known = {each.document.id for each in kept(self.here, "03")}
            assert {each.document.id for each in self.issued} <= known  # I1
        finally:
            self.stack.close()

    def _is_legal(self, each: Kept) -> None:
        """I9."""
        lines = look.history(self.here.platform, each)
        state = State(lines[0].state)
        for line in lines[1:]:
            moves = {MOVES.get((state, Event(line.event)))} if line.event in set(Event) else set()
            assert State(line.state) in moves | {state}, [(x.event, x.state) for x in lines]
            state = State(line.state)
        assert state == each.submission.state

    def _is_true(self, each: Kept) -> None:
        """I2, I3, I4 and I6."""
        name = each.document.receipt.file_name
        rows = self.simulator.get("/_simulator/ledger", params={"name": name}).json()
        state, outcome = State(each.submission.state), each.submission.outcome
        assert len(rows) <= 1
        held = {row["state"] for row in rows}
        if state is State.VOIDED:
            assert held == {"voided"}
        if state is State.SETTLED:
            assert held == ({"accepted"} if outcome in _TAKEN else {"rejected"}), (name, outcome)
        if "accepted" in held:
            assert state not in {State.HELD, State.WAITING}, name
        if rows and rows[0]["cameBy"] == name and rows[0]["digest"]:
            assert rows[0]["digest"] == each.document.xml


@pytest.mark.parametrize("part", range(-(-EXAMPLES // AT_ONCE)))
def test_the_promises_hold_whatever_happens(part: int, empty_database: Path, tmp_path: Path, clock: Clock) -> None:
    with simulated(tmp_path, "production", clock) as client:
        Batches.clock, Batches.simulator, Batches.template = clock, client, empty_database
        Batches.starts = count(1, 300)
        made: Callable[[], Batches] = type(f"Batches{part}", (Batches,), {})
        run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis gives it no types
            made,
            settings=settings(
                max_examples=min(EXAMPLES, AT_ONCE),
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                derandomize=EXAMPLES <= AT_ONCE,
                phases=(Phase.generate,) if EXAMPLES <= AT_ONCE else (Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            ),
        )
