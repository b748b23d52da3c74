"""A company's receipts as CSV: a line each, read a few hundred at a time, however many there are.

A spreadsheet takes a cell that begins like a formula for one: such a cell gets an apostrophe in front, so that it stays
text (OWASP's CSV injection). The file is UTF-8 with a byte order mark, which is how Excel knows it.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from onapi.flows.kept import Surroundings
from onapi.flows.list_documents import page
from onapi.flows.platform import Platform
from onapi.flows.public_status import status_of
from onapi.store.lists import Order, Wanted
from onapi.store.receipts import Kept
from onapi.values.moment import in_lima, stamp
from onapi.values.scope import Scope

_AT_ONCE: Final = 500
_BOM: Final = "\ufeff"
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS: Final = (
    *("ruc", "tipo", "serie", "numero", "fecha_emision", "moneda", "total", "cliente_tipo", "cliente_numero"),
    *("cliente_nombre", "estado", "codigo_sunat", "descripcion_sunat", "resumen", "referencia", "origen", "recibido"),
    *("fecha_cdr", "hash"),
)


def csv_of(platform: Platform, scope: Scope, wanted: Wanted, order: Order) -> Iterator[bytes]:
    """The file, piece by piece."""
    yield (_BOM + _line(COLUMNS)).encode()
    cursor: str | None = ""
    while cursor is not None:
        found = page(platform, scope, wanted, order, limit=_AT_ONCE, cursor=cursor)
        cursor = found.cursor
        if found.items:
            rows = (
                _row(kept, around, status_of(kept.submission, platform.clock(), around)) for kept, around in found.items
            )
            yield "".join(_line(row) for row in rows).encode()


def file_name(platform: Platform, scope: Scope) -> str:
    """What the file is called."""
    return f"comprobantes-{scope.ruc}-{in_lima(platform.clock()):%Y%m%d-%H%M}.csv"


def _row(kept: Kept, around: Surroundings, status: str) -> Sequence[object]:
    document, submission, name = kept.document, kept.submission, kept.document.receipt
    customer = document.customer or {}
    return (
        *(name.ruc, name.doctype, name.series, name.number, document.issue_date.isoformat(), document.currency),
        *(document.total, customer.get("id_type"), customer.get("id_number"), customer.get("name"), status),
        *(submission.code, submission.description, around.summary and around.summary.document.receipt.label),
        *(document.external_id, document.source or document.origin, stamp(document.created_at)),
        *(submission.cdr_issued_at and stamp(submission.cdr_issued_at), document.digest),
    )


def _line(cells: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([inert(cell) for cell in cells])
    return out.getvalue()


def inert(cell: object) -> str:
    """A cell as text that no spreadsheet takes for a formula; our own numbers are numbers.

    >>> inert("=1+1"), inert(Decimal("-1.50")), inert(None)
    ("'=1+1", '-1.50', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    text = str(cell).replace("\0", "")
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(_DANGEROUS) or text.startswith(_DANGEROUS) else text
