"""S05: a token that comes twice ends its family, a thousand times; an honest client who lost an answer stays in."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import structlog
from people_world import ANA, CLIENT, PASSWORD
from sqlalchemy import func, select

from onapi.errors import Unauthenticated
from onapi.flows import sign_in
from onapi.flows.refresh_token import new_token, token_digest
from onapi.flows.renew import AGAIN, refresh
from onapi.flows.sessions import open_sessions
from onapi.flows.visitor import Visitor
from onapi.store import sessions
from onapi.store.sessions import RefreshToken, Session
from onapi.store.tables import session_events

MINE, THIEF = Visitor("198.51.100.7", "caja"), Visitor("203.0.113.66", "ladron")
FAMILIES = 1000


def opened(platform: Any, many: int) -> list[tuple[str, str]]:
    """As many sessions of Ana's: their ids and first tokens, as a sign-in keeps them."""
    first = sign_in.sign_in(platform, CLIENT, ANA, PASSWORD, days=30, visitor=MINE)
    found, now = [(first.session_id, first.refresh_token)], platform.clock()
    with platform.database.transaction() as connection:
        for _ in range(many - 1):
            name, token, user = platform.new_id(), new_token(), first.credential.id
            ends_at = now + timedelta(days=90)
            sessions.begin(connection, Session(name, user, now, now, ends_at, MINE.address, MINE.agent))
            kept = RefreshToken(token_digest(token), name, user, now + timedelta(days=30))
            sessions.add_token(connection, kept, now)
            found.append((name, token))
    return found


@pytest.mark.slow
def test_a_thousand_families_end_by_a_replay_and_each_is_told(platform: Any) -> None:
    families = opened(platform, FAMILIES)
    user = sign_in.credentials.find_by_name
    with platform.database.reading() as connection:
        ana = user(connection, CLIENT, ANA)
    assert ana is not None
    assert len(open_sessions(platform, ana.id)) == FAMILIES
    ended = 0
    with structlog.testing.capture_logs() as log:
        for _, token in families:
            following = refresh(platform, token, days=30, visitor=MINE).refresh_token
            with pytest.raises(Unauthenticated, match="ya se había usado"):
                refresh(platform, token, days=30, visitor=THIEF)
            platform.clock.forward(2)  # the network has a bucket
            with pytest.raises(Unauthenticated, match="no es válido"):
                refresh(platform, following, days=30, visitor=MINE)
            ended += 1
    assert (ended, open_sessions(platform, ana.id)) == (FAMILIES, [])
    assert sum(line["event"] == "refresh token replayed" and line["log_level"] == "warning" for line in log) == FAMILIES
    with platform.database.reading() as connection:
        noted = select(func.count()).where(session_events.c.event == "refresh_token_reused")
        assert connection.execute(noted).scalar_one() == FAMILIES


def test_twenty_at_once_get_one_successor(platform: Any) -> None:
    for _, token in opened(platform, 5):
        start = threading.Barrier(20)

        def ask(_: int, token: str = token, start: threading.Barrier = start) -> str:
            start.wait()
            return refresh(platform, token, days=30, visitor=MINE).refresh_token

        with ThreadPoolExecutor(20) as pool:
            given = set(pool.map(ask, range(20)))
        assert len(given) == 1
        assert refresh(platform, given.pop(), days=30, visitor=MINE).refresh_token not in given


def test_a_client_whose_answers_are_lost_stays_in(platform: Any) -> None:
    """Every second answer is dropped on the way: he asks again with what he has."""
    ((_, token),) = opened(platform, 1)
    for turn in range(40):
        lost = refresh(platform, token, days=30, visitor=MINE).refresh_token
        if turn % 2:
            platform.clock.forward(AGAIN.total_seconds())
            token = refresh(platform, token, days=30, visitor=MINE).refresh_token
            assert token == lost
        else:
            token = lost
        platform.clock.forward(60)


def test_after_ten_seconds_the_same_client_is_a_replay_too(platform: Any) -> None:
    ((_, token),) = opened(platform, 1)
    refresh(platform, token, days=30, visitor=MINE)
    platform.clock.forward(AGAIN.total_seconds() + 1)
    with pytest.raises(Unauthenticated, match="ya se había usado"):
        refresh(platform, token, days=30, visitor=MINE)


def test_no_token_is_told_to_outlive_its_session(platform: Any) -> None:
    born = platform.clock()
    ((_, token),) = opened(platform, 1)
    for _ in range(4):
        platform.clock.forward(timedelta(days=20).total_seconds())
        found = refresh(platform, token, days=30, visitor=MINE)
        token = found.refresh_token
        assert found.refresh_expires_at == min(platform.clock() + timedelta(days=30), born + timedelta(days=90))
