"""What each act does: before SUNAT looks at a request, and with the answer that stands ready."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from hashlib import sha256
from math import exp
from statistics import NormalDist
from typing import Final, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from onapi.simulator.acts.answers import garbled, not_found, retyped, with_file, with_state, with_text, with_ticket
from onapi.simulator.acts.archives import repacked
from onapi.simulator.acts.connections import Cut, Dressed, Dripping, Dropped, packed
from onapi.simulator.acts.constancies import recast
from onapi.simulator.acts.pages import page_of
from onapi.simulator.acts.visit import Visit
from onapi.simulator.consult_service import SENTENCES
from onapi.simulator.faults import Mishap
from onapi.simulator.ledger import Registered, Standing
from onapi.simulator.office import Office, refusal
from onapi.simulator.received import split_name

_LONGEST_WAIT_S: Final = 900.0

Instead: TypeAlias = Callable[[Office, Visit, Mishap], Awaitable[Response | None]]
Afterwards: TypeAlias = Callable[[Office, Visit, Mishap, Response], Awaitable[Response]]


async def befall_before(office: Office, visit: Visit, mishap: Mishap) -> Response | None:
    """Let an act happen before SUNAT looks; the answer if it is one, None if SUNAT goes on."""
    return await _BEFORE[mishap.act](office, visit, mishap)


async def befall_after(office: Office, visit: Visit, mishap: Mishap, response: Response) -> Response:
    """Let an act happen to an answer; what is sent in its place."""
    if mishap.act in _CHANGES:
        change = _CHANGES[mishap.act]
        return await run_in_threadpool(change, office, visit, mishap, response)
    if mishap.act in _AFTER:
        return await _AFTER[mishap.act](office, visit, mishap, response)
    return await _BEFORE[mishap.act](office, visit, mishap) or response


async def _wait(_: Office, __: Visit, mishap: Mishap) -> Response | None:
    seconds = mishap.number("seconds")
    if "sigma" in mishap.settings:
        seconds *= exp(mishap.number("sigma") * NormalDist().inv_cdf(min(max(mishap.draw, 0.001), 0.999)))
    if "slow" in mishap.settings:  # a herd comes back: less and less
        seconds = min(mishap.number("slow"), 10.0) * (1 - mishap.share)
    await asyncio.sleep(min(seconds, _LONGEST_WAIT_S))
    return None


async def _drop(_: Office, __: Visit, ___: Mishap) -> Response | None:
    return Dropped()


async def _hold(_: Office, __: Visit, mishap: Mishap) -> Response | None:
    return Dropped(mishap.number("seconds"))


async def _reply(_: Office, __: Visit, mishap: Mishap) -> Response | None:
    return page_of(mishap)


async def _say(_: Office, visit: Visit, mishap: Mishap) -> Response | None:
    return visit.say(mishap.settings["code"], mishap.settings["spelling"])


async def _again(_: Office, visit: Visit, __: Mishap) -> Response | None:
    await run_in_threadpool(visit.answer)
    return None


async def _occupy(office: Office, visit: Visit, mishap: Mishap) -> Response | None:
    await run_in_threadpool(occupy, office, visit.asked.name, Standing(mishap.settings["standing"]))
    return None


async def _forget(office: Office, visit: Visit, _: Mishap) -> Response | None:
    named = split_name(visit.asked.name)
    if named:
        await run_in_threadpool(office.ledger.forget, named.key)
    return None


def occupy(office: Office, name: str, standing: Standing) -> None:
    """Hold another document under a number, unless one is held already."""
    named = split_name(name)
    if named is None:
        return
    with office.memory.transaction():
        if office.ledger.find(named.key) is None:
            digest = sha256(f"otro {name}".encode()).hexdigest()
            other = Registered(named.key, named.key.file_name, digest, standing, "0", office.clock(), came_by="planted")
            office.ledger.put(other)


_BEFORE: Final[Mapping[str, Instead]] = {
    "wait": _wait,
    "drop": _drop,
    "hold": _hold,
    "reply": _reply,
    "say": _say,
    "again": _again,
    "occupy": _occupy,
    "forget": _forget,
    "sip": _drop,  # the whole request had to be read to know that it is meant
}


async def _cut(_: Office, __: Visit, mishap: Mishap, response: Response) -> Response:
    return Cut(response, with_body=mishap.settings["where"] == "body")


async def _drip(_: Office, __: Visit, mishap: Mishap, response: Response) -> Response:
    return Dripping(response, mishap.number("bytes_per_s"))


async def _dress(_: Office, __: Visit, mishap: Mishap, response: Response) -> Response:
    way = mishap.settings["way"]
    return packed(response) if way == "gzip" else Dressed(response, way)


_AFTER: Final[Mapping[str, Afterwards]] = {"cut": _cut, "drip": _drip, "dress": _dress}


def _state(_: Office, visit: Visit, mishap: Mishap, response: Response) -> Response:
    code = mishap.settings["state"]
    known = SENTENCES if visit.asked.operation == "getStatusCdr" else {}
    words = "La constancia existe" if code == "0004" else known.get(code) or str(refusal(code.zfill(4)))
    return with_state(response, code, mishap.settings["content"], words)


def _reuse(office: Office, visit: Visit, _: Mishap, response: Response) -> Response:
    """The ticket of the sender's file before this one, if there was any."""
    earlier = [each for each in office.tickets.of() if each.owner == visit.asked.ruc and each.name != visit.asked.name]
    return with_ticket(response, earlier[-1].number) if earlier else response


def _recast(office: Office, _: Visit, mishap: Mishap, response: Response) -> Response:
    return with_file(response, lambda archive: recast(office, archive, mishap))


def _repack(_: Office, __: Visit, mishap: Mishap, response: Response) -> Response:
    return with_file(response, lambda archive: repacked(archive, mishap.settings["way"]))


def _retype(_: Office, __: Visit, mishap: Mishap, response: Response) -> Response:
    return with_text(response, partial(retyped, way=mishap.settings["way"]))


def _garble(_: Office, __: Visit, mishap: Mishap, response: Response) -> Response:
    return garbled(response, mishap.settings["way"])


def _forge(_: Office, __: Visit, ___: Mishap, response: Response) -> Response:
    return not_found(response)


_CHANGES: Final[Mapping[str, Callable[[Office, Visit, Mishap, Response], Response]]] = {
    "state": _state,
    "reuse": _reuse,
    "recast": _recast,
    "repack": _repack,
    "retype": _retype,
    "garble": _garble,
    "forge": _forge,
}
