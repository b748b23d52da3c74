"""Amounts, quantities, dates and rates as a page shows them: thousands parted by commas, the point before decimals.

>>> money(Decimal("-1234.5"), "PEN"), unit_amount(Decimal("1234.5678901")), unit_amount(Decimal("0.00012"))
('-S/ 1,234.50', '1,234.5679', '0.00012')
"""

from datetime import date, time
from decimal import ROUND_HALF_UP, Context, Decimal

from onapi.page.words import CURRENCIES
from onapi.values.money import plain

_SYMBOLS = {"PEN": "S/", "USD": "US$", "EUR": "€"}
_PAPER = Decimal("0.0001")  # four decimals of a unit amount say enough
_FINE = Decimal("0.000001")
_LEAST = Decimal("0.001")
_WIDE = Context(prec=200)


def money(amount: Decimal, currency: str) -> str:
    """An amount with the sign of its currency, or its code where it has none: "-S/ 5.00", "CLP 5.00"."""
    return f"{'-' if amount < 0 else ''}{_SYMBOLS.get(currency, currency)} {abs(amount):,.2f}"


def unit_amount(value: Decimal) -> str:
    """What one unit costs: two to four decimals, up to six below one, all of them where it is next to nothing."""
    size = abs(value)
    if size >= _LEAST:
        value = value.quantize(_PAPER if size >= 1 else _FINE, ROUND_HALF_UP, _WIDE)
    return _parted(plain(value, 2))


def quantity(value: Decimal) -> str:
    """How many, with every decimal that was said."""
    return _parted(plain(value))


def percent(value: Decimal) -> str:
    """A rate: "18 %"."""
    return f"{plain(value)} %"


def moment(day: date, hour: time | None = None) -> str:
    """A day as people write it, and the hour where it is known."""
    return f"{day:%d/%m/%Y}" + (f" {hour:%H:%M}" if hour else "")


def currency_name(currency: str) -> str:
    """The name of a currency with its code: "Soles (PEN)"; its code alone where it has no name here."""
    return f"{CURRENCIES[currency].capitalize()} ({currency})" if currency in CURRENCIES else currency


def _parted(text: str) -> str:
    """Commas between the thousands of what stands before the point."""
    whole, point, rest = text.partition(".")
    return text if whole == "-0" else f"{int(whole):,}{point}{rest}"
