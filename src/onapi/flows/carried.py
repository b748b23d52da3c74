"""Which receipts that we hold a batch names, and whether each may stand in it now."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from onapi.errors import Conflict, InvalidDocument
from onapi.facts.codes import Outcome
from onapi.flows.carry import REPORT, VOID, Carried
from onapi.intake.vocabularies import VOCABULARIES
from onapi.kinds.batch.model import VoidedLine
from onapi.library.receipt import Receipt
from onapi.lifecycle import State
from onapi.rules.rule import Fault
from onapi.store import documents, submissions
from onapi.store.submissions import Submission
from onapi.values.number import ReceiptId
from onapi.values.scope import Scope

_UNDER_WAY = frozenset({State.SENDING, State.TICKETED, State.UNKNOWN, State.GATHERED, State.VOIDING})
_IN_PROGRESS = "in_progress"  # it may change by itself; whatever else is wrong does not


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a batch: what it names, and what it says of it."""

    number: int  # from 1
    status: str  # catalogue 19
    receipt: ReceiptId
    path: str  # of the model


def carried_by(
    connection: Connection, scope: Scope, receipt: Receipt, place_of: Callable[[str], str], pointer: str = ""
) -> tuple[Carried, ...]:
    """The receipts of ours in a batch.

    InvalidDocument names each that cannot stand in it; Conflict each that is on its way, where nothing else is wrong.
    """
    if not receipt.digest.id.is_batch:
        return ()
    lines = list(_lines_of(receipt.document.lines, scope.ruc))
    known = documents.find_many(connection, scope, [line.receipt for line in lines])
    found = submissions.of_documents(connection, scope, [each.id for each in known.values()])
    stands = {each.document_id: each for each in found}
    carried, faults = [], []
    for line in lines:
        if line.receipt not in known:
            continue
        document = known[line.receipt]
        if hindrance := _hindrance(line, stands[document.id]):
            where = place_of(VOCABULARIES[receipt.kind.code].pointer(line.path, pointer))
            faults.append(Fault(hindrance[0], where, hindrance[1], received=line.receipt.label))
        carried.append(Carried(line.number, line.status, document, stands[document.id]))
    _refuse(faults)
    return tuple(carried)


def _refuse(faults: Iterable[Fault]) -> None:
    found = tuple(faults)
    lasting = next((fault for fault in found if fault.code != _IN_PROGRESS), None)
    if lasting:
        raise InvalidDocument(lasting.sentence, key="validation_failed", faults=found)
    if found:
        raise Conflict(found[0].sentence, key=_IN_PROGRESS, faults=found)


def _lines_of(lines: tuple[Any, ...], ruc: str) -> Iterator[_Line]:
    """Each line's receipt by its natural key; what is no number was said to be wrong before."""
    for n, line in enumerate(lines, start=1):
        if isinstance(line, VoidedLine):
            series, number, status, path = line.series, line.correlative, VOID, "correlative"
        else:
            series, _, number = line.receipt.rpartition("-")
            status, path = line.status, "receipt"
        if number.isdecimal():
            yield _Line(n, status, ReceiptId(ruc, line.doctype, series.upper(), int(number)), f"lines[{n - 1}].{path}")


def _hindrance(line: _Line, submission: Submission) -> tuple[str, str] | None:
    """Why a receipt cannot stand in the batch, as code and sentence; None if it can."""
    label, state = line.receipt.label, State(submission.state)
    is_accepted = state is State.SETTLED and submission.outcome in {Outcome.ACCEPTED, Outcome.OBSERVED}
    reasons = (
        (state in _UNDER_WAY, _IN_PROGRESS, f"{label} está en camino a SUNAT; espere su veredicto."),
        (state is State.VOIDED, "not_voidable", f"{label} ya está anulado."),
        (line.status == REPORT and state is State.SETTLED, "number_consumed", f"{label} ya fue informado a SUNAT."),
        (line.status == REPORT or is_accepted, "", ""),
        (state is State.SETTLED, "not_voidable", f"SUNAT rechazó {label}: no hay nada que anular ni modificar."),
        (True, "document_not_final", f"{label} todavía no fue informado a SUNAT; envíelo primero."),
    )
    code, sentence = next((code, sentence) for holds, code, sentence in reasons if holds)
    return (code, sentence) if code else None
