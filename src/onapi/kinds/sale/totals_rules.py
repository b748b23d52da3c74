"""What SUNAT asks of the totals of a sale: their size, and that they follow from the lines (sheets of v20260212)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from onapi.kinds.sale.model import DEBIT_NOTE, FACTURA, Sale
from onapi.kinds.sale.sorts import INVOICES, NRUS, is_export, is_under_igv, per_modified
from onapi.kinds.sale.sums import (
    Follows,
    allowances,
    charges,
    collected,
    excise,
    excise_base,
    free_tax,
    line_extension,
    payable,
    summed,
    tax_inclusive,
    tax_of,
    value_of,
)
from onapi.rules.rule import Rule
from onapi.rules.shapes import fits, near
from onapi.tax.charge import ADVANCE_EXONERATED, ADVANCE_ISC, ADVANCE_TAXED, ADVANCE_UNAFFECTED
from onapi.tax.tribute import EXONERATED, EXPORT, FREE, ICBPER, IGV, ISC, IVAP, OTHER, UNAFFECTED
from onapi.values.money import ZERO

_WITHOUT = "; corríjalo o envíe el documento sin él para que se calcule."
_IN_NOTE = " (en una nota, sin descuentos globales ni anticipos)"
_LIMITS = "no puede ser negativo y admite hasta 12 enteros; revise líneas, descuentos y anticipos."
_FIRST_BAG_TAX = date(2019, 8, 1)
_NOT_EXPORTED = frozenset({IGV, IVAP, ISC, EXONERATED, UNAFFECTED, OTHER})


def _one_rate(sale: Sale) -> bool:
    return sale.operation == NRUS or len({line.igv_percent for line in sale.lines if is_under_igv(line)}) <= 1


def _ivap_alone(sale: Sale) -> bool:
    affectations = {line.affectation for line in sale.lines if line.amounts.igv_base > ZERO}
    return "17" not in affectations or len(affectations) == 1


def _no_excise_with_ivap(sale: Sale) -> bool:
    return sale.totals.base(ISC) <= ZERO or all(line.affectation != "17" for line in sale.lines)


def _free_counted(sale: Sale) -> bool:
    if FREE not in sale.totals.tributes or sale.totals.base(FREE):
        return True
    return all(line.amounts.tribute != FREE or line.amounts.unit_price <= ZERO for line in sale.lines)


def _bag_tax_in_time(sale: Sale) -> bool:
    return sale.totals.tax(ICBPER) <= ZERO or sale.issue_date >= _FIRST_BAG_TAX


def _base(code: str, name: str, label: str, tribute: str, follows: Follows) -> Rule[Sale]:
    def holds(sale: Sale) -> bool:
        part = sale.totals.tributes.get(tribute)
        return part is None or near(part.base, follows(sale))

    return Rule(code, f"totals.{name}", f"{label} no corresponde a las líneas{_WITHOUT}", holds)


def _tax(code: str, name: str, label: str, tribute: str, follows: Follows) -> Rule[Sale]:
    def holds(sale: Sale) -> bool:
        part = sale.totals.tributes.get(tribute)
        return part is None or near(part.tax, follows(sale))

    return Rule(code, f"totals.{name}", f"{label} no corresponde a las líneas{_WITHOUT}", holds)


def _sum(code: str, name: str, label: str, follows: Follows) -> Rule[Sale]:
    def holds(sale: Sale) -> bool:
        stands: Decimal = getattr(sale.totals, name)
        return near(stands, follows(sale))

    return Rule(code, f"totals.{name}", f"{label} no corresponde a los demás importes{_WITHOUT}", holds)


def _size(code: str, name: str, label: str, amount: Callable[[Sale], Decimal]) -> Rule[Sale]:
    return Rule(code, f"totals.{name}", f"{label} {_LIMITS}", lambda s: fits(amount(s)))


def _sizes_fit(pick: Callable[[Sale, str], Decimal]) -> Callable[[Sale], bool]:
    return lambda sale: all(fits(pick(sale, code)) for code in sale.totals.tributes)


def _bags_follow(sale: Sale) -> bool:
    return sale.totals.tax(ICBPER) == sum([line.amounts.icbper for line in sale.lines], ZERO)


def _others_follow(sale: Sale) -> bool:
    """To the céntimo in a factura, within the tolerance elsewhere."""
    part = sale.totals.tributes.get(OTHER)
    if part is None:
        return True
    bases = sum([line.amounts.other_base for line in sale.lines if line.amounts.other], ZERO)
    return part.base == bases if sale.id.doctype == FACTURA else near(part.base, bases)


def _igv_follows(sale: Sale) -> bool:
    """In a boleta of the NRUS only where there is any (row 349)."""
    part = sale.totals.tributes.get(IGV)
    if part is None or (sale.operation == NRUS and part.tax <= ZERO):
        return True
    return near(part.tax, tax_of(IGV, ADVANCE_TAXED, ADVANCE_ISC)(sale))


def _whole_follows(sale: Sale) -> bool:
    """A boleta of the NRUS is let off, unless it sells rice (rows 416, 417)."""
    if sale.operation == NRUS and IVAP not in sale.totals.tributes:
        return True
    return near(sale.totals.tax_inclusive, tax_inclusive(sale))


_SIZES: tuple[Rule[Sale], ...] = (
    _size("2062", "payable", "El importe total", lambda s: s.totals.payable),
    _size("2031", "line_extension", "El total valor de venta", lambda s: s.totals.line_extension),
    _size("3019", "tax_inclusive", "El total precio de venta", lambda s: s.totals.tax_inclusive),
    _size("3020", "taxes", "El total de tributos", lambda s: s.totals.taxes),
    _size("2065", "allowances", "El total de descuentos", lambda s: s.totals.allowances),
    _size("2064", "charges", "El total de cargos", lambda s: s.totals.charges),
    Rule("2999", "totals.taxed", f"La base de un tributo {_LIMITS}", _sizes_fit(lambda s, code: s.totals.base(code))),
    Rule("2048", "totals.igv", f"El total de un tributo {_LIMITS}", _sizes_fit(lambda s, code: s.totals.tax(code))),
    *per_modified(
        (Rule("3303", "totals.rounding", "El redondeo no puede pasar de 1.00.", lambda s: abs(s.totals.rounding) <= 1),)
    ),
)
_COMPOSITION: tuple[Rule[Sale], ...] = (
    Rule("3462", "lines", "Todas las líneas gravadas deben llevar la misma tasa de IGV.", _one_rate),
    Rule(
        "2644",
        "lines",
        "El arroz pilado (IVAP, afectación 17) va solo en su comprobante.",
        _ivap_alone,
        only=INVOICES,
    ),
    Rule(
        "3107",
        "operation",
        "Una exportación (0200 a 0208) no lleva otros tributos ni operaciones gravadas, exoneradas o inafectas.",
        lambda s: not is_export(s) or not _NOT_EXPORTED.intersection(s.totals.tributes),
        only=INVOICES,
    ),
    Rule("2650", "totals.isc", "El ISC no va con arroz pilado (IVAP); quítelo.", _no_excise_with_ivap),
    Rule(
        "2641",
        "totals.free",
        "El total de lo gratuito no puede ser cero; corríjalo o quítelo para que se calcule.",
        _free_counted,
    ),
    Rule("2949", "totals.icbper", "Antes del 1 de agosto de 2019 no había ICBPER; quítelo.", _bag_tax_in_time),
)
SUM_RULES: tuple[Rule[Sale], ...] = (
    *per_modified(
        (
            _base("3273", "export", "El total de exportación", EXPORT, value_of(EXPORT)),
            _base("3275", "exonerated", "El total exonerado", EXONERATED, value_of(EXONERATED, ADVANCE_EXONERATED)),
            _base("3274", "unaffected", "El total inafecto", UNAFFECTED, value_of(UNAFFECTED, ADVANCE_UNAFFECTED)),
            _base("3276", "free", "El total de lo gratuito", FREE, value_of(FREE)),
            _base("3277", "taxed", f"El total gravado{_IN_NOTE}", IGV, value_of(IGV, ADVANCE_TAXED, on_base=True)),
            _base("3293", "ivap_base", "La base del IVAP", IVAP, value_of(IVAP, ADVANCE_TAXED, on_base=True)),
            Rule(
                "3291",
                "totals.igv",
                f"El IGV{_IN_NOTE} no es su base por la tasa de las líneas{_WITHOUT}",
                _igv_follows,
            ),
            _tax("3295", "ivap", "El IVAP", IVAP, tax_of(IVAP, ADVANCE_TAXED)),
            _base("3296", "isc_base", "La base del ISC", ISC, excise_base),
            _tax("3298", "isc", "El ISC", ISC, excise),
            Rule(
                "3297",
                "totals.other_base",
                f"La base de otros tributos no corresponde a las líneas{_WITHOUT}",
                _others_follow,
            ),
            _tax("3299", "other", "El total de otros tributos", OTHER, summed(lambda x: x.amounts.other)),
            Rule(
                "3306",
                "totals.icbper",
                f"El ICBPER debe ser exactamente el de las líneas{_WITHOUT}",
                _bags_follow,
            ),
            _sum("3294", "taxes", "El total de tributos", collected),
            _sum("3280", "payable", f"El importe total{_IN_NOTE}", payable),
        )
    ),
    *per_modified(
        (_tax("3302", "free_igv", "El IGV de lo gratuito", FREE, free_tax),),
        notes=(DEBIT_NOTE,),
    ),
    _sum("3278", "line_extension", "El total valor de venta", line_extension),
    Rule(
        "3279",
        "totals.tax_inclusive",
        f"El total precio de venta no corresponde a los demás importes{_WITHOUT}",
        _whole_follows,
    ),
    _sum("3300", "allowances", "El total de descuentos que no afectan la base", allowances),
    _sum("3301", "charges", "El total de cargos que no afectan la base", charges),
)

TOTALS_RULES: tuple[Rule[Sale], ...] = (*_COMPOSITION, *_SIZES, *SUM_RULES)
