"""What a `sendMessage` request asks for, in whichever form the receipt comes: JSON envelope, bare document, trama."""

import base64
import binascii
from typing import Any

from fastapi import Request

from onapi.api.bodies import media_type, read_body, read_object, shaped
from onapi.api.shapes.receipts import Envelope
from onapi.errors import InvalidDocument, Unreadable
from onapi.flows.issue import Request as Order
from onapi.intake import Trama, read_trama
from onapi.kinds.kind import TotalsMode
from onapi.rules.rule import Fault

_TEXT = "text/plain"
_CHARSETS = {"utf-8": "utf-8", "utf8": "utf-8", "": "utf-8", "iso-8859-1": "iso-8859-1", "latin-1": "iso-8859-1"}
_NOTIFY = {
    "code": "notify_not_available",
    "message": "El aviso por correo o WhatsApp todavía no está disponible; el comprobante se tomó igual.",
    "field": "/options/notify",
}


async def read_order(request: Request) -> tuple[Envelope, Order]:
    """The envelope and what the flow needs of it; what cannot be taken yet is named, never ignored."""
    if media_type(request) == _TEXT:
        trama = read_trama(_decoded(await read_body(request), _charset_of(request)))
        query = dict(request.query_params)
        said = {"externalId": query.pop("externalId", None), "options": _options_in(query)}
        envelope = shaped(Envelope, {"ruc": _ruc_in(trama.document), **said})
        return envelope, _order(envelope, trama.document, "", trama)
    body = await read_object(request)
    if "document" not in body and "details" in body:
        envelope = shaped(Envelope, {"ruc": _ruc_in(body), "document": body})
        return envelope, _order(envelope, body, "", None)
    envelope = shaped(Envelope, body)
    _refuse_other_forms(envelope)
    if envelope.trama is not None:
        trama = read_trama(_trama_text(envelope))
        _refuse_other_ruc(envelope, trama)
        return envelope, _order(envelope, trama.document, "", trama)
    return envelope, _order(envelope, envelope.document or {}, "/document", None)


def _order(envelope: Envelope, document: dict[str, Any], pointer: str, trama: Trama | None) -> Order:
    options = envelope.options
    return Order(
        ruc=envelope.ruc,
        document=document,
        doctype=envelope.doctype,
        pointer=pointer,
        place_of=trama.place_of if trama else str,
        input_format="trama" if trama else "json",
        external_id=envelope.externalId or (trama.external_id if trama else None),
        totals=TotalsMode(options.totals),
        send=options.send,
        dry_run=options.dryRun,
        notes=_notes(envelope),
    )


def _notes(envelope: Envelope) -> tuple[dict[str, str], ...]:
    """Warnings about the request itself."""
    unknown = [
        {"code": "unknown_field", "message": "Campo desconocido: no se tomó en cuenta.", "field": f"/{name}"}
        for name in envelope.model_extra or {}
    ]
    return (*unknown, *([_NOTIFY] if envelope.options.notify else ()))


def _refuse_other_forms(envelope: Envelope) -> None:
    given = [name for name in ("document", "xml", "trama") if getattr(envelope, name) is not None]
    if len(given) != 1:
        sentence = "Envíe el comprobante de una sola forma: document o trama."
        raise _invalid(Fault("required", "/document", sentence))
    if given == ["xml"]:
        raise _invalid(
            Fault("not_supported", "/xml", "El XML todavía no se admite como entrada; use document o trama.")
        )


def _refuse_other_ruc(envelope: Envelope, trama: Trama) -> None:
    said = _ruc_in(trama.document)
    if said and said != envelope.ruc:
        raise _invalid(
            Fault("ruc_differs", "line:1/field:4", "No coincide con ruc.", expected=envelope.ruc, received=said)
        )


def _trama_text(envelope: Envelope) -> str:
    """The trama of an envelope: plain, or base64 of bytes in the charset it names."""
    text = envelope.trama or ""
    if envelope.tramaEncoding == "plain":
        return text
    try:
        return _decoded(base64.b64decode("".join(text.split()), validate=True), envelope.tramaCharset)
    except binascii.Error as error:
        raise Unreadable("La trama no es base64 válido.", key="malformed_base64") from error


def _decoded(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset)
    except UnicodeDecodeError as error:
        raise Unreadable(f"La trama no está en {charset}.", key="malformed_trama") from error


def _charset_of(request: Request) -> str:
    named = request.headers.get("content-type", "").lower().partition("charset=")[2].strip(" \"';")
    if named not in _CHARSETS:
        raise Unreadable("La trama debe estar en UTF-8 o ISO-8859-1.", key="unsupported_media_type")
    return _CHARSETS[named]


def _options_in(query: dict[str, str]) -> dict[str, Any]:
    """Options of a request whose body is the receipt itself: in the query, `include` with commas."""
    wanted = [part.strip() for part in query.get("include", "").split(",") if part.strip()]
    return {**query, **({"include": wanted} if wanted else {})}


def _ruc_in(document: dict[str, Any]) -> str:
    """The issuer that a document names by itself."""
    company = document.get("company")
    return str(company.get("ruc") or "") if isinstance(company, dict) else ""


def _invalid(fault: Fault) -> InvalidDocument:
    return InvalidDocument("La petición tiene datos no válidos.", key="validation_failed", faults=(fault,))
