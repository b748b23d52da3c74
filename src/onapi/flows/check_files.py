"""Whether the files of a document are there, are the ones that were kept, and are its own."""

import hashlib

from onapi.cdr import Cdr, read_cdr
from onapi.cdr.judge import judge
from onapi.errors import NotFound, OnapiError, Unreadable
from onapi.flows.compare import STANDS
from onapi.flows.hear import is_named_after
from onapi.flows.platform import Platform
from onapi.sign.verify import verify_signature
from onapi.store import documents, members
from onapi.store.documents import StoredDocument
from onapi.store.submissions import Submission
from onapi.values.archive import unzip_one
from onapi.values.verdict import Verdict

Troubles = tuple[tuple[str, dict[str, str]], ...]  # class and evidence


def file_troubles(platform: Platform, document: StoredDocument, submission: Submission) -> Troubles:
    """What is wrong with its XML and its CDR."""
    return (*_of_xml(platform, document), *_of_cdr(platform, document, submission))


def sound_blob(platform: Platform, name: str) -> tuple[bytes, str]:
    """A file with "" if it is the one that was kept, `gone` or `changed` if not."""
    try:
        data = platform.blobs.get(name)
    except NotFound:
        return b"", "gone"
    return data, "" if hashlib.sha256(data).hexdigest() == name else "changed"


def _of_xml(platform: Platform, document: StoredDocument) -> Troubles:
    xml, trouble = sound_blob(platform, document.xml)
    if trouble:
        found = hashlib.sha256(xml).hexdigest() if xml else ""
        return ((f"xml_{trouble}", {"sha256": document.xml, "found": found}),)
    try:
        digest = verify_signature(xml, allow_sha1=True).digest_value
    except OnapiError as error:
        return (("xml_not_ours", {"words": str(error)}),)
    return () if digest == document.digest else (("xml_not_ours", {"digest": document.digest, "found": digest}),)


def _of_cdr(platform: Platform, document: StoredDocument, submission: Submission) -> Troubles:
    if submission.cdr is None:
        return (("cdr_missing", {}),) if submission.outcome in STANDS else ()
    data, trouble = sound_blob(platform, submission.cdr)
    if trouble:
        return ((f"cdr_{trouble}", {"sha256": submission.cdr}),)
    try:
        cdr = read_cdr(data)
        verdict = judged(data, document) or _by_batch(platform, document, data)
    except Unreadable as error:
        return (("cdr_not_ours", {"words": str(error)}),)
    if verdict is None:
        return (("cdr_not_ours", {"names": cdr.document_id or cdr.reference_id}),)
    if (verdict.outcome in STANDS) is not (submission.outcome in STANDS):
        return (("cdr_contradicts", {"told": verdict.outcome.value, "ours": submission.outcome or ""}),)
    words = unsigned(cdr)
    return (("cdr_signature", {"words": words}),) if words else ()


def judged(file: bytes, document: StoredDocument) -> Verdict | None:
    """What a CDR says of a document; None if it is another's, by its words or by its name. Unreadable if it is none."""
    cdr = read_cdr(file)
    if file.startswith(b"PK") and not is_named_after(document.receipt, unzip_one(file)[0]):
        return None
    return judge(cdr, document.receipt, document.digest)


def _by_batch(platform: Platform, document: StoredDocument, file: bytes) -> Verdict | None:
    """A boleta's proof is the CDR of the resumen that reported it."""
    with platform.database.reading() as connection:
        rows = members.of_document(connection, document.scope, document.id)
        batches = [documents.get(connection, document.scope, row.batch_document_id) for row in rows]
    found = (judged(file, each) for each in batches if each is not None)
    return next((verdict for verdict in found if verdict is not None), None)


def unsigned(cdr: Cdr) -> str:
    """Why the signature of a CDR cannot be verified; "" if it holds. Whose certificate it is, nobody here can tell."""
    try:
        verify_signature(cdr.xml, allow_sha1=True)
    except OnapiError as error:
        return str(error)
    return ""
