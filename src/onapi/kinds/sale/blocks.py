"""The parts of a sale beside its lines and totals: payment, advances, detracción, percepción, transport, references."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from onapi.values.party import Address, Party

CASH = "Contado"
CREDIT = "Credito"


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
class Means:
    """By what a sale was paid, where its operation asks for it (0302); a detracción tells its own."""

    code: str  # catalogue 59
    reference: str = ""  # number of the card payment


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
class Modified:
    """What a note changes and why."""

    code: str  # reason: catalogue 09 of a credit note, 10 of a debit note
    reason: str
    doctype: str  # catalogue 01
    number: str  # F001-123


@dataclass(frozen=True, slots=True)
class AdvanceForm:
    """A payment in advance as written."""

    doctype: str  # catalogue 12: 02 factura, 03 boleta
    number: str
    total: Decimal  # with taxes
    issuer: str = ""  # RUC, where it is not our issuer's


@dataclass(frozen=True, slots=True)
class Advance:
    """A payment in advance, made with another receipt and now taken off."""

    doctype: str
    number: str
    total: Decimal
    issuer: str  # RUC


@dataclass(frozen=True, slots=True)
class DetraccionForm:
    """A detracción as written; percent and amount follow from the code and the total."""

    code: str  # catalogue 54
    percent: Decimal | None = None
    amount: Decimal | None = None  # PEN, whatever the currency of the sale
    account: str = ""  # of the issuer at Banco de la Nación
    means: str = ""  # catalogue 59
    reference_value: Decimal | None = None  # PEN, of a transport (027) whose line tells none


@dataclass(frozen=True, slots=True)
class Detraccion:
    """The part of the price that the customer deposits for the issuer's taxes."""

    code: str
    percent: Decimal
    amount: Decimal  # PEN
    account: str
    means: str


@dataclass(frozen=True, slots=True)
class PerceptionForm:
    """A percepción within the sale, as written."""

    code: str = "51"  # catalogue 53: 51, 52 or 53
    factor: Decimal | None = None
    base: Decimal | None = None
    amount: Decimal | None = None
    total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Perception:
    """What the customer pays on top, in PEN, towards his own IGV."""

    code: str
    factor: Decimal  # 0.02 is two percent
    base: Decimal
    amount: Decimal
    total: Decimal  # of the sale with it


@dataclass(frozen=True, slots=True)
class Attribute:
    """A further fact about a line (catalogue 55): plate, contract, guest, matrícula."""

    code: str
    name: str
    value: str = ""
    start: date | None = None
    start_time: time | None = None
    end: date | None = None
    days: int | None = None
    quantity: Decimal | None = None
    unit: str = ""  # of the quantity, catalogue 03


@dataclass(frozen=True, slots=True)
class Haul:
    """The road transport that a line bills (operation 1004)."""

    origin: Address
    destination: Address
    details: str  # of the trip
    reference_value: Decimal  # PEN, of the service
    effective_load_value: Decimal  # PEN
    nominal_load_value: Decimal  # PEN


@dataclass(frozen=True, slots=True)
class CarriedGoods:
    """The guía that travels inside a factura: where from, where to, by whom."""

    origin: Address
    destination: Address
    mode: str = ""  # catalogue 18
    weight: Decimal | None = None
    weight_unit: str = "KGM"
    carrier: Party | None = None
    plate: str = ""
    vehicle_code: str = ""  # authorisation of the vehicle
    licence: str = ""  # of the driver
