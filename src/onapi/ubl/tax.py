"""Taxes, discounts and charges in UBL: subtotals of a line and of a document.

Each text that a document repeats (a tribute, an affectation, a currency) is put together once and kept.
"""

from decimal import Decimal
from functools import lru_cache

from onapi.ubl.element import attributes, branch, escape, leaf, money
from onapi.values.money import plain

_CATALOGUE = "urn:pe:gob:sunat:cpe:see:gem:catalogos:catalogo"

tax_total = branch("cac:TaxTotal")
tax_amount = money("cbc:TaxAmount")
_subtotal = branch("cac:TaxSubtotal")
_category = branch("cac:TaxCategory")
_scheme = branch("cac:TaxScheme")
_scheme_id = leaf("cbc:ID", schemeName="Codigo de tributos", schemeAgencyName="PE:SUNAT", schemeURI=f"{_CATALOGUE}05")
_scheme_name = leaf("cbc:Name")
_type_code = leaf("cbc:TaxTypeCode")
_affectation = leaf(
    "cbc:TaxExemptionReasonCode",
    listAgencyName="PE:SUNAT",
    listName="Afectacion del IGV",
    listURI=f"{_CATALOGUE}07",
)
_percent = leaf("cbc:Percent")
_tier = leaf("cbc:TierRange")
_CHARGE_MARKS = attributes({"listAgencyName": "PE:SUNAT", "listName": "Cargo/descuento", "listURI": f"{_CATALOGUE}53"})
_KEPT = 512  # combinations of rate, affectation, tribute and currency: a company uses a handful


@lru_cache(maxsize=_KEPT)
def scheme(code: str, name: str, type_code: str) -> str:
    """A tribute (catalogue 05)."""
    return _scheme(_scheme_id(code), _scheme_name(name), _type_code(type_code))


def document_subtotal(base: Decimal | None, tax: Decimal, tribute: str, currency: str) -> str:
    """One tribute of the whole document; `tribute` is its scheme. ICBPER has no base."""
    taxable = f'<cbc:TaxableAmount currencyID="{currency}">{base:.2f}</cbc:TaxableAmount>' if base is not None else ""
    return _subtotal(taxable, tax_amount(tax, currency), _category(tribute))


def line_subtotal(
    base: Decimal, tax: Decimal, percent: Decimal, tribute: str, currency: str, *, reason: str = "", tier: str = ""
) -> str:
    """One tribute of a line: IGV's with its affectation as reason, ISC's with its system as tier."""
    start, middle, end = _line_frame(percent, tribute, currency, reason, tier)
    return f"{start}{base:.2f}{middle}{tax:.2f}{end}"


@lru_cache(maxsize=_KEPT)
def _line_frame(percent: Decimal, tribute: str, currency: str, reason: str, tier: str) -> tuple[str, str, str]:
    category = _category(_percent(plain(percent, 2)), _affectation(reason), _tier(tier), tribute)
    return (
        f'<cac:TaxSubtotal><cbc:TaxableAmount currencyID="{currency}">',
        f'</cbc:TaxableAmount><cbc:TaxAmount currencyID="{currency}">',
        f"</cbc:TaxAmount>{category}</cac:TaxSubtotal>",
    )


def bag_subtotal(tax: Decimal, bags: Decimal, per_bag: Decimal, tribute: str, currency: str) -> str:
    """ICBPER of a line: so much for each bag."""
    return (
        f'<cac:TaxSubtotal><cbc:TaxAmount currencyID="{currency}">{tax:.2f}</cbc:TaxAmount>'
        f'<cbc:BaseUnitMeasure unitCode="NIU">{plain(bags)}</cbc:BaseUnitMeasure><cac:TaxCategory>'
        f'<cbc:PerUnitAmount currencyID="{currency}">{plain(per_bag, 2)}</cbc:PerUnitAmount>{tribute}'
        "</cac:TaxCategory></cac:TaxSubtotal>"
    )


def allowance_charge(
    code: str, factor: Decimal, amount: Decimal, base: Decimal, currency: str, *, is_charge: bool
) -> str:
    """A discount or a charge (catalogue 53)."""
    ratio = f"<cbc:MultiplierFactorNumeric>{factor:.5f}</cbc:MultiplierFactorNumeric>" if factor else ""
    return (
        f"<cac:AllowanceCharge><cbc:ChargeIndicator>{'true' if is_charge else 'false'}</cbc:ChargeIndicator>"
        f"<cbc:AllowanceChargeReasonCode{_CHARGE_MARKS}>{escape(code)}</cbc:AllowanceChargeReasonCode>{ratio}"
        f'<cbc:Amount currencyID="{currency}">{amount:.2f}</cbc:Amount>'
        f'<cbc:BaseAmount currencyID="{currency}">{base:.2f}</cbc:BaseAmount></cac:AllowanceCharge>'
    )
