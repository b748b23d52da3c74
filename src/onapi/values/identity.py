"""Identity numbers of Peru: RUC (taxpayers) and DNI (citizens).

The RUC's check digit: modulo 11 with SUNAT's weights.
"""

import re

RUC = "6"  # SUNAT's catalogue 06: types of identity document
DNI = "1"
ANONYMOUS = "-"

_RUC_SHAPE = re.compile(r"(?:10|15|16|17|20)\d{9}", re.ASCII)
_RUC_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_DNI_SHAPE = re.compile(r"\d{8}", re.ASCII)
_OTHER_SHAPE = re.compile(r"[A-Za-z0-9-]{1,15}", re.ASCII)


def ruc_check_digit(first_ten: str) -> str:
    """The eleventh digit of a RUC.

    >>> ruc_check_digit("2000000000")
    '1'
    """
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(first_ten, _RUC_WEIGHTS, strict=True)) % 11
    return str(rest % 10)


def is_ruc_shape(text: str) -> bool:
    """Eleven digits that begin as a RUC does."""
    return _RUC_SHAPE.fullmatch(text) is not None


def is_ruc(text: str) -> bool:
    """A RUC whose check digit is right.

    >>> is_ruc("20000000001"), is_ruc("20000000002")
    (True, False)
    """
    return is_ruc_shape(text) and ruc_check_digit(text[:10]) == text[10]


def is_dni(text: str) -> bool:
    """Eight digits, not all zero."""
    return _DNI_SHAPE.fullmatch(text) is not None and text != "00000000"


def is_other_document(text: str) -> bool:
    """Passport, alien's card and the like: up to 15 letters and digits."""
    return _OTHER_SHAPE.fullmatch(text) is not None
