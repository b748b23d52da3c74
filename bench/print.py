"""The printed page: how long it takes to set, how large it is, and what `sendMessage` feels of twenty a second.

Time in one process is told as CPU, which a busy machine does not change; the part through the API wants an idle one.
"""

import http.client
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from api_house import BASE, call, factura, house
from craft import sample
from figures import percentile, show

from onapi import read
from onapi.flows.compose import Order, set_page
from onapi.kinds.kind import PrintContext
from onapi.sign.certificate import self_signed
from onapi.store.page_cache import PageCache

_RUNS = 5
_TIMES = 15
_NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
_LOGIN = {"clientId": "integra", "username": "demo@onapi.local", "password": "onapi-demo-password"}
_RUC = "20000000001"
_SENT_EACH_S = 10
_PRINTED_EACH_S = 20
_SECONDS = 15
_CLIENTS = 8


def run() -> None:
    """Print every figure."""
    for name, lines, template in (
        ("A4, 3 lines", 3, "A4"),
        ("A4, 100 lines", 100, "A4"),
        ("ticket 80 mm, 3 lines", 3, "ticket80"),
        ("ticket 58 mm, 3 lines", 3, "ticket58"),
    ):
        _first(name, lines, template)
    _cached()
    _through_the_api()


def _first(name: str, lines: int, template: str) -> None:
    """Each page is another one: the typesetter remembers what it has set."""
    order = _order(lines, template)
    set_page(order)
    walls, cpus, size = [], [], 0
    for run_ in range(_RUNS):
        began, cpu = time.perf_counter(), time.process_time()
        for at in range(_TIMES):
            size = len(set_page(replace(order, phone=f"{run_}{at:04}")))
        walls.append((time.perf_counter() - began) / _TIMES * 1000)
        cpus.append((time.process_time() - cpu) / _TIMES * 1000)
    show(f"first page, {name}", walls, "ms")
    show(f"first page, {name}, CPU", cpus, "ms")
    show(f"size of it, {name}", [size / 1024], "KiB")


def _order(lines: int, template: str) -> Order:
    receipt = read(sample(lines), now=_NOW)
    signed = receipt.sign(self_signed(_RUC, "EMPRESA", _NOW))
    code = f"{_RUC}|01|F001|1|54.27|355.77|2026-11-22|6|20000000010|{signed.digest}|"
    context = PrintContext(
        digest=signed.digest, qr=code, stamp="SIN VALOR FISCAL", lookup="Consulte en www.sunat.gob.pe."
    )
    return Order(doctype="01", name="20000000001-01-F001-1", template=template, context=context, xml=signed.xml)


def _cached() -> None:
    folder = Path(tempfile.mkdtemp(prefix="onapi-bench-"))
    pages, content = PageCache(folder, 2**30, timedelta(days=30)), bytes(60 * 1024)
    pages.put("a" * 64, content, _NOW)
    waits = [_took(lambda: pages.get("a" * 64, _NOW)) for _ in range(500)]
    show("kept page out of the cache", waits, "ms")
    shutil.rmtree(folder)


def _took(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000


def _through_the_api() -> None:
    """New pages at a pace, receipts at a pace, each alone and both together; then one page again and again."""
    with house() as (port, _):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        token = call(line, "POST", f"{BASE}/authenticate", _LOGIN)[1]["token"]
        made = iter(_made(port, token, _PRINTED_EACH_S * _SECONDS * 4))
        _printed(port, token, [next(made) for _ in range(20)])  # warm
        send = iter(range(100_000, 200_000))
        rest = [_paced(_SENT_EACH_S, lambda: _send(port, token, next(send))) for _ in range(2)][1:]
        show(f"sendMessage at {_SENT_EACH_S}/s, 95th percentile", [percentile(each, 0.95) for each in rest], "ms")
        many = [next(made) for _ in range(_PRINTED_EACH_S * _SECONDS)]
        alone = _paced(_PRINTED_EACH_S, lambda: _page(port, token, many.pop()))
        show(f"new pages at {_PRINTED_EACH_S}/s, 95th percentile", [percentile(alone, 0.95)], "ms")
        beside, felt = _both(port, token, made, send)
        show("sendMessage beside them, 95th percentile", [percentile(felt, 0.95)], "ms")
        show("new pages beside sendMessage, 95th percentile", [percentile(beside, 0.95)], "ms")
        began, rest_of_them = time.monotonic(), list(made)
        _printed(port, token, rest_of_them)
        show("new pages, as fast as it goes", [len(rest_of_them) / (time.monotonic() - began)], "pages/s")
        waits = [_took(lambda: _page(port, token, rest_of_them[0])) for _ in range(300)]
        show("kept page through the API", [percentile(waits, 0.5)], "ms (median)")
        show("kept page through the API, 95th percentile", [percentile(waits, 0.95)], "ms")


def _both(port: int, token: str, made: Iterator[int], send: Iterator[int]) -> tuple[list[float], list[float]]:
    many, pages = [next(made) for _ in range(_PRINTED_EACH_S * _SECONDS)], []
    with _thread(lambda: pages.extend(_paced(_PRINTED_EACH_S, lambda: _page(port, token, many.pop())))):
        felt = _paced(_SENT_EACH_S, lambda: _send(port, token, next(send)))
    return pages, felt


@contextmanager
def _thread(do: Callable[[], object]) -> Iterator[None]:
    thread = threading.Thread(target=do)
    thread.start()
    yield
    thread.join()


def _made(port: int, token: str, many: int) -> list[int]:
    """So many receipts, signed and kept, which nobody has printed."""
    numbers, done = iter(range(1, many + 1)), []

    def client() -> None:
        for number in numbers:
            _send(port, token, number, send=False)
            done.append(number)

    _together([client] * 4)
    return done


def _printed(port: int, token: str, numbers: list[int]) -> None:
    left = iter(numbers)

    def client() -> None:
        for number in left:
            _page(port, token, number)

    _together([client] * 4)


def _together(clients: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=client) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _paced(rate: int, do: Callable[[], object]) -> list[float]:
    """So many calls each second, whatever the answers take; each one's milliseconds since it was due."""
    places, lock, waits = iter(range(rate * _SECONDS)), threading.Lock(), []
    start = time.monotonic() + 0.2

    def client() -> None:
        while True:
            with lock:
                place = next(places, None)
            if place is None:
                return
            due = start + place / rate
            time.sleep(max(0.0, due - time.monotonic()))
            do()
            waits.append((time.monotonic() - due) * 1000)

    _together([client] * _CLIENTS)
    return waits


_lines = threading.local()


def _line(port: int) -> http.client.HTTPConnection:
    if not hasattr(_lines, "line"):
        _lines.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line: http.client.HTTPConnection = _lines.line
    return line


def _send(port: int, token: str, number: int, *, send: bool = True) -> None:
    body: dict[str, Any] = factura(number)
    body["options"] = {"wait": 0, "send": send}
    status, told = call(_line(port), "POST", f"{BASE}/sendMessage", body, token)
    assert status in {201, 202}, told


def _page(port: int, token: str, number: int) -> None:
    line = _line(port)
    path = f"{BASE}/pdf/{_RUC}/01/F001/{number}?format=pdf"
    line.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answer = line.getresponse()
    content = answer.read()
    assert (answer.status, content[:4]) == (200, b"%PDF"), content[:300]
