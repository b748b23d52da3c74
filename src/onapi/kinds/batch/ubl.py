"""A batch as SUNAT's XML, in the order of its schema; the signature's place is left open.

A resumen diario has hundreds of lines, so what does not change is put together once and each line is one text: amounts
stand rounded to cents in the model, and print as they are.
"""

from decimal import Decimal
from functools import cache, lru_cache

from onapi.kinds.batch.head import legal_entity, write_batch
from onapi.kinds.batch.model import Perception, Reference, Summary, SummaryLine, Voided, VoidedLine
from onapi.tax.tribute import ICBPER, IGV, ISC, IVAP, OTHER, tribute
from onapi.ubl.element import SIGNATURE_ID, SUMMARY_DOCUMENTS, VOIDED_DOCUMENTS, attributes, branch, escape, leaf
from onapi.values.money import plain
from onapi.values.party import Party

__all__ = ["SIGNATURE_ID", "build_summary", "build_voided"]

_SUMMARY_VERSION, _VOIDED_VERSION = "1.1", "1.0"
_party = branch("cac:Party")
_status = branch("cac:Status")
_condition = leaf("cbc:ConditionCode")
_doctype = leaf("cbc:DocumentTypeCode")
_scheme = branch("cac:TaxScheme")
_scheme_id, _scheme_name, _scheme_type = leaf("cbc:ID"), leaf("cbc:Name"), leaf("cbc:TaxTypeCode")
_series, _correlative = leaf("sac:DocumentSerialID"), leaf("sac:DocumentNumberID")
_reason = leaf("sac:VoidReasonDescription")


def build_summary(summary: Summary) -> str:
    """The unsigned XML of a resumen diario."""
    lines = "".join(map(_summary_line, summary.lines))
    return write_batch("SummaryDocuments", SUMMARY_DOCUMENTS, _SUMMARY_VERSION, summary, lines)


def build_voided(voided: Voided) -> str:
    """The unsigned XML of a comunicación de baja or of a reversión."""
    lines = "".join(map(_voided_line, voided.lines))
    return write_batch("VoidedDocuments", VOIDED_DOCUMENTS, _VOIDED_VERSION, voided, lines)


def _voided_line(line: VoidedLine) -> str:
    return (
        f"<sac:VoidedDocumentsLine><cbc:LineID>{line.number}</cbc:LineID>{_doctype(line.doctype)}"
        f"{_series(line.series)}{_correlative(line.correlative)}{_reason(line.reason)}</sac:VoidedDocumentsLine>"
    )


def _summary_line(line: SummaryLine) -> str:
    currency = _currency(line.currency)
    return (
        f"<sac:SummaryDocumentsLine><cbc:LineID>{line.number}</cbc:LineID>{_kind(line.doctype)}"
        f"<cbc:ID>{escape(line.receipt)}</cbc:ID>"
        f"{_customer(line.customer) if line.customer else ''}"
        f"{_reference(line.reference) if line.reference else ''}"
        f"{_perception(line.perception) if line.perception else ''}"
        f"{_state(line.status)}"
        f"<sac:TotalAmount{currency}>{line.total}</sac:TotalAmount>"
        f"{_values(line, currency)}{_charges(line.charges, currency)}{_taxes(line, currency)}"
        "</sac:SummaryDocumentsLine>"
    )


def _values(line: SummaryLine, currency: str) -> str:
    """Each kind of sale by its code of catalogue 11; SUNAT refuses one that is zero (rule 2254)."""
    kinds = (
        (line.taxed, "01"),
        (line.exonerated, "02"),
        (line.unaffected, "03"),
        (line.export, "04"),
        (line.free, "05"),
        (line.free_taxed, "06"),
        (line.free_exonerated, "07"),
        (line.free_unaffected, "08"),
        (line.free_export, "09"),
    )
    return "".join([_value(amount, code, currency) for amount, code in kinds if amount])


def _value(amount: Decimal, code: str, currency: str) -> str:
    return (
        f"<sac:BillingPayment><cbc:PaidAmount{currency}>{amount}</cbc:PaidAmount>"
        f"<cbc:InstructionID>{code}</cbc:InstructionID></sac:BillingPayment>"
    )


def _charges(amount: Decimal, currency: str) -> str:
    """Zero would draw remark 2266."""
    if not amount:
        return ""
    return (
        "<cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator>"
        f"<cbc:Amount{currency}>{amount}</cbc:Amount></cac:AllowanceCharge>"
    )


def _taxes(line: SummaryLine, currency: str) -> str:
    """IGV always, zero too, unless it is rice under IVAP (rule 2278); the rest where there is any."""
    found = _tax(line.ivap, IVAP, currency) if line.ivap else ""
    if line.igv or not line.ivap:
        found += _tax(line.igv, IGV, currency, line.igv_percent)
    if line.isc:
        found += _tax(line.isc, ISC, currency)
    if line.other:
        found += _tax(line.other, OTHER, currency)
    if line.icbper:
        found += _tax(line.icbper, ICBPER, currency)
    return found


def _tax(amount: Decimal, code: str, currency: str, percent: Decimal | None = None) -> str:
    rate = f"<cbc:Percent>{plain(percent, 2)}</cbc:Percent>" if percent is not None else ""
    return (
        f"<cac:TaxTotal><cbc:TaxAmount{currency}>{amount}</cbc:TaxAmount>"
        f"<cac:TaxSubtotal><cbc:TaxAmount{currency}>{amount}</cbc:TaxAmount>"
        f"<cac:TaxCategory>{rate}{_tribute(code)}</cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>"
    )


@cache
def _tribute(code: str) -> str:
    known = tribute(code)
    return _scheme(_scheme_id(known.code), _scheme_name(known.name), _scheme_type(known.type_code))


@lru_cache(maxsize=64)
def _kind(doctype: str) -> str:
    return _doctype(doctype)


@lru_cache(maxsize=64)
def _state(status: str) -> str:
    return _status(_condition(status))


@lru_cache(maxsize=256)
def _currency(code: str) -> str:
    return attributes({"currencyID": code})


def _customer(party: Party) -> str:
    return (
        f"<cac:AccountingCustomerParty><cbc:CustomerAssignedAccountID>{escape(party.id_number)}"
        f"</cbc:CustomerAssignedAccountID><cbc:AdditionalAccountID>{escape(party.id_type)}</cbc:AdditionalAccountID>"
        f"{_party(legal_entity(party.name)) if party.name else ''}</cac:AccountingCustomerParty>"
    )


def _reference(changed: Reference) -> str:
    return (
        f"<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{escape(changed.number)}</cbc:ID>"
        f"{_doctype(changed.doctype)}</cac:InvoiceDocumentReference></cac:BillingReference>"
    )


def _perception(perception: Perception) -> str:
    return (
        "<sac:SUNATPerceptionSummaryDocumentReference>"
        f"<sac:SUNATPerceptionSystemCode>{escape(perception.regime)}</sac:SUNATPerceptionSystemCode>"
        f"<sac:SUNATPerceptionPercent>{plain(perception.percent, 2)}</sac:SUNATPerceptionPercent>"
        f'<cbc:TotalInvoiceAmount currencyID="PEN">{perception.amount}</cbc:TotalInvoiceAmount>'
        f'<sac:SUNATTotalCashed currencyID="PEN">{perception.total}</sac:SUNATTotalCashed>'
        f'<cbc:TaxableAmount currencyID="PEN">{perception.base}</cbc:TaxableAmount>'
        "</sac:SUNATPerceptionSummaryDocumentReference>"
    )
