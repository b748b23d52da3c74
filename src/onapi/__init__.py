"""OnAPI: electronic invoicing for Peru, from a receipt to SUNAT's signed answer.

As a library: `read` takes a receipt in any form and gives it back complete and checked, ready to be signed.

>>> from onapi import read
>>> line = {"descripcion": "Teclado", "cantidad": 2, "mtoValorUnitario": "100.00"}
>>> company = {"ruc": "20000000001", "razonSocial": "DEMO S.A.C."}
>>> client = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE S.A.C."}
>>> head = {"tipoDoc": "01", "serie": "F001", "correlativo": 1, "company": company, "client": client}
>>> factura = read({**head, "details": [line]})
>>> factura.errors, factura.json["mtoImpVenta"]
((), Decimal('236.00'))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onapi.errors import InvalidDocument, OnapiError, Unreadable
    from onapi.facts.codes import return_code, search_codes
    from onapi.kinds import KINDS
    from onapi.library import Receipt, build, check, convert, read, sign_receipt
    from onapi.rules.rule import Fault
    from onapi.sign.certificate import Signer, read_signer, self_signed
    from onapi.sign.verify import verify_signature
    from onapi.values.party import Address, Party

__version__ = "0.1.0"

# Looked up when first asked for: a command that only shows its help reads no schema and no table.
_PLACES = {
    "Address": "onapi.values.party",
    "Fault": "onapi.rules.rule",
    "InvalidDocument": "onapi.errors",
    "KINDS": "onapi.kinds",
    "OnapiError": "onapi.errors",
    "Party": "onapi.values.party",
    "Receipt": "onapi.library",
    "Signer": "onapi.sign.certificate",
    "Unreadable": "onapi.errors",
    "build": "onapi.library",
    "check": "onapi.library",
    "convert": "onapi.library",
    "read": "onapi.library",
    "read_signer": "onapi.sign.certificate",
    "return_code": "onapi.facts.codes",
    "search_codes": "onapi.facts.codes",
    "self_signed": "onapi.sign.certificate",
    "sign_receipt": "onapi.library",
    "verify_signature": "onapi.sign.verify",
}

__all__ = [
    "KINDS",
    "Address",
    "Fault",
    "InvalidDocument",
    "OnapiError",
    "Party",
    "Receipt",
    "Signer",
    "Unreadable",
    "build",
    "check",
    "convert",
    "read",
    "read_signer",
    "return_code",
    "search_codes",
    "self_signed",
    "sign_receipt",
    "verify_signature",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401  - a module's names are of every type
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
