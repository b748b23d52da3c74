"""Batches in the public vocabulary (Greenter's names): JSON to their forms.

Their number is read before (`number.py`); what is missing in a line is for the rules to say, with SUNAT's code.
"""

from onapi.intake.batch.fields import AMOUNTS
from onapi.intake.batch.number import known_day
from onapi.intake.reader import Reader
from onapi.kinds.batch.model import (
    BatchForm,
    PerceptionForm,
    Reference,
    SummaryForm,
    SummaryLineForm,
    VoidedForm,
    VoidedLine,
)
from onapi.kinds.batch.summary_rules import MOST_LINES
from onapi.values.identity import ANONYMOUS
from onapi.values.number import ReceiptId
from onapi.values.party import Party

_READ_BEFORE = ("tipoDoc", "doctype", "serie", "correlativo", "number", "company", "ublVersion")
_AMOUNTS = tuple((names, ours) for names, ours, _, _ in AMOUNTS)
_SOLES = "PEN"


def read_summary(reader: Reader, receipt: ReceiptId, _strict_ruc: bool) -> SummaryForm:  # noqa: FBT001  one signature for all families
    """A resumen diario as written; what is wrong is noted in the reader."""
    currency = reader.text("moneda", "tipoMoneda", default=_SOLES)
    form: SummaryForm = BatchForm(
        id=receipt,
        reference_date=known_day(reader, "fecGeneracion", required=True),
        lines=tuple(_summary_line(line, currency) for line in reader.items("details", most=MOST_LINES)),
    )
    reader.skip(*_READ_BEFORE, "fecResumen")
    reader.finish()
    return form


def read_voided(reader: Reader, receipt: ReceiptId, _strict_ruc: bool) -> VoidedForm:  # noqa: FBT001  one signature for all families
    """A comunicación de baja or a reversión as written; what is wrong is noted in the reader."""
    form: VoidedForm = BatchForm(
        id=receipt,
        reference_date=known_day(reader, "fecGeneracion", required=True),
        lines=tuple(_voided_line(n, line) for n, line in enumerate(reader.items("details"), start=1)),
    )
    reader.skip(*_READ_BEFORE, "fecComunicacion")
    reader.finish()
    return form


def _voided_line(number: int, reader: Reader) -> VoidedLine:
    line = VoidedLine(
        number=number,
        doctype=reader.text("tipoDoc"),
        series=reader.text("serie").upper(),
        correlative=reader.text("correlativo", "number"),
        reason=reader.text("desMotivoBaja"),
    )
    reader.finish()
    return line


def _summary_line(reader: Reader, currency: str) -> SummaryLineForm:
    line = SummaryLineForm(
        doctype=reader.text("tipoDoc"),
        receipt=_receipt(reader),
        status=reader.text("estado"),
        customer=_customer(reader),
        reference=_reference(reader.child("docReferencia")),
        perception=_perception(reader.child("percepcion")),
        currency=reader.text("moneda", "tipoMoneda", default=currency),
        igv_percent=reader.amount("porcentajeIgv"),
        given={ours: value for names, ours in _AMOUNTS if (value := reader.amount(*names)) is not None},
    )
    reader.finish()
    return line


def _receipt(reader: Reader) -> str:
    """`B001-123`, said in one or in two fields."""
    label, series, number = reader.text("serieNro"), reader.text("serie"), reader.text("correlativo", "number")
    return (label or (f"{series}-{number}" if series and number else "")).upper()


def _customer(reader: Reader) -> Party | None:
    """Whoever left type and number empty names nobody; a dash in either is a customer who gave no document."""
    id_type, number, name = reader.text("clienteTipo"), reader.text("clienteNro"), reader.text("clienteNombre")
    if not id_type and not number:
        return None
    if ANONYMOUS in (id_type, number):
        id_type, number = id_type or ANONYMOUS, number or ANONYMOUS
    return Party(id_type, number, name)


def _reference(reader: Reader | None) -> Reference | None:
    if reader is None:
        return None
    found = Reference(reader.text("tipoDoc"), reader.text("nroDoc"))
    reader.finish()
    return found if found.doctype or found.number else None


def _perception(reader: Reader | None) -> PerceptionForm | None:
    """A block of zeros says that there is none."""
    if reader is None:
        return None
    regime = reader.text("codReg")
    percent, base = reader.amount("tasa"), reader.amount("mtoBase")
    amount, total = reader.amount("mto"), reader.amount("mtoTotal")
    reader.finish()
    if not (regime or percent or base or amount):
        return None
    return PerceptionForm(regime or "01", percent, base, amount, total)
