"""Facturas and boletas in the public vocabulary (Greenter's names): JSON to `SaleForm`."""

from datetime import date, time
from decimal import Decimal

from onapi.facts.catalog import catalog
from onapi.facts.rates import rate
from onapi.intake.party import read_customer
from onapi.intake.reader import Reader
from onapi.kinds.sale.model import CASH, CREDIT, Instalment, Legend, LineForm, Payment, Reference, SaleForm
from onapi.tax.charge import LINE_DISCOUNT_ON_BASE, ChargeForm, is_charge
from onapi.tax.line import ISC_FIXED, Isc, OtherTax
from onapi.values.money import to_factor
from onapi.values.number import ReceiptId

TOTALS = (
    ("mtoOperGravadas", "taxed"),
    ("mtoOperExoneradas", "exonerated"),
    ("mtoOperInafectas", "unaffected"),
    ("mtoOperExportacion", "export"),
    ("mtoOperGratuitas", "free"),
    ("mtoIGVGratuitas", "free_igv"),
    ("mtoIGV", "igv"),
    ("mtoBaseIvap", "ivap_base"),
    ("mtoIvap", "ivap"),
    ("mtoBaseIsc", "isc_base"),
    ("mtoISC", "isc"),
    ("mtoBaseOth", "other_base"),
    ("mtoOtrosTributos", "other"),
    ("icbper", "icbper"),
    ("totalImpuestos", "taxes"),
    ("sumOtrosCargos", "charges"),
    ("sumOtrosDescuentos", "allowances"),
    ("valorVenta", "line_extension"),
    ("subTotal", "tax_inclusive"),
    ("mtoImpVenta", "payable"),
)
LINE_AMOUNTS = (
    ("mtoBaseIgv", "igv_base"),
    ("igv", "igv"),
    ("totalImpuestos", "taxes"),
    ("mtoValorVenta", "net"),
)
_NEVER = date.min  # stands in for a date already noted as missing
LATER = ("anticipos", "detraccion", "perception", "seller", "direccionEntrega", "guiaEmbebida")
_IGNORED = (
    "tipoDoc",
    "doctype",
    "serie",
    "correlativo",
    "number",
    "company",
    "ublVersion",
    "mtoDescuentos",
    "totalAnticipos",
)


def read_sale(reader: Reader, receipt: ReceiptId, *, strict_ruc: bool) -> SaleForm:
    """A sale as written; what is wrong is noted in the reader."""
    issue_date, issue_time = _issued(reader)
    client = reader.child("client")
    if client is None and receipt.doctype == "01":
        reader.fault("client", "required", "Una factura necesita el cliente.")
    form = SaleForm(
        id=receipt,
        customer=read_customer(client, strict_ruc=strict_ruc) if client else None,
        issue_date=issue_date,
        issue_time=issue_time,
        due_date=reader.day("fecVencimiento"),
        operation=reader.text("tipoOperacion"),
        currency=reader.text("tipoMoneda", default="PEN"),
        payment=_payment(reader),
        lines=tuple(_line(line) for line in reader.items("details")),
        charges=_charges(reader),
        guides=_references(reader, "guias"),
        related=_references(reader, "relDocs"),
        purchase_order=reader.text("compra"),
        remarks=reader.text("observacion"),
        legends=tuple(_legend(legend) for legend in reader.items("legends")),
        rounding=reader.amount("redondeo"),
        given={ours: value for theirs, ours in TOTALS if (value := reader.amount(theirs)) is not None},
    )
    for name in LATER:
        if reader.has(name):
            reader.fault(name, "not_supported", "Este bloque todavía no se procesa; el comprobante no se tomó.")
    reader.skip(*_IGNORED, *LATER)
    reader.finish()
    return form


def _issued(reader: Reader) -> tuple[date | None, time | None]:
    """When it was issued; a day before the first tax rate that we know is none to compute with."""
    day, hour = reader.moment("fechaEmision")
    try:
        _ = rate("igv", day) if day else None
    except KeyError:
        reader.fault("fechaEmision", "2108", "La fecha de emisión está fuera de plazo; revise el año.")
        return None, None
    return day, hour


def _line(reader: Reader) -> LineForm:
    quantity = reader.amount("cantidad", required=True)
    value, price = reader.amount("mtoValorUnitario"), reader.amount("mtoPrecioUnitario")
    free_value = reader.amount("mtoValorGratuito")
    if value is None and price is None and free_value is None:
        reader.fault("mtoValorUnitario", "required", "Ponga el valor unitario sin impuestos o el precio con impuestos.")
    given = {ours: amount for theirs, ours in LINE_AMOUNTS if (amount := reader.amount(theirs)) is not None}
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
        given=given,
    )
    reader.skip("productId", "atributos")
    reader.finish()
    return form


def _line_charges(reader: Reader) -> tuple[ChargeForm, ...]:
    simple = reader.amount("descuento")
    alone = (ChargeForm(LINE_DISCOUNT_ON_BASE, amount=simple),) if simple else ()
    return alone + _charges(reader)


def _charges(reader: Reader) -> tuple[ChargeForm, ...]:
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


def _isc(reader: Reader, given: dict[str, Decimal]) -> Isc | None:
    system, amount = reader.text("tipSisIsc"), reader.amount("isc")
    percent, base = reader.amount("porcentajeIsc"), reader.amount("mtoBaseIsc")
    if not system and not amount and not percent:
        return None
    known = amount if system == ISC_FIXED or percent is None else None
    if amount is not None and known is None:
        given["isc"] = amount
    return Isc(system or "01", percent or Decimal(0), base, known)


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
    return OtherTax(percent or Decimal(0), base, None if percent else amount)


def _payment(reader: Reader) -> Payment:
    terms = reader.child("formaPago")
    instalments = tuple(_instalment(item) for item in reader.items("cuotas"))
    if terms is None:
        return Payment(CREDIT if instalments else CASH, None, instalments)
    form, pending = terms.text("tipo", default=CASH), terms.amount("monto")
    terms.skip("moneda")
    terms.finish()
    if form == CASH:
        return Payment(CASH, None, instalments)
    return Payment(form, pending, instalments)


def _instalment(reader: Reader) -> Instalment:
    amount, due = reader.amount("monto", required=True), reader.day("fechaPago", required=True)
    reader.skip("moneda")
    reader.finish()
    return Instalment(amount or Decimal(0), due or _NEVER)


def _references(reader: Reader, key: str) -> tuple[Reference, ...]:
    found = []
    for item in reader.items(key):
        found.append(Reference(item.text("tipoDoc", required=True), item.text("nroDoc", required=True)))
        item.finish()
    return tuple(found)


def _legend(reader: Reader) -> Legend:
    found = Legend(reader.text("code", required=True), reader.text("value", required=True))
    reader.finish()
    return found
