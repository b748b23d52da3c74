"""What became of messages, and whom sendMessage tells, over HTTP: with the stack's own worker, without network."""

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx2
from api_stack import OTHER_RUC, RUC, Stack, tail
from post import Post, until

from onapi.api.shapes.messages import Message, Messages
from onapi.store.tables import messages

Call = Callable[..., httpx2.Response]
NOBODY = "00000000-0000-7000-8000-000000000000"
PHONE, ADDRESS = "987654321", "compras@cliente.example"


WHATSAPP, QR, EMAIL = "wsp/cpe", "wsp/sendCPEQRCode", "tools/sendCpeEmail"


def test_a_message_is_seen_with_its_history(call: Call, post: Post, named: dict[str, Any]) -> None:
    del post
    sent = call("POST", EMAIL, json={**named, "to": [ADDRESS]}).json()
    told = call("GET", f"messages/{sent['messageId']}").json()
    assert [each["status"] for each in told["history"]] == ["QUEUED", "SENT"]
    assert (told["channel"], told["to"], told["number"]) == ("email", [ADDRESS], named["number"])
    assert told.keys() <= Message.model_fields.keys()
    Message.model_validate(told)
    again = call("POST", f"messages/{sent['messageId']}/resend", params={"wait": 10}).json()
    assert (again["status"], again["resendOf"]) == ("SENT", sent["messageId"])


def test_messages_are_listed(call: Call, post: Post, named: dict[str, Any], issued: dict[str, Any]) -> None:
    del post
    for _ in range(3):
        call("POST", EMAIL, json={**named, "to": [ADDRESS]})
    of_it = {name: named[name] for name in ("doctype", "serie", "number")}
    whole = call("GET", "messages", params={"ruc": RUC, **of_it, "channel": "email"}).json()
    Messages.model_validate(whole)
    assert {f"{x['ruc']}/{x['doctype']}/{x['serie']}/{x['number']}" for x in whole["items"]} == {tail(issued)}
    first = call("GET", "messages", params={**of_it, "size": 2, "channel": "email"}).json()
    second = call("GET", "messages", params={**of_it, "cursor": first["cursor"], "channel": "email"}).json()
    assert (first["items"] + second["items"])[: len(whole["items"])] == whole["items"]
    assert call("GET", "messages", params={"doctype": "31"}).json()["items"] == []
    for wrong in ({"doctype": "99"}, {"cursor": "x"}, {"status": "LOST"}, {"size": 0}, {"ruc": "1"}):
        assert call("GET", "messages", params=wrong).status_code == 422, wrong


def test_others_see_none_of_it(stack: Stack, call: Call, post: Post, token_of: Any, named: dict[str, Any]) -> None:
    sent = call("POST", EMAIL, json={**named, "to": [ADDRESS]}).json()
    stranger = token_of("ajeno")
    came = len(post.came)
    for method, path in (("GET", ""), ("POST", "/resend")):
        answer = stack.call(method, f"messages/{sent['messageId']}{path}", token=stranger)
        nothing = stack.call(method, f"messages/{NOBODY}{path}", token=stranger)
        assert (answer.status_code, answer.json()["code"]) == (404, "message_not_found")
        assert answer.json()["detail"] == nothing.json()["detail"]
    assert stack.call("GET", "messages", token=stranger, params={"ruc": OTHER_RUC}).json()["items"] == []
    assert stack.call("GET", "messages", token=stranger, params={"ruc": RUC}).status_code == 403
    for path in (WHATSAPP, QR, EMAIL):
        body = {**named, **({"to": [ADDRESS]} if path == EMAIL else {"phone": PHONE})}
        assert stack.call("POST", path, token=stranger, json=body).json()["code"] == "ruc_not_allowed"
        assert stack.call("POST", path, token=token_of("lector"), json=body).json()["code"] == "scope_missing"
    assert len(post.came) == came


def test_sendmessage_tells_whom_it_names(
    stack: Stack, call: Call, post: Post, send: Call, factura: Callable[..., dict[str, Any]]
) -> None:
    order = factura()
    order["options"] = {"notify": {"emails": [ADDRESS, ADDRESS.upper()], "phones": [PHONE]}, "wait": 20}
    answer = send(order)
    assert (answer.status_code, answer.json()["warnings"]) == (201, [])
    until(lambda: len(post.came) == 2)
    record = answer.json()
    query = {name: record[name] for name in ("ruc", "doctype", "serie", "number")}
    until(lambda: {x["status"] for x in call("GET", "messages", params=query).json()["items"]} == {"SENT"})
    found = call("GET", "messages", params=query).json()["items"]
    assert {each["channel"] for each in found} == {"email", "whatsapp"}
    order["document"]["correlativo"] = next(stack.numbers)
    order["options"] = {"notify": {"emails": ["ana"], "phones": ["1"], "faxes": []}}
    wrong = send(order)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "/options/notify/faxes")
    del order["options"]["notify"]["faxes"]
    fields = [each["field"] for each in send(order).json()["errors"]]
    assert fields == ["/options/notify/emails/0", "/options/notify/phones/0"]


def test_what_is_posted_bare_names_them_in_its_query(
    stack: Stack, call: Call, post: Post, issued: dict[str, Any], token: str
) -> None:
    xml = base64.b64decode(call("GET", f"xml/{tail(issued)}").json()["content"])
    bare = xml.replace(f"F001-{issued['number']}".encode(), f"F001-{next(stack.numbers)}".encode())
    path = "sendMessage?resign=true&wait=20&notify.emails=a@b.pe,c@d.pe"
    answer = stack.call("POST", path, token=token, content=bare, headers={"Content-Type": "application/xml"})
    assert answer.status_code == 201, answer.text
    until(lambda: sorted(parcel.to for _, parcel in post.came) == [("a@b.pe",), ("c@d.pe",)])


def test_nobody_is_named_in_the_log_or_the_database(  # noqa: PLR0917  pytest passes them by name
    stack: Stack, call: Call, post: Post, named: dict[str, Any], send: Call, factura: Callable[..., dict[str, Any]]
) -> None:
    del post
    call("POST", EMAIL, json={**named, "to": ["canario@secreto.example"], "subject": "palabra-canaria"})
    call("POST", WHATSAPP, json={**named, "phone": "+51999888777"})
    order = factura()
    order["options"] = {"notify": {"emails": ["canario@secreto.example"], "phones": ["+51999888777"]}}
    send(order)
    until(lambda: "sendMessage" in json.dumps(call("GET", "log/50").json()))
    told = json.dumps(call("GET", "log/50").json()) + str(stack.log)
    with stack.platform.database.reading() as connection:
        told += str(connection.execute(messages.select()).all())
    for canary in ("canario@", "palabra-canaria", "999888777"):
        assert canary not in told
