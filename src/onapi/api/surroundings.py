"""What the routers are given: the platform, the tokens, the waiting room."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from onapi.api.tokens import Tokens
from onapi.api.waiting import WaitingRoom
from onapi.flows.platform import Platform

BASE = "/integrator/api/v1"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One API process."""

    platform: Platform
    tokens: Tokens
    waiting: WaitingRoom
    password_pool: ThreadPoolExecutor  # hashing a password takes 40 ms of a core: two at a time, no more
    refresh_days: int
    address: str  # under which clients reach us, without path


async def surroundings_of(request: Request) -> Surroundings:
    """Those of the application that serves this request; async, because FastAPI gives a plain one a thread."""
    return cast("Surroundings", request.app.state.surroundings)


Here = Annotated[Surroundings, Depends(surroundings_of)]
