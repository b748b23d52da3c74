"""The plan by itself: seed, chance, count, window, pace and selection, each fault spent as it was wished."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest

from onapi.errors import InvalidDocument
from onapi.simulator.faults import Asked, Moment, Plan

BORN = datetime(2026, 11, 22, 15, tzinfo=UTC)
STEMS = [f"20000000001-01-F001-{number}" for number in range(1, 201)]


class Hands:
    """Both clocks, moved by hand."""

    def __init__(self) -> None:
        self.real, self.simulated = 100.0, BORN

    def plan(self) -> Plan:
        """A plan that goes by them."""
        return Plan(lambda: self.simulated, lambda: self.real)


def _bill(name: str = STEMS[0], **more: Any) -> Asked:
    return Asked("sendBill", "/ol-ti-itcpfegem/billService", "10.0.0.1", name[:11], name, **more)


def _struck(plan: Plan, names: list[str], ask: Callable[[str], Asked] = _bill) -> list[str]:
    return [name for name in names if plan.take(ask(name), Moment.BEFORE)]


def _chancy(seed: int, **more: Any) -> Plan:
    plan = Plan()
    plan.load({"seed": seed, "faults": [{"fault": "F12", "probability": 0.3, **more}]})
    return plan


def test_the_same_seed_gives_the_same_faults() -> None:
    first = _struck(_chancy(7), STEMS)
    assert first == _struck(_chancy(7), STEMS)
    assert first != _struck(_chancy(8), STEMS)


def test_in_whatever_order_they_come() -> None:
    shuffled = STEMS.copy()
    shuffled = shuffled[::-7] + [stem for stem in STEMS if stem not in shuffled[::-7]]
    assert sorted(_struck(_chancy(7), shuffled)) == sorted(_struck(_chancy(7), STEMS))


def test_and_from_many_threads_at_once() -> None:
    plan, found = _chancy(7), list[str]()
    threads = [Thread(target=lambda part=part: found.extend(_struck(plan, STEMS[part::8]))) for part in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(_struck(_chancy(7), STEMS))


def test_what_is_drawn_beside_the_chance_is_the_seeds_too() -> None:
    def codes(seed: int) -> list[str]:
        plan = Plan()
        plan.load({"seed": seed, "faults": [{"fault": "F12/any", "count": "*"}]})
        return [plan.take(_bill(name), Moment.BEFORE)[0].settings["code"] for name in STEMS]

    assert codes(1) == codes(1) != codes(2)
    assert set(codes(1)) == {"0100", "0109", *(f"{code:04}" for code in range(130, 139)), "0200"}


def test_a_chance_is_kept() -> None:
    assert 35 < len(_struck(_chancy(3), STEMS)) < 85, "three in ten of two hundred"


def test_a_document_may_be_luckier_the_next_time() -> None:
    plan = _chancy(7)
    tries = [bool(plan.take(_bill(), Moment.BEFORE)) for _ in range(60)]
    assert 5 < sum(tries) < 35


def test_a_chance_with_a_count_ends() -> None:
    assert len(_struck(_chancy(7, count=5), STEMS)) == 5


@pytest.mark.parametrize(("count", "times"), [(1, 1), (3, 3), ("*", 9)])
def test_count(count: object, times: int) -> None:
    plan = Plan()
    plan.arm([{"fault": "F12", "count": count}])
    assert sum(bool(plan.take(_bill(), Moment.BEFORE)) for _ in range(9)) == times
    assert plan.is_idle == (count != "*")


@pytest.mark.parametrize("clock", ["real", "simulator"])
def test_window_on_either_clock(clock: str) -> None:
    hands = Hands()
    plan = hands.plan()
    plan.arm([{"fault": "F12", "after": "1m", "until": "3m", "clock": clock}])
    told = []
    for _ in range(5):
        told.append(bool(plan.take(_bill(), Moment.BEFORE)))
        hands.real += 60 if clock == "real" else 0
        hands.simulated += timedelta(seconds=60 if clock == "simulator" else 0)
    assert told == [False, True, True, False, False]
    assert plan.is_idle


def test_window_between_two_moments_of_the_calendar() -> None:
    hands = Hands()
    plan = hands.plan()
    plan.arm([{"fault": "F12", "after": "2026-11-23T00:00:00-05:00", "until": "2026-11-24T00:00:00-05:00"}])
    told = []
    for _ in range(4):
        told.append(bool(plan.take(_bill(), Moment.BEFORE)))
        hands.simulated += timedelta(hours=14)
    assert told == [False, True, True, False]


@pytest.mark.parametrize(
    ("wish", "meant"),
    [
        ({"name": "20000000001-01-F001-1"}, True),
        ({"name": "20000000001-01-*"}, True),
        ({"name": "*-F002-*"}, False),
        ({"ruc": "20000000001"}, True),
        ({"ruc": 20000000001}, True),
        ({"ruc": "2000000002*"}, False),
        ({"operation": "sendBill"}, True),
        ({"operation": ["token", "sendBill"]}, True),
        ({"operation": "sendSummary"}, False),
        ({"endpoint": "sales"}, True),
        ({"endpoint": "/ol-ti-itcpfegem/*"}, True),
        ({"endpoint": "others"}, False),
        ({"endpoint": "/otra"}, False),
        ({"ip": "10.0.0.1"}, True),
        ({"ip": "10.0.0.2"}, False),
        ({"name": "*-F001-1", "operation": "getStatus"}, False),
    ],
)
def test_selection(wish: dict[str, object], meant: bool) -> None:  # noqa: FBT001 - a column
    plan = Plan()
    plan.arm([{"fault": "F12", **wish}])
    assert bool(plan.take(_bill(), Moment.BEFORE)) == meant


def test_a_ticket_is_known_by_its_file() -> None:
    plan = Plan()
    plan.arm([{"fault": "F12", "name": "*-RC-*", "count": "*"}, {"fault": "F12", "name": "2026*", "count": "*"}])
    asked = Asked("getStatus", name="20000000001-RC-20261122-1", ticket="202600000000001")
    assert plan.take(asked, Moment.BEFORE)[0].fault == "F12"
    assert plan.told()["armed"]


def test_what_waits_for_a_name_does_not_strike_unread() -> None:
    plan = Plan()
    plan.arm([{"fault": "F04", "name": STEMS[0]}])
    assert not plan.take(Asked(address="/x"), Moment.UNREAD)
    assert plan.take(_bill(), Moment.BEFORE)[0].act == "drop"


def test_several_faults_in_one_request_until_one_ends_it() -> None:
    plan = Plan()
    plan.arm([{"fault": "F01"}, {"fault": "F05"}, {"fault": "F05", "name": "*"}])
    assert [each.act for each in plan.take(_bill(), Moment.AFTER)] == ["wait", "drop"]
    assert [each.act for each in plan.take(_bill(), Moment.AFTER)] == ["drop"]
    assert plan.is_idle


def test_what_an_answer_does_not_hold_is_not_spoilt() -> None:
    plan = Plan()
    plan.arm([{"fault": "F34"}])
    assert not plan.take(_bill(), Moment.AFTER)
    assert plan.take(_bill(carries=frozenset({"file"})), Moment.AFTER)


def test_a_pace() -> None:
    hands = Hands()
    plan = hands.plan()
    plan.arm([{"fault": "F13", "over": 3, "per": 1, "probability": 1, "clock": "real"}])
    told = [bool(plan.take(_bill(), Moment.BEFORE)) for _ in range(5)]
    other = bool(plan.take(_bill("20000000028-01-F001-1"), Moment.BEFORE))
    hands.real += 1
    assert (told, other) == ([False] * 3 + [True] * 2, False)
    assert not plan.take(_bill(), Moment.BEFORE)


def test_one_step_can_be_taken_back() -> None:
    plan = Plan()
    first, second = plan.add([{"fault": "F12"}, {"fault": "F09"}])
    assert plan.disarm(first)
    assert not plan.disarm(first)
    assert [row["id"] for row in plan.told()["armed"]] == [second]  # type: ignore[attr-defined]  # a list of rows


@pytest.mark.parametrize("seconds", ["90s", "1.5m", 90, "90"])
def test_durations(seconds: object) -> None:
    plan = Plan()
    plan.arm([{"fault": "F01", "seconds": seconds}])
    assert plan.take(_bill(), Moment.AFTER)[0].number("seconds") == 90


@pytest.mark.parametrize(
    ("wish", "key"),
    [
        ({"fault": "F12", "probability": 0}, "probability"),
        ({"fault": "F12", "probability": 1.5}, "probability"),
        ({"fault": "F12", "count": 0}, "count"),
        ({"fault": "F12", "count": True}, "count"),
        ({"fault": "F12", "operation": "sendbill"}, "operation"),
        ({"fault": "F12", "endpoint": "otra"}, "endpoint"),
        ({"fault": "F12", "code": "1x"}, "code"),
        ({"fault": "F12", "spelling": "raro"}, "spelling"),
        ({"fault": "F12", "code": [1]}, "code"),
        ({"fault": "F12", "poll": 1}, "poll"),
        ({"fault": "F12", "after": "5m", "until": "1m"}, "until"),
        ({"fault": "F12", "after": "mañana"}, "after"),
        ({"fault": "F12", "until": "2026-99-99T00:00:00Z"}, "until"),
        ({"fault": "F12", "clock": "pared"}, "clock"),
        ({"fault": "F12", "name": ["x"]}, "name"),
        ({"fault": "F34", "moment": "before"}, "moment"),
        ({"fault": "F12", "moment": "judge"}, "moment"),
        ({"fault": "F08", "status": 99}, "status"),
        ({"fault": "F01", "seconds": "99d"}, "seconds"),
        ({"fault": "F01/otra"}, "variant"),
        ({"fault": "F01", "variant": "otra"}, "variant"),
        ({"fault": "F99"}, "fault"),
        ({"fault": "F36", "value": 1}, "value"),
        ({"fault": "F02", "name": "x"}, "name"),
        ({"fault": "F04/accepted", "endpoint": "sales"}, "endpoint"),
        ({"fault": "F03", "operation": "sendBill"}, "operation"),
        ({"fault": "F02", "count": 2}, "count"),
        ({"fault": "F02/dropped", "probability": 0.5}, "probability"),
        ({}, "fault"),
    ],
)
def test_a_wish_without_sense(wish: dict[str, object], key: str) -> None:
    plan = Plan()
    with pytest.raises(InvalidDocument) as raised:
        plan.arm([{"fault": "F05"}, wish])
    assert (raised.value.facts["wrong"], raised.value.facts["place"]) == (key, 1)
    assert plan.is_idle, "all or nothing"
