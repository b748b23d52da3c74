"""A caller's resumen diario whose lines only name receipts that we hold: completed from those receipts.

Who keeps receipts asks `wanted` which ones a request stands for, looks them up, and hands them to `receipt_of`. What
the caller wrote stays what the batch is known by: written again, it is the same batch.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from onapi.errors import InvalidDocument
from onapi.intake import Taken, read_document
from onapi.kinds.batch.model import SUMMARY, SummaryForm, SummaryLineForm
from onapi.kinds.batch.receipt_rules import RECEIPT
from onapi.kinds.sale.model import Sale
from onapi.library.forms import Told
from onapi.library.summary_line import summary_line
from onapi.rules.rule import Fault
from onapi.values.number import ReceiptId
from onapi.values.party import Party

Label: TypeAlias = tuple[str, str]  # doctype and what people call it: ("03", "B001-10")
Held: TypeAlias = Mapping[Label, Sale]

_NO_AMOUNTS = "2251"  # what SUNAT answers to a line without amounts
_NOBODY = Party("", "", "")


def wanted(told: Told) -> tuple[Label, ...]:
    """The receipts that the bare lines of a request stand for, each once; none where it is no resumen diario."""
    named = told.doctype or told.document.get("tipoDoc") or told.document.get("doctype") or SUMMARY
    if named != SUMMARY:
        return ()
    try:
        taken = read_document(told.document, told.doctype, _NOBODY, prefix=told.pointer, strict_ruc=False)
    except InvalidDocument:  # whoever completes it says what is wrong
        return ()
    return wanted_by(taken.form) if taken.kind.code == SUMMARY else ()


def wanted_by(form: SummaryForm) -> tuple[Label, ...]:
    """The receipts that the bare lines of a resumen diario stand for, each once."""
    return tuple(dict.fromkeys(label for _, _, label in _bare(form)))


def fill(form: SummaryForm, held: Held) -> SummaryForm:
    """The form with its bare lines told from the receipts that we hold; one that we do not hold stays as it is."""
    lines = list(form.lines)
    for n, line, label in _bare(form):
        if label in held:
            lines[n] = replace(summary_line(held[label].id, held[label], line.status), receipt=line.receipt)
    return replace(form, lines=tuple(lines))


def unfilled(form: SummaryForm, held: Held) -> Iterator[Fault]:
    """Each bare line whose receipt we do not hold, or hold as one of another day."""
    for n, line, label in _bare(form):
        sale = held.get(label)
        if sale is None:
            sentence = f"No se tiene {line.receipt}; escriba sus montos."
            yield Fault(_NO_AMOUNTS, f"lines[{n}].total", sentence, received=line.receipt)
        elif form.reference_date and sale.issue_date != form.reference_date:
            yield _of_another_day(n, line.receipt, sale.issue_date)


def taken_whole(taken: Taken, held: Held) -> Taken:
    """What was read of a resumen diario, with its bare lines filled; another kind stays as it is."""
    if taken.kind.code != SUMMARY:
        return taken
    faults = (*taken.faults, *unfilled(taken.form, held))
    return replace(taken, form=fill(taken.form, held), faults=faults)


def _of_another_day(n: int, receipt: str, issued: date) -> Fault:
    sentence = f"{receipt} es del {issued:%d/%m/%Y}; va en un resumen de los comprobantes de esa fecha."
    return Fault("date_differs", f"lines[{n}].receipt", sentence, expected=issued.isoformat())


def _bare(form: SummaryForm) -> Iterator[tuple[int, SummaryLineForm, Label]]:
    """Each bare line with its place and the label of its receipt, without the zeros before its number."""
    for n, line in enumerate(form.lines):
        if line.is_bare and RECEIPT.fullmatch(line.receipt):
            series, _, number = line.receipt.partition("-")
            yield n, line, (line.doctype, ReceiptId("", line.doctype, series, int(number)).label)
