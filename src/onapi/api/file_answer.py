"""Give out a file as it is: with its tag, its name, in parts where only parts are wanted (RFC 9110, 9111, 6266).

What can never change may be kept for a year by whoever got it; the rest is asked about again, which its tag makes
cheap. Nothing is for shared caches.
"""

import hashlib
import re
from base64 import b64encode
from typing import Any, Final

from fastapi import Request
from starlette.responses import Response

from onapi.api.shapes import record as shape
from onapi.errors import Unreadable
from onapi.flows.files import File
from onapi.store.receipts import Kept

JSON: Final = "application/json"
FOREVER: Final = "private, max-age=31536000, immutable"
ASK_AGAIN: Final = "private, no-cache"
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)
_LASTING = frozenset({"ACCEPTED", "OBSERVED", "VOID_PENDING", "VOIDED", "REJECTED"})


def chosen(request: Request, asked: str | None, native: dict[str, tuple[str, ...]]) -> str:
    """`format` decides; without it the best liked type of Accept that we have, "json" where any will do."""
    if asked:
        return asked
    for kind in _liked(request.headers.get("accept", "*/*")):
        if kind in {"*/*", "application/*", JSON, ""}:
            return "json"
        for name, kinds in native.items():
            if kind in kinds:
                return name
    offered = ", ".join([JSON, *(kinds[0] for kinds in native.values())])
    raise Unreadable(f"Solo se ofrece {offered}.", key="not_acceptable")


def _liked(accept: str) -> list[str]:
    """Media types, the best liked first; those weighed to nothing are left out."""
    weighed = []
    for part in accept.lower().split(",")[:32]:
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        told = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        weight = told[:5] if re.fullmatch(r"[01](\.\d{0,3})?", told[:5]) else "1"
        if weight.rstrip("0.") or weight.startswith("1"):
            weighed.append((weight.ljust(5, "0") if "." in weight else f"{weight}.000", kind))
    return [kind for _, kind in sorted(weighed, key=lambda pair: pair[0], reverse=True)]


def lasting(kept: Kept, status: str) -> str:
    """How long its XML and CDR may be kept: for ever, once no other document can come under its number."""
    is_free = status == "REJECTED" and kept.document.receipt.is_free_when_rejected
    return FOREVER if status in _LASTING and not is_free else ASK_AGAIN


def file_answer(
    request: Request,
    file: File,
    *,
    status: str,
    cache: str,
    attached: bool = True,
    headers: dict[str, str] | None = None,
) -> Response:
    """The file, the part of it that is asked for (206), or that nothing changed (304)."""
    etag = f'"{hashlib.sha256(file.content).hexdigest()}"'
    told = {"ETag": etag, "Cache-Control": cache, "Vary": "Accept", "X-Document-Status": status, **(headers or {})}
    if _is_known(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=told)
    way = "attachment" if attached else "inline"
    told |= {"Content-Disposition": f'{way}; filename="{file.name}"', "Accept-Ranges": "bytes"}
    told["X-Content-Type-Options"] = "nosniff"
    size = len(file.content)
    part = _part(request, etag, size)
    if part is None:
        return Response(_body(request, file.content), media_type=file.media_type, headers=_sized(told, size))
    first, last = part
    told["Content-Range"] = f"bytes {first}-{last}/{size}"
    content = file.content[first : last + 1]
    return Response(_body(request, content), 206, media_type=file.media_type, headers=_sized(told, len(content)))


def _sized(headers: dict[str, str], size: int) -> dict[str, str]:
    return {**headers, "Content-Length": str(size)}


def _body(request: Request, content: bytes) -> bytes:
    return b"" if request.method == "HEAD" else content


def _part(request: Request, etag: str, size: int) -> tuple[int, int] | None:
    """First and last byte of one range; None for the whole: nothing, several or what there is not was asked for."""
    found = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if found is None or found[0] == "bytes=-" or request.headers.get("if-range", etag) != etag:
        return None
    if not found[1]:
        many = min(int(found[2]), size)
        return (size - many, size - 1) if many else None
    first = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    return (first, last) if first <= last else None


def _is_known(held: str, etag: str) -> bool:
    """True if If-None-Match names the tag: one of several, weak or not, or any (RFC 9110, 13.1.2)."""
    return held.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in held.split(",")}


def envelope(file: File, status: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  what each operation adds
    """`FileEnvelope`: the file in JSON."""
    return {
        "fileName": file.name,
        "contentType": file.media_type,
        "encoding": "base64",
        "content": b64encode(file.content).decode("ascii"),
        "size": len(file.content),
        "sha256": hashlib.sha256(file.content).hexdigest(),
        "status": status,
        **more,
    }


def where_it_stands(kept: Kept, status: str) -> dict[str, Any]:
    """What a caller is told who asks for a file that is not here, and when to ask again if it may still come."""
    later = {} if shape.is_settled(status) else {"retry_after_s": 2}
    return {"document": kept.document, "submission": kept.submission, **later}
