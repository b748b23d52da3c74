"""A sale as somebody writes it (`SaleForm`) and as it stands once complete (`Sale`).

The form holds only what was said: None and empty mean "default or computed". Amounts that the caller computed are kept
apart in `given`, to be checked against ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from onapi.tax.charge import Charge, ChargeForm
from onapi.tax.line import Isc, LineAmounts, OtherTax
from onapi.tax.totals import Totals
from onapi.values.number import ReceiptId
from onapi.values.party import Party

CASH = "Contado"
CREDIT = "Credito"

Given = Mapping[str, Decimal]  # amounts that the caller computed, by our name for them


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment of a sale on credit."""

    amount: Decimal
    due: date


@dataclass(frozen=True, slots=True)
class Payment:
    """How a factura is paid."""

    form: str = CASH  # Contado or Credito
    pending: Decimal | None = None  # net amount still to be paid, of a credit
    instalments: tuple[Instalment, ...] = ()


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
    payment: Payment = Payment()
    lines: tuple[LineForm, ...] = ()
    charges: tuple[ChargeForm, ...] = ()
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
    product_code: str = ""
    sunat_code: str = ""
    gtin: str = ""
    isc_system: str = ""
    isc_percent: Decimal = Decimal(0)
    bag_tax: Decimal = Decimal(0)
    other_percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sale:
    """A factura or boleta, complete: every amount is there and adds up."""

    id: ReceiptId
    issuer: Party
    customer: Party
    issue_date: date
    issue_time: time | None
    due_date: date | None
    operation: str
    currency: str
    payment: Payment
    lines: tuple[Line, ...]
    charges: tuple[Charge, ...]
    totals: Totals
    legends: tuple[Legend, ...]
    guides: tuple[Reference, ...] = ()
    related: tuple[Reference, ...] = ()
    purchase_order: str = ""
    remarks: str = ""
    given: Given = field(default_factory=dict)

    @property
    def is_factura(self) -> bool:
        """Facturas break rules where boletas only draw an observation."""
        return self.id.doctype == "01"

    @property
    def discounts(self) -> tuple[Charge, ...]:
        """What is taken off the whole sale."""
        return tuple(charge for charge in self.charges if not charge.is_charge)

    @property
    def surcharges(self) -> tuple[Charge, ...]:
        """What is added to the whole sale."""
        return tuple(charge for charge in self.charges if charge.is_charge)
