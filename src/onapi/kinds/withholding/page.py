"""What a printed retención or percepción shows: each document, its payment, what was withheld and what was left."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import cast

from onapi.facts.catalog import catalog
from onapi.kinds.kind import PrintContext
from onapi.kinds.withholding.model import PERCEPTION, RETENTION, Line, Withholding
from onapi.page.data import Box, Column, Field, Page, Stamp, Total
from onapi.page.people import issuer_of, party_box
from onapi.page.words import LARGEST, amount_in_words
from onapi.values.money import ZERO, plain

_SOLES = "PEN"
_SHORT = MappingProxyType({"PEN": "S/", "USD": "US$", "EUR": "€"})
_PAPER = MappingProxyType(
    {"01": "Factura", "03": "Boleta", "07": "Nota de crédito", "08": "Nota de débito", "12": "Ticket"}
    | {"20": "Retención", "40": "Percepción"}
)


@dataclass(frozen=True, slots=True)
class _Words:
    """What the two receipts call things."""

    heading: str
    receiver: str
    payment: str
    withheld: str
    net: str
    settled: str
    catalogue: str


_WORDS: Mapping[str, _Words] = MappingProxyType(
    {
        RETENTION: _Words(
            "COMPROBANTE DE RETENCIÓN ELECTRÓNICA", "Proveedor", "Pago", "Retenido", "Pagado", "Total pagado", "23"
        ),
        PERCEPTION: _Words(
            "COMPROBANTE DE PERCEPCIÓN ELECTRÓNICA", "Cliente", "Cobro", "Percibido", "Cobrado", "Total cobrado", "22"
        ),
    }
)


def page(document: Withholding, context: PrintContext) -> Page:
    """The page of a withholding; a template sets it on paper."""
    words = _WORDS[document.id.doctype]
    return Page(
        title=f"{words.heading.capitalize()} {document.id.label}",
        heading=words.heading,
        number=document.id.label,
        dated=document.issue_date,
        issuer=issuer_of(document.issuer),
        boxes=(party_box(words.receiver, document.receiver), _facts(document, words)),
        columns=_columns(words),
        rows=tuple(_row(line, words) for line in document.lines),
        totals=_totals(document, words),
        words=amount_in_words(document.withheld, _SOLES) if ZERO <= document.withheld <= LARGEST else "",
        notes=(document.remarks,) if document.remarks else (),
        qr=context.qr,
        digest=context.digest,
        footer=(f"Representación impresa del {words.heading}.", context.lookup),
        stamp=cast("Stamp | None", context.stamp),
    )


def _facts(document: Withholding, words: _Words) -> Box:
    hour = f" {document.issue_time:%H:%M}" if document.issue_time else ""
    regime = catalog(words.catalogue).get(document.regime)
    fields = [
        Field("Emisión", f"{document.issue_date:%d/%m/%Y}{hour}"),
        Field("Régimen", regime.text if regime else document.regime),
        Field("Tasa", f"{plain(document.percent)} %"),
    ]
    if document.exceptional:
        fields.append(Field("Emisión excepcional", "Sí"))
    return Box("Comprobante", tuple(fields))


def _columns(words: _Words) -> tuple[Column, ...]:
    return (
        Column("Documento", flex=1, main=True),
        Column("Importe total", "right"),
        Column("Fecha"),
        Column(words.payment, "right"),
        Column(f"{words.withheld} S/", "right"),
        Column(f"{words.net} S/", "right"),
    )


def _row(line: Line, words: _Words) -> tuple[str, ...]:
    payment = line.payment
    return (
        _described(line, words),
        _money(line.total, line.currency),
        f"{payment.day:%d/%m/%Y}" if payment and payment.day else "",
        _money(payment.amount, payment.currency) if payment else "",
        f"{line.withheld:,.2f}" if line.withheld is not None else "",
        f"{line.net:,.2f}" if line.net is not None else "",
    )


def _described(line: Line, words: _Words) -> str:
    """The document, its date, which payment it is and at what exchange rate: what needs no column of its own."""
    parts = [f"{_PAPER.get(line.doctype, line.doctype)} {line.number}"]
    if line.issue_date:
        parts[0] += f" del {line.issue_date:%d/%m/%Y}"
    if line.payment:
        parts.append(f"{words.payment.lower()} {line.payment.number}")
    if line.exchange and line.exchange.rate is not None:
        parts.append(f"tipo de cambio {plain(line.exchange.rate, 3)}")
    return ", ".join(parts)


def _totals(document: Withholding, words: _Words) -> tuple[Total, ...]:
    rounding = (Total("Redondeo", _money(document.rounding, _SOLES)),) if document.rounding else ()
    return (
        *rounding,
        Total(words.settled, _money(document.settled, _SOLES)),
        Total(f"Total {words.withheld.lower()}", _money(document.withheld, _SOLES), emphasis=True),
    )


def _money(amount: Decimal | None, currency: str) -> str:
    return f"{_SHORT.get(currency, currency)} {amount:,.2f}" if amount is not None else ""
