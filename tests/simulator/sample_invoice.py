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
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_C14N = CanonicalizationMethod.CANONICAL_XML_1_0
_PLACE = "{*}UBLExtensions/{*}UBLExtension/{*}ExtensionContent"


@dataclass(frozen=True)
class Pen:
    """A key and the certificate that names its owner."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


def new_pen(name: str = "EMPRESA DE PRUEBA", bits: int = 2048) -> Pen:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.SERIAL_NUMBER, RUC)])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=3650))
    return Pen(key, builder.sign(key, SHA256()))


def invoice(
    number: str = "F001-1", *, ruc: str = RUC, doctype: str = "01", description: str = "Servicio", signatory: str = ""
) -> str:
    """A factura or boleta of one line; its slot for the signature is empty."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="{_UBL}Invoice-2" xmlns:cac="{_UBL}CommonAggregateComponents-2"
 xmlns:cbc="{_UBL}CommonBasicComponents-2" xmlns:ext="{_UBL}CommonExtensionComponents-2">
<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent/></ext:UBLExtension></ext:UBLExtensions>
<cbc:UBLVersionID>2.1</cbc:UBLVersionID><cbc:CustomizationID>2.0</cbc:CustomizationID>
<cbc:ID>{number}</cbc:ID><cbc:IssueDate>2026-11-22</cbc:IssueDate>
<cbc:InvoiceTypeCode listID="0101">{doctype}</cbc:InvoiceTypeCode>
<cbc:DocumentCurrencyCode>PEN</cbc:DocumentCurrencyCode>
<cac:Signature><cbc:ID>Firma</cbc:ID><cac:SignatoryParty><cac:PartyIdentification><cbc:ID>{signatory or ruc}</cbc:ID>
</cac:PartyIdentification><cac:PartyName><cbc:Name>EMPRESA DE PRUEBA</cbc:Name></cac:PartyName></cac:SignatoryParty>
<cac:DigitalSignatureAttachment><cac:ExternalReference><cbc:URI>#Firma</cbc:URI></cac:ExternalReference>
</cac:DigitalSignatureAttachment></cac:Signature>
{_party("AccountingSupplierParty", ruc, "EMPRESA DE PRUEBA")}{_party("AccountingCustomerParty", CUSTOMER, "CLIENTE")}
<cac:TaxTotal><cbc:TaxAmount currencyID="PEN">18.00</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="PEN">118.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:LineExtensionAmount currencyID="PEN">100.00</cbc:LineExtensionAmount>
<cac:Item><cbc:Description>{description}</cbc:Description></cac:Item></cac:InvoiceLine>
</Invoice>"""


def _party(role: str, ruc: str, name: str) -> str:
    return f"""<cac:{role}><cac:Party><cac:PartyIdentification><cbc:ID schemeID="6">{ruc}</cbc:ID>
</cac:PartyIdentification><cac:PartyLegalEntity><cbc:RegistrationName>{name}</cbc:RegistrationName>
</cac:PartyLegalEntity></cac:Party></cac:{role}>"""


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
