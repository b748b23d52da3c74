"""What SUNAT's list of documents decides about a document that names others: notes, advances, perceptions, guides.

Rows of its sheets that ask "se encuentra en el listado". What the portal issued (E001, EB01) and what printers did
never passes here, so no rule decides about it. In beta only what is known decides: its list has holes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from onapi.simulator.content import Finding
from onapi.simulator.inspect import Inspected
from onapi.simulator.ledger import Ledger, Registered, Standing
from onapi.simulator.received import FileName
from onapi.values.number import ReceiptId
from onapi.values.xmltree import Element, all_local, find_local, text_of


@dataclass(frozen=True, slots=True)
class _Rule:
    """How one kind of document names another, and SUNAT's codes for what is wrong with that."""

    nodes: str  # path of local names
    types: Mapping[str, str]  # what the node says → kind of the document it names
    series: str  # first letters that are looked up
    missing: str
    voided: str = ""
    rejected: str = ""
    earlier: str = ""  # the document is dated before the one it names
    another_day: str = ""  # it names another issue date
    not_for: frozenset[str] = field(default_factory=frozenset)  # reasons (ResponseCode) that lift the rule
    not_dated_for: frozenset[str] = field(default_factory=frozenset)  # reasons that lift the rule of days
    issuer: str = ""  # path of whose document it is; "" for the issuer's own
    only: str = ""  # path that has to be there
    is_error: bool = True


_MODIFIED: Final = "BillingReference/InvoiceDocumentReference"
_SALES: Final = {"01": "01", "03": "03"}
_RELATED: Final = "AdditionalDocumentReference"
_ISSUER: Final = "IssuerParty/PartyIdentification/ID"
_ADVANCE: Final = _Rule(
    _RELATED, {"02": "01", "03": "03"}, "BF", "3218", "3218", "3218", issuer=_ISSUER, only="DocumentStatusCode"
)
_GUIDED: Final = _Rule(_RELATED, {"01": "01", "03": "03", "04": "04"}, "FBL", "4382", issuer=_ISSUER, is_error=False)
_RULES: Final[Mapping[str, tuple[_Rule, ...]]] = {
    "01": (_ADVANCE,),
    "03": (_ADVANCE,),
    "04": (_Rule(_RELATED, {"10": "04"}, "L", "3218", "3218", "3218", issuer=_ISSUER, only="DocumentStatusCode"),),
    "07": (_Rule(_MODIFIED, _SALES, "BF", "2119", "2120", "2121", "2885", not_for=frozenset({"10"})),),
    "08": (_Rule(_MODIFIED, _SALES, "BF", "2209", "2207", "2208", "2885", not_dated_for=frozenset({"03"})),),
    "40": (
        _Rule(
            "SUNATPerceptionDocumentReference",
            {"01": "01", "07": "07", "08": "08"},
            "F",
            "2609",
            another_day="2610",
        ),
    ),
    "09": (_GUIDED,),
    "31": (_GUIDED, _Rule(_RELATED, {"09": "09"}, "T", "3433", issuer=_ISSUER)),
}


def reference_findings(document: Inspected, name: FileName, ledger: Ledger, *, strict: bool) -> Iterator[Finding]:
    """What the list of documents finds against a document; strictly, also that a document is not in it."""
    reason = text_of(document.root, "DiscrepancyResponse/ResponseCode")
    for rule in _RULES.get(name.doctype, ()):
        if reason in rule.not_for:
            continue
        named = list(_named(document.root, name, rule))
        held = [ledger.find(key) for _, key in named]
        for (node, key), holder in zip(named, held, strict=True):
            code = _fault(rule, reason, document, node, holder)
            if code and (strict or holder):
                yield Finding(code, rule.is_error, _path(node), key.label)
        if name.doctype in {"07", "08"}:
            yield from _of_note(document, name, [holder for holder in held if holder], whole=all(held))


def _named(root: Element, name: FileName, rule: _Rule) -> Iterator[tuple[Element, ReceiptId]]:
    """The documents that it names and that SUNAT would look up."""
    for node in all_local(root, rule.nodes):
        identity = find_local(node, "ID")
        written = text_of(node, "DocumentTypeCode") or ("" if identity is None else identity.get("schemeID", ""))
        doctype = rule.types.get(written, "")
        series, _, number = text_of(node, "ID").partition("-")
        if not doctype or (rule.only and not text_of(node, rule.only)):
            continue
        owner = (rule.issuer and text_of(node, rule.issuer)) or name.ruc
        is_own = owner == name.ruc or name.doctype in {"09", "31"}  # a guide names others' documents too
        if is_own and series[:1] in rule.series and number.isdigit() and number.isascii():
            yield node, ReceiptId(owner, doctype, series, int(number))


def _fault(rule: _Rule, reason: str, document: Inspected, node: Element, holder: Registered | None) -> str:
    """The code of what is wrong with naming this document, "" if nothing is."""
    if holder is None:
        return rule.missing
    if holder.standing is Standing.VOIDED and rule.voided:
        return rule.voided
    if holder.standing is Standing.REJECTED and rule.rejected:
        return rule.rejected
    if not holder.issued_on:
        return ""
    if rule.earlier and reason not in rule.not_dated_for and document.issued_on < holder.issued_on:
        return rule.earlier
    return rule.another_day if rule.another_day and text_of(node, "IssueDate") != holder.issued_on else ""


def _of_note(document: Inspected, name: FileName, held: list[Registered], *, whole: bool) -> Iterator[Finding]:
    """Currency and amount of a note against what it modifies: errors over facturas, observations over boletas."""
    for holder in held:
        if holder.currency and holder.currency != document.currency:
            is_factura = holder.id.doctype == "01"
            yield Finding(
                "3209" if is_factura else "4368", is_factura, "/*/cbc:DocumentCurrencyCode", document.currency
            )
            return
    amounts = [_amount(holder.total) for holder in held]
    total = _amount(document.total)
    if name.doctype != "07" or not held or not whole or total is None or None in amounts:
        return
    if total > sum((amount for amount in amounts if amount is not None), Decimal(0)):
        is_factura = held[0].id.doctype == "01"
        node = "/*/cac:LegalMonetaryTotal/cbc:PayableAmount"
        yield Finding("3286" if is_factura else "4028", is_factura, node, document.total)


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _path(node: Element) -> str:
    return node.getroottree().getpath(node)
