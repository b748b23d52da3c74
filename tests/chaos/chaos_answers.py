"""Answers of SUNAT made by hand: right ones in every shape that it is known to send, and ones that prove nothing."""

import io
import json
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from flow_sunat import bill_answer, cdr_answer, cdr_xml, envelope, fault_answer, heard
from flow_world import BORN

from onapi.flows.hear import Happening, hear_question, hear_send, hear_ticket
from onapi.store.documents import StoredDocument
from onapi.values.archive import zip_one
from onapi.values.number import ReceiptId
from onapi.values.scope import Environment, Scope

RUC = "20000000001"
DIGEST = "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="
OTHER_DIGEST = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def document_of(doctype: str, series: str, number: int) -> StoredDocument:
    """A document of ours, as far as an ear needs it."""
    nothing: dict[str, Any] = {"currency": "PEN", "total": None, "customer": None, "qr": None, "external_id": None}
    return StoredDocument(
        id="d",
        scope=Scope(Environment.SANDBOX, RUC),
        receipt=ReceiptId(RUC, doctype, series, number),
        revision=1,
        origin="API",
        input_format="json",
        fingerprint="f",
        issue_date=date(2026, 11, 20),
        digest=DIGEST,
        xml="x",
        warnings=(),
        created_at=BORN,
        **nothing,
    )


FACTURA = document_of("01", "F001", 7)
DOCUMENTS = (FACTURA, document_of("03", "B001", 7), document_of("RC", "20261120", 7), document_of("09", "T001", 7))


@dataclass(frozen=True, slots=True)
class Ear:
    """One of the four ways in which a CDR comes: who asks, what the answer looks like, who listens."""

    operation: str
    listen: Callable[..., Happening]
    wrap: Callable[[str], bytes]

    def hear(self, document: StoredDocument, answer: bytes, status: int = 200) -> Happening:
        """What becomes of an answer."""
        return self.listen(document, heard(BORN, answer, status=status, operation=self.operation))

    def hear_file(self, document: StoredDocument, file: bytes | str) -> Happening:
        """What becomes of a file that comes as it should, or of the text that stands in its place."""
        return self.hear(document, self.wrap(file if isinstance(file, str) else b64encode(file).decode()))


def status_answer(code: str, content: str, words: str = "") -> bytes:
    """What getStatus answers with."""
    said = f"<statusMessage>{words}</statusMessage>" if words else ""
    return envelope(
        '<r:getStatusResponse xmlns:r="http://service.sunat.gob.pe"><status>'
        f"<content>{content}</content><statusCode>{code}</statusCode>{said}</status></r:getStatusResponse>"
    )


def guide_answer(code: str, content: str, **more: Any) -> bytes:
    """What the REST service of guías answers with."""
    return json.dumps({"codRespuesta": code, "arcCdr": content, "indCdrGenerado": "1", **more}).encode()


EARS = (
    Ear("sendBill", hear_send, bill_answer),
    Ear("getStatus", hear_ticket, lambda content: status_answer("0", content)),
    Ear("getStatusCdr", hear_question, lambda content: cdr_answer("0004", "La constancia existe", content)),
    Ear("askGuide", hear_ticket, lambda content: guide_answer("0", content)),
)


@cache
def right_xml(receipt: ReceiptId, code: str = "0", document_hash: str = DIGEST) -> bytes:
    """A signed CDR about a receipt."""
    return cdr_xml(receipt, code=code, document_hash=document_hash)


def packed(receipt: ReceiptId, xml: bytes, *, name: str = "", **how: Any) -> bytes:
    """A ZIP as `zipfile` writes it, which is not how ours are written."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(Streamed(buffer) if how.get("streamed") else buffer, "w") as archive:
        if how.get("dummy", True):
            archive.writestr("dummy/", b"")
        archive.writestr(name or f"R-{receipt.file_name}.xml", xml, how.get("method", zipfile.ZIP_DEFLATED))
        for extra, content in how.get("more", ()):
            archive.writestr(extra, content)
    return buffer.getvalue()


class Streamed:
    """A file that cannot be rewound: its entries get data descriptors."""

    def __init__(self, into: io.BytesIO) -> None:
        self._into = into

    def write(self, data: bytes) -> int:
        """Pass on."""
        return self._into.write(data)

    def flush(self) -> None:
        """Nothing is kept back."""


def _chunked(file: bytes, width: int, end: str) -> str:
    text = b64encode(file).decode()
    return end.join(text[at : at + width] for at in range(0, len(text), width))


def right_files(mine: ReceiptId) -> Mapping[str, bytes | str]:
    """Whatever SUNAT has been seen to send, all of it right."""
    xml = right_xml(mine)
    latin = xml.decode("utf-8").replace("UTF-8", "ISO-8859-1", 1).encode("iso-8859-1")
    head = mine.label.rpartition("-")[0]
    zeros = cdr_xml(mine, label=f"{head}-{mine.number:08}")
    found: dict[str, bytes | str] = {
        "as usual": packed(mine, xml),
        "data descriptors": packed(mine, xml, streamed=True),
        "data descriptors, no folder": packed(mine, xml, streamed=True, dummy=False),
        "data descriptors, stored": packed(mine, xml, streamed=True, method=zipfile.ZIP_STORED),
        "no folder": packed(mine, xml, dummy=False),
        "stored": packed(mine, xml, method=zipfile.ZIP_STORED),
        "upper-case suffix": packed(mine, xml, name=f"R-{mine.file_name}.XML"),
        "upper-case suffix, data descriptors": packed(mine, xml, name=f"R-{mine.file_name}.XML", streamed=True),
        "ISO-8859-1": packed(mine, latin),
        "ISO-8859-1, data descriptors": packed(mine, latin, streamed=True),
        "no digest": packed(mine, right_xml(mine, document_hash="")),
        "zeros before the number": packed(mine, zeros),
        "written by us": zip_one(f"R-{mine.file_name}.xml", xml, folders=("dummy/",)),
        "base64 in lines": _chunked(packed(mine, xml), 76, "\n"),
        "base64 with spaces": _chunked(packed(mine, xml), 64, " "),
        "base64 in lines of Windows": _chunked(packed(mine, xml), 76, "\r\n").replace("\r", ""),
    }
    return found


def proofless_files(mine: ReceiptId) -> Mapping[str, bytes | str]:
    """Files, or what stands in their place, that prove nothing about this receipt."""
    right = right_xml(mine)
    good = packed(mine, right)
    other = replace(mine, number=mine.number + 1)
    company = ReceiptId("20000000010", mine.doctype, mine.series, mine.number)
    kind = replace(mine, doctype="07" if mine.doctype != "07" else "08")
    bare = right.replace(b"<cbc:ResponseCode>0<", b"<cbc:ResponseCode>%s<")
    codes = {
        "": b"",
        "blank": b"   ",
        "98": b"98",
        "words": b"aceptado",
        "minus": b"-0",
        "two": b"0 2335",
        "long": b"00000",
    }
    return {
        **{f"code {name or 'empty'}": packed(mine, bare.replace(b"%s", code)) for name, code in codes.items()},
        "code of another class": packed(mine, right_xml(mine, "0109")),
        "a code nobody knows": packed(mine, right_xml(mine, "1999")),
        "no code at all": packed(mine, right.replace(b"<cbc:ResponseCode>0</cbc:ResponseCode>", b"")),
        "another number": packed(mine, right_xml(other)),
        "another number's file": packed(other, right_xml(other)),
        "another number's name": packed(other, right),
        "another series": packed(mine, cdr_xml(mine, label=f"F999-{mine.number}")),
        "another company": packed(mine, cdr_xml(mine, ruc="20000000010")),
        "another company's file": packed(company, right_xml(company)),
        "another company's name": packed(company, right),
        "another kind's name": packed(kind, right),
        "the digest of other bytes": packed(mine, right_xml(mine, document_hash=OTHER_DIGEST)),
        "no name": packed(mine, right.replace(mine.label.encode(), b"")),
        "a number of words": packed(mine, cdr_xml(mine, label=f"{mine.series}-siete")),
        "a number in front": packed(mine, cdr_xml(mine, label=f"1{mine.label}")),
        "two names": packed(mine, right.replace(mine.label.encode(), other.label.encode(), 1)),
        "two answers": packed(mine, _twice(right, b"cac:DocumentResponse")),
        "two responses": packed(mine, _twice(right, b"cac:Response")),
        "two references": packed(mine, _twice(right, b"cac:DocumentReference")),
        "an empty CDR": packed(mine, b"<ApplicationResponse/>"),
        "our own document": packed(
            mine, f"<Invoice><ID>{mine.label}</ID><ResponseCode>0</ResponseCode></Invoice>".encode()
        ),
        "no end": packed(mine, right[:-30]),
        "a doctype": packed(mine, b'<!DOCTYPE a [<!ENTITY x "0">]>' + right),
        "an entity for a code": packed(mine, b'<!DOCTYPE a [<!ENTITY x "0">]>' + bare.replace(b"%s", b"&x;")),
        "two files": packed(mine, right, more=[("R-otro.xml", right)]),
        "two files, one empty": packed(mine, right, more=[("x.xml", b"")]),
        "only a folder": _only_folder(),
        "no XML inside": packed(mine, right, name=f"R-{mine.file_name}.txt"),
        "an empty XML": packed(mine, b""),
        "a ZIP in a ZIP": packed(mine, good, name=f"R-{mine.file_name}.zip"),
        "a ZIP called XML": packed(mine, good),
        "a path upwards": packed(mine, right, name=f"../R-{mine.file_name}.xml"),
        "a bomb": packed(mine, right + b" " * 5_000_000),
        "half a ZIP": good[: len(good) // 2],
        "a ZIP without its end": good[:-30],
        "a ZIP with a tail": good + b"SUNAT",
        "an empty ZIP": b"PK\x05\x06" + bytes(18),
        "another sum": _resummed(good),
        "nothing": b"",
        "spaces": "   ",
        "words": "El comprobante fue aceptado",
        "words in base64": b"El comprobante ha sido aceptado",
        "bare XML": right,
        "half of base64": b64encode(good).decode()[: len(b64encode(good)) // 2],
        "base64 without its end": b64encode(good).decode().rstrip("=")[:-3],
        "base64 twice": b64encode(b64encode(good)).decode(),
        "base64 for addresses": b64encode(good).decode().replace("+", "-").replace("/", "_") + "-_",
        "base64 with a word": "data:application/zip;base64," + b64encode(good).decode(),
        "HTML": b"<html><body>Servicio en mantenimiento</body></html>",
    }


def proofless_answers(ear: Ear, document: StoredDocument) -> Iterator[tuple[str, bytes, int]]:
    """Whole answers, with their HTTP status, that prove nothing; in each a right CDR may stand where none belongs."""
    mine = document.receipt
    text = b64encode(packed(mine, right_xml(mine))).decode()
    right = ear.wrap(text)
    yield "nothing", b"", 200
    yield "spaces", b" \r\n", 200
    yield "a page", b"<html><body>Mantenimiento</body></html>", 200
    yield "a page that says so", f"<html><body>0 aceptado {text}</body></html>".encode(), 200
    yield "the file alone", text.encode(), 200
    yield "half of it", right[: len(right) // 2], 200
    yield "a NUL", right.replace(text.encode(), b"\0" + text.encode()), 200
    yield "twice", right + right, 200
    yield "another root", f"<answer><applicationResponse>{text}</applicationResponse></answer>".encode(), 200
    yield "two bodies", envelope("").replace(b"</s:Body>", b"</s:Body><s:Body/>"), 200
    yield "a fault beside it", envelope(f"<s:Fault><faultcode>0109</faultcode></s:Fault><r>{text}</r>"), 200
    yield "a fault with it", fault_answer("soap-env:Client.0109", f"0 aceptado {text}"), 500
    yield "a fault of code 0", fault_answer("soap-env:Client.0", "aceptado"), 500
    yield "words for a fault", fault_answer("soap-env:Server", "El comprobante fue aceptado"), 500
    yield "two parts", bill_answer(f"{text}</applicationResponse><applicationResponse>{text}"), 200
    yield "an unknown part", bill_answer(text).replace(b"applicationResponse", b"otherResponse"), 200
    yield "a status of 0 alone", status_answer("0", ""), 200
    yield "a status of 0 with words", status_answer("0", "", "aceptado"), 200
    yield "a status of 98 alone", status_answer("98", ""), 200
    yield "accepted, by its word", cdr_answer("0001", "El comprobante existe y está aceptado"), 200
    yield "a constancy that is not there", cdr_answer("0004", "La constancia existe"), 200
    yield "a guide of 0 alone", guide_answer("0", ""), 200
    yield "a guide that says two things", b'{"codRespuesta":"0","codRespuesta":"99","arcCdr":"%s"}' % text.encode(), 200
    yield "a list for an object", b'[{"codRespuesta":"0"}]', 200
    yield "a CDR that is an object", b'{"codRespuesta":"0","arcCdr":{"zip":"%s"}}' % text.encode(), 200
    yield "accepted, as the Consulta says it", b'{"success":true,"data":{"estadoCp":"1"}}', 200


def _twice(xml: bytes, element: bytes) -> bytes:
    begin, end = xml.index(b"<" + element + b">"), xml.index(b"</" + element + b">") + len(element) + 3
    return xml[:begin] + xml[begin:end] * 2 + xml[end:]


def _only_folder() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("dummy/", b"")
    return buffer.getvalue()


def _resummed(good: bytes) -> bytes:
    """Its directory promises another sum of control."""
    at = good.rindex(b"PK\x01\x02") + 16
    return good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
