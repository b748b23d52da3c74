"""Facturas, boletas and notes: JSON to `SaleForm`."""

from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import TypeVar

from onapi.facts.catalog import catalog
from onapi.facts.rates import rate
from onapi.intake.party import read_address, read_customer
from onapi.intake.reader import Reader
from onapi.intake.sale.fields import TOTALS
from onapi.intake.sale.lines import read_charges, read_line
from onapi.kinds.sale.blocks import (
    CASH,
    CREDIT,
    AdvanceForm,
    CarriedGoods,
    DetraccionForm,
    Instalment,
    Legend,
    Means,
    Modified,
    Payment,
    PerceptionForm,
    Reference,
)
from onapi.kinds.sale.model import BOLETA, NOTES, SaleForm
from onapi.values.money import ZERO
from onapi.values.number import ReceiptId
from onapi.values.party import Address, Party

T = TypeVar("T")

_LONGEST_REMARK = 1000
_NEVER = date.min  # stands in for a date already noted as missing
_PERCENT_FROM = Decimal("0.1")  # a rate of perception written as 2, not 0.02; no rate reaches ten percent
_PERCEPTIONS: Mapping[str, str] = {"01": "51", "02": "52", "03": "53"}  # catalogue 22 to 53
_IGNORED = ("tipoDoc", "doctype", "serie", "correlativo", "number", "company", "ublVersion", "mtoDescuentos")
_HUNDRED = Decimal(100)
_NAMES_NOTHING: Mapping[str, tuple[str, ...]] = {  # reasons of notes that may modify nothing in particular
    "07": ("10",),
    "08": ("03", "13"),
}


def read_sale(reader: Reader, receipt: ReceiptId, strict_ruc: bool) -> SaleForm:  # noqa: FBT001 - one of three given by place
    """A sale as written; what is wrong is noted in the reader."""
    issue_date, issue_time = _issued(reader)
    form = SaleForm(
        id=receipt,
        customer=_customer(reader, receipt.doctype, strict_ruc=strict_ruc),
        issue_date=issue_date,
        issue_time=issue_time,
        due_date=reader.day("fecVencimiento"),
        operation=reader.text("tipoOperacion"),
        currency=reader.text("tipoMoneda", default="PEN").upper(),
        payment=_payment(reader),
        lines=tuple(read_line(line) for line in reader.items("details")),
        charges=read_charges(reader),
        advances=tuple(_advance(item) for item in reader.items("anticipos")),
        detraccion=_within(reader, _detraccion, "detraccion"),
        perception=_within(reader, _perception, "perception", "percepcion"),
        modified=_modified(reader, receipt.doctype) if receipt.doctype in NOTES else None,
        guides=_references(reader, "guias"),
        related=_references(reader, "relDocs"),
        purchase_order=reader.text("compra"),
        remarks=_remarks(reader),
        legends=tuple(_legend(legend) for legend in reader.items("legends")),
        seller=_party(reader, "seller", strict_ruc=strict_ruc),
        delivery=_place(reader, "direccionEntrega"),
        carried=_carried(reader, strict_ruc=strict_ruc),
        agent=_party(reader, "agenteVentas", strict_ruc=strict_ruc),
        means=_within(reader, _means, "medioPago"),
        rounding=reader.amount("redondeo"),
        given=_given(reader),
    )
    reader.skip(*_IGNORED)
    reader.finish()
    return form


def _given(reader: Reader) -> dict[str, Decimal]:
    """The totals that the caller computed."""
    found = {ours: reader.amount(theirs) for theirs, ours, _ in TOTALS if theirs != "sumOtrosCargos"}
    found["charges"] = reader.amount("sumOtrosCargos", "mtoCargos")
    return {name: amount for name, amount in found.items() if amount is not None}


def _customer(reader: Reader, doctype: str, *, strict_ruc: bool) -> Party | None:
    client = reader.child("client")
    if client is None and doctype != BOLETA:
        reader.fault("client", "required", "Este comprobante necesita el cliente.")
    return read_customer(client, strict_ruc=strict_ruc) if client else None


def _within(reader: Reader, read: Callable[[Reader], T], *keys: str) -> T | None:
    """A block of its own, if it is there."""
    inside = reader.child(*keys)
    if inside is None:
        return None
    found = read(inside)
    inside.finish()
    return found


def _party(reader: Reader, key: str, *, strict_ruc: bool) -> Party | None:
    inside = reader.child(key)
    return read_customer(inside, strict_ruc=strict_ruc) if inside else None


def _place(reader: Reader, key: str) -> Address | None:
    inside = reader.child(key)
    return read_address(inside) if inside else None


def _issued(reader: Reader) -> tuple[date | None, time | None]:
    """When it was issued; a day before the first tax rate that we know is none to compute with."""
    day, hour = reader.moment("fechaEmision")
    try:
        _ = rate("igv", day) if day else None
    except KeyError:
        reader.fault("fechaEmision", "2108", "La fecha de emisión está fuera de plazo; revise el año.")
        return None, None
    return day, hour


def _payment(reader: Reader) -> Payment | None:
    terms = reader.child("formaPago")
    instalments = tuple(_instalment(item) for item in reader.items("cuotas"))
    if terms is None:
        return Payment(CREDIT, None, instalments) if instalments else None
    form, pending = terms.text("tipo", default=CASH), terms.amount("monto")
    form = {CASH.lower(): CASH, CREDIT.lower(): CREDIT, "crédito": CREDIT}.get(form.lower(), form)
    terms.skip("moneda")
    terms.finish()
    return Payment(form, None if form == CASH else pending, instalments)


def _instalment(reader: Reader) -> Instalment:
    amount, due = reader.amount("monto", required=True), reader.day("fechaPago", required=True)
    reader.skip("moneda")
    reader.finish()
    return Instalment(amount or ZERO, due or _NEVER)


def _advance(reader: Reader) -> AdvanceForm:
    found = AdvanceForm(
        doctype=reader.text("tipoDocRel", "tipoDoc", required=True),
        number=reader.text("nroDocRel", "nroDoc", required=True).upper(),
        total=reader.amount("total", required=True) or ZERO,
        issuer=reader.text("ruc"),
    )
    reader.finish()
    return found


def _detraccion(reader: Reader) -> DetraccionForm:
    return DetraccionForm(
        code=reader.text("codBienDetraccion", required=True),
        percent=reader.amount("percent", "porcentaje"),
        amount=reader.amount("monto", "mount"),
        account=reader.text("ctaBanco", required=True),
        means=reader.text("codMedioPago"),
        reference_value=reader.amount("valueRef"),
    )


def _perception(reader: Reader) -> PerceptionForm:
    code = reader.text("codReg", required=True)
    said = reader.amount("porcentaje")
    return PerceptionForm(
        code=_PERCEPTIONS.get(code, code),
        factor=said / _HUNDRED if said is not None and said >= _PERCENT_FROM else said,
        base=reader.amount("mtoBase"),
        amount=reader.amount("mto"),
        total=reader.amount("mtoTotal"),
    )


def _remarks(reader: Reader) -> str:
    text = reader.text("observacion")
    if len(text) > _LONGEST_REMARK:
        reader.fault("observacion", "too_long", f"Admite hasta {_LONGEST_REMARK} caracteres.")
    return text


def _modified(reader: Reader, doctype: str) -> Modified:
    code = reader.text("codMotivo", required=True)
    named = code not in _NAMES_NOTHING.get(doctype, ())
    return Modified(
        code=code,
        reason=reader.text("desMotivo", required=True),
        doctype=reader.text("tipDocAfectado", "tipoDocAfectado", required=named),
        number=reader.text("numDocAfectado", "numDocfectado", required=named).upper(),
    )


def _references(reader: Reader, key: str) -> tuple[Reference, ...]:
    found = []
    for item in reader.items(key):
        found.append(Reference(item.text("tipoDoc", required=True), item.text("nroDoc", required=True)))
        item.finish()
    return tuple(found)


def _legend(reader: Reader) -> Legend:
    code = reader.text("code", required=True)
    known = catalog("52").get(code)
    found = Legend(code, reader.text("value", required=known is None, default=known.text if known else ""))
    reader.finish()
    return found


def _carried(reader: Reader, *, strict_ruc: bool) -> CarriedGoods | None:
    def read(inside: Reader) -> CarriedGoods:
        inside.skip("transpMarca")  # has no place in the XML
        return CarriedGoods(
            origin=_place(inside, "partida") or Address(),
            destination=_place(inside, "llegada") or Address(),
            mode=inside.text("modTraslado"),
            weight=inside.amount("pesoBruto"),
            weight_unit=inside.text("undPesoBruto", default="KGM"),
            carrier=_party(inside, "transportista", strict_ruc=strict_ruc),
            plate=inside.text("transpPlaca"),
            vehicle_code=inside.text("transpCodeAuth"),
            licence=inside.text("nroLicencia"),
        )

    return _within(reader, read, "guiaEmbebida")


def _means(reader: Reader) -> Means:
    return Means(reader.text("codigo", required=True), reader.text("referencia"))
