"""A whole OnAPI (API, worker, simulator) on this machine: start, accept, settle. Run it on an idle machine."""

import http.client
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from figures import percentile, show

_RUNS = 5
_DOCUMENTS = 300
_CLIENTS = 8
_LINES = 10
_PACES = (30, 60)  # documents each second
_PACED_S = 15
_BASE = "/integrator/api/v1/integrator"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _house() -> Iterator[tuple[int, float]]:
    """A new OnAPI; gives its port and how long it took to be ready, seconds."""
    home, port = tempfile.mkdtemp(prefix="onapi-bench-"), _free_port()
    ports = {"ONAPI_HOME": home, "ONAPI_PORT": str(port), "ONAPI_SIMULATOR_PORT": str(_free_port())}
    started = time.monotonic()
    command = [sys.executable, "-m", "onapi", "serve", "--demo"]
    house = subprocess.Popen(command, env={**os.environ, **ports}, start_new_session=True)
    try:
        while not _ready(port):
            time.sleep(0.01)
        yield port, time.monotonic() - started
    finally:
        house.send_signal(signal.SIGTERM)
        house.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def _ready(port: int) -> bool:
    try:
        return _call(http.client.HTTPConnection("127.0.0.1", port, timeout=2), "GET", "/readyz")[0] == 200
    except OSError:
        return False


def _call(
    line: http.client.HTTPConnection, method: str, path: str, body: object = None, token: str = ""
) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    line.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = line.getresponse()
    return answer.status, json.loads(answer.read())


def _factura(number: int) -> dict[str, Any]:
    line = {"codProducto": "TEC-01", "cantidad": 2, "descripcion": "Teclado mecánico", "mtoValorUnitario": 100}
    client = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."}
    document = {"serie": "F001", "correlativo": number, "client": client, "details": [line] * _LINES}
    return {"ruc": "20000000001", "doctype": "01", "document": document, "options": {"wait": 0}}


def _burst(port: int, token: str, first: int) -> tuple[list[float], float, float]:
    """Send a burst; gives each answer's milliseconds, and how long accepting and settling took, seconds."""
    waits: list[float] = []
    numbers = iter(range(first, first + _DOCUMENTS))
    lock = threading.Lock()

    def client() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            started = time.monotonic()
            status, record = _call(line, "POST", f"{_BASE}/sendMessage", _factura(number), token)
            assert status in {201, 202}, record
            waits.append((time.monotonic() - started) * 1000)

    started = time.monotonic()
    clients = [threading.Thread(target=client) for _ in range(_CLIENTS)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    accepted = time.monotonic() - started
    _await_settled(port, token, first, _DOCUMENTS)
    return waits, accepted, time.monotonic() - started


def _await_settled(port: int, token: str, first: int, many: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=90)
    for number in range(first, first + many):
        record = _call(line, "GET", f"{_BASE}/ngr/20000000001/01/F001/{number}?wait=60", token=token)[1]
        assert record["status"] == "ACCEPTED", record


def _paced(port: int, token: str, first: int, rate: int, seconds: int) -> list[float]:
    """So many documents each second, whatever the answers take; gives each answer's milliseconds since it was due."""
    waits: list[float] = []
    places = iter(range(rate * seconds))
    lock = threading.Lock()
    start = time.monotonic() + 0.2

    def client() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                place = next(places, None)
            if place is None:
                return
            due = start + place / rate
            time.sleep(max(0.0, due - time.monotonic()))
            status, record = _call(line, "POST", f"{_BASE}/sendMessage", _factura(first + place), token)
            assert status in {201, 202}, record
            waits.append((time.monotonic() - due) * 1000)

    clients = [threading.Thread(target=client) for _ in range(_CLIENTS * 2)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    return waits


def run() -> None:
    """Print every figure."""
    login = {"username": "demo@onapi.local", "password": "onapi-demo-password"}
    p95, rates, ends, starts = [], [], [], []
    paced: dict[int, list[float]] = {rate: [] for rate in _PACES}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with _house() as (port, ready):
        starts.append(ready)
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        token = _call(line, "POST", f"{_BASE}/authenticate", login)[1]["token"]
        _burst(port, token, 1)  # warm
        for n in range(1, _RUNS + 1):
            waits, accepted, settled = _burst(port, token, 1 + n * _DOCUMENTS)
            p95.append(percentile(waits, 0.95))
            rates.append(_DOCUMENTS / accepted)
            ends.append(_DOCUMENTS / settled)
        for n, rate in enumerate(_PACES * _RUNS):
            first = 100_000 + n * 1000
            paced[rate].append(percentile(_paced(port, token, first, rate, _PACED_S), 0.95))
            _await_settled(port, token, first, rate * _PACED_S)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
    for _ in range(_RUNS - 1):
        with _house() as (_, ready):
            starts.append(ready)
    show("start to ready, new home", starts, "s")
    show(f"accept, {_LINES} lines, {_CLIENTS} clients, while settling", rates, "documents/s")
    show("accept, 95th percentile", p95, "ms")
    for rate, found in paced.items():
        show(f"accept at {rate}/s, 95th percentile", found, "ms")
    show("end to end, CDR stored", ends, "documents/s")
    documents = _DOCUMENTS * (_RUNS + 1) + sum(_PACES) * _RUNS * _PACED_S
    print(f"CPU of all processes for each document: {spent / documents * 1000:.1f} ms (start-up included)")
