"""A batch of ours, made from its lines without going through JSON: resumen diario, comunicación de baja, reversión.

What comes out is a receipt like any other: complete, checked, its faults told by JSON pointers, ready to be signed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from onapi.intake import Taken
from onapi.intake.receipt import fingerprint
from onapi.intake.vocabularies import VOCABULARIES
from onapi.kinds import KINDS
from onapi.kinds.batch.model import BatchForm, SummaryLineForm, VoidedLine
from onapi.kinds.kind import TotalsMode
from onapi.library.draw import draft
from onapi.library.receipt import Receipt
from onapi.rules.rule import Fault
from onapi.values.moment import in_lima
from onapi.values.number import ReceiptId
from onapi.values.party import Party

MOST_BATCHES = 99_999  # of one kind in a day: SUNAT's name for a batch has five digits

_NOBODY = Party("", "", "")  # a batch says nothing of its issuer but what is enrolled


def batch_of(
    code: str,
    issuer: Party,
    day: date,
    lines: Sequence[SummaryLineForm] | Sequence[VoidedLine],
    *,
    number: int,
    now: datetime,
    issued: date | None = None,
) -> Receipt:
    """A batch RC, RA or RR of receipts of one day, the `number`th of the day it is issued, today unless told.

    The lines of RC are `SummaryLineForm`, those of RA and RR `VoidedLine`, whose numbers are given here. KeyError for
    another code; whatever SUNAT would refuse stands in the receipt's faults.
    """
    kind = KINDS[code]
    series = (issued or in_lima(now).date()).isoformat().replace("-", "")
    form: BatchForm[Any] = BatchForm(ReceiptId(issuer.id_number, code, series, number), day, _numbered(lines))
    taken = Taken(
        kind=kind,
        vocabulary=VOCABULARIES[code],
        form=form,
        issuer=issuer,
        faults=_number_faults(number),
        unknown=(),
        other_name=False,
        fingerprint=fingerprint(form, _NOBODY),
    )
    drawn = draft(taken, now, TotalsMode.CHECK, "")
    return Receipt(kind, drawn.document, drawn.digest, drawn.faults, drawn.warnings, taken=taken)


def _numbered(lines: Sequence[Any]) -> tuple[Any, ...]:
    """The lines, numbered from 1 where they carry their number themselves."""
    return tuple(
        replace(line, number=n) if isinstance(line, VoidedLine) else line for n, line in enumerate(lines, start=1)
    )


def _number_faults(number: int) -> tuple[Fault, ...]:
    if 1 <= number <= MOST_BATCHES:
        return ()
    return (Fault("invalid_number", "id.number", "El correlativo debe ser un número de 1 a 99999."),)
