"""SOAP 1.1 as SUNAT speaks it: what a call asks, what an answer and a fault look like on the wire."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from onapi.errors import Refused, Unreadable
from onapi.simulator.office import refusal
from onapi.values.xmltree import Element, find_local, local_name, namespace_of, parse_xml, text_of

SERVICE = "http://service.sunat.gob.pe"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
MAX_BYTES = 14 * 1024 * 1024  # a document of 10 MiB in base64

# Codes SUNAT answers as its own failure; every other number is the contributor's.
SERVER_CODES = frozenset((*range(130, 139), *range(200, 205), *range(250, 254)))


@dataclass(frozen=True, slots=True)
class Call:
    """One request to one operation."""

    operation: str
    fields: Mapping[str, str]  # by SUNAT's names: fileName, contentFile, ticket …
    username: str
    password: str

    @property
    def stem(self) -> str:
        """What the call is about, spelled as a file name without suffix; a ticket stands for itself."""
        name = self.fields.get("fileName")
        if name is not None:
            return name[:-4] if name.lower().endswith(".zip") else name
        parts = ("rucComprobante", "tipoComprobante", "serieComprobante", "numeroComprobante")
        return self.fields.get("ticket") or "-".join(self.fields.get(part, "") for part in parts)


def read_call(body: bytes) -> Call:
    """The call in an envelope; raises Refused without a number when it is none."""
    try:
        root = parse_xml(body, limit_bytes=MAX_BYTES)
    except Unreadable as error:
        raise refusal("", f"No se puede leer el mensaje SOAP: {error}") from None
    content = find_local(root, "Body")
    operation = None if content is None else next(content.iterchildren(tag="{*}*"), None)
    if local_name(root) != "Envelope" or namespace_of(root) != _SOAP or operation is None:
        raise refusal("", "El mensaje no es un sobre SOAP 1.1.")
    if namespace_of(operation) != SERVICE:
        raise refusal("", f"La operación no pertenece a {SERVICE}.")
    token = "Header/Security/UsernameToken/"  # noqa: S105 - a path of element names
    return Call(
        local_name(operation), _fields(operation), text_of(root, f"{token}Username"), text_of(root, f"{token}Password")
    )


def answer(operation: str, content: str) -> bytes:
    """The envelope around an answer; `content` is XML already."""
    return _envelope(f'<br:{operation}Response xmlns:br="{SERVICE}">{content}</br:{operation}Response>')


def leaf(name: str, text: str) -> str:
    """One field of an answer, without namespace as SUNAT's are."""
    return f"<{name}>{escape(text, quote=False)}</{name}>"


def fault(refused: Refused) -> bytes:
    """The envelope around a refusal: the number is the end of `faultcode`."""
    code, detail = str(refused.facts["code"]), str(refused.facts["detail"])
    side = "Server" if code and int(code) in SERVER_CODES else "Client"
    words = f"{refused} - Detalle: xxx.xxx.xxx value='{detail}'" if detail else str(refused)
    faultcode = f"soap-env:{side}.{code}" if code else f"soap-env:{side}"
    return _envelope(f"<soap-env:Fault>{leaf('faultcode', faultcode)}{leaf('faultstring', words)}</soap-env:Fault>")


def _fields(operation: Element) -> dict[str, str]:
    return {local_name(field): text_of(field) for field in operation.iterchildren(tag="{*}*")}


def _envelope(content: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><soap-env:Envelope xmlns:soap-env="{_SOAP}"><soap-env:Header/>'
        f"<soap-env:Body>{content}</soap-env:Body></soap-env:Envelope>"
    ).encode()
