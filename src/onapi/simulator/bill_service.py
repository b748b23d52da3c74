"""billService: SUNAT takes a document and answers at once with its CDR, or refuses with a fault.

What is not played yet says so in a fault of its own: nothing here pretends to have judged what it has not.
"""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from onapi.cdr import Answer
from onapi.errors import Refused
from onapi.simulator.authority import SIGNER_NAME
from onapi.simulator.envelope import Call, answer, leaf
from onapi.simulator.inspect import KINDS, FileName, Inspected, authenticate, file_name, inspect, refuse_foreign, unpack
from onapi.simulator.ledger import Registered, Standing
from onapi.simulator.office import Office, Profile, refusal
from onapi.values.archive import zip_one

ACCEPTED = "0"
_REJECTIONS = range(2000, 4000)

# Which kinds each of SUNAT's addresses takes, at once and in summaries.
SALES = frozenset({"01", "03", "04", "07", "08"})
WITHHOLDINGS = frozenset({"20", "40"})
SALES_SUMMARIES = frozenset({"RC", "RA"})
WITHHOLDING_SUMMARIES = frozenset({"RR"})

# What SUNAT calls each kind when it accepts one.
_ACCEPTANCE = {
    "01": "La Factura numero {}, ha sido aceptada",
    "03": "La Boleta numero {}, ha sido aceptada",
    "04": "La Liquidacion de compra numero {}, ha sido aceptada",
    "07": "La Nota de Credito numero {}, ha sido aceptada",
    "08": "La Nota de Debito numero {}, ha sido aceptada",
}


@dataclass(frozen=True, slots=True)
class Counter:
    """One address of billService: what it takes."""

    documents: frozenset[str]
    summaries: frozenset[str]


def serve_bill(office: Office, counter: Counter, call: Call) -> bytes:
    """The answer to any operation of billService; raises Refused."""
    user_ruc = authenticate(call)
    operation = _OPERATIONS.get(call.operation)
    if operation is None:
        raise refusal("", f"No existe la operación {call.operation}.")
    return operation(office, counter, call, user_ruc)


def _send_bill(office: Office, counter: Counter, call: Call, user_ruc: str) -> bytes:
    name = file_name(call.fields.get("fileName", ""), counter.documents)
    refuse_foreign(name, user_ruc)
    if name.doctype not in KINDS:
        raise _not_played(f"el tipo de documento {name.doctype}")
    cdr = _Desk(office, name, office.clock()).take(call.fields.get("contentFile", ""))
    return answer("sendBill", leaf("applicationResponse", b64encode(cdr).decode()))


def _send_summary(office: Office, counter: Counter, call: Call, user_ruc: str) -> bytes:
    del office
    refuse_foreign(file_name(call.fields.get("fileName", ""), counter.summaries), user_ruc)
    raise _not_played("sendSummary")


def _get_status(office: Office, counter: Counter, call: Call, user_ruc: str) -> bytes:
    del office, counter, call, user_ruc
    raise refusal("0127")  # no ticket was ever given, so none exists


def _send_pack(office: Office, counter: Counter, call: Call, user_ruc: str) -> bytes:
    del office, counter, call, user_ruc
    raise _not_played("sendPack")


_OPERATIONS: dict[str, Callable[[Office, Counter, Call, str], bytes]] = {
    "sendBill": _send_bill,
    "sendSummary": _send_summary,
    "sendPack": _send_pack,
    "getStatus": _get_status,
}


def _not_played(what: str) -> Refused:
    return refusal("0200", f"SIMULADOR: {what} no disponible en el simulador")


@dataclass(slots=True)
class _Desk:
    """One document on its way through SUNAT, from ZIP to CDR."""

    office: Office
    name: FileName
    received_at: datetime
    digest: str = ""  # of the XML, once there is one

    def take(self, content: str) -> bytes:
        """The CDR as a ZIP.

        A rejection is a CDR in production and a fault in beta; anything else refused is only counted.
        """
        try:
            return self._judge(content)
        except Refused as refused:
            code = str(refused.facts["code"])
            if int(code) in _REJECTIONS:
                return self._reject(refused)
            self.office.ledger.note_send(self.name.key, digest=self.digest, code=code, at=self.received_at)
            raise

    def _judge(self, content: str) -> bytes:
        xml = unpack(content, self.name)
        self.digest = sha256(xml).hexdigest()
        inspected = inspect(xml, self.name)
        self._refuse_taken(self.office.ledger.find(self.name.key))
        # The rules of content stand here once they are rows: the first error rejects, observations become notes.
        description = _ACCEPTANCE[self.name.doctype].format(inspected.document_id)
        cdr = self._cdr(ACCEPTED, description, inspected)
        self._refuse_taken(self._register(Standing.ACCEPTED, ACCEPTED, cdr))
        return cdr

    def _reject(self, refused: Refused) -> bytes:
        code = str(refused.facts["code"])
        words = f"{refused} - Detalle: {refused.facts['detail']}" if refused.facts["detail"] else str(refused)
        in_beta = self.office.profile is Profile.BETA
        cdr = b"" if in_beta else self._cdr(code, words, None)
        holder = self._register(Standing.REJECTED, code, cdr)
        if holder:
            self.office.ledger.note_send(self.name.key, digest=self.digest, code=code, at=self.received_at)
            self._refuse_taken(holder)
        if in_beta:
            raise refused
        return cdr

    def _register(self, standing: Standing, code: str, cdr: bytes) -> Registered | None:
        document = Registered(self.name.key, self.name.stem, self.digest, standing, code, self.received_at, cdr)
        return self.office.ledger.register(document, over_rejected=self.office.profile is Profile.BETA)

    def _refuse_taken(self, holder: Registered | None) -> None:
        """1033 over an accepted document, be it the same or not; 1032 over a rejected or voided one."""
        if holder is None:
            return
        label = self.name.key.label
        if holder.standing is Standing.ACCEPTED:
            raise refusal("1033", self._detail(f"El comprobante {label} fue informado anteriormente"))
        if holder.standing is Standing.VOIDED or self.office.profile is Profile.PRODUCTION:
            raise refusal("1032", self._detail(f"El comprobante {label} ya fue informado"))

    def _detail(self, words: str) -> str:
        return f"ticket: {self.office.new_ticket()} error: {words}"

    def _cdr(self, code: str, description: str, inspected: Inspected | None) -> bytes:
        said = Answer(
            id=self.office.new_ticket(),
            code=code,
            description=description,
            document_id=inspected.document_id if inspected else f"{self.name.series}-{self.name.number}",
            issuer_ruc=self.name.ruc,
            recipient=inspected.recipient if inspected else "-",
            received_at=self.received_at,
            answered_at=self.office.clock(),
            signer_name=SIGNER_NAME,
            is_beta=self.office.profile is Profile.BETA,
        )
        return zip_one(f"R-{self.name.stem}.xml", self.office.authority.seal(said), folders=("dummy/",))
