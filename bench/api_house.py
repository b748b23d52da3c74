"""A whole OnAPI of its own for a bench: its processes, a way to call it, a receipt to send."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BASE = "/integrator/api/v1/integrator"
_WITHOUT_LIMITS = "0"


@contextmanager
def house() -> Iterator[tuple[int, Path]]:
    """A new OnAPI without limits on rates; gives its port and its folder."""
    home, port = tempfile.mkdtemp(prefix="onapi-bench-"), _free_port()
    chosen = {"HOME": home, "PORT": str(port), "SIMULATOR_PORT": str(_free_port())}
    chosen |= dict.fromkeys(("RATE_PER_TOKEN", "RATE_PER_COMPANY", "RATE_PER_ADDRESS"), _WITHOUT_LIMITS)
    named = {f"ONAPI_{name}": value for name, value in chosen.items()}
    command = [sys.executable, "-m", "onapi", "serve", "--demo"]
    process = subprocess.Popen(command, env={**os.environ, **named}, start_new_session=True)
    try:
        while not _ready(port):
            time.sleep(0.05)
        yield port, Path(home)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def call(
    line: http.client.HTTPConnection, method: str, path: str, body: object = None, token: str = ""
) -> tuple[int, Any]:
    """One call; its status, and its JSON."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    line.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = line.getresponse()
    return answer.status, json.loads(answer.read())


def factura(number: int) -> dict[str, Any]:
    """A factura of ten lines."""
    line = {"codProducto": "TEC-01", "cantidad": 2, "descripcion": "Teclado mecánico", "mtoValorUnitario": 100}
    client = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."}
    document = {"serie": "F001", "correlativo": number, "client": client, "details": [line] * 10}
    return {"ruc": "20000000001", "doctype": "01", "document": document, "options": {"wait": 0}}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ready(port: int) -> bool:
    try:
        return call(http.client.HTTPConnection("127.0.0.1", port, timeout=2), "GET", "/readyz")[0] == 200
    except OSError:
        return False
