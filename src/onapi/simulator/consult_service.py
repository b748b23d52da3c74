"""billConsultService: what SUNAT holds under a number, and its CDR. Production only.

Every answer is a status, never a fault, once the user is known.
"""

import re
from base64 import b64encode

from onapi.simulator.backroom import settle
from onapi.simulator.envelope import Call, answer, leaf
from onapi.simulator.ledger import Registered, Standing
from onapi.simulator.office import Office, refusal
from onapi.simulator.received import authenticate
from onapi.simulator.registers import contributor
from onapi.values.number import ReceiptId

# This service numbers its answers apart from all other codes of SUNAT, so they stand here and not among the facts.
SENTENCES = {
    "0001": "El comprobante existe y está aceptado.",
    "0002": "El comprobante existe pero está rechazado.",
    "0003": "El comprobante existe pero está de baja.",
    "0004": "Formato de RUC no es válido (debe contener 11 caracteres numéricos).",
    "0005": "Formato del tipo de comprobante no es válido (debe contener 2 caracteres).",
    "0006": "Formato de serie inválido (debe contener 4 caracteres).",
    "0007": "El numero de comprobante debe ser mayor que cero.",
    "0008": "El número de RUC no está inscrito en los registros de la SUNAT.",
    "0009": "EL tipo de comprobante debe ser (01, 07 o 08).",
    "0010": 'Sólo se puede consultar facturas, notas de crédito y debito electrónicas, cuya serie empieza con "F"',
    "0011": "El comprobante de pago electrónico no existe.",
    "0012": "El comprobante de pago electrónico no le pertenece.",
}
_CDR_EXISTS = ("0004", "La constancia existe")
_STANDINGS = {Standing.ACCEPTED: "0001", Standing.REJECTED: "0002", Standing.VOIDED: "0003"}


def serve_consult(office: Office, call: Call) -> bytes:
    """The answer to getStatus or getStatusCdr; raises Refused for a wrong user or another operation."""
    settle(office)
    user_ruc = authenticate(call.username, call.password)
    if call.operation not in {"getStatus", "getStatusCdr"}:
        raise refusal("", f"No existe la operación {call.operation}.")
    code, holder = _look_up(office, call, user_ruc)
    if call.operation == "getStatusCdr":
        return _answer_cdr(code, office.ledger.cdr(holder.send_id) if holder else b"")
    return answer("getStatus", f"<status>{_status(code, SENTENCES[code])}</status>")


def _answer_cdr(code: str, cdr: bytes) -> bytes:
    if not cdr:
        return answer("getStatusCdr", f"<statusCdr>{_status(code, SENTENCES[code])}</statusCdr>")
    content = leaf("content", b64encode(cdr).decode())
    return answer("getStatusCdr", f"<statusCdr>{content}{_status(*_CDR_EXISTS)}</statusCdr>")


def _look_up(office: Office, call: Call, user_ruc: str) -> tuple[str, Registered | None]:
    """SUNAT's code for the question, and the document when there is one."""
    ruc, doctype, series, number = (
        call.fields.get(f"{part}Comprobante", "") for part in ("ruc", "tipo", "serie", "numero")
    )
    wrong = _first_wrong(ruc, doctype, series, number)
    if wrong:
        return wrong, None
    if ruc != user_ruc:
        return "0012", None
    holder = office.ledger.find(ReceiptId(ruc, doctype, series, int(number)))
    return (_STANDINGS[holder.standing], holder) if holder else ("0011", None)


def _first_wrong(ruc: str, doctype: str, series: str, number: str) -> str:
    """The code of the first thing wrong with the question, "" when it can be answered."""
    checks = (
        (re.fullmatch(r"\d{11}", ruc, re.ASCII), "0004"),
        (len(doctype) == 2, "0005"),  # noqa: PLR2004 - SUNAT's own sentence says two
        (len(series) == 4, "0006"),  # noqa: PLR2004 - SUNAT's own sentence says four
        (re.fullmatch(r"\d{1,10}", number, re.ASCII) and int(number) > 0, "0007"),
        (contributor(ruc, strict=True), "0008"),
        (doctype in {"01", "07", "08"}, "0009"),
        (series.startswith("F"), "0010"),
    )
    return next((code for holds, code in checks if not holds), "")


def _status(code: str, sentence: str) -> str:
    return leaf("statusCode", code) + leaf("statusMessage", sentence)
