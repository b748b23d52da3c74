"""What the routers are given: the platform, the tokens, the waiting room."""

from dataclasses import dataclass, field
from typing import Annotated, cast

from anyio import CapacityLimiter
from fastapi import Depends, Request

from onapi.api.client_address import Network
from onapi.api.hashing_room import HashingRoom
from onapi.api.rate_limit import UNLIMITED, Limits
from onapi.api.revocations import Revocations
from onapi.api.tokens import Tokens
from onapi.api.waiting import WaitingRoom
from onapi.api.watching import Watching
from onapi.flows.links import LinkSeal
from onapi.flows.platform import Platform

PRINTING_AT_ONCE = 4  # two wait for pages to be set, two read what was set before


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One API process."""

    platform: Platform
    tokens: Tokens
    waiting: WaitingRoom
    sending: WaitingRoom  # who waits for the first attempt at a message
    revocations: Revocations
    password_pool: HashingRoom  # hashing a password takes 40 ms of a core: two at a time, no more
    issuing: CapacityLimiter  # threads that issue: enough to wait for the disk, more only wait for one another
    looking: CapacityLimiter  # threads that look one receipt up
    refresh_days: int
    address: str  # under which clients reach us, without path
    links: LinkSeal
    watching: Watching
    printing: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(PRINTING_AT_ONCE))  # threads that print
    limits: Limits = UNLIMITED  # how many requests a second
    trusted_proxies: tuple[Network, ...] = ()  # whose X-Forwarded-For is believed; see client_address.py


def surroundings_of(request: Request) -> Surroundings:
    """Those of the application that serves this request."""
    return cast("Surroundings", request.app.state.surroundings)


async def _here(request: Request) -> Surroundings:
    """The same for FastAPI, which gives a plain function a thread."""
    return surroundings_of(request)


Here = Annotated[Surroundings, Depends(_here)]
