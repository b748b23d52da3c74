"""Judge a CDR: whether it is about our document, and what it says of it.

A document is accepted only on a CDR that names it: issuer, kind of number, and, where the CDR carries one, its digest.
"""

from onapi.cdr.read import Cdr
from onapi.facts.codes import Outcome, outcome_of, return_code
from onapi.values.number import ReceiptId
from onapi.values.verdict import Remark, Verdict

_ACCEPTED = "0"


def judge(cdr: Cdr, receipt: ReceiptId, digest: str) -> Verdict | None:
    """The verdict, or None if the CDR is not about this document or says nothing that ends the matter."""
    if not names(cdr, receipt) or (cdr.document_hash and cdr.document_hash != digest) or not cdr.code:
        return None
    remarks = tuple(Remark(note.code, note.text) for note in cdr.notes)
    outcome = _outcome(cdr.code, has_remarks=bool(remarks))
    if outcome not in {Outcome.ACCEPTED, Outcome.OBSERVED, Outcome.REJECTED}:
        return None
    description = cdr.description or return_code(cdr.code).message
    return Verdict(outcome, cdr.code, description, remarks, cdr.link or "", cdr.issued_at)


def names(cdr: Cdr, receipt: ReceiptId) -> bool:
    """True if every name in the CDR is this receipt's, and there is at least one."""
    labels = [label for label in (cdr.reference_id, cdr.document_id) if label]
    return (
        bool(labels)
        and all(_same_label(label, receipt) for label in labels)
        and (not cdr.receiver_ruc or cdr.receiver_ruc == receipt.ruc)
    )


def _same_label(label: str, receipt: ReceiptId) -> bool:
    """SUNAT may write the number with zeros in front: F001-00000022."""
    head, _, number = label.rpartition("-")
    return number.isdigit() and f"{head}-{int(number)}" == receipt.label


def _outcome(code: str, *, has_remarks: bool) -> Outcome:
    if code == _ACCEPTED:
        return Outcome.OBSERVED if has_remarks else Outcome.ACCEPTED
    return outcome_of(code)
