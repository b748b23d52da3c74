"""Taxes, discounts and charges in UBL: subtotals of a line and of a document."""

from decimal import Decimal
from functools import cache

from onapi.ubl.element import branch, leaf, marked, money, unit_money
from onapi.values.money import plain

_CATALOGUE = "urn:pe:gob:sunat:cpe:see:gem:catalogos:catalogo"

tax_total = branch("cac:TaxTotal")
tax_amount = money("cbc:TaxAmount")
_taxable = money("cbc:TaxableAmount")
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
_bags = marked("cbc:BaseUnitMeasure", "unitCode")
_per_unit = unit_money("cbc:PerUnitAmount")
_charge = branch("cac:AllowanceCharge")
_indicator = leaf("cbc:ChargeIndicator")
_reason = leaf(
    "cbc:AllowanceChargeReasonCode",
    listAgencyName="PE:SUNAT",
    listName="Cargo/descuento",
    listURI=f"{_CATALOGUE}53",
)
_factor = leaf("cbc:MultiplierFactorNumeric")
_amount = money("cbc:Amount")
_base = money("cbc:BaseAmount")


@cache
def scheme(code: str, name: str, type_code: str) -> str:
    """A tribute (catalogue 05)."""
    return _scheme(_scheme_id(code), _scheme_name(name), _type_code(type_code))


def document_subtotal(base: Decimal | None, tax: Decimal, tribute: str, currency: str) -> str:
    """One tribute of the whole document; `tribute` is its scheme. ICBPER has no base."""
    return _subtotal(
        _taxable(base, currency) if base is not None else "", tax_amount(tax, currency), _category(tribute)
    )


def line_subtotal(
    base: Decimal, tax: Decimal, percent: Decimal, tribute: str, currency: str, *, reason: str = "", tier: str = ""
) -> str:
    """One tribute of a line: IGV's with its affectation as reason, ISC's with its system as tier."""
    return _subtotal(
        _taxable(base, currency),
        tax_amount(tax, currency),
        _category(_percent(plain(percent, 2)), _affectation(reason), _tier(tier), tribute),
    )


def bag_subtotal(tax: Decimal, bags: Decimal, per_bag: Decimal, tribute: str, currency: str) -> str:
    """ICBPER of a line: so much for each bag."""
    return _subtotal(
        tax_amount(tax, currency), _bags(plain(bags), "NIU"), _category(_per_unit(per_bag, currency), tribute)
    )


def allowance_charge(
    code: str, factor: Decimal, amount: Decimal, base: Decimal, currency: str, *, is_charge: bool
) -> str:
    """A discount or a charge (catalogue 53)."""
    return _charge(
        _indicator("true" if is_charge else "false"),
        _reason(code),
        _factor(f"{factor:.5f}" if factor else ""),
        _amount(amount, currency),
        _base(base, currency),
    )
