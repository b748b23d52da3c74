"""The lines of a printed sale: what was sold, and below its name what else is to be said of it."""

from collections.abc import Iterator

from onapi.kinds.sale.blocks import Attribute, Haul
from onapi.kinds.sale.model import Line
from onapi.page.data import Column
from onapi.page.figures import moment, money, percent, quantity, unit_amount
from onapi.page.people import address_lines
from onapi.tax.charge import Charge
from onapi.tax.tribute import FREE
from onapi.values.money import ZERO

COLUMNS = (
    Column("Cant.", "right", narrow="lead"),
    Column("Unidad", narrow="lead"),
    Column("Código"),
    Column("Descripción", flex=1, main=True),
    Column("V. unitario", "right", narrow="lead", before="\N{MULTIPLICATION SIGN} "),
    Column("P. unitario", "right"),
    Column("Importe", "right", narrow="figure"),
)


def row(line: Line, currency: str) -> tuple[str, ...]:
    """The cells of a line, one for each of `COLUMNS`."""
    amounts = line.amounts
    return (
        quantity(line.quantity),
        line.unit,
        line.product_code,
        "\n".join((line.description, *_details(line, currency))),
        unit_amount(amounts.unit_value),
        unit_amount(amounts.unit_price),
        f"{amounts.net:,.2f}",
    )


def _details(line: Line, currency: str) -> Iterator[str]:
    """One sentence a line."""
    amounts = line.amounts
    if amounts.tribute == FREE:
        yield "Transferencia a título gratuito"
    yield from (_charge(charge, currency) for charge in amounts.charges if charge.amount)
    levies = (
        ("ISC", line.isc_percent, amounts.isc),
        ("Otros tributos", line.other_percent, amounts.other),
        ("ICBPER", ZERO, amounts.icbper),
    )
    yield from (
        f"{name}{f' {percent(rate)}' if rate else ''}: {money(amount, currency)}"
        for name, rate, amount in levies
        if amount
    )
    yield from (said for attribute in line.attributes if (said := _attribute(attribute)))
    if line.haul:
        yield from _haul(line.haul)


def _charge(charge: Charge, currency: str) -> str:
    name = "Cargo" if charge.is_charge else "Descuento"
    rate = f" {percent(charge.factor * 100)}" if charge.factor else ""
    return f"{name}{rate}: {money(charge.amount if charge.is_charge else -charge.amount, currency)}"


def _attribute(fact: Attribute) -> str:
    """A further fact: its value, its days, how many."""
    days = [moment(day) for day in (fact.start, fact.end) if day]
    parts = (
        fact.value,
        " al ".join(days) + (f" {fact.start_time:%H:%M}" if fact.start_time else ""),
        f"{fact.days} días" if fact.days is not None else "",
        f"{quantity(fact.quantity)} {fact.unit}".strip() if fact.quantity is not None else "",
    )
    said = ", ".join(part.strip() for part in parts if part.strip())
    return f"{fact.name or fact.code}: {said}" if said else ""


def _haul(haul: Haul) -> Iterator[str]:
    origin, destination = (", ".join(address_lines(place)) for place in (haul.origin, haul.destination))
    yield f"Transporte de {origin or '—'} a {destination or '—'}"
    if haul.details:
        yield haul.details
    values = (
        ("Valor referencial del servicio", haul.reference_value),
        ("por carga efectiva", haul.effective_load_value),
        ("por carga útil nominal", haul.nominal_load_value),
    )
    if said := "; ".join(f"{name} {money(value, 'PEN')}" for name, value in values if value):
        yield said
