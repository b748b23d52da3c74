"""Carries the phone's news to its callback, again and again until it takes them, as WhatsApp does."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import groupby
from typing import Final

import httpx2
from starlette.concurrency import run_in_threadpool

from onapi.simulator.outbox import ACCEPTED, DELIVERED, FAILED, READ, SENT
from onapi.simulator.phone import news
from onapi.simulator.phone.graph import UNKNOWN, graph_error
from onapi.simulator.phone.switchboard import Phone

_LOOK_S: Final = 0.1
_TIMEOUT_S: Final = 10.0
_AT_ONCE: Final = 8
_MOST: Final = 100
_MOST_TRIES: Final = 16
_LONGEST_WAIT_S: Final = 3600.0
_ORDER: Final = (ACCEPTED, SENT, DELIVERED, READ)


@asynccontextmanager
async def walking(phone: Phone) -> AsyncIterator[None]:
    """Let a postman walk while the block lasts; what he still carries then waits for the next."""
    async with httpx2.AsyncClient(timeout=_TIMEOUT_S, trust_env=False, follow_redirects=False) as http:
        walk = asyncio.create_task(_walk(phone, http))
        try:
            yield
        finally:
            walk.cancel()
            with suppress(asyncio.CancelledError):
                await walk


async def _walk(phone: Phone, http: httpx2.AsyncClient) -> None:
    places = asyncio.Semaphore(_AT_ONCE)
    while True:
        found = await run_in_threadpool(news.due, phone, time.time(), _MOST)
        bundles = [list(bundle) for _, bundle in groupby(sorted(found, key=_by_message), key=lambda each: each.message)]
        await asyncio.gather(*(_carry(phone, http, bundle, places) for bundle in bundles))
        if not found:
            await asyncio.sleep(_LOOK_S)


def _by_message(each: news.News) -> tuple[int, float, int]:
    return each.message, each.due, each.id


async def _carry(phone: Phone, http: httpx2.AsyncClient, bundle: list[news.News], places: asyncio.Semaphore) -> None:
    """The news of one message, one after the other."""
    async with places:
        for each in bundle:
            await run_in_threadpool(_move, phone, each)
            is_taken = await _post(phone, http, each)
            await run_in_threadpool(_put_away, phone, each, is_taken=is_taken)


async def _post(phone: Phone, http: httpx2.AsyncClient, each: news.News) -> bool:
    if not phone.manners.callback:
        return True  # nobody wants to know
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": each.signature(phone)}
    try:
        answer = await http.post(phone.manners.callback, content=each.body.encode(), headers=headers)
    except (httpx2.HTTPError, httpx2.InvalidURL):
        return False
    return answer.status_code == httpx2.codes.OK


def _move(phone: Phone, each: news.News) -> None:
    """The message is where the news say, unless it was further already."""
    message = phone.outbox.find(each.message)
    standing = each.standing.rstrip(news.FORGED)
    if message is None or message.standing not in _ORDER:
        return
    if standing == FAILED:
        error = graph_error(str(message.told.get("error") or UNKNOWN))
        phone.outbox.move(message.id, FAILED, error.code, error.title)
    elif standing in _ORDER and _ORDER.index(standing) > _ORDER.index(message.standing):
        phone.outbox.move(message.id, standing)


def _put_away(phone: Phone, each: news.News, *, is_taken: bool) -> None:
    memory, tries = phone.outbox.memory, each.tries + 1
    if is_taken or tries >= _MOST_TRIES or each.standing.endswith(news.FORGED):
        memory.write("DELETE FROM news WHERE id = ?", (each.id,))
        return
    due = time.time() + min(2.0**each.tries, _LONGEST_WAIT_S)
    memory.write("UPDATE news SET due = ?, tries = ? WHERE id = ?", (due, tries, each.id))
