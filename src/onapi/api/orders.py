"""What a `sendMessage` request asks for, in whichever form: JSON envelope, bare document, XML, trama."""

from dataclasses import replace
from typing import Any

from fastapi import Request

from onapi.api.bodies import MAX_BYTES, from_base64, media_type, read_body, read_object, shaped
from onapi.api.idempotency import key_in
from onapi.api.multipart import FORM, read_parts
from onapi.api.shapes.receipts import Envelope
from onapi.errors import InvalidDocument, Unreadable
from onapi.flows.issue import Request as Order
from onapi.flows.notify import Receivers, read_receivers
from onapi.flows.repeat import KEY
from onapi.intake import Trama, read_trama
from onapi.intake.trama import decode_trama
from onapi.intake.ubl import ruc_of
from onapi.kinds.kind import TotalsMode
from onapi.library.forms import Told, tell
from onapi.rules.rule import Fault
from onapi.values.archive import unzip_one

_TEXT = "text/plain"
_XML = frozenset({"application/xml", "text/xml", "application/zip"})
_NOTIFY = ("notify.emails", "notify.phones")  # as a query spells them, with commas
_CHARSETS = {"utf-8": "utf-8", "utf8": "utf-8", "": "utf-8", "iso-8859-1": "iso-8859-1", "latin-1": "iso-8859-1"}


async def read_order(request: Request) -> tuple[Envelope, Order]:
    """The envelope and what the flow needs of it; what cannot be taken yet is named, never ignored."""
    envelope, order = await _read_order(request)
    return envelope, replace(order, request_key=_request_key(request))


def _request_key(request: Request) -> str | None:
    """By what the caller says that the same request is known again."""
    key = key_in(request)
    return f"{KEY}{key}" if key is not None else None


async def _read_order(request: Request) -> tuple[Envelope, Order]:
    kind = media_type(request)
    if kind == _TEXT:
        trama = read_trama(decode_trama(await read_body(request), _charset_of(request)))
        return _with_options_in_query(request, Told("trama", trama.document, trama=trama), trama.external_id)
    if kind in _XML:
        return _with_options_in_query(request, tell(_unzipped(await read_body(request))), None)
    if kind == FORM:
        return await _order_of_parts(request)
    body = await read_object(request, most_bytes=MAX_BYTES)
    if _is_bare(body):
        envelope = shaped(Envelope, {"ruc": _ruc_in(body), "document": body})
        return envelope, _order(envelope, Told("json", body))
    envelope = shaped(Envelope, body)
    return envelope, _order(envelope, _told(envelope))


async def _order_of_parts(request: Request) -> tuple[Envelope, Order]:
    """A form: the receipt in its part `file`, in any of its forms; the rest of the envelope in parts of its names."""
    files, fields = await read_parts(request, frozenset({"file"}))
    if not files.get("file"):
        raise _invalid(Fault("required", "/file", "Falta la parte file con el comprobante, o está vacía."))
    charset = _CHARSETS.get(str(fields.get("tramaCharset", "")).lower(), "utf-8")
    told = replace(tell(files["file"], charset), doctype=str(fields.get("doctype", "")))
    ruc = fields.get("ruc") or (ruc_of(told.xml) if told.form == "xml" else _ruc_in(told.document))
    reference = {"externalId": told.trama.external_id} if told.trama and told.trama.external_id else {}
    envelope = shaped(Envelope, {**reference, **fields, "ruc": ruc})
    if told.trama:
        _refuse_other_ruc(envelope, told.trama)
    return envelope, _order(envelope, told)


def _is_bare(body: dict[str, Any]) -> bool:
    """A document without envelope, told by what only a document has."""
    return not {"document", "xml", "trama"} & body.keys() and not {"tipoDoc", "details"}.isdisjoint(body)


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
        found = tell(_unzipped(from_base64(envelope.xml, "El XML")))
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
        in_summary=None if options.boletaMode is None else options.boletaMode == "summary",
        dry_run=options.dryRun,
        resign=options.resign,
        notes=_notes(envelope),
        notify=_receivers(envelope),
        page=options.pdfTemplate,
    )


def _receivers(envelope: Envelope) -> Receivers:
    wish = envelope.options.notify
    return read_receivers(wish.emails, wish.phones) if wish else Receivers()


def _notes(envelope: Envelope) -> tuple[dict[str, str], ...]:
    """Warnings about the request itself."""
    return tuple(
        {"code": "unknown_field", "message": "Campo desconocido: no se tomó en cuenta.", "field": f"/{name}"}
        for name in envelope.model_extra or {}
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
    return decode_trama(from_base64(text, "La trama"), envelope.tramaCharset)


def _charset_of(request: Request) -> str:
    named = request.headers.get("content-type", "").lower().partition("charset=")[2].strip(" \"';")
    if named not in _CHARSETS:
        raise Unreadable("La trama debe estar en UTF-8 o ISO-8859-1.", key="unsupported_media_type")
    return _CHARSETS[named]


def _options_in(query: dict[str, str]) -> dict[str, Any]:
    """Options of a request whose body is the receipt itself: in the query, lists with commas."""
    plain = {name: value for name, value in query.items() if name not in _NOTIFY}
    wanted = _parts(query.get("include", ""))
    told = {name.partition(".")[2]: _parts(query[name]) for name in _NOTIFY if name in query}
    return {**plain, **({"include": wanted} if wanted else {}), **({"notify": told} if told else {})}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _ruc_in(document: dict[str, Any]) -> str:
    """The issuer that a document names by itself."""
    company = document.get("company")
    return str(company.get("ruc") or "") if isinstance(company, dict) else ""


def _invalid(fault: Fault) -> InvalidDocument:
    return InvalidDocument("La petición tiene datos no válidos.", key="validation_failed", faults=(fault,))
