"""The evidence pack of a document: all that proves where it stands, in one ZIP that a person can take to SUNAT."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from onapi.errors import NotFound
from onapi.flows import look, roads
from onapi.flows.guide_to_evidence import readme
from onapi.flows.platform import Platform
from onapi.flows.redact import redacted, secrets_of
from onapi.flows.standing import sentence_of
from onapi.store import members, receipts, talk_report
from onapi.store.receipts import Kept
from onapi.store.talk_report import KeptTalk
from onapi.values.moment import in_lima, stamp
from onapi.values.number import ReceiptId

_EPOCH = (1980, 1, 1, 0, 0, 0)
_NO_ANSWER = "no llegó respuesta"


def evidence(platform: Platform, receipt: ReceiptId) -> bytes:
    """The ZIP: XML, CDR, every answer without credentials, history, batches, digests, and a page that explains it."""
    kept = look.find(platform, receipt)
    files: dict[str, bytes] = {}
    for folder, each in _with_batches(platform, kept):
        files |= {f"{folder}{name}": data for name, data in _of_one(platform, each).items()}
    files["registro.json"] = _json(_record(platform, kept))
    files["LEEME.txt"] = readme(kept, sentence_of(kept.submission), platform.clock(), sorted(files)).encode()
    files["SHA256SUMS"] = _sums(files)
    return _zipped(files)


def _with_batches(platform: Platform, kept: Kept) -> Iterator[tuple[str, Kept]]:
    """The document, and every batch that reports or voids it."""
    yield "", kept
    scope = kept.document.scope
    with platform.database.reading() as connection:
        rows = members.of_document(connection, scope, kept.document.id)
        found = [receipts.get(connection, scope, row.batch_document_id) for row in rows]
    batches = [each for each in found if each]
    for batch in sorted(batches, key=lambda each: each.document.created_at):
        yield f"lotes/{batch.document.receipt.label}/", batch


def _of_one(platform: Platform, kept: Kept) -> dict[str, bytes]:
    name = kept.document.receipt.file_name
    files = _blob(platform, kept.document.xml, f"comprobante/{name}.xml")
    if kept.submission.cdr:
        files |= _blob(platform, kept.submission.cdr, f"constancia/R-{name}.zip")
    company = roads.company_of(platform, kept.document.scope)
    secrets = secrets_of(platform, company)
    with platform.database.reading() as connection:
        talks = talk_report.of_submission(connection, kept.document.scope, kept.submission.id)
    files |= _talks(talks, secrets)
    files["historia.json"] = _json(_history(platform, kept))
    return files


def _blob(platform: Platform, name: str, path: str) -> dict[str, bytes]:
    """A file under its path; a file that is gone leaves a line that says so, one that was changed says that too."""
    try:
        data = platform.blobs.get(name)
    except NotFound:
        return {f"{path}.FALTA.txt": f"El archivo guardado con SHA-256 {name} ya no está.\n".encode()}
    if hashlib.sha256(data).hexdigest() == name:
        return {path: data}
    said = f"El archivo se guardó con SHA-256 {name} y cambió después.\n"
    return {f"{path}.CAMBIADO": data, f"{path}.CAMBIADO.txt": said.encode()}


def _talks(talks: Sequence[KeptTalk], secrets: frozenset[bytes]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    listed = []
    for number, talk in enumerate(talks, 1):
        answer = redacted(talk.answer, secrets)
        path = f"conversaciones/{number:04d}-{talk.operation}{_suffix(answer)}"
        if talk.answer:
            files[path] = answer
        listed.append(_listed(talk, path if talk.answer else None, answer, secrets))
    return {**files, "conversaciones.json": _json(listed)}


def _listed(talk: KeptTalk, path: str | None, answer: bytes, secrets: frozenset[bytes]) -> Mapping[str, object]:
    return {
        "at": stamp(talk.at),
        "operation": talk.operation,
        "address": redacted(talk.address.encode(), secrets).decode(),
        "httpStatus": talk.status,
        "durationMs": talk.duration_ms,
        "trouble": talk.trouble or (None if talk.answer or talk.status else _NO_ANSWER),
        "file": path,
        "sha256AsReceived": hashlib.sha256(talk.answer).hexdigest(),
        "redacted": answer != talk.answer,
    }


def _suffix(answer: bytes) -> str:
    start = answer.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return {b"<": ".xml", b"{": ".json"}.get(start, ".bin")


def _history(platform: Platform, kept: Kept) -> list[dict[str, object]]:
    return [
        {"at": stamp(x.at), "event": x.event, "state": x.state, "code": x.code, "message": x.message}
        for x in look.history(platform, kept)
    ]


def _record(platform: Platform, kept: Kept) -> dict[str, object]:
    document, road = kept.document, kept.submission
    return {
        "name": document.receipt.file_name,
        "environment": document.scope.environment.value,
        "issueDate": document.issue_date.isoformat(),
        "currency": document.currency,
        "total": str(document.total) if document.total is not None else None,
        "digestValue": document.digest,
        "xmlSha256": document.xml,
        "cdrSha256": road.cdr,
        "state": road.state,
        "outcome": road.outcome,
        "code": road.code,
        "description": road.description,
        "channel": road.channel,
        "ticket": road.ticket,
        "sends": road.attempts,
        "sentAt": _at(road.sent_at),
        "deadline": _at(road.deadline),
        "sentence": sentence_of(road),
        "packedAt": stamp(in_lima(platform.clock())),
    }


def _at(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _sums(files: Mapping[str, bytes]) -> bytes:
    """As `sha256sum -c` reads them."""
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    return "".join(lines).encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """The same files give the same bytes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(entry, data)
    return archive.getvalue()
