"""Limits: who obeys the headers is never refused, who does not gets what the quota says and no more."""

import re

import pytest

from onapi.api.rate_limit import WINDOW_S, Buckets, Limits, Pace
from onapi.api.tokens import Principal

RATE = 50
STATE = re.compile(r'"token";r=(\d+);t=(\d+)')


def told(state: str) -> tuple[int, int]:
    """What is left, and when the bucket is full, as a client reads it."""
    found = STATE.fullmatch(state)
    assert found
    return int(found[1]), int(found[2])


def test_an_honest_client_is_never_refused() -> None:
    buckets, now_s = Buckets("token", RATE), 1_000_000.0
    for _ in range(10_000):
        taken = buckets.take("ana", now_s)
        assert taken.wait_s == 0
        left, full_in_s = told(taken.state)
        now_s += full_in_s if left == 0 else 0.002
    assert now_s - 1_000_000 >= 10_000 / RATE - WINDOW_S


@pytest.mark.parametrize("pause_s", [0.0, 0.0001, 0.004])
def test_a_burst_gets_its_quota_and_no_more(pause_s: float) -> None:
    buckets, now_s, tries = Buckets("token", RATE), 5.0, 3000
    passed = 0
    for _ in range(tries):
        passed += buckets.take("ana", now_s).wait_s == 0
        now_s += pause_s
    quota = RATE * WINDOW_S + RATE * pause_s * (tries - 1)
    assert abs(passed - min(quota, tries)) <= 0.01 * quota


def test_who_waits_as_told_passes() -> None:
    buckets = Buckets("token", 2)
    while not (taken := buckets.take("ana", 7.0)).wait_s:
        pass
    assert taken.wait_s == 1
    assert buckets.take("ana", 7.0 + taken.wait_s).wait_s == 0
    assert buckets.take("otra", 7.0).wait_s == 0


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    buckets = Buckets("token", 1)
    assert [buckets.take("ana", 100.0).wait_s for _ in range(11)] == [*[0] * 10, 1]
    assert buckets.take("ana", 1.0).wait_s == 1
    assert buckets.take("ana", 100.0).wait_s == 1


def test_it_is_told_as_the_draft_says() -> None:
    taken = Buckets("token", 50).take("ana", 0.0)
    assert (taken.policy, taken.state) == ('"token";q=500;w=10', '"token";r=499;t=1')


def _who(name: str) -> Principal:
    return Principal(name, "integra", frozenset({"20000000001"}), frozenset())


def test_each_limit_has_its_own_bucket() -> None:
    pace = Pace(Limits(per_token=1, per_company=2, per_address=3))
    first, second = pace.of_principal(_who("ana"), 0.0), pace.of_principal(_who("luis"), 0.0)
    assert [(taken.name, taken.left) for taken in first] == [("token", 9), ("company", 19)]
    assert [(taken.name, taken.left) for taken in second] == [("token", 9), ("company", 18)]
    assert [taken.left for taken in pace.of_address("192.0.2.1", 0.0)] == [29]


def test_no_limit_takes_nothing() -> None:
    pace = Pace(Limits())
    assert pace.of_address("192.0.2.1", 0.0) == []
    assert pace.of_principal(Principal("ana", "integra", frozenset(), frozenset()), 0.0) == []


def test_it_remembers_so_many_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onapi.api.rate_limit._MOST_KEYS", 3)
    buckets = Buckets("address", 1)
    for key in "abcd":
        buckets.take(key, 0.0)
    assert list(buckets._held) == ["b", "c", "d"]
