"""One line of a sale in UBL; invoices and notes differ only in two element names."""

from dataclasses import dataclass
from decimal import Decimal

from onapi.ubl.element import branch, leaf, marked, money, unit_money
from onapi.values.money import plain

WITH_TAX = "01"  # catalogue 16: what PriceAmount is
REFERENCE = "02"

_id = leaf("cbc:ID")
_extension = money("cbc:LineExtensionAmount")
_pricing = branch("cac:PricingReference")
_alternative = branch("cac:AlternativeConditionPrice")
_price_amount = unit_money("cbc:PriceAmount")
_price_type = leaf(
    "cbc:PriceTypeCode",
    listAgencyName="PE:SUNAT",
    listName="Tipo de Precio",
    listURI="urn:pe:gob:sunat:cpe:see:gem:catalogos:catalogo16",
)
_item = branch("cac:Item")
_description = leaf("cbc:Description")
_sellers = branch("cac:SellersItemIdentification")
_standard = branch("cac:StandardItemIdentification")
_classification = branch("cac:CommodityClassification")
_gtin = marked("cbc:ID", "schemeID")
_class_code = leaf(
    "cbc:ItemClassificationCode", listID="UNSPSC", listAgencyName="GS1 US", listName="Item Classification"
)
_price = branch("cac:Price")


@dataclass(frozen=True, slots=True)
class LineElement:
    """The two names by which the lines of one root differ from another's."""

    line: str
    quantity: str

    def write(self, *, number: int, quantity: Decimal, unit: str, content: str) -> str:
        """A line around its amounts."""
        counted = marked(
            self.quantity,
            "unitCode",
            unitCodeListID="UN/ECE rec 20",
            unitCodeListAgencyName="United Nations Economic Commission for Europe",
        )
        return branch(self.line)(_id(str(number)), counted(plain(quantity), unit), content)


INVOICE_LINE = LineElement("cac:InvoiceLine", "cbc:InvoicedQuantity")


def extension(net: Decimal, currency: str) -> str:
    """The line's value without taxes."""
    return _extension(net, currency)


def pricing(price: Decimal, price_type: str, currency: str) -> str:
    """The unit price with taxes, or the reference value of what is given away."""
    return _pricing(_alternative(_price_amount(price, currency), _price_type(price_type)))


def item(description: str, product_code: str, gtin: str, sunat_code: str) -> str:
    """What is sold."""
    return _item(
        _description(description),
        _sellers(_id(product_code)),
        _standard(_gtin(gtin, f"GTIN-{len(gtin)}")),
        _classification(_class_code(sunat_code)),
    )


def unit_value(value: Decimal, currency: str) -> str:
    """The unit value without taxes; zero for what is given away."""
    return _price(_price_amount(value, currency))
