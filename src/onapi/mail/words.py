"""The words of a letter, one table for each language; a test holds the tables against each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Tone = Literal["good", "fair", "bad", "open"]


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    code: str  # es, en
    kinds: Mapping[str, str]  # doctype: its name
    verdicts: Mapping[str, str]  # status: sentence; {o} is the ending that the kind's gender asks for
    files: Mapping[str, str]
    links: Mapping[str, str]
    intro: str
    subject: str
    date: str
    total: str
    customer: str
    number: str
    verdict: str
    attached: str
    no_value: str
    voided: str
    test: str
    check: str
    answer: str
    no_answer: str
    issued_by: str


TONES: Final[Mapping[str, Tone]] = MappingProxyType(
    {
        "ACCEPTED": "good",
        "OBSERVED": "fair",
        "REJECTED": "bad",
        "FAILED": "bad",
        "VOID_PENDING": "fair",
        "VOIDED": "bad",
    }
)  # of every other: open
FEMININE: Final = frozenset({"01", "03", "04", "07", "08", "09", "31", "RA"})  # la factura; el comprobante
LOOKUP: Final = "https://e-consulta.sunat.gob.pe/ol-ti-itconsvalicpe/ConsValiCpe.htm"

_ES = Words(
    code="es",
    kinds={
        "01": "Factura electrónica",
        "03": "Boleta de venta electrónica",
        "04": "Liquidación de compra electrónica",
        "07": "Nota de crédito electrónica",
        "08": "Nota de débito electrónica",
        "09": "Guía de remisión remitente",
        "31": "Guía de remisión transportista",
        "20": "Comprobante de retención",
        "40": "Comprobante de percepción",
        "RC": "Resumen diario",
        "RA": "Comunicación de baja",
        "RR": "Resumen de reversiones",
    },
    verdicts={
        "ACCEPTED": "Aceptad{o} por SUNAT",
        "OBSERVED": "Aceptad{o} por SUNAT, con observaciones",
        "REJECTED": "Rechazad{o} por SUNAT",
        "FAILED": "SUNAT no l{o} registró",
        "VOID_PENDING": "Con una anulación en proceso ante SUNAT",
        "VOIDED": "Anulad{o} ante SUNAT",
        "": "Todavía sin respuesta de SUNAT",
    },
    files={
        "pdf": "Representación impresa (PDF)",
        "xml": "Comprobante firmado (XML)",
        "cdr": "Constancia de recepción de SUNAT (CDR)",
        "qr": "Código QR (PNG)",
    },
    links={"pdf": "Ver el PDF", "xml": "Descargar el XML", "cdr": "Descargar el CDR", "": "Ver el comprobante"},
    intro="{company} le envía su comprobante.",
    subject="{kind} {number} de {company}",
    date="Fecha de emisión",
    total="Importe total",
    customer="Cliente",
    number="Número",
    verdict="Estado",
    attached="Archivos adjuntos",
    no_value="Comprobante de prueba, sin valor fiscal.",
    voided="ANULADO",
    test="PRUEBA",
    check="Puede verificar este comprobante en la consulta de validez de SUNAT",
    answer="Si tiene alguna pregunta, responda a este correo o escriba a {address}.",
    no_answer="Este correo se envió de forma automática.",
    issued_by="Emitido por",
)
_EN = Words(
    code="en",
    kinds={
        "01": "Electronic invoice",
        "03": "Electronic sales receipt",
        "04": "Electronic purchase settlement",
        "07": "Electronic credit note",
        "08": "Electronic debit note",
        "09": "Sender's delivery note",
        "31": "Carrier's delivery note",
        "20": "Withholding certificate",
        "40": "Perception certificate",
        "RC": "Daily summary",
        "RA": "Voiding notice",
        "RR": "Summary of reversals",
    },
    verdicts={
        "ACCEPTED": "Accepted by SUNAT",
        "OBSERVED": "Accepted by SUNAT, with observations",
        "REJECTED": "Rejected by SUNAT",
        "FAILED": "Not registered by SUNAT",
        "VOID_PENDING": "Being voided with SUNAT",
        "VOIDED": "Voided with SUNAT",
        "": "No answer from SUNAT yet",
    },
    files={
        "pdf": "Printed representation (PDF)",
        "xml": "Signed document (XML)",
        "cdr": "SUNAT's proof of receipt (CDR)",
        "qr": "QR code (PNG)",
    },
    links={"pdf": "View the PDF", "xml": "Download the XML", "cdr": "Download the CDR", "": "View the document"},
    intro="{company} sends you this document.",
    subject="{kind} {number} from {company}",
    date="Issue date",
    total="Total amount",
    customer="Customer",
    number="Number",
    verdict="Status",
    attached="Attached files",
    no_value="Test document, without fiscal value.",
    voided="VOIDED",
    test="TEST",
    check="You can check this document at SUNAT's validity service",
    answer="If you have any question, answer this e-mail or write to {address}.",
    no_answer="This e-mail was sent automatically.",
    issued_by="Issued by",
)
LANGUAGES: Final[Mapping[str, Words]] = MappingProxyType({each.code: each for each in (_ES, _EN)})


def words_in(language: str) -> Words:
    """The words of a language as `es`, `en` or `en-US` names it; Spanish for every other."""
    return LANGUAGES.get(language.lower().replace("_", "-").partition("-")[0], _ES)


def verdict_of(words: Words, doctype: str, status: str) -> str:
    """What SUNAT said, with the ending that the kind asks for."""
    sentence = words.verdicts.get(status, words.verdicts[""])
    return sentence.replace("{o}", "a" if doctype in FEMININE else "o")
