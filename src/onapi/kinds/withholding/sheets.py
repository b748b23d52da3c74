"""Where SUNAT's sheets for retenciones and percepciones ask the same under different codes and words."""

import re
from dataclasses import dataclass
from decimal import Decimal

from onapi.values.money import ZERO, plain

LARGEST = Decimal("999999999999.99")  # 12 digits before the point
_CENTS = 2  # decimals


@dataclass(frozen=True, slots=True)
class Sheet:
    """Codes and words in which the two sheets differ."""

    doctypes: tuple[str, ...]  # catalogue 01: what may be named
    number: re.Pattern[str]  # of all of these but tickets
    payment: str  # "pago"
    withheld: str  # "retenido"
    net: str  # "pagar"
    no_amount: str
    wrong_amount: str
    no_day: str
    wrong_day: str
    other_month: str
    wrong_number: str
    other_currency: str
    not_withheld: str
    not_net: str
    disagrees: str


RETENTION_SHEET = Sheet(
    doctypes=("01", "12", "07", "08", "20"),
    number=re.compile(r"(E001|((F|R)[A-Z0-9]{3})|([0-9]{4}))-(?!0+$)([0-9]{1,8})", re.ASCII),
    payment="pago",
    withheld="retenido",
    net="pagar",
    no_amount="2735",
    wrong_amount="2736",
    no_day="2737",
    wrong_day="2625",
    other_month="2661",
    wrong_number="2734",
    other_currency="2622",
    not_withheld="2740",
    not_net="2746",
    disagrees="2623",
)
PERCEPTION_SHEET = Sheet(
    doctypes=("01", "03", "12", "07", "08", "40"),
    number=re.compile(r"(E001|EB01|((F|P|B)[A-Z0-9]{3})|([0-9]{4}))-(?!0+$)([0-9]{1,8})", re.ASCII),
    payment="cobro",
    withheld="percibido",
    net="cobrar",
    no_amount="2699",
    wrong_amount="2700",
    no_day="2702",
    wrong_day="2612",
    other_month="2659",
    wrong_number="2698",
    other_currency="2607",
    not_withheld="2705",
    not_net="2711",
    disagrees="2608",
)


def is_amount(value: Decimal | None) -> bool:
    """More than zero, up to 12 digits before the point and two after."""
    return value is not None and ZERO < value <= LARGEST and decimals(value) <= _CENTS


def decimals(value: Decimal) -> int:
    """How many digits stand after the point, needless zeros left out."""
    return len(plain(value).partition(".")[2])
