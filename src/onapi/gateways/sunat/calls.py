"""The calls: sendBill and getStatusCdr. TLS is always verified; there is no switch."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import httpx2

from onapi.gateways.door import NEVER_LEFT, Talk
from onapi.gateways.sunat.endpoints import Endpoints
from onapi.gateways.sunat.soap import envelope, file_argument, headers
from onapi.values.archive import zip_one
from onapi.values.number import ReceiptId

_TIMEOUT = httpx2.Timeout(connect=10, read=75, write=30, pool=30)
_LIMITS = httpx2.Limits(max_connections=32, max_keepalive_connections=16)


@dataclass(frozen=True, slots=True)
class SolAccount:
    """A secondary SOL user of a company."""

    user: str  # RUC and user: 20000000001MODDATOS
    password: str = field(repr=False)


class Sunat:
    """SUNAT's services for sales. Every call gives a talk, never an exception: silence is an answer too."""

    def __init__(self, endpoints: Endpoints, clock: Callable[[], datetime]) -> None:
        self._endpoints = endpoints
        self._clock = clock
        self._client = httpx2.Client(timeout=_TIMEOUT, limits=_LIMITS, follow_redirects=False)

    def send_bill(self, account: SolAccount, file_name: str, signed_xml: bytes) -> Talk:
        """Send one signed document; the same document gives the same bytes each time."""
        archive = zip_one(f"{file_name}.xml", signed_xml)
        arguments = {"fileName": f"{file_name}.zip", "contentFile": file_argument(archive)}
        return self._call("sendBill", self._endpoints.bill, arguments, account)

    def can_ask(self, receipt: ReceiptId) -> bool:
        """SUNAT tells of facturas and their notes only, and its beta of nothing."""
        return bool(self._endpoints.consult) and receipt.doctype in {"01", "07", "08"} and receipt.series[0] == "F"

    def ask_cdr(self, account: SolAccount, receipt: ReceiptId) -> Talk:
        """Ask for the CDR of a document."""
        arguments = {
            "rucComprobante": receipt.ruc,
            "tipoComprobante": receipt.doctype,
            "serieComprobante": receipt.series,
            "numeroComprobante": str(receipt.number),
        }
        return self._call("getStatusCdr", self._endpoints.consult, arguments, account)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _call(self, operation: str, address: str, arguments: dict[str, str], account: SolAccount) -> Talk:
        body = envelope(operation, arguments, user=account.user, password=account.password)
        started, at = time.monotonic(), self._clock()

        def talk(trouble: str = "", answer: httpx2.Response | None = None) -> Talk:
            spent = int((time.monotonic() - started) * 1000)
            status, content = (answer.status_code, answer.content) if answer is not None else (None, b"")
            return Talk(operation, address, at, spent, status, content, trouble)

        try:
            return talk(answer=self._client.post(address, content=body, headers=headers(operation)))
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            return talk(f"{NEVER_LEFT}: {type(error).__name__}")
        except httpx2.TimeoutException as error:
            return talk(f"timeout: {type(error).__name__}")
        except httpx2.HTTPError as error:
            return talk(f"cut: {type(error).__name__}")
