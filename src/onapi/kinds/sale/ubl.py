"""A sale as UBL 2.1: Invoice, CreditNote or DebitNote, in each schema's order; the signature's place is left open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal  # noqa: TC003 - read by name at run time

from onapi.kinds.sale.model import BOLETA, CREDIT_NOTE, DEBIT_NOTE, FACTURA, Sale
from onapi.kinds.sale.ubl_blocks import (
    additional_documents,
    charges,
    delivery,
    discrepancy,
    guides,
    modified_document,
    order,
    parties,
    payment_means,
    payment_terms,
    prepaid,
)
from onapi.kinds.sale.ubl_line import lines
from onapi.tax.tribute import ICBPER, scheme_of
from onapi.ubl.element import (
    CREDIT_NOTE as CREDIT_NOTE_ROOT,
)
from onapi.ubl.element import (
    DEBIT_NOTE as DEBIT_NOTE_ROOT,
)
from onapi.ubl.element import (
    EMPTY_EXTENSION,
    INVOICE,
    SIGNATURE_ID,
    Branch,
    branch,
    leaf,
    marked,
    money,
    root,
)
from onapi.ubl.line import CREDIT_NOTE_LINE, DEBIT_NOTE_LINE, INVOICE_LINE, LineElement
from onapi.ubl.notes import in_notes
from onapi.ubl.party import signatory
from onapi.ubl.tax import document_subtotal, scheme, tax_amount, tax_total

Part = Callable[[Sale], str]

_CATALOGUE = "urn:pe:gob:sunat:cpe:see:gem:catalogos:catalogo"
_HEAD = (
    '<cbc:UBLVersionID>2.1</cbc:UBLVersionID><cbc:CustomizationID schemeAgencyName="PE:SUNAT">2.0</cbc:CustomizationID>'
)
_id = leaf("cbc:ID")
_issue_date = leaf("cbc:IssueDate")
_issue_time = leaf("cbc:IssueTime")
_due_date = leaf("cbc:DueDate")
_type = marked(
    "cbc:InvoiceTypeCode",
    "listID",
    listAgencyName="PE:SUNAT",
    listName="Tipo de Documento",
    listSchemeURI=f"{_CATALOGUE}51",
    listURI=f"{_CATALOGUE}01",
    name="Tipo de Operacion",
)
_note = marked("cbc:Note", "languageLocaleID")
_plain_note = leaf("cbc:Note")
_currency = leaf(
    "cbc:DocumentCurrencyCode",
    listAgencyName="United Nations Economic Commission for Europe",
    listID="ISO 4217 Alpha",
    listName="Currency",
)
_monetary_parts = (
    (money("cbc:LineExtensionAmount"), "line_extension", True),
    (money("cbc:TaxInclusiveAmount"), "tax_inclusive", True),
    (money("cbc:AllowanceTotalAmount"), "allowances", False),
    (money("cbc:ChargeTotalAmount"), "charges", False),
    (money("cbc:PrepaidAmount"), "prepaid", False),
    (money("cbc:PayableRoundingAmount"), "rounding", False),
    (money("cbc:PayableAmount"), "payable", True),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What differs from root to root: names, and the order that the schema gives to the parts before the taxes."""

    name: str
    namespace: str
    parts: tuple[Part, ...]
    monetary: Branch
    line: LineElement


def build(sale: Sale) -> str:
    """The unsigned XML, canonical, without declaration."""
    shape = _SHAPES[sale.id.doctype]
    return root(
        shape.name,
        shape.namespace,
        EMPTY_EXTENSION,
        _HEAD,
        _id(sale.id.label),
        _issue_date(sale.issue_date.isoformat()),
        _issue_time(sale.issue_time.isoformat(timespec="seconds") if sale.issue_time else ""),
        *(part(sale) for part in shape.parts),
        _taxes(sale),
        _monetary_total(sale, shape.monetary),
        lines(sale, shape.line),
    )


def _invoice_type(sale: Sale) -> str:
    due = _due_date(sale.due_date.isoformat() if sale.due_date else "")
    return due + _type(sale.id.doctype, sale.operation)


def _notes_and_currency(sale: Sale) -> str:
    legends = "".join(_note(legend.text, legend.code) for legend in sale.legends)
    remarks = "".join(_plain_note(piece) for piece in in_notes(sale.remarks))
    return f"{legends}{remarks}{_currency(sale.currency)}"


def _signatory(sale: Sale) -> str:
    return signatory(sale.issuer, SIGNATURE_ID)


def _taxes(sale: Sale) -> str:
    return tax_total(
        tax_amount(sale.totals.taxes, sale.currency),
        *(
            document_subtotal(None if code == ICBPER else part.base, part.tax, scheme(*scheme_of(code)), sale.currency)
            for code, part in sale.totals.tributes.items()
        ),
    )


def _monetary_total(sale: Sale, wrap: Branch) -> str:
    amounts: list[tuple[Callable[[Decimal, str], str], Decimal, bool]] = [
        (write, getattr(sale.totals, name), always) for write, name, always in _monetary_parts
    ]
    return wrap(*(write(value, sale.currency) for write, value, always in amounts if always or value))


_INVOICE = Shape(
    "Invoice",
    INVOICE,
    (
        _invoice_type,
        _notes_and_currency,
        order,
        guides,
        additional_documents,
        _signatory,
        parties,
        delivery,
        payment_means,
        payment_terms,
        prepaid,
        charges,
    ),
    branch("cac:LegalMonetaryTotal"),
    INVOICE_LINE,
)
_NOTE_HEAD = (
    _notes_and_currency,
    discrepancy,
    order,
    modified_document,
    guides,
    additional_documents,
    _signatory,
    parties,
)
_CREDIT_NOTE = Shape(
    "CreditNote",
    CREDIT_NOTE_ROOT,
    (*_NOTE_HEAD, delivery, payment_terms, charges),
    branch("cac:LegalMonetaryTotal"),
    CREDIT_NOTE_LINE,
)
_DEBIT_NOTE = Shape(
    "DebitNote",
    DEBIT_NOTE_ROOT,
    (*_NOTE_HEAD, charges, delivery),
    branch("cac:RequestedMonetaryTotal"),
    DEBIT_NOTE_LINE,
)
_SHAPES: Mapping[str, Shape] = {
    FACTURA: _INVOICE,
    BOLETA: _INVOICE,
    CREDIT_NOTE: _CREDIT_NOTE,
    DEBIT_NOTE: _DEBIT_NOTE,
}
