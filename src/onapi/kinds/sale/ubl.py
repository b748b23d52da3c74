"""A sale as UBL 2.1 Invoice, in the order of the schema; the signature's place is left open."""

from decimal import Decimal

from onapi.kinds.sale.model import CREDIT, Line, Payment, Reference, Sale
from onapi.tax.charge import Charge
from onapi.tax.tribute import FREE, ICBPER, ISC, OTHER, tribute
from onapi.ubl import line as line_ubl
from onapi.ubl.element import INVOICE, Branch, branch, leaf, marked, money, root
from onapi.ubl.party import customer, signatory, supplier
from onapi.ubl.tax import (
    allowance_charge,
    bag_subtotal,
    document_subtotal,
    line_subtotal,
    scheme,
    tax_amount,
    tax_total,
)
from onapi.values.money import ZERO

SIGNATURE_ID = "SignatureOnAPI"
EMPTY_EXTENSION = (
    "<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent></ext:ExtensionContent>"
    "</ext:UBLExtension></ext:UBLExtensions>"
)

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
_order = branch("cac:OrderReference")
_guide = branch("cac:DespatchDocumentReference")
_related = branch("cac:AdditionalDocumentReference")
_document_type = leaf("cbc:DocumentTypeCode")
_terms = branch("cac:PaymentTerms")
_means = leaf("cbc:PaymentMeansID")
_terms_amount = money("cbc:Amount")
_payment_due = leaf("cbc:PaymentDueDate")
_monetary = branch("cac:LegalMonetaryTotal")
_monetary_parts = (
    (money("cbc:LineExtensionAmount"), "line_extension", True),
    (money("cbc:TaxInclusiveAmount"), "tax_inclusive", True),
    (money("cbc:AllowanceTotalAmount"), "allowances", False),
    (money("cbc:ChargeTotalAmount"), "charges", False),
    (money("cbc:PrepaidAmount"), "prepaid", False),
    (money("cbc:PayableRoundingAmount"), "rounding", False),
    (money("cbc:PayableAmount"), "payable", True),
)


def build(sale: Sale) -> str:
    """The unsigned XML, canonical, without declaration."""
    return root(
        "Invoice",
        INVOICE,
        EMPTY_EXTENSION,
        _HEAD,
        _header(sale),
        _references(sale),
        signatory(sale.issuer, SIGNATURE_ID),
        supplier(sale.issuer),
        customer(sale.customer),
        _payment_terms(sale.payment, sale.currency) if sale.is_factura else "",
        *(_charge(charge, sale.currency) for charge in sale.charges),
        _taxes(sale),
        _monetary_total(sale),
        *(_line(line, sale.currency) for line in sale.lines),
    )


def _header(sale: Sale) -> str:
    return "".join(
        (
            _id(sale.id.label),
            _issue_date(sale.issue_date.isoformat()),
            _issue_time(sale.issue_time.isoformat(timespec="seconds") if sale.issue_time else ""),
            _due_date(sale.due_date.isoformat() if sale.due_date else ""),
            _type(sale.id.doctype, sale.operation),
            *(_note(legend.text, legend.code) for legend in sale.legends),
            _plain_note(sale.remarks),
            _currency(sale.currency),
        )
    )


def _references(sale: Sale) -> str:
    def written(wrap: Branch, reference: Reference) -> str:
        return wrap(_id(reference.number), _document_type(reference.doctype))

    return "".join(
        (
            _order(_id(sale.purchase_order)),
            *(written(_guide, guide) for guide in sale.guides),
            *(written(_related, other) for other in sale.related),
        )
    )


def _payment_terms(payment: Payment, currency: str) -> str:
    """FormaPago: the form, and for credit what is pending and each instalment (rules 3244 to 3256)."""
    pending = payment.pending if payment.form == CREDIT else None
    return "".join(
        (
            _terms(
                _id("FormaPago"),
                _means(payment.form),
                _terms_amount(pending, currency) if pending is not None else "",
            ),
            *(
                _terms(
                    _id("FormaPago"),
                    _means(f"Cuota{n:03}"),
                    _terms_amount(instalment.amount, currency),
                    _payment_due(instalment.due.isoformat()),
                )
                for n, instalment in enumerate(payment.instalments, start=1)
            ),
        )
    )


def _charge(charge: Charge, currency: str) -> str:
    return allowance_charge(
        charge.code, charge.factor, charge.amount, charge.base, currency, is_charge=charge.is_charge
    )


def _scheme(code: str) -> str:
    known = tribute(code)
    return scheme(known.code, known.name, known.type_code)


def _taxes(sale: Sale) -> str:
    return tax_total(
        tax_amount(sale.totals.taxes, sale.currency),
        *(
            document_subtotal(None if code == ICBPER else part.base, part.tax, _scheme(code), sale.currency)
            for code, part in sale.totals.tributes.items()
        ),
    )


def _monetary_total(sale: Sale) -> str:
    parts = ((write, getattr(sale.totals, name), always) for write, name, always in _monetary_parts)
    return _monetary(*(write(value, sale.currency) for write, value, always in parts if always or value))


def _line(line: Line, currency: str) -> str:
    amounts = line.amounts
    free = amounts.tribute == FREE
    content = "".join(
        (
            line_ubl.extension(amounts.net, currency),
            line_ubl.pricing(amounts.unit_price, line_ubl.REFERENCE if free else line_ubl.WITH_TAX, currency),
            *(_charge(charge, currency) for charge in amounts.charges),
            _line_taxes(line, currency),
            line_ubl.item(line.description, line.product_code, line.gtin, line.sunat_code),
            line_ubl.unit_value(ZERO if free else amounts.unit_value, currency),
        )
    )
    return line_ubl.INVOICE_LINE.write(number=line.number, quantity=line.quantity, unit=line.unit, content=content)


def _line_taxes(line: Line, currency: str) -> str:
    amounts = line.amounts

    def subtotal(base: Decimal, tax: Decimal, percent: Decimal, code: str, **marks: str) -> str:
        return line_subtotal(base, tax, percent, _scheme(code), currency, **marks)

    return tax_total(
        tax_amount(amounts.taxes, currency),
        subtotal(amounts.igv_base, amounts.igv, line.igv_percent, amounts.tribute, reason=line.affectation),
        subtotal(amounts.isc_base, amounts.isc, line.isc_percent, ISC, tier=line.isc_system) if amounts.isc else "",
        subtotal(amounts.other_base, amounts.other, line.other_percent, OTHER) if amounts.other else "",
        bag_subtotal(amounts.icbper, line.quantity, line.bag_tax, _scheme(ICBPER), currency) if amounts.icbper else "",
    )
