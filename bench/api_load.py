"""The API under load, and with many documents: a GET of a record, logins beside it, and every operation at two sizes.

`python bench/api_load.py` measures; `--documents 1000000` loads that many rows for the larger size (default 20,000; the
smaller is 10,000). Run it on an idle machine. CPU is told beside time: of the API's process, for each request.
"""

import argparse
import http.client
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api_house import BASE, call, factura, house
from api_rows import load
from figures import percentile, show

_RUC = "20000000001"
_LOGIN = {"clientId": "integra", "username": "demo@onapi.local", "password": "onapi-demo-password"}
_CLIENTS = 64
_RUNS = 3
_SMALL = 10_000
_EACH = 200  # calls of each operation, at each size
_FLOOD = 50  # logins each second
_RATE = 100  # and calls beside them


def run(documents: int = 20_000, seconds: float = 4.0) -> None:
    """Print every figure."""
    with house() as (port, home):
        token = call(http.client.HTTPConnection("127.0.0.1", port), "POST", f"{BASE}/authenticate", _LOGIN)[1]["token"]
        made = call(http.client.HTTPConnection("127.0.0.1", port), "POST", f"{BASE}/sendMessage", factura(1), token)
        assert made[0] in {201, 202}, made
        path = f"{BASE}/ngr/{_RUC}/01/F001/1"
        _record(port, token, path, seconds)
        _flooded(port, token, path, seconds)
        small = _sized(home, port, token, 0, _SMALL)
        large = _sized(home, port, token, _SMALL, documents)
        for name, found in large.items():
            ratio = found / small[name]
            print(f"{name:<28} p95 {small[name]:7.1f} ms at {_SMALL}, {found:7.1f} at {documents}: {ratio:.2f} times")


def _record(port: int, token: str, path: str, seconds: float) -> None:
    """A GET of a record from many connections at once."""
    rates, p95s, costs = [], [], []
    for _ in range(_RUNS):
        before = _cpu(port)
        waits = _many(port, token, path, seconds, _CLIENTS)
        rates.append(len(waits) / seconds)
        p95s.append(percentile(waits, 0.95))
        costs.append((_cpu(port) - before) / len(waits) * 1000)
    show(f"GET of a record, {_CLIENTS} connections", rates, "requests/s")
    show("GET of a record, 95th percentile", p95s, "ms")
    show("GET of a record, CPU of the API", costs, "ms")


def _flooded(port: int, token: str, path: str, seconds: float) -> None:
    """The same at a quarter of the connections, alone and while others sign in with wrong passwords."""
    alone, beside = [], []
    for _ in range(_RUNS):
        alone.append(percentile(_paced(port, token, path, seconds), 0.95))
        with _flood(port):
            beside.append(percentile(_paced(port, token, path, seconds), 0.95))
    show("GET at 100/s, 95th percentile, alone", alone, "ms")
    show(f"the same beside {_FLOOD} logins/s", beside, "ms")


def _many(port: int, token: str, path: str, seconds: float, clients: int) -> list[float]:
    """As many calls as come through; each one's milliseconds."""
    deadline = time.monotonic() + seconds

    def client(line: http.client.HTTPConnection) -> Iterator[float]:
        while time.monotonic() < deadline:
            began = time.monotonic()
            status, _ = call(line, "GET", path, token=token)
            assert status == 200, status
            yield (time.monotonic() - began) * 1000

    return _together(port, client, clients)


def _paced(port: int, token: str, path: str, seconds: float) -> list[float]:
    """So many calls each second; each one's milliseconds since it was due."""
    places = iter(range(round(_RATE * seconds)))
    start, lock = time.monotonic() + 0.1, threading.Lock()

    def client(line: http.client.HTTPConnection) -> Iterator[float]:
        while True:
            with lock:
                place = next(places, None)
            if place is None:
                return
            due = start + place / _RATE
            time.sleep(max(0.0, due - time.monotonic()))
            call(line, "GET", path, token=token)
            yield (time.monotonic() - due) * 1000

    return _together(port, client, _CLIENTS // 4)


def _together(port: int, client: Callable[[http.client.HTTPConnection], Iterator[float]], clients: int) -> list[float]:
    waits: list[float] = []

    def work() -> None:
        waits.extend(client(http.client.HTTPConnection("127.0.0.1", port, timeout=60)))

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits


@contextmanager
def _flood(port: int) -> Iterator[None]:
    """Logins that fail, at a steady pace, while the block lasts."""
    stopped = threading.Event()

    def client(number: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while not stopped.wait(_CLIENTS / 4 / _FLOOD):
            call(line, "POST", f"{BASE}/authenticate", {**_LOGIN, "username": f"nadie{number}@x.example"})

    threads = [threading.Thread(target=client, args=(n,)) for n in range(_CLIENTS // 4)]
    for thread in threads:
        thread.start()
    yield
    stopped.set()
    for thread in threads:
        thread.join()


def _sized(home: Path, port: int, token: str, first: int, until: int) -> dict[str, float]:
    """Load rows up to a size; the 95th percentile of every operation that reads then, and of sending."""
    load(home, first, until, datetime.now(UTC))
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    found: dict[str, float] = {}
    for name, make in _operations(first, until).items():
        waits = []
        for n in range(_EACH):
            began = time.monotonic()
            status, answer = call(line, *make(n), token=token)
            assert status < 500, (name, status, answer)
            waits.append((time.monotonic() - began) * 1000)
        found[name] = percentile(waits, 0.95)
    return found


def _operations(first: int, until: int) -> dict[str, Callable[[int], tuple[Any, ...]]]:
    """Each operation's n-th call: method, path and, where it has one, a body."""
    step = max(1, (until - first) // _EACH)

    def name(n: int) -> str:
        return f"{_RUC}/03/B9{(first + n * step) // 100_000:02}/{(first + n * step) % 100_000 + 1}"

    return {
        "ngr": lambda n: ("GET", f"{BASE}/ngr/{name(n)}"),
        "ngr with history": lambda n: ("GET", f"{BASE}/ngr/{name(n)}?include=history"),
        "ngr, not there": lambda n: ("GET", f"{BASE}/ngr/{_RUC}/01/F999/{n + 1}"),
        "cancel (query)": lambda n: ("GET", f"{BASE}/cancel/{name(n)}"),
        "documents": lambda _: ("GET", f"{BASE}/documents?ruc={_RUC}"),
        "log": lambda _: ("GET", f"{BASE}/log/20"),
        "sendMessage": lambda n: ("POST", f"{BASE}/sendMessage", factura(first + 1000 + n)),
    }


def _cpu(port: int) -> float:
    """CPU seconds of the API's process, as it tells itself."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", "/metrics")
    page = line.getresponse().read().decode()
    return float(next(row for row in page.splitlines() if row.startswith("process_cpu_seconds_total")).split()[1])


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--documents", type=int, default=20_000)
    asked.add_argument("--seconds", type=float, default=4.0)
    given = asked.parse_args()
    os.environ.setdefault("ONAPI_LOG_LEVEL", "WARNING")
    run(given.documents, given.seconds)
