"""Reading XML that strangers wrote: one strict parser and look-ups by local name.

The parser takes no DTD, resolves no entity, opens no file or socket, and measures before it builds (guarantee H01).
Local names are what counts because SUNAT's answers change prefixes and even namespaces.
"""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias, cast

from lxml import etree

from onapi.errors import Unreadable

Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml gives its one element class no public name

MAX_BYTES = 10 * 1024 * 1024
MAX_ELEMENTS = 100_000
MAX_ATTRIBUTES = 100_000
MAX_DEPTH = 100

_ENCODINGS = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "iso-8859-15", "windows-1252"})
_DECLARED = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([^\"']{1,40})[\"']")
_BOM = b"\xef\xbb\xbf"

_COUNT_ELEMENTS = etree.XPath("count(//*)")
_COUNT_ATTRIBUTES = etree.XPath("count(//@*)")
_IS_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
_STRING = etree.XPath("string()")


def strict_parser() -> etree.XMLParser:
    """A fresh parser that touches nothing but the bytes it is given.

    Never the process-wide one: another library may replace it.
    """
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        collect_ids=False,
    )


def parse_xml(data: bytes, *, limit_bytes: int = MAX_BYTES) -> Element:
    """The root of a document, or Unreadable (`malformed_xml`) with what is wrong in Spanish."""
    _refuse_before_parsing(data, limit_bytes)
    try:
        root = etree.fromstring(data, strict_parser())
    except etree.XMLSyntaxError as error:
        raise _unreadable(f"El XML no se puede leer: línea {error.lineno}.", detail=str(error)) from None
    except (ValueError, LookupError) as error:
        raise _unreadable("El XML no se puede leer.", detail=str(error)) from None
    _refuse_after_parsing(root)
    return root


def local_name(element: Element) -> str:
    """The name without namespace; "" for a comment or a processing instruction."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def namespace_of(element: Element) -> str:
    """The namespace of an element, "" when it has none."""
    return element.tag[1:].partition("}")[0] if isinstance(element.tag, str) and element.tag.startswith("{") else ""


def all_local(element: Element, path: str) -> Iterator[Element]:
    """Every descendant on a path of local names, in document order: `all_local(root, "Party/PartyName/Name")`."""
    first, _, rest = path.partition("/")
    for child in element.iterchildren(tag=etree.Element):
        if local_name(child) != first:
            continue
        if rest:
            yield from all_local(child, rest)
        else:
            yield child


def find_local(element: Element, path: str) -> Element | None:
    """The first descendant on a path of local names, or None."""
    return next(all_local(element, path), None)


def text_of(element: Element, path: str = "") -> str:
    """The trimmed text at a path of local names, "" when absent. A comment inside does not cut it short."""
    found = find_local(element, path) if path else element
    return "" if found is None else str(_STRING(found)).strip()


def _refuse_before_parsing(data: bytes, limit_bytes: int) -> None:
    if not data.strip():
        raise _unreadable("El XML está vacío.")
    if len(data) > limit_bytes:
        raise _unreadable(f"El XML supera el máximo de {limit_bytes} bytes.")
    # Without these encodings each forbidden word below is found as plain bytes.
    declared = _DECLARED.search(data[:300])
    if b"\0" in data or (declared and declared[1].decode("ascii", "replace").lower() not in _ENCODINGS):
        raise _unreadable("El XML debe estar codificado en UTF-8 o ISO-8859-1.")
    if not data.removeprefix(_BOM).startswith(b"<"):
        raise _unreadable("El archivo no empieza como un XML.")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise _unreadable("El XML no puede contener DOCTYPE ni entidades.")
    # Upper bounds that cost one pass; the exact count follows once the tree is known to be small.
    if data.count(b"<") > 2 * MAX_ELEMENTS + 1000 or data.count(b"=") > MAX_ATTRIBUTES + 1000:
        raise _unreadable("El XML tiene demasiados elementos.")


def _refuse_after_parsing(root: Element) -> None:
    info: Any = root.getroottree().docinfo  # its stubs leave out that a DTD may be None
    if info.internalDTD is not None or info.externalDTD is not None:
        raise _unreadable("El XML no puede contener DOCTYPE ni entidades.")
    if cast("float", _COUNT_ELEMENTS(root)) > MAX_ELEMENTS or cast("float", _COUNT_ATTRIBUTES(root)) > MAX_ATTRIBUTES:
        raise _unreadable("El XML tiene demasiados elementos.")
    if _IS_TOO_DEEP(root):
        raise _unreadable(f"El XML anida más de {MAX_DEPTH} niveles.")


def _unreadable(sentence: str, **facts: object) -> Unreadable:
    return Unreadable(sentence, key="malformed_xml", **facts)
