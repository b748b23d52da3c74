"""The processes: `serve` runs them all; `api`, `worker`, `simulator` run one, for those who supervise them otherwise.

`serve` is the API process itself, with the others as children. Each child holds the reading end of a pipe and ends at
once when its parent is gone, however it went: no orphan keeps a port or a lock. A child that ends is started again.
"""

import fcntl
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Self

import typer

from onapi.cli.roof import Roof
from onapi.errors import Misconfigured
from onapi.values.scope import Environment

_PARENT_PIPE = "ONAPI_PARENT_PIPE"
UNUSABLE = 2  # exit status: a setting has to change
_STOP_S = 15
_DRAIN_S = 12
_LOOK_S = 0.5
_SENDING_WAITS = 5  # for who calls the API and waits for its answer
_SUNAT_WAITS = 10  # for all: its own machines would take nothing from this one
_BIND_TRIES = 50
_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h


def add_commands(cli: typer.Typer, roof: Roof) -> None:
    """`setup`, `serve`, `api`, `worker`, `simulator`."""

    @cli.command(help="Prepara la carpeta, las claves y la base de datos. Se puede repetir.")
    def setup() -> None:
        roof.prepare()

    @cli.command(help="Arranca todo: API, worker y, en sandbox, el simulador de SUNAT.")
    def serve(
        *,
        demo: Annotated[bool, typer.Option("--demo", help="Inscribe la empresa y el usuario de demostración")] = False,
    ) -> None:
        end_with_parent()
        with Children(["simulator"] if roof.settings.environment is Environment.SANDBOX else []) as children:
            app = _api(roof, demo=demo)
            children.add("worker")  # last: it takes a core for seconds to start, and the API is awaited
            _listen(app, roof.settings.host, roof.settings.port)

    @cli.command(help="Arranca solo la API.")
    def api() -> None:
        end_with_parent()
        _listen(_api(roof, demo=False), roof.settings.host, roof.settings.port)

    @cli.command(help="Arranca solo el simulador de SUNAT.")
    def simulator(
        *,
        tls_port: Annotated[int, typer.Option("--tls-port", help="Segundo puerto, con TLS")] = 0,
        scenario: Annotated[Path | None, typer.Option("--scenario", help="Archivo YAML de fallas")] = None,
    ) -> None:
        from onapi.simulator import serve

        end_with_parent()
        _give_way(_SUNAT_WAITS)
        roof.set_up_logs()
        app = roof.simulator(tls_port=tls_port, scenario=scenario)
        _listen(app, "127.0.0.1", roof.settings.simulator_port, serve)

    @cli.command(help="Arranca solo el worker, que envía a SUNAT lo pendiente.")
    def worker() -> None:
        end_with_parent()
        _work(roof)


class Children:
    """Other processes of this program, kept alive while the block runs, stopped at its end."""

    def __init__(self, commands: list[str], *options: str) -> None:
        self._commands, self._options = commands, options
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping = threading.Event()
        self.failed = threading.Event()  # one of them cannot run with these settings

    def __enter__(self) -> Self:
        """Start them."""
        self._reading, self._writing = os.pipe()
        for command in self._commands:
            self.add(command)
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ask each to end after what is under way; end it after fifteen seconds."""
        self._stopping.set()
        self._watcher.join()
        for child in self._children.values():
            child.terminate()
        deadline = time.monotonic() + _STOP_S
        for child in self._children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        os.close(self._reading)
        os.close(self._writing)

    def add(self, command: str) -> None:
        """Start a child."""
        self._children[command] = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", "onapi", command, *self._options],
            env={**os.environ, _PARENT_PIPE: str(self._reading)},
            pass_fds=(self._reading,),
            start_new_session=True,  # Ctrl+C reaches the parent alone; it stops the others in order
        )

    def _watch(self) -> None:
        while not self._stopping.wait(_LOOK_S):
            for command, child in list(self._children.items()):
                if child.poll() == UNUSABLE:
                    self.failed.set()  # it has said why; starting it again would change nothing
                elif child.poll() is not None:
                    typer.echo(f"onapi: {command} ended with {child.returncode}; starting it again", err=True)
                    self.add(command)


def end_with_parent() -> None:
    """End this process at once when the one that started it is gone."""
    pipe = os.environ.pop(_PARENT_PIPE, None)
    if pipe is None:
        return

    def wait_for_end() -> None:
        os.read(int(pipe), 1)
        os._exit(1)  # the public name for ending without clean-up; what is committed is safe

    threading.Thread(target=wait_for_end, daemon=True).start()


def _give_way(many: int) -> None:
    """Let others have the processor first, by so many steps of `nice`."""
    if hasattr(os, "nice"):  # not on Windows
        os.nice(many)


def _api(roof: Roof, *, demo: bool) -> object:
    from onapi.cli.demo_company import enrol_demo

    roof.set_up_logs()
    roof.prepare()
    if demo:
        enrol_demo(roof)
    return roof.api()


def _listen(app: object, host: str, port: int, run: Callable[..., None] | None = None) -> None:
    """Serve until a signal; a port still held by a process that is ending is waited for."""
    import socket

    import uvicorn

    begin: Callable[..., None] = run or uvicorn.run

    for _ in range(_BIND_TRIES):
        with suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            break
        time.sleep(0.1)
    else:
        raise Misconfigured(f"El puerto {port} está ocupado; libérelo o elija otro con ONAPI_PORT.")
    for number in (signal.SIGINT, signal.SIGTERM):  # the server repeats a signal once it has stopped: take that calmly
        signal.signal(number, lambda *_: None)
    settle_memory()
    begin(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=10,
        **getattr(getattr(app, "state", None), "server", {}),  # what the application asks of its server
    )


def settle_memory() -> None:
    """What is loaded now stays: the collector need not look at it again with every thousand new objects.

    And the C library keeps two heaps for all threads, not one for each, where it is glibc: half the memory after a day.
    """
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 2)
    gc.collect()
    gc.freeze()


def _work(roof: Roof) -> None:
    _give_way(_SENDING_WAITS)
    roof.set_up_logs()
    roof.settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(roof.settings.home.resolve() / f"{roof.settings.worker_name}.lock"):
        roof.prepare()
        worker = roof.worker()
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        worker.start()
        settle_memory()
        stopped.wait()
        worker.drain(_DRAIN_S)
        os._exit(0)  # the library's threads take seconds to end and have nothing to lose


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One process for each worker name: two would each take the other's unfinished work for their own."""
    with file.open("a") as lock:
        for _ in range(_BIND_TRIES):
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(0.1)
        else:
            raise Misconfigured(f"Ya hay un worker con este nombre ({file.name}); use otro ONAPI_WORKER_NAME.")
        yield
