"""Consulta Integrada: whether SUNAT holds a document of this number, this day and this amount. It gives no CDR.

A wrong day or amount is answered as a document that is not there, as SUNAT does.
"""

import json
import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from onapi.simulator.backroom import settle
from onapi.simulator.ledger import Registered, Standing
from onapi.simulator.office import Office
from onapi.simulator.registers import contributor
from onapi.simulator.rest import Ask, Told, failure, granted
from onapi.simulator.tokens import QUERIES, bearer, query_token
from onapi.values.number import ReceiptId

NOT_FOUND, ACCEPTED, VOIDED = "0", "1", "2"
_STATES = {Standing.ACCEPTED: ACCEPTED, Standing.VOIDED: VOIDED, Standing.REJECTED: NOT_FOUND}
_KINDS = frozenset({"01", "03", "04", "07", "08", "R1", "R7"})  # what SUNAT's manual lists
_SHAPES = {
    "numRuc": r"\d{11}",
    "codComp": r"[A-Z0-9]{2}",
    "numeroSerie": r"[A-Z0-9]{1,4}",
    "numero": r"\d{1,8}",
    "fechaEmision": r"\d{2}/\d{2}/\d{4}",
}


def give_token(office: Office, ask: Ask) -> Told:
    """POST …/clientesextranet/{client}/oauth2/token/."""
    return granted(partial(query_token, office, ask.places["client"], ask.form()))


def validate(office: Office, ask: Ask) -> Told:
    """POST …/contribuyentes/{ruc}/validarcomprobante."""
    settle(office)
    if bearer(office, ask.authorization, QUERIES) is None:
        return failure(401, "No autorizado: falta el token, no es válido o venció")
    try:
        asked: Any = json.loads(ask.body)
    except ValueError:
        return failure(400, "El cuerpo no es JSON")
    if not isinstance(asked, dict) or not re.fullmatch(r"\d{11}", ask.places["ruc"], re.ASCII):
        return failure(400, "El cuerpo o el RUC que consulta no tienen la forma que se espera")
    wrong = _wrong_field(asked)
    if wrong:
        return Told(
            422, {"success": False, "message": f"El campo {wrong} no es válido", "data": None, "errorCode": "422"}
        )
    return Told(
        200, {"success": True, "message": "Operation Success! ", "data": _data(office, asked), "errorCode": None}
    )


def _wrong_field(asked: dict[str, Any]) -> str:
    """The first field that cannot be asked for, "" if all can."""
    for name, shape in _SHAPES.items():
        if not re.fullmatch(shape, str(asked.get(name, "")), re.ASCII):
            return name
    if asked["codComp"] not in _KINDS:
        return "codComp"
    if _day(str(asked["fechaEmision"])) is None:
        return "fechaEmision"
    return "monto" if asked.get("monto") is not None and _amount(asked["monto"]) is None else ""


def _data(office: Office, asked: dict[str, Any]) -> dict[str, object]:
    ruc = str(asked["numRuc"])
    who = contributor(ruc, strict=not office.in_beta)
    state = NOT_FOUND
    holder = office.ledger.find(ReceiptId(ruc, asked["codComp"], str(asked["numeroSerie"]), int(asked["numero"])))
    if holder and _is_same(holder, asked):
        state = _STATES[holder.standing]
    return {
        "estadoCp": state,
        "estadoRuc": who.state if who else "",
        "condDomiRuc": who.condition if who else "",
        "observaciones": [] if who else ["- El RUC del emisor no existe."],
    }


def _is_same(holder: Registered, asked: dict[str, Any]) -> bool:
    day = _day(str(asked["fechaEmision"]))
    if day is None or holder.issued_on != day.isoformat():
        return False
    return holder.total != "" and _amount(asked.get("monto")) == _amount(holder.total)


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _amount(value: object) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
