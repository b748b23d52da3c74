"""The visitor of a request, and the cookie by which a device is known again."""

import secrets
from datetime import timedelta

from fastapi import Request
from starlette.responses import Response

from onapi.api import BASE
from onapi.api.client_address import address_of
from onapi.api.surroundings import Surroundings
from onapi.flows.throttle import PLACE_LIFE
from onapi.flows.visitor import Visitor

COOKIE = "onapi_device"
_BYTES = 32


def visitor_of(request: Request, here: Surroundings) -> Visitor:
    """Who makes this call, as far as the call tells."""
    device = here.tokens.read_device(request.cookies.get(COOKIE, ""))
    return Visitor(address_of(request), request.headers.get("user-agent", ""), device)


def with_device(visitor: Visitor) -> Visitor:
    """The same, with a new device where there is none: it will be known once the sign-in succeeds."""
    if visitor.device:
        return visitor
    return Visitor(visitor.address, visitor.agent, secrets.token_urlsafe(_BYTES))


def remember(response: Response, here: Surroundings, visitor: Visitor) -> None:
    """Give the cookie, for the API alone and out of reach of scripts."""
    response.set_cookie(
        COOKIE,
        here.tokens.make_device(visitor.device),
        max_age=int(PLACE_LIFE / timedelta(seconds=1)),
        path=BASE,
        secure=here.address.startswith("https://"),
        httponly=True,
        samesite="strict",
    )
