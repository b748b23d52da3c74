"""The calls to SUNAT's four services. Every one gives a talk, never an exception: silence is an answer too."""

import hashlib
import json
import time
from base64 import b64encode
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote

from onapi.gateways.door import NEVER_LEFT, Talk
from onapi.gateways.sunat.account import SolAccount, guide_grant, validity_grant
from onapi.gateways.sunat.circuit import Circuit
from onapi.gateways.sunat.endpoints import BillService, Endpoints
from onapi.gateways.sunat.soap import envelope, file_argument, headers
from onapi.gateways.sunat.tokens import Tokens
from onapi.gateways.sunat.wire import Call, Wire, host_of
from onapi.values.archive import zip_one
from onapi.values.money import plain, to_cents
from onapi.values.number import ReceiptId

_JSON = (("Content-Type", "application/json"), ("Accept", "application/json"))
_TOLD_BY_CONSULT = frozenset({"01", "07", "08"})
_TOLD_BY_VALIDITY = frozenset({"01", "03", "04", "07", "08"})
_UNWRITABLE = f"{NEVER_LEFT}: las credenciales tienen caracteres que no se pueden enviar"


class Sunat:
    """SUNAT's services in one environment. Its methods may be called from any thread."""

    def __init__(
        self, endpoints: Endpoints, clock: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._endpoints = endpoints
        self._wire = Wire(endpoints.manners, clock, monotonic)
        self._tokens = Tokens(self._wire)

    def send_bill(
        self, account: SolAccount, file_name: str, signed_xml: bytes, service: BillService = BillService.SALES
    ) -> Talk:
        """Send one signed document, whose CDR comes at once; the same document gives the same bytes each time."""
        address = self._endpoints.bill_service(service)
        return self._soap("sendBill", address, _file(file_name, signed_xml), account)

    def send_summary(
        self, account: SolAccount, file_name: str, signed_xml: bytes, service: BillService = BillService.SALES
    ) -> Talk:
        """Send an RC, an RA (sales) or an RR (others); a ticket comes back."""
        address = self._endpoints.bill_service(service)
        return self._soap("sendSummary", address, _file(file_name, signed_xml), account)

    def ask_ticket(self, account: SolAccount, ticket: str, service: BillService = BillService.SALES) -> Talk:
        """Ask what became of a ticket; only the user that sent may, at the service it sent to."""
        return self._soap("getStatus", self._endpoints.bill_service(service), {"ticket": ticket}, account)

    def can_ask(self, receipt: ReceiptId) -> bool:
        """SUNAT keeps the CDR of facturas and their notes only, and its beta none."""
        is_told = receipt.doctype in _TOLD_BY_CONSULT and receipt.series.startswith("F")
        return bool(self._endpoints.consult) and is_told

    def ask_cdr(self, account: SolAccount, receipt: ReceiptId) -> Talk:
        """Ask for the CDR of a document."""
        return self._soap("getStatusCdr", self._endpoints.consult, _named(receipt), account)

    def ask_status(self, account: SolAccount, receipt: ReceiptId) -> Talk:
        """Ask for the state of a document: 0001 accepted, 0002 rejected, 0003 voided, 0011 not there."""
        return self._soap("getStatus", self._endpoints.consult, _named(receipt), account)

    def can_send_guide(self, account: SolAccount) -> bool:
        """SUNAT's beta has no service for guías; elsewhere the company needs its API credentials."""
        return bool(self._endpoints.guides and account.client_id and account.client_secret)

    def send_guide(self, account: SolAccount, file_name: str, signed_xml: bytes) -> Talk:
        """Send a guía de remisión; a ticket comes back."""
        archive = zip_one(f"{file_name}.xml", signed_xml)
        body = {
            "archivo": {
                "nomArchivo": f"{file_name}.zip",
                "arcGreZip": b64encode(archive).decode("ascii"),
                "hashZip": hashlib.sha256(archive).hexdigest(),
            }
        }
        return self._guide(account, "sendGuide", "POST", quote(file_name, safe=""), body)

    def ask_guide(self, account: SolAccount, ticket: str) -> Talk:
        """Ask what became of a guía's ticket."""
        return self._guide(account, "askGuide", "GET", f"envios/{quote(ticket, safe='')}", None)

    def can_ask_validity(self, account: SolAccount, receipt: ReceiptId) -> bool:
        """SUNAT tells the state of sales, and wants the asker's API credentials; its beta tells nothing."""
        is_known = bool(account.client_id and account.client_secret)
        return bool(self._endpoints.validity) and is_known and receipt.doctype in _TOLD_BY_VALIDITY

    def ask_validity(
        self, account: SolAccount, asker_ruc: str, receipt: ReceiptId, issue_date: date, total: Decimal | None
    ) -> Talk:
        """Ask the state of a receipt; date and total must be the receipt's own. A printed one has no total."""
        asked = {
            "numRuc": receipt.ruc,
            "codComp": receipt.doctype,
            "numeroSerie": receipt.series,
            "numero": str(receipt.number),
            "fechaEmision": f"{issue_date:%d/%m/%Y}",
        }
        body = asked if total is None else {**asked, "monto": plain(to_cents(total), 2)}
        base = self._endpoints.validity
        address = base and f"{base}/{quote(asker_ruc, safe='')}/validarcomprobante"
        call = Call("askValidity", address, account.ruc, headers=_JSON, body=_written(body))
        return self._tokens.call(validity_grant(self._endpoints, account), call)

    def troubles_others(self, account: SolAccount, talk: Talk) -> bool:
        """Whether other companies had trouble at this talk's host of late; tells an outage from a refusal (0111)."""
        return self._wire.troubles_others(account.ruc, talk.address)

    def circuit(self, *, guides: bool = False, service: BillService = BillService.SALES) -> Circuit:
        """How the circuit of a road's host stands; closed where the road is not offered."""
        address = self._endpoints.guides if guides else self._endpoints.bill_service(service)
        return self._wire.circuit(host_of(address)) if address else Circuit.CLOSED

    def is_shut(self, *, guides: bool = False, service: BillService = BillService.SALES) -> bool:
        """Whether nobody may call a road's host now: it failed too often, and no probe is due or one is under way."""
        address = self._endpoints.guides if guides else self._endpoints.bill_service(service)
        return bool(address) and self._wire.rests(host_of(address))

    def health(self) -> dict[str, Circuit]:
        """Each host with the state of its circuit."""
        hosts = sorted({host_of(address) for address in self._endpoints.addresses})
        return {host: self._wire.circuit(host) for host in hosts}

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def _soap(self, operation: str, address: str, arguments: dict[str, str], account: SolAccount) -> Talk:
        told = tuple(headers(operation).items())
        try:
            body = envelope(operation, arguments, user=account.user, password=account.password)
        except ValueError:
            return self._wire.unsent(Call(operation, address, account.ruc), _UNWRITABLE)
        return self._wire.exchange(Call(operation, address, account.ruc, headers=told, body=body))

    def _guide(
        self, account: SolAccount, operation: str, method: str, path: str, body: dict[str, dict[str, str]] | None
    ) -> Talk:
        base = self._endpoints.guides
        sent = b"" if body is None else _written(body)
        told = _JSON if body is not None else _JSON[1:]
        call = Call(operation, base and f"{base}/{path}", account.ruc, method, told, sent)
        return self._tokens.call(guide_grant(self._endpoints, account), call)


def _file(file_name: str, signed_xml: bytes) -> dict[str, str]:
    archive = zip_one(f"{file_name}.xml", signed_xml)
    return {"fileName": f"{file_name}.zip", "contentFile": file_argument(archive)}


def _named(receipt: ReceiptId) -> dict[str, str]:
    return {
        "rucComprobante": receipt.ruc,
        "tipoComprobante": receipt.doctype,
        "serieComprobante": receipt.series,
        "numeroComprobante": str(receipt.number),
    }


def _written(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode("ascii")
