"""S01: whatever a company names in whichever operation, it reads, changes and learns nothing of another.

`ONAPI_FUZZ=400000` makes that many requests instead of two hundred for each operation.
"""

import base64
import binascii
import hashlib
import json
import os
import re
import statistics
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import pytest
from sqlalchemy import Connection, Table, select
from tenants_requests import STRICT, Operation, build, nobody_like, operations
from tenants_world import Answer, Sent, Tenant, World, three_companies

from onapi.api import webhooks
from onapi.flows import users
from onapi.flows.throttle import account_of
from onapi.settings import CLIENT_ID
from onapi.store import sessions
from onapi.store.request_log import Asked, Line
from onapi.store.sessions import Session
from onapi.store.tables import buckets, metadata

LEAST = 200
MOST_AT_ONCE = 25
OF_NOBODY = {
    "heads",
    "seals",
    "leases",
    "nights",
    "guessed_accounts",
    "buckets",
}  # the platform's own; digests of whatever was typed
CHECKS = {  # file that asks for the RUC: an operation of it; the log asks twice, here and where it reads
    "paths": "ngr", "list_query": "documents", "webhooks": "list_webhooks", "company_paths": "get_company",
    "receipts": "send_message", "store_xml": "store_xml",
}  # fmt: skip
_BASE64 = re.compile(rb'"([A-Za-z0-9+/]{60,}={0,2})"')


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The three companies; nothing moves by itself, and nobody waits."""
    with pytest.MonkeyPatch.context() as patch, three_companies(tmp_path_factory.mktemp("tenants")) as found:
        patch.setattr(webhooks, "SETTLE_S", 0)
        patch.setattr(found.app.state.surroundings.waiting, "wait", _at_once)
        patch.setattr(found.app.state.surroundings.sending, "wait", _at_once)
        yield found


async def _at_once(*_: object) -> bool:
    return False


def asked_for(world: World) -> list[Operation]:
    return operations(world.app.openapi())


@pytest.mark.slow
def test_no_company_reaches_another(world: World, record_property: Any) -> None:
    wanted = sorted(asked_for(world), key=lambda each: each.method == "DELETE")  # what is one's own is still there
    rounds = max(LEAST, int(os.environ.get("ONAPI_FUZZ", "0")) // len(wanted))
    state = {each.ruc: state_of(world, each) for each in world.tenants}
    heard = {each.ruc: heard_of(world, each) for each in world.tenants}
    files, found, times = blobs_of(world), [], {}
    for turn, operation in enumerate(wanted):
        own = world.tenants[turn % 3]
        run = Run(world, operation, own)
        world.portal.call(run.go, rounds)
        found += run.found
        times[operation.name] = run.times
        for each in world.tenants:
            before, state[each.ruc] = state[each.ruc], state_of(world, each)
            if each is not own and before != state[each.ruc]:
                found.append((operation.name, "state", [t for t in before if before[t] != state[each.ruc][t]]))
    record_property("medians", medians(times))
    after = blobs_of(world)
    assert found == []
    assert files.items() <= after.items()
    for each in world.tenants:  # of a company's log nothing is lost, and nothing is added but what itself asked
        theirs = [who for who in world.tenants if who is not each]
        assert heard[each.ruc] <= heard_of(world, each)
        assert not {line.user for line in lines_of(world, each)} & {name for who in theirs for name in who.names}


@pytest.mark.slow
@pytest.mark.parametrize("where", CHECKS)
def test_a_check_that_is_missing_is_seen(world: World, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same requests, with the question for the RUC taken out of one file."""
    monkeypatch.setattr(import_module(f"onapi.api.{where}"), "need_ruc", lambda *_: None)
    assert seen(world, CHECKS[where])


@pytest.mark.slow
def test_a_user_out_of_reach_would_be_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    reached = vars(users)["_reached"]
    monkeypatch.setattr(users, "_reached", lambda platform, user, client, _: reached(platform, user, client, None))
    assert seen(world, "change_user")


@pytest.mark.slow
def test_a_session_of_another_would_be_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(connection: Connection, _: str, session_id: str, reason: str, now: datetime) -> int:
        found = sessions.find(connection, session_id)
        return ended(connection, found.credential_id, session_id, reason, now) if found else 0

    now = world.platform.clock()
    with world.platform.database.transaction() as connection:  # whoever tried everything has ended his own by now
        for each in world.tenants:
            each.sessions[:] = [world.platform.new_id()]
            opened = Session(each.sessions[0], each.users[0], now, now, now + timedelta(days=90), "", each.word)
            sessions.begin(connection, opened)
    ended = sessions.end
    monkeypatch.setattr(sessions, "end", end)
    assert seen(world, "end_session")


def seen(world: World, name: str) -> list[tuple[object, ...]]:
    """What some requests at one operation find."""
    run = Run(world, next(each for each in asked_for(world) if each.name == name), world.tenants[0])
    world.portal.call(run.go, 60)
    return run.found


class Run:
    """Requests of one company at one operation, judged one by one."""

    def __init__(self, world: World, operation: Operation, own: Tenant) -> None:
        self.world, self.operation, self.own = world, operation, own
        self.found: list[tuple[object, ...]] = []
        self.times: dict[str, list[float]] = {"theirs": [], "nobody's": []}
        self.statuses: Counter[int] = Counter()
        self._said = b""
        self._nobody = {each.ruc: nobody_like(each) for each in world.tenants}

    async def go(self, rounds: int) -> None:
        """Ask that often."""
        others = [each for each in self.world.tenants if each is not self.own]
        for seed in range(rounds):
            victim, other = others if seed % 2 else reversed(others)
            sent, drawn = build(self.operation, seed, self.own, victim, other)
            if seed % MOST_AT_ONCE == 0:
                self._forget()
            answer = await self.world.asked(sent)
            self.statuses[answer.status] += 1
            self._said += sent.said
            self._judge(seed, sent, answer, others)
            if drawn.mode != STRICT or not drawn.named:
                continue
            twin, _ = build(self.operation, seed, self.own, self._nobody[victim.ruc], self._nobody[other.ruc])
            told = await self.world.asked(twin)
            self._compare(seed, (sent, answer), (twin, told), victim)

    def _forget(self) -> None:
        """Who asks too often would be told so, and nothing else would be tried."""
        with self.world.platform.database.transaction() as connection:
            connection.execute(buckets.delete())

    def _judge(self, seed: int, sent: Sent, answer: Answer, others: list[Tenant]) -> None:
        if answer.status >= 500 and answer.status not in {502, 503, 504}:
            self.found.append((self.operation.name, seed, answer.status, sent.path, answer.body[:300]))
        shown = b"\n".join([*readings(answer.body), str(answer.headers).encode()]).lower()
        for each in others:
            told = [each.word.encode(), *each.secrets]
            told += [text.encode() for text in (*each.names, *each.keys, *each.references, *each.refresh)]
            leaked = [canary[:40] for canary in told if canary.lower() in shown and canary not in self._said]
            if leaked:
                self.found.append((self.operation.name, seed, "canary", leaked, sent.path, answer.status))

    def _compare(self, seed: int, theirs: tuple[Sent, Answer], nobodys: tuple[Sent, Answer], victim: Tenant) -> None:
        """Whether a thing of somebody else's is answered like one that there is not."""
        statuses = {theirs[1].status, nobodys[1].status}
        if 429 in statuses:
            return
        self.times["theirs"].append(theirs[1].seconds)
        self.times["nobody's"].append(nobodys[1].seconds)
        one, other = (shape_of(sent, answer) for sent, answer in (theirs, nobodys))
        if one != other:
            self.found.append((self.operation.name, seed, "differs", one, other, theirs[0].path, victim.ruc))


def shape_of(sent: Sent, answer: Answer) -> object:
    """An answer without what the caller said himself."""
    names = sorted({name for name, _ in answer.headers} - {"content-length"})
    if not answer.header("content-type").startswith("application/problem+json"):
        return answer.status, names
    told = answer.json
    faults = [(each["field"], each["code"], each.get("message")) for each in told.get("errors", ())]
    said = {part for part in re.split(r"[^A-Za-z0-9]+", sent.said.decode("utf-8", "replace")) if len(part) > 7}
    detail = " ".join("·" if re.sub(r"\W", "", word) in said else word for word in str(told["detail"]).split())
    kept = {name: told.get(name) for name in ("type", "title", "code", "action", "retryable")}
    return answer.status, names, sorted(told), kept, faults, detail


def readings(body: bytes) -> Iterator[bytes]:
    """A body, what stands in it as base64, and what is in those as a ZIP."""
    yield body
    found = [body]
    for text in _BASE64.findall(body):
        try:
            found.append(base64.b64decode(text, validate=True))
        except binascii.Error:
            continue
    yield from found[1:]
    for each in found:
        if each[:2] == b"PK":
            try:
                with ZipFile(BytesIO(each)) as file:
                    yield from (file.read(name) for name in file.namelist())
            except BadZipFile:
                continue


def state_of(world: World, who: Tenant) -> dict[str, str]:
    """A digest of all rows of a company, by table; a table whose owner nobody can tell fails."""
    with world.platform.database.reading() as connection:
        return {
            table.name: hashlib.sha256(repr(rows_of(connection, table, who)).encode()).hexdigest()
            for table in metadata.sorted_tables
            if table.name not in OF_NOBODY
        }


def rows_of(connection: Connection, table: Table, who: Tenant) -> list[Any]:
    accounts = [account_of(CLIENT_ID, name) for name in who.names]
    for column, values in (
        ("ruc", [who.ruc]), ("credential_id", who.users), ("credential", who.users), ("account", accounts),
    ):  # fmt: skip
        if column in table.c:
            return sorted(map(repr, connection.execute(select(table).where(table.c[column].in_(values)))))
    if table.name == "credentials":
        return sorted(map(repr, connection.execute(select(table).where(table.c.id.in_(who.users)))))
    raise AssertionError(f"whose rows are those of {table.name}?")


def blobs_of(world: World) -> dict[str, str]:
    """Every file that is kept, with its digest."""
    found = (world.home / "blobs").rglob("*")
    return {str(each): hashlib.sha256(each.read_bytes()).hexdigest() for each in found if each.is_file()}


def heard_of(world: World, who: Tenant) -> set[str]:
    """The requests that stand in a company's log."""
    return {line.id for line in lines_of(world, who)}


def lines_of(world: World, who: Tenant) -> list[Line]:
    """The lines of a company's log."""
    writer = world.app.state.surroundings.watching.writer
    writer.flush()
    mine = Asked(world.platform.environment, who.users[0], frozenset({who.ruc}))
    return list(writer.log.read(mine, 100_000))


def medians(times: dict[str, dict[str, list[float]]]) -> str:
    """How much longer the answer took about what is somebody's, in milliseconds; told, not judged."""
    found = {
        name: round(1000 * (statistics.median(both["theirs"]) - statistics.median(both["nobody's"])), 2)
        for name, both in times.items()
        if both["theirs"]
    }
    return json.dumps(found)
