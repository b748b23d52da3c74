"""A company's mail server and WhatsApp number as the API takes and shows them; secrets go in and never come out."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from onapi.api.shapes.company import SecretSet, is_set
from onapi.api.shapes.company_examples import DONE
from onapi.flows.channels import ChannelStanding, Source
from onapi.gateways.channels.channel import Handover, Standing
from onapi.values.moment import stamp

_MAIL = r"^[^@\s]{1,64}@[^@\s]{1,255}$"
_TEXT = r"^[^\x00-\x1f\x7f]*$"
_NAME = r"^[^\x00-\x20\x7f]*$"
_VISIBLE = r"^[!-~]*$"
_MOMENT = "2026-11-20T10:15:00-05:00"
_MAIL_SHOWN: dict[str, Any] = {
    "host": "smtp.empresa.example",
    "port": 465,
    "security": "tls",
    "user": "comprobantes@empresa.example",
    "fromAddress": "comprobantes@empresa.example",
    "fromName": "Empresa de Prueba",
    "replyTo": "ventas@empresa.example",
}
_PHONE_SHOWN: dict[str, Any] = {
    "phoneNumberId": "106540352242922",
    "businessAccountId": "102290129340398",
    "template": "comprobante_emitido",
    "templateLanguage": "es",
    "templateVariables": ["sender", "subject"],
}
_SOURCES = "COMPANY: la suya; PLATFORM: la de la plataforma; SANDBOX: la del simulador; NONE: no hay"


class MailSettings(BaseModel):
    """A mail server, and who sends through it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {**_MAIL_SHOWN, "password": "<secreto>"}})

    host: str = Field(min_length=1, max_length=253, pattern=_NAME, description="Servidor SMTP, de la red pública")
    port: int = Field(ge=1, le=65535, strict=True, description="25, 465, 587 o 2525")
    security: Literal["tls", "starttls", "none"] = Field(
        description="tls: desde el inicio (465); starttls (587); none: solo si la plataforma lo permite"
    )
    user: str | None = Field(None, max_length=320, pattern=_TEXT, description="Usuario, si el servidor lo pide")
    password: str | None = Field(None, max_length=1024, pattern=_TEXT, description="Su clave", repr=False)
    fromAddress: str = Field(max_length=320, pattern=_MAIL, description="Dirección que envía")
    fromName: str | None = Field(None, max_length=100, pattern=_TEXT, description="Remitente; si falta, la empresa")
    replyTo: str | None = Field(None, max_length=320, pattern=_MAIL, description="A dónde responden los clientes")


class MailInfo(BaseModel):
    """The mail server that a company's messages go by, without its password."""

    source: Literal["COMPANY", "PLATFORM", "SANDBOX", "NONE"] = Field(description=_SOURCES)
    host: str | None
    port: int | None
    security: Literal["tls", "starttls", "none"] | None
    user: str | None
    password: SecretSet
    fromAddress: str | None
    fromName: str | None
    replyTo: str | None
    updatedAt: datetime | None


class MailTrial(BaseModel):
    """To whom a test message goes."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"to": "sistemas@empresa.example"}})

    to: str = Field(max_length=320, pattern=_MAIL, description="Quién recibe la prueba")


class MailTried(BaseModel):
    """What the mail server made of a test message."""

    status: Literal["SENT", "FAILED"]
    retryable: bool = Field(description="true: fue un tropiezo pasajero, y un comprobante se intentaría otra vez")
    provider: str
    providerMessageId: str | None = Field(description="Su Message-ID")
    code: str | None = Field(description="Código SMTP")
    detail: str = Field(description="Lo que contestó el servidor, o por qué no se llegó a él")


class WhatsappNumber(BaseModel):
    """A number of Meta's Cloud API."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                **_PHONE_SHOWN,
                "accessToken": "<secreto>",
                "appSecret": "<secreto>",
                "verifyToken": "<secreto>",
            }
        },
    )

    phoneNumberId: str = Field(pattern=r"^[0-9]{1,32}$", description="Phone number ID, del panel de Meta")
    businessAccountId: str | None = Field(None, pattern=r"^[0-9]{1,32}$", description="WABA ID")
    accessToken: str = Field(
        min_length=1, max_length=1024, pattern=_VISIBLE, description="Token permanente", repr=False
    )
    appSecret: str | None = Field(
        None, min_length=1, max_length=256, pattern=_VISIBLE, description="Firma los avisos de entrega", repr=False
    )
    verifyToken: str | None = Field(
        None, min_length=1, max_length=256, pattern=_VISIBLE, description="El que se escribe en Meta", repr=False
    )
    template: str | None = Field(None, pattern=r"^[a-z0-9_]{1,512}$", description="Plantilla aprobada que se usa")
    templateLanguage: str = Field("es", pattern=r"^[a-z]{2,3}(_[A-Z]{2,3})?$", description="Su idioma, como en Meta")
    templateVariables: list[Literal["subject", "text", "sender"]] = Field(
        ["subject"], max_length=10, description="Con qué se llena cada variable: asunto, mensaje o empresa"
    )


class WhatsappInfo(BaseModel):
    """The number that a company's messages go by, without its secrets."""

    source: Literal["COMPANY", "PLATFORM", "SANDBOX", "NONE"] = Field(description=_SOURCES)
    phoneNumberId: str | None
    businessAccountId: str | None
    accessToken: SecretSet
    appSecret: SecretSet
    verifyToken: SecretSet
    template: str | None
    templateLanguage: str | None
    templateVariables: list[str]
    updatedAt: datetime | None


BODIES = (MailSettings, MailTrial, WhatsappNumber)  # read by our own reader


def mail(found: ChannelStanding) -> dict[str, Any]:
    """A company's mail."""
    shown, at = _shown(found)
    password = is_set(found.own and found.own.secrets.get("password"), at)
    names = ("host", "port", "security", "user", "fromAddress", "fromName", "replyTo")
    told = {name: shown.get(name) or None for name in names}
    return {"source": found.source.value, **told, "password": password, "updatedAt": stamp(at) if at else None}


def whatsapp(found: ChannelStanding) -> dict[str, Any]:
    """A company's WhatsApp."""
    shown, at = _shown(found)
    secrets = {
        name: is_set(found.own and found.own.secrets.get(name), at)
        for name in ("accessToken", "appSecret", "verifyToken")
    }
    names = ("phoneNumberId", "businessAccountId", "template", "templateLanguage")
    told = {name: shown.get(name) or None for name in names}
    variables = list(shown.get("templateVariables") or ())
    told_at = stamp(at) if at else None
    return {"source": found.source.value, **told, **secrets, "templateVariables": variables, "updatedAt": told_at}


def tried(came: Handover) -> dict[str, Any]:
    """What came of a test message."""
    return {
        "status": "SENT" if came.standing is Standing.SENT else "FAILED",
        "retryable": came.standing is Standing.QUEUED,
        "provider": came.provider,
        "providerMessageId": came.provider_id or None,
        "code": came.code or None,
        "detail": came.words,
    }


def _shown(found: ChannelStanding) -> tuple[dict[str, Any], datetime | None]:
    return (dict(found.own.shown), found.own.updated_at) if found.own else ({}, None)


def _example(value: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"example": value}}}


MAIL = _example({"source": Source.COMPANY.value, **_MAIL_SHOWN, "password": DONE, "updatedAt": _MOMENT})
WHATSAPP = _example(
    {
        "source": Source.COMPANY.value,
        **_PHONE_SHOWN,
        "accessToken": DONE,
        "appSecret": DONE,
        "verifyToken": DONE,
        "updatedAt": _MOMENT,
    }
)
TRIED = _example(
    {
        "status": "SENT",
        "retryable": False,
        "provider": "smtp",
        "providerMessageId": "<0a9c8f7e-1d2b-4f3c-8e4d-5b6a7c8d9e0f@empresa.example>",
        "code": "250",
        "detail": "2.0.0 Ok: queued as 4bXyZ1",
    }
)
