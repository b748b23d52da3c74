"""Whether two XML documents say the same: elements, texts and marks that count; not prefixes, spaces or ornaments.

SUNAT leaves out of account the attributes that only name a list (`listName`, `schemeAgencyName`, …), and who made the
signature block; so do we.
"""

from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from onapi.values.xmltree import Element, local_name

_ORNAMENTS = frozenset(
    {
        "listAgencyID",
        "listAgencyName",
        "listName",
        "listSchemeURI",
        "listURI",
        "name",
        "schemeAgencyID",
        "schemeAgencyName",
        "schemeName",
        "schemeURI",
        "unitCodeListAgencyName",
        "unitCodeListID",
    }
)
_NAMES_A_LIST = frozenset({"ItemClassificationCode", "DocumentCurrencyCode", "IdentificationCode"})  # by its listID
_SIGNATURE = frozenset({"UBLExtensions", "Signature"})

Said: TypeAlias = tuple[int, str, str, tuple[tuple[str, str], ...]]


def says_the_same(one: Element, other: Element) -> bool:
    """True if both have the same elements in the same order with the same texts and marks."""
    return list(_said(one, 0)) == list(_said(other, 0))


def _said(element: Element, depth: int) -> Iterator[Said]:
    name = local_name(element)
    if depth == 1 and name in _SIGNATURE:
        return
    children = list(element.iterchildren(tag=etree.Element))
    text = "" if children else (element.text or "")
    marks = tuple(
        sorted(
            (str(key), str(value))
            for key, value in element.attrib.items()
            if key not in _ORNAMENTS
            and not (key == "listID" and name in _NAMES_A_LIST)
            and not str(key).startswith("{")
        )
    )
    yield depth, str(element.tag), text, marks
    for child in children:
        yield from _said(child, depth + 1)
