"""A complete withholding in the public vocabulary: one line for each payment, and every amount as it stands."""

from typing import Any

from onapi.intake.said import compact, said_company, said_moment, said_party
from onapi.intake.withholding.names import NAMES, Names
from onapi.kinds.withholding.complete import automatic_numbers
from onapi.kinds.withholding.model import Exchange, Line, Payment, Withholding


def write_withholding(document: Withholding) -> dict[str, Any]:
    """The JSON that gives the same document when it is read again; canonical names, Decimals and strings."""
    names = NAMES[document.id.doctype]
    numbered = not _is_numbered_by_itself(document)
    return compact(
        {
            "tipoDoc": document.id.doctype,
            "serie": document.id.series,
            "correlativo": str(document.id.number),
            "fechaEmision": said_moment(document.issue_date, document.issue_time),
            "indExcepcional": document.exceptional,
            "company": said_company(document.issuer),
            "proveedor": said_party(document.receiver),
            "regimen": document.regime,
            "tasa": document.percent,
            names.withheld: document.withheld,
            names.settled: document.settled,
            "redondeo": document.rounding or None,
            "observacion": document.remarks,
            "details": [_line(line, names, numbered=numbered) for line in document.lines],
        }
    )


def _is_numbered_by_itself(document: Withholding) -> bool:
    """The payments have the numbers that they would be given; otherwise all of them are said."""
    paid = [(line.number, payment.number) for line in document.lines for payment in line.payments]
    return automatic_numbers(tuple(number for number, _ in paid)) == tuple(number for _, number in paid)


def _line(line: Line, names: Names, *, numbered: bool) -> dict[str, Any]:
    return compact(
        {
            "tipoDoc": line.doctype,
            "numDoc": line.number,
            "fechaEmision": line.issue_date.isoformat() if line.issue_date else "",
            "moneda": line.currency,
            "impTotal": line.total,
            names.payments: [_payment(payment, numbered=numbered) for payment in line.payments],
            names.withheld_on: line.withheld_on.isoformat() if line.withheld_on else "",
            names.withheld: line.withheld,
            names.net: line.net,
            "tipoCambio": _exchange(line.exchange) if line.exchange else None,
        }
    )


def _payment(payment: Payment, *, numbered: bool) -> dict[str, Any]:
    return compact(
        {
            "moneda": payment.currency,
            "importe": payment.amount,
            "fecha": payment.day.isoformat() if payment.day else "",
            "numero": payment.number if numbered else "",
        }
    )


def _exchange(exchange: Exchange) -> dict[str, Any]:
    return compact(
        {
            "monedaRef": exchange.source,
            "monedaObj": exchange.target,
            "factor": exchange.rate,
            "fecha": exchange.day.isoformat() if exchange.day else "",
        }
    )
