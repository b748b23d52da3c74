"""XML in canonical form (C14N 1.0), written directly: what is built here is byte for byte what is signed.

An element function takes text (escaped) or elements (already canonical) and gives the element's text. Attributes come
in C14N's order: by name, because none of ours has a namespace. Empty or missing content leaves the element out, so an
optional part needs no `if`. `tests/property/test_canonical.py` holds this against lxml's own canonicalisation.
"""

import re
from collections.abc import Callable
from decimal import Decimal

from onapi.values.money import plain

NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
}
INVOICE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"

_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"})
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

Leaf = Callable[[str], str]
Branch = Callable[..., str]


def escape(text: str) -> str:
    """Text as element content; characters that XML cannot carry at all are dropped."""
    return _FORBIDDEN.sub("", text).translate(_TEXT)


def is_xml_text(text: str) -> bool:
    """True if XML can carry every character of it.

    >>> is_xml_text("Año 2026"), is_xml_text(chr(7))
    (True, False)
    """
    return _FORBIDDEN.search(text) is None


def attributes(pairs: dict[str, str]) -> str:
    """Attributes in canonical order, each with a leading space."""
    return "".join(
        f' {name}="{_FORBIDDEN.sub("", value).translate(_ATTRIBUTE)}"' for name, value in sorted(pairs.items())
    )


def leaf(name: str, /, **fixed: str) -> Leaf:
    """An element that holds text, always with these attributes; no text, no element.

    >>> leaf("cbc:ID", schemeID="6")("A & B")
    '<cbc:ID schemeID="6">A &amp; B</cbc:ID>'
    """
    start, end = f"<{name}{attributes(fixed)}>", f"</{name}>"
    return lambda text: f"{start}{escape(text)}{end}" if text else ""


def marked(name: str, attribute: str, /, **fixed: str) -> Callable[[str, str], str]:
    """An element that holds text and one attribute known only when written.

    >>> marked("cbc:Note", "languageLocaleID")("UNO", "1000")
    '<cbc:Note languageLocaleID="1000">UNO</cbc:Note>'
    """
    before = attributes({key: value for key, value in fixed.items() if key < attribute})
    after = attributes({key: value for key, value in fixed.items() if key > attribute})

    def write(text: str, value: str) -> str:
        if not text:
            return ""
        return f"<{name}{before}{attributes({attribute: value})}{after}>{escape(text)}</{name}>"

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


def root(name: str, namespace: str, *content: str) -> str:
    """The root element with every namespace of the document, in canonical order."""
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    return f'<{name} xmlns="{namespace}"{declared}>{"".join(content)}</{name}>'
