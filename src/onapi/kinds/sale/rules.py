"""What SUNAT asks of a sale (sheets Factura2_0 and Boleta2_0 of its validation workbook, v20260212).

Rules that hold by construction of our XML are not repeated here. Each sentence says what to do.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from onapi.facts.catalog import catalog, is_listed
from onapi.facts.rates import accepted_igv_rates, rate
from onapi.kinds.sale.model import CASH, CREDIT, Instalment, Line, Sale
from onapi.rules.rule import Level, Rule
from onapi.tax.tribute import EXPORT, FREE, IGV, IVAP, ONEROUS
from onapi.values.identity import ANONYMOUS, DNI, RUC, is_dni, is_other_document
from onapi.values.money import ZERO
from onapi.values.number import is_series_for

EXPORTS = frozenset({"0200", "0201", "0202", "0203", "0204", "0205", "0206", "0207", "0208"})
_RUC_SHAPE = re.compile(r"\d{11}", re.ASCII)
_NAME = re.compile(r"[^\n\r\t\f]{3,1500}")
_PRODUCT_CODE = re.compile(r"[^\n\r\t\f]{1,30}")
_LARGEST = Decimal("999999999999.99")
_LEAST_TAXED = Decimal("0.06")
_OBSERVED = Level.OBSERVATION
_MOST_LINES = 999
_MOST_DECIMALS = 10
_LONGEST_DESCRIPTION = 500


def _is_export(sale: Sale) -> bool:
    return sale.operation in EXPORTS


def _customer_type_fits(sale: Sale) -> bool:
    kind = sale.customer.id_type
    if _is_export(sale) or sale.operation == "0401":
        domestic = sale.operation in {"0200", "0201", "0204"} and kind == RUC
        return not domestic and (kind == ANONYMOUS or is_listed("06", kind))
    if sale.operation == "0112":
        return kind in {DNI, RUC}
    if sale.operation == "2106":
        return kind in {"7", "B", "G"}
    return kind == RUC


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


def _tax_amounts(sale: Sale) -> Iterator[Decimal]:
    sums = sale.totals
    yield from (sums.line_extension, sums.taxes, sums.tax_inclusive, sums.allowances, sums.charges, sums.payable)


def _free_or_priced(line: Line, _: Sale) -> bool:
    return line.amounts.unit_value > ZERO


def _tribute_fits_rate(line: Line, sale: Sale) -> bool:
    return line.amounts.tribute != IGV or line.igv_percent in accepted_igv_rates(sale.issue_date)


def _one_rate(sale: Sale) -> bool:
    return len({line.igv_percent for line in sale.lines if line.amounts.tribute == IGV}) <= 1


def _ivap_alone(sale: Sale) -> bool:
    paid = {line.amounts.tribute for line in sale.lines} - {FREE}
    return IVAP not in paid or paid == {IVAP}


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
    Rule(
        "2936",
        "unit",
        "La unidad de medida no está en el catálogo 03; use NIU para bienes o ZZ para servicios.",
        lambda x, _: is_listed("03", x.unit),
        over="lines",
    ),
    Rule(
        "2025",
        "quantity",
        "La cantidad debe ser mayor que cero, con hasta 12 enteros y 10 decimales.",
        lambda x, _: ZERO < x.quantity <= _LARGEST and -x.quantity.as_tuple().exponent <= _MOST_DECIMALS,
        over="lines",
    ),
    Rule(
        "2027",
        "description",
        "La descripción debe tener de 1 a 500 caracteres.",
        lambda x, _: 1 <= len(x.description.strip()) <= _LONGEST_DESCRIPTION,
        over="lines",
    ),
    Rule(
        "2369",
        "amounts.unit_value",
        "El valor unitario debe ser mayor que cero; en una línea gratuita ponga su valor referencial.",
        _free_or_priced,
        over="lines",
    ),
    Rule(
        "2040",
        "affectation",
        "El tipo de afectación del IGV no está en el catálogo 07; use 10 si la línea está gravada.",
        lambda x, _: is_listed("07", x.affectation),
        over="lines",
    ),
    Rule(
        "2642",
        "affectation",
        "En una exportación todas las líneas llevan la afectación 40.",
        lambda x, s: not _is_export(s) or x.affectation == "40",
        over="lines",
    ),
    Rule(
        "3107",
        "affectation",
        "La afectación 40 solo va en operaciones de exportación (0200 a 0208).",
        lambda x, s: x.amounts.tribute != EXPORT or _is_export(s),
        over="lines",
    ),
    Rule(
        "3462",
        "igv_percent",
        "La tasa del IGV no está vigente en la fecha de emisión; use 18, o la del régimen MYPE si le corresponde.",
        _tribute_fits_rate,
        over="lines",
    ),
    Rule("3462", "lines", "Todas las líneas gravadas deben llevar la misma tasa de IGV.", _one_rate),
    Rule("2644", "lines", "El arroz pilado (IVAP, afectación 17) va solo en su comprobante.", _ivap_alone),
    Rule(
        "3111",
        "amounts.igv",
        "El IGV de una línea gravada no puede ser cero; revise valor y tasa.",
        lambda x, _: x.amounts.tribute not in {IGV, IVAP} or x.amounts.igv_base <= _LEAST_TAXED or x.amounts.igv > ZERO,
        over="lines",
    ),
    Rule(
        "2370",
        "amounts.net",
        "El valor de venta de la línea no puede ser negativo; el descuento supera su valor.",
        lambda x, _: x.amounts.net >= ZERO,
        over="lines",
    ),
    Rule(
        "3105",
        "amounts.tribute",
        "La línea necesita un tributo: gravado, exonerado, inafecto, exportación o gratuito.",
        lambda x, _: x.amounts.tribute in (*ONEROUS, FREE),
        over="lines",
    ),
    Rule(
        "4269",
        "product_code",
        "El código de producto admite hasta 30 caracteres, sin saltos de línea.",
        lambda x, _: not x.product_code or bool(_PRODUCT_CODE.fullmatch(x.product_code)),
        over="lines",
        level=_OBSERVED,
    ),
    Rule(
        "3071",
        "code",
        "El código de descuento o cargo no está en el catálogo 53.",
        lambda c, _: is_listed("53", c.code),
        over="charges",
    ),
    Rule(
        "2968",
        "amount",
        "El importe del descuento o cargo no puede ser negativo.",
        lambda c, _: c.amount >= ZERO,
        over="charges",
    ),
    Rule(
        "2062",
        "totals.payable",
        "Los importes admiten hasta 12 enteros y no pueden ser negativos; los descuentos superan la venta.",
        lambda s: all(ZERO <= amount <= _LARGEST for amount in _tax_amounts(s)),
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
        "code",
        "El código de leyenda no está en el catálogo 52.",
        lambda x, _: is_listed("52", x.code),
        over="legends",
    ),
)

FACTURA_RULES: tuple[Rule[Sale], ...] = (
    *SHARED,
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
        "El tipo de documento del cliente no está en el catálogo 06; use 1 (DNI) o - si no se identifica.",
        lambda s: s.customer.id_type == ANONYMOUS or is_listed("06", s.customer.id_type),
    ),
    Rule(
        "2514",
        "customer.id_number",
        "Una boleta de más de S/ 700 necesita el documento y nombre del cliente.",
        _boleta_customer_known,
    ),
)
