"""Addresses that users give: read strictly, and told apart into those of the public internet and all others.

Ranges that the standard library's tables of some Python versions lack are named here (IANA's registries of special
addresses). Of IPv6 only 2000::/3 is public; what carries an IPv4 address inside counts as that address.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from socket import inet_aton
from urllib.parse import urlsplit

import idna

MOST_CHARACTERS = 2000
_PORTS = frozenset({443, 8443})
_USUAL = {"https": 443, "http": 80}
_ODD = re.compile(r"[\x00-\x20\x7f\\^`{|}<>\"]")
_NAME = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NOT_PUBLIC_4 = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(each)
    for each in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "3ffe::/16")
)
_NO_HTTPS = "La dirección debe empezar con https://."
_NO_PORT = "El puerto debe ser 443 u 8443."
_NOT_PUBLIC = "La dirección no es de la red pública."


@dataclass(frozen=True, slots=True)
class Address:
    """A URL, taken apart."""

    scheme: str
    host: str  # ASCII, lower case, no brackets
    port: int
    path: str  # with its query

    @property
    def authority(self) -> str:
        """Name and port, as the Host header says them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _USUAL[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole of it, in one spelling."""
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def has_usual_port(self) -> bool:
        """One of those that receivers may listen on."""
        return self.port in _PORTS


def read_address(url: str) -> Address | str:
    """A URL as an address, or in Spanish why it is none."""
    if not url or len(url) > MOST_CHARACTERS or _ODD.search(url):
        return f"La dirección tiene caracteres que no son de una URL, o más de {MOST_CHARACTERS}."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "La dirección no es una URL."
    if parts.scheme not in _USUAL:
        return _NO_HTTPS
    if "@" in parts.netloc or "#" in url:
        return "La dirección no puede llevar usuario, contraseña ni fragmento (#)."
    host = None if "[" in parts.netloc and ":" not in (parts.hostname or "") else _host(parts.hostname or "")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if host is None or not path.isascii() or port == 0:
        return "La dirección no es una URL."
    return Address(parts.scheme, host, _USUAL[parts.scheme] if port is None else port, path)


def why_refused(address: Address, *, allow_local: bool) -> str:
    """In Spanish why an address cannot be called, as far as can be told without resolving its name; "" if it can."""
    literal = _literal(address.host)
    is_here = address.host == "localhost" or (literal is not None and is_loopback(literal))
    if allow_local and is_here:
        return ""
    if address.scheme != "https":
        return _NO_HTTPS
    if is_here or (literal is not None and not is_public(literal)) or address.host.endswith(".localhost"):
        return _NOT_PUBLIC
    return "" if address.has_usual_port else _NO_PORT


def is_public(text: str) -> bool:
    """Whether an IP address is of the public internet."""
    try:
        found = ip_address(text)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if (inside := _inside(found)) is not None:
            return is_public(str(inside))
        if found.scope_id or found not in _PUBLIC_6:
            return False
        return found.is_global and not any(found in each for each in _NOT_PUBLIC_6)
    return found.is_global and not any(found in each for each in _NOT_PUBLIC_4)


def is_loopback(text: str) -> bool:
    """Whether an IP address is this machine's own."""
    try:
        found = ip_address(text)
    except ValueError:
        return False
    return found.is_loopback


def _inside(found: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for: mapped, or of the well-known translation prefix."""
    if found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return IPv4Address(int(found) & 0xFFFFFFFF) if found in _NAT64 else None


def _host(text: str) -> str | None:
    """A name in ASCII and lower case, or an address; None if it is neither."""
    if ":" in text:
        try:
            return str(IPv6Address(text))
        except ValueError:
            return None
    try:
        name = text.lower() if text.isascii() else idna.encode(text, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return None
    name = name.removesuffix(".")
    return name if _NAME.fullmatch(name) else None


def _literal(host: str) -> str | None:
    """The IP address that a host is in whatever spelling; None for a name."""
    if ":" in host:
        return host
    try:
        return str(IPv4Address(inet_aton(host)))
    except OSError:
        return None
