"""A refusal in each of the spellings that SUNAT's servers have been seen to use."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Final

from onapi.simulator.envelope import SERVER_CODES

_SOAP11: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_SOAP12: Final = "http://www.w3.org/2003/05/soap-envelope"


def spelled(code: str, words: str, spelling: str) -> tuple[bytes, str]:
    """The envelope around a refusal and its media type; `spelling` is a name of the table below."""
    side = "Server" if int(code) in SERVER_CODES else "Client"
    write = _WRITERS[spelling]
    media = "application/soap+xml; charset=utf-8" if spelling == "soap12" else "text/xml; charset=utf-8"
    return f'<?xml version="1.0" encoding="UTF-8"?>{write(code, words, side)}'.encode(), media


def _fault(faultcode: str, faultstring: str, prefix: str = "soap-env", detail: str = "") -> str:
    told = f"<detail><message>{_plain(detail)}</message></detail>" if detail else ""
    return (
        f'<{prefix}:Envelope xmlns:{prefix}="{_SOAP11}"><{prefix}:Body><{prefix}:Fault>'
        f"<faultcode>{faultcode}</faultcode>"
        f"<faultstring>{faultstring}</faultstring>{told}</{prefix}:Fault></{prefix}:Body></{prefix}:Envelope>"
    )


def _soap12(code: str, words: str, side: str) -> str:
    return (
        f'<env:Envelope xmlns:env="{_SOAP12}"><env:Body><env:Fault><env:Code><env:Value>env:Receiver</env:Value>'
        f"<env:Subcode><env:Value>env:{side}.{code}</env:Value></env:Subcode></env:Code>"
        f'<env:Reason><env:Text xml:lang="es">{_plain(words)}</env:Text></env:Reason>'
        "</env:Fault></env:Body></env:Envelope>"
    )


def _plain(words: str) -> str:
    return escape(words, quote=False)


def _entities(words: str) -> str:
    return _plain(words).encode("ascii", "xmlcharrefreplace").decode()


_WRITERS: Final[Mapping[str, Callable[[str, str, str], str]]] = {
    "usual": lambda code, words, side: _fault(f"soap-env:{side}.{code}", _plain(words)),
    "upper": lambda code, words, side: _fault(f"SOAP-ENV:{side}.{code}", _plain(words), "SOAP-ENV"),
    "short": lambda code, words, side: _fault(f"a:{side}.{code}", _plain(words), "S"),
    "ns": lambda code, words, _: _fault(f"ns0:{code}", _plain(words), "S"),
    "bare": lambda code, words, _: _fault(code, _plain(words)),
    "server": lambda code, words, _: _fault(f"Server.{int(code):03d}", _plain(words)),  # store:///notfound was one
    "string": lambda code, words, side: _fault(f"soap-env:{side}", code, detail=words),
    "http": lambda _, __, ___: _fault("HTTP", "Bad Gateway"),  # no code at all
    "entities": lambda code, words, side: _fault(f"soap-env:{side}.{code}", _entities(words)),
    "soap12": _soap12,
}
