"""The REST service for guides: a ticket for each, and what became of it. Voiding is not offered, as SUNAT does not."""

import json
from base64 import b64decode, b64encode
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import uuid4

from onapi.errors import Refused
from onapi.simulator.backroom import GUIDE, Filed, file, settle
from onapi.simulator.constancy import code_of
from onapi.simulator.ledger import Sending
from onapi.simulator.office import Office, refusal
from onapi.simulator.received import FileName, file_name, refuse_foreign, split_name, unpack
from onapi.simulator.rest import Ask, Told, failure, granted, invalid
from onapi.simulator.ticketbook import DONE, IN_PROCESS
from onapi.simulator.tokens import GUIDES, bearer, guide_token
from onapi.values.moment import in_lima

_KINDS = frozenset({"09", "31"})
_WRONG = "La solicitud tiene datos que no son válidos"
_UNAUTHORIZED = "No autorizado: falta el token, no es válido o venció"
# SUNAT publishes no sentence for these; the codes are those of its payload errors.
_NO_FIELD = "0501"
_BAD_HASH = "0508"
_NO_TICKET = "0127"


def give_token(office: Office, ask: Ask) -> Told:
    """POST …/clientessol/{client}/oauth2/token/."""
    return granted(partial(guide_token, office, ask.places["client"], ask.form()))


def send_guide(office: Office, ask: Ask) -> Told:
    """POST …/comprobantes/{name}: a ticket, or what is wrong with the request."""
    settle(office)
    ruc = bearer(office, ask.authorization, GUIDES)
    if not ruc:
        return failure(401, _UNAUTHORIZED)
    if "json" not in ask.content_type:
        return failure(415, "Se espera application/json")
    try:
        parts = _parts(ask.body)
    except ValueError:
        return failure(400, "El cuerpo no es el JSON que se espera")
    missing = [key for key, text in parts.items() if not text]
    if missing:
        return invalid(_WRONG, *((_NO_FIELD, f"No se ha enviado archivo.{key}") for key in missing))
    return _take(office, ask.places["name"], ruc, parts)


def ask_ticket(office: Office, ask: Ask) -> Told:
    """GET …/envios/{ticket}: in process, accepted or wrong; its sender alone may ask."""
    settle(office)
    ruc = bearer(office, ask.authorization, GUIDES)
    if not ruc:
        return failure(401, _UNAUTHORIZED)
    ticket = office.tickets.find(ask.places["ticket"])
    if ticket is None or ticket.owner != ruc or ticket.road != GUIDE:
        return invalid(_WRONG, (_NO_TICKET, str(refusal(_NO_TICKET))))
    if ticket.status == IN_PROCESS:
        return Told(200, {"codRespuesta": IN_PROCESS})
    cdr = office.ledger.cdr(ticket.send_id)
    proof = {"arcCdr": b64encode(cdr).decode()} if cdr else {}
    told: dict[str, object] = {"codRespuesta": ticket.status, **proof, "indCdrGenerado": "1" if cdr else "0"}
    if ticket.status != DONE:
        told["error"] = {"numError": ticket.code, "desError": ticket.words}
    return Told(200, told)


def _parts(body: bytes) -> dict[str, str]:
    """The three fields of `archivo`, "" for one that is not there; ValueError when the body has another shape."""
    content: Any = json.loads(body)
    archive = content.get("archivo") if isinstance(content, dict) else None
    if not isinstance(archive, dict):
        raise ValueError("no archivo")  # noqa: TRY004 - one answer for every wrong shape
    return {key: str(archive.get(key) or "") for key in ("nomArchivo", "arcGreZip", "hashZip")}


def _take(office: Office, stem: str, ruc: str, parts: dict[str, str]) -> Told:
    """The ticket of a guide whose file is what the request says of it."""
    named = split_name(stem)
    try:
        name = file_name(parts["nomArchivo"], _KINDS)
        if named != name:
            raise refusal("0151")
        refuse_foreign(name, ruc)
        archive = _archive(parts)
        xml = unpack(archive, name)
    except Refused as refused:
        return _refused(office, named, refused)
    ticket = file(office, Filed(name, xml, ruc, GUIDE), str(uuid4()))
    received = in_lima(ticket.received_at).replace(tzinfo=None).isoformat(timespec="seconds")
    return Told(200, {"numTicket": ticket.number, "fecRecepcion": received})


def _archive(parts: dict[str, str]) -> bytes:
    try:
        archive = b64decode(parts["arcGreZip"], validate=True)
    except ValueError:
        raise refusal("0156") from None
    if sha256(archive).hexdigest() != parts["hashZip"].lower():
        raise Refused("El hash del archivo ZIP no corresponde al archivo enviado", code=_BAD_HASH, detail="")
    return archive


def _refused(office: Office, name: FileName | None, refused: Refused) -> Told:
    if name and name.doctype in _KINDS:
        office.ledger.note_send(Sending(name.key, "", code_of(refused), office.clock(), GUIDE))
    return invalid(_WRONG, (code_of(refused), str(refused)))
