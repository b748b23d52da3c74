"""A purchase as UBL 2.1 SelfBilledInvoice, in the order of the schema; the signature's place is left open."""

from collections.abc import Iterator
from decimal import Decimal

from onapi.kinds.purchase.model import RENTA, Advance, Attribute, Line, Purchase, Reference
from onapi.kinds.purchase.parties import buyer, issuer_party, place, seller
from onapi.tax.tribute import EXONERATED, FREE, IGV, OTHER, UNAFFECTED, scheme_of
from onapi.ubl import line as line_ubl
from onapi.ubl.element import (
    EMPTY_EXTENSION,
    SELF_BILLED_INVOICE,
    SIGNATURE_ID,
    branch,
    leaf,
    marked,
    money,
    root,
)
from onapi.ubl.party import signatory
from onapi.ubl.tax import allowance_charge, document_subtotal, line_subtotal, scheme, tax_amount, tax_total
from onapi.values.money import ZERO

_CATALOGUE = "urn:pe:gob:sunat:cpe:see:gem:catalogos:catalogo"
_SUNAT = "PE:SUNAT"
_HEAD = (
    '<cbc:UBLVersionID>2.1</cbc:UBLVersionID><cbc:CustomizationID schemeAgencyName="PE:SUNAT">2.0</cbc:CustomizationID>'
)
_id = leaf("cbc:ID")
_issue_date = leaf("cbc:IssueDate")
_issue_time = leaf("cbc:IssueTime")
_type = marked(
    "cbc:InvoiceTypeCode",
    "listID",
    listAgencyName=_SUNAT,
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
_order = branch("cac:OrderReference")
_guide = branch("cac:DespatchDocumentReference")
_guide_type = leaf(
    "cbc:DocumentTypeCode", listAgencyName=_SUNAT, listName="Tipo de Documento", listURI=f"{_CATALOGUE}01"
)
_related = branch("cac:AdditionalDocumentReference")
_related_type = leaf(
    "cbc:DocumentTypeCode", listAgencyName=_SUNAT, listName="Documento Relacionado", listURI=f"{_CATALOGUE}12"
)
_payment_mark = leaf("cbc:DocumentStatusCode", listAgencyName=_SUNAT, listName="Anticipo")
_prepaid = branch("cac:PrepaidPayment")
_payment_id = leaf("cbc:ID", schemeAgencyName=_SUNAT, schemeName="Anticipo")
_paid_amount = money("cbc:PaidAmount")
_paid_date = leaf("cbc:PaidDate")
_monetary = branch("cac:LegalMonetaryTotal")
_monetary_parts = (
    (money("cbc:LineExtensionAmount"), "line_extension", True),
    (money("cbc:TaxInclusiveAmount"), "tax_inclusive", True),
    (money("cbc:PrepaidAmount"), "prepaid", False),
    (money("cbc:PayableRoundingAmount"), "rounding", False),
    (money("cbc:PayableAmount"), "payable", True),
)
_property = branch("cac:AdditionalItemProperty")
_name = leaf("cbc:Name")
_name_code = leaf("cbc:NameCode", listAgencyName=_SUNAT, listName="Propiedad del item", listURI=f"{_CATALOGUE}55")
_value = leaf("cbc:Value")


def build(purchase: Purchase) -> str:
    """The unsigned XML, canonical, without declaration."""
    currency = purchase.currency
    return root(
        "SelfBilledInvoice",
        SELF_BILLED_INVOICE,
        EMPTY_EXTENSION,
        _HEAD,
        _header(purchase),
        _references(purchase),
        signatory(purchase.issuer, SIGNATURE_ID),
        buyer(purchase.issuer),
        seller(purchase),
        place(purchase),
        *(_payment(n, advance, currency) for n, advance in enumerate(purchase.advances, start=1)),
        *(allowance_charge(x.code, x.factor, x.amount, x.base, currency, is_charge=False) for x in purchase.deductions),
        tax_total(tax_amount(purchase.totals.taxes, currency), *_subtotals(purchase)),
        _monetary_total(purchase),
        *(_line(line, currency) for line in purchase.lines),
    )


def _header(purchase: Purchase) -> str:
    hour = purchase.issue_time
    return "".join(
        (
            _id(purchase.id.label),
            _issue_date(purchase.issue_date.isoformat()),
            _issue_time(hour.isoformat(timespec="seconds") if hour else ""),
            _type(purchase.id.doctype, purchase.operation),
            *(_note(legend.text, legend.code) for legend in purchase.legends),
            _plain_note(purchase.remarks),
            _currency(purchase.currency),
        )
    )


def _references(purchase: Purchase) -> str:
    return "".join(
        (
            _order(_id(purchase.purchase_order)),
            *(_guide(_id(guide.number), _guide_type(guide.doctype)) for guide in purchase.guides),
            *(_advance(n, advance) for n, advance in enumerate(purchase.advances, start=1)),
            *(_other(other) for other in purchase.related),
        )
    )


def _advance(number: int, advance: Advance) -> str:
    """The liquidación of an advance; its mark is that of the payment (rules 3211 to 3217)."""
    return _related(
        _id(advance.number), _related_type(advance.doctype), _payment_mark(str(number)), issuer_party(advance.issuer)
    )


def _other(other: Reference) -> str:
    return _related(_id(other.number), _related_type(other.doctype))


def _payment(number: int, advance: Advance, currency: str) -> str:
    return _prepaid(
        _payment_id(str(number)),
        _paid_amount(advance.total, currency),
        _paid_date(advance.paid.isoformat() if advance.paid else ""),
    )


def _scheme(code: str) -> str:
    return scheme(*scheme_of(code))


def _subtotals(purchase: Purchase) -> Iterator[str]:
    """One for each tribute that a line falls under, in order of code."""
    sums, found = purchase.totals, purchase.tributes
    parts = (
        (IGV, sums.taxed, sums.igv, IGV in found),
        (RENTA, sums.renta_base, sums.renta, any(line.renta_percent for line in purchase.lines)),
        (FREE, sums.free, sums.free_igv, FREE in found),
        (EXONERATED, sums.exonerated, ZERO, EXONERATED in found),
        (UNAFFECTED, sums.unaffected, ZERO, UNAFFECTED in found),
        (OTHER, sums.other_base, sums.other, any(line.other_percent for line in purchase.lines)),
    )
    for code, base, tax, is_there in parts:
        if is_there:
            yield document_subtotal(base, tax, _scheme(code), purchase.currency)


def _monetary_total(purchase: Purchase) -> str:
    parts = ((write, getattr(purchase.totals, name), always) for write, name, always in _monetary_parts)
    return _monetary(*(write(value, purchase.currency) for write, value, always in parts if always or value))


def _line(line: Line, currency: str) -> str:
    amounts = line.amounts
    return line_ubl.write_line(
        line_ubl.line_frame(line_ubl.INVOICE_LINE, currency),
        number=line.number,
        quantity=line.quantity,
        unit=line.unit,
        net=amounts.net,
        price=amounts.unit_price,
        price_type=line_ubl.REFERENCE if line.is_free else line_ubl.WITH_TAX,
        delivery="",
        charges="",
        taxes=_line_taxes(line, currency),
        item=line_ubl.item(
            line.description, line.product_code, "", line.sunat_code, "".join(map(_fact, line.attributes))
        ),
        value=ZERO if line.is_free else amounts.unit_value,
    )


def _line_taxes(line: Line, currency: str) -> str:
    amounts = line.amounts

    def subtotal(base: Decimal, tax: Decimal, percent: Decimal, code: str, reason: str = "") -> str:
        return line_subtotal(base, tax, percent, _scheme(code), currency, reason=reason)

    return tax_total(
        tax_amount(amounts.taxes, currency),
        subtotal(amounts.igv_base, amounts.igv, line.igv_percent, amounts.tribute, line.affectation),
        subtotal(line.renta_base, line.renta, line.renta_percent, RENTA) if line.renta_percent else "",
        subtotal(amounts.other_base, amounts.other, line.other_percent, OTHER) if line.other_percent else "",
    )


def _fact(attribute: Attribute) -> str:
    return _property(_name(attribute.name), _name_code(attribute.code), _value(attribute.value))
