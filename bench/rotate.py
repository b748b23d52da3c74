"""Master keys rotated over 10,000 secrets while three processes' worth of threads read and write: errors, time, CPU."""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from databases import each_database
from figures import show

from onapi.errors import OnapiError
from onapi.flows import keys
from onapi.store import companies, open_database
from onapi.store.database import Database
from onapi.store.ring import RingFile, make_ring
from onapi.store.vault import Vault
from onapi.values.identity import RUC
from onapi.values.moment import read_moment
from onapi.values.party import Party
from onapi.values.scope import Environment, Scope

_COMPANIES, _READERS = 5_000, 3  # two secrets each
_NOW = read_moment("2026-11-20T10:00:00-05:00")


class _Here:
    """As much of a platform as the rotation asks for."""

    def __init__(self, database: Database, ring: Path) -> None:
        self.database, self.vault = database, Vault(RingFile(ring), database)


def _fill(here: _Here) -> Iterator[Scope]:
    old = Vault(RingFile(here.vault.ring.file))  # type: ignore[union-attr]  # made with a file, below
    for number in range(_COMPANIES):
        scope = Scope(Environment.SANDBOX, f"20{number:09d}")
        vault = here.vault if number % 2 else old  # half of them from before there were data keys
        sealed = [vault.seal(scope, name, name.encode()) for name in ("sol_password", "gre_client_secret")]
        with here.database.transaction() as connection:
            companies.keep(connection, scope, Party(RUC, scope.ruc, "X"), _NOW)
            companies.keep_sol(connection, scope, "USER", sealed[0], _NOW)
            companies.keep_gre(connection, scope, "ID", sealed[1], _NOW)
        yield scope


def _read(here: _Here, scopes: list[Scope], stop: threading.Event, done: list[int], wrong: list[str]) -> None:
    """Open every secret, and seal one in five anew, as another process would."""
    at = 0
    while not stop.is_set():
        scope = scopes[at * 7 % len(scopes)]
        at += 1
        try:
            with here.database.reading() as connection:
                found = companies.find(connection, scope)
            opened = here.vault.open(scope, "sol_password", found.sol_password) if found and found.sol_password else b""
            assert opened == b"sol_password"
            if at % 5 == 0:
                sealed = here.vault.seal(scope, "sol_password", b"sol_password")
                with here.database.transaction() as connection:
                    companies.keep_sol(connection, scope, "USER", sealed, _NOW)
        except OnapiError as error:
            wrong.append(str(error))
    done.append(at)


def run() -> None:
    """Print the figures; AssertionError if anything failed."""
    for sort, url in each_database():
        with closing(open_database(url, durable=False)) as database, tempfile.TemporaryDirectory() as folder:
            ring = Path(folder) / "ring"
            make_ring(ring)
            here = _Here(database, ring)
            scopes = list(_fill(here))
            stop, done, wrong = threading.Event(), list[int](), list[str]()
            readers = [
                threading.Thread(target=_read, args=(_Here(database, ring), scopes, stop, done, wrong))
                for _ in range(_READERS)
            ]
            for reader in readers:
                reader.start()
            started, cpu = time.monotonic(), time.process_time()
            told = keys.rotate(here)  # type: ignore[arg-type]  # all it asks of a platform
            again = keys.rotate(here)  # type: ignore[arg-type]  # the same
            wall, spent = time.monotonic() - started, time.process_time() - cpu
            stop.set()
            for reader in readers:
                reader.join()
            assert not wrong, wrong[:3]
            assert again.data_keys == _COMPANIES
            many = told.values + told.data_keys + again.data_keys
            show(f"rotation, {sort}, {2 * _COMPANIES} secrets, sealed anew", [many], "seals")
            show(f"rotation, {sort}, 0 errors of {sum(done)} readings", [wall], "s")
            show(f"rotation, {sort}, with its readers", [spent], "s of CPU")


if __name__ == "__main__":
    run()
