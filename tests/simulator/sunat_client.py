"""A simulated SUNAT on a real server, and a client of it that knows nothing of ours."""

import io
import socket
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any
from zipfile import ZipFile

import httpx2
import uvicorn
from lxml import etree
from sample_invoice import RUC

from onapi.simulator import create_app
from onapi.simulator.doorway import Doorway

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
PRODUCTION = "/ol-ti-itcpfegem/billService"
BETA = "/ol-ti-itcpfegem-beta/billService"
OTHERS = "/ol-ti-itemision-otroscpe-gem-beta/billService"
CONSULT = "/ol-it-wsconscpegem/billConsultService"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"


@dataclass(frozen=True)
class Said:
    """An answer from the wire, flattened: text by local name."""

    status: int
    fields: dict[str, str]
    raw: bytes

    @property
    def code(self) -> str:
        """The number at the end of a fault, "" if it is none."""
        return self.fields.get("faultcode", "").rpartition(".")[2]

    @property
    def cdr(self) -> bytes:
        """The ZIP that sendBill or getStatus answered with."""
        return b64decode(self.fields.get("applicationResponse") or self.fields["content"])


@dataclass(frozen=True)
class Sunat:
    """A client of one running simulator."""

    http: httpx2.Client
    secret: str = ""  # address of the port with TLS, if there is one

    def call(
        self, operation: str, fields: dict[str, str], *, path: str = BETA, user: str = "", key: str = "moddatos"
    ) -> Said:
        """One operation with its fields, as a user."""
        inside = "".join(f"<{name}>{text}</{name}>" for name, text in fields.items())
        envelope = f"""<s:Envelope xmlns:s="{_SOAP}" xmlns:q="http://service.sunat.gob.pe" xmlns:w="{_WSSE}"><s:Header>
<w:Security><w:UsernameToken><w:Username>{user or RUC + "MODDATOS"}</w:Username><w:Password>{key}</w:Password>
</w:UsernameToken></w:Security></s:Header><s:Body><q:{operation}>{inside}</q:{operation}></s:Body></s:Envelope>"""
        return self.post(envelope, path=path)

    def post(self, envelope: str, *, path: str = BETA) -> Said:
        """Any envelope at all."""
        answered = self.http.post(path, content=envelope.encode(), headers={"SOAPAction": '""'})
        if not answered.content.startswith(b"<?xml"):
            return Said(answered.status_code, {}, answered.content)
        tree = etree.fromstring(answered.content)
        leaves = [node for node in tree.iter("{*}*") if len(node) == 0 and node.tag != f"{{{_SOAP}}}Header"]
        fields = {etree.QName(node).localname: node.text or "" for node in leaves}
        return Said(answered.status_code, fields, answered.content)

    def send(self, stem: str, content: bytes, **how: Any) -> Said:
        """Call sendBill with any ZIP."""
        fields = {"fileName": f"{stem}.zip", "contentFile": b64encode(content).decode()}
        return self.call("sendBill", fields, **how)

    def send_xml(self, stem: str, xml: bytes, **how: Any) -> Said:
        """Call sendBill with one XML, zipped by the standard library."""
        return self.send(stem, zipped(f"{stem}.xml", xml), **how)

    def send_summary(self, stem: str, xml: bytes, **how: Any) -> Said:
        """Call sendSummary with one XML."""
        fields = {"fileName": f"{stem}.zip", "contentFile": b64encode(zipped(f"{stem}.xml", xml)).decode()}
        return self.call("sendSummary", fields, **how)

    def status(self, ticket: str, **how: Any) -> Said:
        """What became of a ticket."""
        return self.call("getStatus", {"ticket": ticket}, **how)

    def settled(self, stem: str, xml: bytes, **how: Any) -> Said:
        """Send a summary, let the time pass, and ask for its ticket."""
        sent = self.send_summary(stem, xml, **how)
        assert sent.status == 200, sent.raw
        self.forward(2)
        return self.status(sent.fields["ticket"], **how)

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        offset = self.http.get("/_simulator/clock").json()["offsetSeconds"]
        assert self.http.put("/_simulator/clock", json={"offsetSeconds": offset + seconds}).status_code == 200

    def held(self, name: str) -> dict[str, Any]:
        """What the simulator holds under a name; empty if nothing."""
        rows = self.http.get("/_simulator/ledger", params={"name": name}).json()
        assert len(rows) < 2
        return dict(rows[0]) if rows else {}

    def plant(self, *documents: dict[str, str]) -> None:
        """Let the simulator hold documents that were never sent."""
        assert self.http.put("/_simulator/ledger", json=list(documents)).status_code == 200

    def ask(self, operation: str, *asked: str, user: str = "") -> Said:
        """One question to the consult service: RUC, kind, series, number."""
        names = ("rucComprobante", "tipoComprobante", "serieComprobante", "numeroComprobante")
        return self.call(operation, dict(zip(names, asked, strict=True)), path=CONSULT, user=user)

    def ledger(self) -> list[dict[str, Any]]:
        """What the simulator holds."""
        rows: list[dict[str, Any]] = self.http.get("/_simulator/ledger").json()
        return rows

    def arm(self, *faults: dict[str, Any]) -> None:
        """Let these faults happen, and no others."""
        assert self.http.put("/_simulator/faults", json=list(faults)).status_code == 200


def zipped(name: str, content: bytes) -> bytes:

    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


Start = Callable[..., AbstractContextManager[Sunat]]


@contextmanager
def running(ledger: Path, profile: str = "beta", **settings: Any) -> Iterator[Sunat]:
    """A simulator on a free port for as long as the block lasts."""
    app = create_app(ledger, profile=profile, clock=lambda: NOW, **settings)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Doorway(uvicorn.Config(app, log_level="warning", ws="none"), app)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = monotonic() + 20
        while not server.started and monotonic() < deadline:
            sleep(0.01)
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with httpx2.Client(base_url=base, timeout=20, trust_env=False) as http:
            try:
                yield Sunat(http, f"https://127.0.0.1:{server.tls_address[1]}" if server.tls_address else "")
            finally:
                server.should_exit = True
                thread.join(20)
