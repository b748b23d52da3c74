"""A liquidación de compra as somebody writes it (`PurchaseForm`) and as it stands once complete (`Purchase`).

The buyer issues it in place of a seller who has no receipts of his own; so `issuer` is who buys. The form holds only
what was said: None and empty mean "default or computed". Amounts that the caller computed are kept apart in `given`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from onapi.tax.charge import Charge, ChargeForm
from onapi.tax.line import LineAmounts, OtherTax
from onapi.tax.tribute import FREE
from onapi.values.money import ZERO
from onapi.values.number import ReceiptId
from onapi.values.party import Address, Party

LIQUIDACION = "04"
GOLD = "0503"  # catalogue 51
RENTA = "3000"  # catalogue 05: the income tax that the buyer withholds
BY_ADVANCE = "10"  # catalogue 12: a liquidación de compra issued for an advance

Given = Mapping[str, Decimal]  # amounts that the caller computed, by our name for them


@dataclass(frozen=True, slots=True)
class Attribute:
    """A further fact about what is bought (catalogue 55): of gold, its concession, grade, kind and right."""

    code: str
    name: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Legend:
    """A sentence that the law wants on the receipt (catalogue 52)."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Another document that this one names."""

    doctype: str  # catalogue 01 for guías, 12 for the rest
    number: str


@dataclass(frozen=True, slots=True)
class AdvanceForm:
    """A payment in advance as written."""

    doctype: str  # catalogue 12
    number: str
    total: Decimal  # what the seller was paid: net of IGV and renta
    issuer: str = ""  # RUC, where it is not our issuer's
    paid: date | None = None


@dataclass(frozen=True, slots=True)
class Advance:
    """A payment in advance, made with another liquidación and now taken off."""

    doctype: str
    number: str
    total: Decimal
    issuer: str  # RUC
    paid: date | None = None


@dataclass(frozen=True, slots=True)
class RentaForm:
    """What is withheld of a line as written: its rate, or the amount alone."""

    percent: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LineForm:
    """A line as written; one of value and price is needed."""

    quantity: Decimal | None = None
    description: str = ""
    unit: str = "NIU"  # catalogue 03
    unit_value: Decimal | None = None
    unit_price: Decimal | None = None
    reference_value: Decimal | None = None  # of a free line
    affectation: str = "10"  # catalogue 07
    igv_percent: Decimal | None = None
    product_code: str = ""
    sunat_code: str = ""  # catalogue 25
    renta: RentaForm | None = None
    other_tax: OtherTax | None = None
    attributes: tuple[Attribute, ...] = ()
    given: Given = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PurchaseForm:
    """A liquidación de compra as written."""

    id: ReceiptId
    seller: Party | None = None
    domicile: str = ""  # catalogue 60: what stands at the seller's address
    place: Address | None = None  # where the goods change hands
    place_type: str = ""  # catalogue 60
    issue_date: date | None = None
    issue_time: time | None = None
    operation: str = ""  # catalogue 51
    currency: str = "PEN"
    renta_percent: Decimal | None = None  # of the lines that tell none of their own
    lines: tuple[LineForm, ...] = ()
    deductions: tuple[ChargeForm, ...] = ()
    advances: tuple[AdvanceForm, ...] = ()
    guides: tuple[Reference, ...] = ()
    related: tuple[Reference, ...] = ()
    purchase_order: str = ""
    remarks: str = ""
    legends: tuple[Legend, ...] = ()
    rounding: Decimal | None = None
    given: Given = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A line, complete."""

    number: int  # from 1
    quantity: Decimal
    unit: str
    description: str
    affectation: str
    igv_percent: Decimal
    amounts: LineAmounts
    renta_percent: Decimal = ZERO
    renta_base: Decimal = ZERO
    renta: Decimal = ZERO
    other_percent: Decimal = ZERO
    product_code: str = ""
    sunat_code: str = ""
    attributes: tuple[Attribute, ...] = ()

    @property
    def is_free(self) -> bool:
        """Nothing is paid for it."""
        return self.amounts.tribute == FREE


@dataclass(frozen=True, slots=True)
class PurchaseTotals:
    """The sums of a purchase, two decimals; bases and taxes are what is left after advances."""

    taxed: Decimal
    igv: Decimal
    exonerated: Decimal
    unaffected: Decimal
    free: Decimal
    free_igv: Decimal  # for information
    renta_base: Decimal
    renta: Decimal
    other_base: Decimal
    other: Decimal
    taxes: Decimal
    line_extension: Decimal  # total valor de venta, advances not taken off
    tax_inclusive: Decimal  # with IGV and other taxes, advances not taken off
    prepaid: Decimal
    rounding: Decimal
    payable: Decimal  # what the seller receives: without the taxes that the buyer withholds


@dataclass(frozen=True, slots=True)
class Purchase:
    """A liquidación de compra, complete: every amount is there and adds up."""

    id: ReceiptId
    issuer: Party  # who buys
    seller: Party
    domicile: str
    place: Address
    place_type: str
    issue_date: date
    issue_time: time | None
    operation: str
    currency: str
    lines: tuple[Line, ...]
    deductions: tuple[Charge, ...]  # what advances took already: 04, 05, 06 of the value, 61 of the renta
    totals: PurchaseTotals
    legends: tuple[Legend, ...]
    advances: tuple[Advance, ...] = ()
    guides: tuple[Reference, ...] = ()
    related: tuple[Reference, ...] = ()
    purchase_order: str = ""
    remarks: str = ""
    given: Given = field(default_factory=dict)

    @property
    def tributes(self) -> frozenset[str]:
        """What the lines fall under: 1000, 9996, 9997, 9998."""
        return frozenset(line.amounts.tribute for line in self.lines)
