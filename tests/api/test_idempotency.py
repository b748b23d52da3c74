"""`Idempotency-Key` for any operation: one run, one answer, for a day; and two hundred receipts at once are one."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from api_stack import Stack, clock
from fastapi import Request
from starlette.responses import Response

from onapi.api import idempotency
from onapi.api.idempotency import once
from onapi.api.tokens import Principal
from onapi.errors import Conflict, InvalidDocument

ROUNDS, AT_ONCE = 3, 200
ME = Principal("yo", "integra", frozenset(), frozenset())


class Kitchen:
    """What a handler does, counted."""

    def __init__(self, stack: Stack, *, status: int = 201, wait_s: float = 0) -> None:
        self.runs, self.status, self.wait_s = 0, status, wait_s
        self.here: Any = SimpleNamespace(platform=stack.platform)
        self.trouble: Exception | None = None

    async def cook(self) -> Response:
        """Do it once more."""
        self.runs += 1
        await asyncio.sleep(self.wait_s)
        if self.trouble:
            raise self.trouble
        return Response(f'{{"run":{self.runs}}}', self.status, {"Location": "/uno"}, "application/json")

    async def ask(
        self, key: str | None, body: bytes = b"{}", *, caller: Principal = ME, path: str = "/cosas"
    ) -> Response:
        """Ask for it."""
        return await once(request(key, body, path), caller, self.here, self.cook)

    def asked(self, key: str | None, body: bytes = b"{}", **more: Any) -> Response:
        """Ask for it from outside."""
        return asyncio.run(self.ask(key, body, **more))


def request(key: str | None, body: bytes, path: str) -> Request:
    headers = [
        (b"content-type", b"application/json"),
        *([(b"idempotency-key", key.encode())] if key is not None else []),
    ]
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": headers,
        "server": ("x", 80),
        "scheme": "http",
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(scope, receive)


@pytest.fixture
def kitchen(stack: Stack) -> Kitchen:
    return Kitchen(stack)


def test_the_same_request_gets_the_same_answer(kitchen: Kitchen) -> None:
    first, again = kitchen.asked("a1"), kitchen.asked("a1")
    assert (kitchen.runs, again.body, again.status_code) == (1, first.body, 201)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["location"] == "/uno"
    assert "idempotent-replayed" not in first.headers


def test_without_a_key_it_runs_each_time(kitchen: Kitchen) -> None:
    assert [kitchen.asked(None).status_code for _ in range(2)] == [201, 201]
    assert kitchen.runs == 2


def test_another_body_is_a_conflict(kitchen: Kitchen) -> None:
    kitchen.asked("a2")
    with pytest.raises(Conflict) as caught:
        kitchen.asked("a2", b'{"otro":1}')
    assert caught.value.key == "idempotency_conflict"


def test_a_key_is_its_owners_and_its_operations(kitchen: Kitchen) -> None:
    kitchen.asked("a3")
    kitchen.asked("a3", caller=replace(ME, credential_id="otro"))
    kitchen.asked("a3", path="/otras")
    assert kitchen.runs == 3


def test_what_fails_may_come_again(stack: Stack, kitchen: Kitchen) -> None:
    kitchen.trouble = InvalidDocument("no")
    for _ in range(2):
        with pytest.raises(InvalidDocument):
            kitchen.asked("a4")
    kitchen.trouble = None
    assert kitchen.asked("a4", b'{"mejor":1}').status_code == 201
    broken = Kitchen(stack, status=503)
    broken.asked("a5")
    broken.asked("a5")
    assert broken.runs == 2


def test_the_second_waits_for_the_first(stack: Stack) -> None:
    kitchen = Kitchen(stack, wait_s=0.3)

    async def both() -> list[Response]:
        return list(await asyncio.gather(*(kitchen.ask("a6") for _ in range(10))))

    answers = asyncio.run(both())
    assert kitchen.runs == 1
    assert len({bytes(answer.body) for answer in answers}) == 1


def test_who_waits_too_long_is_told_to_come_back(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "_WAIT_S", 0.1)
    kitchen = Kitchen(stack, wait_s=1)

    async def both() -> list[Any]:
        return list(await asyncio.gather(*(kitchen.ask("a7") for _ in range(2)), return_exceptions=True))

    refused = [each for each in asyncio.run(both()) if isinstance(each, Conflict)]
    assert [(each.key, each.facts["retry_after_s"]) for each in refused] == [("in_progress", 2)]


def test_who_died_on_the_way_holds_it_a_minute_and_an_answer_is_kept_a_day(stack: Stack) -> None:
    kitchen = Kitchen(stack, wait_s=0)
    late = timedelta(0)
    kitchen.here = SimpleNamespace(platform=replace(stack.platform, clock=lambda: clock() + late))
    dead = asyncio.run(idempotency._bound(request("a8", b"{}", "/cosas"), ME, kitchen.here, "a8"))
    assert idempotency._claim(kitchen.here, dead, "muerto") is None
    late = timedelta(seconds=61)
    assert kitchen.asked("a8").status_code == 201
    late = timedelta(hours=23)
    kitchen.asked("a8")
    assert kitchen.runs == 1
    late = timedelta(hours=25)
    kitchen.asked("a8")
    assert kitchen.runs == 2


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_one_to_255_characters(kitchen: Kitchen, key: str) -> None:
    with pytest.raises(InvalidDocument):
        kitchen.asked(key)
    assert kitchen.runs == 0


@pytest.mark.slow
@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_hundred_of_the_same_at_once_are_one(
    _round: int, stack: Stack, token: str, factura: Callable[..., dict[str, Any]]
) -> None:
    """Guarantee R12."""
    body, path = {**factura(), "options": {"wait": 60}}, "/integrator/api/v1/integrator/sendMessage"
    before, *_ = stack.stock()
    limits, head = httpx2.Limits(max_connections=AT_ONCE), {"Authorization": f"Bearer {token}"}
    with (
        ThreadPoolExecutor(AT_ONCE) as pool,
        httpx2.Client(base_url=stack.http.base_url, timeout=120, trust_env=False, limits=limits) as client,
    ):
        answers = list(pool.map(lambda _: client.post(path, json=body, headers=head), range(AT_ONCE)))
    counted = Counter(answer.status_code for answer in answers)
    assert counted == {201: 1, 200: AT_ONCE - 1}, counted
    assert len({answer.content for answer in answers}) == 1
    assert stack.stock()[0] == before + 1
    assert [row["sends"] for row in stack.ledger(answers[0].json()["name"])] == [1]
