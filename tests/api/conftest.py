"""One running OnAPI for all tests of the API, and short ways to call it."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the stack beside this file, in any import mode

from api_stack import EXAMPLE, PASSWORD, RUC, Stack, channels, running
from post import Post
from told_answers import ToldAnswers

HERE = Path(__file__).parent
Send = Callable[..., httpx2.Response]
_TOKEN_MINUTES = 240  # one token serves all tests, however long a machine takes for them


@pytest.hookimpl(tryfirst=True)  # before those who deal tests out read the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that share the stack in one process."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group("api"))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The API, its worker and the simulator."""
    with running(tmp_path_factory.mktemp("api"), access_minutes=_TOKEN_MINUTES) as found:
        answers = ToldAnswers(found.http.get("/openapi.json").json())
        found.http.event_hooks = {"response": [answers.see]}
        yield found
    assert answers.untold == set(), "answered, but not told in the OpenAPI document: see api/openapi/problems.py"


@pytest.fixture(scope="session")
def token(stack: Stack) -> str:
    """An access token of the demo's user."""
    return str(stack.login()["token"])


@pytest.fixture(scope="session")
def token_of(stack: Stack) -> Callable[[str], str]:
    """An access token of another user, by the name before the at sign."""
    return lambda name: str(stack.login(f"{name}@onapi.local", PASSWORD)["token"])


@pytest.fixture(scope="session")
def factura(stack: Stack) -> Callable[..., dict[str, Any]]:
    """A way to write a factura with a number of its own; what is given replaces parts of its document."""

    def write(**parts: Any) -> dict[str, Any]:
        document = {
            "serie": "F001",
            "correlativo": next(stack.numbers),
            "fechaEmision": "2026-11-20T10:15:00-05:00",
            "client": {"tipoDoc": "6", "numDoc": "20000000010", "rznSocial": "CLIENTE DE PRUEBA S.A.C."},
            "details": [{"cantidad": 2, "descripcion": "Teclado mecánico", "mtoValorUnitario": 100}],
        }
        return {"ruc": RUC, "doctype": "01", "document": {**document, **parts}, "options": {}}

    return write


@pytest.fixture(scope="session")
def boleta(factura: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """A way to write a boleta."""

    def write(**parts: Any) -> dict[str, Any]:
        client = {"tipoDoc": "1", "numDoc": "45678912", "rznSocial": "JUAN PEREZ ROJAS"}
        return {**factura(serie="B001", client=client, **parts), "doctype": "03"}

    return write


@pytest.fixture(scope="session")
def send(stack: Stack, token: str) -> Send:
    """A way to send a message; options are given by name."""

    def post(body: dict[str, Any], *, headers: dict[str, str] | None = None, **options: Any) -> httpx2.Response:
        asked = {**body, "options": {**body.get("options", {}), **options}} if options else body
        return stack.call("POST", "sendMessage", token=token, json=asked, headers=headers or {})

    return post


@pytest.fixture(scope="session")
def get(stack: Stack, token: str) -> Send:
    """A way to get a receipt or a file of it: the path after `integrator/`, then query and headers."""

    def fetch(path: str, *, headers: dict[str, str] | None = None, **query: Any) -> httpx2.Response:
        return stack.call("GET", path, token=token, params=query, headers=headers or {})

    return fetch


@pytest.fixture(scope="session")
def settled(send: Send, factura: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """The record of a factura that SUNAT accepted."""
    answer = send(factura(), wait=30)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def untouched(tmp_path: Path) -> Iterator[Stack]:
    """A stack to which nobody has sent anything, whichever tests came before."""
    with running(tmp_path / "untouched") as found:
        yield found


@pytest.fixture
def contract_answer(untouched: Stack) -> httpx2.Response:
    """What the contract's own example is answered, the first time it is sent."""
    token, head = str(untouched.login()["token"]), {"Content-Type": "application/json"}
    return untouched.call("POST", "sendMessage", token=token, content=EXAMPLE, headers=head)


@pytest.fixture
def post() -> Iterator[Post]:
    """Providers of messages that say yes unless a test says otherwise, for the API and the worker alike."""
    found = Post()
    channels.append(found.channel_of)
    yield found
    channels.pop()


@pytest.fixture(scope="module")
def issued(send: Send, factura: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """An accepted factura."""
    answer = send(factura())
    assert answer.json()["status"] == "ACCEPTED", answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture(scope="module")
def named(issued: dict[str, Any]) -> dict[str, Any]:
    """How a body names it."""
    return {name: issued[name] for name in ("ruc", "doctype", "serie", "number")}


@pytest.fixture(scope="module")
def call(stack: Stack, token: str) -> Send:
    """A way to call an operation as the demo's user."""

    def ask(method: str, path: str, **more: Any) -> httpx2.Response:
        return stack.call(method, path, token=token, **more)

    return ask
