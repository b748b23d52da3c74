"""What a printed factura, boleta or note shows."""

from typing import cast

from onapi.kinds.kind import PrintContext
from onapi.kinds.sale.model import Sale
from onapi.kinds.sale.page_boxes import boxes
from onapi.kinds.sale.page_lines import COLUMNS, row
from onapi.kinds.sale.page_sums import instalments, totals
from onapi.page.data import Page, Stamp
from onapi.page.people import issuer_of, proof_sentences
from onapi.page.words import words_of

_HEADINGS = {
    "01": "FACTURA ELECTRÓNICA",
    "03": "BOLETA DE VENTA ELECTRÓNICA",
    "07": "NOTA DE CRÉDITO ELECTRÓNICA",
    "08": "NOTA DE DÉBITO ELECTRÓNICA",
}
_IN_WORDS = "1000"


def page(sale: Sale, context: PrintContext) -> Page:
    """The page of a sale; a template sets it on paper."""
    heading = _HEADINGS[sale.id.doctype]
    written = next((legend.text for legend in sale.legends if legend.code == _IN_WORDS), "")
    return Page(
        title=f"{heading.capitalize()} {sale.id.label}",
        heading=heading,
        number=sale.id.label,
        dated=sale.issue_date,
        issuer=issuer_of(sale.issuer),
        boxes=tuple(boxes(sale)),
        columns=COLUMNS,
        rows=tuple(row(line, sale.currency) for line in sale.lines),
        totals=tuple(totals(sale)),
        words=words_of(written, sale.totals.payable, sale.currency),
        legends=tuple(legend.text for legend in sale.legends if legend.code != _IN_WORDS and legend.text),
        instalments=instalments(sale),
        notes=(sale.remarks,) if sale.remarks else (),
        qr=context.qr or None,
        digest=context.digest,
        footer=proof_sentences(f"Representación impresa de la {heading}.", context.lookup, context.authorization),
        stamp=cast("Stamp | None", context.stamp),
    )
