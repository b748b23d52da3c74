"""Every field of a retención and of a percepción: the caller's name, ours, whether it is needed, and what it is."""

from onapi.intake.shared_fields import head, party
from onapi.intake.vocabulary import Field
from onapi.intake.withholding.names import NAMES
from onapi.kinds.withholding.model import PERCEPTION, RETENTION

_EXCHANGE_FIELDS = (
    Field("details[]/tipoCambio", "lines[].exchange", "O", "Tipo de cambio; obligatorio si la moneda no es PEN"),
    Field("details[]/tipoCambio/monedaRef", "lines[].exchange.source", "C", "La moneda del documento"),
    Field("details[]/tipoCambio/monedaObj", "lines[].exchange.target", "C", "Siempre PEN"),
    Field(
        "details[]/tipoCambio/factor",
        "lines[].exchange.rate",
        "R",
        "Soles por unidad, hasta 4 enteros y 6 decimales",
    ),
    Field("details[]/tipoCambio/fecha", "lines[].exchange.day", "R", "Fecha del tipo de cambio"),
)


def _exceptional() -> tuple[Field, ...]:
    text = "01 en una percepción excepcional, de una factura al contado; se omite en las demás"
    return (Field("indExcepcional", "exceptional", "O", text),)


def _fields(doctype: str, catalogue: str, words: tuple[str, str, str]) -> tuple[Field, ...]:
    """The fields of one kind; `words` are how it calls withheld, paid and the receiver."""
    names = NAMES[doctype]
    withheld, settled, receiver = words
    return (
        *head("issue_date"),
        *(_exceptional() if doctype == PERCEPTION else ()),
        *party("proveedor", "receiver", "R", f"{receiver}; alias `client`"),
        Field("regimen", "regime", "R", f"Código del régimen (catálogo {catalogue})"),
        Field("tasa", "percent", "C", "Porcentaje del régimen: 3 es tres por ciento"),
        Field(names.withheld, "withheld", "C", f"Total {withheld} en soles: la suma exacta de las líneas que cuentan"),
        Field(names.settled, "settled", "C", f"Total {settled} en soles: la suma exacta de los netos y el redondeo"),
        Field("redondeo", "rounding", "O", f"Redondeo del total {settled}, de -1.00 a 1.00"),
        Field("observacion", "remarks", "O", "Observaciones, hasta 250 caracteres"),
        Field("details", "lines", "R", "Documentos relacionados, de 1 a 999"),
        *_line_fields(doctype, withheld),
    )


def _line_fields(doctype: str, withheld: str) -> tuple[Field, ...]:
    names = NAMES[doctype]
    kinds = "01, 07, 08, 12 o 20" if doctype == RETENTION else "01, 03, 07, 08, 12 o 40"
    left_out = f"Las notas de crédito y los comprobantes {doctype} no entran en los totales"
    net = "menos lo retenido" if doctype == RETENTION else "más lo percibido"
    return (
        Field("details[]", "lines[]", "R", f"Un documento. {left_out}"),
        Field("details[]/tipoDoc", "lines[].doctype", "R", f"Tipo de documento (catálogo 01): {kinds}"),
        Field("details[]/numDoc", "lines[].number", "R", "Serie y número: F001-123"),
        Field("details[]/fechaEmision", "lines[].issue_date", "R", "Fecha de emisión del documento"),
        Field("details[]/moneda", "lines[].currency", "R", "Moneda del documento, ISO 4217"),
        Field("details[]/impTotal", "lines[].total", "R", "Importe total del documento, en su moneda"),
        Field(
            f"details[]/{names.payments}",
            "lines[].payments",
            "R",
            "Pagos o cobros del documento, todos del mes de emisión; sólo una nota de crédito puede no tenerlos",
        ),
        *_payment_fields(f"details[]/{names.payments}[]", withheld),
        Field(
            f"details[]/{names.withheld_on}", "lines[].withheld_on", "R", "Fecha; no hace falta si no hay pago o cobro"
        ),
        Field(
            f"details[]/{names.withheld}",
            "lines[].withheld",
            "C",
            f"Importe {withheld} en soles: el pago por la tasa y el tipo de cambio, con tolerancia de 1.00",
        ),
        Field(f"details[]/{names.net}", "lines[].net", "C", f"Neto en soles: lo pagado {net}, con tolerancia de 1.00"),
        *_EXCHANGE_FIELDS,
    )


def _payment_fields(name: str, withheld: str) -> tuple[Field, ...]:
    return (
        Field(name, "lines[].payments[]", "R", "Un pago o cobro; en el XML cada uno lleva su propia referencia"),
        Field(f"{name}/moneda", "lines[].payments[].currency", "C", "La del documento, que es su valor por defecto"),
        Field(f"{name}/importe", "lines[].payments[].amount", "R", f"Importe sin lo {withheld}"),
        Field(f"{name}/fecha", "lines[].payments[].day", "R", "Fecha del pago o cobro"),
        Field(
            f"{name}/numero",
            "lines[].payments[].number",
            "C",
            "De 1 a 9 dígitos, sin repetirse en el documento; por defecto, el orden en este comprobante",
        ),
    )


RETENTION_FIELDS = _fields(RETENTION, "23", ("retenido", "pagado", "El proveedor a quien se retiene"))
PERCEPTION_FIELDS = _fields(PERCEPTION, "22", ("percibido", "cobrado", "El cliente a quien se percibe"))
