"""Who asks is the connection's other end, unless a proxy that we trust says otherwise."""

from types import SimpleNamespace

import pytest
from starlette.requests import Request

from onapi.api.client_address import address_of, read_networks
from onapi.errors import Misconfigured

PROXIES = "10.0.0.0/8, 2001:db8::/32, 192.0.2.7"


def asked(peer: str | None, *forwarded: str, trusted: str = PROXIES) -> str:
    """The address of a request that comes from `peer` with these headers."""
    surroundings = SimpleNamespace(trusted_proxies=read_networks(trusted))
    headers = [(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded]
    app = SimpleNamespace(state=SimpleNamespace(surroundings=surroundings))
    scope = {"type": "http", "headers": headers, "app": app, "client": (peer, 4711) if peer else None}
    return address_of(Request(scope))


def test_nobody_is_believed_by_default() -> None:
    assert asked("10.0.0.1", "198.51.100.9", trusted="") == "10.0.0.1"
    assert asked("127.0.0.1", "198.51.100.9", trusted="") == "127.0.0.1"


def test_a_stranger_is_not_believed() -> None:
    assert asked("198.51.100.1", "203.0.113.5") == "198.51.100.1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("10.0.0.1", ("203.0.113.5",), "203.0.113.5"),
        ("10.0.0.1", ("1.1.1.1, 203.0.113.5",), "203.0.113.5"),  # the first entry is what the client wrote himself
        ("10.0.0.1", ("1.1.1.1, 203.0.113.5, 10.9.9.9, 192.0.2.7",), "203.0.113.5"),
        ("10.0.0.1", ("1.1.1.1", "203.0.113.5"), "203.0.113.5"),  # two headers are one list
        ("10.0.0.1", ("10.1.1.1, 10.2.2.2",), "10.1.1.1"),  # all are ours: the farthest
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("",), "10.0.0.1"),
        ("10.0.0.1", ("1.1.1.1, unknown",), "10.0.0.1"),
        ("10.0.0.1", ("<script>",), "10.0.0.1"),
        ("10.0.0.1", ("203.0.113.5:8443",), "203.0.113.5"),
        ("2001:db8::1", ("[2001:4860::5]:443",), "2001:4860::5"),
        ("::ffff:10.0.0.1", ("203.0.113.5",), "203.0.113.5"),
        (None, ("203.0.113.5",), ""),
    ],
)
def test_a_trusted_proxy_is_believed_as_far_as_it_goes(
    peer: str | None, forwarded: tuple[str, ...], address: str
) -> None:
    assert asked(peer, *forwarded) == address


def test_a_long_list_costs_little() -> None:
    assert asked("10.0.0.1", ",".join(["10.0.0.2"] * 5000)) == "10.0.0.2"


@pytest.mark.parametrize("odd", ["proxy.example", "10.0.0.0/33", "10.0.0.1;10.0.0.2"])
def test_what_is_no_network_is_said_at_the_start(odd: str) -> None:
    with pytest.raises(Misconfigured, match="ONAPI_TRUSTED_PROXIES"):
        read_networks(odd)
