"""The lines of a sale, and the discounts and charges that lines and whole sales both have."""

from datetime import time
from decimal import Decimal

from onapi.facts.catalog import catalog
from onapi.intake.party import read_address
from onapi.intake.reader import Reader
from onapi.intake.sale.line_fields import LINE_AMOUNTS
from onapi.kinds.sale.blocks import Attribute, Haul
from onapi.kinds.sale.model import LineForm
from onapi.tax.charge import LINE_DISCOUNT_ON_BASE, ChargeForm, is_charge
from onapi.tax.line import ISC_FIXED, Isc, OtherTax
from onapi.values.money import ZERO, to_factor
from onapi.values.party import Address


def read_line(reader: Reader) -> LineForm:
    """A line as written; one of value, price and reference value is needed."""
    quantity = reader.amount("cantidad", required=True)
    value, price = reader.amount("mtoValorUnitario"), reader.amount("mtoPrecioUnitario")
    free_value = reader.amount("mtoValorGratuito")
    if value is None and price is None and free_value is None:
        reader.fault("mtoValorUnitario", "required", "Ponga el valor unitario sin impuestos o el precio con impuestos.")
    given = {ours: amount for theirs, ours, _ in LINE_AMOUNTS if (amount := reader.amount(theirs)) is not None}
    if value and price and not free_value:
        given["unit_price"] = price
    form = LineForm(
        quantity=quantity,
        description=reader.text("descripcion", required=True),
        unit=reader.text("unidad", default="NIU"),
        unit_value=value if value or not price else None,
        unit_price=None if value else price,
        reference_value=free_value,
        affectation=reader.text("tipAfeIgv", default="10"),
        igv_percent=reader.amount("porcentajeIgv"),
        product_code=reader.text("codProducto"),
        sunat_code=reader.text("codProdSunat"),
        gtin=reader.text("codProdGS1"),
        charges=_line_charges(reader),
        isc=_isc(reader, given),
        bag_tax=_bag_tax(reader, quantity, given),
        other_tax=_other_tax(reader, given),
        attributes=tuple(_attribute(item) for item in reader.items("atributos")),
        haul=_haul(reader),
        given=given,
    )
    reader.skip("productId")
    reader.finish()
    return form


def read_charges(reader: Reader) -> tuple[ChargeForm, ...]:
    """`descuentos` and `cargos`, told apart by the list they stand in."""
    found = []
    for key in ("descuentos", "cargos"):
        for item in reader.items(key):
            code = item.text("codTipo", required=True)
            if code in catalog("53") and is_charge(code) != (key == "cargos"):
                other = "cargos" if is_charge(code) else "descuentos"
                item.fault("codTipo", "3114", f"Este código va en «{other}».")
            found.append(
                ChargeForm(
                    code=code,
                    amount=item.amount("monto"),
                    base=item.amount("montoBase"),
                    factor=item.amount("factor"),
                )
            )
            if not item.has("monto") and not item.has("factor"):
                item.fault("monto", "required", "Ponga el monto o el factor del descuento o cargo.")
            item.finish()
    return tuple(found)


def _line_charges(reader: Reader) -> tuple[ChargeForm, ...]:
    simple = reader.amount("descuento")
    alone = (ChargeForm(LINE_DISCOUNT_ON_BASE, amount=simple),) if simple else ()
    return alone + read_charges(reader)


def _isc(reader: Reader, given: dict[str, Decimal]) -> Isc | None:
    system, amount = reader.text("tipSisIsc"), reader.amount("isc")
    percent, base = reader.amount("porcentajeIsc"), reader.amount("mtoBaseIsc")
    if not amount and not percent:
        return None
    known = amount if system == ISC_FIXED or percent is None else None
    if amount is not None and known is None:
        given["isc"] = amount
    return Isc(system or "01", percent or ZERO, base, known)


def _bag_tax(reader: Reader, quantity: Decimal | None, given: dict[str, Decimal]) -> Decimal | None:
    factor, amount = reader.amount("factorIcbper"), reader.amount("icbper")
    if amount is not None:
        given["icbper"] = amount
    if factor is None and amount and quantity:
        return to_factor(amount / quantity)
    return factor


def _other_tax(reader: Reader, given: dict[str, Decimal]) -> OtherTax | None:
    percent, base = reader.amount("porcentajeOth"), reader.amount("mtoBaseOth")
    amount = reader.amount("otroTributo")
    if not percent and not amount:
        return None
    if amount is not None and percent:
        given["other"] = amount
    return OtherTax(percent or ZERO, base, None if percent else amount)


def _attribute(reader: Reader) -> Attribute:
    code = reader.text("code", required=True)
    known = catalog("55").get(code)
    days = reader.amount("duracion")
    found = Attribute(
        code=code,
        name=reader.text("name", required=known is None, default=known.text if known else ""),
        value=reader.text("value"),
        start=reader.day("fecInicio"),
        start_time=_hour(reader, "horaInicio"),
        end=reader.day("fecFin"),
        days=int(days) if days else None,
        quantity=reader.amount("cantidad"),
        unit=reader.text("unidad"),
    )
    reader.finish()
    return found


def _hour(reader: Reader, key: str) -> time | None:
    text = reader.text(key)
    try:
        return time.fromisoformat(text).replace(microsecond=0, tzinfo=None) if text else None
    except ValueError:
        reader.fault(key, "invalid_date", "Debe ser una hora HH:MM:SS.")
        return None


def _haul(reader: Reader) -> Haul | None:
    inside = reader.child("transporte")
    if inside is None:
        return None
    value = inside.amount("valorReferencial") or ZERO
    found = Haul(
        origin=_address(inside, "origen"),
        destination=_address(inside, "destino"),
        details=inside.text("detalle", required=True),
        reference_value=value,
        effective_load_value=inside.amount("valorCargaEfectiva") or value,
        nominal_load_value=inside.amount("valorCargaUtil") or value,
    )
    inside.finish()
    return found


def _address(reader: Reader, key: str) -> Address:
    inside = reader.child(key)
    if inside is None:
        reader.fault(key, "required", "Falta este dato obligatorio.")
    return read_address(inside)
