"""No secret of a running OnAPI is in its database, files, log, crash or processes, on either database (S08).

Each secret is handed in the way its owner does, every refusal and a crash included; then everything that is left behind
is searched for it in every way it could be written.
"""

import base64
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, quote_plus

import httpx2
import psycopg
import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from hostile_server import BASE, Server, started

from onapi.settings import CLIENT_ID, DEMO_PASSWORD, DEMO_RUC, DEMO_USERNAME, Settings
from onapi.sign.certificate import self_signed
from onapi.store.ring import RingFile
from onapi.store.vault import _DATA_KEY, _owner
from onapi.values.scope import Environment, Scope
from postgres_server import SORTS, database, postgres

WORDS: Final = {
    "SOL": "Canario-SOL+/=ñ 7f3b91",
    "GRE id": "canario-gre-id-7f3b92",
    "GRE": "Canario-GRE+/=?&7f3b93",
    "PFX": "Canario-PFX+/=ñ 7f3b94",
    "user": "Canario-USUARIO+/=ñ 7f3b95",
    "wrong": "Canario-EQUIVOCADA+/=ñ 7f3b96",
    "metrics": "Canario-METRICAS-7f3b97",
}
PUBLIC = frozenset({"GRE id"})  # a name, sealed nowhere: it may stand in the company's row alone
__all__ = ["postgres"]  # a fixture
SOMEBODY = "caja@canario.example"


def spellings(secret: bytes) -> set[bytes]:
    """A secret in the ways it could have been written down."""
    text = secret.decode("utf-8", "replace")
    found = {secret, secret.hex().encode(), secret.hex().upper().encode(), json.dumps(text)[1:-1].encode()}
    found |= {
        quote(secret, safe="").encode(),
        quote(secret).encode(),
        quote_plus(secret).encode(),
        text.encode("utf-16-le"),
    }
    found |= {text.encode("utf-16-be"), text.encode("latin-1", "replace"), text.encode("unicode_escape")}
    for start in range(3):  # base64 of a text that it stands in, whatever stands before it
        coded = base64.b64encode(bytes(start) + secret)[4 if start else 0 : -4]
        found |= {coded, coded.replace(b"+", b"-").replace(b"/", b"_")}
    return {each for each in found if len(each) > 7}


@dataclass
class Driven:
    """What was handed in or out, and everything that is left behind."""

    secrets: dict[str, bytes] = field(default_factory=dict)
    places: dict[str, bytes] = field(default_factory=dict)
    webhooks: int = 0

    def hits(self) -> list[tuple[str, str]]:
        """Which secret is found where."""
        written = {name: spellings(secret) for name, secret in self.secrets.items()}
        return [
            (name, place)
            for place, content in self.places.items()
            for name, ways in written.items()
            if any(way in content for way in ways)
        ]


class Caller:
    """An administrator who does everything there is to do with secrets."""

    def __init__(self, server: Server, driven: Driven, receiver: str) -> None:
        """Sign in."""
        self.driven, self.receiver = driven, receiver
        self.http = httpx2.Client(base_url=server.address + BASE, timeout=90, trust_env=False)
        self.token = self._login(DEMO_USERNAME, DEMO_PASSWORD)["token"]

    def call(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """With the token."""
        return self.http.request(method, path, headers={"Authorization": f"Bearer {self.token}"}, **more)

    def _login(self, username: str, password: str) -> dict[str, Any]:
        answer = self.http.post(
            "/authenticate", json={"clientId": CLIENT_ID, "username": username, "password": password}
        )
        found: dict[str, Any] = answer.json()
        return found

    def everything(self) -> None:
        """Each secret, rightly and wrongly."""
        self._company()
        self._users()
        self._webhooks()
        self._links(self._receipt())

    def _company(self) -> None:
        company = f"/admin/companies/{DEMO_RUC}"
        signer, hidden = self_signed(DEMO_RUC, "CANARIO S.A.C.", datetime.now(UTC)), WORDS["PFX"].encode()
        file = pkcs12.serialize_key_and_certificates(
            b"x", signer.key, signer.certificate, None, BestAvailableEncryption(hidden)
        )
        self.driven.secrets["PFX file"] = file[40:400]
        numbers = signer.key.private_numbers()
        self.driven.secrets |= {"key d": numbers.d.to_bytes(256)[:64], "key p": numbers.p.to_bytes(128)[:64]}
        sent = base64.b64encode(file).decode("ascii")
        for body in (
            {"certificate": sent, "password": WORDS["wrong"]},
            {"certificate": sent, "password": WORDS["PFX"], "extra": WORDS["PFX"]},
            {"certificate": sent, "password": WORDS["PFX"]},
        ):
            last = self.call("PUT", f"{company}/certificate", json=body)
        assert last.status_code == 200, last.text
        self.call("PUT", f"{company}/sol", json={"user": "CANARIO", "password": [WORDS["SOL"]]})
        self.call("PUT", f"{company}/sol", json={"user": "CANARIO", "pasword": WORDS["SOL"]})
        right = self.call("PUT", f"{company}/sol", json={"user": "CANARIO", "password": WORDS["SOL"]})
        assert right.status_code == 200, right.text
        for name in ("gre", "validity"):
            body = {"clientId": WORDS["GRE id"], "clientSecret": WORDS["GRE"]}
            assert self.call("PUT", f"{company}/{name}", json=body).status_code == 200
        self.call("POST", f"{company}/check")

    def _users(self) -> None:
        body = {"username": SOMEBODY, "role": "emisor", "rucs": [DEMO_RUC], "password": WORDS["user"]}
        assert self.call("POST", "/users", json=body).status_code == 201
        self._login(SOMEBODY, WORDS["wrong"])
        time.sleep(1.2)  # who was wrong waits a second
        session = self._login(SOMEBODY, WORDS["user"])
        again = self.http.post("/refresh-token", json={"refreshToken": session["refresh_token"]}).json()
        self.http.post("/refresh-token", json={"refreshToken": again["refresh_token"] + "x"})
        tokens = {
            "access": session["token"],
            "old refresh": session["refresh_token"],
            "refresh": again["refresh_token"],
        }
        self.driven.secrets |= {name: token.encode() for name, token in tokens.items()}
        self.driven.secrets["own access"] = self.token.encode()

    def _webhooks(self) -> None:
        wish = {"url": self.receiver, "events": ["*"], "secret": WORDS["wrong"]}
        self.call("PUT", "/admin/webhooks", json=wish)
        made = self.call("PUT", "/admin/webhooks", json={"url": self.receiver, "events": ["*"]})
        assert made.status_code in {200, 201}, made.text
        new = self.call("POST", f"/admin/webhooks/{made.json()['id']}/rotate").json()
        for name, text in (("old webhook", made.json()["secret"]), ("webhook", new["secret"])):
            self.driven.secrets |= {name: text.encode(), f"{name} raw": base64.b64decode(text.removeprefix("whsec_"))}

    def _receipt(self) -> str:
        document = {
            "serie": "F001",
            "correlativo": 1,
            "client": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."},
            "details": [{"cantidad": 2, "descripcion": "Teclado", "mtoValorUnitario": 100}],
        }
        body = {"ruc": DEMO_RUC, "doctype": "01", "document": document, "options": {"wait": 30}}
        answer = self.call("POST", "/sendMessage", json=body)
        assert answer.status_code in {201, 202}, answer.text
        return f"{DEMO_RUC}/01/F001/1"

    def _links(self, tail: str) -> None:
        link = self.call("GET", f"/url/xml/{tail}").json()["url"]
        assert httpx2.get(link, trust_env=False, timeout=60).status_code == 200
        httpx2.get(link[:-2], trust_env=False, timeout=60)
        self.driven.secrets["link"] = link.rpartition("/")[2].partition("?")[0].encode()


class _Receiver(BaseHTTPRequestHandler):
    """Whoever is told of events; the first time it fails."""

    came: list[bytes]

    def do_POST(self) -> None:
        """Take it."""
        self.came.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(500 if len(self.came) == 1 else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[bytes]]]:
    """An address on this machine, and what came to it."""
    came: list[bytes] = []
    listener = ThreadingHTTPServer(("127.0.0.1", 0), type("Receiver", (_Receiver,), {"came": came}))
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listener.server_address[1]}/hook", came
    listener.shutdown()
    listener.server_close()


def processes(first: int) -> list[int]:
    """A process and all below it."""
    found = [first]
    for each in found:
        for task in Path(f"/proc/{each}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text("ascii").split()]
    return found


def seen_of(server: Server) -> dict[str, bytes]:
    """What anybody on the machine may see of its processes."""
    return {
        f"process {each} {name}": Path(f"/proc/{each}/{name}").read_bytes()
        for each in processes(server.process.pid)
        for name in ("environ", "cmdline", "comm")
    }


def dump(address: str) -> dict[str, bytes]:
    """Every row of a database, as text."""
    if address.startswith("sqlite"):
        with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as connection:
            return {"dump": "\n".join(connection.iterdump()).encode("utf-8", "surrogateescape")}
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        rows = connection.execute("SELECT table_schema, table_name FROM information_schema.tables").fetchall()
        found = {}
        for schema, table in rows:
            if schema not in {"pg_catalog", "information_schema"}:
                with connection.cursor().copy(
                    f'COPY (SELECT * FROM "{schema}"."{table}") TO STDOUT'.encode()  # noqa: S608  its own tables
                ) as copied:
                    found[f"dump {table}"] = b"".join(bytes(chunk) for chunk in copied)
    return found


def broken(address: str, *, mend: bool = False) -> None:
    """Take a table away, or put it back: whoever needs it fails in a way that nobody foresaw."""
    was, now = ("credentials_away", "credentials") if mend else ("credentials", "credentials_away")
    if address.startswith("sqlite"):
        with closing(sqlite3.connect(address.removeprefix("sqlite:///"), timeout=30)) as connection:
            connection.execute(f"ALTER TABLE {was} RENAME TO {now}")
            connection.commit()
    else:
        with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"ALTER TABLE {was} RENAME TO {now}".encode())


def data_key(home: Path, dumped: sqlite3.Connection | Any) -> bytes:
    """The company's data key itself, as it is only ever in memory."""
    rows = dumped.execute("SELECT name, sealed, ruc FROM data_keys").fetchall()
    row = next(row for row in rows if row[2] == DEMO_RUC)
    scope = Scope(Environment.SANDBOX, DEMO_RUC)
    ring = RingFile(Settings(_env_file=None, home=home).ring)
    return ring.open(_owner(scope, _DATA_KEY, bytes(row[0])), bytes(row[1]))


@pytest.mark.parametrize("sort", SORTS)
def test_no_secret_is_left_behind(
    sort: str, tmp_path: Path, receiver: tuple[str, list[bytes]], request: pytest.FixtureRequest
) -> None:
    driven = Driven({name: word.encode() for name, word in WORDS.items() if name not in PUBLIC})
    (tmp_path / "home").mkdir()
    home, (address, came) = tmp_path / "home", receiver
    with database(sort, tmp_path, lambda: request.getfixturevalue("postgres"), migrated=False) as url:
        more = {"webhook_allow_local": True, "database_url": url}
        with started(home, "serve", **more) as server:
            caller = Caller(server, driven, address)
            request.addfinalizer(caller.http.close)
            caller.everything()
            driven.places |= seen_of(server)
            broken(url)
            for _ in range(2):
                answer = caller.http.post(
                    "/authenticate", json={"clientId": CLIENT_ID, "username": SOMEBODY, "password": WORDS["user"]}
                )
                driven.places[f"answer {len(driven.places)}"] = answer.content
            broken(url, mend=True)
            deadline = time.monotonic() + 60
            while len(came) < 2 and time.monotonic() < deadline:
                time.sleep(0.2)
            rotated = subprocess.run(
                [sys.executable, "-m", "onapi", "keys", "rotate"],
                env={**os.environ, "ONAPI_HOME": str(home), "ONAPI_DATABASE_URL": url},
                cwd=home,
                capture_output=True,
                check=False,
            )
            driven.places |= {"rotation": rotated.stdout + rotated.stderr}
            opened = (
                sqlite3.connect(url.removeprefix("sqlite:///"))
                if sort == "sqlite"
                else psycopg.connect(url.replace("+psycopg", ""))
            )
            with closing(opened):
                driven.secrets["data key"] = data_key(home, opened)
            caller.call("GET", "/log/10")
            driven.places |= {f"log {n}": caller.call("GET", f"/log/{n}").content for n in (1, 1000)}
            for each in reversed(processes(server.process.pid)):
                os.kill(each, signal.SIGABRT)  # a crash, core files and all
            server.process.wait(30)
            driven.places |= dump(url)
        driven.places |= files_of(home, {Settings(_env_file=None, home=home).ring})
    assert len(came) >= 2
    assert b"Traceback" in driven.places["file stderr.log"] or b"OperationalError" in driven.places["file stderr.log"]
    assert len(driven.secrets) >= 15
    assert driven.hits() == []


def files_of(home: Path, keys: set[Path]) -> dict[str, bytes]:
    """Every file but the ring of keys."""
    files = [
        path for path in home.rglob("*") if path.is_file() and path.resolve() not in {key.resolve() for key in keys}
    ]
    return {f"file {path.relative_to(home)}": path.read_bytes() for path in files if "simulator" not in path.name}


def test_what_is_there_is_found() -> None:
    for secret in WORDS.values():
        for text in (secret, f"a:{secret}", f"ab:{secret}!"):
            for way in (text.encode(), base64.b64encode(text.encode()), text.encode("utf-16-le"), quote(text).encode()):
                driven = Driven({"x": secret.encode()}, {"y": b"before" + way + b"after"})
                assert driven.hits() == [("x", "y")], way
