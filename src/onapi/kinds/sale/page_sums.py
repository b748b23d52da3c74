"""What a printed sale comes to: its totals from the bases to the amount to pay, and its instalments."""

from collections.abc import Iterator
from decimal import Decimal

from onapi.kinds.sale.model import Sale
from onapi.page.data import Instalment, Total
from onapi.page.figures import moment, money, percent
from onapi.tax.charge import CHARGE_ON_BASE, DISCOUNT_ON_BASE, RETENTION, sum_of
from onapi.tax.tribute import EXONERATED, EXPORT, FREE, ICBPER, IGV, ISC, IVAP, OTHER, UNAFFECTED
from onapi.values.money import ZERO

_BASES = (
    (IGV, "Op. gravadas"),
    (IVAP, "Op. gravadas con IVAP"),
    (EXONERATED, "Op. exoneradas"),
    (UNAFFECTED, "Op. inafectas"),
    (EXPORT, "Exportación"),
    (FREE, "Op. gratuitas"),
)
_TAXES = ((ISC, "ISC"), (ICBPER, "ICBPER"), (OTHER, "Otros tributos"))
_SOLES = "PEN"


def totals(sale: Sale) -> Iterator[Total]:
    """The rows in the order in which one leads to the next."""
    sums, currency = sale.totals, sale.currency

    def row(label: str, amount: Decimal) -> Total:
        return Total(label, money(amount, currency))

    if on_base := sum_of(sale.charges, CHARGE_ON_BASE) - sum_of(sale.charges, DISCOUNT_ON_BASE):
        yield row("Descuento global" if on_base < 0 else "Cargo global", on_base)
    yield from (row(label, sums.base(code)) for code, label in _BASES if code in sums.tributes)
    if sums.line_extension not in {ZERO, *(sums.base(code) for code, _ in _BASES)}:
        yield row("Valor de venta", sums.line_extension)
    yield from (row(label, sums.tax(code)) for code, label in _TAXES[:1] if code in sums.tributes)
    yield from (row(label, sums.tax(code)) for code, label in _value_added(sale))
    yield from (row(label, sums.tax(code)) for code, label in _TAXES[1:] if code in sums.tributes)
    if len([code for code in sums.tributes if code != FREE and sums.tax(code)]) > 1:
        yield row("Total de tributos", sums.taxes)
    others = (
        ("Descuentos", -sums.allowances),
        ("Otros cargos", sums.charges),
        ("Anticipos", -sums.prepaid),
        ("Redondeo", sums.rounding),
    )
    if any(amount for _, amount in others) and sums.tax_inclusive:
        yield row(
            "Precio de venta", sums.tax_inclusive
        )  # what the rows below start from: advances touched the bases too
    yield from (row(label, amount) for label, amount in others if amount)
    yield Total("Importe total", money(sums.payable, currency), emphasis=True)
    if found := sale.perception:
        yield Total(f"Percepción {percent(found.factor * 100)}", money(found.amount, _SOLES))
        yield Total("Total con percepción", money(found.total, _SOLES))
    if retained := sum_of(sale.charges, RETENTION):
        yield row("Retención del IGV", -retained)
        yield row("Neto a pagar", sums.payable - retained)


def _value_added(sale: Sale) -> Iterator[tuple[str, str]]:
    """IGV and IVAP by their names, with the rate where all lines share it."""
    for code, name in ((IGV, "IGV"), (IVAP, "IVAP")):
        rates = {line.igv_percent for line in sale.lines if line.amounts.tribute == code}
        if code in sale.totals.tributes:
            yield code, f"{name} {percent(rates.pop())}" if len(rates) == 1 else name


def instalments(sale: Sale) -> tuple[Instalment, ...]:
    """The payments of a sale on credit."""
    parts = sale.payment.instalments if sale.payment else ()
    return tuple(
        Instalment(f"Cuota {n:03}", moment(part.due), money(part.amount, sale.currency))
        for n, part in enumerate(parts, start=1)
    )
