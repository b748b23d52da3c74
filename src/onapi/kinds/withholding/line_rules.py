"""What SUNAT asks of each document in a withholding, of what was withheld of it and of the exchange rate."""

import re
from decimal import Decimal

from onapi.facts.rates import rate
from onapi.kinds.withholding.complete import exact_amounts, net_of
from onapi.kinds.withholding.model import SOLES, Line, Withholding
from onapi.kinds.withholding.payment_rules import payment_rules
from onapi.kinds.withholding.sheets import Sheet, decimals, is_amount
from onapi.rules.rule import Rule
from onapi.ubl.schema import schema_currencies
from onapi.values.money import ZERO

TOLERANCE = Decimal("1.00")
_LARGEST_RATE = Decimal(10000)
_RATE_DECIMALS = 6
_TICKET = "12"  # catalogue 01: its numbers are those of the machine
_TICKET_NUMBER = re.compile(r"[a-zA-Z0-9-]{1,20}(-[0-9]{1,20})", re.ASCII)
_OLD_REGIME = "02"


def line_rules(sheet: Sheet) -> tuple[Rule[Withholding], ...]:
    """Every rule over the lines, in the order of the sheet."""
    return (*_document_rules(sheet), *payment_rules(sheet), *_amount_rules(sheet), *_EXCHANGE_RULES)


def _number_fits(line: Line, sheet: Sheet) -> bool:
    shape = _TICKET_NUMBER if line.doctype == _TICKET else sheet.number
    return not line.number or shape.fullmatch(line.number) is not None


def _old_enough(line: Line, document: Withholding) -> bool:
    """The six percent are for documents of before March 2014."""
    if document.regime != _OLD_REGIME or line.issue_date is None:
        return True
    try:
        return bool(rate("retencion_02", line.issue_date))
    except KeyError:
        return False


def _withheld_agrees(line: Line, document: Withholding) -> bool:
    exact = exact_amounts(line, document.percent)
    return exact is None or line.withheld is None or abs(line.withheld - exact[0]) <= TOLERANCE


def _net_agrees(line: Line, document: Withholding) -> bool:
    exact = exact_amounts(line, document.percent)
    if exact is None or line.withheld is None or line.net is None:
        return True
    return abs(line.net - net_of(exact[1], line.withheld, document.id.doctype)) <= TOLERANCE


def _document_rules(sheet: Sheet) -> tuple[Rule[Withholding], ...]:
    allowed = ", ".join(sheet.doctypes)
    return (
        Rule(
            "2691",
            "doctype",
            f"Falta el tipo del documento relacionado; use uno de {allowed}.",
            lambda x, _: bool(x.doctype),
            "lines",
        ),
        Rule(
            "2692",
            "doctype",
            f"Este tipo de documento no puede figurar aquí; use uno de {allowed}.",
            lambda x, _: not x.doctype or x.doctype in sheet.doctypes,
            "lines",
        ),
        Rule("2693", "number", "Falta la serie y número del documento.", lambda x, _: bool(x.number), "lines"),
        Rule(
            "2694",
            "number",
            "El número del documento no es válido para su tipo; escríbalo como F001-123.",
            lambda x, _: _number_fits(x, sheet),
            "lines",
        ),
        *_CONTENT_RULES,
    )


_CONTENT_RULES: tuple[Rule[Withholding], ...] = (
    Rule(
        "2985",
        "issue_date",
        "La tasa de 6% es de documentos emitidos hasta el 28/02/2014; use el régimen 01.",
        _old_enough,
        "lines",
    ),
    Rule(
        "2696",
        "total",
        "El importe total del documento debe ser mayor que cero, con hasta 12 enteros y 2 decimales.",
        lambda x, _: is_amount(x.total),
        "lines",
    ),
    Rule(
        "invalid_currency",
        "currency",
        "El esquema de SUNAT para este comprobante no conoce la moneda; use un código ISO 4217, como PEN o USD.",
        lambda x, _: not x.currency or x.currency in schema_currencies(),
        "lines",
    ),
)


def _amount_rules(sheet: Sheet) -> tuple[Rule[Withholding], ...]:
    computed = f"el {sheet.payment} por la tasa (y el tipo de cambio)"
    return (
        Rule(
            sheet.not_withheld,
            "withheld",
            f"El importe {sheet.withheld} debe ser mayor que cero, con hasta 12 enteros y 2 decimales.",
            lambda x, _: x.withheld is None or is_amount(x.withheld),
            "lines",
        ),
        Rule(
            sheet.disagrees,
            "withheld",
            f"El importe {sheet.withheld} difiere en más de 1.00 de {computed}; corríjalo u omítalo.",
            _withheld_agrees,
            "lines",
        ),
        Rule(
            sheet.not_net,
            "net",
            f"El importe total a {sheet.net} debe ser mayor que cero, con hasta 12 enteros y 2 decimales.",
            lambda x, _: x.net is None or is_amount(x.net),
            "lines",
        ),
        Rule(
            sheet.disagrees,
            "net",
            f"El total a {sheet.net} contradice al {sheet.payment} y a lo {sheet.withheld}; corríjalo u omítalo.",
            _net_agrees,
            "lines",
        ),
    )


def _needs_exchange(line: Line) -> bool:
    return not line.is_credit_note and line.currency not in {"", SOLES}


_EXCHANGE_RULES: tuple[Rule[Withholding], ...] = (
    Rule(
        "2719",
        "exchange",
        "Un documento en otra moneda necesita el tipo de cambio; ponga su factor y su fecha.",
        lambda x, _: not _needs_exchange(x) or x.exchange is not None,
        "lines",
    ),
    Rule(
        "2749",
        "exchange.source",
        "La moneda de referencia del tipo de cambio debe ser la del documento.",
        lambda x, _: x.is_credit_note or not x.exchange or not x.currency or x.exchange.source == x.currency,
        "lines",
    ),
    Rule(
        "2715",
        "exchange.target",
        "La moneda objetivo del tipo de cambio debe ser PEN.",
        lambda x, _: not x.exchange or x.exchange.target == SOLES,
        "lines",
    ),
    Rule(
        "2721",
        "exchange.rate",
        "Falta el factor del tipo de cambio.",
        lambda x, _: not _needs_exchange(x) or not x.exchange or x.exchange.rate is not None,
        "lines",
    ),
    Rule(
        "2716",
        "exchange.rate",
        "El tipo de cambio debe ser mayor que cero, con hasta 4 enteros y 6 decimales.",
        lambda x, _: not x.exchange or x.exchange.rate is None or _is_rate(x.exchange.rate),
        "lines",
    ),
    Rule(
        "2722",
        "exchange.day",
        "Falta la fecha del tipo de cambio.",
        lambda x, _: not _needs_exchange(x) or not x.exchange or x.exchange.day is not None,
        "lines",
    ),
)


def _is_rate(value: Decimal) -> bool:
    return ZERO < value < _LARGEST_RATE and decimals(value) <= _RATE_DECIMALS
