"""The boxes of a printed sale: who buys, the facts of the receipt, and whatever is special about it."""

from collections.abc import Iterator

from onapi.facts.catalog import catalog
from onapi.kinds.sale.blocks import CREDIT, CarriedGoods, Detraccion, Modified, Perception
from onapi.kinds.sale.model import CREDIT_NOTE, Sale
from onapi.page.data import Box, Field
from onapi.page.figures import currency_name, moment, money, percent
from onapi.page.people import address_lines, document_label, document_name, party_box
from onapi.tax.charge import RETENTION, Charge
from onapi.values.money import plain
from onapi.values.party import Party

_COMMON = {"", "0101"}  # a sale within the country needs no word
_MAIN_OFFICE = {"", "0000"}
_MODES = {"01": "Transporte público", "02": "Transporte privado"}
_WEIGHTS = {"KGM": "kg", "TNE": "t"}
_ADVANCES = {"02": "Factura", "03": "Boleta"}  # catalogue 12
_SOLES = "PEN"


def boxes(sale: Sale) -> Iterator[Box]:
    """Customer and facts side by side, then one box over the whole width for each special matter."""
    yield party_box("Cliente", sale.customer)
    yield Box("Comprobante", tuple(_facts(sale)))
    if sale.modified:
        yield Box("Documento que modifica", _modified(sale.modified, sale.id.doctype), wide=True)
    if sale.detraccion:
        yield Box("Operación sujeta a detracción", _detraccion(sale.detraccion), wide=True)
    yield from (_retention(charge, sale) for charge in sale.charges if charge.code == RETENTION)
    if sale.perception:
        yield Box("Operación sujeta a percepción", _perception(sale.perception), wide=True)
    if sale.advances:
        paid = (
            Field(f"{_ADVANCES.get(one.doctype, 'Documento')} {one.number}", money(one.total, sale.currency))
            for one in sale.advances
        )
        yield Box("Anticipos", tuple(paid), wide=True)
    if sale.carried:
        yield Box("Traslado de los bienes", _carried(sale.carried), wide=True)
    if others := tuple(_others(sale)):
        yield Box("Otros datos", others, wide=True)


def _facts(sale: Sale) -> Iterator[Field]:
    yield Field("Emisión", moment(sale.issue_date, sale.issue_time))
    if sale.due_date:
        yield Field("Vencimiento", moment(sale.due_date))
    yield Field("Moneda", currency_name(sale.currency))
    operation = catalog("51").get(sale.operation)
    if sale.operation not in _COMMON:
        yield Field("Operación", operation.text if operation else sale.operation)
    if sale.payment:
        yield Field("Forma de pago", "Crédito" if sale.payment.form == CREDIT else "Contado")
        if sale.payment.pending is not None:
            yield Field("Saldo por pagar", money(sale.payment.pending, sale.currency))
    if sale.issuer.address.establishment not in _MAIN_OFFICE:
        yield Field("Establecimiento", sale.issuer.address.establishment)
    if sale.purchase_order:
        yield Field("Orden de compra", sale.purchase_order)
    yield from (Field("Guía de remisión", guide.number) for guide in sale.guides)


def _modified(note: Modified, doctype: str) -> tuple[Field, ...]:
    reason = catalog("09" if doctype == CREDIT_NOTE else "10").get(note.code)
    return (
        Field("Documento", f"{document_name(note.doctype)} {note.number}".strip()),
        Field("Motivo", f"{note.code} {reason.text}" if reason else note.code),
        Field("Sustento", note.reason),
    )


def _detraccion(found: Detraccion) -> tuple[Field, ...]:
    goods, means = catalog("54").get(found.code), catalog("59").get(found.means)
    return (
        Field("Bien o servicio", f"{found.code} {goods.text}" if goods else found.code),
        Field("Porcentaje", percent(found.percent)),
        Field("Monto", money(found.amount, _SOLES)),
        Field("Cuenta", found.account),
        Field("Medio de pago", f"{found.means} {means.text}" if means else found.means),
    )


def _retention(found: Charge, sale: Sale) -> Box:
    """What the customer keeps of the IGV, and what he still pays."""
    fields = (
        Field("Base", money(found.base, sale.currency)),
        Field("Tasa", percent(found.factor * 100)),
        Field("Monto retenido", money(found.amount, sale.currency)),
        Field("Neto a pagar", money(sale.totals.payable - found.amount, sale.currency)),
    )
    return Box("Operación sujeta a retención del IGV", fields, wide=True)


def _perception(found: Perception) -> tuple[Field, ...]:
    return (
        Field("Base", money(found.base, _SOLES)),
        Field("Tasa", percent(found.factor * 100)),
        Field("Monto percibido", money(found.amount, _SOLES)),
        Field("Total con percepción", money(found.total, _SOLES)),
    )


def _carried(goods: CarriedGoods) -> tuple[Field, ...]:
    weight = f"{plain(goods.weight)} {_WEIGHTS.get(goods.weight_unit, goods.weight_unit)}" if goods.weight else ""
    return _told(
        (
            ("Punto de partida", ", ".join(address_lines(goods.origin))),
            ("Punto de llegada", ", ".join(address_lines(goods.destination))),
            ("Modalidad", _MODES.get(goods.mode, goods.mode)),
            ("Peso bruto", weight),
            ("Transportista", _person(goods.carrier)),
            ("Placa", goods.plate),
            ("Autorización del vehículo", goods.vehicle_code),
            ("Licencia de conducir", goods.licence),
        )
    )


def _others(sale: Sale) -> Iterator[Field]:
    kinds = catalog("12")
    for other in sale.related:
        known = kinds.get(other.doctype)
        yield Field(known.text if known else "Documento relacionado", other.number)
    means = catalog("59").get(sale.means.code) if sale.means else None
    facts = (
        ("Entrega", ", ".join(address_lines(sale.delivery)) if sale.delivery else ""),
        ("Vendedor", _person(sale.seller)),
        ("Agente de ventas", _person(sale.agent)),
        ("Medio de pago", (means.text if means else sale.means.code) if sale.means else ""),
        ("Operación del pago", sale.means.reference if sale.means else ""),
    )
    yield from _told(facts)


def _person(who: Party | None) -> str:
    """Name and document of somebody."""
    if who is None:
        return ""
    document = f"{document_label(who.id_type)} {who.id_number}" if who.id_number else ""
    return " - ".join(part for part in (who.name, document) if part)


def _told(facts: tuple[tuple[str, str], ...]) -> tuple[Field, ...]:
    """The facts that say something."""
    return tuple(Field(label, value) for label, value in facts if value)
