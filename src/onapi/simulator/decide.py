"""Which misfortune befalls a request: faults are rows of `scenarios.tsv`, armed with a count and spent one by one."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

from onapi.errors import InvalidDocument

UNREAD, BEFORE, AFTER = "unread", "before", "after"  # moments


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way for things to go wrong."""

    fault: str  # F01 …
    moment: str  # unread, before, after
    act: str  # wait, drop, reply, say
    value: str  # seconds, HTTP status or SUNAT's code, by the act
    body: str
    what: str


@dataclass(slots=True)
class Armed:
    """A fault waiting for its requests."""

    scenario: Scenario
    left: int
    name: str  # file stem it waits for; "" for any
    operation: str  # SOAP operation it waits for; "" for any


class Plan:
    """The armed faults, in the order they were given. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._armed: list[Armed] = []

    def arm(self, wishes: object) -> int:
        """Put these faults in place of all others and say how many; InvalidDocument when one makes no sense.

        A wish is `{"fault": "F12", "count": 1, "name": "20000000001-01-F001-1", "operation": "sendBill",
        "value": "0130"}`; all but the first may be left out.
        """
        if not isinstance(wishes, list):
            raise _senseless("Se espera una lista de fallas.")
        armed = [_armed(wish) for wish in wishes]
        with self._lock:
            self._armed = armed
        return len(armed)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._armed = []

    def take_unread(self) -> Scenario | None:
        """The fault for a request that nobody has read yet: only one that waits for no name can be meant."""
        with self._lock:
            return self._spend(
                each for each in self._armed[:1] if each.scenario.moment == UNREAD and _waits_for_any(each)
            )

    def take(self, name: str, operation: str) -> Scenario | None:
        """The first fault that waits for this request, spent once."""
        with self._lock:
            return self._spend(
                each for each in self._armed if each.name in {"", name} and each.operation in {"", operation}
            )

    def _spend(self, meant: Iterable[Armed]) -> Scenario | None:
        armed = next(iter(meant), None)
        if armed is None:
            return None
        armed.left -= 1
        if armed.left <= 0:
            self._armed.remove(armed)
        return armed.scenario


@cache
def scenarios() -> Mapping[str, Scenario]:
    """Every fault the simulator knows, by its number."""
    with Path(__file__).with_name("scenarios.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
        return {row["fault"]: Scenario(**row) for row in rows}


def _armed(wish: object) -> Armed:
    if not isinstance(wish, dict):
        raise _senseless("Cada falla es un objeto con fault y count.")
    scenario = scenarios().get(str(wish.get("fault")))
    count = wish.get("count", 1)
    if scenario is None or not isinstance(count, int) or count < 1:
        raise _senseless(f"No existe la falla {wish.get('fault')}, o su cuenta no es un entero positivo.")
    value = str(wish.get("value", scenario.value))
    if scenario.value and not value.replace(".", "", 1).isdigit():
        raise _senseless(f"El valor {value} no es un número.")
    meant = Scenario(scenario.fault, scenario.moment, scenario.act, value, scenario.body, scenario.what)
    return Armed(meant, count, str(wish.get("name", "")), str(wish.get("operation", "")))


def _waits_for_any(armed: Armed) -> bool:
    return not armed.name and not armed.operation


def _senseless(sentence: str) -> InvalidDocument:
    return InvalidDocument(sentence, key="invalid_parameter")
