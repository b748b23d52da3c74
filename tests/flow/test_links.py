"""Links: ten thousand forged ones open nothing (guarantee S10), and a true one only what it was made for."""

import json
import random
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flow_world import World

from onapi.errors import NotFound, Throttled
from onapi.flows import links, throttle
from onapi.flows.issue import Issued
from onapi.flows.links import LinkSeal

RING = [bytes([1]) * 32, bytes([2]) * 32]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=."
FORGED = 10_000


@pytest.fixture
def seal() -> LinkSeal:
    return LinkSeal(lambda: RING)


@pytest.fixture
def issued(here: World) -> Issued:
    found = here.issue()
    here.run()
    return found


def opens(here: World, seal: LinkSeal, token: str) -> bool:
    try:
        links.follow(here.platform, seal, token)
    except NotFound as refused:
        return refused.key != "link_expired"
    return True


def forged(token: str, random_: random.Random) -> Iterator[str]:
    """Every field changed, letters changed, parts swapped, cut and added."""
    said, _, mac = token.partition(".")
    values = json.loads(urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    others = ["beta", "20000000010", "03", "F002", 2, 9, "cdr", "A5", 7, values[9] + 1, "abc"]
    for at, other in enumerate(others):
        changed = [*values[:at], other, *values[at + 1 :]]
        text = urlsafe_b64encode(json.dumps(changed, separators=(",", ":")).encode()).decode().rstrip("=")
        yield f"{text}.{mac}"
    yield from (
        "",
        ".",
        said,
        f".{mac}",
        f"{said}.",
        f"{mac}.{said}",
        f"{token}=",
        f"{token}.{mac}",
        token.lower(),
        "é" * 50,
    )
    while True:
        at = random_.randrange(len(token))
        letter = random_.choice(LETTERS)
        match random_.randrange(3):
            case 0:
                other = f"{token[:at]}{letter}{token[at + 1 :]}"
            case 1:
                other = f"{token[:at]}{token[at + 1 :]}"
            case _:
                other = f"{token[:at]}{letter}{token[at:]}"
        if other != token:
            yield other


def test_ten_thousand_forged_links_open_nothing(here: World, seal: LinkSeal, issued: Issued) -> None:
    token = links.make(here.platform, seal, issued.document.receipt, "xml").token
    found = forged(token, random.Random(7))  # noqa: S311  not for secrets
    assert [other for other in (next(found) for _ in range(FORGED)) if opens(here, seal, other)] == []
    assert opens(here, seal, token)


def test_it_ends_with_its_time(here: World, seal: LinkSeal, issued: Issued) -> None:
    made = links.make(here.platform, seal, issued.document.receipt, "pdf", seconds=60)
    here.clock.now += timedelta(seconds=59)
    assert opens(here, seal, made.token)
    here.clock.now = made.expires_at
    assert not opens(here, seal, made.token)


def test_it_ends_when_the_receipt_is_void(here: World, seal: LinkSeal, issued: Issued) -> None:
    token = links.make(here.platform, seal, issued.document.receipt, "pdf").token
    here.move(issued, state="VOIDED")
    assert not opens(here, seal, token)
    assert opens(here, seal, links.make(here.platform, seal, issued.document.receipt, "pdf").token)


def test_it_is_taken_back_and_used_up(here: World, seal: LinkSeal, issued: Issued) -> None:
    receipt = issued.document.receipt
    old = links.make(here.platform, seal, receipt, "cdr").token
    links.revoke(here.platform, receipt)
    assert not opens(here, seal, old)
    once = links.make(here.platform, seal, receipt, "cdr", once=True).token
    assert [opens(here, seal, once) for _ in range(3)] == [True, False, False]


def test_an_older_key_still_opens_and_a_strange_one_does_not(here: World, issued: Issued) -> None:
    receipt = issued.document.receipt
    old = links.make(here.platform, LinkSeal(lambda: RING[1:]), receipt, "xml").token
    assert opens(here, LinkSeal(lambda: RING), old)
    assert not opens(here, LinkSeal(lambda: RING[:1]), old)


def test_what_is_replaced_is_not_opened(here: World, seal: LinkSeal) -> None:
    """A link to what SUNAT did not register does not open what took its number."""
    issued = here.issue()
    token = links.make(here.platform, seal, issued.document.receipt, "xml").token
    here.move(issued, state="HELD")
    again = here.issue(correlativo=issued.document.receipt.number, observacion="corregida")
    assert again.document.revision == 2
    assert not opens(here, seal, token)


def test_a_network_that_tries_one_after_the_other_is_slowed_down(here: World, seal: LinkSeal, issued: Issued) -> None:
    """The limits of refresh tokens: thirty at once, then one a second; true links are opened all the while."""
    made = links.make(here.platform, seal, issued.document.receipt, "xml")
    found, told = forged(made.token, random.Random(8)), []  # noqa: S311  not for secrets
    for _ in range(200):
        try:
            links.follow(here.platform, seal, next(found), network="203.0.113.0/24")
        except (NotFound, Throttled) as refused:
            told.append(refused.key)
    assert (told.count("link_expired"), told.count("rate_limited")) == (throttle.LINKS.at_once, 170)
    links.follow(here.platform, seal, made.token, network="203.0.113.0/24")
    here.clock.now += timedelta(seconds=1)
    with pytest.raises(NotFound):
        links.follow(here.platform, seal, next(found), network="203.0.113.0/24")
    with pytest.raises(NotFound):
        links.follow(here.platform, seal, next(found), network="198.51.100.0/24")
