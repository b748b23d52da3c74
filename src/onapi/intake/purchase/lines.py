"""A line of a purchase: JSON to `LineForm`."""

from decimal import Decimal

from onapi.facts.catalog import catalog
from onapi.intake.purchase.fields import LINE_AMOUNTS
from onapi.intake.reader import Reader
from onapi.kinds.purchase.model import Attribute, LineForm, RentaForm
from onapi.tax.line import OtherTax
from onapi.values.money import ZERO

_TAXES_OF_A_SALE = ("isc", "porcentajeIsc", "icbper", "factorIcbper")
_IGNORED = ("productId", "tipSisIsc", "mtoBaseIsc")


def read_line(reader: Reader) -> LineForm:
    """A line as written; one of value, price and reference value is needed."""
    quantity = reader.amount("cantidad")
    value, price = reader.amount("mtoValorUnitario"), reader.amount("mtoPrecioUnitario")
    free_value = reader.amount("mtoValorGratuito")
    if value is None and price is None and free_value is None:
        reader.fault("mtoValorUnitario", "2068", "Ponga el valor unitario sin impuestos o el precio con impuestos.")
    given = {ours: amount for theirs, ours, _ in LINE_AMOUNTS if (amount := reader.amount(theirs)) is not None}
    if value and price and not free_value:
        given["unit_price"] = price
    form = LineForm(
        quantity=quantity,
        description=reader.text("descripcion"),
        unit=reader.text("unidad", default="NIU").upper(),
        unit_value=value if value or not price else None,
        unit_price=None if value else price,
        reference_value=free_value,
        affectation=reader.text("tipAfeIgv", default="10"),
        igv_percent=reader.amount("porcentajeIgv"),
        product_code=reader.text("codProducto"),
        sunat_code=reader.text("codProdSunat"),
        renta=_renta(reader, given),
        other_tax=_other_tax(reader, given),
        attributes=tuple(_attribute(item) for item in reader.items("atributos")),
        given=given,
    )
    _refuse_what_no_purchase_has(reader)
    reader.skip(*_IGNORED)
    reader.finish()
    return form


def _renta(reader: Reader, given: dict[str, Decimal]) -> RentaForm | None:
    percent, amount, base = (reader.amount(key) for key in ("porcentajeRenta", "renta", "mtoBaseRenta"))
    if base is not None:
        given["renta_base"] = base
    if percent is None and amount:
        return RentaForm(amount=amount)
    if amount is not None:
        given["renta"] = amount
    return RentaForm(percent) if percent is not None else None


def _other_tax(reader: Reader, given: dict[str, Decimal]) -> OtherTax | None:
    percent, base = reader.amount("porcentajeOth"), reader.amount("mtoBaseOth")
    amount = reader.amount("otroTributo")
    if not percent and not amount:
        return None
    if amount is not None and percent:
        given["other"] = amount
    return OtherTax(percent or ZERO, base, None if percent else amount)


def _attribute(reader: Reader) -> Attribute:
    code = needed(reader, "code")
    known = catalog("55").get(code)
    found = Attribute(code, reader.text("name") or (known.text if known else code), reader.text("value"))
    reader.finish()
    return found


def needed(reader: Reader, key: str) -> str:
    """A text without which nothing can be written; blank is as good as absent."""
    found = reader.text(key)
    if not found:
        reader.fault(key, "required", "Falta este dato obligatorio.")
    return found


def _refuse_what_no_purchase_has(reader: Reader) -> None:
    """Taxes, discounts and charges that the document has no place for; zero and empty are as good as absent."""
    for key in _TAXES_OF_A_SALE:
        if reader.amount(key):
            reader.fault(key, "not_supported", "Una liquidación de compra no lleva ISC ni ICBPER; quítelo.")
    sentence = "Las líneas de una liquidación de compra no llevan descuentos ni cargos; ajuste el valor unitario."
    if reader.amount("descuento"):
        reader.fault("descuento", "not_supported", sentence)
    for key in ("descuentos", "cargos"):
        if any(True for _ in reader.items(key)):
            reader.fault(key, "not_supported", sentence)
