"""What messages to persons look like, for the OpenAPI document."""

from typing import Any

_NAMED: dict[str, Any] = {"ruc": "20000000001", "doctype": "01", "serie": "F001", "number": 123}
_ID = "f2b7e9a0-4c55-4d3a-8f7e-2b9d0c1a7e55"
_AT = "2026-11-20T11:00:00-05:00"
WHATSAPP_WISH = {**_NAMED, "phone": "987654321", "files": ["pdf", "xml"], "message": "Gracias por su compra"}
QR_WISH = {**_NAMED, "phone": "+51987654321", "content": "cpe"}
EMAIL_WISH = {**_NAMED, "to": ["compras@cliente.example"], "subject": "Factura F001-123"}
_WHATSAPP = {
    "messageId": _ID,
    "provider": "whatsapp-cloud",
    "providerMessageId": "wamid.HBgLNTE5ODc2NTQzMjE",
    "phone": "+51987654321",
    "status": "SENT",
    "files": ["20000000001-01-F001-123.pdf", "20000000001-01-F001-123.xml"],
    "createdAt": _AT,
}
_QR = {
    **_WHATSAPP,
    "files": ["20000000001-01-F001-123-qr.png"],
    "qr": {
        "text": "20000000001|01|F001|123|36.00|236.00|2026-11-20|6|20000000010|n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1s=|",
        "contentType": "image/png",
        "content": "iVBORw0KGgo=",
    },
}
_SHOWN = {**_QR, **dict.fromkeys(("messageId", "provider", "providerMessageId", "status")), "createdAt": _AT}
_EMAIL = {
    "messageId": "0a9c8f7e-1d2b-4f3c-8e4d-5b6a7c8d9e0f",
    "provider": "smtp",
    "providerMessageId": None,
    "status": "QUEUED",
    "to": ["compras@cliente.example"],
    "cc": [],
    "bcc": [],
    "attachments": [
        "20000000001-01-F001-123.pdf",
        "20000000001-01-F001-123.xml",
        "R-20000000001-01-F001-123.zip",
    ],
    "createdAt": "2026-11-20T11:08:00-05:00",
}
_MESSAGE = {
    "messageId": _ID,
    **_NAMED,
    "channel": "whatsapp",
    "provider": "whatsapp-cloud",
    "providerMessageId": "wamid.HBgLNTE5ODc2NTQzMjE",
    "status": "READ",
    "phone": "+51987654321",
    "files": ["20000000001-01-F001-123.pdf"],
    "attempts": 1,
    "nextAttemptAt": None,
    "error": None,
    "resendOf": None,
    "createdAt": _AT,
    "updatedAt": "2026-11-20T11:03:12-05:00",
}
_HISTORY = [
    {"at": _AT, "status": "QUEUED", "attempt": None, "code": None, "message": None},
    {"at": "2026-11-20T11:00:02-05:00", "status": "SENT", "attempt": 1, "code": None, "message": None},
    {"at": "2026-11-20T11:03:12-05:00", "status": "READ", "attempt": None, "code": None, "message": None},
]


def _answer(example: dict[str, Any], words: str = "") -> dict[str, Any]:
    told = {"description": words} if words else {}
    return {**told, "content": {"application/json": {"example": example}}}


WHATSAPP, QR, QR_SHOWN, EMAIL = (
    _answer(_WHATSAPP, "Tomado; lo que siga lo dicen el mensaje y el webhook message.updated"),
    _answer(_QR, "Tomado; lo que siga lo dicen el mensaje y el webhook message.updated"),
    _answer(_SHOWN, "La imagen, sin enviarla (`deliver: false`)"),
    _answer(_EMAIL, "Tomado; lo que siga lo dicen el mensaje y el webhook message.updated"),
)
MESSAGE = _answer({**_MESSAGE, "history": _HISTORY})
RESENT = _answer({**_MESSAGE, "status": "QUEUED", "resendOf": _ID, "history": _HISTORY[:1]}, "En camino")
MESSAGES = _answer({"items": [_MESSAGE], "cursor": None})
