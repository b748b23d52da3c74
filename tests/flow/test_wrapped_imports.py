"""A receipt from elsewhere with a true signature around a false content is not taken (guarantee H02)."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from lxml import etree

from onapi.cdr.write import Answer, write_cdr
from onapi.errors import OnapiError
from onapi.flows.examine_xml import Given, Seen, examine
from onapi.library.receipt import Receipt, read
from onapi.sign.certificate import Signer, self_signed

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
RUC = "20000000001"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
EXT = "{urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2}"
SLOT = f"{EXT}UBLExtensions/{EXT}UBLExtension/{EXT}ExtensionContent"
KINDS = ("invoice", "despatch", "cdr")
SHA1 = {
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
    "http://www.w3.org/2001/04/xmlenc#sha256": "http://www.w3.org/2000/09/xmldsig#sha1",
}
MD5 = {"http://www.w3.org/2001/04/xmlenc#sha256": "http://www.w3.org/2001/04/xmldsig-more#md5"}


@cache
def signer() -> Signer:
    return self_signed(RUC, "EMPRESA DE PRUEBA S.A.C.", NOW)


def receipt(kind: str, number: int = 1) -> Receipt:
    company = {"ruc": RUC, "razonSocial": "EMPRESA DE PRUEBA S.A.C."}
    client = {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE"}
    said: dict[str, Any] = {"company": company, "fechaEmision": "2026-11-20T09:00:00-05:00", "correlativo": number}
    if kind == "despatch":
        place = {"ubigueo": "150101", "direccion": "AV. AREQUIPA 1"}
        envio = {
            "codTraslado": "01",
            "modTraslado": "02",
            "fecTraslado": "2026-11-20",
            "pesoTotal": 1,
            "undPesoTotal": "KGM",
            "llegada": place,
            "partida": {"ubigueo": "150102", "direccion": "AV. LIMA 2"},
            "vehiculo": {"placa": "ABC123"},
            "choferes": [
                {
                    "tipo": "Principal",
                    "tipoDoc": "1",
                    "nroDoc": "45678912",
                    "nombres": "A",
                    "apellidos": "B",
                    "licencia": "Q45678912",
                }
            ],
        }
        lines = [{"cantidad": 1, "unidad": "NIU", "descripcion": "Teclado"}]
        said |= {"tipoDoc": "09", "serie": "T001", "destinatario": client, "envio": envio, "details": lines}
    else:
        lines = [{"cantidad": 2, "descripcion": "Teclado", "mtoValorUnitario": 100}]
        said |= {"tipoDoc": "01", "serie": "F001", "client": client, "details": lines}
    return read(said, now=NOW)


@cache
def signed(kind: str) -> bytes:
    """A true one: of a receipt its XML, or the CDR of the invoice."""
    if kind != "cdr":
        return receipt(kind).sign(signer()).xml
    digest = receipt("invoice").sign(signer()).digest
    return cdr("0", digest=digest)


def cdr(code: str, *, digest: str = "", number: int = 1) -> bytes:
    said = Answer("1", code, "palabras", f"F001-{number}", RUC, "6-20000000010", NOW, NOW, document_hash=digest)
    return write_cdr(said, key=signer().key, certificate=signer().certificate)


def forged(kind: str) -> Any:
    """What the attacker would have us read: another total, or another answer, without a signature."""
    root = etree.fromstring(cdr("2800") if kind == "cdr" else receipt(kind, 999).sign(signer()).xml)
    signature = root.find(f".//{DS}Signature")
    signature.getparent().remove(signature)
    return root


def taken(kind: str, xml: bytes) -> Seen:
    """As storeXml takes it, strictly."""
    if kind == "cdr":
        return examine(Given(RUC, signed("invoice"), cdr=xml))
    return examine(Given(RUC, xml))


class Parts:
    """What an attacker has in hand."""

    def __init__(self, kind: str) -> None:
        self.signed: Any = etree.fromstring(signed(kind))
        self.signature: Any = deepcopy(self.signed.find(f".//{DS}Signature"))
        self.bare: Any = deepcopy(self.signed)
        bare = self.bare.find(f".//{DS}Signature")
        bare.getparent().remove(bare)
        self.forged: Any = forged(kind)

    @property
    def slot(self) -> Any:
        """Where the forged one would hold a signature."""
        return next(slot for slot in self.forged.iterfind(SLOT) if len(slot) == 0)


def moved(parts: Parts) -> Any:
    parts.slot.append(parts.signature)
    return parts.forged


def in_object(parts: Parts) -> Any:
    etree.SubElement(parts.signature, f"{DS}Object").append(parts.bare)
    return moved(parts)


def signed_in_object(parts: Parts) -> Any:
    etree.SubElement(parts.signature, f"{DS}Object").append(parts.signed)
    return moved(parts)


def first_child(parts: Parts) -> Any:
    parts.forged.insert(0, parts.signed)
    return parts.forged


def last_child(parts: Parts) -> Any:
    parts.forged.append(parts.bare)
    return moved(parts)


def in_an_extension(parts: Parts) -> Any:
    extension = etree.SubElement(parts.forged.find(f"{EXT}UBLExtensions"), f"{EXT}UBLExtension")
    etree.SubElement(extension, f"{EXT}ExtensionContent").append(parts.signed)
    return parts.forged


def forged_inside(parts: Parts) -> Any:
    parts.signed.append(parts.forged)
    return parts.signed


def forged_in_the_key(parts: Parts) -> Any:
    parts.signed.find(f".//{DS}X509Data").append(parts.forged)
    return parts.signed


def twice_the_id(parts: Parts) -> Any:
    parts.signed.set("Id", "x")
    parts.signed[0].set("Id", "x")
    return parts.signed


def two_signatures(parts: Parts) -> Any:
    extension = etree.SubElement(parts.signed.find(f"{EXT}UBLExtensions"), f"{EXT}UBLExtension")
    etree.SubElement(extension, f"{EXT}ExtensionContent").append(parts.signature)
    return parts.signed


def part_only(parts: Parts) -> Any:
    parts.signed.find(f".//{DS}Reference").set("URI", "#x")
    return parts.signed


def commented(parts: Parts) -> Any:
    """A comment cuts a text in two: who reads only its first half reads 1 instead of 100."""
    value = next(
        each for each in parts.signed.iter() if isinstance(each.tag, str) and each.tag.endswith("}ID") and each.text
    )
    value.append(etree.Comment("x"))
    value[0].tail = "9"
    return parts.signed


def weak(change: dict[str, str]) -> Callable[[Parts], Any]:
    def weakened(parts: Parts) -> Any:
        for node in parts.signed.iter(f"{DS}SignatureMethod", f"{DS}DigestMethod"):
            node.set("Algorithm", change.get(node.get("Algorithm"), node.get("Algorithm")))
        return parts.signed

    return weakened


FORMS: dict[str, Callable[[Parts], Any]] = {
    "the signature moved": moved,
    "the bare one in an Object": in_object,
    "the signed one in an Object": signed_in_object,
    "the signed one as first child": first_child,
    "the bare one as last child": last_child,
    "the signed one in an extension": in_an_extension,
    "the forged one inside": forged_inside,
    "the forged one in the key": forged_in_the_key,
    "an Id twice": twice_the_id,
    "two signatures": two_signatures,
    "a part only": part_only,
    "a comment": commented,
    "SHA-1": weak(SHA1),
    "MD5": weak(MD5),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_true_one_is_taken(kind: str) -> None:
    seen = taken(kind, signed(kind))
    assert seen.id.number == 1
    assert (seen.verdict is not None) is (kind == "cdr")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_wrapped_one_is_not_taken(kind: str, form: str) -> None:
    with pytest.raises(OnapiError) as caught:
        taken(kind, etree.tostring(FORMS[form](Parts(kind))))
    assert caught.value.key in ({"cdr_mismatch"} if kind == "cdr" else {"signature_invalid"})


OTHERS = {
    "another XML": lambda: cdr("0", digest=receipt("invoice").sign(signer()).digest[::-1]),
    "another receipt": lambda: cdr("0", number=2),
    "no verdict": lambda: cdr("0098"),
}


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("verify", ["warn", "off"])
def test_a_cdr_of_something_else_never_counts(other: str, verify: Any) -> None:
    seen = examine(Given(RUC, signed("invoice"), cdr=OTHERS[other](), verify=verify))
    assert seen.verdict is None
    assert [each["code"] for each in seen.warnings] == ["cdr_mismatch", "cdr_missing"]


@pytest.mark.parametrize("file", [*OTHERS, b"<a/>", b"nada", b"PK"])
def test_a_cdr_of_something_else_is_refused(file: Any) -> None:
    with pytest.raises(OnapiError) as caught:
        examine(Given(RUC, signed("invoice"), cdr=OTHERS[file]() if isinstance(file, str) else file))
    assert caught.value.key == "cdr_mismatch"


def test_a_certificate_of_another_ruc_is_refused_or_told() -> None:
    other = self_signed("20000000010", "OTRA S.A.C.", NOW)
    xml = receipt("invoice").sign(other).xml
    with pytest.raises(OnapiError) as caught:
        examine(Given(RUC, xml))
    assert caught.value.key == "certificate_ruc_mismatch"
    codes = [each["code"] for each in examine(Given(RUC, xml, verify="warn")).warnings]
    assert codes == ["certificate_ruc_mismatch", "cdr_missing"]
