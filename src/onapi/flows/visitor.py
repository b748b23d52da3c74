"""Who stands at the door before he is known: his address, his program, his device."""

import hashlib
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

_MOST_AGENT = 200
_IPV4_PREFIX, _IPV6_PREFIX = 24, 64  # what one party usually has at hand


@dataclass(frozen=True, slots=True)
class Visitor:
    """What a call tells about whoever makes it."""

    address: str = ""  # IP address; "" on a local socket
    agent: str = ""  # his program's name, as it says
    device: str = ""  # from a cookie that we signed; "" without one

    @property
    def shown_agent(self) -> str:
        """The program's name, as long as it is kept."""
        return "".join(sign for sign in self.agent if sign.isprintable())[:_MOST_AGENT]

    @property
    def client(self) -> str:
        """Digest of address and program: the same client, as far as can be told without a device."""
        return digest(f"{self.address}\0{self.agent}")

    @property
    def device_digest(self) -> str:
        """Digest of the device; "" without one."""
        return digest(f"device\0{self.device}") if self.device else ""

    @property
    def places(self) -> tuple[str, ...]:
        """Digests of what an account may know him by: his device and his address."""
        device = (self.device_digest,) if self.device else ()
        return (*device, digest(f"address\0{self.address}")) if self.address else device

    @property
    def network(self) -> str:
        """The /24 or /64 he comes from."""
        try:
            found = ip_address(self.address)
        except ValueError:
            return "local"
        return str(ip_network((found, _IPV4_PREFIX if found.version == 4 else _IPV6_PREFIX), strict=False))  # noqa: PLR2004  IP's own


def digest(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
