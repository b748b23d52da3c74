"""A sale as somebody writes it (`SaleForm`) and as it stands once complete (`Sale`).

Facturas, boletas and their notes share both. The form holds only what was said: None and empty
mean "default or computed". Amounts that the caller computed are kept apart in `given`, to be checked against ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from onapi.kinds.sale.blocks import (
    Advance,
    AdvanceForm,
    Attribute,
    CarriedGoods,
    Detraccion,
    DetraccionForm,
    Haul,
    Legend,
    Means,
    Modified,
    Payment,
    Perception,
    PerceptionForm,
    Reference,
)
from onapi.tax.charge import Charge, ChargeForm
from onapi.tax.line import Isc, LineAmounts, OtherTax
from onapi.tax.totals import Totals
from onapi.values.number import ReceiptId
from onapi.values.party import Address, Party

FACTURA, BOLETA, CREDIT_NOTE, DEBIT_NOTE = "01", "03", "07", "08"
NOTES = frozenset({CREDIT_NOTE, DEBIT_NOTE})

Given = Mapping[str, Decimal]  # amounts that the caller computed, by our name for them


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
    sunat_code: str = ""  # UNSPSC, eight digits
    gtin: str = ""
    charges: tuple[ChargeForm, ...] = ()
    isc: Isc | None = None
    bag_tax: Decimal | None = None  # PEN for each bag
    other_tax: OtherTax | None = None
    attributes: tuple[Attribute, ...] = ()
    haul: Haul | None = None
    given: Given = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SaleForm:
    """A sale as written."""

    id: ReceiptId
    customer: Party | None = None
    issue_date: date | None = None
    issue_time: time | None = None
    due_date: date | None = None
    operation: str = ""  # catalogue 51
    currency: str = "PEN"
    payment: Payment | None = None
    lines: tuple[LineForm, ...] = ()
    charges: tuple[ChargeForm, ...] = ()
    advances: tuple[AdvanceForm, ...] = ()
    detraccion: DetraccionForm | None = None
    perception: PerceptionForm | None = None
    modified: Modified | None = None  # of a note
    guides: tuple[Reference, ...] = ()
    related: tuple[Reference, ...] = ()
    purchase_order: str = ""
    remarks: str = ""
    legends: tuple[Legend, ...] = ()
    seller: Party | None = None
    delivery: Address | None = None
    carried: CarriedGoods | None = None
    agent: Party | None = None  # who sold a railway ticket (operation 0302)
    means: Means | None = None
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
    product_code: str = ""
    sunat_code: str = ""
    gtin: str = ""
    isc_system: str = ""
    isc_percent: Decimal = Decimal(0)
    bag_tax: Decimal = Decimal(0)
    other_percent: Decimal = Decimal(0)
    attributes: tuple[Attribute, ...] = ()
    haul: Haul | None = None

    @property
    def discounts(self) -> tuple[Charge, ...]:
        """What is taken off the line."""
        return tuple(charge for charge in self.amounts.charges if not charge.is_charge)

    @property
    def surcharges(self) -> tuple[Charge, ...]:
        """What is added to the line."""
        return tuple(charge for charge in self.amounts.charges if charge.is_charge)


@dataclass(frozen=True, slots=True)
class Sale:
    """A factura, boleta or note, complete: every amount is there and adds up."""

    id: ReceiptId
    issuer: Party
    customer: Party
    issue_date: date
    issue_time: time | None
    due_date: date | None
    operation: str  # catalogue 51; "" in a note, which has none
    currency: str
    payment: Payment | None  # facturas; and credit notes of reason 13
    lines: tuple[Line, ...]
    charges: tuple[Charge, ...]  # over the whole sale; those of advances too, that of perception not
    totals: Totals
    legends: tuple[Legend, ...]
    advances: tuple[Advance, ...] = ()
    detraccion: Detraccion | None = None
    perception: Perception | None = None
    modified: Modified | None = None
    guides: tuple[Reference, ...] = ()
    related: tuple[Reference, ...] = ()
    purchase_order: str = ""
    remarks: str = ""
    seller: Party | None = None
    delivery: Address | None = None
    carried: CarriedGoods | None = None
    agent: Party | None = None
    means: Means | None = None
    given: Given = field(default_factory=dict)

    @property
    def is_factura(self) -> bool:
        """A factura, neither boleta nor note."""
        return self.id.doctype == FACTURA

    @property
    def is_note(self) -> bool:
        """A credit or debit note."""
        return self.id.doctype in NOTES

    @property
    def discounts(self) -> tuple[Charge, ...]:
        """What is taken off the whole sale."""
        return tuple(charge for charge in self.charges if not charge.is_charge)

    @property
    def surcharges(self) -> tuple[Charge, ...]:
        """What is added to the whole sale."""
        return tuple(charge for charge in self.charges if charge.is_charge)
