"""Whether the amounts that stand in a purchase follow from each other, added up as SUNAT adds them.

Nothing is rounded here, as SUNAT rounds nothing before it compares. Our own amounts always agree; those that a caller
insists on (`options.totals` trust), or that are each within the tolerance, may contradict one another: SUNAT takes such
a document and remarks on it (rows 134 to 342 of sheet LiquidacionCompra2_0, v20260212).
"""

from collections.abc import Callable
from decimal import Decimal

from onapi.facts.rates import rate
from onapi.kinds.purchase.amounts import ADVANCE_RENTA, igv_of, net_of, renta_of, value_of
from onapi.kinds.purchase.model import Line, Purchase
from onapi.rules.rule import Level, Rule
from onapi.rules.shapes import fits, near, share
from onapi.tax.charge import ADVANCE_EXONERATED, ADVANCE_TAXED, ADVANCE_UNAFFECTED, sum_of
from onapi.tax.tribute import EXONERATED, FREE, IGV, UNAFFECTED
from onapi.values.money import ZERO

_LINE = "contradice a los demás importes de su línea; envíe la línea sin él para que se calcule."
_SUM = "no corresponde a la suma de las líneas; envíe el documento sin él para que se calcule."

Follows = Callable[[Purchase], Decimal]


def _line_igv(purchase: Purchase) -> Decimal:
    """IGV by the law's rate of the day, whatever the lines say (rules 4290, 4310)."""
    base = sum((x.amounts.igv_base for x in purchase.lines if x.amounts.tribute == IGV), ZERO)
    return share(base, rate("igv", purchase.issue_date).value)


def _igv_due(purchase: Purchase) -> Decimal:
    less = sum_of(purchase.deductions, ADVANCE_TAXED)
    return _line_igv(purchase) - share(less, rate("igv", purchase.issue_date).value)


def _value_less(tribute: str, code: str) -> Follows:
    return lambda p: net_of(p.lines, tribute) - sum_of(p.deductions, code)


def _other(purchase: Purchase) -> Decimal:
    return sum((line.amounts.other for line in purchase.lines), ZERO)


def _payable(purchase: Purchase) -> Decimal:
    sums = purchase.totals
    withheld = igv_of(purchase.lines) + sum((line.renta for line in purchase.lines), ZERO) + _other(purchase)
    return sums.tax_inclusive - withheld - sums.prepaid + sums.rounding


def _sum_rule(code: str, name: str, label: str, follows: Follows) -> Rule[Purchase]:
    def holds(purchase: Purchase) -> bool:
        stands: Decimal = getattr(purchase.totals, name)
        return near(stands, follows(purchase))

    return Rule(code, f"totals.{name}", f"{label} {_SUM}", holds, level=Level.OBSERVATION)


def _format_rule(code: str, name: str, label: str) -> Rule[Purchase]:
    return Rule(
        code,
        f"totals.{name}",
        f"{label} no puede ser negativo y admite hasta 12 enteros; revise líneas y anticipos.",
        lambda p: fits(getattr(p.totals, name)),
    )


def _line_rule(code: str, path: str, label: str, holds: Callable[[Line], bool]) -> Rule[Purchase]:
    return Rule(code, path, f"{label} {_LINE}", lambda x, _: holds(x), over="lines", level=Level.OBSERVATION)


def _price_follows(line: Line) -> bool:
    amounts = line.amounts
    return line.is_free or not line.quantity or near(amounts.unit_price, (amounts.net + amounts.taxes) / line.quantity)


def _zone_rule(legend: str, code: str) -> Rule[Purchase]:
    def holds(purchase: Purchase) -> bool:
        says = any(x.code == legend for x in purchase.legends)
        return not says or EXONERATED not in purchase.tributes or purchase.totals.exonerated != ZERO

    sentence = f"La leyenda {legend} es de operaciones exoneradas y su total es cero; quítela."
    return Rule(code, "legends", sentence, holds, level=Level.OBSERVATION)


def _free_is_told(purchase: Purchase) -> bool:
    return FREE not in purchase.tributes or purchase.totals.free != ZERO


LINE_SUMS: tuple[Rule[Purchase], ...] = (
    _line_rule("4287", "amounts.unit_price", "El precio unitario", _price_follows),
    _line_rule(
        "4288",
        "amounts.net",
        "El valor",
        lambda x: near(x.amounts.net, x.amounts.unit_value * x.quantity),
    ),
    _line_rule(
        "4293",
        "amounts.taxes",
        "La suma de tributos",
        lambda x: near(x.amounts.taxes, x.amounts.other + (ZERO if x.is_free else x.amounts.igv)),
    ),
    _line_rule("4294", "amounts.igv_base", "La base del IGV", lambda x: x.amounts.igv_base == x.amounts.net),
    _line_rule(
        "4294",
        "renta_base",
        "La base de la retención",
        lambda x: not x.renta_percent or x.renta_base == x.amounts.net,
    ),
)

SUMS: tuple[Rule[Purchase], ...] = (
    _format_rule("2999", "taxed", "El total gravado"),
    _format_rule("2999", "exonerated", "El total exonerado"),
    _format_rule("2999", "unaffected", "El total inafecto"),
    _format_rule("2999", "free", "El total gratuito"),
    _format_rule("2999", "other_base", "La base de otros tributos"),
    _format_rule("2470", "renta_base", "La base de la retención"),
    _format_rule("2048", "igv", "El IGV"),
    _format_rule("2048", "free_igv", "El IGV de lo gratuito"),
    _format_rule("2048", "renta", "La retención de renta"),
    _format_rule("2048", "other", "El total de otros tributos"),
    _format_rule("3020", "taxes", "El total de tributos"),
    _format_rule("2031", "line_extension", "El valor de venta"),
    _format_rule("3019", "tax_inclusive", "El subtotal"),
    _format_rule("2062", "payable", "El importe neto"),
    Rule(
        "2641",
        "totals.free",
        "Hay líneas gratuitas y su total es cero; envíe el documento sin él para que se calcule.",
        _free_is_told,
    ),
    Rule(
        "2416",
        "totals.free",
        "La leyenda 1002 es de operaciones gratuitas y su total es cero; quite el total para que se calcule.",
        lambda p: all(x.code != "1002" for x in p.legends) or _free_is_told(p),
    ),
    _sum_rule("4299", "taxed", "El total gravado", _value_less(IGV, ADVANCE_TAXED)),
    _sum_rule("4290", "igv", "El IGV", _igv_due),
    _sum_rule("4297", "exonerated", "El total exonerado", _value_less(EXONERATED, ADVANCE_EXONERATED)),
    _sum_rule("4296", "unaffected", "El total inafecto", _value_less(UNAFFECTED, ADVANCE_UNAFFECTED)),
    _sum_rule("4298", "free", "El total gratuito", lambda p: net_of(p.lines, FREE)),
    _sum_rule(
        "4311",
        "free_igv",
        "El IGV de lo gratuito",
        lambda p: sum((x.amounts.igv for x in p.lines if x.is_free), ZERO),
    ),
    _sum_rule(
        "4345",
        "renta_base",
        "La base de la retención",
        lambda p: sum((x.amounts.net for x in p.lines if x.renta_percent and not x.is_free), ZERO),
    ),
    _sum_rule(
        "4346", "renta", "La retención de renta", lambda p: renta_of(p.lines) - sum_of(p.deductions, ADVANCE_RENTA)
    ),
    _sum_rule(
        "4304",
        "other_base",
        "La base de otros tributos",
        lambda p: sum((x.amounts.other_base for x in p.lines), ZERO),
    ),
    _sum_rule("4306", "other", "El total de otros tributos", _other),
    _sum_rule("4301", "taxes", "El total de tributos", lambda p: p.totals.igv + p.totals.other),
    _sum_rule("4309", "line_extension", "El valor de venta", lambda p: value_of(p.lines)),
    _sum_rule(
        "4310",
        "tax_inclusive",
        "El subtotal",
        lambda p: p.totals.line_extension + p.totals.other + _line_igv(p),
    ),
    _sum_rule("4312", "payable", "El importe neto", _payable),
    *(
        _zone_rule(legend, code)
        for legend, code in (("2001", "4022"), ("2002", "4023"), ("2003", "4024"), ("2008", "4244"))
    ),
    Rule(
        "4314",
        "totals.rounding",
        "El redondeo no puede pasar de 1.00; corríjalo.",
        lambda p: abs(p.totals.rounding) <= 1,
        level=Level.OBSERVATION,
    ),
)
