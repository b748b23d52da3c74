"""Meta's news over HTTP: the address proves itself, only signed news count, and only one's own messages move."""

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from api_stack import OTHER_RUC, RUC, Stack, running
from whatsapp_calls import (
    HOOK,
    NEIGHBOUR,
    OWN_SECRET,
    OWN_TOKEN,
    Make,
    bulletin,
    heard,
    outgoing,
    own_application,
    post,
    provider_id,
    signature,
    standing,
    status,
)

from onapi.errors import OnapiError
from onapi.flows import whatsapp_news
from onapi.flows.enrol import enrol
from onapi.store import messages
from onapi.store.acting import acting_for
from onapi.values.identity import RUC as IS_RUC
from onapi.values.party import Address, Party
from onapi.values.sandbox import SANDBOX_PHONE

sys.path.insert(0, str(Path(__file__).parents[1]))  # the server beside the root of all tests, in any import mode

from postgres_server import Server, database, postgres

__all__ = ["postgres"]


@pytest.fixture(scope="module")
def sent(stack: Stack, factura: Callable[..., dict[str, Any]]) -> Make:
    """A way to have a message that the sandbox's phone has taken."""
    return outgoing(stack, factura())


def challenge(stack: Stack, ruc: str = "", **asked: str) -> Any:
    known = {"mode": "subscribe", "verify_token": SANDBOX_PHONE.verify_token, "challenge": "1158201444", **asked}
    return stack.http.get(
        HOOK + (f"/{ruc}" if ruc else ""), params={f"hub.{name}": value for name, value in known.items()}
    )


def test_the_address_proves_itself(stack: Stack) -> None:
    found = challenge(stack)
    assert (found.status_code, found.text) == (200, "1158201444")
    assert found.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"verify_token": "otro"}, 403),
        ({"verify_token": ""}, 403),
        ({"verify_token": "ñ\ud83d\ude00"}, 403),
        ({"mode": "unsubscribe"}, 422),
        ({"challenge": "<script>alert(1)</script> x"}, 422),
        ({"challenge": "x" * 300}, 422),
        ({"challenge": ""}, 422),
    ],
)
def test_an_address_proves_itself_to_nobody_else(stack: Stack, asked: dict[str, str], expected: int) -> None:
    asked = {name: value.encode("utf-16", "surrogatepass").decode("utf-16") for name, value in asked.items()}
    found = challenge(stack, **asked)
    assert found.status_code == expected
    assert found.json()["code"] == {403: "provider_signature_invalid", 422: "invalid_parameter"}[expected]


def test_who_has_an_application_of_his_own_has_an_address_of_his_own(stack: Stack) -> None:
    assert challenge(stack, RUC, verify_token=OWN_TOKEN).status_code == 403
    with own_application(stack):
        assert challenge(stack, RUC, verify_token=OWN_TOKEN).text == "1158201444"
        assert challenge(stack, verify_token=OWN_TOKEN).status_code == 403
    assert challenge(stack, "12345678901").status_code == 403
    assert challenge(stack, "..%2f..").status_code in {403, 404}


def test_the_standing_follows_and_never_goes_back(stack: Stack, sent: Make) -> None:
    of = sent()
    assert post(stack, status(of, "delivered")) == heard(1)
    assert standing(stack, of)[0] == "DELIVERED"
    for news in ("read", "read", "sent", "delivered", "failed"):
        assert post(stack, status(of, news)) == heard(1)
        assert standing(stack, of)[0] == "READ"


def test_a_batch_is_applied_whole(stack: Stack, sent: Make) -> None:
    one, two = sent(), sent()
    batch = [status(one, "read"), status(one, "delivered"), status(two, "delivered"), status(two, "delivered"), 7, {}]
    assert post(stack, *batch) == heard(3, 0, 2)
    assert (standing(stack, one)[0], standing(stack, two)[0]) == ("READ", "DELIVERED")


def test_a_failure_says_what_to_do(stack: Stack, sent: Make) -> None:
    of = sent()
    assert post(stack, status(of, "failed", errors=[{"code": 131047, "title": "Re-engagement message"}])) == heard(1)
    assert standing(stack, of) == ("FAILED", "131047")
    with acting_for(of.scope.environment, RUC), stack.platform.database.reading() as connection:
        found = messages.find(connection, of.scope, of.id)
    assert found is not None
    assert found.error is not None
    assert "plantilla aprobada" in found.error


def test_several_messages_of_whatsapp_are_as_far_as_the_last_and_fail_with_any(stack: Stack, sent: Make) -> None:
    of = sent()
    assert post(stack, status(of, "read", "1/3"), status(of, "delivered", "2/3", id="wamid.b")) == heard(2)
    assert standing(stack, of)[0] == "SENT"
    assert post(stack, status(of, "delivered", "3/3", id="wamid.c")) == heard(1)
    assert standing(stack, of)[0] == "DELIVERED"
    other = sent()
    assert post(stack, status(other, "failed", "2/3", errors=[{"code": 131053}])) == heard(1)
    assert standing(stack, other) == ("FAILED", "131053")


def test_without_a_mark_whatsapp_s_own_name_counts(stack: Stack, sent: Make) -> None:
    of = sent()
    named = {"id": provider_id(stack, of), "biz_opaque_callback_data": None}
    assert post(stack, status(of, "delivered", **named)) == heard(1)
    assert standing(stack, of)[0] == "DELIVERED"


def test_what_is_not_ours_is_counted_and_changes_nothing(stack: Stack, sent: Make) -> None:
    of = sent()
    stranger = {"id": "wamid.stranger", "biz_opaque_callback_data": None}
    gone = {"biz_opaque_callback_data": f"onapi:{RUC}:nobody:1/1"}
    elsewhere = {"biz_opaque_callback_data": f"onapi:{OTHER_RUC}:{of.id}:1/1"}
    no_ruc = {"biz_opaque_callback_data": f"onapi:99999999999:{of.id}:1/1"}
    found = post(stack, *(status(of, "read", **change) for change in (stranger, gone)))
    assert found == heard(0, 2)
    assert post(stack, status(of, "read", **elsewhere)) == heard(0, 1)
    assert post(stack, status(of, "read", **no_ruc)) == heard(0, 1)
    assert standing(stack, of)[0] == "SENT"
    assert 'onapi_whatsapp_news_total{outcome="unknown"}' in stack.http.get("/metrics").text


def test_a_company_s_application_moves_its_own_messages_alone(stack: Stack, sent: Make) -> None:
    check_own_application(stack, sent)


def test_the_same_behind_the_second_wall(
    postgres: Server, tmp_path: Path, factura: Callable[..., dict[str, Any]]
) -> None:
    """On PostgreSQL nobody sees another company's messages who does not say for whom he works."""
    with database("postgresql", tmp_path, lambda: postgres) as url, running(tmp_path, database_url=url) as behind:
        sent = outgoing(behind, factura())
        check_own_application(behind, sent)
        of = sent()
        named = {"id": provider_id(behind, of), "biz_opaque_callback_data": None}
        assert post(behind, status(of, "delivered", **named)) == heard(1)
        assert post(behind, status(of, "read")) == heard(1)
        assert standing(behind, of)[0] == "READ"


def check_own_application(stack: Stack, sent: Make) -> None:
    """A company's application at Meta, with its own secret, can move its own messages and no others."""
    of = sent()
    with acting_for(stack.platform.environment, NEIGHBOUR):
        enrol(stack.platform, Party(IS_RUC, NEIGHBOUR, "VECINA S.A.C.", "", Address("JR. CUSCO 100", "150101")))
    own_name = {"id": provider_id(stack, of), "biz_opaque_callback_data": None}
    lie = {"biz_opaque_callback_data": f"onapi:{NEIGHBOUR}:{of.id}:1/1"}
    with own_application(stack, NEIGHBOUR):
        for forged in (status(of, "read"), status(of, "read", **own_name), status(of, "read", **lie)):
            assert post(stack, forged, ruc=NEIGHBOUR, secret=OWN_SECRET) == heard(0, 1)
    assert standing(stack, of)[0] == "SENT"
    with own_application(stack):
        refused = post(stack, status(of, "read"), secret=OWN_SECRET)  # at the platform's address
        assert refused["code"] == "provider_signature_invalid"
        assert post(stack, status(of, "delivered"), ruc=RUC, secret=OWN_SECRET) == heard(1)
        assert post(stack, status(of, "read", **own_name), ruc=RUC, secret=OWN_SECRET) == heard(1)
    assert standing(stack, of)[0] == "READ"


def test_what_is_not_signed_is_not_read(stack: Stack, sent: Make) -> None:
    of = sent()
    body = bulletin(status(of, "read"))
    good = signature(body)["X-Hub-Signature-256"]
    for headers in (
        {},
        {"X-Hub-Signature-256": good.upper()},
        {"X-Hub-Signature-256": good[:-1]},
        {"X-Hub-Signature": good},
        signature(body, "otro"),
        signature(body + b" "),
        signature(body, ""),
    ):
        found = stack.http.post(HOOK, content=body, headers=headers)
        assert (found.status_code, found.json()["code"]) == (403, "provider_signature_invalid")
    for ruc in ("12345678901", "x", "20000000028"):
        assert stack.http.post(f"{HOOK}/{ruc}", content=body, headers=signature(body, "otro")).status_code == 403
    assert standing(stack, of)[0] == "SENT"


def test_what_is_too_big_or_no_json(stack: Stack) -> None:
    big = b" " * (3 * 1024**2 + 1)
    assert stack.http.post(HOOK, content=big).status_code == 403  # nobody looks at its size
    found = stack.http.post(HOOK, content=big, headers=signature(big))
    assert (found.status_code, found.json()["code"]) == (413, "payload_too_large")
    for body in (b"", b"{", b"\xff", b'{"a":' * 5000):
        found = stack.http.post(HOOK, content=body, headers=signature(body))
        assert (found.status_code, found.json()["code"]) == (400, "malformed_json")


def test_what_persons_write_and_their_phones_are_not_logged(stack: Stack) -> None:
    value = {"messages": [{"from": "51911222333", "text": {"body": "canario de conversación"}}]}
    said = {"object": "whatsapp_business_account", "entry": [{"changes": [{"value": value}]}]}
    body = json.dumps(said).encode()
    assert stack.http.post(HOOK, content=body, headers=signature(body)).json() == heard(0, 0, 1)
    time.sleep(0.5)
    kept = b"".join(
        path.read_bytes() for path in stack.home.rglob("*") if path.is_file() and path.stat().st_size < 2**28
    )
    for canary in (b"51911222333", "canario de conversación".encode(), b"canario de conversaci\\u00f3n"):
        assert canary not in kept
    assert "51911222333" not in str(stack.log)


def test_the_sandbox_s_phone_tells_by_itself(stack: Stack, sent: Make) -> None:
    """The whole way over HTTP: a document out, delivered and read back in, out of order and badly signed ones too."""
    callback = str(stack.http.base_url).rstrip("/") + HOOK
    assert stack.simulator.put("/_simulator/phone", json={"callback": callback, "verify": True}).status_code == 200
    try:
        read, disordered, badly = (sent(f"+5190{last}000000") for last in (2, 4, 7))
        failed = sent("+51901131026")
        ends = [
            (read, "READ", None),
            (disordered, "READ", None),
            (badly, "DELIVERED", None),
            (failed, "FAILED", "131026"),
        ]
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and any(standing(stack, of) != tuple(end) for of, *end in ends):
            time.sleep(0.1)
        assert [standing(stack, of) for of, *_ in ends] == [tuple(end) for _, *end in ends]
    finally:
        stack.simulator.put("/_simulator/phone", json={"callback": ""})


@pytest.mark.slow
def test_ten_thousand_mutated_bodies_break_nothing(stack: Stack, sent: Make) -> None:
    of, dice = sent(), random.Random(20261120)  # noqa: S311  no secret
    seed = bulletin(status(of, "delivered"), status(of, "failed", "2/3", errors=[{"code": 131047, "title": "t"}]))
    other = sent()
    parts = [b'"', b"{", b"}", b"[", b"]", b"null", b"1e999", b"-1", b"\\u0000", b"\xff", b",", b"true", b"9" * 50, b""]
    seen: dict[int, int] = {}
    for number in range(10_000):
        body = seed
        for _ in range(dice.randint(1, 4)):
            at = dice.randrange(len(body))
            body = body[:at] + dice.choice([*parts, bytes([dice.randrange(256)])]) + body[at + dice.randint(0, 6) :]
        if number % 20 == 0:
            answered = stack.http.post(HOOK, content=body, headers=signature(body)).status_code
        else:
            answered = _answered(stack, body)
        seen[answered] = seen.get(answered, 0) + 1
    assert set(seen) == {200, 400}, seen
    assert standing(stack, of)[0] in {"SENT", "FAILED", "DELIVERED"}
    assert standing(stack, other)[0] == "SENT"


def _answered(stack: Stack, body: bytes) -> int:
    """The same without the way over HTTP."""
    try:
        whatsapp_news.take_in(stack.platform, "", body, signature(body)["X-Hub-Signature-256"])
    except OnapiError as error:
        return {"malformed_json": 400}[error.key]
    return 200
