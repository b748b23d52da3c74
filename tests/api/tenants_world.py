"""Three companies on one OnAPI, each with a word of its own in every field and file; and the API without a network."""

import base64
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import anyio
import structlog
from anyio.from_thread import BlockingPortal, start_blocking_portal
from api_stack import PASSWORD, TestedHouse, at_work, clock, served
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import func, select

from onapi.flows import sign_in, users
from onapi.flows.platform import Platform
from onapi.settings import CLIENT_ID, Settings
from onapi.sign.certificate import self_signed
from onapi.simulator import create_app
from onapi.store.tables import submissions, webhook_deliveries

ROOT = "/integrator/api/v1"
WORDS = {"20600001010": "zqcolibri", "20600001028": "zqtucan", "20600001036": "zqquetzal"}
NOBODY = "20600001044"
COLOURS = ((29, 78, 216), (220, 38, 38), (22, 163, 74))
_SETTLE_S = 60


@dataclass(frozen=True)
class Sent:
    """A request."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def said(self) -> bytes:
        """All that the caller says, and so may hear again."""
        heads = "\n".join(f"{name}: {value}" for name, value in self.headers)
        return f"{self.path}?{self.query}\n{heads}\n".encode() + self.body


@dataclass(frozen=True)
class Answer:
    """What it is answered."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    seconds: float = 0.0

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def header(self, name: str) -> str:
        """A header, or nothing."""
        return dict(self.headers).get(name, "")


@dataclass
class Tenant:
    """A company, what names it and what is its own. `word` stands in what nobody else may know."""

    ruc: str
    word: str
    tokens: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)  # ids
    names: list[str] = field(default_factory=list)
    receipts: list[tuple[str, str, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)  # of documents
    endpoints: list[str] = field(default_factory=list)
    deliveries: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)  # to persons
    sessions: list[str] = field(default_factory=list)
    refresh: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    cursors: list[str] = field(default_factory=list)
    etags: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)  # Idempotency-Key
    references: list[str] = field(default_factory=list)  # externalId
    urls: list[str] = field(default_factory=list)
    secrets: list[bytes] = field(default_factory=list)  # beside the word: digests of its files, its logo
    xml: bytes = b""


@dataclass
class World:
    """The three, and how to ask."""

    platform: Platform
    app: FastAPI
    portal: BlockingPortal
    home: Path
    tenants: list[Tenant]

    def ask(self, sent: Sent, address: str = "203.0.113.9") -> Answer:
        """Ask the application itself."""
        return self.portal.call(self.asked, sent, address)

    async def asked(self, sent: Sent, address: str = "203.0.113.9") -> Answer:
        """The same, from inside the loop."""
        head = [(name.lower().encode(), value.encode("utf-8")) for name, value in sent.headers]
        head.append((b"content-length", str(len(sent.body)).encode()))
        path = sent.path.encode("utf-8", "surrogatepass")
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
            "method": sent.method, "scheme": "http", "path": sent.path, "raw_path": path, "root_path": "",
            "query_string": urlencode(sent.query).encode(), "headers": head,
            "client": (address, 4711), "server": ("127.0.0.1", 80), "state": {},
        }  # fmt: skip
        heard: list[dict[str, Any]] = []
        coming = iter([{"type": "http.request", "body": sent.body, "more_body": False}])

        async def receive() -> Any:
            for message in coming:
                return message
            return await anyio.sleep_forever()

        async def send(message: Any) -> None:
            heard.append(message)

        began = time.perf_counter()
        await self.app(scope, receive, send)
        took = time.perf_counter() - began
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in heard[0]["headers"])
        return Answer(heard[0]["status"], headers, b"".join(each.get("body", b"") for each in heard[1:]), took)

    def call(self, who: Tenant, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """Call an operation under the base as a tenant's administrator; anything but a 2xx is a failure."""
        heads = {"Authorization": f"Bearer {who.tokens[0]}"} if who.tokens else {}
        heads |= {"Content-Type": "application/json", "User-Agent": who.word, **more.pop("headers", {})}
        data = b"" if body is None else json.dumps(body).encode()
        sent = Sent(method, f"{ROOT}/integrator/{path}", tuple(more.items()), tuple(heads.items()), data)
        answer = self.ask(sent, "198.51.100.7")
        assert answer.status < 300, (sent, answer.body)
        return answer

    def wait_until_quiet(self) -> None:
        """Wait until no submission and no delivery has a next step."""
        tables = (submissions, webhook_deliveries)
        deadline = time.monotonic() + _SETTLE_S
        while time.monotonic() < deadline:
            with self.platform.database.reading() as connection:
                waiting = [select(func.count()).where(table.c.next_action_at.is_not(None)) for table in tables]
                if sum(connection.execute(query).scalar_one() for query in waiting) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("something is still under way")


@contextmanager
def three_companies(home: Path) -> Iterator[World]:
    """A world for as long as the block lasts. Its worker works until everything is there, and then no more."""
    before = structlog.get_config()
    structlog.configure(processors=[structlog.testing.LogCapture()], cache_logger_on_first_use=False)
    with ExitStack() as stack:
        stack.callback(lambda: structlog.configure(**before))
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = listener.getsockname()[1]
        chosen: dict[str, Any] = {"home": home, "simulator_port": port, "webhook_allow_local": True}
        chosen |= dict.fromkeys(("rate_per_token", "rate_per_company", "rate_per_address"), 0)
        house = TestedHouse(Settings(_env_file=None, **chosen))
        house.prepare()
        simulator = create_app(home / "simulator.sqlite3", profile="production", clock=clock)
        stack.enter_context(served(simulator, listener))
        platform = house.platform()
        stack.callback(platform.database.close)
        app, portal = house.api(), stack.enter_context(start_blocking_portal())
        stack.enter_context(portal.wrap_async_context_manager(app.router.lifespan_context(app)))
        tenants = [Tenant(ruc, word) for ruc, word in WORDS.items()]
        world = World(platform, app, portal, home, tenants)
        with at_work(house):
            receiver = stack.enter_context(_receiver())
            for tenant, colour in zip(tenants, COLOURS, strict=True):
                _settle_in(world, tenant, f"{receiver}/{tenant.word}", colour)
            world.wait_until_quiet()
        for tenant in tenants:
            _look_around(world, tenant)
        yield world


@contextmanager
def _receiver() -> Iterator[str]:
    """A receiver of webhooks, which says the word of its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            word = self.path.rpartition("/")[2].encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(word)))
            self.end_headers()
            self.wfile.write(word)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _settle_in(world: World, who: Tenant, url: str, colour: tuple[int, int, int]) -> None:
    """Users, company, secrets, endpoint, receipts."""
    _let_in(world, who)
    mail, at = f"{who.word}@empresa.example", f"admin/companies/{who.ruc}"
    address = {"ubigeo": "150101", "direccion": f"AV. {who.word} 1"}
    data = {"razonSocial": f"{who.word} S.A.C.", "nombreComercial": who.word, "address": address, "email": mail}
    world.call(who, "PUT", at, data)
    made = self_signed(who.ruc, f"{who.word} S.A.C.", clock())
    file = pkcs12.serialize_key_and_certificates(who.word.encode(), made.key, made.certificate, None, NoEncryption())
    world.call(who, "PUT", f"{at}/certificate", {"certificate": base64.b64encode(file).decode(), "password": ""})
    world.call(who, "PUT", f"{at}/sol", {"user": "MODDATOS", "password": "moddatos"})
    for door in ("gre", "validity"):
        world.call(who, "PUT", f"{at}/{door}", {"clientId": who.word, "clientSecret": who.word})
    server = {"host": f"{who.word}.example", "port": 465, "security": "tls", "user": who.word, "password": who.word}
    world.call(who, "PUT", f"{at}/mail", {**server, "fromAddress": mail, "fromName": who.word, "replyTo": mail})
    number = {"phoneNumberId": who.ruc, "accessToken": who.word, "verifyToken": who.word}
    world.call(who, "PUT", f"{at}/whatsapp", number)
    world.call(who, "PUT", f"{at}/sender", {"replyTo": mail, "displayName": who.word})
    world.call(who, "PUT", f"{at}/template/recibo", {"source": f"// {who.word}\n= {who.word}\n"})
    picture = BytesIO()
    Image.new("RGB", (60, 40), colour).save(picture, "PNG")
    world.call(who, "PUT", f"{at}/logo", {"logo": base64.b64encode(picture.getvalue()).decode()})
    wish = {"url": url, "events": ["*"], "description": who.word}
    who.urls.append(url)
    who.endpoints.append(world.call(who, "PUT", "admin/webhooks", wish).json["id"])
    for doctype, series, more in (
        ("01", "F001", {}), ("01", "F001", {}), ("03", "B001", {}), ("01", "F001", {"send": False}),
    ):  # fmt: skip
        _issue(world, who, doctype, series, more)
    doctype, series, number = who.receipts[1]
    world.call(who, "POST", f"cancel/{who.ruc}/{doctype}/{series}/{number}", {"reason": f"error {who.word}"}, wait="20")


def _let_in(world: World, who: Tenant) -> None:
    """An administrator, an issuer and a reader, who sign in."""
    for role in ("admin", "emisor", "contador"):
        name = f"{role}-{who.word[2:]}@empresa.example"
        sign_in.register(
            world.platform, client_id=CLIENT_ID, username=name, password=PASSWORD, rucs=(who.ruc,), role=role
        )
        found = users.find(world.platform, CLIENT_ID, name)
        who.users.append(found.id)
        who.names.append(name)
        who.tokens.append(world.app.state.surroundings.tokens.make(found, clock()))
        login = {"clientId": CLIENT_ID, "username": name, "password": PASSWORD}
        who.refresh.append(world.call(who, "POST", "authenticate", login).json["refresh_token"])


def _issue(world: World, who: Tenant, doctype: str, series: str, options: dict[str, Any]) -> None:
    client = {"tipoDoc": "6", "numDoc": "20000000010"} if doctype == "01" else {"tipoDoc": "1", "numDoc": "45678912"}
    turn = len(who.receipts)
    key, reference = f"clave-{who.word[2:]}-{turn}", f"PED-{who.word[2:]}-{turn}"
    document = {
        "serie": series,
        "fechaEmision": "2026-11-20T10:15:00-05:00",
        "client": {**client, "rznSocial": f"CLIENTE {who.word}", "email": f"{who.word}@cliente.example"},
        "details": [{"cantidad": 2, "descripcion": f"Teclado {who.word}", "mtoValorUnitario": 100}],
        "observacion": who.word,
    }
    body = {"ruc": who.ruc, "doctype": doctype, "externalId": reference, "document": document}
    body["options"] = {"wait": 30, **options}
    record = world.call(who, "POST", "sendMessage", body, headers={"Idempotency-Key": key}).json
    who.keys.append(key)
    who.references.append(reference)
    who.ids.append(record["id"])
    who.receipts.append((doctype, series, str(record["number"])))
    who.secrets.append(record["hash"].encode())


def _look_around(world: World, who: Tenant) -> None:
    """What names its things: links, cursors, tags, sessions, deliveries."""
    for doctype, series, number in who.receipts:
        name = f"{who.ruc}/{doctype}/{series}/{number}"
        for kind in ("pdf", "xml"):
            who.links.append(world.call(who, "GET", f"url/{kind}/{name}").json["url"].rpartition("/")[2])
        file = world.call(who, "GET", f"xml/{name}", format="xml")
        who.xml = file.body
        who.etags.append(file.header("etag"))
        who.secrets.append(file.header("etag").strip('"').encode())
    who.etags.append(world.call(who, "GET", f"admin/companies/{who.ruc}").header("etag"))
    who.secrets.append(world.call(who, "GET", f"admin/companies/{who.ruc}/logo").body)
    doctype, series, number = who.receipts[0]
    named = {"ruc": who.ruc, "doctype": doctype, "serie": series, "number": int(number), "force": True}
    mail = {**named, "to": [f"{who.word}@cliente.example"], "subject": who.word, "message": who.word}
    for _ in range(2):
        who.messages.append(world.call(who, "POST", "tools/sendCpeEmail", mail, wait="0").json["messageId"])
    shown = world.call(who, "GET", f"admin/webhooks/{who.endpoints[0]}/deliveries", size="2").json
    who.deliveries += [each["id"] for each in shown["items"]]
    who.cursors += [world.call(who, "GET", "documents", limit="1").json["nextCursor"], shown["cursor"]]
    who.sessions += [each["id"] for each in world.call(who, "GET", "sessions").json["items"]]
