"""Amounts in Spanish words, as legend 1000 wants them: "DOSCIENTOS TREINTA Y SEIS CON 00/100 SOLES".

Capitals without accents. A number before MIL, MILLON or MILLONES loses its last O (VEINTIUN MIL), the one that
stands before CON keeps it (VEINTIUNO CON 00/100).

>>> amount_in_words(Decimal("21001.50"), "PEN")
'VEINTIUN MIL UNO CON 50/100 SOLES'
"""

from decimal import ROUND_HALF_UP, Decimal

from onapi.errors import InvalidDocument

CURRENCIES = {"PEN": "SOLES", "USD": "DOLARES AMERICANOS", "EUR": "EUROS"}
"""ISO 4217 code to the words that close the sentence; a code not listed stands for itself."""

LARGEST = Decimal("999999999999.99")
"""The largest amount that can be said; SUNAT's fields end there too (15 digits, 2 of them decimals)."""

# Place in the row is the value (tens and hundreds by their digit); a dash holds a place that is never said.
_ROWS = """
CERO UNO DOS TRES CUATRO CINCO SEIS SIETE OCHO NUEVE DIEZ ONCE DOCE TRECE CATORCE QUINCE DIECISEIS DIECISIETE DIECIOCHO\
 DIECINUEVE VEINTE VEINTIUNO VEINTIDOS VEINTITRES VEINTICUATRO VEINTICINCO VEINTISEIS VEINTISIETE VEINTIOCHO VEINTINUEVE
- - - TREINTA CUARENTA CINCUENTA SESENTA SETENTA OCHENTA NOVENTA
- CIENTO DOSCIENTOS TRESCIENTOS CUATROCIENTOS QUINIENTOS SEISCIENTOS SETECIENTOS OCHOCIENTOS NOVECIENTOS
"""
_SMALL, _TENS, _HUNDREDS = (row.split() for row in _ROWS.strip().splitlines())


def amount_in_words(amount: Decimal, currency: str) -> str:
    """The amount (0 to `LARGEST`, rounded half up to cents) in words, with cents over 100 and the currency's name.

    InvalidDocument if it is negative, not a number or larger than `LARGEST`.
    """
    if not amount.is_finite() or amount < 0 or amount > LARGEST:
        raise InvalidDocument("El importe no se puede escribir en letras.", key="invalid_parameter", amount=str(amount))
    cents = int((amount * 100).to_integral_value(rounding=ROUND_HALF_UP))
    whole, rest = divmod(cents, 100)
    return f"{_number(whole)} CON {rest:02}/100 {CURRENCIES.get(currency, currency)}"


def words_of(written: str, amount: Decimal, currency: str) -> str:
    """What the document says of its amount in words; where it says nothing, what it should; "" beyond `LARGEST`."""
    can_be_said = amount.is_finite() and 0 <= amount <= LARGEST
    return written or (amount_in_words(amount, currency) if can_be_said else "")


def _number(number: int) -> str:
    """Words of 0 to 999,999,999,999."""
    millions, rest = divmod(number, 1_000_000)
    if not millions:
        return _below_million(rest)
    many = "UN MILLON" if millions == 1 else f"{_before_noun(_below_million(millions))} MILLONES"
    return f"{many} {_below_million(rest)}" if rest else many


def _below_million(number: int) -> str:
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _below_thousand(rest)
    many = "MIL" if thousands == 1 else f"{_before_noun(_below_thousand(thousands))} MIL"
    return f"{many} {_below_thousand(rest)}" if rest else many


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest)
    if not rest:
        return "CIEN" if hundreds == 1 else _HUNDREDS[hundreds]
    return f"{_HUNDREDS[hundreds]} {_below_hundred(rest)}"


def _below_hundred(number: int) -> str:
    if number < len(_SMALL):
        return _SMALL[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]} Y {_SMALL[ones]}" if ones else _TENS[tens]


def _before_noun(words: str) -> str:
    """UNO loses its O before MIL and MILLONES, alone or as the tail of another word."""
    return words.removesuffix("O") if words.endswith("UNO") else words
