"""Have SUNAT asked now (`refresh`), and wait a moment for its answer."""

import asyncio
import time
from typing import Annotated, Final

from fastapi import Query
from starlette.concurrency import run_in_threadpool

from onapi.api.surroundings import Surroundings
from onapi.flows import look
from onapi.flows.refresh import is_answered, refresh
from onapi.store.receipts import Kept

Refresh = Annotated[
    bool, Query(description="true: preguntar ahora a SUNAT; a lo más una vez cada 10 segundos por comprobante")
]
_WAIT_S: Final = 8.0  # most answers are here by then; a later one is found by whoever asks again
_LOOK_S: Final = 0.1


async def asked_now(here: Surroundings, kept: Kept, actor: str) -> Kept:
    """The receipt as it stands once SUNAT was asked, or as it stood where there is nothing to ask."""
    asked = await run_in_threadpool(refresh, here.platform, kept, actor)
    if asked.watched is None:
        return asked.kept
    until = time.monotonic() + _WAIT_S
    while time.monotonic() < until:
        await asyncio.sleep(_LOOK_S)
        if await run_in_threadpool(is_answered, here.platform, asked.watched):
            break
    return await run_in_threadpool(look.again, here.platform, asked.kept)
