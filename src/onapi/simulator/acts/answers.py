"""Finding one's way in an answer that stands ready, SOAP or JSON, and changing a part of it."""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.responses import Response

from onapi.simulator.envelope import leaf

_FILE: Final = re.compile(rb"(<(?:applicationResponse|content)>)([^<]*)(</(?:applicationResponse|content)>)")
_STATUS: Final = re.compile(rb"(<(status|statusCdr)>)(.*?)(</\2>)", re.DOTALL)
_TICKET: Final = re.compile(rb"(<ticket>)([^<]*)(</ticket>)")
_ZIP: Final = b"UEsD"  # the beginning of a ZIP in base64
_OK: Final = 200
_LINE: Final = 76  # characters, as MIME breaks base64


def carried(response: Response) -> frozenset[str]:
    """What an answer holds: file (a CDR), ticket, status (of a ticket or a document), data (of the Consulta)."""
    body = bytes(response.body)
    if response.status_code != _OK:
        return frozenset()
    told = _json(body)
    if told is not None:
        found = {"file": told.get("arcCdr"), "ticket": told.get("numTicket"), "status": told.get("codRespuesta")}
        return frozenset(name for name, value in {**found, "data": told.get("data")}.items() if value)
    file = _FILE.search(body)
    shapes = {"ticket": _TICKET.search(body), "status": _STATUS.search(body)}
    return frozenset(
        [*(name for name, shape in shapes.items() if shape), *(["file"] if file and file[2].startswith(_ZIP) else [])]
    )


def with_file(response: Response, change: Callable[[bytes], bytes]) -> Response:
    """The answer with another ZIP."""
    return with_text(response, lambda text: b64encode(change(b64decode(text))).decode())


def with_text(response: Response, change: Callable[[str], str]) -> Response:
    """The answer with the ZIP's base64 written otherwise."""
    body = bytes(response.body)
    told = _json(body)
    if told is not None:
        return _told(response, {**told, "arcCdr": change(str(told["arcCdr"]))})
    changed = _FILE.sub(lambda found: found[1] + change(found[2].decode()).encode() + found[3], body, count=1)
    return _same(response, changed)


def retyped(text: str, way: str) -> str:
    """Base64 as SUNAT has been seen to write it, or cut short."""
    if way == "truncated":
        return text[: len(text) * 2 // 3 - 1]
    between = "\r\n" if way == "breaks" else " "
    return between.join(text[at : at + _LINE] for at in range(0, len(text), _LINE))


def with_state(response: Response, code: str, content: str, words: str) -> Response:
    """The answer with another status, and no file."""
    body = bytes(response.body)
    if _json(body) is not None:
        return _told(response, _guide_state(code, content, words), 422 if _is_exception(code) else _OK)

    def state(found: re.Match[bytes]) -> bytes:
        is_document = found[2] == b"statusCdr"
        told = words if _is_exception(code) and not is_document else content
        parts = [leaf("content", told)] if told else []
        parts += [leaf("statusCode", code), *([leaf("statusMessage", words)] if is_document else [])]
        return found[1] + "".join(parts).encode() + found[4]

    return _same(response, _STATUS.sub(state, body, count=1))


def with_ticket(response: Response, number: str) -> Response:
    """The answer with another ticket."""
    body = bytes(response.body)
    told = _json(body)
    if told is not None:
        return _told(response, {**told, "numTicket": number})
    return _same(response, _TICKET.sub(lambda found: found[1] + number.encode() + found[3], body, count=1))


def not_found(response: Response) -> Response:
    """The Consulta Integrada's answer, about a document that is not there."""
    told = _json(bytes(response.body)) or {}
    data = {**told["data"], "estadoCp": "0", "observaciones": []}
    return _told(response, {**told, "data": data})


def garbled(response: Response, way: str) -> Response:
    """The answer in SOAP that cannot be read; of JSON, half of it."""
    body = bytes(response.body)
    if way == "malformed" or _json(body) is not None:
        return _same(response, body[: len(body) - len(body) // 4])
    if way == "namespace":
        return _same(response, body.replace(b"schemas.xmlsoap.org/soap/envelope/", b"sunat.gob.pe/otro/"))
    start, end = body.index(b"<soap-env:Body>"), body.index(b"</soap-env:Envelope>")
    return _same(response, body[:end] + body[start:end] + body[end:])


def _guide_state(code: str, content: str, words: str) -> dict[str, object]:
    if _is_exception(code):
        return {"cod": "422", "msg": words, "exc": None, "errors": [{"codError": code, "desError": words}]}
    return {"codRespuesta": code, "indCdrGenerado": "0", **({"arcCdr": content} if content else {})}


def _is_exception(code: str) -> bool:
    return code not in {"0", "98", "99", "0004", "0011"}


def _json(body: bytes) -> dict[str, Any] | None:
    if not body.startswith(b"{"):
        return None
    found: dict[str, Any] = json.loads(body)
    return found


def _told(response: Response, told: Mapping[str, object], status: int = 0) -> Response:
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return Response(body, status or response.status_code, media_type=response.media_type)


def _same(response: Response, body: bytes) -> Response:
    return Response(body, response.status_code, media_type=response.media_type)
