"""What a letter is told of a receipt: text already formatted, with no tax logic left in it."""

from dataclasses import dataclass

from onapi.page.data import ACCENT


@dataclass(frozen=True, slots=True)
class Row:
    """A label and what it says."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address to open; `kind` is that of a file, "" for none."""

    url: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """One receipt, its issuer and its receiver."""

    company: str  # as customers know it
    legal_name: str
    ruc: str
    doctype: str  # SUNAT's catalogue 01, or RC, RA, RR
    number: str  # F001-123
    dated: str  # 20/11/2026
    total: str  # S/ 236.00; "" where there is none
    status: str  # of the public contract
    customer: str = ""
    is_real: bool = True  # False outside production
    message: str = ""  # the sender's own words
    subject: str = ""  # the sender's own
    language: str = "es"
    links: tuple[Link, ...] = ()
    files: tuple[str, ...] = ()  # kinds of those that go along: pdf, xml, cdr, qr
    contact: tuple[str, ...] = ()  # address, telephone, e-mail of the issuer
    answers_to: str = ""  # e-mail
    accent: str = ACCENT
    logo: str = ""  # name of the picture inside the message; "" for none
