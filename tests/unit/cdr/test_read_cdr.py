"""CDRs as they really come are read; whatever is no answer about one document is not."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onapi.cdr import Note, read_cdr
from onapi.errors import Unreadable
from onapi.values.archive import zip_one

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
BETA = f"""<?xml version="1.0" encoding="UTF-8"?>
<ar:ApplicationResponse xmlns:ar="{_UBL}ApplicationResponse-2" xmlns:cac="{_UBL}CommonAggregateComponents-2"
 xmlns:cbc="{_UBL}CommonBasicComponents-2"><cbc:ID>1763823600000</cbc:ID>
<cbc:IssueDate>2026-11-22T09:59:58</cbc:IssueDate><cbc:IssueTime>00:00:00</cbc:IssueTime>
<cbc:ResponseDate>2026-11-22</cbc:ResponseDate><cbc:ResponseTime>10:00:00</cbc:ResponseTime>
<cac:Signature><cbc:ID>SignSUNAT</cbc:ID></cac:Signature>
<cbc:Note>4252 - El dato ingresado es incorrecto. - INFO: 4252 (nodo: "x" valor: "y")</cbc:Note>
<cbc:Note>Sin código, pero con ñ</cbc:Note><cbc:Note/>
<cac:SenderParty><cac:PartyIdentification><cbc:ID>20131312955</cbc:ID></cac:PartyIdentification></cac:SenderParty>
<cac:ReceiverParty><cac:PartyIdentification><cbc:ID>20000000001</cbc:ID></cac:PartyIdentification></cac:ReceiverParty>
<cac:DocumentResponse><cac:Response><cbc:ReferenceID>F001-22</cbc:ReferenceID><cbc:ResponseCode>0</cbc:ResponseCode>
<cbc:Description>La Factura numero F001-22, ha sido aceptada</cbc:Description></cac:Response>
<cac:DocumentReference><cbc:ID>F001-22</cbc:ID></cac:DocumentReference>
<cac:RecipientParty><cac:PartyIdentification><cbc:ID>6-20000000028</cbc:ID></cac:PartyIdentification>
</cac:RecipientParty></cac:DocumentResponse></ar:ApplicationResponse>"""
XML = BETA.encode()


def test_a_cdr_tells_all_that_it_says() -> None:
    cdr = read_cdr(zip_one("R-20000000001-01-F001-22.xml", XML, folders=("dummy/",)))
    assert (cdr.id, cdr.code) == ("1763823600000", "0")
    assert cdr.description == "La Factura numero F001-22, ha sido aceptada"
    assert (cdr.reference_id, cdr.document_id, cdr.receiver_ruc) == ("F001-22", "F001-22", "20000000001")
    assert cdr.notes == (
        Note("4252", 'El dato ingresado es incorrecto. - INFO: 4252 (nodo: "x" valor: "y")'),
        Note("", "Sin código, pero con ñ"),
    )
    assert (cdr.document_hash, cdr.link) == (None, None)
    assert cdr.issued_at == datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
    assert cdr.xml == XML


def _latin() -> bytes:
    return BETA.replace("UTF-8", "ISO-8859-1").encode("latin-1")


@pytest.mark.parametrize(
    "data",
    [
        XML,
        b"\n" + XML + b"\n",
        _latin(),
        zip_one("R-1.XML", XML),
        XML.replace(b"ar:", b"").replace(b"xmlns:ar=", b"xmlns="),
        XML.replace(b"cbc:", b"x:").replace(b":cbc", b":x"),
        XML.replace(b"ApplicationResponse-2", b"ApplicationResponse-2.0"),
        XML.replace(b"<cbc:ResponseCode>0<", b"<cbc:ResponseCode listAgencyName='PE:SUNAT'> 0 <"),
        XML.replace(b">20000000001<", b">6-20000000001<"),
    ],
)
def test_shape_does_not_matter(data: bytes) -> None:
    cdr = read_cdr(data)
    assert (cdr.code, cdr.document_id, cdr.receiver_ruc) == ("0", "F001-22", "20000000001")
    assert cdr.notes[1].text == "Sin código, pero con ñ"


@pytest.mark.parametrize(("written", "code"), [("0", "0"), ("0000", "0"), ("2800", "2800"), ("100", "0100")])
def test_codes_have_one_spelling(written: str, code: str) -> None:
    assert read_cdr(XML.replace(b"Code>0<", f"Code>{written}<".encode())).code == code


def test_link_and_hash_are_read_where_they_stand() -> None:
    more = b"""<cbc:DocumentDescription>https://sunat.example/qr?hash=1</cbc:DocumentDescription><cac:Attachment>
<cac:ExternalReference><cbc:DocumentHash>abc=</cbc:DocumentHash></cac:ExternalReference></cac:Attachment>"""
    cdr = read_cdr(XML.replace(b"</cac:DocumentReference>", more + b"</cac:DocumentReference>"))
    assert (cdr.link, cdr.document_hash) == ("https://sunat.example/qr?hash=1", "abc=")


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (b"<cbc:ResponseDate>2026-11-22-05:00</cbc:ResponseDate><cbc:ResponseTime>10:00:00.123</cbc:ResponseTime>", 15),
        (b"<cbc:ResponseDate>2026-11-22</cbc:ResponseDate><cbc:ResponseTime>10:00:00-05:00</cbc:ResponseTime>", 15),
        (b"<cbc:ResponseDate>2026-11-22</cbc:ResponseDate><cbc:ResponseTime>10:00:00Z</cbc:ResponseTime>", 10),
        (b"<cbc:ResponseDate>ayer</cbc:ResponseDate>", 14),  # falls back to when SUNAT took it in
        (b"<cbc:ResponseDate>2026-11-22</cbc:ResponseDate>", 5),
    ],
)
def test_dates_are_read_as_they_come(response: bytes, expected: int) -> None:
    start, end = XML.index(b"<cbc:ResponseDate>"), XML.index(b"<cac:Signature>")
    moment = read_cdr(XML[:start] + response + XML[end:]).issued_at
    assert moment is not None
    assert moment.astimezone(UTC).hour == expected


def test_unreadable_dates_do_not_hide_the_verdict() -> None:
    cdr = read_cdr(XML.replace(b"2026-11-22", b"22/11/26"))
    assert (cdr.code, cdr.issued_at) == ("0", None)


def _two_files() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("R-1.xml", XML)
        archive.writestr("R-2.xml", XML)
    return buffer.getvalue()


_RESPONSE = (
    XML[XML.index(b"<cac:DocumentResponse>") : XML.index(b"</cac:DocumentResponse>")] + b"</cac:DocumentResponse>"
)

NO_CDR: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "HTML": lambda: b"<html><body>mantenimiento</body></html>",
    "words": lambda: b"El ticket no existe",
    "a number": lambda: b"0127",
    "another document": lambda: XML.replace(b"ApplicationResponse", b"Invoice"),
    "no code": lambda: XML.replace(b"<cbc:ResponseCode>0</cbc:ResponseCode>", b""),
    "blank code": lambda: XML.replace(b"Code>0<", b"Code> <"),
    "worded code": lambda: XML.replace(b"Code>0<", b"Code>OK<"),
    "long code": lambda: XML.replace(b"Code>0<", b"Code>00000<"),
    "negative code": lambda: XML.replace(b"Code>0<", b"Code>-0<"),
    "an element in the code": lambda: XML.replace(b"Code>0<", b"Code>0<a/><"),
    "an element in the name": lambda: XML.replace(b"ID>F001-", b"ID>F001<a/>-"),
    "arabic digits": lambda: XML.replace(b"Code>0<", "Code>\u0660<".encode()),
    "no answer": lambda: XML.replace(_RESPONSE, b""),
    "two answers": lambda: XML.replace(_RESPONSE, _RESPONSE * 2),
    "a DOCTYPE": lambda: XML.replace(b"?>", b"?><!DOCTYPE a>", 1),
    "cut": lambda: XML[:-10],
    "cut ZIP": lambda: zip_one("R-1.xml", XML)[:-10],
    "only dummy": lambda: zip_one("x.txt", b"", folders=("dummy/",)),
    "two files": _two_files,
    "a ZIP in a ZIP": lambda: zip_one("R-1.xml", zip_one("R-1.xml", XML)),
}


@pytest.mark.parametrize("case", NO_CDR)
def test_what_is_no_cdr_is_said_to_be_none(case: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_cdr(NO_CDR[case]())
    assert caught.value.key == "sunat_bad_response"


@given(st.data())
def test_damage_raises_one_error_only(data: st.DataObject) -> None:
    broken = bytearray(XML)
    for _ in range(data.draw(st.integers(1, 5))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_cdr(bytes(broken))
    except Unreadable as error:
        assert error.key == "sunat_bad_response"  # noqa: PT017 - both outcomes are sound
