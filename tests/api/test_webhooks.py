"""Webhooks over HTTP: an endpoint is kept, told what happens on the road for real, tried, rotated, told again."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest
from api_stack import OTHER_RUC, RUC, Stack, tail
from standardwebhooks import Webhook

from onapi.api.shapes.webhook import WebhookDeliveries, WebhookDelivery, WebhookEndpoint, WebhookEndpoints

Call = Callable[..., httpx2.Response]
BASE = "admin/webhooks"
NOBODY = "00000000-0000-7000-8000-000000000000"


@dataclass
class Heard:
    """What came to a receiver."""

    headers: dict[str, str]
    body: str

    @property
    def told(self) -> dict[str, Any]:
        """The message."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    def is_signed_with(self, secret: str) -> bool:
        """Whether one of its signatures is what the convention's own library makes with this secret."""
        at = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        wanted = Webhook(secret).sign(self.headers["webhook-id"], at, self.body)
        return wanted in self.headers["webhook-signature"].split()


@dataclass
class Receiver:
    """A server that keeps what it is told."""

    status: int = 200
    pause_s: float = 0
    heard: list[Heard] = field(default_factory=list)
    url: str = ""

    def until(self, look: Callable[[list[Heard]], bool]) -> list[Heard]:
        """Wait until what came is as wanted."""
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            if look(list(self.heard)):
                return list(self.heard)
            time.sleep(0.05)
        raise AssertionError([each.body for each in self.heard])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on this machine."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found.heard.append(Heard({k.lower(): v for k, v in self.headers.items()}, body))
            time.sleep(found.pause_s)
            self.send_response(found.status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}/onapi"
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def call(stack: Stack, token: str) -> Call:
    """A way to call an operation of webhooks."""

    def ask(method: str, path: str = "", **more: Any) -> httpx2.Response:
        return stack.call(method, f"{BASE}{path}", token=token, **more)

    return ask


@pytest.fixture
def endpoint(call: Call, receiver: Receiver) -> Iterator[dict[str, Any]]:
    """A new endpoint at the receiver, with its secret; gone after the test."""
    answer = call("PUT", json={"url": receiver.url, "events": ["*"], "description": "ERP"})
    assert answer.status_code == 201, answer.text
    WebhookEndpoint.model_validate_json(answer.text)
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, Any] = answer.json()
    yield found
    call("DELETE", f"/{found['id']}")


def test_a_factura_is_told_for_real(
    receiver: Receiver, endpoint: dict[str, Any], send: Call, factura: Callable[..., dict[str, Any]], call: Call
) -> None:
    record = send(factura(), wait=30).json()
    heard = receiver.until(lambda all_of_it: any(each.told["data"].get("id") == record["id"] for each in all_of_it))
    mine = next(each for each in heard if each.told["data"].get("id") == record["id"])
    assert mine.is_signed_with(endpoint["secret"])
    assert not mine.is_signed_with("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    assert (mine.told["type"], mine.told["data"]["status"]) == ("document.accepted", record["status"])
    for name in ("name", "serie", "number", "customer", "hash", "total", "links", "externalId", "issueDate", "sunat"):
        assert mine.told["data"][name] == record[name], name
    page = WebhookDeliveries.model_validate_json(call("GET", f"/{endpoint['id']}/deliveries").text)
    told = next(each for each in page.items if each.messageId == mine.headers["webhook-id"])
    one = WebhookDelivery.model_validate_json(call("GET", f"/{endpoint['id']}/deliveries/{told.id}").text)
    assert (one.payload, one.event) == (mine.body, "document.accepted")


def test_it_can_be_tried(receiver: Receiver, endpoint: dict[str, Any], call: Call) -> None:
    answer = call("POST", f"/{endpoint['id']}/test")
    told = WebhookDelivery.model_validate_json(answer.text)
    assert (told.status, told.attempts[0].status, told.attempts[0].answer) == ("DELIVERED", 200, "ok")
    receiver.status = 503
    assert call("POST", f"/{endpoint['id']}/test").json()["status"] == "FAILED"


def test_a_new_secret_signs_beside_the_old_one(receiver: Receiver, endpoint: dict[str, Any], call: Call) -> None:
    answer = call("POST", f"/{endpoint['id']}/rotate")
    assert answer.headers["cache-control"] == "no-store"
    call("POST", f"/{endpoint['id']}/test")
    heard = receiver.heard[-1]
    assert heard.is_signed_with(endpoint["secret"])
    assert heard.is_signed_with(answer.json()["secret"])
    shown = call("GET", f"/{endpoint['id']}").json()
    assert shown.get("secret") is None
    assert shown["oldSecretUntil"]


def test_it_is_told_again(receiver: Receiver, endpoint: dict[str, Any], call: Call) -> None:
    first = call("POST", f"/{endpoint['id']}/test").json()
    answer = call("POST", f"/{endpoint['id']}/deliveries/{first['id']}/replay")
    assert (answer.status_code, answer.json()["replayOf"]) == (202, first["id"])
    one, two = receiver.until(lambda heard: len(heard) == 2)
    assert (one.headers["webhook-id"], one.body) == (two.headers["webhook-id"], two.body)


def test_the_same_address_is_the_same_endpoint(endpoint: dict[str, Any], call: Call, receiver: Receiver) -> None:
    again = call("PUT", json={"url": receiver.url, "events": ["document.voided"]})
    assert (again.status_code, again.json()["id"], again.json()["secret"]) == (200, endpoint["id"], None)
    changed = call("PUT", f"/{endpoint['id']}", json={"url": receiver.url, "enabled": False})
    assert (changed.json()["enabled"], changed.json()["events"]) == (False, ["*"])
    listed = WebhookEndpoints.model_validate_json(call("GET").text)
    assert endpoint["id"] in {each.id for each in listed.items}
    assert "secret" not in call("GET").json()["items"][0]


def test_a_receiver_that_hangs_delays_nobody_else(
    stack: Stack, receiver: Receiver, endpoint: dict[str, Any], send: Call, factura: Callable[..., dict[str, Any]]
) -> None:
    receiver.pause_s = 4
    for _ in range(4):
        assert send(factura(), wait=30).status_code == 201  # nor does SUNAT's road wait
    with stack.platform.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    assert receiver.until(lambda heard: len(heard) >= 1)
    assert endpoint["enabled"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"url": "http://erp.ejemplo.pe/"}, 422, "validation_failed"),
        ({"url": "https://169.254.169.254/latest/"}, 422, "validation_failed"),
        ({"url": "https://erp.ejemplo.pe:22/"}, 422, "validation_failed"),
        ({"url": "https://erp.ejemplo.pe/", "events": ["document.x"]}, 422, "validation_failed"),
        ({"url": "https://erp.ejemplo.pe/", "events": []}, 422, "validation_failed"),
        ({"url": "https://erp.ejemplo.pe/", "secret": "x"}, 422, "validation_failed"),
        ({"url": 5}, 422, "validation_failed"),
        ({}, 422, "validation_failed"),
        ([], 400, "malformed_json"),
    ],
)
def test_what_is_no_endpoint_is_refused(call: Call, body: Any, status: int, code: str) -> None:
    answer = call("PUT", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["errors"] or status == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/{NOBODY}"),
        ("DELETE", f"/{NOBODY}"),
        ("POST", f"/{NOBODY}/rotate"),
        ("POST", f"/{NOBODY}/test"),
        ("GET", f"/{NOBODY}/deliveries"),
        ("GET", f"/{NOBODY}/deliveries/{NOBODY}"),
        ("POST", f"/{NOBODY}/deliveries/{NOBODY}/replay"),
    ],
)
def test_what_is_not_there_is_not_found(call: Call, method: str, path: str) -> None:
    answer = call(method, path)
    assert (answer.status_code, answer.json()["code"]) == (404, "webhook_not_found")
    assert call(method, path.replace(NOBODY, "x"), params={"ruc": RUC}).json()["code"] == "invalid_parameter"


def test_only_an_administrator_of_the_company_may(
    stack: Stack, endpoint: dict[str, Any], token: str, token_of: Callable[[str], str]
) -> None:
    def ask(user: str, **query: str) -> Any:
        return stack.call("GET", f"{BASE}/{endpoint['id']}", token=token_of(user), params=query).json()["code"]

    assert ask("ajeno") == "webhook_not_found"  # of his own company there is none of this id
    assert ask("ajeno", ruc=RUC) == "ruc_not_allowed"
    assert ask("lector") == "scope_missing"
    assert ask("dos") == "invalid_parameter"  # which of his companies?
    assert stack.call("GET", BASE).json()["code"] == "token_missing"
    assert stack.call("GET", BASE, token=token, params={"ruc": OTHER_RUC}).json()["code"] == "ruc_not_allowed"


def test_a_deleted_endpoint_is_gone(call: Call, receiver: Receiver) -> None:
    name = call("PUT", json={"url": receiver.url + "/otro"}).json()["id"]
    answer = call("DELETE", f"/{name}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert call("GET", f"/{name}").status_code == 404


def test_a_receipt_is_the_same_with_and_without(send: Call, get: Call, factura: Callable[..., dict[str, Any]]) -> None:
    record = send(factura(), wait=30).json()
    assert get(f"ngr/{tail(record)}").json()["status"] == record["status"]
