"""Retenciones and percepciones in the public vocabulary (Greenter's names): JSON to `WithholdingForm`.

What SUNAT has a code for is left to the rules, absent fields too; what it has none for is told here.
"""

from decimal import Decimal

from onapi.intake.party import read_address
from onapi.intake.reader import Reader
from onapi.intake.withholding.names import NAMES, Names
from onapi.kinds.withholding.model import (
    CREDIT_NOTE,
    PERCEPTION,
    SOLES,
    Exchange,
    LineForm,
    PaymentForm,
    WithholdingForm,
)
from onapi.values.identity import RUC, is_ruc_shape, ruc_check_digit
from onapi.values.number import ReceiptId
from onapi.values.party import Party

_ELSEWHERE = ("tipoDoc", "doctype", "serie", "correlativo", "number", "company", "ublVersion")


def read_withholding(reader: Reader, receipt: ReceiptId, strict_ruc: bool) -> WithholdingForm:  # noqa: FBT001 - as every vocabulary is read
    """A withholding as written; what is wrong is noted in the reader."""
    names = NAMES[receipt.doctype]
    issue_date, issue_time = reader.moment("fechaEmision")
    lines = tuple(_line(line, names) for line in reader.items("details"))
    if not lines:
        reader.fault("details", "required", "Ponga al menos un documento relacionado.")
    form = WithholdingForm(
        id=receipt,
        receiver=_receiver(reader, strict_ruc=strict_ruc),
        issue_date=issue_date,
        issue_time=issue_time,
        regime=reader.text("regimen"),
        percent=reader.amount("tasa"),
        lines=lines,
        rounding=reader.amount("redondeo"),
        remarks=reader.text("observacion"),
        exceptional=reader.text("indExcepcional") if receipt.doctype == PERCEPTION else "",
        given=_given(reader, {"withheld": names.withheld, "settled": names.settled}),
    )
    reader.skip(*_ELSEWHERE)
    reader.finish()
    return form


def _given(reader: Reader, names: dict[str, str]) -> dict[str, Decimal]:
    """The amounts that the caller computed."""
    return {ours: value for ours, theirs in names.items() if (value := reader.amount(theirs)) is not None}


def _receiver(document: Reader, *, strict_ruc: bool) -> Party:
    """A `Client`; the rules say what is wrong with it, for SUNAT has its own codes for that here."""
    reader = document.child("proveedor", "client")
    if reader is None:
        return Party("", "", "")
    found = Party(
        id_type=reader.text("tipoDoc"),
        id_number=reader.text("numDoc"),
        name=reader.text("rznSocial"),
        address=read_address(reader.child("address")),
        email=reader.text("email"),
        telephone=reader.text("telephone"),
    )
    if strict_ruc and found.id_type == RUC:
        _check_digit(reader, found.id_number)
    reader.finish()
    return found


def _check_digit(reader: Reader, number: str) -> None:
    if is_ruc_shape(number) and number[10] != (digit := ruc_check_digit(number[:10])):
        sentence = "El dígito verificador del RUC no es correcto; revise el número."
        reader.fault("numDoc", "ruc_check_digit", sentence, expected=digit)


def _line(reader: Reader, names: Names) -> LineForm:
    doctype, currency = reader.text("tipoDoc"), reader.text("moneda", required=True).upper()
    form = LineForm(
        doctype=doctype,
        number=reader.text("numDoc"),
        issue_date=reader.day("fechaEmision", required=True),
        currency=currency,
        total=reader.amount("impTotal"),
        payments=tuple(_payment(payment) for payment in reader.items(names.payments)),
        withheld_on=reader.day(names.withheld_on, required=doctype != CREDIT_NOTE),
        exchange=_exchange(reader.child("tipoCambio"), currency),
        given=_given(reader, {"withheld": names.withheld, "net": names.net}),
    )
    reader.finish()
    return form


def _payment(reader: Reader) -> PaymentForm:
    form = PaymentForm(
        amount=reader.amount("importe"),
        day=reader.day("fecha"),
        currency=reader.text("moneda").upper(),
        number=reader.text("numero"),
    )
    reader.finish()
    return form


def _exchange(reader: Reader | None, currency: str) -> Exchange | None:
    if reader is None:
        return None
    form = Exchange(
        source=reader.text("monedaRef", default=currency).upper(),
        target=reader.text("monedaObj", default=SOLES).upper(),
        rate=reader.amount("factor"),
        day=reader.day("fecha"),
    )
    reader.finish()
    return form
