"""How a person is reached: phones and e-mail addresses, in one spelling, and hidden where nobody needs them whole.

Phones are E.164 (`+51987654321`); nine digits that begin with 9 are a Peruvian mobile. Addresses are those that every
mail server takes: RFC 5321 without quotes, ASCII before the @; a domain with accents goes in its ASCII form.
"""

import re
from typing import Final

LONGEST_EMAIL: Final = 254
_LONGEST_LOCAL = 64
_PHONE = re.compile(r"\+[1-9]\d{7,14}", re.ASCII)
_MOBILE = re.compile(r"9\d{8}", re.ASCII)
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)
_SHOWN_DIGITS = 4


def read_phone(text: str) -> str | None:
    """A phone in E.164; None if it is none.

    >>> read_phone("987654321"), read_phone("+51987654321"), read_phone("1234")
    ('+51987654321', '+51987654321', None)
    """
    if _MOBILE.fullmatch(text):
        return f"+51{text}"
    return text if _PHONE.fullmatch(text) else None


def read_email(text: str) -> str | None:
    """An address with its domain in small letters; None if it is none.

    >>> read_email("Ana.Paz@Cliente.Example"), read_email("ana@"), read_email("a@peña.pe")
    ('Ana.Paz@cliente.example', None, 'a@xn--pea-8ma.pe')
    """
    local, at, domain = text.rpartition("@")
    if not at or len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        return None
    try:
        domain = domain.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = domain.split(".")
    if len(labels) == 1 or labels[-1].isdecimal() or not all(map(_LABEL.fullmatch, labels)):
        return None
    found = f"{local}@{domain}"
    return found if len(found) <= LONGEST_EMAIL else None


def masked(contact: str) -> str:
    """A phone or address as it may be kept and told for ever: enough to know it again, too little to use it.

    >>> masked("+51987654321"), masked("ana.paz@cliente.example"), masked("a@b.pe")
    ('+51•••••4321', 'a•••@cliente.example', '•@b.pe')
    """
    local, at, domain = contact.rpartition("@")
    if at:
        return f"{local[0]}•••@{domain}" if len(local) > 1 else f"•@{domain}"
    return f"{contact[:3]}•••••{contact[-_SHOWN_DIGITS:]}"
