"""A SUNAT that says what a test wants it to say, and a CDR for any receipt."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from flow_world import BORN, Clock

from onapi.cdr import Answer, write_cdr
from onapi.gateways.door import Talk
from onapi.gateways.sunat import Circuit, Service, SolAccount
from onapi.values.archive import zip_one
from onapi.values.number import ReceiptId

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


@cache
def _signer() -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "SUNAT DE PRUEBA")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = made.serial_number(1).not_valid_before(BORN).not_valid_after(BORN + timedelta(days=999))
    return key, dated.sign(key, SHA256())


def cdr_xml(receipt: ReceiptId, *, code: str = "0", label: str = "", ruc: str = "", document_hash: str = "") -> bytes:
    """A signed CDR about a receipt, or about another where `label` or `ruc` say so."""
    key, certificate = _signer()
    answer = Answer(
        id="1763651703114",
        code=code,
        description=f"El comprobante numero {label or receipt.label}, ha sido aceptado",
        document_id=label or receipt.label,
        issuer_ruc=ruc or receipt.ruc,
        recipient="6-20000000010",
        received_at=BORN,
        answered_at=BORN,
        document_hash=document_hash,
    )
    return write_cdr(answer, key=key, certificate=certificate)


def cdr_zip(receipt: ReceiptId, xml: bytes = b"") -> bytes:
    """The ZIP that SUNAT sends."""
    return zip_one(f"R-{receipt.file_name}.xml", xml or cdr_xml(receipt), folders=("dummy/",))


def envelope(inside: str) -> bytes:
    """A SOAP answer around a body."""
    return f'<s:Envelope xmlns:s="{SOAP}"><s:Header/><s:Body>{inside}</s:Body></s:Envelope>'.encode()


def bill_answer(content: str) -> bytes:
    """What sendBill answers with."""
    return envelope(
        '<r:sendBillResponse xmlns:r="http://service.sunat.gob.pe">'
        f"<applicationResponse>{content}</applicationResponse></r:sendBillResponse>"
    )


def cdr_answer(code: str, words: str, content: str = "") -> bytes:
    """What getStatusCdr answers with."""
    return envelope(
        '<r:getStatusCdrResponse xmlns:r="http://service.sunat.gob.pe"><statusCdr>'
        f"<content>{content}</content><statusCode>{code}</statusCode><statusMessage>{words}</statusMessage>"
        "</statusCdr></r:getStatusCdrResponse>"
    )


def fault_answer(code: str, words: str = "dicho por SUNAT") -> bytes:
    """A SOAP fault."""
    return envelope(f"<s:Fault><faultcode>{code}</faultcode><faultstring>{words}</faultstring></s:Fault>")


def heard(
    at: datetime, answer: bytes, *, status: int | None = 200, operation: str = "sendBill", trouble: str = ""
) -> Talk:
    """A talk as the door gives it."""
    return Talk(operation, "http://127.0.0.1/", at, 1, status, answer, trouble)


class Died(BaseException):
    """The process was killed here."""


@dataclass
class Scripted:
    """Speaks in SUNAT's place; `say` gives the answer to each call, in order of the calls."""

    clock: Clock
    say: Callable[[str, ReceiptId | str], Talk]
    calls: list[tuple[str, datetime]] = field(default_factory=list)
    shut: bool = False

    def is_shut(self, **_: object) -> bool:
        """Where a test says so."""
        return self.shut

    def circuit(self, **_: object) -> Circuit:
        """One host."""
        return Circuit.OPEN if self.shut else Circuit.CLOSED

    def troubles_others(self, account: SolAccount, talk: Talk) -> bool:
        """Nobody else is here."""
        del account, talk
        return False

    def can_ask_validity(self, account: SolAccount, receipt: ReceiptId) -> bool:
        """Not offered."""
        del account, receipt
        return False

    def send_bill(self, account: SolAccount, file_name: str, signed_xml: bytes, _: Service = Service.SALES) -> Talk:
        """One send."""
        del account, signed_xml
        self.calls.append(("send", self.clock()))
        return self.say("send", file_name)

    def send_summary(self, account: SolAccount, file_name: str, signed_xml: bytes, _: Service = Service.SALES) -> Talk:
        """One send."""
        return self.send_bill(account, file_name, signed_xml)

    def can_send_guide(self, account: SolAccount) -> bool:
        """To whoever has credentials."""
        return bool(account.client_id)

    def send_guide(self, account: SolAccount, file_name: str, signed_xml: bytes) -> Talk:
        """One send."""
        return self.send_bill(account, file_name, signed_xml)

    def ask_ticket(self, account: SolAccount, ticket: str, _: Service = Service.SALES) -> Talk:
        """One question."""
        del account
        self.calls.append(("poll", self.clock()))
        return self.say("poll", ticket)

    def ask_guide(self, account: SolAccount, ticket: str) -> Talk:
        """One question."""
        return self.ask_ticket(account, ticket)

    def can_ask(self, receipt: ReceiptId) -> bool:
        """As SUNAT: facturas only."""
        return receipt.series.startswith("F")

    def ask_cdr(self, account: SolAccount, receipt: ReceiptId) -> Talk:
        """One question."""
        del account
        self.calls.append(("ask", self.clock()))
        return self.say("ask", receipt)
