"""The CDR, SUNAT's constancia de recepción: its sentence for every kind, its seal, its ZIP."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from onapi.cdr import Answer, Note
from onapi.errors import Refused
from onapi.simulator.authority import SIGNER_NAME
from onapi.simulator.headers import BATCHES, KINDS
from onapi.simulator.office import Office
from onapi.simulator.received import FileName
from onapi.values.archive import zip_one

ACCEPTED = "0"
_QR = "https://e-factura.sunat.gob.pe/v1/contribuyente/gre/comprobantes/descargaqr?hashqr="


@dataclass(frozen=True, slots=True)
class Filing:
    """Which file is answered: under what ticket, and when it came."""

    name: FileName
    ticket: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the CDR says of it."""

    code: str
    description: str
    recipient: str = "-"
    notes: tuple[Note, ...] = ()
    link: str = ""


def acceptance(
    office: Office, filing: Filing, *, recipient: str = "-", notes: tuple[Note, ...] = (), link: str = ""
) -> bytes:
    """The CDR of a document or summary that stands, as a ZIP."""
    name = filing.name
    kind = BATCHES.get(name.doctype) or KINDS[name.doctype]
    return _zipped(office, filing, Verdict(ACCEPTED, kind.accepted.format(name.label), recipient, notes, link))


def rejection(office: Office, filing: Filing, refused: Refused) -> bytes:
    """The CDR of what was rejected, as a ZIP."""
    return _zipped(office, filing, Verdict(code_of(refused), words_of(refused)))


def code_of(refused: Refused) -> str:
    """The number of a refusal."""
    return str(refused.facts["code"])


def words_of(refused: Refused) -> str:
    """SUNAT's sentence, and what it found."""
    detail = refused.facts["detail"]
    return f"{refused} - Detalle: xxx.xxx.xxx value='{detail}'" if detail else str(refused)


def qr_link(digest: str) -> str:
    """The address a guide's QR code carries; nothing of the simulator's stands there."""
    return _QR + quote(f"SIMULADOR-SIN-VALIDEZ-{digest}")


def _zipped(office: Office, filing: Filing, verdict: Verdict) -> bytes:
    answer = Answer(
        id=filing.ticket,
        code=verdict.code,
        description=verdict.description,
        document_id=filing.name.label,
        issuer_ruc=filing.name.ruc,
        recipient=verdict.recipient,
        received_at=filing.received_at,
        answered_at=office.clock(),
        notes=verdict.notes,
        link=verdict.link,
        signer_name=SIGNER_NAME,
        is_beta=office.in_beta,
    )
    return zip_one(f"R-{filing.name.stem}.xml", office.authority.seal(answer), folders=("dummy/",))
