"""The address of whoever asks: the connection's own, or what a proxy that we trust says of it.

`X-Forwarded-For` is a list that every hop adds to on the right, and that anybody may begin with lies. So it is read
from the right, only while the hop that wrote an entry is one of ours; the first entry that is not ours is the client.
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import Request

from onapi.errors import Misconfigured

Network = IPv4Network | IPv6Network
_FORWARDED_FOR = b"x-forwarded-for"
_MOST_HOPS = 16


def address_of(request: Request) -> str:
    """The client's IP address as text, "" where the server has none (a local socket); never a header's free text."""
    peer = request.client.host if request.client else ""
    trusted: tuple[Network, ...] = request.app.state.surroundings.trusted_proxies
    if not trusted or not _is_ours(peer, trusted):
        return peer
    for given in _hops(request):
        told = _read(given)
        if told is None:
            return peer  # a hop of ours wrote what is no address: its own is the last one that is known
        peer = str(told)
        if not _is_ours(peer, trusted):
            break
    return peer


def read_networks(text: str) -> tuple[Network, ...]:
    """`10.0.0.0/8, 192.0.2.7` as networks; Misconfigured where one is none."""
    return tuple(_network(part.strip()) for part in text.split(",") if part.strip())


def _network(text: str) -> Network:
    try:
        return ip_network(text, strict=False)
    except ValueError as error:
        raise Misconfigured(f"ONAPI_TRUSTED_PROXIES: «{text}» no es una dirección ni una red.") from error


def _hops(request: Request) -> Iterable[str]:
    """The last hops of the header, nearest first."""
    joined = b",".join(value for name, value in request.scope["headers"] if name == _FORWARDED_FOR)
    return (part.strip() for part in reversed(joined.decode("latin-1").rsplit(",", _MOST_HOPS)[-_MOST_HOPS:]) if part)


@lru_cache(4096)
def _is_ours(address: str, trusted: tuple[Network, ...]) -> bool:
    told = _read(address)
    return told is not None and any(told in network for network in trusted if network.version == told.version)


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """An address, with or without brackets and port as some proxies write it; None for anything else."""
    bare = text.partition("]")[0].removeprefix("[") if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
