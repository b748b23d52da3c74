"""What SUNAT asks of a sale (sheets Factura2_0 and Boleta2_0 of its validation workbook, v20260212).

Rules that hold by construction of our XML are not repeated here. Each sentence says what to do. What is asked of single
lines stands in `line_rules`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType

from onapi.facts.catalog import catalog, is_listed
from onapi.facts.rates import rate
from onapi.kinds.sale.blocks import CASH, CREDIT, Instalment, Payment, Reference
from onapi.kinds.sale.charge_rules import CHARGE_RULES, LARGEST
from onapi.kinds.sale.line_rules import LINE_RULES, decimals, is_export, is_under_igv
from onapi.kinds.sale.model import BOLETA, CREDIT_NOTE, DEBIT_NOTE, FACTURA, Sale
from onapi.rules.rule import Rule
from onapi.rules.sheet import rules_for
from onapi.tax.tribute import EXONERATED
from onapi.values.identity import ANONYMOUS, DNI, RUC, is_dni, is_other_document
from onapi.values.money import ZERO
from onapi.values.number import is_series_for

_RUC_SHAPE = re.compile(r"\d{11}", re.ASCII)
_NAME = re.compile(r"[^\n\r\t\f]{3,1500}")
_MOST_LINES = 999
_CENTS = 2  # decimals
_DEDUCTIBLE = frozenset({"84121901", "80131501"})  # mortgage and rent
_EXONERATED_ZONES = {"2001": "3283", "2002": "3284", "2003": "3285", "2008": "3289"}  # legend to rule


def _customer_type_fits(sale: Sale) -> bool:
    kind = sale.customer.id_type
    abroad = is_export(sale) or sale.operation == "0401"
    if not sale.is_factura:
        return not (kind == RUC and abroad) and (kind == ANONYMOUS or is_listed("06", kind))
    if abroad:
        domestic = sale.operation in {"0200", "0201", "0204"} and kind == RUC
        return not domestic and (kind == ANONYMOUS or is_listed("06", kind))
    return kind in {DNI, RUC} if sale.operation == "0112" else kind == RUC


def _boleta_customer_known(sale: Sale) -> bool:
    limit = rate("boleta_identified_above", sale.issue_date).value
    return sale.customer.id_type != ANONYMOUS or sale.currency != "PEN" or sale.totals.payable <= limit


def _other_id_fits(sale: Sale) -> bool:
    customer = sale.customer
    return customer.id_type in {RUC, DNI, ANONYMOUS} or is_other_document(customer.id_number)


def _operation_fits(sale: Sale) -> bool:
    entry = catalog("51").get(sale.operation)
    return entry is not None and entry.extra.get("factura" if sale.is_factura else "boleta") == "1"


def _deductible_is_told(sale: Sale) -> bool:
    return sale.operation != "0112" or any(line.sunat_code in _DEDUCTIBLE for line in sale.lines)


def _amounts(sale: Sale) -> Iterator[Decimal]:
    sums = sale.totals
    yield from (sums.line_extension, sums.taxes, sums.tax_inclusive, sums.allowances, sums.charges, sums.payable)
    for part in sums.tributes.values():
        yield from (part.base, part.tax)


def _one_rate(sale: Sale) -> bool:
    return len({line.igv_percent for line in sale.lines if is_under_igv(line)}) <= 1


def _ivap_alone(sale: Sale) -> bool:
    affectations = {line.affectation for line in sale.lines}
    return "17" not in affectations or affectations == {"17"}


def _zone_rule(legend: str, code: str) -> Rule[Sale]:
    def holds(sale: Sale) -> bool:
        return sale.totals.base(EXONERATED) > ZERO or all(x.code != legend for x in sale.legends)

    return Rule(code, "legends", f"La leyenda {legend} es de operaciones exoneradas y aquí no hay ninguna.", holds)


def _differ(references: tuple[Reference, ...]) -> bool:
    return len(set(references)) == len(references)


def _in_cents(amount: Decimal) -> bool:
    return ZERO <= amount <= LARGEST and decimals(amount) <= _CENTS


def _of_payment(holds: Callable[[Payment, Sale], bool]) -> Callable[[Sale], bool]:
    """A test of the payment, passed by what has none."""
    return lambda sale: sale.payment is None or holds(sale.payment, sale)


def _instalments_sum(payment: Payment, _: Sale) -> bool:
    return payment.form != CREDIT or payment.pending == sum((part.amount for part in payment.instalments), ZERO)


def _due_later(part: Instalment, sale: Sale) -> bool:
    return part.due > sale.issue_date


_GENERAL: tuple[Rule[Sale], ...] = (
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
        "2801",
        "customer.id_number",
        "El DNI del cliente debe tener 8 dígitos.",
        lambda s: s.customer.id_type != DNI or is_dni(s.customer.id_number),
    ),
    Rule(
        "2017",
        "customer.id_number",
        "El RUC del cliente debe tener 11 dígitos.",
        lambda s: s.customer.id_type != RUC or bool(_RUC_SHAPE.fullmatch(s.customer.id_number)),
    ),
    Rule("2802", "customer.id_number", "El documento del cliente admite hasta 15 letras o números.", _other_id_fits),
    Rule(
        "2022",
        "customer.name",
        "El nombre del cliente debe tener de 3 a 1500 caracteres, sin saltos de línea.",
        lambda s: bool(_NAME.fullmatch(s.customer.name)),
    ),
    Rule("2023", "lines", "El comprobante necesita de 1 a 999 líneas.", lambda s: 1 <= len(s.lines) <= _MOST_LINES),
    *LINE_RULES,
    Rule("3462", "lines", "Todas las líneas gravadas deben llevar la misma tasa de IGV.", _one_rate),
    Rule("2644", "lines", "El arroz pilado (IVAP, afectación 17) va solo en su comprobante.", _ivap_alone),
    *CHARGE_RULES,
    Rule(
        "2062",
        "totals.payable",
        "Los importes admiten hasta 12 enteros y no pueden ser negativos; los descuentos superan la venta.",
        lambda s: all(ZERO <= amount <= LARGEST for amount in _amounts(s)),
    ),
    Rule("3303", "totals.rounding", "El redondeo no puede pasar de 1.00.", lambda s: abs(s.totals.rounding) <= 1),
    Rule(
        "due_date_before_issue",
        "due_date",
        "El vencimiento no puede ser anterior a la emisión.",
        lambda s: s.due_date is None or s.due_date >= s.issue_date,
    ),
    Rule(
        "3027",
        "legends",
        "El código de leyenda no está en el catálogo 52.",
        lambda s: all(is_listed("52", legend.code) for legend in s.legends),
    ),
    *(_zone_rule(legend, code) for legend, code in _EXONERATED_ZONES.items()),
    Rule("2364", "guides", "La misma guía de remisión está dos veces; déjela una.", lambda s: _differ(s.guides)),
    Rule("2365", "related", "El mismo documento relacionado está dos veces; déjelo una.", lambda s: _differ(s.related)),
)

SALE_RULES: tuple[Rule[Sale], ...] = (
    *_GENERAL,
    Rule(
        "3181",
        "lines",
        "Un gasto deducible (0112) necesita una línea con código SUNAT 80131501 (alquiler) u 84121901 (hipoteca).",
        _deductible_is_told,
    ),
    Rule(
        "3206",
        "operation",
        "El tipo de operación no es de este comprobante; use un código del catálogo 51, como 0101.",
        _operation_fits,
    ),
    Rule(
        "2800",
        "customer.id_type",
        "El tipo de documento del cliente no se permite en esta factura; use 6 (RUC); en una boleta, 1 (DNI) o - si no se identifica.",
        _customer_type_fits,
    ),
    Rule(
        "3246",
        "payment.form",
        "La forma de pago debe ser Contado o Credito.",
        _of_payment(lambda p, _: p.form in {CASH, CREDIT}),
    ),
    Rule(
        "3247",
        "payment.instalments",
        "Una venta al contado no lleva cuotas; quítelas o use Credito.",
        _of_payment(lambda p, _: p.form != CASH or not p.instalments),
    ),
    Rule(
        "3249",
        "payment.instalments",
        "Una venta al crédito necesita al menos una cuota con monto y fecha.",
        _of_payment(lambda p, _: p.form != CREDIT or bool(p.instalments)),
    ),
    Rule(
        "3250",
        "payment.pending",
        "El monto pendiente de pago admite hasta 12 enteros y 2 decimales.",
        _of_payment(lambda p, _: p.pending is None or _in_cents(p.pending)),
    ),
    Rule(
        "3253",
        "payment.instalments",
        "El monto de cada cuota debe ser mayor que cero, con hasta 2 decimales.",
        _of_payment(lambda p, _: all(part.amount > ZERO and _in_cents(part.amount) for part in p.instalments)),
    ),
    Rule(
        "3265",
        "payment.pending",
        "El monto pendiente de pago no puede superar el total.",
        _of_payment(lambda p, s: p.pending is None or p.pending <= s.totals.payable),
    ),
    Rule(
        "3319",
        "payment.pending",
        "Las cuotas deben sumar exactamente el monto pendiente de pago.",
        _of_payment(_instalments_sum),
    ),
    Rule(
        "3266",
        "payment.instalments",
        "Ninguna cuota puede superar el total.",
        _of_payment(lambda p, s: all(part.amount <= s.totals.payable for part in p.instalments)),
    ),
    Rule(
        "3267",
        "payment.instalments",
        "Las cuotas vencen después de la fecha de emisión.",
        _of_payment(lambda p, s: all(_due_later(part, s) for part in p.instalments)),
    ),
    Rule(
        "2514",
        "customer.id_number",
        "Una boleta de más de S/ 700 necesita el documento y nombre del cliente.",
        _boleta_customer_known,
        only=("03",),
    ),
)

RULES: Mapping[str, tuple[Rule[Sale], ...]] = MappingProxyType(
    {doctype: rules_for(doctype, SALE_RULES) for doctype in (FACTURA, BOLETA, CREDIT_NOTE, DEBIT_NOTE)}
)
