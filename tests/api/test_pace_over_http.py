"""A04 over HTTP: who obeys the headers is never refused, who does not gets what the quotas say and no more.

The clock stands still but for what the clients wait, so that ten thousand calls take minutes for them and seconds here.
"""

import http.client
import re
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from api_stack import BASE, BORN, OTHER_RUC, PASSWORD, RUC, served

from onapi.api.rate_limit import WINDOW_S
from onapi.api.tokens import Tokens
from onapi.flows import sign_in
from onapi.flows.platform import Platform
from onapi.main import House
from onapi.settings import CLIENT_ID, Settings
from onapi.store import credentials
from onapi.store.token_keys import KeyRing

PER_TOKEN, PER_COMPANY, PER_ADDRESS = 20, 30, 300  # a second
STATE = re.compile(r'"\w+";r=(\d+);t=(\d+)')
NAMES = ("ana", "luis", "eva")  # of one company


class Clock:
    """Stands still until somebody waits."""

    def __init__(self) -> None:
        self.now = BORN

    def __call__(self) -> datetime:
        """What it says."""
        return self.now

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@dataclass
class Line:
    """A connection to the API that is kept open, its clock, and whose tokens may be used."""

    connection: http.client.HTTPConnection
    clock: Clock
    tokens: dict[str, str]

    def call(self, name: str) -> tuple[int, http.client.HTTPMessage]:
        """One call that costs the API next to nothing: it is refused for its path, once it was counted."""
        headers = {"Authorization": f"Bearer {self.tokens[name]}"}
        self.connection.request("GET", f"{BASE}/ngr/{RUC}/xx/F001/1", headers=headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status, answer.headers

    def rest(self) -> None:
        """Until every bucket is full."""
        self.clock.wait(WINDOW_S)

    def burst(self, *names: str, calls: int, pause_s: float) -> Counter[str]:
        """Call in turns without looking at any header; how many calls of each passed."""
        passed: Counter[str] = Counter()
        for number in range(calls):
            name = names[number % len(names)]
            passed[name] += self.call(name)[0] != http.HTTPStatus.TOO_MANY_REQUESTS
            self.clock.wait(pause_s)
        return passed


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """An API of its own, with low limits."""
    clock = Clock()

    class Slow(House):
        def platform(self, *, durable: bool = True) -> Platform:
            return replace(super().platform(durable=durable), clock=clock)

    rates = {"rate_per_token": PER_TOKEN, "rate_per_company": PER_COMPANY, "rate_per_address": PER_ADDRESS}
    house = Slow(Settings(_env_file=None, home=tmp_path_factory.mktemp("pace"), **rates))  # type: ignore[arg-type]  # by name
    house.prepare()
    tokens = {name: _token(house, name, (RUC,)) for name in NAMES} | {"otra": _token(house, "otra", (OTHER_RUC,))}
    with socket.create_server(("127.0.0.1", 0)) as listener, served(house.api(), listener) as address:
        connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
        yield Line(connection, clock, tokens)
        connection.close()


def _token(house: House, name: str, rucs: tuple[str, ...]) -> str:
    platform = house.platform()
    sign_in.register(platform, client_id=CLIENT_ID, username=name, password=PASSWORD, rucs=rucs)
    with platform.database.reading() as connection:
        user = credentials.find_by_name(connection, CLIENT_ID, name)
    assert user is not None
    platform.database.close()
    return Tokens(KeyRing(house.settings.tokens), timedelta(days=1)).make(user, platform.clock())


def test_ten_thousand_calls_of_an_honest_client_are_all_let_in(line: Line) -> None:
    began, statuses = line.clock.now, Counter[int]()
    for _ in range(10_000):
        status, headers = line.call("ana")
        statuses[status] += 1
        states = [(int(left), int(full_s)) for left, full_s in STATE.findall(headers["ratelimit"])]
        assert len(states) == 3
        line.clock.wait(max((full_s for left, full_s in states if left == 0), default=0.001))
    assert statuses == {422: 10_000}
    assert (line.clock.now - began).total_seconds() >= 10_000 / PER_TOKEN - WINDOW_S  # and not by idling
    assert (line.clock.now - began).total_seconds() <= 1.2 * 10_000 / PER_TOKEN


def test_who_waits_as_long_as_he_is_told_is_let_in(line: Line) -> None:
    line.rest()
    line.burst("ana", calls=PER_TOKEN * WINDOW_S, pause_s=0)
    for _ in range(20):
        status, headers = line.call("ana")
        assert status == 429
        line.clock.wait(int(headers["retry-after"]))
        assert line.call("ana")[0] == 422
        line.burst("ana", calls=PER_TOKEN * int(headers["retry-after"]), pause_s=0)


@pytest.mark.parametrize("pause_s", [0.0, 0.001, 0.01])
def test_a_burst_gets_its_quota_and_no_more(line: Line, pause_s: float) -> None:
    line.rest()
    calls, quota = 1500, PER_TOKEN * WINDOW_S
    passed = line.burst("ana", calls=calls, pause_s=pause_s)
    assert abs(passed["ana"] - (quota + PER_TOKEN * pause_s * calls)) <= 0.01 * quota


def test_those_of_a_company_share_its_quota_and_no_other_pays(line: Line) -> None:
    line.rest()
    quota = PER_COMPANY * WINDOW_S
    passed = line.burst(*NAMES, "otra", calls=1600, pause_s=0.001)
    ours = sum(passed[name] for name in NAMES)
    assert abs(ours - (quota + PER_COMPANY * 1.6)) <= 0.01 * quota
    assert abs(passed["otra"] - PER_TOKEN * (WINDOW_S + 1.6)) <= 0.01 * PER_TOKEN * WINDOW_S


def test_what_one_is_refused_costs_his_colleagues_nothing(line: Line) -> None:
    line.rest()
    passed = line.burst("ana", calls=2000, pause_s=0)
    left = PER_COMPANY * WINDOW_S - passed["ana"]
    assert line.burst("luis", calls=left + 10, pause_s=0)["luis"] == left


def test_an_address_that_names_nobody_is_held_back_too(line: Line) -> None:
    line.rest()
    quota, passed = PER_ADDRESS * WINDOW_S, 0
    for _ in range(quota + 100):
        line.connection.request("GET", "/nada")
        answer = line.connection.getresponse()
        answer.read()
        passed += answer.status == http.HTTPStatus.NOT_FOUND
    assert abs(passed - quota) <= 0.01 * quota
    line.connection.request("GET", "/livez")  # for those who watch over us, there is no limit
    answer = line.connection.getresponse()
    answer.read()
    assert (answer.status, answer.headers["ratelimit"]) == (http.HTTPStatus.OK, None)
