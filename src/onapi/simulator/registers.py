"""SUNAT's registers, small: who a RUC is, and what that decides about a document (rows of `register_checks.tsv`).

`contributors.tsv` holds magic RUCs. Of everybody else only this is known: with a right check digit it is registered,
active and found. Where nothing is known about a padrón, no rule about it decides anything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from lxml import etree

from onapi.facts.table import read
from onapi.simulator.content import Finding
from onapi.values.identity import is_ruc
from onapi.values.xmltree import Element, text_of

NO_PROFILE: Final = "NO_PROFILE"
_NAMESPACES: Final = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "sac": "urn:sunat:names:specification:ubl:peru:schema:xsd:SunatAggregateComponents-1",
}
_FINE: Final = "00"  # ACTIVO, HABIDO
_LOST: Final = "12"  # NO HABIDO
_NOBODY: Final = "-"


@dataclass(frozen=True, slots=True)
class Contributor:
    """What the register says of a taxpayer."""

    state: str  # 00 ACTIVO; see the codes of Consulta Integrada
    condition: str  # 00 HABIDO
    marks: frozenset[str] | None  # padrones and the like; None where nobody knows


@dataclass(frozen=True, slots=True)
class _Check:
    code: str
    is_error: bool
    where: etree.XPath
    only: etree.XPath | None
    ask: str
    marks: frozenset[str]


def contributor(ruc: str, *, strict: bool) -> Contributor | None:
    """Who a RUC is; None if it is not registered. Strictly, a wrong check digit is nobody's."""
    known = _seeds().get(ruc)
    if known:
        return None if known.state == _NOBODY else known
    return Contributor(_FINE, _FINE, None) if not strict or is_ruc(ruc) else None


def has_mark(ruc: str, mark: str) -> bool:
    """True if the register is known to mark this RUC so."""
    known = _seeds().get(ruc)
    return known is not None and mark in (known.marks or ())


def register_findings(root: Element, doctype: str, *, strict: bool) -> Iterator[Finding]:
    """What the registers find against a document, in the order of the rows."""
    for check in _checks(doctype):
        if check.only is not None and not check.only(root):
            continue
        nodes: Any = check.where(root)  # its stubs leave open what an expression gives; ours give nodes or texts
        for node in nodes:
            ruc = node if isinstance(node, str) else text_of(node)
            if ruc and _is_broken(check, contributor(ruc, strict=strict)):
                path = "" if isinstance(node, str) else node.getroottree().getpath(node)
                yield Finding(check.code, check.is_error, path, ruc)


def _is_broken(check: _Check, who: Contributor | None) -> bool:
    if who is None:
        return check.ask == "unknown"
    if check.ask in {"in", "out"}:
        return who.marks is not None and bool(who.marks & check.marks) == (check.ask == "in")
    return {
        "unknown": False,
        "state": who.state != _FINE,
        "condition": who.condition != _FINE,
        "lost": who.condition == _LOST,
    }[check.ask]


@cache
def _checks(doctype: str) -> tuple[_Check, ...]:
    found = []
    for codes, where, only, ask in _rows("register_checks.tsv"):
        own = next((pair.partition("=")[2] for pair in codes.split() if pair.startswith(f"{doctype}=")), "")
        if own:
            code, _, level = own.partition(":")
            verb, *marks = ask.split()
            condition = _compiled(f"boolean({only})") if only else None
            found.append(_Check(code, level == "ERROR", _compiled(where), condition, verb, frozenset(marks)))
    return tuple(found)


@cache
def _seeds() -> Mapping[str, Contributor]:
    rows = _rows("contributors.tsv")
    return {ruc: Contributor(state, condition, frozenset(marks.split())) for ruc, _, state, condition, marks in rows}


def _rows(name: str) -> tuple[tuple[str, ...], ...]:
    return read(str(Path(__file__).with_name(name))).rows


@cache
def _compiled(expression: str) -> etree.XPath:
    return etree.XPath(expression, namespaces=_NAMESPACES, smart_strings=False)
