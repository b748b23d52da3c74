"""Small summaries for SUNAT: RC, RA and RR, written as text."""

from sample_invoice import _PREFIXES, _SLOT, RUC, TODAY, signatory_of

_SUNAT = "urn:sunat:names:specification:ubl:peru:schema:xsd:"
_SAC = f'xmlns:sac="{_SUNAT}SunatAggregateComponents-1"'


def summary(label: str, *lines: str, issued: str = TODAY, referred: str = TODAY, ruc: str = RUC) -> str:
    """A daily summary with these lines."""
    return _batch(("SummaryDocuments", "1.1"), label, "".join(lines), (issued, referred), ruc)


def voided(label: str, *lines: str, issued: str = TODAY, referred: str = TODAY, ruc: str = RUC) -> str:
    """A communication of voidings, or with the label RR a summary of reversals."""
    return _batch(("VoidedDocuments", "1.0"), label, "".join(lines), (issued, referred), ruc)


def told(
    number: int, label: str, condition: str = "1", *, doctype: str = "03", total: int = 118, modified: str = ""
) -> str:
    """A line of a daily summary: 1 adds, 2 changes, 3 voids."""
    base = total * 100 // 118
    reference = modified and (
        f"<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{modified}</cbc:ID>"
        "<cbc:DocumentTypeCode>03</cbc:DocumentTypeCode></cac:InvoiceDocumentReference></cac:BillingReference>"
    )
    return f"""<sac:SummaryDocumentsLine><cbc:LineID>{number}</cbc:LineID>
<cbc:DocumentTypeCode>{doctype}</cbc:DocumentTypeCode><cbc:ID>{label}</cbc:ID>
<cac:AccountingCustomerParty><cbc:CustomerAssignedAccountID>45678912</cbc:CustomerAssignedAccountID>
<cbc:AdditionalAccountID>1</cbc:AdditionalAccountID></cac:AccountingCustomerParty>{reference}
<cac:Status><cbc:ConditionCode>{condition}</cbc:ConditionCode></cac:Status>
<sac:TotalAmount currencyID="PEN">{total}.00</sac:TotalAmount>
<sac:BillingPayment><cbc:PaidAmount currencyID="PEN">{base}.00</cbc:PaidAmount><cbc:InstructionID>01</cbc:InstructionID>
</sac:BillingPayment><cac:TaxTotal><cbc:TaxAmount currencyID="PEN">{total - base}.00</cbc:TaxAmount><cac:TaxSubtotal>
<cbc:TaxAmount currencyID="PEN">{total - base}.00</cbc:TaxAmount><cac:TaxCategory><cac:TaxScheme><cbc:ID>1000</cbc:ID>
<cbc:Name>IGV</cbc:Name><cbc:TaxTypeCode>VAT</cbc:TaxTypeCode></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal>
</cac:TaxTotal></sac:SummaryDocumentsLine>"""


def void(number: int, label: str, doctype: str = "01") -> str:
    """A line that voids a document."""
    series, _, correlative = label.partition("-")
    return f"""<sac:VoidedDocumentsLine><cbc:LineID>{number}</cbc:LineID>
<cbc:DocumentTypeCode>{doctype}</cbc:DocumentTypeCode><sac:DocumentSerialID>{series}</sac:DocumentSerialID>
<sac:DocumentNumberID>{correlative}</sac:DocumentNumberID>
<sac:VoidReasonDescription>ERROR EN LA VENTA</sac:VoidReasonDescription></sac:VoidedDocumentsLine>"""


def _batch(kind: tuple[str, str], label: str, lines: str, days: tuple[str, str], ruc: str) -> str:
    (root, version), (issued, referred) = kind, days
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="{_SUNAT}{root}-1" {_SAC} {_PREFIXES}>{_SLOT}
<cbc:UBLVersionID>2.0</cbc:UBLVersionID><cbc:CustomizationID>{version}</cbc:CustomizationID><cbc:ID>{label}</cbc:ID>
<cbc:ReferenceDate>{referred}</cbc:ReferenceDate><cbc:IssueDate>{issued}</cbc:IssueDate>{signatory_of(ruc)}
<cac:AccountingSupplierParty><cbc:CustomerAssignedAccountID>{ruc}</cbc:CustomerAssignedAccountID>
<cbc:AdditionalAccountID>6</cbc:AdditionalAccountID><cac:Party><cac:PartyLegalEntity>
<cbc:RegistrationName>EMPRESA DE PRUEBA</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party>
</cac:AccountingSupplierParty>{lines}</{root}>"""
