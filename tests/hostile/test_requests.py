"""Every malformed request is answered with a problem, for less than half a second of processor and 64 MiB (H09)."""

import json
import socket
import time
from collections.abc import Iterator

import pytest
from hostile_measure import MOST_GROWTH_BYTES, most_cpu_s
from hostile_requests import Case, corpus
from hostile_server import Server, request, started

from onapi.api.shapes.problem import Problem

Corpus = dict[str, Case]
NAMES = tuple(corpus("x"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An API of its own."""
    with started(tmp_path_factory.mktemp("api")) as found:
        found.token()  # whatever is loaded late is loaded now
        yield found


@pytest.fixture(scope="module")
def token(server: Server) -> str:
    """Who may."""
    return server.token()


@pytest.fixture(scope="module")
def requests(token: str) -> Corpus:
    """What he says; written once, because much of it is long."""
    return corpus(token)


@pytest.mark.parametrize("name", NAMES)
def test_a_malformed_request_is_told_so_for_little(server: Server, requests: Corpus, name: str) -> None:
    write, statuses = requests[name]
    cost = server.exchange(write())
    assert cost.status in statuses, (cost.status, cost.head, cost.body[:500])
    assert cost.cpu_s <= (most := most_cpu_s()), (cost.cpu_s, most)
    assert cost.growth_bytes <= MOST_GROWTH_BYTES, cost.growth_bytes / 2**20
    assert len(cost.body) < 2**20
    if cost.status >= 400:
        assert b"content-type: application/problem+json" in cost.head.lower()
        Problem.model_validate(json.loads(cost.body), strict=True)


def test_after_all_of_them_it_is_well(server: Server) -> None:
    assert server.process.poll() is None
    assert server.exchange(request("GET", "/livez")).status == 200
    assert b'"level": "error"' not in server.log.read_bytes()


def test_five_hundred_slow_callers_slow_nobody(server: Server, token: str) -> None:
    """Heads that drip, bodies that drip, chunks without an end, and answers that nobody reads."""
    ways = (
        b"GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        request(
            "POST", "/integrator/api/v1/integrator/authenticate", Content_Length="1000", Content_Type="application/json"
        ),
        b"POST /integrator/api/v1/integrator/authenticate HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"\r\n",
        b"",
    )
    before, lines = server.rss_bytes(), []
    try:
        for number in range(500):
            line = socket.create_connection(("127.0.0.1", server.port), timeout=10)
            line.sendall(ways[number % len(ways)])
            line.setblocking(False)  # noqa: FBT003  the standard library's own
            lines.append(line)
        statuses, used = [], server.cpu_s()
        for _ in range(60):
            _drip(lines)
            path = f"/integrator/api/v1/integrator/ngr/20000000001/01/F001/{len(statuses) + 1}"
            statuses.append(server.exchange(request("GET", path, Authorization=f"Bearer {token}")).status)
        assert statuses == [404] * 60
        assert server.rss_bytes() - before < 200 * 2**20
        assert server.cpu_s() - used < 10
        assert _ended(lines) > 450
        assert server.exchange(request("GET", "/livez")).status == 200
    finally:
        for line in lines:
            line.close()


def _drip(lines: list[socket.socket]) -> None:
    for line in lines:
        try:
            line.send(b"a")
        except OSError:
            continue


def _ended(lines: list[socket.socket]) -> int:
    """How many the server ends by itself, in a while."""
    deadline, ended = time.monotonic() + 60, set[int]()
    while len(ended) < len(lines) and time.monotonic() < deadline:
        for number, line in enumerate(lines):
            if number not in ended:
                try:
                    line.send(b"a")
                    while line.recv(65536):
                        pass
                    ended.add(number)
                except BlockingIOError:
                    continue
                except OSError:
                    ended.add(number)
        time.sleep(0.5)
    return len(ended)
