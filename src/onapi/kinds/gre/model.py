"""A guía de remisión: who sends what to whom, from where to where, by which vehicle and driver.

The remitente's (09) and the transportista's (31) share one model. What a document does not say is "" or None or
empty; rules, not types, say what may be absent.
"""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from onapi.values.number import ReceiptId
from onapi.values.party import Party

PUBLIC = "01"  # catalogue 18: mode of transport
PRIVATE = "02"
MAIN = "Principal"  # drivers
SECOND = "Secundario"
SEAPORT = "1"  # what a port's code is of
AIRPORT = "2"

_INDICATOR = "SUNAT_Envio_Indicador"
TRANSSHIPMENT = f"{_INDICATOR}TransbordoProgramado"
LIGHT_VEHICLE = f"{_INDICATOR}TrasladoVehiculoM1L"
EMPTY_PACKAGING = f"{_INDICATOR}RetornoVehiculoEnvaseVacio"
EMPTY_VEHICLE = f"{_INDICATOR}RetornoVehiculoVacio"
WHOLE_CUSTOMS = f"{_INDICATOR}TrasladoTotalDAMoDS"
CARRIERS_VEHICLE = f"{_INDICATOR}VehiculoConductoresTransp"
MANIFEST_CONTAINER = f"{_INDICATOR}TrasladoContenedorManifiestoCarga"
SUBCONTRACTED = f"{_INDICATOR}TrasporteSubcontratado"  # SUNAT spells it so
WHOLE_GOODS = f"{_INDICATOR}TrasladoTotal"
PAYER = f"{_INDICATOR}PagadorFlete_"
PAID_BY_OTHER = f"{PAYER}Tercero"
PAYERS = (f"{PAYER}Remitente", f"{PAYER}Subcontratador", PAID_BY_OTHER)


@dataclass(frozen=True, slots=True)
class Permit:
    """A special authorisation for some goods."""

    number: str = ""
    authority: str = ""  # catalogue D-37


@dataclass(frozen=True, slots=True)
class Related:
    """Another document that backs the transport."""

    doctype: str  # catalogue 61
    number: str
    description: str = ""  # what kind of document it is, in words
    issuer: str = ""  # RUC


@dataclass(frozen=True, slots=True)
class Point:
    """Where the transport begins or ends."""

    ubigeo: str = ""
    line: str = ""
    establishment: str = ""  # four digits, of the RUC below
    ruc: str = ""
    latitude: Decimal | None = None  # degrees
    longitude: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Carrier:
    """The company that transports, in the guía of a remitente; of the transportista's own only its registrations."""

    id_type: str = ""  # catalogue 06
    id_number: str = ""
    name: str = ""
    mtc: str = ""  # number in the register of the ministry of transport
    permit: Permit = Permit()


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A truck, or what it pulls."""

    plate: str = ""
    card: str = ""  # tarjeta única de circulación, or certificate of habilitation
    permit: Permit = Permit()


@dataclass(frozen=True, slots=True)
class Driver:
    """Who drives."""

    kind: str = ""  # Principal or Secundario
    id_type: str = ""  # catalogue 06
    id_number: str = ""
    first_names: str = ""
    last_names: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Container:
    """A container and its seals."""

    number: str = ""
    seal: str = ""  # several are parted by commas


@dataclass(frozen=True, slots=True)
class Port:
    """The port or airport where goods enter or leave the country."""

    kind: str = ""  # 1 seaport, 2 airport, "" none
    code: str = ""  # catalogue 63 or 64
    name: str = ""


@dataclass(frozen=True, slots=True)
class Shipment:
    """One transport."""

    reason: str = ""  # catalogue 20
    reason_text: str = ""
    mode: str = ""  # catalogue 18
    start: date | None = None  # of the transport
    handover: date | None = None  # of the goods to the carrier, in public transport
    weight: Decimal | None = None  # gross, of all
    weight_unit: str = ""  # KGM or TNE
    items_weight: Decimal | None = None  # kg, gross, of the chosen items of a customs declaration
    weight_note: str = ""  # why the two weights differ
    packages: Decimal | None = None  # bundles or pallets
    indicators: tuple[str, ...] = ()
    origin: Point = Point()
    destination: Point = Point()
    permit: Permit = Permit()  # of the remitente
    carrier: Carrier = Carrier()
    vehicle: Vehicle = Vehicle()
    secondary: tuple[Vehicle, ...] = ()  # vehicles beside the main one
    drivers: tuple[Driver, ...] = ()
    containers: tuple[Container, ...] = ()
    port: Port = Port()


@dataclass(frozen=True, slots=True)
class Property:
    """A further fact about a line (catalogue 55): tariff heading, customs declaration, container."""

    code: str
    name: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Goods that travel."""

    quantity: Decimal | None = None
    unit: str = ""  # catalogue 03, or 65 with a customs declaration
    description: str = ""
    product_code: str = ""
    sunat_code: str = ""  # catalogue 25
    gtin: str = ""
    properties: tuple[Property, ...] = ()

    def value_of(self, code: str) -> str | None:
        """What a property of catalogue 55 says; None if the line does not carry it."""
        return next((fact.value for fact in self.properties if fact.code == code), None)


@dataclass(frozen=True, slots=True)
class GuideForm:
    """A guía as written."""

    id: ReceiptId
    issue_date: date | None
    issue_time: time | None
    recipient: Party | None
    shipment: Shipment
    lines: tuple[Line, ...]
    related: tuple[Related, ...] = ()
    sender: Party | None = None
    supplier: Party | None = None
    buyer: Party | None = None
    payer: Party | None = None
    subcontractor: Party | None = None
    remarks: str = ""
    annotation: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """A complete guía."""

    id: ReceiptId
    issuer: Party  # remitente of a 09, transportista of a 31
    issue_date: date
    issue_time: time
    recipient: Party
    shipment: Shipment
    lines: tuple[Line, ...]
    related: tuple[Related, ...] = ()
    sender: Party | None = None  # remitente of a 31
    supplier: Party | None = None  # proveedor, of purchases and goods made to order
    buyer: Party | None = None  # comprador, of sales handed to somebody else
    payer: Party | None = None  # of the freight, where it is neither remitente nor subcontractor
    subcontractor: Party | None = None  # who hands the transport on to the issuer of a 31
    remarks: str = ""
    annotation: str = ""  # a word on goods that another document lists

    @property
    def is_carriers(self) -> bool:
        """True for the guía of a transportista."""
        return self.id.doctype == "31"

    @property
    def drivers(self) -> tuple[Driver, ...]:
        """Who drives."""
        return self.shipment.drivers

    @property
    def secondary(self) -> tuple[Vehicle, ...]:
        """Vehicles beside the main one."""
        return self.shipment.secondary

    @property
    def containers(self) -> tuple[Container, ...]:
        """Containers of foreign trade."""
        return self.shipment.containers

    @property
    def indicators(self) -> tuple[str, ...]:
        """SUNAT's words for what is special about the transport."""
        return self.shipment.indicators

    def has(self, indicator: str) -> bool:
        """True if the guía carries an indicator."""
        return indicator in self.shipment.indicators

    def relates_to(self, *doctypes: str) -> bool:
        """True if a document of one of these kinds (catalogue 61) backs the transport."""
        return any(document.doctype in doctypes for document in self.related)
