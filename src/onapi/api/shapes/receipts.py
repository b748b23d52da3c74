"""Shapes of the receipt operations as the OpenAPI document tells them; the document itself is read by `intake`."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

Status = Literal[
    "SIGNED", "QUEUED", "SENT", "UNKNOWN", "ACCEPTED", "OBSERVED", "REJECTED", "FAILED", "VOID_PENDING", "VOIDED"
]

Amount = Annotated[Decimal, WithJsonSchema({"type": "number"})]  # exact: read and written as a decimal


class Notify(BaseModel):
    """Persons who get the receipt once SUNAT has accepted it."""

    model_config = ConfigDict(extra="forbid")

    emails: list[Annotated[str, Field(min_length=1, max_length=320)]] = Field(
        default_factory=list, max_length=20, description="Direcciones de correo"
    )
    phones: list[Annotated[str, Field(min_length=1, max_length=40)]] = Field(
        default_factory=list, max_length=20, description="Celulares de nueve dígitos, o números E.164"
    )


class Options(BaseModel):
    """What the sender asks for beside the receipt itself."""

    model_config = ConfigDict(extra="forbid")

    wait: int = Field(15, ge=0, le=60, description="Segundos que se espera el veredicto antes de responder")
    send: bool = Field(default=True, description="false: firmar y guardar sin enviar")
    dryRun: bool = Field(default=False, description="true: validar y firmar sin guardar nada")
    totals: Literal["check", "trust", "replace"] = Field("check", description="Qué hacer con los importes recibidos")
    boletaMode: Literal["individual", "summary"] | None = Field(
        None,
        description="Boletas y sus notas: una a una, o en el resumen diario de su fecha; si falta, como lo configuró "
        "la empresa, o una a una",
    )
    include: list[Literal["xml", "cdr", "pdf", "qr"]] = Field(default_factory=list, description="Archivos en files")
    pdfTemplate: str = Field(
        "A4",
        pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,19}$",
        description="Plantilla de la página en files y mensajes: A4, A5, ticket80, ticket58 o una de la empresa",
    )
    resign: bool = Field(default=False, description="Solo XML firmado: quitar su firma y firmarlo otra vez")
    notify: Notify | None = Field(None, description="A quién se envía en cuanto SUNAT lo acepta")


class Envelope(BaseModel):
    """One receipt and what is asked for."""

    model_config = ConfigDict(extra="allow")  # foreign payloads carry extras: they draw a warning, not a refusal

    ruc: str = Field(min_length=1, max_length=11, description="RUC emisor")
    doctype: str = Field(
        "",
        max_length=2,
        description="Tipo de comprobante: 01 03 04 07 08 09 20 31 40 RC RA RR; puede ir en document.tipoDoc",
    )
    document: dict[str, Any] | None = Field(None, description="El comprobante, con los nombres de Greenter")
    trama: str | None = Field(None, description="El comprobante como archivo plano, en lugar de document")
    tramaEncoding: Literal["plain", "base64"] = "plain"
    tramaCharset: Literal["utf-8", "iso-8859-1"] = "utf-8"
    xml: str | None = Field(
        None, description="XML UBL de SUNAT, o un ZIP con uno, en base64; si viene firmado no se altera"
    )
    externalId: str | None = Field(None, min_length=1, max_length=64, description="Referencia del emisor")
    options: Options = Options()


class Customer(BaseModel):
    """Who bought."""

    tipoDoc: str
    numDoc: str
    rznSocial: str


class Note(BaseModel):
    """An observation of SUNAT."""

    code: str
    message: str


class SunatAnswer(BaseModel):
    """What SUNAT said."""

    code: str | None
    description: str | None
    notes: list[Note]
    reference: str | None
    receivedAt: datetime | None
    channel: str | None
    evidence: Literal["CDR", "ANSWER", "CONSULTA"] | None = Field(
        None,
        description="Qué lo prueba: CDR, la constancia firmada; ANSWER, lo que SUNAT respondió al envío, sin "
        "constancia; CONSULTA, solo lo que SUNAT informa cuando se le pregunta",
    )


class NextAction(BaseModel):
    """What happens by itself and when, or what the sender should do."""

    code: str
    message: str
    at: datetime | None


class Delivery(BaseModel):
    """The road to SUNAT so far."""

    attempts: int
    lastAttemptAt: datetime | None
    nextAttemptAt: datetime | None
    lastError: str | None
    deadline: datetime | None


class Available(BaseModel):
    """Which files exist."""

    xml: bool
    cdr: bool
    pdf: bool


class Links(BaseModel):
    """API paths."""

    self: str
    xml: str
    cdr: str
    pdf: str


class Files(BaseModel):
    """Files in base64, only on request."""

    xml: str | None = None
    cdr: str | None = None
    pdf: str | None = None
    qrPng: str | None = None


class Oddity(BaseModel):
    """Something odd that did not stop the receipt."""

    code: str
    message: str
    field: str | None = None


class Record(BaseModel):
    """All that is known of a receipt."""

    id: str
    ruc: str
    doctype: str
    serie: str
    number: int
    name: str
    environment: Literal["sandbox", "beta", "production"]
    origin: Literal["API", "STORE_XML"]
    source: str | None = Field(None, description="Quién lo emitió, si lo dijo quien lo guardó con storeXml")
    inputFormat: Literal["json", "xml", "trama"]
    externalId: str | None
    status: Status | None = Field(None, description="Ausente en dryRun")
    statusAt: datetime | None = None
    issueDate: date
    currency: str | None
    total: Amount | None
    customer: Customer | None
    hash: str
    qr: str | None
    ticket: str | None
    sunat: SunatAnswer | None
    summary: str | None
    voiding: dict[str, Any] | None
    numberState: Literal["FREE", "TAKEN", "UNKNOWN"]
    deadline: datetime | None
    nextAction: NextAction | None
    delivery: Delivery
    available: Available
    links: Links
    files: Files | None = None
    warnings: list[Oddity]
    createdAt: datetime | None
    updatedAt: datetime | None
    history: list[dict[str, Any]] | None = None
    document: dict[str, Any] | None = Field(None, description="Lo que dice su XML, solo si se pide")
    trama: str | None = Field(None, description="Lo mismo como archivo plano, solo si se pide")


class FileEnvelope(BaseModel):
    """A file in JSON."""

    fileName: str
    contentType: str
    encoding: Literal["base64"]
    content: str
    size: int
    sha256: str
    status: Status


class XmlFile(FileEnvelope):
    """The signed XML."""

    hash: str


class PageWarning(BaseModel):
    """What is not as the company wants its pages."""

    code: str
    message: str


class PdfFile(FileEnvelope):
    """The printed representation."""

    template: str
    warnings: list[PageWarning] | None = Field(None, description="Lo que no salió como la empresa quiere; suele faltar")


class CdrSummary(BaseModel):
    """What a CDR says."""

    id: str
    code: str
    description: str
    notes: list[Note]
    reference: str | None
    issuedAt: datetime | None
    accepted: bool


class CdrFile(FileEnvelope):
    """SUNAT's answer."""

    cdr: CdrSummary
