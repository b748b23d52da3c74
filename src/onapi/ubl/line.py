"""One line of a sale in UBL. Invoices and notes differ in two element names and in where discounts stand.

A document may have hundreds of lines, so what never changes within one is put together once (`line_frame`), and a line
is a single f-string around its values.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from onapi.ubl.element import branch, escape, escape_attribute, leaf, marked
from onapi.values.money import plain

WITH_TAX = "01"  # catalogue 16: what PriceAmount is
REFERENCE = "02"

_QUANTITY_MARKS = (
    ' unitCodeListAgencyName="United Nations Economic Commission for Europe" unitCodeListID="UN/ECE rec 20"'
)
_PRICE_TYPE = (
    '<cbc:PriceTypeCode listAgencyName="PE:SUNAT" listName="Tipo de Precio"'
    ' listURI="urn:pe:gob:sunat:cpe:see:gem:catalogos:catalogo16">'
)
_id = leaf("cbc:ID")
_sellers = branch("cac:SellersItemIdentification")
_standard = branch("cac:StandardItemIdentification")
_classification = branch("cac:CommodityClassification")
_gtin = marked("cbc:ID", "schemeID")
_class_code = leaf(
    "cbc:ItemClassificationCode", listID="UNSPSC", listAgencyName="GS1 US", listName="Item Classification"
)


@dataclass(frozen=True, slots=True)
class LineElement:
    """How the lines of one root are named and ordered."""

    line: str
    quantity: str
    charges_first: bool  # discounts stand before the taxes


INVOICE_LINE = LineElement("cac:InvoiceLine", "cbc:InvoicedQuantity", charges_first=True)
CREDIT_NOTE_LINE = LineElement("cac:CreditNoteLine", "cbc:CreditedQuantity", charges_first=False)
DEBIT_NOTE_LINE = LineElement("cac:DebitNoteLine", "cbc:DebitedQuantity", charges_first=False)


@dataclass(frozen=True, slots=True)
class LineFrame:
    """Everything in a line that stays the same throughout a document."""

    open: str
    unit: str
    counted: str
    net: str
    price: str
    priced: str
    value: str
    close: str
    charges_first: bool


@lru_cache(maxsize=64)
def line_frame(element: LineElement, currency: str) -> LineFrame:
    """The frame of a document's lines."""
    marked_amount = f' currencyID="{currency}">'
    return LineFrame(
        open=f"<{element.line}><cbc:ID>",
        unit=f'</cbc:ID><{element.quantity} unitCode="',
        counted=f'"{_QUANTITY_MARKS}>',
        net=f"</{element.quantity}><cbc:LineExtensionAmount{marked_amount}",
        price=(
            "</cbc:LineExtensionAmount><cac:PricingReference><cac:AlternativeConditionPrice>"
            f"<cbc:PriceAmount{marked_amount}"
        ),
        priced=f"</cbc:PriceAmount>{_PRICE_TYPE}",
        value=f"<cac:Price><cbc:PriceAmount{marked_amount}",
        close=f"</cbc:PriceAmount></cac:Price></{element.line}>",
        charges_first=element.charges_first,
    )


def write_line(
    frame: LineFrame,
    *,
    number: int,
    quantity: Decimal,
    unit: str,
    net: Decimal,
    price: Decimal,
    price_type: str,
    delivery: str,
    charges: str,
    taxes: str,
    item: str,
    value: Decimal,
) -> str:
    """A line around its parts; `price` is with taxes (or the reference value), `value` without."""
    parts = f"{charges}{taxes}" if frame.charges_first else f"{taxes}{charges}"
    return (
        f"{frame.open}{number}{frame.unit}{escape_attribute(unit)}{frame.counted}{plain(quantity)}{frame.net}{net:.2f}"
        f"{frame.price}{plain(price, 2)}{frame.priced}{price_type}</cbc:PriceTypeCode></cac:AlternativeConditionPrice>"
        f"</cac:PricingReference>{delivery}{parts}{item}{frame.value}{plain(value, 2)}{frame.close}"
    )


def item(description: str, product_code: str, gtin: str, sunat_code: str, properties: str = "") -> str:
    """What is sold; `properties` are its AdditionalItemProperty elements."""
    codes = (
        _codes(product_code, gtin, sunat_code)
        if gtin or sunat_code
        else (_sellers(_id(product_code)) if product_code else "")
    )
    return f"<cac:Item><cbc:Description>{escape(description)}</cbc:Description>{codes}{properties}</cac:Item>"


def _codes(product_code: str, gtin: str, sunat_code: str) -> str:
    return "".join(
        (
            _sellers(_id(product_code)),
            _standard(_gtin(gtin, f"GTIN-{len(gtin)}")),
            _classification(_class_code(sunat_code)),
        )
    )
