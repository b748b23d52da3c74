"""What an error says of the receipt it is about: where it stands, whether its number is free, until when it may go.

Whoever raises the error may hand over the receipt (`document` and `submission`, or `receipt`, its name, among its
facts); for an operation whose path names one, it is looked up. Only after the caller was let in: the codes of
`_TELLING` are raised by flows, which nobody reaches who may not act for the company.
"""

from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from onapi.api.problem_words import sunat_code_of
from onapi.api.shapes import record as shape
from onapi.errors import NotFound, OnapiError
from onapi.flows import look
from onapi.flows.platform import Platform
from onapi.store import trouble
from onapi.store.documents import StoredDocument
from onapi.store.receipts import Kept
from onapi.store.submissions import Submission
from onapi.values.number import ReceiptId

_TELLING: Final = frozenset(  # raised by flows about the receipt that the path names
    {
        *("in_progress", "cdr_not_available", "pdf_not_available", "xml_not_available", "cdr_mismatch", "out_of_time"),
        *("document_not_final", "not_voidable", "number_consumed", "sunat_bad_response", "sunat_unavailable"),
    }
)
_PARTS: Final = ("ruc", "doctype", "serie", "number")


async def told_of_receipt(request: Request, error: OnapiError) -> dict[str, Any]:
    """Members `document`, `numberState`, `deadline` and `sunat` of a problem; none where no receipt is concerned."""
    platform: Platform = request.app.state.surroundings.platform
    document, submission = error.facts.get("document"), error.facts.get("submission")
    if isinstance(document, StoredDocument) and isinstance(submission, Submission):
        return await run_in_threadpool(_told, platform, Kept(document, submission))
    named = error.facts.get("receipt")
    if isinstance(named, ReceiptId):
        return await run_in_threadpool(_looked_up, platform, named)
    by_path = _named_by(request) if error.key in _TELLING or sunat_code_of(error.key) else None
    return await run_in_threadpool(_looked_up, platform, by_path) if by_path else {}


def _named_by(request: Request) -> ReceiptId | None:
    """The receipt of the path; its parts were checked before any flow was asked."""
    parts = request.scope.get("path_params", {})
    if not all(name in parts for name in _PARTS) or not str(parts["number"]).isdecimal():
        return None
    return ReceiptId(parts["ruc"], parts["doctype"], parts["serie"].upper(), int(parts["number"]))


def _looked_up(platform: Platform, named: ReceiptId) -> dict[str, Any]:
    """Of a receipt that we do not hold: nobody took its number through us."""
    try:
        return _told(platform, look.find(platform, named))
    except NotFound:
        return {"numberState": "FREE", "deadline": None}
    except trouble.KINDS:
        return {}  # what is told of the receipt is a kindness; the error itself is told in any case


def _told(platform: Platform, kept: Kept) -> dict[str, Any]:
    record = shape.record(kept, platform.clock(), look.surroundings_of(platform, kept))
    told = {"document": {"status": record["status"], "links": record["links"]}}
    said = record["sunat"] or {}
    if said.get("code") and said.get("description"):
        told["sunat"] = {"code": str(said["code"]), "message": str(said["description"])}
    return {**told, "numberState": record["numberState"], "deadline": record["deadline"]}
