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
from onapi.page.figures import moment, money, percent
from onapi.page.people import document_name, issuer_of, party_box, proof_sentences
from onapi.page.words import words_of
from onapi.values.money import plain

_SOLES = "PEN"
_OWN = MappingProxyType({"20": "Retención", "40": "Percepción"})


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
        words=words_of("", document.withheld, _SOLES),
        notes=(document.remarks,) if document.remarks else (),
        qr=context.qr or None,
        digest=context.digest,
        footer=proof_sentences(f"Representación impresa del {words.heading}.", context.lookup, context.authorization),
        stamp=cast("Stamp | None", context.stamp),
    )


def _facts(document: Withholding, words: _Words) -> Box:
    regime = catalog(words.catalogue).get(document.regime)
    fields = [
        Field("Emisión", moment(document.issue_date, document.issue_time)),
        Field("Régimen", regime.text if regime else document.regime),
        Field("Tasa", percent(document.percent)),
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
        Column(f"{words.withheld} S/", "right", narrow="figure"),
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
    parts = [f"{_OWN.get(line.doctype) or document_name(line.doctype)} {line.number}"]
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
    return money(amount, currency) if amount is not None else ""
