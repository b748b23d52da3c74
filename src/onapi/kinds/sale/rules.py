"""What SUNAT asks of facturas, boletas and their notes (four sheets of its validation workbook, v20260212).

Each rule stands once, under the code of the factura or of the note; `RULES` gives each kind its own code and level.
What our XML always satisfies is not repeated here: `facts/sheets/*.tsv` says of every code who judges it. Each sentence
says what to do. The rules stand in files by subject; here is what is asked of the head of the document.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from onapi.facts.catalog import catalog, is_listed
from onapi.kinds.sale.advance_rules import ADVANCE_RULES
from onapi.kinds.sale.attribute_rules import ATTRIBUTE_RULES
from onapi.kinds.sale.charge_rules import CHARGE_RULES, LINE_CHARGE_RULES
from onapi.kinds.sale.haul_rules import HAUL_RULES
from onapi.kinds.sale.levy_rules import LEVY_RULES
from onapi.kinds.sale.line_rules import LINE_RULES
from onapi.kinds.sale.line_sum_rules import LINE_SUM_RULES
from onapi.kinds.sale.line_tax_rules import LINE_TAX_RULES
from onapi.kinds.sale.model import BOLETA, CREDIT_NOTE, DEBIT_NOTE, FACTURA, Sale
from onapi.kinds.sale.note_rules import NOTE_RULES
from onapi.kinds.sale.party_rules import PARTY_RULES
from onapi.kinds.sale.payment_rules import PAYMENT_RULES
from onapi.kinds.sale.reference_rules import REFERENCE_RULES
from onapi.kinds.sale.totals_rules import SUM_RULES, TOTALS_RULES
from onapi.rules.rule import Level, Rule
from onapi.rules.sheet import rules_for
from onapi.values.number import is_series_for

_MOST_LINES = 999
_SHEET_DAY = date(2026, 2, 12)  # of the workbook; what SUNAT announced later is told by the rules themselves
_DEDUCTIBLE = frozenset({"84121901", "80131501"})  # SUNAT's product codes of mortgage and rent
_RECEIPTS: Mapping[str, str] = {FACTURA: "Factura", BOLETA: "Boleta"}


def _operation_fits(sale: Sale) -> bool:
    """Catalogue 51 names the receipts of each operation."""
    entry = catalog("51").get(sale.operation)
    return entry is not None and _RECEIPTS[sale.id.doctype] in entry.extra["receipts"]


def _deductible_told(sale: Sale) -> bool:
    return sale.operation != "0112" or any(line.sunat_code in _DEDUCTIBLE for line in sale.lines)


def _has_lines(sale: Sale) -> bool:
    return 1 <= len(sale.lines) <= _MOST_LINES


_HEAD: tuple[Rule[Sale], ...] = (
    Rule(
        "1001",
        "id.series",
        "La serie no corresponde al tipo de comprobante; facturas usan F y boletas B, con cuatro caracteres.",
        lambda s: is_series_for(s.id.doctype, s.id.series),
    ),
    Rule(
        "3088",
        "currency",
        "La moneda no está en el catálogo 02; use un código ISO 4217, como PEN o USD.",
        lambda s: is_listed("02", s.currency),
    ),
    Rule(
        "3206",
        "operation",
        "El tipo de operación no es de este comprobante; use un código del catálogo 51, como 0101.",
        _operation_fits,
    ),
    Rule(
        "due_date_before_issue",
        "due_date",
        "El vencimiento no puede ser anterior a la emisión.",
        lambda s: s.due_date is None or s.due_date >= s.issue_date,
    ),
    Rule("2023", "lines", "El comprobante necesita de 1 a 999 líneas.", _has_lines),
    Rule("2137", "lines", "La nota necesita de 1 a 999 líneas.", _has_lines),
    Rule(
        "3181",
        "lines",
        "Un gasto deducible (0112) necesita una línea con código SUNAT 80131501 (alquiler) u 84121901 (hipoteca).",
        _deductible_told,
    ),
)

SALE_RULES: tuple[Rule[Sale], ...] = (
    *_HEAD,
    *PARTY_RULES,
    *NOTE_RULES,
    *REFERENCE_RULES,
    *LINE_RULES,
    *ATTRIBUTE_RULES,
    *HAUL_RULES,
    *LINE_CHARGE_RULES,
    *LINE_TAX_RULES,
    *LINE_SUM_RULES,
    *CHARGE_RULES,
    *ADVANCE_RULES,
    *LEVY_RULES,
    *PAYMENT_RULES,
    *TOTALS_RULES,
)


def _of(doctype: str) -> tuple[Rule[Sale], ...]:
    return tuple(_as_announced(rule) for rule in rules_for(doctype, SALE_RULES))


def _as_announced(rule: Rule[Sale]) -> Rule[Sale]:
    """The sheet tells the levels of its day; all that SUNAT announced for later refuses (3496, 3507)."""
    later = rule.since is not None and rule.since > _SHEET_DAY
    return replace(rule, level=Level.ERROR) if later else rule


ARITHMETIC: frozenset[str] = frozenset(  # codes that only say that amounts do not add up
    rule.code
    for doctype in (FACTURA, BOLETA, CREDIT_NOTE, DEBIT_NOTE)
    for rule in rules_for(doctype, (*LINE_SUM_RULES, *SUM_RULES))
)
RULES: Mapping[str, tuple[Rule[Sale], ...]] = MappingProxyType(
    {doctype: _of(doctype) for doctype in (FACTURA, BOLETA, CREDIT_NOTE, DEBIT_NOTE)}
)
