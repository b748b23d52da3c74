"""The processes: `serve` runs them all; `api`, `worker`, `simulator` run one, for those who supervise them otherwise.

`serve` is a small parent. Its children hold the reading end of a pipe and end at once when the parent is gone, however
it went: no orphan keeps a port or a lock.
"""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import typer

from onapi.cli.roof import Roof
from onapi.errors import Misconfigured
from onapi.values.scope import Environment

_PARENT_PIPE = "ONAPI_PARENT_PIPE"
_STOP_S = 15
_LOOK_S = 0.2


def add_commands(cli: typer.Typer, roof: Roof) -> None:
    """`serve`, `api`, `worker`, `simulator`, `setup`."""

    @cli.command(help="Prepara la carpeta, las claves y la base de datos. Se puede repetir.")
    def setup() -> None:
        roof.prepare()

    @cli.command(help="Arranca todo: API, worker y, en sandbox, el simulador de SUNAT.")
    def serve() -> None:
        with running(roof) as children:
            raise typer.Exit(watch(children))

    @cli.command(help="Arranca solo la API.")
    def api() -> None:
        _serve_http(roof, "api", roof.settings.host, roof.settings.port)

    @cli.command(help="Arranca solo el simulador de SUNAT.")
    def simulator() -> None:
        _serve_http(roof, "simulator", "127.0.0.1", roof.settings.simulator_port)

    @cli.command(help="Arranca solo el worker, que envía a SUNAT lo pendiente.")
    def worker() -> None:
        _work(roof)


@contextmanager
def running(roof: Roof) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Every process of the house as children; all are stopped at the end."""
    names = ["api", "worker"] + (["simulator"] if roof.settings.environment is Environment.SANDBOX else [])
    reading, writing = os.pipe()
    environment = {**os.environ, _PARENT_PIPE: str(reading)}
    children = [
        subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", "onapi", name], env=environment, pass_fds=(reading,), start_new_session=True
        )
        for name in names
    ]
    os.close(reading)
    try:
        yield children
    finally:
        stop(children)
        os.close(writing)


def watch(children: Sequence[subprocess.Popen[bytes]]) -> int:
    """Until a signal or a child's end; 0 after a signal, 1 if a child ended by itself."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    while not stopped.wait(_LOOK_S):
        if any(child.poll() is not None for child in children):
            return 1
    return 0


def stop(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask each child to end after what is under way; end it after fifteen seconds."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + _STOP_S
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _serve_http(roof: Roof, name: str, host: str, port: int) -> None:
    import uvicorn

    _end_with_parent()
    roof.set_up_logs()
    if name == "api":
        roof.prepare()
    app = roof.api() if name == "api" else roof.simulator()
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=10)


def _work(roof: Roof) -> None:
    _end_with_parent()
    roof.set_up_logs()
    roof.settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(roof.settings.home.resolve() / f"{roof.settings.worker_name}.lock"):
        roof.prepare()
        worker = roof.worker()
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        worker.start()
        stopped.wait()
        worker.stop()


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One process for each worker name: two would each take the other's unfinished work for their own."""
    with file.open("a") as lock:
        for _ in range(50):
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(0.1)
        else:
            raise Misconfigured(f"Ya hay un worker con este nombre ({file.name}); use otro ONAPI_WORKER_NAME.")
        yield


def _end_with_parent() -> None:
    """End this process at once when the one that started it is gone."""
    pipe = os.environ.get(_PARENT_PIPE)
    if pipe is None:
        return

    def wait_for_end() -> None:
        os.read(int(pipe), 1)
        os._exit(1)

    threading.Thread(target=wait_for_end, daemon=True).start()
