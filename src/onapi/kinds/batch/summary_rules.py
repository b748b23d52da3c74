"""What SUNAT asks of a resumen diario (sheet Resumen Diario1_1, v20260212, and the changes in force from 2027).

Every amount is rounded to cents and written with two decimals, so its rule is about sign and size only.
"""

import re
from collections.abc import Collection, Hashable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter

from onapi.facts.catalog import is_listed
from onapi.kinds.batch.amounts import TOLERANCE, day_of, is_tax
from onapi.kinds.batch.line_rule import LineRule, RepeatRule
from onapi.kinds.batch.model import ADD, CHANGE, SUMMARY, VOID, Summary, SummaryLine
from onapi.kinds.batch.receipt_rules import RECEIPT_RULES
from onapi.kinds.batch.rules import batch_rules
from onapi.rules.rule import Rule
from onapi.rules.sheet import rules_for
from onapi.ubl.schema import schema_currencies
from onapi.values.money import ZERO

MOST_LINES = 500

_LARGEST = Decimal("999999999999.99")
_FROM_2027 = date(2027, 1, 1)
_NAME = re.compile(r"[^\n\r\t\f]{3,1500}")
_VALUES = (
    ("taxed", "operaciones gravadas"),
    ("exonerated", "operaciones exoneradas"),
    ("unaffected", "operaciones inafectas"),
    ("export", "exportación"),
    ("free", "operaciones gratuitas"),
    ("free_taxed", "operaciones gratuitas gravadas"),
    ("free_exonerated", "operaciones gratuitas exoneradas"),
    ("free_unaffected", "operaciones gratuitas inafectas"),
    ("free_export", "exportación gratuita"),
)
_TAXES = (
    ("igv", "IGV"),
    ("ivap", "IVAP"),
    ("isc", "ISC"),
    ("other", "otros tributos"),
    ("icbper", "impuesto a las bolsas"),
)


@lru_cache(maxsize=256)
def _takes_currency(code: str) -> bool:
    return is_listed("02", code) and code in schema_currencies()


def _amount_rule(code: str, name: str, text: str) -> LineRule[Summary]:
    value = attrgetter(name)
    sentence = f"El importe de {text} no puede ser negativo ni tener más de 12 enteros."
    return LineRule(code, name, sentence, lambda line, _: ZERO <= value(line) <= _LARGEST)


def _total_fits(line: SummaryLine, _: Summary) -> bool:
    return line.total is None or ZERO <= line.total <= _LARGEST


def _total_is_sum(line: SummaryLine, _: Summary) -> bool:
    return line.total is None or abs(line.total - line.parts) <= TOLERANCE


def _igv_fits(line: SummaryLine, summary: Summary) -> bool:
    if line.igv <= ZERO:
        return True
    return is_tax(line.igv, line.taxed + line.isc, day_of(summary.reference_date).rates(line.doctype))


def _ivap_fits(line: SummaryLine, summary: Summary) -> bool:
    return line.ivap <= ZERO or is_tax(line.ivap, line.taxed, (day_of(summary.reference_date).ivap,))


def _free_is_listed(line: SummaryLine, summary: Summary) -> bool:
    return not line.free or not day_of(summary.reference_date).is_detailed


def _igv_percent_fits(line: SummaryLine, summary: Summary) -> bool:
    return line.igv_percent is None or line.igv_percent in day_of(summary.reference_date).rates(line.doctype)


def _receipt(line: SummaryLine) -> tuple[str, str]:
    """What the receipt is known by; zeros before its number do not make it another."""
    series, _, number = line.receipt.partition("-")
    return line.doctype, f"{series}-{number.lstrip('0')}"


def _with_status(line: SummaryLine) -> Hashable:
    return *_receipt(line), line.status


def _never_both(code: str, one: str, other: str, sentence: str) -> RepeatRule[Summary]:
    """A receipt may not stand twice, with these two states."""
    opposite = {one: other, other: one}

    def holds(line: SummaryLine, seen: Collection[Hashable]) -> bool:
        return line.status not in opposite or (*_receipt(line), opposite[line.status]) not in seen

    return RepeatRule(code, "receipt", sentence, holds, key=_with_status)


_REPEATS: tuple[Rule[Summary], ...] = (
    RepeatRule(
        "3094",
        "receipt",
        "Este comprobante ya está en una línea anterior con el mismo estado; déjelo una sola vez.",
        lambda line, seen: not line.receipt or _with_status(line) not in seen,
        key=_with_status,
    ),
    _never_both(
        "3095", ADD, CHANGE, "El mismo resumen no puede adicionar y modificar un comprobante; envíe el cambio en otro."
    ),
    _never_both(
        "3096", CHANGE, VOID, "El mismo resumen no puede modificar y anular un comprobante; envíe la anulación en otro."
    ),
)
_AMOUNTS: tuple[Rule[Summary], ...] = (
    LineRule(
        "2251",
        "total",
        "Faltan los importes, que SUNAT pide en toda línea, también para anular: ponga los valores de venta"
        " (mtoOperGravadas, mtoOperExoneradas…) o el total.",
        lambda line, _: line.total is not None,
    ),
    LineRule("2251", "total", "El total no puede ser negativo ni tener más de 12 enteros.", _total_fits),
    *(_amount_rule("2254", name, text) for name, text in _VALUES),
    _amount_rule("2261", "charges", "otros cargos"),
    *(_amount_rule("2048", name, text) for name, text in _TAXES),
    RepeatRule(  # once for each currency: it is often that of all lines
        "unknown_currency",
        "currency",
        "SUNAT no toma esta moneda en un resumen; use un código ISO 4217, como PEN o USD.",
        lambda line, seen: line.currency in seen or _takes_currency(line.currency),
        key=attrgetter("currency"),
    ),
    LineRule(
        "2256",
        "free",
        "Desde 2027 las operaciones gratuitas van por clase: mtoOperGratuitasGravadas, mtoOperGratuitasExoneradas,"
        " mtoOperGratuitasInafectas y mtoOperGratuitasExportacion.",
        _free_is_listed,
    ),
    LineRule(
        "4027",
        "total",
        "El total no es la suma de valores de venta, tributos y cargos; revíselo.",
        _total_is_sum,
    ),
    LineRule("4019", "igv", "El IGV no corresponde a las operaciones gravadas más el ISC; revíselo.", _igv_fits),
    LineRule("4302", "ivap", "El IVAP no corresponde a las operaciones gravadas; revíselo.", _ivap_fits),
)
# The sheet of 2026 has no such fields yet; the codes are those of the change published in 2026 (reliability C).
_LATER: tuple[Rule[Summary], ...] = (
    LineRule(
        "3504",
        "igv_percent",
        "La tasa del IGV no es una de las vigentes a la fecha de los comprobantes, como 18.",
        _igv_percent_fits,
        since=_FROM_2027,
        only=(SUMMARY,),
    ),
    LineRule(
        "2022",
        "customer.name",
        "El nombre del cliente debe tener de 3 a 1500 caracteres, sin saltos de línea.",
        lambda line, _: line.customer is None or not line.customer.name or bool(_NAME.fullmatch(line.customer.name)),
        since=_FROM_2027,
        only=(SUMMARY,),
    ),
)

SUMMARY_RULES: tuple[Rule[Summary], ...] = rules_for(
    SUMMARY, (*batch_rules(MOST_LINES), *RECEIPT_RULES, *_REPEATS, *_AMOUNTS, *_LATER)
)
