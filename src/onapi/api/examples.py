"""Examples that the OpenAPI document shows; a test sends each of them, in this order."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

_RECEIPTS = Path(__file__).with_name("openapi") / "receipts"  # one of each other kind, and one as XML

FACTURA: dict[str, Any] = {
    "ruc": "20000000001",
    "doctype": "01",
    "externalId": "PED-778",
    "document": {
        "tipoOperacion": "0101",
        "tipoDoc": "01",
        "serie": "F001",
        "correlativo": "123",
        "fechaEmision": "2026-11-20T10:15:00-05:00",
        "tipoMoneda": "PEN",
        "client": {
            "tipoDoc": "6",
            "numDoc": "20000000010",
            "rznSocial": "CLIENTE DE PRUEBA S.A.C.",
            "address": {"ubigeo": "150101", "direccion": "AV. AREQUIPA 1234"},
        },
        "formaPago": {"tipo": "Contado"},
        "details": [
            {
                "codProducto": "TEC-01",
                "unidad": "NIU",
                "cantidad": 2,
                "descripcion": "Teclado mecánico",
                "mtoValorUnitario": 100.00,
                "tipAfeIgv": "10",
                "porcentajeIgv": 18,
            }
        ],
    },
    "options": {"wait": 20, "include": ["qr"]},
}
FACTURA_ON_CREDIT: dict[str, Any] = {
    "ruc": "20000000001",
    "doctype": "01",
    "document": {
        "serie": "F001",
        "correlativo": "124",
        "fechaEmision": "2026-11-20T10:20:00-05:00",
        "client": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."},
        "formaPago": {"tipo": "Credito", "monto": 236.00},
        "cuotas": [{"monto": 118.00, "fechaPago": "2027-01-20"}, {"monto": 118.00, "fechaPago": "2027-02-20"}],
        "details": [{"cantidad": 2, "descripcion": "Teclado mecánico", "mtoValorUnitario": 100}],
    },
}
BOLETA: dict[str, Any] = {
    "ruc": "20000000001",
    "doctype": "03",
    "document": {
        "serie": "B001",
        "correlativo": "10",
        "client": {"tipoDoc": "1", "numDoc": "45678912", "rznSocial": "JUAN PEREZ ROJAS"},
        "details": [{"cantidad": 1, "descripcion": "Menú ejecutivo", "mtoPrecioUnitario": 118.00}],
    },
}
TRAMA = """OP|1|03|20000000001|B001|11|2026-11-20
CL|1|45678912|JUAN PEREZ ROJAS
IT|1||Menu ejecutivo|NIU|1||118.00|10|18
"""
BOLETA_AS_TRAMA: dict[str, Any] = {"ruc": "20000000001", "trama": TRAMA}
BOLETA_WITHOUT_NUMBER: dict[str, Any] = {
    **BOLETA,
    "document": {name: value for name, value in BOLETA["document"].items() if name != "correlativo"},
    "options": {"boletaMode": "individual"},
}
BOLETA_IN_A_FORM: dict[str, str] = {
    "file": json.dumps({**BOLETA["document"], "correlativo": "12"}, ensure_ascii=False, indent=1),
    "ruc": "20000000001",
    "doctype": "03",
    "options": '{"wait": 20}',
}
_KINDS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(_RECEIPTS.glob("*.json"))}
XML = (_RECEIPTS / "factura.xml").read_text("utf-8")
FACTURA_AS_XML: dict[str, Any] = {"ruc": "20000000001", "xml": b64encode(XML.encode()).decode("ascii")}
SEND_MESSAGE: dict[str, Any] = {
    "01-factura": {"summary": "Factura al contado", "value": FACTURA},
    "01-factura-al-credito": {"summary": "Factura al crédito, dos cuotas", "value": FACTURA_ON_CREDIT},
    "03-boleta-como-trama": {"summary": "Boleta como archivo plano", "value": BOLETA_AS_TRAMA},
    "03-boleta": {"summary": "Boleta con precio de venta", "value": BOLETA},
    "03-boleta-sin-numero": {"summary": "Boleta que toma el número siguiente", "value": BOLETA_WITHOUT_NUMBER},
    **_KINDS,
    "01-factura-como-xml": {"summary": "Factura como XML UBL, en base64", "value": FACTURA_AS_XML},
}
RECORD: dict[str, Any] = {
    "id": "01931f0a-8b7c-7e1d-9a2b-3c4d5e6f7a8b",
    "ruc": "20000000001",
    "doctype": "01",
    "serie": "F001",
    "number": 123,
    "name": "20000000001-01-F001-123",
    "environment": "sandbox",
    "origin": "API",
    "inputFormat": "json",
    "externalId": "PED-778",
    "status": "ACCEPTED",
    "statusAt": "2026-11-20T10:15:03-05:00",
    "issueDate": "2026-11-20",
    "currency": "PEN",
    "total": 236.00,
    "customer": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."},
    "hash": "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
    "qr": "20000000001|01|F001|123|36.00|236.00|2026-11-20|6|20000000010|n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=|",
    "ticket": None,
    "sunat": {
        "code": "0",
        "description": "La Factura numero F001-123, ha sido aceptada",
        "notes": [],
        "reference": None,
        "receivedAt": "2026-11-20T10:15:03-05:00",
        "channel": "sendBill",
        "evidence": "CDR",
    },
    "summary": None,
    "voiding": None,
    "numberState": "TAKEN",
    "deadline": "2026-11-23T23:59:59-05:00",
    "nextAction": None,
    "delivery": {
        "attempts": 1,
        "lastAttemptAt": "2026-11-20T10:15:02-05:00",
        "nextAttemptAt": None,
        "lastError": None,
        "deadline": "2026-11-23T23:59:59-05:00",
    },
    "available": {"xml": True, "cdr": True, "pdf": True},
    "links": {
        "self": "/integrator/api/v1/integrator/ngr/20000000001/01/F001/123",
        "xml": "/integrator/api/v1/integrator/xml/20000000001/01/F001/123",
        "cdr": "/integrator/api/v1/integrator/cdr/20000000001/01/F001/123",
        "pdf": "/integrator/api/v1/integrator/pdf/20000000001/01/F001/123",
    },
    "warnings": [],
    "createdAt": "2026-11-20T10:15:01-05:00",
    "updatedAt": "2026-11-20T10:15:03-05:00",
}
XML_FILE: dict[str, Any] = {
    "fileName": "20000000001-01-F001-123.xml",
    "contentType": "application/xml",
    "encoding": "base64",
    "content": "PD94bWwgdmVyc2lvbj0iMS4wIj8+",
    "size": 9120,
    "sha256": "c0de",
    "status": "ACCEPTED",
    "hash": "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
}
PDF_FILE: dict[str, Any] = {
    "fileName": "20000000001-01-F001-123.pdf",
    "contentType": "application/pdf",
    "encoding": "base64",
    "content": "JVBERi0xLjcK",
    "size": 48120,
    "sha256": "a19b",
    "status": "ACCEPTED",
    "template": "A4",
}
CDR_FILE: dict[str, Any] = {
    "fileName": "R-20000000001-01-F001-123.zip",
    "contentType": "application/zip",
    "encoding": "base64",
    "content": "UEsDBBQAAAAI",
    "size": 4310,
    "sha256": "5f2c",
    "status": "ACCEPTED",
    "cdr": {
        "id": "1763651703114",
        "code": "0",
        "description": "La Factura numero F001-123, ha sido aceptada",
        "notes": [],
        "reference": None,
        "issuedAt": "2026-11-20T10:15:03-05:00",
        "accepted": True,
    },
}

CANCELLATION: dict[str, Any] = {
    "ruc": "20000000001",
    "doctype": "01",
    "serie": "F001",
    "number": 120,
    "documentStatus": "VOIDED",
    "cancelStatus": "ACCEPTED",
    "mechanism": "RA",
    "communication": {
        "name": "20000000001-RA-20261120-1",
        "serie": "20261120",
        "number": 1,
        "ticket": "202600000000123",
        "sunat": {
            "code": "0",
            "description": "La Comunicacion de baja RA-20261120-1, ha sido aceptada",
            "notes": [],
            "reference": None,
            "receivedAt": "2026-11-20T10:21:44-05:00",
            "channel": "getStatus",
            "evidence": "CDR",
        },
    },
    "reason": "ERROR EN RUC",
    "requestedAt": "2026-11-20T10:18:20-05:00",
    "resolvedAt": "2026-11-20T10:21:44-05:00",
    "voidableUntil": "2026-11-27",
    "numberState": "TAKEN",
    "deadline": "2026-11-27T23:59:59-05:00",
    "nextAction": None,
}
