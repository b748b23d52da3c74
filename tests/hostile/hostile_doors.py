"""Every door by which a file of a stranger comes in, as a function from its bytes."""

from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from onapi.cdr import read_cdr
from onapi.cdr.write import Answer, write_cdr
from onapi.flows.examine_xml import Given, Verify, examine, unpacked
from onapi.gateways.sunat.soap_answer import read_soap
from onapi.intake.ubl import ruc_of
from onapi.library.forms import tell
from onapi.library.receipt import Receipt, read
from onapi.sign.certificate import Signer, self_signed
from onapi.values.archive import unzip_one
from onapi.values.xmltree import parse_xml

NOW: Final = datetime(2026, 11, 20, 15, tzinfo=UTC)
RUC: Final = "20000000001"


@cache
def signer() -> Signer:
    """Who signs."""
    return self_signed(RUC, "EMPRESA DE PRUEBA S.A.C.", NOW)


@cache
def factura() -> bytes:
    """A true factura, signed."""
    said: dict[str, Any] = {
        "company": {"ruc": RUC, "razonSocial": "EMPRESA DE PRUEBA S.A.C."},
        "client": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE"},
        "fechaEmision": "2026-11-20T09:00:00-05:00",
        "tipoDoc": "01",
        "serie": "F001",
        "correlativo": 1,
        "details": [{"cantidad": 2, "descripcion": "Teclado", "mtoValorUnitario": 100}],
    }
    return read(said, now=NOW).sign(signer()).xml


@cache
def constancy() -> bytes:
    """Its CDR."""
    said = Answer("1", "0", "aceptada", "F001-1", RUC, "6-20000000010", NOW, NOW, document_hash="")
    return write_cdr(said, key=signer().key, certificate=signer().certificate)


def parsed(data: bytes) -> object:
    """The one parser."""
    return parse_xml(data)


def sent(data: bytes) -> Receipt:
    """`sendMessage`: bare, or in a ZIP."""
    told = tell(unzip_one(data)[1] if data[:2] == b"PK" else data)
    if told.form == "xml":
        ruc_of(told.xml)
    return read(data, now=NOW)


def stored(data: bytes, verify: Verify) -> object:
    """`storeXml`, its XML."""
    return examine(unpacked(Given(RUC, data, verify=verify)))


def stored_cdr(xml: bytes, data: bytes, verify: Verify) -> object:
    """`storeXml`, the CDR beside a true XML."""
    return examine(Given(RUC, xml, cdr=data, verify=verify)).verdict


def answered(data: bytes) -> object:
    """SUNAT's answer: a CDR."""
    return read_cdr(data)


def soap(data: bytes) -> object:
    """SUNAT's answer: an envelope; None where it is none."""
    return read_soap(data)
