"""What a `sendMessage` request asks for, in whichever form: JSON envelope, bare document, XML, trama."""

import base64
import binascii
from dataclasses import replace
from typing import Any

from fastapi import Request

from onapi.api.bodies import media_type, read_body, read_object, shaped
from onapi.api.shapes.receipts import Envelope
from onapi.errors import InvalidDocument, Unreadable
from onapi.flows.issue import Request as Order
from onapi.flows.repeat import KEY
from onapi.intake import Trama, read_trama
from onapi.intake.trama import decode_trama
from onapi.intake.ubl import ruc_of
from onapi.kinds.kind import TotalsMode
from onapi.library.forms import Told, tell
from onapi.rules.rule import Fault
from onapi.values.archive import unzip_one

_TEXT = "text/plain"
_LONGEST_KEY = 255
_XML = frozenset({"application/xml", "text/xml", "application/zip"})
_CHARSETS = {"utf-8": "utf-8", "utf8": "utf-8", "": "utf-8", "iso-8859-1": "iso-8859-1", "latin-1": "iso-8859-1"}
_NOTIFY = {
    "code": "notify_not_available",
    "message": "El aviso por correo o WhatsApp todavía no está disponible; el comprobante se tomó igual.",
    "field": "/options/notify",
}


async def read_order(request: Request) -> tuple[Envelope, Order]:
    """The envelope and what the flow needs of it; what cannot be taken yet is named, never ignored."""
    envelope, order = await _read_order(request)
    return envelope, replace(order, request_key=_request_key(request))


def _request_key(request: Request) -> str | None:
    """By what the caller says that the same request is known again."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= _LONGEST_KEY:
        sentence = f"Idempotency-Key debe tener de 1 a {_LONGEST_KEY} caracteres."
        raise _invalid(Fault("invalid_parameter", "/header/Idempotency-Key", sentence, received=key[:40]))
    return f"{KEY}{key}"


async def _read_order(request: Request) -> tuple[Envelope, Order]:
    kind = media_type(request)
    if kind == _TEXT:
        trama = read_trama(decode_trama(await read_body(request), _charset_of(request)))
        return _with_options_in_query(request, Told("trama", trama.document, trama=trama), trama.external_id)
    if kind in _XML:
        return _with_options_in_query(request, tell(_unzipped(await read_body(request))), None)
    body = await read_object(request)
    if "document" not in body and "details" in body:
        envelope = shaped(Envelope, {"ruc": _ruc_in(body), "document": body})
        return envelope, _order(envelope, Told("json", body))
    envelope = shaped(Envelope, body)
    return envelope, _order(envelope, _told(envelope))


def _with_options_in_query(request: Request, told: Told, external_id: str | None) -> tuple[Envelope, Order]:
    """A body that is the receipt itself: everything else is in the query."""
    query = dict(request.query_params)
    said = {"externalId": query.pop("externalId", None) or external_id, "options": _options_in(query)}
    ruc = query.pop("ruc", "") or (_ruc_in(told.document) if told.form == "trama" else ruc_of(told.xml))
    envelope = shaped(Envelope, {"ruc": ruc, **said})
    return envelope, _order(envelope, told)


def _told(envelope: Envelope) -> Told:
    """The one form of receipt that an envelope carries."""
    given = [name for name in ("document", "xml", "trama") if getattr(envelope, name) is not None]
    if len(given) != 1:
        sentence = "Envíe el comprobante de una sola forma: document, xml o trama."
        raise _invalid(Fault("required", "/document", sentence))
    if envelope.xml is not None:
        found = tell(_unzipped(_base64(envelope.xml, "El XML")))
        if found.form != "xml":
            raise Unreadable("El campo xml no contiene un XML ni un ZIP.", key="malformed_xml")
        return replace(found, doctype=envelope.doctype)
    if envelope.trama is not None:
        trama = read_trama(_trama_text(envelope), envelope.doctype)
        _refuse_other_ruc(envelope, trama)
        return Told("trama", trama.document, doctype=envelope.doctype, trama=trama)
    return Told("json", envelope.document or {}, doctype=envelope.doctype, pointer="/document")


def _unzipped(data: bytes) -> bytes:
    """The XML of a body or field, in a ZIP or bare."""
    return unzip_one(data)[1] if data[:2] == b"PK" else data


def _order(envelope: Envelope, told: Told) -> Order:
    options = envelope.options
    return Order(
        ruc=envelope.ruc,
        told=told,
        external_id=envelope.externalId or (told.trama.external_id if told.trama else None),
        totals=TotalsMode(options.totals),
        send=options.send,
        in_summary=options.boletaMode == "summary",
        dry_run=options.dryRun,
        resign=options.resign,
        notes=_notes(envelope),
    )


def _notes(envelope: Envelope) -> tuple[dict[str, str], ...]:
    """Warnings about the request itself."""
    unknown = [
        {"code": "unknown_field", "message": "Campo desconocido: no se tomó en cuenta.", "field": f"/{name}"}
        for name in envelope.model_extra or {}
    ]
    return (*unknown, *([_NOTIFY] if envelope.options.notify else ()))


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
    return decode_trama(_base64(text, "La trama"), envelope.tramaCharset)


def _base64(text: str, what: str) -> bytes:
    """Bytes of base64; line breaks and a `data:` prefix are tolerated."""
    plain = "".join(text.rpartition("base64,")[2].split())
    try:
        return base64.b64decode(plain, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable(f"{what} no es base64 válido.", key="malformed_base64") from error


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
