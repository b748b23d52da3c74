"""Operations 23, 25 and 27 over HTTP: with the stack's own worker, without network."""

import base64
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from api_stack import RUC, Stack, budgets
from post import Post, until

from onapi.api.shapes.messages import EmailMessage, WhatsappMessage, WhatsappQrMessage
from onapi.gateways.channels.channel import Handover, Standing

Call = Callable[..., httpx2.Response]
NOBODY = "00000000-0000-7000-8000-000000000000"
PHONE, ADDRESS = "987654321", "compras@cliente.example"


def test_a_receipt_goes_by_whatsapp(call: Call, post: Post, named: dict[str, Any]) -> None:
    body = {**named, "phone": PHONE, "files": ["pdf", "xml"], "message": "Gracias por su compra"}
    answer = call("POST", "wsp/cpe", json=body)
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert told.keys() == WhatsappMessage.model_fields.keys()
    assert (told["provider"], told["providerMessageId"], told["status"]) == ("whatsapp-cloud", "wamid.1", "SENT")
    name = f"{RUC}-01-F001-{named['number']}"
    assert (told["phone"], told["files"]) == ("+51987654321", [f"{name}.pdf", f"{name}.xml"])
    ((channel, parcel),) = post.came
    assert (channel, parcel.to, parcel.text) == ("whatsapp", ("+51987654321",), "Gracias por su compra")
    assert [paper.content[:5] for paper in parcel.files] == [b"%PDF-", b"<?xml"]


def test_it_may_go_as_a_link_that_opens(stack: Stack, call: Call, post: Post, named: dict[str, Any]) -> None:
    assert call("POST", "wsp/cpe", json={**named, "phone": PHONE, "mode": "link"}).status_code == 202
    ((_, parcel),) = post.came
    assert parcel.files == ()
    link = next(word for word in parcel.text.split() if word.startswith("http"))
    assert stack.http.get(link[link.index("/integrator") :]).content.startswith(b"%PDF-")


def test_a_template_goes_along(call: Call, post: Post, named: dict[str, Any]) -> None:
    template = {"name": "comprobante", "language": "es_PE", "variables": ["Ana", "F001-1"]}
    assert call("POST", "wsp/cpe", json={**named, "phone": PHONE, "template": template}).status_code == 202
    found = post.came[0][1].template
    assert found is not None
    assert (found.name, found.language, found.variables) == ("comprobante", "es_PE", ("Ana", "F001-1"))


def test_a_qr_goes_by_whatsapp(call: Call, post: Post, named: dict[str, Any], issued: dict[str, Any]) -> None:
    answer = call("POST", "wsp/sendCPEQRCode", json={**named, "phone": "+51987654321", "content": "cpe"})
    told = answer.json()
    assert (answer.status_code, told["qr"]["text"], told["status"]) == (202, issued["qr"], "SENT")
    picture = base64.b64decode(told["qr"]["content"])
    assert picture == post.came[0][1].files[0].content
    assert told["files"] == [f"{RUC}-01-F001-{named['number']}-qr.png"]


def test_a_qr_may_only_be_shown(call: Call, post: Post, named: dict[str, Any]) -> None:
    answer = call("POST", "wsp/sendCPEQRCode", json={**named, "deliver": False, "size": 200, "content": "link"})
    told = answer.json()
    assert (answer.status_code, told["messageId"], post.came) == (200, None, [])
    assert told.keys() == WhatsappQrMessage.model_fields.keys()
    assert "/integrator/api/v1/files/" in told["qr"]["text"]
    small = call("POST", "wsp/sendCPEQRCode", json={**named, "phone": PHONE, "size": 127})
    assert small.json()["errors"][0]["field"] == "/size"


def test_a_receipt_goes_by_mail(call: Call, post: Post, named: dict[str, Any]) -> None:
    body = {**named, "to": ADDRESS, "cc": ["b@c.pe"], "subject": "Factura", "message": "Hola", "replyTo": "r@e.pe"}
    answer = call("POST", "tools/sendCpeEmail", json=body)
    told = answer.json()
    assert (answer.status_code, told["status"], told["to"], told["cc"]) == (202, "SENT", [ADDRESS], ["b@c.pe"])
    name = f"{RUC}-01-F001-{named['number']}"
    assert told["attachments"] == [f"{name}.pdf", f"{name}.xml", f"R-{name}.zip"]
    assert told.keys() == EmailMessage.model_fields.keys()
    parcel = post.came[0][1]
    assert (parcel.subject, parcel.reply_to, parcel.cc) == ("Factura", "r@e.pe", ("b@c.pe",))


def test_without_a_wait_it_is_queued(call: Call, post: Post, named: dict[str, Any]) -> None:
    answer = call("POST", "tools/sendCpeEmail", params={"wait": 0}, json={**named, "to": [ADDRESS]})
    assert (answer.status_code, answer.json()["status"]) == (202, "QUEUED")
    until(lambda: post.came)


def test_a_refusal_of_whatsapp_is_502_and_is_kept(call: Call, post: Post, named: dict[str, Any]) -> None:
    post.says = Handover(Standing.FAILED, "", code="131026", words="Message undeliverable")
    answer = call("POST", "wsp/cpe", json={**named, "phone": PHONE})
    assert (answer.status_code, answer.json()["code"], answer.json()["sunat"]) == (502, "provider_bad_response", None)
    assert "131026 Message undeliverable" in answer.json()["detail"]
    (found,) = call("GET", "messages", params={"status": "FAILED", "size": 1}).json()["items"]
    assert (found["error"]["code"], found["messageId"] in answer.json()["detail"]) == ("131026", True)
    mailed = call("POST", "tools/sendCpeEmail", json={**named, "to": [ADDRESS]})
    assert (mailed.status_code, mailed.json()["status"]) == (202, "FAILED")


WHATSAPP, QR, EMAIL = "wsp/cpe", "wsp/sendCPEQRCode", "tools/sendCpeEmail"
WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    (WHATSAPP, {}, "/phone"),
    (WHATSAPP, {"phone": "12"}, "/phone"),
    (WHATSAPP, {"phone": 987654321}, "/phone"),
    (WHATSAPP, {"phone": PHONE, "files": ["exe"]}, "/files/0"),
    (WHATSAPP, {"phone": PHONE, "files": []}, "/files"),
    (WHATSAPP, {"phone": PHONE, "message": "a" * 1025}, "/message"),
    (WHATSAPP, {"phone": PHONE, "message": "a\x01"}, "/message"),
    (WHATSAPP, {"phone": PHONE, "mode": "fax"}, "/mode"),
    (WHATSAPP, {"phone": PHONE, "template": {"name": "A B"}}, "/template/name"),
    (WHATSAPP, {"phone": PHONE, "odd": 1}, "/odd"),
    (WHATSAPP, {"phone": PHONE, "number": 0}, "/number"),
    (WHATSAPP, {"phone": PHONE, "number": True}, "/number"),
    (WHATSAPP, {"phone": PHONE, "number": "12x"}, "/number"),
    (WHATSAPP, {"phone": PHONE, "doctype": "99"}, "/doctype"),
    (WHATSAPP, {"phone": PHONE, "serie": "Ñ001"}, "/serie"),
    (WHATSAPP, {"phone": PHONE, "ruc": "20000000002"}, "/ruc"),
    (QR, {}, "/phone"),
    (QR, {"phone": "x"}, "/phone"),
    (QR, {"phone": "x", "deliver": False}, "/phone"),
    (QR, {"phone": PHONE, "size": 1025}, "/size"),
    (QR, {"phone": PHONE, "content": "x"}, "/content"),
    (EMAIL, {}, "/to"),
    (EMAIL, {"to": []}, "/to"),
    (EMAIL, {"to": ["ana"]}, "/to/0"),
    (EMAIL, {"to": [f"a{n}@b.pe" for n in range(21)]}, "/to"),
    (EMAIL, {"to": [ADDRESS], "subject": ""}, "/subject"),
    (EMAIL, {"to": [ADDRESS], "subject": "a\r\nBcc: x@y.pe"}, "/subject"),
    (EMAIL, {"to": [ADDRESS], "message": "a" * 5001}, "/message"),
    (EMAIL, {"to": [ADDRESS], "replyTo": "x"}, "/replyTo"),
    (EMAIL, {"to": [ADDRESS], "attachments": ["qr"]}, "/attachments/0"),
    (EMAIL, {"to": [ADDRESS], "language": "qu"}, "/language"),
)


@pytest.mark.parametrize(("path", "body", "field"), WRONG, ids=str)
def test_what_is_wrong_is_named_and_nothing_goes(  # noqa: PLR0917  pytest passes them by name
    call: Call, post: Post, named: dict[str, Any], path: str, body: dict[str, Any], field: str
) -> None:
    answer = call("POST", path, json={**named, **body})
    assert answer.status_code == 422, answer.text
    assert field in {each["field"] for each in answer.json()["errors"]}
    assert post.came == []


def test_a_number_may_come_as_text(call: Call, post: Post, named: dict[str, Any]) -> None:
    body = {**named, "number": f"000{named['number']}", "serie": "f001", "phone": PHONE}
    assert call("POST", WHATSAPP, json=body).status_code == 202
    assert len(post.came) == 1


def test_what_is_not_final_is_409(call: Call, post: Post, send: Call, factura: Callable[..., dict[str, Any]]) -> None:
    order = factura()
    order["options"] = {"send": False}
    found = send(order).json()
    body = {name: found[name] for name in ("ruc", "doctype", "serie", "number")}
    for path, more in ((WHATSAPP, {"phone": PHONE}), (QR, {"phone": PHONE}), (EMAIL, {"to": [ADDRESS]})):
        answer = call("POST", path, json={**body, **more})
        assert (answer.status_code, answer.json()["code"]) == (409, "document_not_final")
        assert (answer.json()["status"], answer.json()["document"]["status"]) == (409, "SIGNED")
    assert post.came == []
    forced = call("POST", EMAIL, json={**body, "to": [ADDRESS], "force": True})
    assert [name.rpartition(".")[2] for name in forced.json()["attachments"]] == ["pdf", "xml"]
    missing = call("POST", EMAIL, json={**body, "to": [ADDRESS], "force": True, "attachments": ["cdr"]})
    assert (missing.status_code, missing.json()["code"]) == (404, "cdr_not_available")


def test_what_there_is_not_is_404(call: Call, post: Post, named: dict[str, Any]) -> None:
    answer = call("POST", WHATSAPP, json={**named, "number": 99_999_999, "phone": PHONE})
    assert (answer.status_code, answer.json()["code"], post.came) == (404, "document_not_found", [])


def test_without_a_provider_it_is_503_and_nothing_is_kept(call: Call, post: Post, named: dict[str, Any]) -> None:
    post.missing = {"email", "whatsapp"}
    before = call("GET", "messages").json()["items"]
    for path, more in ((WHATSAPP, {"phone": PHONE}), (EMAIL, {"to": [ADDRESS]})):
        answer = call("POST", path, json={**named, **more})
        assert (answer.status_code, answer.json()["code"]) == (503, "provider_not_configured")
    assert call("GET", "messages").json()["items"] == before


def test_the_same_key_sends_once(call: Call, post: Post, named: dict[str, Any]) -> None:
    body, headers = {**named, "to": [ADDRESS]}, {"Idempotency-Key": "correo-1"}
    first = call("POST", EMAIL, json=body, headers=headers)
    again = call("POST", EMAIL, json=body, headers=headers)
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
    other = call("POST", EMAIL, json={**body, "subject": "x"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    assert len(post.came) == 1


def test_a_spent_budget_is_429_with_its_reset(
    call: Call, post: Post, named: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    del post
    monkeypatch.setitem(budgets, "email", 0)
    answer = call("POST", EMAIL, json={**named, "to": [ADDRESS]})
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert 0 < int(answer.headers["Retry-After"]) <= 86_400
