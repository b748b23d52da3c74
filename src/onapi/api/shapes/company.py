"""Companies as the API shows them, and what may be told of their secrets: that they are set, and since when."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from onapi.api.shapes.company_examples import DONE, SENDER
from onapi.flows.check_company import Checked
from onapi.store.certificates import Certificate
from onapi.store.companies import Company
from onapi.values.moment import in_lima, stamp

_MAIL = r"^[^@\s]{1,64}@[^@\s]{1,255}$"
_PHONE = r"^(\+[1-9]\d{7,14}|9\d{8})$"
_TEXT = r"^[^\x00-\x1f\x7f]*$"
_VISIBLE = r"^[^\x00-\x20\x7f]*$"


class CompanyAddress(BaseModel):
    """Where it is."""

    model_config = ConfigDict(extra="forbid")

    ubigeo: str = Field("", pattern=r"^(\d{6})?$", description="Seis dígitos de INEI")
    direccion: str = Field("", max_length=200, pattern=_TEXT, description="Dirección fiscal")
    urbanizacion: str = Field("", max_length=25, pattern=_TEXT)
    codLocal: str = Field("0000", pattern=r"^\d{4}$", description="Código del establecimiento; 0000 es el principal")


class CompanyData(BaseModel):
    """What a company is called and where it is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "razonSocial": "EMPRESA DE PRUEBA S.A.C.",
                "nombreComercial": "ONAPI DEMO",
                "address": {"ubigeo": "150101", "direccion": "JR. CUSCO 100"},
                "email": "facturas@empresa.example",
                "telephone": "+5114271148",
            }
        },
    )

    razonSocial: str = Field(min_length=1, max_length=1500, pattern=_TEXT, description="Razón social")
    nombreComercial: str = Field("", max_length=1500, pattern=_TEXT)
    address: CompanyAddress = CompanyAddress()
    email: str = Field("", max_length=320, pattern=rf"{_MAIL}|^$", description="Correo de la empresa")
    telephone: str = Field("", max_length=20, pattern=r"^[0-9+() -]*$")


class CertificateFile(BaseModel):
    """A certificate with its key, and the password that opens the file."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"certificate": "<base64 del .p12>", "password": "<secreto>"}}
    )

    certificate: str = Field(min_length=1, max_length=131_072, description="El .p12, .pfx o .pem en base64", repr=False)
    password: str = Field("", max_length=256, description="La contraseña del archivo", repr=False)


class SolUser(BaseModel):
    """A secondary SOL user."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"user": "MODDATOS", "password": "<secreto>"}}
    )

    user: str = Field(min_length=1, max_length=32, pattern=_VISIBLE, description="Usuario SOL secundario, sin el RUC")
    password: str = Field(min_length=1, max_length=128, pattern=_TEXT, description="Clave SOL", repr=False)


class ApiCredentials(BaseModel):
    """What SOL gives under "Credenciales de API SUNAT"."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"clientId": "0d6d8e5c-1111-4f4f-9a2b-3c4d5e6f7a8b", "clientSecret": "<secreto>"}
        },
    )

    clientId: str = Field(min_length=1, max_length=128, pattern=_VISIBLE)
    clientSecret: str = Field(min_length=1, max_length=256, pattern=_VISIBLE, repr=False)


class LogoFile(BaseModel):
    """A picture."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"logo": "<base64 de un PNG, JPEG o WebP>"}}
    )

    logo: str = Field(
        min_length=1, max_length=1_500_000, repr=False, description="PNG, JPEG o WebP de 1 MiB, en base64"
    )


class Sender(BaseModel):
    """How a company's receipts are sent to its customers."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {**SENDER}})

    replyTo: str | None = Field(None, max_length=320, pattern=_MAIL, description="A dónde responden los clientes")
    displayName: str | None = Field(None, min_length=1, max_length=100, pattern=_TEXT, description="Remitente")
    whatsappPhone: str | None = Field(None, pattern=_PHONE, description="Teléfono que envía por WhatsApp")
    boletaMode: Literal["individual", "summary"] | None = Field(
        None, description="Cómo van las boletas que no lo dicen: una a una, o en el resumen diario"
    )
    summaryAt: str | None = Field(
        None, pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="Hora de Lima del resumen diario, HH:MM"
    )
    pageColor: str | None = Field(None, pattern=r"^#[0-9A-Fa-f]{6}$", description="Color de la representación impresa")
    pageAuthorization: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        pattern=_TEXT,
        description="Frase de autorización de la representación impresa",
    )


class SecretSet(BaseModel):
    """A secret: nothing but that it is there."""

    model_config = ConfigDict(json_schema_extra={"example": DONE})

    set: bool
    updatedAt: datetime | None


class CertificateInfo(BaseModel):
    """A certificate, without its key."""

    subject: str
    issuer: str
    serial: str = Field(description="Hexadecimal")
    fingerprint: str = Field(description="SHA-256 del certificado, hexadecimal")
    notBefore: datetime
    notAfter: datetime
    daysLeft: int = Field(description="Días enteros que le quedan; negativo si venció")
    rucs: list[str] = Field(description="RUC que nombra su titular")
    putAt: datetime = Field(description="Cuándo se cargó por última vez")
    keyDestroyedAt: datetime | None = Field(description="Cuándo se destruyó su clave privada, ya vencido")


class CertificateHistory(BaseModel):
    """The certificate that signs, and those that there were."""

    current: CertificateInfo | None = Field(description="El último que se cargó y vale hoy")
    items: list[CertificateInfo] = Field(description="Todos, el último primero")


class CompanyInfo(BaseModel):
    """A company, without its secrets."""

    ruc: str
    environment: str
    razonSocial: str
    nombreComercial: str
    address: CompanyAddress
    email: str
    telephone: str
    certificateExpiresAt: date | None
    certificate: SecretSet
    sol: SecretSet
    gre: SecretSet
    validity: SecretSet
    logo: SecretSet
    sender: Sender | None
    createdAt: datetime
    updatedAt: datetime


class CompanyList(BaseModel):
    """Some companies by RUC."""

    items: list[CompanyInfo]
    next: str | None = Field(description="RUC con que se pide lo que sigue (after); null si no hay más")


class LogoInfo(BaseModel):
    """What was kept of a logo."""

    set: bool
    updatedAt: datetime | None
    contentType: str
    bytes: int


class CheckedPart(BaseModel):
    """One of a company's means."""

    standing: Literal["PASSED", "REFUSED", "MISSING", "UNREACHABLE", "NOT_OFFERED"]
    detail: str
    code: str | None = Field(description="Código de SUNAT o nuestro")


class CompanyCheck(BaseModel):
    """What SUNAT says of a company's credentials."""

    ok: bool = Field(description="Si puede emitir: su certificado y su usuario SOL pasan")
    checkedAt: datetime
    certificate: CheckedPart
    sol: CheckedPart
    gre: CheckedPart
    validity: CheckedPart


BODIES = (CompanyData, CertificateFile, SolUser, ApiCredentials, LogoFile, Sender)  # read by our own reader


def company(found: Company) -> dict[str, Any]:
    """A company."""
    party, about = found.party, found.about
    if about is None:
        raise AssertionError("a company that was not read from its row")
    address, until = party.address, found.certificate_expires_at
    return {
        "ruc": found.scope.ruc,
        "environment": found.scope.environment.value,
        "razonSocial": party.name,
        "nombreComercial": party.trade_name,
        "address": {
            "ubigeo": address.ubigeo,
            "direccion": address.line,
            "urbanizacion": address.urbanization,
            "codLocal": address.establishment,
        },
        "email": party.email,
        "telephone": party.telephone,
        "certificateExpiresAt": in_lima(until).date().isoformat() if until else None,
        "certificate": is_set(found.certificate, about.certificate_updated_at),
        "sol": is_set(found.sol_password, about.sol_updated_at),
        "gre": is_set(found.gre_client_secret, about.gre_updated_at),
        "validity": is_set(found.validity_client_secret, about.validity_updated_at),
        "logo": is_set(about.logo, about.logo_updated_at),
        "sender": about.sender,
        "createdAt": stamp(about.created_at),
        "updatedAt": stamp(about.updated_at),
    }


def is_set(secret: object, at: datetime | None) -> dict[str, Any]:
    """That something is there, and since when; nothing else of it."""
    return {"set": bool(secret), "updatedAt": stamp(at) if at else None}


def certificate(found: Certificate, now: datetime) -> dict[str, Any]:
    """A certificate."""
    return {
        "subject": found.subject,
        "issuer": found.issuer,
        "serial": found.serial,
        "fingerprint": found.fingerprint,
        "notBefore": stamp(found.not_before),
        "notAfter": stamp(found.not_after),
        "daysLeft": (found.not_after - now).days,
        "rucs": list(found.rucs),
        "putAt": stamp(found.put_at),
        "keyDestroyedAt": stamp(found.key_destroyed_at) if found.key_destroyed_at else None,
    }


def checked(found: dict[str, Checked], now: datetime) -> dict[str, Any]:
    """The answer of a check."""
    parts = {name: {"standing": x.standing, "detail": x.detail, "code": x.code or None} for name, x in found.items()}
    passed = all(found[name].standing == "PASSED" for name in ("certificate", "sol"))
    return {"ok": passed, "checkedAt": stamp(now), **parts}
