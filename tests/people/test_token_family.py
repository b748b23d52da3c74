"""M3: whatever happens to a session's tokens, a family is a chain, and what is over stays over."""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from people_world import ANA, CLIENT, RUC, CountingHasher, people

from onapi.errors import OnapiError, Throttled
from onapi.flows import passwords, sign_in, users
from onapi.flows.renew import AGAIN, refresh
from onapi.flows.sessions import ended_lately, open_sessions, sign_out
from onapi.flows.visitor import Visitor
from onapi.store.database import migrate

CLIENTS = (Visitor("198.51.100.7", "caja"), Visitor("203.0.113.66", "ladron"))
DAY = 86_400
RARELY = 7
_template: list[Path] = []


def fresh(folder: Path) -> str:
    """A migrated SQLite database, copied from the first one."""
    if not _template:
        _template.append(Path(tempfile.mkdtemp(prefix="onapi-m3-")) / "empty.sqlite3")
        migrate(f"sqlite:///{_template[0]}")
    shutil.copy(_template[0], folder / "onapi.sqlite3")
    return f"sqlite:///{folder / 'onapi.sqlite3'}"


class Family(RuleBasedStateMachine):
    """Sign in, renew, renew at once, replay, sign out, change the password, let time go by."""

    @initialize()
    def open(self) -> None:
        """A platform with one user."""
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="onapi-m3-")))
        hasher = CountingHasher()
        self.stack.enter_context(patch.object(passwords, "_hasher", hasher))
        self.stack.enter_context(patch.object(passwords, "_NOBODY", hasher.hash("nobody")))
        self.platform = self.stack.enter_context(people(fresh(folder)))
        self.password, self.turn = "la primera clave de todas", 0
        sign_in.register(self.platform, client_id=CLIENT, username=ANA, password=self.password, rucs=(RUC,))
        self.user = users.find(self.platform, CLIENT, ANA).id
        self.chains: dict[str, list[str]] = {}  # session → its tokens, oldest first
        self.used: dict[str, tuple[Any, Visitor]] = {}  # token → when it was first used, and by whom
        self.born: dict[str, Any] = {}
        self.given: dict[str, Any] = {}
        self.over: set[str] = set()

    def teardown(self) -> None:
        """Put everything away."""
        if hasattr(self, "stack"):
            self.stack.close()

    @rule()
    def login(self) -> None:
        """The owner signs in."""
        found = sign_in.sign_in(self.platform, CLIENT, ANA, self.password, days=30, visitor=CLIENTS[0])
        self.chains[found.session_id] = [found.refresh_token]
        self.born[found.session_id] = self.given[found.refresh_token] = self.platform.clock()

    @rule(data=st.data(), who=st.sampled_from(CLIENTS), back=st.integers(0, 3), times=st.sampled_from((1, 1, 2, 20)))
    def renew(self, data: st.DataObject, who: Visitor, back: int, times: int) -> None:
        """Some token of a chain is presented, once or many times at once: the newest, or an older one."""
        if not set(self.chains) - self.over:
            self.login()
        alive = sorted(set(self.chains) - self.over)
        among = sorted(self.chains) if data.draw(st.integers(0, 9)) == RARELY else alive  # what is over stays over
        session = data.draw(st.sampled_from(among))
        chain = self.chains[session]
        token = chain[max(0, len(chain) - 1 - back)]
        for _ in range(times):
            self._present(session, token, who)

    def _present(self, session: str, token: str, who: Visitor) -> None:
        expected, now = self._expected(session, token, who), self.platform.clock()
        try:
            found = refresh(self.platform, token, days=30, visitor=who).refresh_token
        except Throttled:
            return
        except OnapiError as error:
            assert error.key == expected  # noqa: PT017  the model says which, `raises` cannot
            if error.key == "refresh_token_reused":
                self.over.add(session)
            return
        assert expected in {"next", "same"}
        chain = self.chains[session]
        if expected == "same":
            assert found == chain[chain.index(token) + 1]
            return
        assert all(found not in tokens for tokens in self.chains.values())
        chain.append(found)
        self.used[token], self.given[found] = (now, who), now

    def _expected(self, session: str, token: str, who: Visitor) -> str:
        now = self.platform.clock()
        age, life = (now - self.given[token]).total_seconds(), (now - self.born[session]).total_seconds()
        if session in self.over or age >= 30 * DAY or life >= 90 * DAY:
            return "refresh_token_invalid"
        if token not in self.used:
            return "next"
        used_at, by = self.used[token]
        return "same" if now - used_at <= AGAIN and who == by else "refresh_token_reused"

    @rule(data=st.data(), dice=st.integers(0, 9))
    def logout(self, data: st.DataObject, dice: int) -> None:
        """One session ends."""
        if self.chains and dice == RARELY:
            session = data.draw(st.sampled_from(sorted(self.chains)))
            sign_out(self.platform, self.user, session)
            self.over.add(session)

    @rule(dice=st.integers(0, 9))
    def change_password(self, dice: int) -> None:
        """Every session ends."""
        if dice != RARELY:
            return
        self.turn += 1
        self.password = f"la clave numero {self.turn} de muchas"
        users.change(self.platform, self.user, users.Change(password=self.password))
        self.over |= set(self.chains)

    @rule(seconds=st.sampled_from((1, 2, 3, 5, 9, 11, 60, 900, DAY, 12 * DAY, 29 * DAY, 31 * DAY)))
    def wait(self, seconds: int) -> None:
        """Time goes by."""
        self.platform.clock.forward(seconds)

    @invariant()
    def what_is_open_is_what_is_not_over(self) -> None:
        """The database knows the same open sessions; those that ended lately are told to every API."""
        if not hasattr(self, "platform"):
            return
        now = self.platform.clock()
        alive = {s for s in self.chains if s not in self.over and (now - self.born[s]).total_seconds() < 90 * DAY}
        assert {each.id for each in open_sessions(self.platform, self.user)} == alive
        assert not ended_lately(self.platform, AGAIN) & alive


TestFamily = pytest.mark.slow(Family.TestCase)
TestFamily.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
