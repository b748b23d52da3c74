"""XML in canonical form (C14N 1.0), written directly: what is built here is byte for byte what is signed.

An element function takes text (escaped) or elements (already canonical) and gives the element's text. Attributes come
in C14N's order: by name, because none of ours has a namespace. Empty or missing content leaves the element out, so an
optional part needs no `if`. `tests/property/test_canonical.py` holds this against lxml's own canonicalisation.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from onapi.values.money import plain

NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
}
SAC = {"sac": "urn:sunat:names:specification:ubl:peru:schema:xsd:SunatAggregateComponents-1"}  # SUNAT's own elements
_OASIS = "urn:oasis:names:specification:ubl:schema:xsd:"
_SUNAT = "urn:sunat:names:specification:ubl:peru:schema:xsd:"
INVOICE = f"{_OASIS}Invoice-2"
CREDIT_NOTE = f"{_OASIS}CreditNote-2"
DEBIT_NOTE = f"{_OASIS}DebitNote-2"
SELF_BILLED_INVOICE = f"{_OASIS}SelfBilledInvoice-2"
DESPATCH_ADVICE = f"{_OASIS}DespatchAdvice-2"
RETENTION = f"{_SUNAT}Retention-1"
PERCEPTION = f"{_SUNAT}Perception-1"
SUMMARY_DOCUMENTS = f"{_SUNAT}SummaryDocuments-1"
VOIDED_DOCUMENTS = f"{_SUNAT}VoidedDocuments-1"

SIGNATURE_ID = "SignatureOnAPI"
EMPTY_EXTENSION = (  # where the signature goes
    "<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent></ext:ExtensionContent>"
    "</ext:UBLExtension></ext:UBLExtensions>"
)

_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"})
# Most texts hold none of these, and one look is cheaper than two replacements.
_NOT_PLAIN = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_NOT_PLAIN_ATTRIBUTE = re.compile('[&<"\x00-\x1f\ufffe\uffff\ud800-\udfff]')
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

_NO_MORE: Final[Mapping[str, str]] = MappingProxyType({})

Leaf = Callable[[str], str]
Branch = Callable[..., str]


def escape(text: str) -> str:
    """Text as element content; characters that XML cannot carry at all are dropped."""
    return _FORBIDDEN.sub("", text).translate(_TEXT) if _NOT_PLAIN.search(text) else text


def escape_attribute(text: str) -> str:
    """Text as an attribute's value, between double quotes."""
    return _FORBIDDEN.sub("", text).translate(_ATTRIBUTE) if _NOT_PLAIN_ATTRIBUTE.search(text) else text


def is_xml_text(text: str) -> bool:
    """True if XML can carry every character of it.

    >>> is_xml_text("Año 2026"), is_xml_text(chr(7))
    (True, False)
    """
    return _FORBIDDEN.search(text) is None


def attributes(pairs: dict[str, str]) -> str:
    """Attributes in canonical order, each with a leading space."""
    return "".join(f' {name}="{escape_attribute(value)}"' for name, value in sorted(pairs.items()))


def leaf(name: str, /, **fixed: str) -> Leaf:
    """An element that holds text, always with these attributes; no text, no element.

    >>> leaf("cbc:ID", schemeID="6")("A & B")
    '<cbc:ID schemeID="6">A &amp; B</cbc:ID>'
    """
    start, end = f"<{name}{attributes(fixed)}>", f"</{name}>"
    return lambda text: f"{start}{escape(text)}{end}" if text else ""


def marked(name: str, attribute: str, /, **fixed: str) -> Callable[[str, str], str]:
    """An element that holds text and one attribute known only when written; an empty attribute is left out.

    >>> marked("cbc:Note", "languageLocaleID")("UNO", "1000")
    '<cbc:Note languageLocaleID="1000">UNO</cbc:Note>'
    >>> marked("cbc:ID", "schemeID", schemeName="Documento de Identidad")("12345678", "")
    '<cbc:ID schemeName="Documento de Identidad">12345678</cbc:ID>'
    """
    before = attributes({key: value for key, value in fixed.items() if key < attribute})
    after = attributes({key: value for key, value in fixed.items() if key > attribute})

    def write(text: str, value: str) -> str:
        if not text:
            return ""
        own = f' {attribute}="{escape_attribute(value)}"' if value else ""
        return f"<{name}{before}{own}{after}>{escape(text)}</{name}>"

    return write


def branch(name: str) -> Branch:
    """An element that holds elements; with none of them it is left out.

    >>> branch("cac:Party")("<cbc:ID>1</cbc:ID>", "")
    '<cac:Party><cbc:ID>1</cbc:ID></cac:Party>'
    """
    start, end = f"<{name}>", f"</{name}>"

    def write(*content: str) -> str:
        inside = "".join(content)
        return f"{start}{inside}{end}" if inside else ""

    return write


def money(name: str) -> Callable[[Decimal, str], str]:
    """An amount with two decimals and its currency.

    >>> money("cbc:TaxAmount")(Decimal(36), "PEN")
    '<cbc:TaxAmount currencyID="PEN">36.00</cbc:TaxAmount>'
    """
    return lambda value, currency: f'<{name} currencyID="{currency}">{value:.2f}</{name}>'


def unit_money(name: str) -> Callable[[Decimal, str], str]:
    """A unit amount, two to ten decimals, and its currency."""
    return lambda value, currency: f'<{name} currencyID="{currency}">{plain(value, 2)}</{name}>'


def root(name: str, namespace: str, *content: str, more: Mapping[str, str] = _NO_MORE) -> str:
    """The root element with every namespace of the document, in canonical order; `more` are namespaces beside UBL's."""
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in sorted({**NAMESPACES, **more}.items()))
    return f'<{name} xmlns="{namespace}"{declared}>{"".join(content)}</{name}>'
