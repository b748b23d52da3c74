"""Mail servers as people name them: in the fields of a company, or in one URL of the settings; checked, nobody called.

`smtps://user:password@host:465` is TLS from the start, `smtp://…:587` is STARTTLS, `smtp+plain://…:25` is neither.
What a company names has to be of the public internet, on a port of mail, encrypted; the settings may say otherwise.
"""

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from onapi.errors import InvalidDocument, Misconfigured
from onapi.gateways.channels.email import PUBLIC, MailAccount, Reach, Security
from onapi.gateways.egress_address import read_address, why_refused
from onapi.rules.rule import Fault
from onapi.values.contact import read_email

PORTS: Final = frozenset({25, 465, 587, 2525})
_USUAL_PORT: Final = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}
_SCHEMES: Final = {"smtps": Security.TLS, "smtp": Security.STARTTLS, "smtp+plain": Security.NONE}
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SANDBOX_SENDER: Final = "comprobantes@sandbox.example"
_NOT_VALID: Final = "La petición tiene datos no válidos."
_MOST_PORT = 65535


@dataclass(frozen=True, slots=True)
class _Wrong:
    """A field and, in Spanish, what is wrong with it."""

    field: str
    sentence: str


def checked(account: MailAccount, reach: Reach = PUBLIC) -> MailAccount:
    """The account, its names in one spelling; InvalidDocument names every field that cannot be used."""
    host = _host(account.host)
    wrong = [
        *_wrong_server(replace(account, host=host or ""), reach),
        *_wrong_people(account),
        *_wrong_sign_in(account),
    ]
    if wrong:
        faults = tuple(Fault("validation_failed", f"/{each.field}", each.sentence) for each in wrong)
        raise InvalidDocument(_NOT_VALID, key="validation_failed", faults=faults)
    sender, answers = read_email(account.sender) or "", read_email(account.reply_to) or ""
    return replace(account, host=host or "", sender=sender, reply_to=answers)


def account_for(url: SecretStr, sender: str, sender_name: str, mailbox_port: int) -> MailAccount | None:
    """The platform's own server: the one that its settings name, else the sandbox's mailbox, else none."""
    if named := url.get_secret_value():
        return account_at(named, sender, sender_name)
    return MailAccount("127.0.0.1", mailbox_port, Security.NONE, _SANDBOX_SENDER) if mailbox_port else None


def account_at(url: str, sender: str, sender_name: str = "") -> MailAccount:
    """The server that a URL of the settings names; Misconfigured in Spanish, without the password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Misconfigured("ONAPI_SMTP_URL no es una dirección como smtps://usuario:clave@servidor:465.") from None
    security = _SCHEMES.get(parts.scheme)
    if security is None or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise Misconfigured("ONAPI_SMTP_URL debe ser smtps://, smtp:// (STARTTLS) o smtp+plain://, sin ruta.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    asked = port or _USUAL_PORT[security]
    found = MailAccount(parts.hostname or "", asked, security, sender, sender_name, user=user, password=password)
    try:
        return checked(found, Reach(local=True, plain=True))
    except InvalidDocument as error:
        told = error.facts["faults"]
        first = told[0].sentence if isinstance(told, tuple) else str(error)
        raise Misconfigured(f"ONAPI_SMTP_URL u ONAPI_SMTP_SENDER: {first}") from None


def _host(text: str) -> str | None:
    """A name in ASCII, or an address; None if it is neither."""
    shown = f"[{text}]" if ":" in text and not text.startswith("[") else text
    address = read_address(f"https://{shown}/") if not set(shown) & set("/?#@ ") else ""
    if isinstance(address, str) or address.path != "/" or address.port != 443:  # noqa: PLR2004  as just written
        return None
    return address.host


def _wrong_server(account: MailAccount, reach: Reach) -> list[_Wrong]:
    found = []
    if not account.host:
        found.append(_Wrong("host", "Debe ser el nombre de un servidor, como smtp.ejemplo.pe."))
    elif not reach.local and (problem := _not_public(account.host)):
        found.append(_Wrong("host", problem))
    if not 0 < account.port <= _MOST_PORT or not (reach.local or account.port in PORTS):
        found.append(_Wrong("port", f"Debe ser uno de los puertos de correo: {', '.join(map(str, sorted(PORTS)))}."))
    if account.security is Security.NONE and not (reach.plain or (reach.local and account.host in _HERE)):
        found.append(_Wrong("security", "Debe ser tls o starttls: sin cifrar, cualquiera leería el correo y la clave."))
    return found


def _not_public(host: str) -> str:
    address = read_address(f"https://[{host}]/" if ":" in host else f"https://{host}/")
    if isinstance(address, str) or why_refused(address, allow_local=False):
        return "El servidor no es de la red pública."
    return ""


def _wrong_people(account: MailAccount) -> list[_Wrong]:
    found = []
    if read_email(account.sender) is None:
        found.append(_Wrong("fromAddress", "Debe ser una dirección de correo, como ventas@ejemplo.pe."))
    if account.reply_to and read_email(account.reply_to) is None:
        found.append(_Wrong("replyTo", "Debe ser una dirección de correo, como ventas@ejemplo.pe."))
    return found


def _wrong_sign_in(account: MailAccount) -> list[_Wrong]:
    if bool(account.user) == bool(account.password):
        return []
    missing = "password" if account.user else "user"
    return [_Wrong(missing, "El usuario y la clave van juntos, o ninguno de los dos.")]
