"""Examples of what is told of companies, for the OpenAPI document."""

from typing import Any

DONE: dict[str, Any] = {"set": True, "updatedAt": "2026-11-20T10:15:00-05:00"}


_MOMENT = "2026-11-20T10:15:00-05:00"
_CERTIFICATE = {
    "subject": "CN=EMPRESA DE PRUEBA 20000000001,C=PE",
    "issuer": "CN=ENTIDAD DE CERTIFICACIÓN,C=PE",
    "serial": "5f3a9c1b",
    "fingerprint": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "notBefore": "2026-07-19T00:00:00-05:00",
    "notAfter": "2027-07-19T00:00:00-05:00",
    "daysLeft": 240,
    "rucs": ["20000000001"],
    "putAt": _MOMENT,
    "keyDestroyedAt": None,
}
SENDER: dict[str, Any] = {
    "replyTo": "ventas@empresa.example",
    "displayName": "Empresa de Prueba",
    "whatsappPhone": "+51987654321",
    "boletaMode": "summary",
    "summaryAt": "01:30",
    "pageColor": "#1D4ED8",
    "pageAuthorization": "Autorizado mediante Resolución de Intendencia N.º 034-005-0000000/SUNAT.",
}
_COMPANY = {
    "ruc": "20000000001",
    "environment": "sandbox",
    "razonSocial": "EMPRESA DE PRUEBA S.A.C.",
    "nombreComercial": "ONAPI DEMO",
    "address": {"ubigeo": "150101", "direccion": "JR. CUSCO 100", "urbanizacion": "", "codLocal": "0000"},
    "email": "facturas@empresa.example",
    "telephone": "+5114271148",
    "certificateExpiresAt": "2027-07-19",
    "certificate": {"set": True, "updatedAt": None},
    "sol": DONE,
    "gre": {"set": False, "updatedAt": None},
    "validity": {"set": False, "updatedAt": None},
    "logo": {"set": False, "updatedAt": None},
    "sender": SENDER,
    "createdAt": _MOMENT,
    "updatedAt": _MOMENT,
}
_PASSED = {"standing": "PASSED", "detail": "SUNAT aceptó las credenciales.", "code": None}
_MISSING = {"standing": "MISSING", "detail": "Faltan las credenciales.", "code": "gre_credentials_missing"}


def _example(value: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"example": value}}}


INFO = _example(_COMPANY)
LIST = _example({"items": [_COMPANY], "next": None})
SECRET = _example(DONE)
CERTIFICATE = _example(_CERTIFICATE)
CERTIFICATES = _example({"current": _CERTIFICATE, "items": [_CERTIFICATE]})
LOGO = _example({**DONE, "contentType": "image/png", "bytes": 15627})
CHECK = _example(
    {
        "ok": True,
        "checkedAt": _MOMENT,
        "certificate": {**_PASSED, "detail": "El certificado firma y vale hasta el 19/07/2027."},
        "sol": _PASSED,
        "gre": _MISSING,
        "validity": {**_MISSING, "code": None},
    }
)
