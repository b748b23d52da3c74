"""Hold an answer until a submission is settled: one look at the database for all who wait, several times a second."""

import asyncio
from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool

from onapi.values.scope import Scope

_FIRST_LOOK_S = 0.03
_LOOK_S = 0.06


class WaitingRoom:
    """Who waits for which submission. Works across processes, because it only reads what is committed."""

    def __init__(self, settled_among: Callable[[Mapping[str, Scope]], set[str]]) -> None:
        self._settled_among = settled_among
        self._waiting: dict[str, list[asyncio.Future[None]]] = {}
        self._owners: dict[str, Scope] = {}
        self._looker: asyncio.Task[None] | None = None

    async def wait(self, scope: Scope, submission_id: str, seconds: float) -> bool:
        """True once it is settled; False if that took longer."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(submission_id, []).append(future)
        self._owners[submission_id] = scope
        if self._looker is None or self._looker.done():
            self._looker = asyncio.create_task(self._look())
        try:
            await asyncio.wait_for(future, seconds)
        except TimeoutError:
            return False
        finally:
            self._leave(submission_id, future)
        return True

    def _leave(self, submission_id: str, future: asyncio.Future[None]) -> None:
        here = self._waiting.get(submission_id, [])
        if future in here:
            here.remove(future)
        if not here:
            self._waiting.pop(submission_id, None)
            self._owners.pop(submission_id, None)

    async def _look(self) -> None:
        """Look as long as somebody waits."""
        await asyncio.sleep(_FIRST_LOOK_S)
        while self._waiting:
            for submission_id in await run_in_threadpool(self._settled_among, dict(self._owners)):
                for future in self._waiting.get(submission_id, ()):
                    if not future.done():
                        future.set_result(None)
            await asyncio.sleep(_LOOK_S)
