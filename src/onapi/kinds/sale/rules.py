"""What SUNAT asks of a sale (sheets Factura2_0 and Boleta2_0 of its validation workbook, v20260212).

Rules that hold by construction of our XML are not repeated here. Each sentence says what to do. What is asked of single
lines stands in `line_rules`.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from onapi.facts.catalog import catalog, is_listed
from onapi.facts.rates import rate
from onapi.kinds.sale.charge_rules import CHARGE_RULES, LARGEST
from onapi.kinds.sale.line_rules import LINE_RULES, decimals, is_export, is_under_igv
from onapi.kinds.sale.model import CASH, CREDIT, Instalment, Reference, Sale
from onapi.rules.rule import Rule
from onapi.tax.tribute import EXONERATED
from onapi.values.identity import ANONYMOUS, DNI, RUC, is_dni, is_other_document
from onapi.values.money import ZERO
from onapi.values.number import is_series_for

_RUC_SHAPE = re.compile(r"\d{11}", re.ASCII)
_NAME = re.compile(r"[^\n\r\t\f]{3,1500}")
_MOST_LINES = 999
_CENTS = 2  # decimals
# What these need beside amounts (detracción, percepción, place of delivery, data of the trade) is not written yet.
_NOT_YET = frozenset({"0201", "0208", "0301", "0302", "2002", "2106"})
_NOT_YET_TENS = ("100", "200", "210")
_DEDUCTIBLE = frozenset({"84121901", "80131501"})  # mortgage and rent
_EXONERATED_ZONES = {"2001": "3283", "2002": "3284", "2003": "3285", "2008": "3289"}  # legend to rule


def _customer_type_fits(sale: Sale) -> bool:
    kind = sale.customer.id_type
    if is_export(sale) or sale.operation == "0401":
        domestic = sale.operation in {"0200", "0201", "0204"} and kind == RUC
        return not domestic and (kind == ANONYMOUS or is_listed("06", kind))
    if sale.operation == "0112":
        return kind in {DNI, RUC}
    return kind == RUC


def _boleta_customer_type_fits(sale: Sale) -> bool:
    kind = sale.customer.id_type
    if kind == RUC and (is_export(sale) or sale.operation == "0401"):
        return False
    return kind == ANONYMOUS or is_listed("06", kind)


def _boleta_customer_known(sale: Sale) -> bool:
    limit = rate("boleta_identified_above", sale.issue_date).value
    return sale.customer.id_type != ANONYMOUS or sale.currency != "PEN" or sale.totals.payable <= limit


def _other_id_fits(sale: Sale) -> bool:
    customer = sale.customer
    return customer.id_type in {RUC, DNI, ANONYMOUS} or is_other_document(customer.id_number)


def _operation_fits(column: str) -> Rule[Sale]:
    def holds(sale: Sale) -> bool:
        entry = catalog("51").get(sale.operation)
        return entry is not None and entry.extra.get(column) == "1"

    return Rule(
        "3206",
        "operation",
        "El tipo de operación no es de este comprobante; use un código del catálogo 51, como 0101.",
        holds,
    )


def _operation_is_whole(sale: Sale) -> bool:
    return sale.operation not in _NOT_YET and not sale.operation.startswith(_NOT_YET_TENS)


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


def _instalments_sum(sale: Sale) -> bool:
    payment = sale.payment
    return payment.form != CREDIT or payment.pending == sum((part.amount for part in payment.instalments), ZERO)


def _due_later(part: Instalment, sale: Sale) -> bool:
    return part.due > sale.issue_date


SHARED: tuple[Rule[Sale], ...] = (
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
        "not_supported",
        "operation",
        "Este tipo de operación necesita datos que todavía no se procesan; el comprobante no se tomó.",
        _operation_is_whole,
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

FACTURA_RULES: tuple[Rule[Sale], ...] = (
    *SHARED,
    Rule(
        "3181",
        "lines",
        "Un gasto deducible (0112) necesita una línea con código SUNAT 80131501 (alquiler) u 84121901 (hipoteca).",
        _deductible_is_told,
    ),
    _operation_fits("factura"),
    Rule(
        "2800",
        "customer.id_type",
        "El tipo de documento del cliente no se permite en esta factura; use 6 (RUC).",
        _customer_type_fits,
    ),
    Rule(
        "3246",
        "payment.form",
        "La forma de pago debe ser Contado o Credito.",
        lambda s: s.payment.form in {CASH, CREDIT},
    ),
    Rule(
        "3247",
        "payment.instalments",
        "Una venta al contado no lleva cuotas; quítelas o use Credito.",
        lambda s: s.payment.form != CASH or not s.payment.instalments,
    ),
    Rule(
        "3249",
        "payment.instalments",
        "Una venta al crédito necesita al menos una cuota con monto y fecha.",
        lambda s: s.payment.form != CREDIT or bool(s.payment.instalments),
    ),
    Rule(
        "3250",
        "payment.pending",
        "El monto pendiente de pago admite hasta 12 enteros y 2 decimales.",
        lambda s: s.payment.pending is None or _in_cents(s.payment.pending),
    ),
    Rule(
        "3253",
        "payment.instalments",
        "El monto de cada cuota debe ser mayor que cero, con hasta 2 decimales.",
        lambda s: all(part.amount > ZERO and _in_cents(part.amount) for part in s.payment.instalments),
    ),
    Rule(
        "3265",
        "payment.pending",
        "El monto pendiente de pago no puede superar el total.",
        lambda s: s.payment.pending is None or s.payment.pending <= s.totals.payable,
    ),
    Rule("3319", "payment.pending", "Las cuotas deben sumar exactamente el monto pendiente de pago.", _instalments_sum),
    Rule(
        "3266",
        "payment.instalments",
        "Ninguna cuota puede superar el total.",
        lambda s: all(part.amount <= s.totals.payable for part in s.payment.instalments),
    ),
    Rule(
        "3267",
        "payment.instalments",
        "Las cuotas vencen después de la fecha de emisión.",
        lambda s: all(_due_later(part, s) for part in s.payment.instalments),
    ),
)

BOLETA_RULES: tuple[Rule[Sale], ...] = (
    *SHARED,
    _operation_fits("boleta"),
    Rule(
        "2800",
        "customer.id_type",
        "El tipo de documento del cliente no está en el catálogo 06, o es RUC en una exportación; use 1 (DNI) o - si no"
        " se identifica.",
        _boleta_customer_type_fits,
    ),
    Rule(
        "2514",
        "customer.id_number",
        "Una boleta de más de S/ 700 necesita el documento y nombre del cliente.",
        _boleta_customer_known,
    ),
)
