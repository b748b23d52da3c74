"""Small documents for SUNAT, written as text and signed by another library than ours."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

RUC = "20000000001"
CUSTOMER = "20000000028"
TODAY = "2026-11-22"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_C14N = CanonicalizationMethod.CANONICAL_XML_1_0
_PLACE = "{*}UBLExtensions/{*}UBLExtension/{*}ExtensionContent"


@dataclass(frozen=True)
class Pen:
    """A key and the certificate that names its owner."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


def new_pen(name: str = "EMPRESA DE PRUEBA", bits: int = 2048, *, ruc: str = RUC, until: datetime | None = None) -> Pen:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.SERIAL_NUMBER, ruc)])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    dated = builder.serial_number(1).not_valid_before(now).not_valid_after(until or now + timedelta(days=3650))
    return Pen(key, dated.sign(key, SHA256()))


_PREFIXES = f'''xmlns:cac="{_UBL}CommonAggregateComponents-2" xmlns:cbc="{_UBL}CommonBasicComponents-2"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:ext="{_UBL}CommonExtensionComponents-2"'''
_SLOT = "<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent/></ext:UBLExtension></ext:UBLExtensions>"


def invoice(
    number: str = "F001-1",
    *,
    ruc: str = RUC,
    doctype: str = "01",
    description: str = "Servicio",
    signatory: str = "",
    issued: str = TODAY,
    customer: str = CUSTOMER,
    lines: int = 1,
    more: str = "",
) -> str:
    """A factura or boleta of some lines of 100 and IGV; its slot for the signature is empty.

    `more` stands before the signature's party, where references to other documents belong.
    """
    form = "" if doctype == "03" else "<cac:PaymentTerms><cbc:ID>FormaPago</cbc:ID>"
    form += form and "<cbc:PaymentMeansID>Contado</cbc:PaymentMeansID></cac:PaymentTerms>"
    listed = "".join(_line("Invoice", "Invoiced", n, description) for n in range(1, lines + 1))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="{_UBL}Invoice-2" {_PREFIXES}>{_SLOT}
<cbc:UBLVersionID>2.1</cbc:UBLVersionID><cbc:CustomizationID>2.0</cbc:CustomizationID>
<cbc:ID>{number}</cbc:ID><cbc:IssueDate>{issued}</cbc:IssueDate>
<cbc:InvoiceTypeCode listID="0101">{doctype}</cbc:InvoiceTypeCode>
<cbc:DocumentCurrencyCode>PEN</cbc:DocumentCurrencyCode>{more}{signatory_of(signatory or ruc)}
{_party("AccountingSupplierParty", ruc, "EMPRESA DE PRUEBA")}
{_party("AccountingCustomerParty", customer, "CLIENTE")}{form}{_totals(lines)}{listed}</Invoice>"""


def note(
    number: str,
    modified: str,
    *,
    doctype: str = "07",
    reason: str = "01",
    issued: str = TODAY,
    currency: str = "PEN",
    lines: int = 1,
) -> str:
    """A credit or debit note over a factura or boleta."""
    root, quantity, tag = (
        ("CreditNote", "Credited", "") if doctype == "07" else ("DebitNote", "Debited", "RequestedMonetary")
    )
    modified_type = "03" if modified.startswith("B") else "01"
    listed = "".join(_line(root, quantity, n, "Servicio") for n in range(1, lines + 1))
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="{_UBL}{root}-2" {_PREFIXES}>{_SLOT}
<cbc:UBLVersionID>2.1</cbc:UBLVersionID><cbc:CustomizationID>2.0</cbc:CustomizationID>
<cbc:ID>{number}</cbc:ID><cbc:IssueDate>{issued}</cbc:IssueDate>
<cbc:DocumentCurrencyCode>PEN</cbc:DocumentCurrencyCode>
<cac:DiscrepancyResponse><cbc:ReferenceID>{modified}</cbc:ReferenceID><cbc:ResponseCode>{reason}</cbc:ResponseCode>
<cbc:Description>Por error en la venta</cbc:Description></cac:DiscrepancyResponse>
<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{modified}</cbc:ID>
<cbc:DocumentTypeCode>{modified_type}</cbc:DocumentTypeCode></cac:InvoiceDocumentReference></cac:BillingReference>
{signatory_of(RUC)}{_party("AccountingSupplierParty", RUC, "EMPRESA DE PRUEBA")}
{_party("AccountingCustomerParty", CUSTOMER, "CLIENTE")}{_totals(lines, tag or "LegalMonetary")}{listed}</{root}>"""
    return text.replace("PEN", currency)


def signatory_of(ruc: str) -> str:
    """The part that says who signs."""
    return f"""<cac:Signature><cbc:ID>Firma</cbc:ID><cac:SignatoryParty><cac:PartyIdentification><cbc:ID>{ruc}</cbc:ID>
</cac:PartyIdentification><cac:PartyName><cbc:Name>EMPRESA DE PRUEBA</cbc:Name></cac:PartyName></cac:SignatoryParty>
<cac:DigitalSignatureAttachment><cac:ExternalReference><cbc:URI>#Firma</cbc:URI></cac:ExternalReference>
</cac:DigitalSignatureAttachment></cac:Signature>"""


def _party(role: str, ruc: str, name: str) -> str:
    place = "<cac:RegistrationAddress><cbc:AddressTypeCode>0000</cbc:AddressTypeCode></cac:RegistrationAddress>"
    return f"""<cac:{role}><cac:Party><cac:PartyIdentification><cbc:ID schemeID="6">{ruc}</cbc:ID>
</cac:PartyIdentification><cac:PartyLegalEntity><cbc:RegistrationName>{name}</cbc:RegistrationName>
{place if role == "AccountingSupplierParty" else ""}</cac:PartyLegalEntity></cac:Party></cac:{role}>"""


_IGV = (
    "<cac:TaxScheme><cbc:ID>1000</cbc:ID><cbc:Name>IGV</cbc:Name><cbc:TaxTypeCode>VAT</cbc:TaxTypeCode></cac:TaxScheme>"
)


def _money(name: str, amount: int) -> str:
    return f'<cbc:{name} currencyID="PEN">{amount}.00</cbc:{name}>'


def _totals(lines: int, monetary: str = "LegalMonetary") -> str:
    base, igv = 100 * lines, 18 * lines
    return f"""<cac:TaxTotal>{_money("TaxAmount", igv)}<cac:TaxSubtotal>{_money("TaxableAmount", base)}
{_money("TaxAmount", igv)}<cac:TaxCategory>{_IGV}</cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
<cac:{monetary}Total>{_money("LineExtensionAmount", base)}{_money("TaxInclusiveAmount", base + igv)}
{_money("PayableAmount", base + igv)}</cac:{monetary}Total>"""


def _line(root: str, quantity: str, number: int, description: str) -> str:
    tag = "Invoice" if root == "Invoice" else root
    return f"""<cac:{tag}Line><cbc:ID>{number}</cbc:ID>
<cbc:{quantity}Quantity unitCode="NIU">1</cbc:{quantity}Quantity>{_money("LineExtensionAmount", 100)}
<cac:PricingReference><cac:AlternativeConditionPrice>{_money("PriceAmount", 118)}
<cbc:PriceTypeCode>01</cbc:PriceTypeCode></cac:AlternativeConditionPrice></cac:PricingReference>
<cac:TaxTotal>{_money("TaxAmount", 18)}<cac:TaxSubtotal>{_money("TaxableAmount", 100)}{_money("TaxAmount", 18)}
<cac:TaxCategory><cbc:Percent>18.00</cbc:Percent><cbc:TaxExemptionReasonCode>10</cbc:TaxExemptionReasonCode>
{_IGV}</cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
<cac:Item><cbc:Description>{description}</cbc:Description><cac:CommodityClassification>
<cbc:ItemClassificationCode>43211500</cbc:ItemClassificationCode></cac:CommodityClassification></cac:Item>
<cac:Price>{_money("PriceAmount", 100)}</cac:Price></cac:{tag}Line>"""


def sign(text: str | bytes, pen: Pen, *, signature_id: str = "Firma") -> bytes:
    """The document with its signature where SUNAT wants it."""
    root = etree.fromstring(text.encode() if isinstance(text, str) else text)
    slot = root.find(_PLACE)
    assert slot is not None
    slot.append(etree.Element("{http://www.w3.org/2000/09/xmldsig#}Signature", Id="placeholder"))
    signer = XMLSigner(
        signature_algorithm=SignatureMethod.RSA_SHA256, digest_algorithm=DigestAlgorithm.SHA256, c14n_algorithm=_C14N
    )
    signed = signer.sign(root, key=pen.key, cert=[pen.certificate])
    made = signed.find(f"{_PLACE}/{{*}}Signature")
    assert made is not None
    made.set("Id", signature_id)
    return etree.tostring(signed, encoding="UTF-8", xml_declaration=True)
