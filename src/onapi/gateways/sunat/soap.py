"""SOAP 1.1 as SUNAT's WSDLs ask for it: unqualified children, UsernameToken in plain text; nothing is fetched."""

import re
from base64 import b64encode
from xml.sax.saxutils import escape

_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:ser="http://service.sunat.gob.pe" '
    'xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">'
    "<soapenv:Header><wsse:Security><wsse:UsernameToken><wsse:Username>{user}</wsse:Username>"
    "<wsse:Password>{password}</wsse:Password></wsse:UsernameToken></wsse:Security></soapenv:Header>"
    "<soapenv:Body><ser:{operation}>{arguments}</ser:{operation}></soapenv:Body></soapenv:Envelope>"
)
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot carry


def envelope(operation: str, arguments: dict[str, str], *, user: str, password: str) -> bytes:
    """A whole request; ValueError if it holds a character that XML cannot carry."""
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in arguments.items())
    text = _ENVELOPE.format(user=escape(user), password=escape(password), operation=operation, arguments=inside)
    if _FORBIDDEN.search(text):
        raise ValueError("a character that XML cannot carry")
    return text.encode()


def headers(operation: str) -> dict[str, str]:
    """What goes with it over HTTP."""
    return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"urn:{operation}"'}


def file_argument(content: bytes) -> str:
    """A file as SOAP carries it."""
    return b64encode(content).decode("ascii")
