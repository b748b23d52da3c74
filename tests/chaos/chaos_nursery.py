"""A process that has imported everything and forks APIs, workers and simulators, so that each starts at once.

A line on its input is a process to start, as JSON; it answers with its number. Those with a role of the product have
the kill points put into them. All end with it, however it ends, and it ends with whoever holds its input.
"""

import ctypes
import json
import os
import random
import signal
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dbos  # noqa: F401  imported before the fork: a second of each process's life
import uvicorn
from chaos_wrap import wrap_all

import onapi.api.app
import onapi.api.receipts
import onapi.api.surroundings
import onapi.flows.submit
import onapi.flows.tidy
import onapi.flows.work  # noqa: F401  imported before the fork, as those above
from onapi.engine import Worker, durable
from onapi.flows.platform import Platform
from onapi.flows.tidy import tidy
from onapi.flows.work import do_work
from onapi.lifecycle.patience import BRISK
from onapi.main import House, clock, set_up_logs
from onapi.settings import Settings
from onapi.simulator import create_app, serve

if TYPE_CHECKING:
    from collections.abc import Mapping

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
QUICK = replace(
    BRISK, busy_first_s=0.1, busy_most_s=0.5, poll_first_s=0.2, poll_most_s=0.5, ask_first_s=0.2, ask_most_s=0.5
)
TEST_PACE = replace(QUICK, absent_after_s=1.0, probe_s=2.0)
KEEP_TOLD = timedelta(seconds=1)  # so that something is forgotten in every run
LEASE_S = 2.0
HOLD_S = 4.0  # a page may have to be set first
TIDY_S = 0.4


class HastyHouse(House):
    """The house as it is built, but for its patience."""

    def platform(self, *, durable: bool = True) -> Platform:
        """The same platform in a hurry."""
        plain = super().platform(durable=durable)
        messaging = replace(plain.messaging, hold_s=HOLD_S)
        return replace(plain, pace=TEST_PACE, keep_told=KEEP_TOLD, messaging=messaging)

    def worker(self) -> Worker:
        """The worker as the house builds it, with a shorter lease."""
        platform, chosen = self.platform(durable=False), self.settings
        step, keep_order = partial(do_work, platform), partial(tidy, platform)
        engine, threads = platform.database.engine, chosen.worker_threads
        return Worker(engine, chosen.worker_name, step, tidy=keep_order, threads=threads, lease_s=LEASE_S)


def house(wanted: "Mapping[str, Any]") -> HastyHouse:
    """The house of one home."""
    return HastyHouse(Settings(_env_file=None, home=Path(wanted["home"]), **wanted.get("settings", {})))


def be_api(wanted: "Mapping[str, Any]") -> None:
    """Serve until the end."""
    app = house(wanted).api()
    uvicorn.run(app, port=wanted["port"], log_level="warning", access_log=False, **app.state.server)


def be_worker(wanted: "Mapping[str, Any]") -> None:
    """Work until the end."""
    durable._TIDY_S = wanted.get("tidy_s", TIDY_S)
    house(wanted).worker().start()
    Path(wanted["home"], f"{wanted['settings']['worker_name']}.ready").touch()
    threading.Event().wait()


def be_simulator(wanted: "Mapping[str, Any]") -> None:
    """Be SUNAT until the end."""
    ledger, delay_s = Path(wanted["home"]) / "simulator.sqlite3", wanted["ticket_delay_s"]
    app = create_app(ledger, profile="production", clock=clock, latency_s=wanted["latency_s"], ticket_delay_s=delay_s)
    serve(app, host="127.0.0.1", port=wanted["port"], log_level="warning", access_log=False)


ROLES = {"api": be_api, "worker": be_worker, "simulator": be_simulator}


def give_birth(wanted: dict[str, Any]) -> int:
    """A new process's number; the new process never comes back from here."""
    number = os.fork()
    if number:
        return number
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(Path(wanted["home"]) / f"{wanted['role']}.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    set_up_logs("WARNING")
    if wanted["role"] != "simulator":
        wrap_all(Path(wanted["home"]), wanted["role"])
    ROLES[wanted["role"]](wanted)
    os._exit(1)


def free_port() -> int:
    """A port that nobody listens on now, below those of outgoing connections.

    Among those, a caller that knocks at a dead server may be given the server's own port, and then talks to himself.
    """
    while True:
        port = _ports.randrange(20_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


_ports = random.SystemRandom()


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody has to bury the dead
    for line in sys.stdin:
        sys.stdout.write(f"{give_birth(json.loads(line))}\n")
        sys.stdout.flush()
