"""What a mail server's answers mean, and the words for where there was none."""

import ssl
from typing import Final

from onapi.gateways.channels.channel import Handover, Standing
from onapi.gateways.channels.smtp_line import Words
from onapi.values.one_line import one_line

PROVIDER: Final = "smtp"
MOST_WORDS = 300
_MEBI = 1024 * 1024
SLOW = "El servidor de correo no respondió a tiempo."
NO_TRUST = "No se pudo comprobar la identidad del servidor de correo (TLS)."
UNREADABLE = "El servidor de correo contestó algo que no es SMTP."


def as_bytes(text: bytes | str) -> bytes:
    """An answer's text, whichever way the library gives it."""
    return text if isinstance(text, bytes) else text.encode()


def is_good(said: Words) -> bool:
    """Any 2xx."""
    return 200 <= said[0] < 300  # noqa: PLR2004  SMTP's own numbers


def is_lasting(said: Words) -> bool:
    """Any 5xx: the same again would be refused again."""
    return 500 <= said[0] < 600  # noqa: PLR2004  SMTP's own numbers


def unless_good(said: Words) -> Handover | None:
    """None, or what it means that the answer was not good."""
    return None if is_good(said) else told_by(said)


def told_by(said: Words) -> Handover:
    """What an answer means."""
    code, text = said
    if not 200 <= code < 600:  # noqa: PLR2004  SMTP's own numbers
        return ended(Standing.QUEUED, UNREADABLE)
    standing = Standing.SENT if is_good(said) else Standing.FAILED if is_lasting(said) else Standing.QUEUED
    words = one_line(text.decode("utf-8", "replace"))[:MOST_WORDS]
    return Handover(standing, PROVIDER, code=str(code), words=words)


def ended(standing: Standing, words: str) -> Handover:
    """It ended without an answer of the server."""
    return Handover(standing, PROVIDER, words=words)


def too_big(size: int, most: int) -> Handover:
    """Larger than is taken, with both figures."""
    words = f"El mensaje pesa {_mebi(size)} MiB y el servidor de correo admite {_mebi(most)}."
    return Handover(Standing.FAILED, PROVIDER, code="552", words=words)


def _mebi(size: int) -> str:
    tenths = -(-size * 10 // _MEBI)
    return f"{tenths // 10},{tenths % 10}"


def trouble_of(error: Exception, otherwise: str) -> str:
    """What an error on the line means to a person."""
    causes = (error, error.__context__)
    if any(isinstance(each, ssl.SSLError | ssl.CertificateError) for each in causes):
        return NO_TRUST
    return SLOW if any(isinstance(each, TimeoutError) for each in causes) else otherwise
