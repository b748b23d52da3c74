"""A batch's XML back to the batch, whoever wrote it: names match without prefix, absent parts take their default."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from onapi.kinds.batch.head import read_id, read_issuer
from onapi.kinds.batch.model import NOTHING, Batch, Perception, Reference, Summary, SummaryLine, Voided, VoidedLine
from onapi.tax.tribute import ICBPER, IGV, ISC, IVAP, OTHER
from onapi.ubl.reading import attribute_at, day_at, number_at, optional_number_at
from onapi.values.money import to_cents
from onapi.values.party import Party
from onapi.values.xmltree import Element, all_local, find_local, text_of

_VALUES = {  # catalogue 11 to our names
    "01": "taxed",
    "02": "exonerated",
    "03": "unaffected",
    "04": "export",
    "05": "free",
    "06": "free_taxed",
    "07": "free_exonerated",
    "08": "free_unaffected",
    "09": "free_export",
}
_TAXES = {IGV: "igv", IVAP: "ivap", ISC: "isc", OTHER: "other", ICBPER: "icbper"}
_CATEGORY = "TaxSubtotal/TaxCategory"


def read_summary(root: Element) -> Summary:
    """The resumen diario of a SummaryDocuments; Unreadable(key="malformed_xml") if there is none."""
    lines = all_local(root, "SummaryDocumentsLine")
    return _batch(root, tuple(_summary_line(n, line) for n, line in enumerate(lines, start=1)))


def read_voided(root: Element) -> Voided:
    """The comunicación de baja or reversión of a VoidedDocuments; Unreadable(key="malformed_xml") if there is none."""
    lines = all_local(root, "VoidedDocumentsLine")
    return _batch(root, tuple(_voided_line(n, line) for n, line in enumerate(lines, start=1)))


def _batch(root: Element, lines: tuple[Any, ...]) -> Batch[Any]:
    issuer = read_issuer(root)
    return Batch(
        id=read_id(root, issuer.id_number),
        issuer=issuer,
        issue_date=day_at(root, "IssueDate"),
        reference_date=day_at(root, "ReferenceDate"),
        lines=lines,
    )


def _voided_line(number: int, line: Element) -> VoidedLine:
    return VoidedLine(
        number=_line_number(number, line),
        doctype=text_of(line, "DocumentTypeCode"),
        series=text_of(line, "DocumentSerialID"),
        correlative=text_of(line, "DocumentNumberID"),
        reason=text_of(line, "VoidReasonDescription"),
    )


def _summary_line(number: int, line: Element) -> SummaryLine:
    total = optional_number_at(line, "TotalAmount")
    igv = next((tax for tax in all_local(line, "TaxTotal") if text_of(tax, f"{_CATEGORY}/TaxScheme/ID") == IGV), None)
    return SummaryLine(
        number=_line_number(number, line),
        doctype=text_of(line, "DocumentTypeCode"),
        receipt=text_of(line, "ID"),
        status=text_of(line, "Status/ConditionCode"),
        customer=_customer(find_local(line, "AccountingCustomerParty")),
        reference=_reference(find_local(line, "BillingReference/InvoiceDocumentReference")),
        perception=_perception(find_local(line, "SUNATPerceptionSummaryDocumentReference")),
        currency=attribute_at(line, "TotalAmount", "currencyID") or "PEN",
        igv_percent=optional_number_at(igv, f"{_CATEGORY}/Percent"),
        total=to_cents(total) if total is not None else None,
        charges=_cents(find_local(line, "AllowanceCharge"), "Amount"),
        **_values(line),
        **_taxes(line),
    )


def _line_number(place: int, line: Element) -> int:
    written = text_of(line, "LineID")
    return int(written) if written.isascii() and written.isdigit() else place


def _values(line: Element) -> Mapping[str, Decimal]:
    found = {
        text_of(value, "InstructionID"): _cents(value, "PaidAmount") for value in all_local(line, "BillingPayment")
    }
    return {_VALUES[code]: amount for code, amount in found.items() if code in _VALUES}


def _taxes(line: Element) -> Mapping[str, Decimal]:
    found = {text_of(tax, f"{_CATEGORY}/TaxScheme/ID"): _cents(tax, "TaxAmount") for tax in all_local(line, "TaxTotal")}
    return {_TAXES[code]: amount for code, amount in found.items() if code in _TAXES}


def _customer(party: Element | None) -> Party | None:
    if party is None:
        return None
    return Party(
        id_type=text_of(party, "AdditionalAccountID"),
        id_number=text_of(party, "CustomerAssignedAccountID"),
        name=text_of(party, "Party/PartyLegalEntity/RegistrationName"),
    )


def _reference(changed: Element | None) -> Reference | None:
    return None if changed is None else Reference(text_of(changed, "DocumentTypeCode"), text_of(changed, "ID"))


def _perception(told: Element | None) -> Perception | None:
    if told is None:
        return None
    return Perception(
        regime=text_of(told, "SUNATPerceptionSystemCode"),
        percent=number_at(told, "SUNATPerceptionPercent"),
        base=_cents(told, "TaxableAmount"),
        amount=_cents(told, "TotalInvoiceAmount"),
        total=_cents(told, "SUNATTotalCashed"),
    )


def _cents(holder: Element | None, path: str) -> Decimal:
    return to_cents(number_at(holder, path)) or NOTHING
