"""Messages to persons (operations 23, 25, 27 and what belongs to them), as the API takes and shows them."""

from base64 import b64encode
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from onapi.api.shapes.message_examples import EMAIL_WISH, QR_WISH, WHATSAPP_WISH
from onapi.flows.message_told import Told, file_names, told_message, told_moves
from onapi.gateways.channels.channel import Template
from onapi.values.moment import stamp
from onapi.values.number import MAX_CORRELATIVE, ReceiptId

Status = Literal["QUEUED", "SENT", "DELIVERED", "READ", "FAILED"]
FileName = Literal["pdf", "xml", "cdr"]


def _number(value: object) -> object:
    """A number may come as text, with zeros before it; true is none."""
    if isinstance(value, bool):
        return None
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 8 else value  # noqa: PLR2004  the longest


def _several(value: object) -> object:
    """One address may come alone."""
    return [value] if isinstance(value, str) else value


_Whole = Annotated[int, Field(strict=True, ge=1, le=MAX_CORRELATIVE)]
Number = Annotated[_Whole, BeforeValidator(_number, json_schema_input_type=_Whole)]
Address = Annotated[str, Field(min_length=1, max_length=320)]
Addresses = Annotated[
    list[Address], Field(max_length=20), BeforeValidator(_several, json_schema_input_type=list[Address] | Address)
]


class _Wish(BaseModel):
    """About which receipt."""

    model_config = ConfigDict(extra="forbid")

    ruc: str = Field(min_length=1, max_length=11, description="RUC emisor")
    doctype: str = Field(max_length=2, description="Tipo de comprobante")
    serie: str = Field(max_length=8, description="Serie")
    number: Number = Field(description="Número")


class TemplateWish(BaseModel):
    """A message that WhatsApp approved beforehand."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"name": "cpe", "language": "es"}})

    name: str = Field(pattern="^[a-z0-9_]{1,512}$", description="Nombre de la plantilla, como la aprobó WhatsApp")
    language: str = Field("es", pattern="^[a-z]{2,3}(_[A-Z]{2})?$", description="Idioma de la plantilla")
    variables: list[Annotated[str, Field(min_length=1, max_length=1024)]] = Field(
        default_factory=list, max_length=20, description="Lo que llena sus huecos, en orden"
    )

    def template(self) -> Template:
        """As the channel takes it."""
        return Template(self.name, self.language, tuple(self.variables))


class WhatsappWish(_Wish):
    """A receipt for a phone."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": WHATSAPP_WISH})

    phone: str = Field(max_length=40, description="Celular de nueve dígitos, o un número E.164 como +51987654321")
    files: list[FileName] = Field(["pdf"], min_length=1, max_length=10, description="Archivos; van los que existen")
    template: TemplateWish | None = Field(
        None, description="Plantilla aprobada; hace falta fuera de la ventana de 24 horas de WhatsApp"
    )
    message: str | None = Field(None, max_length=1024, description="Texto que acompaña al archivo")
    mode: Literal["document", "link"] = Field("document", description="link: un enlace firmado en vez del archivo")
    force: bool = Field(strict=True, default=False, description="true: también si SUNAT no lo ha aceptado")


class WhatsappQrWish(_Wish):
    """The QR of a receipt for a phone."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": QR_WISH})

    phone: str | None = Field(None, max_length=40, description="A quién; puede faltar si `deliver` es false")
    content: Literal["cpe", "link"] = Field("cpe", description="cpe: el texto oficial; link: un enlace firmado al PDF")
    message: str | None = Field(None, max_length=1024, description="Texto que acompaña a la imagen")
    size: int = Field(512, strict=True, ge=128, le=1024, description="Lado de la imagen en píxeles, como máximo")
    deliver: bool = Field(strict=True, default=True, description="false: solo devolver la imagen")
    force: bool = Field(strict=True, default=False, description="true: también si SUNAT no lo ha aceptado")


class EmailWish(_Wish):
    """A receipt for one or several addresses."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EMAIL_WISH})

    to: Addresses = Field(
        default_factory=list, description="De 1 a 20 direcciones; si falta, la del cliente, si el comprobante la trae"
    )
    cc: Addresses = Field(default_factory=list, description="Con copia")
    bcc: Addresses = Field(default_factory=list, description="Con copia oculta")
    replyTo: str | None = Field(None, max_length=320, description="A quién se responde")
    subject: str | None = Field(None, min_length=1, max_length=200, description="Asunto; si falta, uno nuestro")
    message: str | None = Field(None, min_length=1, max_length=5000, description="Texto; si falta, uno nuestro")
    language: Literal["es", "en"] = Field("es", description="Idioma de nuestras palabras")
    attachments: list[FileName] = Field(
        ["pdf", "xml", "cdr"], min_length=1, max_length=10, description="Archivos; van los que existen"
    )
    force: bool = Field(strict=True, default=False, description="true: también si SUNAT no lo ha aceptado")


BODIES = (TemplateWish, WhatsappWish, WhatsappQrWish, EmailWish)  # read by our own readers


class WhatsappMessage(BaseModel):
    """A message to a phone, just taken."""

    messageId: str | None = Field(description="null si solo se pidió la imagen")
    provider: str | None
    providerMessageId: str | None
    phone: str | None
    status: Status | None
    files: list[str]
    createdAt: datetime


class QrPicture(BaseModel):
    """A QR and what it says."""

    text: str
    contentType: Literal["image/png"]
    content: str


class WhatsappQrMessage(WhatsappMessage):
    """A QR sent to a phone, or only shown."""

    qr: QrPicture


class EmailMessage(BaseModel):
    """A message to addresses, just taken."""

    messageId: str
    provider: str | None
    providerMessageId: str | None
    status: Status
    to: list[str]
    cc: list[str]
    bcc: list[str]
    attachments: list[str]
    createdAt: datetime


class MessageError(BaseModel):
    """What is wrong with a message."""

    code: str | None
    message: str | None


class MessageMove(BaseModel):
    """A line of its history."""

    at: datetime
    status: Status
    attempt: int | None = Field(description="Intento nuestro, desde 1; null si lo dijo el proveedor")
    code: str | None
    message: str | None


class Message(BaseModel):
    """A message to a person, of whichever channel."""

    messageId: str
    ruc: str
    doctype: str
    serie: str
    number: int
    channel: Literal["email", "whatsapp"]
    provider: str | None
    providerMessageId: str | None
    status: Status
    phone: str | None = Field(None, description="WhatsApp; con puntos en medio una vez olvidado")
    to: list[str] | None = Field(None, description="Correo; con puntos en medio una vez olvidado")
    cc: list[str] | None = None
    bcc: list[str] | None = None
    refused: list[str] | None = Field(None, description="Correo: direcciones que el servidor no aceptó")
    files: list[str]
    attempts: int
    nextAttemptAt: datetime | None
    error: MessageError | None
    resendOf: str | None
    createdAt: datetime
    updatedAt: datetime
    history: list[MessageMove] | None = Field(None, description="Solo al pedir un mensaje")


class Messages(BaseModel):
    """A company's messages."""

    items: list[Message]
    cursor: str | None = Field(description="Lo que se pasa para ver los anteriores; null si no hay más")


def whatsapp(told: Told) -> dict[str, Any]:
    """The answer to who sends to a phone."""
    whole = told_message(told)
    return {name: whole[name] for name in WhatsappMessage.model_fields}


def email(told: Told) -> dict[str, Any]:
    """The answer to who sends to addresses."""
    whole = told_message(told)
    return {
        **{name: whole[name] for name in EmailMessage.model_fields if name != "attachments"},
        "attachments": whole["files"],
    }


def qr(text: str, picture: bytes) -> dict[str, str]:
    """A QR in JSON."""
    return {"text": text, "contentType": "image/png", "content": b64encode(picture).decode("ascii")}


def qr_shown(receipt: ReceiptId, phone: str | None, now: datetime) -> dict[str, Any]:
    """The answer to who wants the picture alone."""
    nothing = dict.fromkeys(("messageId", "provider", "providerMessageId", "status"))
    return {**nothing, "phone": phone, "files": file_names(receipt, ["qr"]), "createdAt": stamp(now)}


def message(told: Told, *, whole: bool = False) -> dict[str, Any]:
    """A message; with its history where it is asked for alone."""
    return told_message(told) | ({"history": told_moves(told.moves)} if whole else {})
