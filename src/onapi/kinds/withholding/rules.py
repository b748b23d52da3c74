"""What SUNAT asks of a withholding (sheets Retenciones1_0 and Percepciones1_0 of its workbook, v20260212).

Rules that hold by construction of our XML are not repeated here. Totals have no tolerance: they are the exact sum of
the lines that count, which are neither credit notes nor withholdings (rules 2628, 2629, 2667, 2668).
"""

from decimal import Decimal

from onapi.kinds.withholding.complete import listed_percent
from onapi.kinds.withholding.line_rules import line_rules
from onapi.kinds.withholding.model import EXCEPTIONAL, PERCEPTION, RETENTION, Withholding
from onapi.kinds.withholding.party_rules import CUSTOMER_RULES, SUPPLIER_RULES
from onapi.kinds.withholding.sheets import PERCEPTION_SHEET, RETENTION_SHEET, decimals, is_amount
from onapi.rules.rule import Rule
from onapi.rules.sheet import rules_for
from onapi.values.money import ZERO
from onapi.values.number import is_series_for

_INVOICE = "01"
_CENTS = 2  # decimals


def withheld_sum(document: Withholding) -> Decimal:
    """What the total withheld must be."""
    return sum((line.withheld or ZERO for line in document.counted), ZERO)


def settled_sum(document: Withholding) -> Decimal:
    """What the total paid or collected must be."""
    return sum((line.net or ZERO for line in document.counted), ZERO) + document.rounding


def _is_computed(document: Withholding) -> bool:
    """Every line that counts has its amounts; where one has none, its own rules say why and totals mean nothing."""
    return all(line.withheld is not None for line in document.counted) and bool(document.lines)


def _percent_fits(document: Withholding) -> bool:
    listed = listed_percent(document.id.doctype, document.regime)
    return listed is None or document.percent == listed


def _head_rules(doctype: str, regime: str, percent: str) -> tuple[Rule[Withholding], ...]:
    letter, catalogue, codes = ("R", "23", "01 o 02") if doctype == RETENTION else ("P", "22", "01, 02 o 03")
    return (
        Rule(
            "1001",
            "id.series",
            f"La serie no corresponde al comprobante; empieza con {letter} y tiene cuatro caracteres.",
            lambda d: is_series_for(doctype, d.id.series),
        ),
        Rule(
            regime,
            "regime",
            f"El régimen no está en el catálogo {catalogue}; use {codes}.",
            lambda d: listed_percent(doctype, d.regime) is not None,
        ),
        Rule(percent, "percent", "La tasa no es la del régimen; corríjala u omítala.", _percent_fits),
    )


def _total_rules(
    withheld: str, settled_positive: str, settled: str, words: tuple[str, str]
) -> tuple[Rule[Withholding], ...]:
    kept, done = words
    return (
        Rule(
            "2669",
            "withheld",
            f"El total {kept} debe ser mayor que cero, con hasta 12 enteros y 2 decimales.",
            lambda d: not _is_computed(d) or is_amount(d.withheld),
        ),
        Rule(
            withheld,
            "withheld",
            f"El total {kept} debe ser la suma exacta de los importes de las líneas; corríjalo u omítalo.",
            lambda d: not _is_computed(d) or d.withheld == withheld_sum(d),
        ),
        Rule(
            settled_positive,
            "settled",
            f"El total {done} debe ser mayor que cero, con hasta 12 enteros y 2 decimales.",
            lambda d: not _is_computed(d) or is_amount(d.settled),
        ),
        Rule(
            settled,
            "settled",
            f"El total {done} debe ser la suma exacta de los netos de las líneas más el redondeo; corríjalo u omítalo.",
            lambda d: not _is_computed(d) or d.settled == settled_sum(d),
        ),
        Rule(
            "3303",
            "rounding",
            "El redondeo no puede pasar de 1.00 y admite 2 decimales.",
            lambda d: abs(d.rounding) <= 1 and decimals(d.rounding) <= _CENTS,
        ),
    )


_EXCEPTIONAL_RULES: tuple[Rule[Withholding], ...] = (
    Rule(
        "3322",
        "exceptional",
        "El indicador de emisión excepcional sólo puede ser 01; omítalo si no lo es.",
        lambda d: d.exceptional in {"", EXCEPTIONAL},
    ),
    Rule(
        "3323",
        "lines",
        "Una percepción excepcional lleva un solo documento con un solo cobro.",
        lambda d: d.exceptional != EXCEPTIONAL or len(d.lines) == 1,
    ),
    Rule(
        "3324",
        "doctype",
        "Una percepción excepcional sólo puede ser de una factura (01).",
        lambda x, d: d.exceptional != EXCEPTIONAL or x.doctype == _INVOICE,
        "lines",
    ),
)

RETENTION_RULES = rules_for(
    RETENTION,
    (
        *_head_rules(RETENTION, "2618", "2619"),
        *SUPPLIER_RULES,
        *_total_rules("2628", "2730", "2629", ("retenido", "pagado")),
        *line_rules(RETENTION_SHEET),
    ),
)
PERCEPTION_RULES = rules_for(
    PERCEPTION,
    (
        *_head_rules(PERCEPTION, "2602", "2603"),
        *_EXCEPTIONAL_RULES,
        *CUSTOMER_RULES,
        *_total_rules("2667", "2687", "2668", ("percibido", "cobrado")),
        *line_rules(PERCEPTION_SHEET),
    ),
)
