"""What SUNAT asks of the documents that a sale names and of the sentences it carries (sheets of v20260212)."""

import re
from collections.abc import Mapping

from onapi.facts.catalog import is_listed
from onapi.kinds.sale.blocks import Reference
from onapi.kinds.sale.levies import UNDER_DETRACCION
from onapi.kinds.sale.model import BOLETA, CREDIT_NOTE, DEBIT_NOTE, FACTURA, Sale
from onapi.kinds.sale.sorts import INVOICES, NOTE_KINDS, reason
from onapi.rules.rule import Rule
from onapi.rules.shapes import is_line, is_line_or_nothing, is_word
from onapi.tax.tribute import EXONERATED, FREE
from onapi.values.money import ZERO

_GUIDE_NUMBER = re.compile(r"(?:[TV][A-Z0-9]{3}|\d{4}|EG0[1-4]|EG07|G\d{3})-\d{1,8}", re.ASCII)
_GUIDES = frozenset({"09", "31"})  # catalogue 01
_RELATED: Mapping[str, frozenset[str]] = {  # catalogue 12: what each kind may name
    FACTURA: frozenset({"02", "03", "04", "05", "06", "07", "08", "09", "99"}),
    BOLETA: frozenset({"02", "03", "04", "05", "08", "09", "99"}),
    CREDIT_NOTE: frozenset({"01", "04", "05", "99"}),
    DEBIT_NOTE: frozenset({"04", "05", "99"}),
}
_PAID_IN_ADVANCE = frozenset({"02", "03"})
_OTHERS = "99"
_OTHER_CONCEPTS = "10"  # catalogue 09
_LEAST_IN_NOTE = 6  # characters of a number
_LONGEST_NUMBER = 30
_LONGEST_LEGEND = 200
_DETRACCION, _IVAP, _FREE = "2006", "2007", "1002"  # catalogue 52
_IVAP_GOODS = "17"
_ZONES = (  # legend, rule of the factura, rule of the boleta
    ("2001", "3283", "4022"),
    ("2002", "3284", "4023"),
    ("2003", "3285", "4024"),
    ("2008", "3289", "4244"),
)


def _differ(references: tuple[Reference, ...]) -> bool:
    return len(set(references)) == len(references)


def _number_fits(reference: Reference, sale: Sale) -> bool:
    return is_word(reference.number, _LEAST_IN_NOTE if sale.is_note else 1, _LONGEST_NUMBER)


def _others(sale: Sale) -> int:
    return sum(reference.doctype == _OTHERS for reference in sale.related)


def _carries(sale: Sale, legend: str) -> bool:
    return any(found.code == legend for found in sale.legends)


def _ivap_told(sale: Sale) -> bool:
    rice = any(line.affectation == _IVAP_GOODS and line.amounts.igv_base > ZERO for line in sale.lines)
    return not rice or _carries(sale, _IVAP)


def _free_has_value(sale: Sale) -> bool:
    return FREE not in sale.totals.tributes or bool(sale.totals.base(FREE)) or not _carries(sale, _FREE)


def _zone_rules(legend: str, factura: str, boleta: str) -> tuple[Rule[Sale], ...]:
    def holds(sale: Sale) -> bool:
        return sale.totals.base(EXONERATED) > ZERO or not _carries(sale, legend)

    sentence = f"La leyenda {legend} es de operaciones exoneradas y aquí no hay ninguna; quítela."
    return (
        Rule(factura, "legends", sentence, holds, only=(FACTURA,)),
        Rule(boleta, "legends", sentence, holds, only=(BOLETA,)),
    )


_DOCUMENTS: tuple[Rule[Sale], ...] = (
    Rule("2364", "guides", "La misma guía de remisión está dos veces; déjela una.", lambda s: _differ(s.guides)),
    Rule(
        "4006",
        "number",
        "El número de la guía debe ser como T001-123 (remitente), V001-123 (transportista) o EG01-123.",
        lambda g, _: _GUIDE_NUMBER.fullmatch(g.number) is not None,
        over="guides",
    ),
    Rule(
        "4005",
        "doctype",
        "Una guía es de tipo 09 (remitente) o 31 (transportista).",
        lambda g, _: g.doctype in _GUIDES,
        over="guides",
    ),
    Rule(
        "2365",
        "related",
        "El mismo documento relacionado está dos veces; déjelo una.",
        lambda s: _differ(s.related),
        only=INVOICES,
    ),
    Rule(
        "2426",
        "related",
        "El mismo documento relacionado está dos veces; déjelo una.",
        lambda s: _differ(s.related),
        only=NOTE_KINDS,
    ),
    Rule(
        "4010",
        "number",
        "El número del documento relacionado admite hasta 30 caracteres sin espacios; en una nota, desde 6.",
        _number_fits,
        over="related",
    ),
    Rule(
        "4009",
        "doctype",
        "El tipo del documento relacionado no va con este comprobante; use uno del catálogo 12, como 05 o 99.",
        lambda r, s: r.doctype in _RELATED[s.id.doctype],
        over="related",
    ),
    Rule(
        "3216",
        "doctype",
        "Una factura (02) o boleta (03) de anticipo no va en `relDocs`; póngala en `anticipos` con su importe.",
        lambda r, _: r.doctype not in _PAID_IN_ADVANCE,
        over="related",
    ),
    Rule(
        "2635",
        "related",
        "Una nota de motivo 10 (otros conceptos) nombra un solo documento de tipo 99.",
        lambda s: reason(s) != _OTHER_CONCEPTS or _others(s) <= 1,
    ),
    Rule(
        "2637",
        "doctype",
        "Una nota de motivo 10 (otros conceptos) solo nombra documentos de tipo 99.",
        lambda r, s: reason(s) != _OTHER_CONCEPTS or r.doctype == _OTHERS,
        over="related",
    ),
    Rule(
        "4233",
        "purchase_order",
        "La orden de compra admite hasta 20 caracteres, sin saltos de línea.",
        lambda s: is_line_or_nothing(s.purchase_order, 1, 20),
    ),
)
_LEGENDS: tuple[Rule[Sale], ...] = (
    Rule(
        "3027",
        "legends",
        "El código de leyenda no está en el catálogo 52.",
        lambda s: all(is_listed("52", legend.code) for legend in s.legends),
    ),
    Rule(
        "3006",
        "legends",
        "El texto de una leyenda debe tener de 1 a 200 caracteres, sin saltos de línea.",
        lambda s: all(is_line(legend.text, 1, _LONGEST_LEGEND) for legend in s.legends),
    ),
    *(rule for zone in _ZONES for rule in _zone_rules(*zone)),
    Rule(
        "4264",
        "legends",
        "Con arroz pilado (afectación 17) va la leyenda 2007; añádala.",
        _ivap_told,
    ),
    Rule(
        "4265",
        "legends",
        "Con detracción (operación 1001 a 1004) va la leyenda 2006; añádala.",
        lambda s: s.operation not in UNDER_DETRACCION or _carries(s, _DETRACCION),
    ),
    Rule(
        "2416",
        "totals.free",
        "Con la leyenda 1002 el total de lo gratuito no puede ser cero; corríjalo o quítelo para que se calcule.",
        _free_has_value,
    ),
)

REFERENCE_RULES: tuple[Rule[Sale], ...] = (*_DOCUMENTS, *_LEGENDS)
