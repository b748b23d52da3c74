"""Calls as Meta makes them, and messages of WhatsApp that they are about."""

import hmac
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from api_stack import BASE, RUC, Stack, clock

from onapi.flows import channels, message
from onapi.flows.message import Wish
from onapi.flows.message_content import Content
from onapi.lifecycle.standing import Standing
from onapi.store import messages
from onapi.store.acting import acting_for
from onapi.store.messages import Message
from onapi.values.number import ReceiptId
from onapi.values.sandbox import SANDBOX_PHONE

HOOK = f"{BASE}/whatsapp/webhook"
NEIGHBOUR = "20000000079"
OWN_SECRET, OWN_TOKEN = "secreto-propio-canario", "verificacion-propia"
Make = Callable[..., Message]


def signature(body: bytes, secret: str = SANDBOX_PHONE.app_secret) -> dict[str, str]:
    """As Meta signs."""
    return {"X-Hub-Signature-256": f"sha256={hmac.new(secret.encode(), body, sha256).hexdigest()}"}


def status(of: Message, standing: str, part: str = "1/1", **more: Any) -> dict[str, Any]:
    """News of a message of ours."""
    mark = f"onapi:{of.scope.ruc}:{of.id}:{part}"
    told = {"id": f"wamid.{of.id}", "status": standing, "timestamp": str(int(clock().timestamp()))}
    return {**told, "recipient_id": "51987654321", "biz_opaque_callback_data": mark, **more}


def bulletin(*statuses: Any) -> bytes:
    """A call's body."""
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"}, "statuses": list(statuses)}
    entry = {"id": "2", "changes": [{"value": value, "field": "messages"}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def post(stack: Stack, *statuses: Any, ruc: str = "", secret: str = SANDBOX_PHONE.app_secret) -> Any:
    """What a signed call is answered with."""
    body = bulletin(*statuses)
    return stack.http.post(HOOK + (f"/{ruc}" if ruc else ""), content=body, headers=signature(body, secret)).json()


def heard(applied: int = 0, unknown: int = 0, ignored: int = 0) -> dict[str, int]:
    """Such an answer."""
    return {"applied": applied, "unknown": unknown, "ignored": ignored}


def standing(stack: Stack, of: Message) -> tuple[str, str | None]:
    """Where a message stands, and the code of what is wrong."""
    with acting_for(of.scope.environment, of.scope.ruc), stack.platform.database.reading() as connection:
        found = messages.find(connection, of.scope, of.id)
    assert found is not None
    return found.standing, found.code


def outgoing(stack: Stack, body: dict[str, Any]) -> Make:
    """Sends the XML of a receipt by WhatsApp, as often as one likes; the sandbox's phone has taken what it gives."""
    answer = stack.call("POST", "sendMessage", token=stack.login()["token"], json={**body, "options": {"wait": 20}})
    assert answer.status_code == 201, answer.text
    told = answer.json()
    receipt = ReceiptId(RUC, told["doctype"], told["serie"], told["number"])

    def make(phone: str = "+51987654321") -> Message:
        scope = stack.platform.scope(RUC)
        with acting_for(scope.environment, RUC):
            made = message.ask(stack.platform, scope, Wish("whatsapp", receipt, Content((phone,)), ("xml",)))
        deadline = time.monotonic() + 30
        while standing(stack, made)[0] == Standing.QUEUED and time.monotonic() < deadline:
            time.sleep(0.05)
        assert standing(stack, made)[0] != Standing.QUEUED
        return made

    return make


@contextmanager
def own_application(stack: Stack, ruc: str = RUC) -> Iterator[None]:
    """A company with an application of its own at Meta."""
    scope = stack.platform.scope(ruc)
    with acting_for(scope.environment, ruc):
        secrets = {"accessToken": "t", "appSecret": OWN_SECRET, "verifyToken": OWN_TOKEN}
        channels.set_up(stack.platform, scope, "whatsapp", {"phoneNumberId": "42"}, secrets)
        yield
        channels.forget(stack.platform, scope, "whatsapp")


def provider_id(stack: Stack, of: Message) -> str:
    """WhatsApp's name of the last message of ours."""
    with acting_for(of.scope.environment, RUC), stack.platform.database.reading() as connection:
        found = messages.find(connection, of.scope, of.id)
    assert found is not None
    assert found.provider_id is not None
    return found.provider_id
