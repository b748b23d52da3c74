"""Liquidaciones de compra: JSON to `PurchaseForm`.

Faults that SUNAT has a code for are left to the rules, which see the whole document.
"""

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal

from onapi.facts.catalog import catalog
from onapi.facts.rates import rate
from onapi.intake.purchase.fields import FOREIGN_TOTALS, TOTALS
from onapi.intake.purchase.lines import needed, read_line
from onapi.intake.purchase.parties import read_seller, read_site
from onapi.intake.reader import Reader
from onapi.kinds.purchase.amounts import DEDUCTIONS
from onapi.kinds.purchase.model import BY_ADVANCE, AdvanceForm, Legend, PurchaseForm, Reference
from onapi.tax.charge import ChargeForm
from onapi.values.money import ZERO
from onapi.values.number import ReceiptId

_IGNORED = ("tipoDoc", "doctype", "serie", "correlativo", "number", "company", "ublVersion", "mtoDescuentos")
_NOT_HERE = ("detraccion", "perception", "percepcion")
_CASH = frozenset({"", "contado"})
_LONGEST_ORDER = 20


def read_purchase(reader: Reader, receipt: ReceiptId, strict_ruc: bool) -> PurchaseForm:  # noqa: ARG001, FBT001 - every vocabulary is called so; a seller has no RUC
    """A purchase as written; what is wrong with how it was written is noted in the reader."""
    issue_date, issue_time = _issued(reader)
    client = reader.child("client")
    seller, domicile = read_seller(client) if client else (None, "")
    place, place_type = read_site(reader.child("direccionEntrega"))
    form = PurchaseForm(
        id=receipt,
        seller=seller,
        domicile=domicile,
        place=place,
        place_type=place_type,
        issue_date=issue_date,
        issue_time=issue_time,
        operation=reader.text("tipoOperacion"),
        currency=reader.text("tipoMoneda", default="PEN").upper(),
        renta_percent=reader.amount("porcentajeRenta"),
        lines=tuple(read_line(line) for line in reader.items("details")),
        deductions=tuple(_deductions(reader)),
        advances=tuple(_advance(item) for item in reader.items("anticipos")),
        guides=_references(reader, "guias"),
        related=_references(reader, "relDocs"),
        purchase_order=_order(reader),
        remarks=reader.text("observacion"),
        legends=tuple(_legend(legend) for legend in reader.items("legends")),
        rounding=reader.amount("redondeo"),
        given=_given(reader),
    )
    _refuse_what_no_purchase_has(reader)
    _look_at_payment(reader)
    reader.skip(*_IGNORED)
    reader.finish()
    return form


def _given(reader: Reader) -> dict[str, Decimal]:
    """The totals that the caller computed; those of a factura should be zero."""
    names = (*((theirs, ours) for theirs, ours, _ in TOTALS), *FOREIGN_TOTALS)
    return {ours: amount for theirs, ours in names if (amount := reader.amount(theirs)) is not None}


def _issued(reader: Reader) -> tuple[date | None, time | None]:
    """When it was issued; a day before the first tax rate that we know is none to compute with."""
    day, hour = reader.moment("fechaEmision")
    try:
        _ = rate("igv", day) if day else None
    except KeyError:
        reader.fault("fechaEmision", "2108", "La fecha de emisión está fuera de plazo; revise el año.")
        return None, None
    return day, hour


def _order(reader: Reader) -> str:
    found = reader.text("compra")
    if len(found) > _LONGEST_ORDER:
        reader.fault("compra", "too_long", f"La orden de compra admite hasta {_LONGEST_ORDER} caracteres.")
    return found


def _deductions(reader: Reader) -> Iterator[ChargeForm]:
    for item in reader.items("descuentos"):
        yield ChargeForm(
            code=item.text("codTipo"),
            amount=item.amount("monto"),
            base=item.amount("montoBase"),
            factor=item.amount("factor"),
        )
        if not item.has("monto") and not item.has("factor"):
            item.fault("monto", "required", "Ponga el monto o el factor del descuento.")
        item.finish()
    for item in reader.items("cargos"):
        _refuse_charge(item)


def _refuse_charge(item: Reader) -> None:
    """Nothing is added to a purchase; what advances took off stands in the other list."""
    if item.text("codTipo") in DEDUCTIONS:
        item.fault("codTipo", "3114", "Este código es de un descuento; póngalo en «descuentos».")
    else:
        item.fault("codTipo", "3071", "Una liquidación de compra no lleva cargos; quítelo.")
    item.skip("monto", "montoBase", "factor")
    item.finish()


def _advance(reader: Reader) -> AdvanceForm:
    found = AdvanceForm(
        doctype=reader.text("tipoDocRel", "tipoDoc", default=BY_ADVANCE),
        number=reader.text("nroDocRel", "nroDoc").upper(),
        total=reader.amount("total") or ZERO,
        issuer=reader.text("ruc"),
        paid=reader.day("fechaPago"),
    )
    reader.finish()
    return found


def _references(reader: Reader, key: str) -> tuple[Reference, ...]:
    found = []
    for item in reader.items(key):
        found.append(Reference(needed(item, "tipoDoc"), needed(item, "nroDoc")))
        item.finish()
    return tuple(found)


def _legend(reader: Reader) -> Legend:
    code = needed(reader, "code")
    known = catalog("52").get(code)
    found = Legend(code, reader.text("value") or (known.text if known else ""))
    reader.finish()
    return found


def _refuse_what_no_purchase_has(reader: Reader) -> None:
    """Blocks that change what is paid and that the document has no place for."""
    for key in _NOT_HERE:
        if reader.has(key):
            reader.fault(key, "not_supported", "Una liquidación de compra no lleva este bloque; quítelo.")
    reader.skip(*_NOT_HERE)


def _look_at_payment(reader: Reader) -> None:
    """Paid at once says nothing here; anything else is told as not taken into account."""
    terms = reader.child("formaPago")
    if terms is None:
        return
    if terms.text("tipo").lower() in _CASH:
        terms.skip("monto", "moneda")
        terms.finish()
    else:
        untouched = reader.child("formaPago")
        if untouched is not None:
            untouched.finish()
