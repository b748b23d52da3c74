"""S03: a hundred thousand guesses give nothing and keep nobody out; the same on both databases, with our own clock."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from people_world import ANA, CLIENT, PASSWORD, RUC, CountingHasher, people
from sqlalchemy import func, select

from onapi.errors import Throttled, Unauthenticated
from onapi.flows import sign_in, throttle, users
from onapi.flows.visitor import Visitor
from onapi.store import guesses, sessions
from onapi.store.database import migrate
from onapi.store.tables import guessed_accounts

HOME = Visitor("198.51.100.7", "navegador", "aparato-de-ana")
ELSEWHERE = Visitor("192.0.2.200", "navegador")


@pytest.fixture
def quick(tmp_path_factory: pytest.TempPathFactory, hasher: CountingHasher) -> Iterator[Any]:
    """SQLite alone: the arithmetic is the same, and a hundred thousand guesses take a while."""
    url = f"sqlite:///{tmp_path_factory.mktemp('s03') / 'onapi.sqlite3'}"
    migrate(url)
    assert hasher.verified == 0
    with people(url) as found, found.database.reading() as always_open:
        sign_in.register(found, client_id=CLIENT, username=ANA, password=PASSWORD, rucs=(RUC,))
        found.database.reading = lambda: nullcontext(always_open)
        yield found


def enter(platform: Any, password: str = PASSWORD, visitor: Visitor = HOME, name: str = ANA) -> Any:
    return sign_in.sign_in(platform, CLIENT, name, password, days=30, visitor=visitor)


def refused(platform: Any, visitor: Visitor = ELSEWHERE, name: str = ANA) -> int:
    """Guess wrong: 0 if the guess was looked at, else the seconds to wait."""
    try:
        enter(platform, "otra", visitor, name)
    except Unauthenticated:
        return 0
    except Throttled as blocked:
        return int(str(blocked.facts["retry_after_s"])) if blocked.key == "login_blocked" else -1
    raise AssertionError("let in")


@dataclass(frozen=True)
class Place:
    """What of a visitor the throttle asks for, worked out once."""

    places: tuple[str, ...]
    network: str


@cache
def robot(number: int) -> Place:
    """One of the addresses of a guesser."""
    visitor = Visitor(f"10.{number // 250}.{number % 250}.9", "robot")
    return Place(visitor.places, visitor.network)


@pytest.mark.slow
@pytest.mark.parametrize(("addresses", "many"), [(1, 100_000), (100, 100_000), (10_000, 100_000)])
def test_a_hundred_thousand_guesses_are_a_hundred_and_the_owner_is_never_kept_out(
    quick: Any, hasher: CountingHasher, addresses: int, many: int
) -> None:
    enter(quick)
    dice, hasher.verified, owner_in = random.Random(addresses), 0, 0  # noqa: S311  attackers of a test
    account, came = throttle.account_of(CLIENT, ANA), 0
    for guess in range(many):
        quick.clock.forward(29 * 86_400 / many)
        try:
            throttle.admit(quick, account, robot(dice.randrange(addresses)))  # type: ignore[arg-type]  # all it asks of him
            hasher.verified += 1
        except Throttled:
            pass
        if guess % (many // 20) == 0:
            came += 1
            before = hasher.verified
            attempt = sign_in.begin(quick, CLIENT, ANA, PASSWORD, HOME)
            owner_in += attempt.admission.is_known and attempt.is_right()
            hasher.verified = before
    assert hasher.verified <= 100
    assert (came, owner_in) == (20, 20)


def test_after_a_hundred_only_known_places_or_a_recovery_get_in(platform: Any, hasher: CountingHasher) -> None:
    enter(platform)
    hasher.verified = 0
    for _ in range(300):
        platform.clock.forward(1000)
        refused(platform)
    assert hasher.verified == 100
    with pytest.raises(Throttled):  # even the right password, from a stranger
        enter(platform, visitor=Visitor("203.0.113.9", "otro"))
    kept = users.reset(platform, CLIENT, ANA)
    assert enter(platform, kept.password, Visitor("203.0.113.9", "otro")).credential.username == ANA


def test_a_month_later_strangers_start_anew(platform: Any, hasher: CountingHasher) -> None:
    for _ in range(120):
        platform.clock.forward(1000)
        refused(platform)
    assert hasher.verified == 100
    platform.clock.forward(timedelta(days=29).total_seconds())
    assert refused(platform) > 3600
    platform.clock.forward(timedelta(days=1).total_seconds())
    assert refused(platform) == 0


def test_each_wrong_guess_doubles_the_wait(platform: Any) -> None:
    waits = []
    for _ in range(13):
        assert refused(platform) == 0
        waits.append(refused(platform))
        platform.clock.forward(waits[-1])
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_a_waiting_guess_costs_no_hash(platform: Any, hasher: CountingHasher) -> None:
    refused(platform)
    hasher.verified = 0
    assert [refused(platform) for _ in range(20)] == [1] * 20
    assert hasher.verified == 0


def test_unknown_names_wait_and_work_alike(platform: Any, hasher: CountingHasher) -> None:
    told = {}
    for name in (ANA, "nadie@empresa.example"):
        hasher.verified, waits = 0, []
        for _ in range(6):
            waits += [refused(platform, name=name), refused(platform, name=name)]
            platform.clock.forward(waits[-1])
        told[name] = (hasher.verified, waits)
    assert told[ANA] == told["nadie@empresa.example"]
    assert told[ANA][0] == 6


def test_a_name_has_no_case_for_guessers_either(platform: Any) -> None:
    assert refused(platform, name=ANA.upper()) == 0
    assert refused(platform) == 1


def test_a_known_device_waits_for_nobody_until_it_guesses_itself(platform: Any, hasher: CountingHasher) -> None:
    enter(platform)
    hasher.verified = 0
    thief = Visitor("203.0.113.50", "robot", HOME.device)
    looked_at = sum(refused(platform, thief) == 0 for _ in range(200))
    assert looked_at == hasher.verified == throttle.PLACE_GUESSES + 1  # then it is a stranger with one guess
    platform.clock.forward(2)
    assert (
        enter(platform, visitor=Visitor(HOME.address, "sin cookie")).credential.username == ANA
    )  # her address is known


def test_a_device_is_known_to_its_own_account_only(platform: Any) -> None:
    sign_in.register(platform, client_id=CLIENT, username="otro@empresa.example", password=PASSWORD, rucs=(RUC,))
    enter(platform, name="otro@empresa.example")
    refused(platform, HOME)
    assert refused(platform, HOME) == 1


def test_a_network_has_a_bucket_whatever_names_it_tries(platform: Any, hasher: CountingHasher) -> None:
    hasher.verified = 0
    waits = [refused(platform, Visitor(f"192.0.2.{n}"), f"nombre{n}@x.example") for n in range(60)]
    assert waits.count(0) == hasher.verified == throttle.LOGINS.at_once
    assert refused(platform, Visitor("192.0.3.1"), "nombre1000@x.example") == 0
    platform.clock.forward(3)
    assert refused(platform, Visitor("192.0.2.1"), "nombre1001@x.example") == 0
    waits = [refused(platform, Visitor(f"2001:db8::{n:x}:1"), f"seis{n}@x.example") for n in range(30)]
    assert waits.count(0) == throttle.LOGINS.at_once


def test_good_logins_are_not_counted_against_their_network(platform: Any) -> None:
    for n in range(60):
        name = f"cajera{n}@empresa.example"
        sign_in.register(platform, client_id=CLIENT, username=name, password=PASSWORD, rucs=(RUC,))
        enter(platform, visitor=Visitor("192.0.2.9", "caja"), name=name)


def test_many_at_once_are_one_guess(platform: Any, hasher: CountingHasher) -> None:
    hasher.verified = 0
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda n: refused(platform, Visitor(f"10.0.{n}.1")), range(24)))
    assert waits.count(0) == hasher.verified == 1


def test_what_counts_no_more_is_forgotten(platform: Any) -> None:
    for n in range(5):
        refused(platform, Visitor(f"10.0.{n}.1"), f"nombre{n}@x.example")
    enter(platform)
    platform.clock.forward(timedelta(days=200).total_seconds())
    enter(platform, visitor=ELSEWHERE)
    with platform.database.reading() as connection:
        for n in range(5):
            assert guesses.guessed_of(connection, throttle.account_of(CLIENT, f"nombre{n}@x.example")) is None
        assert guesses.bucket_full_at(connection, "login 10.0.1.0/24") is None
        assert sessions.find(connection, "00000000-0000-7000-8000-000000000002") is None


def counted(platform: Any) -> int:
    with platform.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(guessed_accounts)).scalar_one())


def test_invented_names_do_not_pile_up(platform: Any) -> None:
    """Whoever adds to the counts clears away what is over: nobody has to sign in for that."""
    for n in range(40):
        refused(platform, Visitor(f"10.0.{n}.1"), f"inventado{n}@x.example")
    assert counted(platform) == 40
    platform.clock.forward(timedelta(days=31).total_seconds())
    assert refused(platform, Visitor("10.0.99.1"), "uno-mas@x.example") == 0
    assert counted(platform) == 1


def test_there_is_a_most_and_those_with_the_fewest_guesses_go_first(
    platform: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "MOST_ACCOUNTS", 50)
    monkeypatch.setattr(throttle, "SELDOM", 1)
    waits = []
    for n in range(4):  # somebody is after Ana
        waits.append(refused(platform, Visitor(f"10.9.{n}.1")))
        platform.clock.forward(10)
    for n in range(120):
        refused(platform, Visitor(f"10.0.{n}.1"), f"inventado{n}@x.example")
        platform.clock.forward(1)
        assert counted(platform) <= 50
    assert waits == [0, 0, 0, 0]
    with platform.database.reading() as connection:
        kept = guesses.guessed_of(connection, throttle.account_of(CLIENT, ANA))
    assert kept is not None
    assert kept.guesses == 4


def test_a_refused_guess_writes_nothing(platform: Any) -> None:
    refused(platform)
    with platform.database.transaction() as writing:  # who wanted to write would wait for this
        writing.execute(guessed_accounts.update().values(guesses=guessed_accounts.c.guesses))
        assert refused(platform) == 1
        with pytest.raises(Throttled):
            throttle.limit(platform, "uno", throttle.Rate(0, timedelta(seconds=1)))
