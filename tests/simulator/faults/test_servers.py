"""The simulator under another server than its own, and as its settings ask for it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette

from onapi.main import House
from onapi.settings import Settings


def _house(home: Path, **settings: Any) -> House:
    return House(Settings(home=home, _env_file=None, **settings))


@contextmanager
def _plain(app: Starlette) -> Iterator[httpx2.Client]:
    """The app under a server that knows nothing of doors."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = monotonic() + 20
        while not server.started and monotonic() < deadline:
            sleep(0.01)
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with httpx2.Client(base_url=base, timeout=5, trust_env=False) as http:
            try:
                yield http
            finally:
                server.should_exit = True
                thread.join(20)


def test_without_a_door_what_is_let_in_is_reset(tmp_path: Path) -> None:
    with _plain(_house(tmp_path).simulator()) as http:
        for wish in ({"fault": "F04/accepted"}, {"fault": "F02", "seconds": 60}):
            http.post("/_simulator/faults", json=wish)
            with pytest.raises(httpx2.TransportError):
                http.post("/ol-ti-itcpfegem/billService", content=b"<x/>")
            assert http.get("/_simulator/health").status_code == 200
        http.delete("/_simulator/faults")
        assert http.post("/ol-ti-itcpfegem/billService", content=b"<x/>").status_code == 500


def test_settings_reach_the_simulator(tmp_path: Path) -> None:
    file = tmp_path / "caos.yaml"
    file.write_text("faults:\n  - fault: F05\n", "utf-8")
    house = _house(tmp_path, simulator_scenario=file, simulator_ticket_delay_ms=70, simulator_tls_port=8443)
    app = house.simulator()
    assert [row["fault"] for row in app.state.plan.told()["armed"]] == ["F05"]
    assert app.state.tls_port == 8443
    other = tmp_path / "otro.yaml"
    other.write_text("- fault: F12\n", "utf-8")
    changed = house.simulator(tls_port=9443, scenario=other)
    assert changed.state.tls_port == 9443
    assert [row["fault"] for row in changed.state.plan.told()["armed"]] == ["F12"]
    assert _house(tmp_path).simulator().state.tls_port is None


def test_the_keys_of_tls_are_their_owners(tmp_path: Path) -> None:
    with _plain(_house(tmp_path).simulator()) as http:
        first = http.get("/_simulator/tls-ca.pem").content
    with _plain(_house(tmp_path).simulator()) as http:
        assert http.get("/_simulator/tls-ca.pem").content == first, "trust outlives a restart"
    file = tmp_path / "simulator.sqlite3.tls.pem"
    assert file.stat().st_mode & 0o077 == 0


def test_what_is_too_long_is_refused_in_the_services_own_way(tmp_path: Path) -> None:
    long = b" " * (15 * 1024 * 1024)
    with _plain(_house(tmp_path).simulator()) as http:
        soap = http.post("/ol-ti-itcpfegem/billService", content=long)
        rest = http.post("/v1/contribuyente/gem/comprobantes/20000000001-09-T001-1", content=long)
    assert (soap.status_code, b"faultstring" in soap.content) == (500, True)
    assert (rest.status_code, rest.json()["cod"]) == (413, "413")
