"""A CDR that says something else than SUNAT's own: about another document, at another time, by another hand.

The one that the ledger keeps stays as it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

from onapi.cdr import Answer, Cdr, read_cdr
from onapi.simulator.authority import SIGNER_NAME, Authority, stranger
from onapi.simulator.faults import Mishap
from onapi.simulator.office import Office
from onapi.values.archive import unzip_one, zip_one
from onapi.values.xmltree import parse_xml, text_of

_ANOTHER_RUC: Final = "20100070970"
_RECIPIENT = "DocumentResponse/RecipientParty/PartyIdentification/ID"


def recast(office: Office, archive: bytes, mishap: Mishap) -> bytes:
    """The ZIP with the CDR changed in the way that the fault names, and sealed anew."""
    name, _ = unzip_one(archive)
    return _WAYS[mishap.settings["way"]](office, archive, name, mishap)


def _blank(office: Office, archive: bytes, name: str, _: Mishap) -> bytes:
    return _sealed(office.authority, name, replace(_answer(office, archive), code=""))


def _document(office: Office, archive: bytes, name: str, mishap: Mishap) -> bytes:
    """The next number's."""
    del mishap
    answer = _answer(office, archive)
    head, _, number = answer.document_id.rpartition("-")
    label = f"{head}-{int(number) + 1}"
    other = replace(answer, document_id=label, description=answer.description.replace(answer.document_id, label))
    return _sealed(office.authority, name.replace(answer.document_id, label), other)


def _ruc(office: Office, archive: bytes, name: str, _: Mishap) -> bytes:
    answer = _answer(office, archive)
    other = replace(answer, issuer_ruc=_ANOTHER_RUC)
    return _sealed(office.authority, name.replace(answer.issuer_ruc, _ANOTHER_RUC), other)


def _skew(office: Office, archive: bytes, name: str, mishap: Mishap) -> bytes:
    answer = _answer(office, archive)
    later = timedelta(seconds=mishap.number("seconds"))
    other = replace(answer, received_at=answer.received_at + later, answered_at=answer.answered_at + later)
    return _sealed(office.authority, name, other)


def _signature(_: Office, archive: bytes, name: str, __: Mishap) -> bytes:
    """One character of the signature is another."""
    content = unzip_one(archive)[1]
    head, tag, tail = content.partition(b"<ds:SignatureValue>")
    wrong = b"B" if tail[:1] == b"A" else b"A"
    return zip_one(name, head + tag + wrong + tail[1:], folders=("dummy/",))


def _signer(office: Office, archive: bytes, name: str, _: Mishap) -> bytes:
    return _sealed(_stranger(), name, _answer(office, archive))


@cache
def _stranger() -> Authority:
    """Somebody who calls himself SUNAT; nobody vouches for him."""
    return stranger(datetime.now(UTC))


def _answer(office: Office, archive: bytes) -> Answer:
    """What a CDR of ours said before it was written."""
    cdr: Cdr = read_cdr(archive)
    at = cdr.issued_at or office.clock()
    return Answer(
        id=cdr.id,
        code=cdr.code,
        description=cdr.description,
        document_id=cdr.document_id or cdr.reference_id,
        issuer_ruc=cdr.receiver_ruc,
        recipient=text_of(parse_xml(cdr.xml), _RECIPIENT) or "-",
        received_at=at,
        answered_at=at,
        notes=cdr.notes,
        link=cdr.link or "",
        signer_name=SIGNER_NAME,
        is_beta=office.in_beta,
    )


def _sealed(authority: Authority, name: str, answer: Answer) -> bytes:
    return zip_one(name, authority.seal(answer), folders=("dummy/",))


_WAYS: Final[Mapping[str, Callable[[Office, bytes, str, Mishap], bytes]]] = {
    "blank": _blank,
    "document": _document,
    "ruc": _ruc,
    "skew": _skew,
    "signature": _signature,
    "signer": _signer,
}
