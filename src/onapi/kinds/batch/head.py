"""The head that every batch has in XML, written and read: versions, name, dates, signatory, issuer."""

from typing import Any

from onapi.errors import Unreadable
from onapi.kinds.batch.model import Batch
from onapi.ubl.element import EMPTY_EXTENSION, SAC, SIGNATURE_ID, branch, leaf, root
from onapi.ubl.party import signatory
from onapi.values.identity import RUC
from onapi.values.number import ReceiptId
from onapi.values.party import Party
from onapi.values.xmltree import Element, find_local, text_of

_UBL_VERSION = "<cbc:UBLVersionID>2.0</cbc:UBLVersionID>"
_customization = leaf("cbc:CustomizationID")
_id = leaf("cbc:ID")
_reference_date = leaf("cbc:ReferenceDate")
_issue_date = leaf("cbc:IssueDate")
_supplier = branch("cac:AccountingSupplierParty")
_account = leaf("cbc:CustomerAssignedAccountID")
_account_type = leaf("cbc:AdditionalAccountID")
_party = branch("cac:Party")
_legal_entity = branch("cac:PartyLegalEntity")
_registration_name = leaf("cbc:RegistrationName")


def write_batch(name: str, namespace: str, version: str, batch: Batch[Any], lines: str) -> str:
    """The unsigned XML of a batch around its lines, canonical, without declaration."""
    return root(
        name,
        namespace,
        EMPTY_EXTENSION,
        _UBL_VERSION,
        _customization(version),
        _id(batch.id.label),
        _reference_date(batch.reference_date.isoformat()),
        _issue_date(batch.issue_date.isoformat()),
        signatory(batch.issuer, SIGNATURE_ID),
        _supplier(
            _account(batch.issuer.id_number),
            _account_type(batch.issuer.id_type),
            _party(legal_entity(batch.issuer.name)),
        ),
        lines,
        more=SAC,
    )


def legal_entity(name: str) -> str:
    """A registered name."""
    return _legal_entity(_registration_name(name))


def read_issuer(root: Element) -> Party:
    """Who issued the batch, by RUC and name."""
    supplier = find_local(root, "AccountingSupplierParty")
    if supplier is None:
        raise Unreadable("Al XML le falta el emisor.", key="malformed_xml")
    name = text_of(supplier, "Party/PartyLegalEntity/RegistrationName")
    return Party(RUC, text_of(supplier, "CustomerAssignedAccountID"), name)


def read_id(root: Element, ruc: str) -> ReceiptId:
    """The batch's own number, from its `RC-20261120-1`."""
    doctype, _, rest = text_of(root, "ID").partition("-")
    series, _, number = rest.partition("-")
    if not (number.isascii() and number.isdigit()):
        raise Unreadable("El XML no trae un número como RC-20261120-1.", key="malformed_xml")
    return ReceiptId(ruc, doctype, series, int(number))
